//! Addresses that answers contain.

/// Stands for a cart's id in the address of a checkout.
pub const CART: &str = "{cart}";

/// Where this program and the storefront in front of it are found.
#[derive(Debug, Clone)]
pub struct Links {
    public: String,
    storefront: String,
    checkout: String,
}

impl Links {
    /// From two addresses without a path.
    #[must_use]
    pub fn new(public: &str, storefront: &str) -> Self {
        let trim = |url: &str| url.trim_end_matches('/').to_owned();
        Self {
            public: trim(public),
            storefront: trim(storefront),
            checkout: format!("{}/checkout?cart={CART}", trim(public)),
        }
    }

    /// With another checkout: an address in which [`CART`] stands for the cart's id.
    #[must_use]
    pub fn with_checkout(mut self, template: &str) -> Self {
        template.clone_into(&mut self.checkout);
        self
    }

    /// Where a cart is paid for.
    #[must_use]
    pub fn checkout(&self, cart: &str) -> String {
        let escaped: String = form_urlencoded::byte_serialize(cart.as_bytes()).collect();
        self.checkout.replace(CART, &escaped)
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
