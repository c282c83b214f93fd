//! What can be asked about orders.

use async_graphql::Object;

/// Queries about orders.
#[derive(Default)]
pub struct OrderQuery;

/// Queries about orders.
#[Object]
impl OrderQuery {
    /// Placeholder.
    async fn orders_stub(&self) -> bool {
        true
    }
}
