//! What can be done with buying.

use async_graphql::Object;

/// Mutations of buying.
#[derive(Default)]
pub struct CheckoutMutation;

/// Mutations of buying.
#[Object]
impl CheckoutMutation {
    /// Placeholder.
    async fn checkout_stub(&self) -> bool {
        true
    }
}
