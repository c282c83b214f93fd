//! A product's category in the schema.

use super::collection::{Collection, above, tree};
use crate::domains::collections::CollectionRow;
use crate::graphql::gid::gid;
use async_graphql::{Context, ID, Object, Result};
use std::sync::Arc;
use uuid::Uuid;

/// A category of the marketplace.
#[derive(Clone)]
pub struct TaxonomyCategory(pub(super) Arc<CollectionRow>);

impl TaxonomyCategory {
    /// The category of this id, when it is published.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(Self::of(&tree(ctx).await?, id))
    }

    /// The category of this id, when it is among the published ones.
    #[must_use]
    pub fn of(tree: &[Arc<CollectionRow>], id: Uuid) -> Option<Self> {
        let row = tree.iter().find(|row| row.id == id);
        row.map(|row| Self(Arc::clone(row)))
    }
}

/// A category of the marketplace.
#[Object]
impl TaxonomyCategory {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("TaxonomyCategory", self.0.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.title
    }

    /// The categories above it, the nearest first.
    async fn ancestors(&self, ctx: &Context<'_>) -> Result<Vec<TaxonomyCategory>> {
        Ok(above(&tree(ctx).await?, &self.0)
            .into_iter()
            .map(TaxonomyCategory)
            .collect())
    }

    /// The category as a shelf of products.
    async fn collection(&self) -> Collection {
        Collection::of(Arc::clone(&self.0))
    }
}
