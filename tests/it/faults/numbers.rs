//! The numbers that a program tells of itself.

/// What `/metrics` said at one time.
pub struct Numbers(String);

impl Numbers {
    /// Of the program at an address.
    pub async fn of(address: &str) -> Self {
        let http = crate::support::http::client();
        let answer = http.get(format!("{address}/metrics")).send().await.unwrap();
        Self(answer.text().await.unwrap())
    }

    /// The number of a name that has no labels.
    pub fn number(&self, name: &str) -> f64 {
        let mut lines = self.0.lines().filter_map(|line| line.split_once(' '));
        let found = lines.find(|(of, _)| *of == name);
        let (_, number) = found.unwrap_or_else(|| panic!("no {name}"));
        number.parse().unwrap()
    }
}
