//! What can be asked about carts.

use async_graphql::Object;

/// Queries about carts.
#[derive(Default)]
pub struct CartQuery;

/// Queries about carts.
#[Object]
impl CartQuery {
    /// Placeholder.
    async fn carts_stub(&self) -> bool {
        true
    }
}
