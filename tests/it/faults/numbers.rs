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

    /// The number of a name with its labels, if it is there.
    pub fn find(&self, name: &str) -> Option<f64> {
        let mut lines = self.0.lines().filter_map(|line| line.split_once(' '));
        let (_, number) = lines.find(|(of, _)| *of == name)?;
        Some(number.parse().unwrap())
    }

    /// The same of one that must be there.
    pub fn number(&self, name: &str) -> f64 {
        self.find(name).unwrap_or_else(|| panic!("no {name}"))
    }
}
