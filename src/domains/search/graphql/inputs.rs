//! What a search is asked with.

use crate::domains::search::ask::{SearchSort, Unavailable};
use async_graphql::Enum;

/// What a search is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchSortKeys {
    /// Lowest price first.
    Price,
    /// Best match first.
    Relevance,
}

impl From<SearchSortKeys> for SearchSort {
    fn from(key: SearchSortKeys) -> Self {
        match key {
            SearchSortKeys::Price => Self::Price,
            SearchSortKeys::Relevance => Self::Relevance,
        }
    }
}

/// What is searched.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchType {
    /// Articles, of which the shop has none.
    Article,
    /// Pages.
    Page,
    /// Products.
    Product,
}

/// Whether the last word of a search may be a beginning.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchPrefixQueryType {
    /// It may.
    Last,
    /// It may not.
    None,
}

/// What becomes of products that cannot be bought.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchUnavailableProductsType {
    /// They are left out.
    Hide,
    /// They come after all others.
    Last,
    /// They stand among the others.
    Show,
}

impl From<SearchUnavailableProductsType> for Unavailable {
    fn from(given: SearchUnavailableProductsType) -> Self {
        match given {
            SearchUnavailableProductsType::Hide => Self::Hide,
            SearchUnavailableProductsType::Last => Self::Last,
            SearchUnavailableProductsType::Show => Self::Show,
        }
    }
}

/// Which texts are searched while somebody types.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchableField {
    /// Authors of articles, of which the shop has none.
    Author,
    /// Descriptions of products and collections, texts of pages.
    Body,
    /// Types of products.
    ProductType,
    /// Tags of products.
    Tag,
    /// Titles.
    Title,
    /// Barcodes, which are not searched.
    VariantsBarcode,
    /// SKUs, which are not searched.
    VariantsSku,
    /// Choices of options.
    VariantsTitle,
    /// Vendors of products.
    Vendor,
}

/// What is suggested while somebody types.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictiveSearchType {
    /// Articles, of which the shop has none.
    Article,
    /// Collections and categories.
    Collection,
    /// Pages.
    Page,
    /// Products.
    Product,
    /// Texts to search for.
    Query,
}

/// What a limit is for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictiveSearchLimitScope {
    /// All that is suggested together.
    All,
    /// Each type for itself.
    Each,
}
