//! Which part of which list of products is asked for.

use super::card::Extent;
use super::filter::Filters;
use super::query_language::Query;
use super::sort::Sort;
use crate::graphql::page_args::PageArgs;
use crate::platform::db::Slice;
use async_graphql::Error;
use std::hash::{Hash, Hasher};

/// Where the products of a list come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// All that the market sees.
    Market,
    /// A collection or category.
    Shelf,
    /// One vendor.
    Vendor,
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Where the products come from.
    pub source: Source,
    /// The order.
    pub sort: Sort,
    /// How much of it.
    pub slice: Slice,
    /// What is left out.
    pub filters: Filters,
    /// What is searched for.
    pub query: Option<Query>,
    /// How much of each product is read.
    pub extent: Extent,
    /// All but the extent in a text: asks with the same text are answered together.
    signature: String,
}

impl Ask {
    /// Checks the page's arguments against the order that the list comes to have. Its cards are slim.
    ///
    /// # Errors
    /// What [`PageArgs::slice`] says.
    pub fn new(
        source: Source,
        sort: Sort,
        page: &PageArgs,
        filters: Filters,
        query: Option<Query>,
    ) -> Result<Self, Error> {
        let searching = query.as_ref().is_some_and(Query::has_words);
        let sort = sort.within(&source, searching);
        let slice = page.slice(sort.order())?;
        let signature = format!("{source:?} {sort:?} {slice:?} {filters:?} {query:?}");
        Ok(Self {
            source,
            sort,
            slice,
            filters,
            query,
            extent: Extent::Slim,
            signature,
        })
    }

    /// The same part with so much of each product.
    #[must_use]
    pub fn with(self, extent: Extent) -> Self {
        Self { extent, ..self }
    }

    /// What tells this part from others, however much is read of its products.
    #[must_use]
    pub fn part(&self) -> &str {
        &self.signature
    }
}

impl PartialEq for Ask {
    fn eq(&self, other: &Self) -> bool {
        self.extent == other.extent && self.signature == other.signature
    }
}

impl Eq for Ask {}

impl Hash for Ask {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.signature.hash(state);
    }
}
