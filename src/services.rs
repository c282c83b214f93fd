//! What the rooms' services share for as long as the program runs; a request gets services of its own, made from this.

use crate::config::{Config, Networks, Profile};
use crate::domains::accounts::service::Access;
use crate::domains::checkout::Turnstile;
use crate::domains::search::analytics::Searches;
use crate::domains::search::{Meilisearch, Names, Tuner};
use crate::domains::touching;
use crate::graphql::remembered::Remembered;
use crate::graphql::tags::Tag;
use crate::platform::db::Database;
use crate::platform::hub::Hub;
use crate::platform::outbox::Wake;
use crate::platform::tasks::Tasks;
use crate::platform::touched::Touched;
use std::sync::Arc;
use std::time::Duration;

/// What outlives a request.
#[derive(Clone)]
pub struct Services {
    /// Wakes the relay of the outbox after a commit.
    pub wake: Wake,
    /// Runs changes, so that one that has begun finishes.
    pub tasks: Tasks,
    /// Tells those who follow something of what happens.
    pub hub: Hub,
    /// When rows were last touched, as far as this process has heard.
    pub touched: Arc<Touched<Tag>>,
    /// Rows that change rarely, for queries.
    pub remembered: Remembered,
    /// The keys of access tokens, and the right to hash passwords.
    pub access: Access,
    /// The proxies that say for whom they ask.
    pub proxies: Networks,
    /// Lets no more buy at once than the pool can serve beside everybody else.
    pub turnstile: Turnstile,
    /// How many connections those who follow something have together: half, so that requests keep the other.
    pub live_connections: usize,
    /// Whether the TEST gateway takes cards: never in production.
    pub test_cards: bool,
    /// How administrators have tuned the search.
    pub tuner: Tuner,
    /// What values of filters are called.
    pub names: Names,
    /// Counts what is looked for.
    pub searches: Searches,
    /// The search engine beside PostgreSQL, when the settings name one.
    pub meilisearch: Option<Arc<Meilisearch>>,
}

impl Services {
    /// From the settings, on the shop's database.
    ///
    /// # Errors
    /// When the client of the search engine cannot be set up.
    pub fn new(config: &Config, database: &Database) -> Result<Self, reqwest::Error> {
        let pool = config.pool_size();
        let (tasks, wake, hub) = (Tasks::default(), Wake::default(), Hub::default());
        let touched = Arc::new(Touched::new(touching::touched));
        hub.watched_by(Arc::<Touched<Tag>>::clone(&touched));
        let lasts = Duration::from_secs(u64::from(config.answers_seconds.0));
        Ok(Self {
            access: Access::of(config, tasks.clone()).waking(wake.clone()),
            wake,
            hub,
            remembered: Remembered::of(config.rows_megabytes.0, lasts, &touched),
            touched,
            proxies: config.trusted_proxies.clone().unwrap_or_default(),
            tasks,
            turnstile: Turnstile::for_pool(pool),
            live_connections: pool.div_ceil(2),
            test_cards: config.profile != Profile::Production,
            tuner: Tuner::new(database.clone()),
            names: Names::default(),
            searches: Searches::new(database.clone()),
            meilisearch: Meilisearch::of(config)?.map(Arc::new),
        })
    }
}
