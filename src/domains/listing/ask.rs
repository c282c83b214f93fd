//! Which part of which list of products is asked for.

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
    /// All of the above in a text: two asks with the same text are answered together.
    signature: String,
}

impl Ask {
    /// Checks the page's arguments against the order that the list comes to have.
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
            signature,
        })
    }
}

impl PartialEq for Ask {
    fn eq(&self, other: &Self) -> bool {
        self.signature == other.signature
    }
}

impl Eq for Ask {}

impl Hash for Ask {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.signature.hash(state);
    }
}
