//! What the program does by itself.

use super::{App, StartError};
use crate::domains::checkout::settlement;
use crate::domains::listing::follow;
use crate::domains::orders::together;
use crate::domains::search::feed;
use crate::housekeeping;
use crate::platform::background::{Background, Ending};
use crate::platform::db::Database;
use crate::platform::hub::{reader, wakes};
use crate::platform::outbox::Wake;
use crate::platform::outbox::relay::Relay;
use crate::platform::redis;
use crate::platform::telemetry::metrics;
use std::time::Duration;
use tokio::sync::watch;

/// How often the numbers are brought together.
const TIDY: Duration = Duration::from_secs(5);

/// Connections for what the program does by itself: its own, so that neither clients nor it wait for one another.
const BACKGROUND_POOL: usize = 4;

/// Connections for the log of events, one for whoever gives positions and one for whoever reads: nobody else takes them, or slow work would
/// hold up all who follow, and nothing that is kept could be given.
const LOG_POOL: usize = 2;

impl App {
    /// Begins what the program does by itself: events get their positions, and what nobody needs any more is thrown away. More
    /// can be spawned on what this answers. It ends with [`App::stop`], or when both the app and the answer are dropped.
    ///
    /// # Errors
    /// [`StartError::Database`] when the pool cannot be set up.
    pub fn work(&self) -> Result<Background, StartError> {
        let (background, database) = (
            self.background.clone(),
            Database::connect(&self.server, BACKGROUND_POOL)?.used_for("background"),
        );
        let log = Database::connect(&self.server, LOG_POOL)?.used_for("background");
        self.tell(&background, &log, &database);
        let payments = settlement::run(
            database.clone(),
            self.services.wake.clone(),
            background.ending(),
        );
        background.spawn("payments", payments);
        background.spawn("numbers", tidy(background.ending()));
        let together = together::run(database.clone(), background.ending());
        background.spawn("bought together", together);
        let searches = self.services.searches.clone();
        background.spawn(
            "searches",
            searches.run(database.clone(), background.ending()),
        );
        let housekeeping = housekeeping::run(database, background.ending());
        background.spawn("housekeeping", housekeeping);
        Ok(background)
    }

    /// Gives events their positions and reads them, on connections to `log`, and passes on that something has come.
    fn tell(&self, background: &Background, log: &Database, database: &Database) {
        let (services, ending) = (&self.services, || background.ending());
        let hub = services.hub.clone();
        let (moved, told) = watch::channel(None);
        let (relay, at_hand) = (Relay::new(log.clone(), services.wake.clone()), hub.clone());
        let relay = relay.telling(move |head| {
            at_hand.look(Some(head));
            moved.send_replace(Some(head));
        });
        background.spawn("relay", relay.run(ending()));
        let woken_for = |kinds| {
            let wake = Wake::default();
            hub.concerns(kinds, wake.clone());
            wake
        };
        let followed = woken_for(follow::KINDS);
        let follow = follow::run(database.clone(), followed, ending());
        background.spawn("listing", follow);
        if let Some(feed) = self.feed(database) {
            let fed = woken_for(feed::KINDS);
            background.spawn("search", feed::run(feed, fed, ending()));
        }
        let read = reader::run(hub.clone(), log.clone(), ending());
        background.spawn("reader of events", read);
        let listen = wakes::listen(hub.clone(), self.server.clone(), ending());
        background.spawn("listener of events", listen);
        let redis = self.config.redis_url.as_ref();
        // The cache has read the address before.
        if let Some(client) = redis.and_then(|url| redis::client(&url.0).ok()) {
            let hear = wakes::hear_redis(hub, client.clone(), ending());
            background.spawn("wakes by Redis", hear);
            background.spawn("wakes to Redis", wakes::tell_redis(told, client, ending()));
        }
    }
}

/// Brings the numbers together now and then, whether or not anybody reads them.
async fn tidy(mut ending: Ending) {
    while ending.pause(TIDY).await {
        metrics().tidy();
    }
}
