//! Makes a database where there is none.

use super::server::Server;

/// Why the database could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The server did not let us in.
    #[error("the database could not be made: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// The server refused.
    #[error("the database could not be made: {0}")]
    Refused(#[from] tokio_postgres::Error),
}

/// Makes the database `name` through `server`, unless it is there. Two that try at once both succeed.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn ensure_database(server: &Server, name: &str) -> Result<(), CreateError> {
    let client = server.client().await?;
    if client
        .query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .await?
        .is_some()
    {
        return Ok(());
    }
    match client
        .batch_execute(&format!("CREATE DATABASE \"{name}\""))
        .await
    {
        Err(error) if !is_there(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Someone else made it meanwhile: PostgreSQL says so in either of two ways.
fn is_there(error: &tokio_postgres::Error) -> bool {
    use tokio_postgres::error::SqlState;
    matches!(error.code(), Some(code) if *code == SqlState::DUPLICATE_DATABASE || *code == SqlState::UNIQUE_VIOLATION)
}
