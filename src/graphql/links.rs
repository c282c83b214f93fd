//! Addresses that answers contain.

/// Where this program and the storefront in front of it are found.
#[derive(Debug, Clone)]
pub struct Links {
    public: String,
    storefront: String,
}

impl Links {
    /// From two addresses without a path.
    #[must_use]
    pub fn new(public: &str, storefront: &str) -> Self {
        let trim = |url: &str| url.trim_end_matches('/').to_owned();
        Self {
            public: trim(public),
            storefront: trim(storefront),
        }
    }

    /// The storefront's own address, without a slash at its end.
    #[must_use]
    pub fn storefront(&self) -> &str {
        &self.storefront
    }

    /// An address of the storefront: `path` has no slash at its beginning.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.storefront)
    }

    /// An address below `/media` of this program.
    #[must_use]
    pub fn media(&self, path: &str) -> String {
        format!("{}/media/{path}", self.public)
    }
}
