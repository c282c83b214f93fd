//! What can be done with accounts.

use async_graphql::Object;

/// Mutations of accounts.
#[derive(Default)]
pub struct AccountMutation;

/// Mutations of accounts.
#[Object]
impl AccountMutation {
    /// Placeholder.
    async fn accounts_stub(&self) -> bool {
        true
    }
}
