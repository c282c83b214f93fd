//! What can be asked about the tuning.

use super::view::SearchTuning;
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::permitted;
use async_graphql::{Context, Object, Result};

/// Queries about the tuning.
#[derive(Default)]
pub struct TuningQuery;

/// Queries about the tuning.
#[Object]
impl TuningQuery {
    /// How the search is tuned. For whoever may tune it: see `Permission.SEARCH_TUNE`.
    async fn search_tuning(&self, ctx: &Context<'_>) -> Result<Option<SearchTuning>> {
        permitted(ctx, Permission::SearchTune)?;
        SearchTuning::load(ctx).await.map(Some)
    }
}
