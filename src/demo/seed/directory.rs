//! Where the things are that others name by their handle.

use std::collections::HashMap;

use uuid::Uuid;

use super::SeedError;
use super::goods::Seller;

/// Ids by handle.
#[derive(Debug, Default)]
pub(super) struct Directory {
    sellers: HashMap<String, Seller>,
    shelves: HashMap<String, Uuid>,
    pages: HashMap<String, Uuid>,
}

impl Directory {
    /// Enters a vendor.
    pub fn enter_seller(&mut self, handle: &str, seller: Seller) {
        self.sellers.insert(handle.to_owned(), seller);
    }

    /// Enters a category or a collection.
    pub fn enter_shelf(&mut self, handle: &str, id: Uuid) {
        self.shelves.insert(handle.to_owned(), id);
    }

    /// Enters a page.
    pub fn enter_page(&mut self, handle: &str, id: Uuid) {
        self.pages.insert(handle.to_owned(), id);
    }

    /// The vendor of this handle.
    ///
    /// # Errors
    /// [`SeedError::Missing`].
    pub fn seller(&self, handle: &str) -> Result<Seller, SeedError> {
        self.sellers
            .get(handle)
            .copied()
            .ok_or_else(|| missing("vendor", handle))
    }

    /// The category or collection of this handle.
    ///
    /// # Errors
    /// [`SeedError::Missing`].
    pub fn shelf(&self, handle: &str) -> Result<Uuid, SeedError> {
        self.shelves
            .get(handle)
            .copied()
            .ok_or_else(|| missing("collection", handle))
    }

    /// The page of this handle.
    ///
    /// # Errors
    /// [`SeedError::Missing`].
    pub fn page(&self, handle: &str) -> Result<Uuid, SeedError> {
        self.pages
            .get(handle)
            .copied()
            .ok_or_else(|| missing("page", handle))
    }
}

/// The error for a handle that names nothing.
pub(super) fn missing(kind: &'static str, handle: &str) -> SeedError {
    SeedError::Missing {
        kind,
        handle: handle.to_owned(),
    }
}
