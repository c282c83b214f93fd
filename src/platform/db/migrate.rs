//! Brings the schema of the database to the newest step, one instance at a time.

use super::Server;
use diesel_async::{AsyncMigrationHarness, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Names the lock that instances which start together take turns by.
const LOCK: &str = "SELECT pg_advisory_lock(74101, 1)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(74101, 1)";

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database did not let us in.
    #[error("the database cannot be reached: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// The lock was not to be had.
    #[error("the migration lock could not be taken: {0}")]
    Lock(#[from] diesel::result::Error),
    /// A step failed; the steps before it stand.
    #[error("a migration failed: {0}")]
    Step(String),
}

/// Runs every step that has not run yet, under an advisory lock, and names those it ran.
///
/// # Errors
/// See [`MigrateError`].
pub async fn migrate(server: &Server) -> Result<Vec<String>, MigrateError> {
    let mut conn = server.patient().await?;
    conn.batch_execute(LOCK).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let ran = harness
        .run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| MigrateError::Step(error.to_string()));
    harness.into_inner().batch_execute(UNLOCK).await?;
    ran
}

/// How many steps of this program the database has not seen.
///
/// # Errors
/// See [`MigrateError`].
pub async fn pending(server: &Server) -> Result<usize, MigrateError> {
    let conn = server.patient().await?;
    AsyncMigrationHarness::new(conn)
        .pending_migrations(MIGRATIONS)
        .map(|steps| steps.len())
        .map_err(|error| MigrateError::Step(error.to_string()))
}
