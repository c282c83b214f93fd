//! What can be done with carts.

use async_graphql::Object;

/// Mutations of carts.
#[derive(Default)]
pub struct CartMutation;

/// Mutations of carts.
#[Object]
impl CartMutation {
    /// Placeholder.
    async fn carts_stub(&self) -> bool {
        true
    }
}
