//! What can be asked about accounts.

use super::guard;
use super::viewer::Viewer;
use async_graphql::{Context, Object, Result};

/// Queries about accounts.
#[derive(Default)]
pub struct AccountQuery;

/// Queries about accounts.
#[Object]
impl AccountQuery {
    /// Whoever is signed in; `null` when nobody is.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        match guard::viewer(ctx) {
            Some(viewer) => Viewer::load(ctx, viewer.clone()).await,
            None => Ok(None),
        }
    }
}
