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
    types: HashMap<String, Uuid>,
    attributes: HashMap<String, Uuid>,
    choices: HashMap<(String, String), Uuid>,
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

    /// Enters a type of products.
    pub fn enter_type(&mut self, handle: &str, id: Uuid) {
        self.types.insert(handle.to_owned(), id);
    }

    /// Enters an attribute.
    pub fn enter_attribute(&mut self, handle: &str, id: Uuid) {
        self.attributes.insert(handle.to_owned(), id);
    }

    /// Enters something that an attribute can be.
    pub fn enter_choice(&mut self, attribute: &str, handle: &str, id: Uuid) {
        self.choices
            .insert((attribute.to_owned(), handle.to_owned()), id);
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

impl Directory {
    /// The type of this handle.
    ///
    /// # Errors
    /// [`SeedError::Missing`].
    pub fn product_type(&self, handle: &str) -> Result<Uuid, SeedError> {
        self.types
            .get(handle)
            .copied()
            .ok_or_else(|| missing("type", handle))
    }

    /// The attribute of this handle.
    ///
    /// # Errors
    /// [`SeedError::Missing`].
    pub fn attribute(&self, handle: &str) -> Result<Uuid, SeedError> {
        self.attributes
            .get(handle)
            .copied()
            .ok_or_else(|| missing("attribute", handle))
    }

    /// The choice of this handle, of the attribute of that one.
    ///
    /// # Errors
    /// [`SeedError::Missing`].
    pub fn choice(&self, attribute: &str, handle: &str) -> Result<Uuid, SeedError> {
        self.choices
            .get(&(attribute.to_owned(), handle.to_owned()))
            .copied()
            .ok_or_else(|| missing("choice", handle))
    }
}

/// The error for a handle that names nothing.
pub(super) fn missing(kind: &'static str, handle: &str) -> SeedError {
    SeedError::Missing {
        kind,
        handle: handle.to_owned(),
    }
}
