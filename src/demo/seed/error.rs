//! What can go wrong while a shop is seeded.

use std::path::PathBuf;

use crate::demo::drawing::DrawError;

/// Why no shop was seeded. The database is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// There is a shop, and nobody asked to delete it.
    #[error("the shop has data: `lilium seed --reset` deletes it and seeds anew")]
    NotEmpty,
    /// Fewer products were asked for than are made by hand.
    #[error("{asked} products are too few: the demo shop has {least} of its own")]
    TooFew {
        /// How many were asked for.
        asked: usize,
        /// The least number that can be had.
        least: usize,
    },
    /// The demo shop's files are not what the program expects: a mistake in the program.
    #[error("the content of the demo shop cannot be read: {0}")]
    Content(#[from] serde_json::Error),
    /// The demo shop's files name something that is not there: a mistake in the program.
    #[error("the content of the demo shop names the {kind} \"{handle}\", which is not there")]
    Missing {
        /// What kind of thing is named.
        kind: &'static str,
        /// The name.
        handle: String,
    },
    /// A picture could not be drawn.
    #[error("a picture could not be drawn: {0}")]
    Draw(#[from] DrawError),
    /// A picture could not be written or read.
    #[error("the picture {path} could not be kept: {source}")]
    Media {
        /// Where it was to lie.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A drawing thread was stopped before its end.
    #[error("drawing was interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
    /// PostgreSQL refused or went away.
    #[error("the database refused: {}", reason(.0))]
    Database(#[from] tokio_postgres::Error),
}

/// The server's own words where there are any: the error itself says no more than "db error".
fn reason(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(told) => told.to_string(),
        None => error.to_string(),
    }
}
