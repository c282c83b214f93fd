//! What can be done with orders.

use async_graphql::Object;

/// Mutations of orders.
#[derive(Default)]
pub struct OrderMutation;

/// Mutations of orders.
#[Object]
impl OrderMutation {
    /// Placeholder.
    async fn orders_stub(&self) -> bool {
        true
    }
}
