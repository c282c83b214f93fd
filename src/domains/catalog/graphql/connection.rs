//! Pages of products, with what they can be narrowed down by.

use super::product::Product;
use crate::domains::search::graphql::{FacetsOf, Filter, filters_of};
use crate::graphql::budget::charge;
use crate::graphql::connection::{Connection, Edge, PageInfo};
use crate::graphql::ready::Ready;
use async_graphql::{Context, Object, Result};

/// A page of products.
pub struct ProductConnection {
    pub(super) page: Connection<Ready<Product>>,
    /// What the whole list is, as far as its values can be counted.
    pub(super) facets: Option<FacetsOf>,
}

/// A page of products.
#[Object]
impl ProductConnection {
    /// The products with their cursors.
    async fn edges(&self, ctx: &Context<'_>) -> Result<&[Edge<Ready<Product>>]> {
        self.page.edges(ctx).await
    }

    /// The products.
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<&Ready<Product>>> {
        self.page.nodes(ctx).await
    }

    /// Where this page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        self.page.info()
    }

    /// What the products of the whole list can be narrowed down by, each value with the number of products that it leaves. Of one
    /// filter's values each is counted as if none of them had been chosen. None for a list with a `query`: `search` counts what
    /// words find.
    async fn filters(&self, ctx: &Context<'_>) -> Result<Vec<Filter>> {
        let Some(of) = &self.facets else {
            return Ok(Vec::new());
        };
        let filters = filters_of(ctx, of).await?;
        charge(ctx, filters.len()).await;
        Ok(filters)
    }
}
