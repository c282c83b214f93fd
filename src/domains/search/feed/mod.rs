//! Tells the Meilisearch server what has changed.
//!
//! Whoever changes a product tells `product.changed` in the same transaction. The feed reads these events in their order, reads the
//! products as they are by then, and gives their documents to the server: so it may do the same twice, and later states win. One
//! instance at a time does so. Indexes that are not there, are empty, or hold another epoch, are built anew beside the live ones.

mod dead;
mod pass;
mod rebuild;
mod turn;
mod verify;

pub use pass::Feed;
pub use rebuild::{Rebuilt, rebuild};
pub use verify::{Verified, verify};

use super::meilisearch::Halted;
use crate::platform::background::Ending;
use crate::platform::chance;
use crate::platform::db::{Conn, DbError};
use crate::platform::outbox::log::{Consumer, LoggedEvent, Start};
use crate::platform::outbox::{self, Audience, Event, Rounds, Wake};
use crate::platform::telemetry::metrics;
use diesel::QueryResult;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Who keeps how far the indexes have come in the log of events.
pub const CONSUMER: Consumer = Consumer {
    name: "search",
    start: Start::Head,
};

/// What is told of products that changed.
const CHANGED: &str = "product.changed";

/// The kinds of events that the indexes follow.
pub const KINDS: &[&str] = &[CHANGED];

/// Products that one event tells of at the most.
pub const MOST_IN_EVENT: usize = 1_000;

/// How long the feed waits to be woken before it looks by itself. What does not concern it is passed over then.
const PATIENCE: Duration = Duration::from_millis(500);

/// The longest wait after an error.
const LONGEST: Duration = Duration::from_secs(15);

/// Why the indexes could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The server.
    #[error(transparent)]
    Engine(#[from] super::EngineError),
    /// The server took documents, and failed at them.
    #[error("the search engine fails: {0}")]
    Failed(String),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The shop, which is not there yet.
    #[error(transparent)]
    Shop(#[from] Arc<crate::domains::shop::ShopError>),
    /// The tuning.
    #[error(transparent)]
    Tuning(#[from] Arc<DbError>),
    /// The connection that takes turns.
    #[error("the turn was lost: {0}")]
    Turn(String),
    /// Indexes that a later version of the program keeps, whose documents are of another make.
    #[error("a later version of the program keeps the indexes")]
    NotOurs,
    /// What was built is of another epoch than what is there by now.
    #[error("the shop was replaced meanwhile")]
    Replaced,
}

impl From<Halted> for FeedError {
    fn from(halted: Halted) -> Self {
        match halted {
            Halted::Engine(error) => Self::Engine(error),
            Halted::Failed(why) => Self::Failed(why),
        }
    }
}

impl From<diesel::result::Error> for FeedError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<diesel::ConnectionError> for FeedError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Turn(error.to_string())
    }
}

impl From<tokio_postgres::Error> for FeedError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Turn(error.to_string())
    }
}

/// Tells, as one of the last things that a transaction writes, that these products changed: their texts, what they can be narrowed down
/// by, their prices, where they are listed, or whether they can be bought.
///
/// # Errors
/// Whatever the database says.
pub async fn tell_changed(conn: &mut Conn, products: &[Uuid]) -> QueryResult<()> {
    for some in products.chunks(MOST_IN_EVENT) {
        let Some(first) = some.first() else { continue };
        let event = Event {
            kind: CHANGED,
            subject_id: *first,
            audiences: vec![Audience::Storefronts],
            facts: json!({ "products": some }),
        };
        outbox::tell(conn, event).await?;
    }
    Ok(())
}

/// The products that an event tells of.
fn changed(event: &LoggedEvent) -> Vec<Uuid> {
    if event.kind != CHANGED {
        return Vec::new();
    }
    let ids = event.facts.get("products").and_then(|ids| ids.as_array());
    let ids = ids.into_iter().flatten().filter_map(|id| id.as_str());
    ids.filter_map(|id| Uuid::try_parse(id).ok()).collect()
}

/// Feeds the server until it is asked to end, woken for products that changed. Errors are logged and waited out.
pub async fn run(mut feed: Feed, wake: Wake, mut ending: Ending) {
    let (mut rounds, mut failures) = (Rounds::of(wake), 0);
    loop {
        let step = tokio::select! {
            biased;
            () = ending.asked() => return,
            step = feed.step() => step,
        };
        let rest = match step {
            Ok(true) => {
                failures = 0;
                continue;
            }
            Ok(false) => {
                failures = 0;
                PATIENCE
            }
            Err(FeedError::Shop(_)) => PATIENCE * 4,
            Err(error) => {
                failures += 1;
                metrics().search_feed_failures.increment(1);
                feed.measure().await;
                tracing::warn!(%error, failures, "the search engine is not told of changes for now");
                feed.begin_anew();
                let pause = chance::back_off(failures, LONGEST);
                // Instances that failed together do not come back together.
                pause + chance::up_to(pause / 2)
            }
        };
        let rest = async {
            if failures > 0 {
                tokio::time::sleep(rest).await;
            } else {
                rounds.next(rest).await;
            }
        };
        tokio::select! {
            biased;
            () = ending.asked() => return,
            () = rest => {}
        }
    }
}
