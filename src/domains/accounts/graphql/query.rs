//! What can be asked about accounts.

use async_graphql::Object;

/// Queries about accounts.
#[derive(Default)]
pub struct AccountQuery;

/// Queries about accounts.
#[Object]
impl AccountQuery {
    /// Placeholder.
    async fn accounts_stub(&self) -> bool {
        true
    }
}
