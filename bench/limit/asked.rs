//! What stands behind the question mark of an address.

use super::listing::Sorted;

/// Names with their values.
pub struct Asked(Vec<(String, String)>);

impl Asked {
    /// Of an address.
    pub fn read(query: Option<String>) -> Self {
        let query = query.unwrap_or_default();
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        Some(value.clone())
    }

    /// Which of these orders is asked for.
    pub fn order(&self, orders: &[Sorted]) -> usize {
        let wanted = self.get("order");
        let is_it = |sorted: &Sorted| Some(sorted.name) == wanted.as_deref();
        orders.iter().position(is_it).unwrap()
    }
}
