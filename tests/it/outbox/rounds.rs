//! What a busy shop asks for its events: wakes that come together are served together, and nobody misses anything.

use super::{event, open, relay, told};
use crate::support::config;
use lilium::app::App;
use lilium::platform::background::Background;
use lilium::platform::db::{Database, Server, StatementCount};
use lilium::platform::hub::{Hub, Watch, reader, wakes};
use lilium::platform::outbox::log::{Head, LoggedEvent};
use lilium::platform::outbox::relay::Relay;
use lilium::platform::outbox::{Audience, TOGETHER, Wake, tell};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_postgres::Client;
use uuid::Uuid;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody who hears of everything, and when.
#[derive(Default)]
struct Heard(Mutex<Vec<(i64, Uuid, Instant)>>);

impl Heard {
    /// All that was heard, once it is so many.
    async fn many(&self, wanted: usize) -> Vec<(i64, Uuid, Instant)> {
        let begin = Instant::now();
        loop {
            let heard = self.0.lock().unwrap().clone();
            if heard.len() >= wanted {
                return heard;
            }
            assert!(begin.elapsed() < PATIENCE, "{} were heard", heard.len());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Watch for Heard {
    fn begins(&self, _: Head, events: &[LoggedEvent]) {
        assert!(events.is_empty(), "nothing had happened");
    }

    fn happens(&self, event: &LoggedEvent) {
        let mut heard = self.0.lock().unwrap();
        heard.push((event.position, event.subject_id, Instant::now()));
    }

    fn heard(&self, _: Instant) {}
}

/// A relay, a reader, and a listener of other processes' wakes, each of whose statements are counted.
struct Running {
    server: Server,
    database: Database,
    wake: Wake,
    heard: Arc<Heard>,
    relayed: StatementCount,
    read: StatementCount,
    background: Background,
}

impl Running {
    async fn begin() -> Self {
        let (server, database) = open().await;
        let (hub, heard) = (Hub::default(), Arc::new(Heard::default()));
        hub.watched_by(Arc::<Heard>::clone(&heard));
        let (wake, background) = (Wake::default(), Background::default());
        let (relayed, read) = (StatementCount::default(), StatementCount::default());
        let at_hand = hub.clone();
        let relay = Relay::new(database.counted(relayed.clone()), wake.clone())
            .telling(move |head| at_hand.look(Some(head)));
        background.spawn("relay", relay.run(background.ending()));
        let listens = wakes::listen(hub.clone(), server.clone(), background.ending());
        background.spawn("listener", listens);
        let reads = reader::run(
            hub.clone(),
            database.counted(read.clone()),
            background.ending(),
        );
        background.spawn("reader", reads);
        hub.head().await.unwrap();
        Self {
            server,
            database,
            wake,
            heard,
            relayed,
            read,
            background,
        }
    }
}

/// How often who listens at the database was told where the log ends, and the last place.
async fn notified(server: &Server, background: &Background) -> Arc<Mutex<Vec<i64>>> {
    let places = Arc::new(Mutex::new(Vec::new()));
    let (kept, server) = (Arc::clone(&places), server.clone());
    let (begun, mut begins) = tokio::sync::watch::channel(false);
    let mut ending = background.ending();
    background.spawn("another process", async move {
        let listens = server.listen(wakes::CHANNEL, |said| match said {
            "" => {
                begun.send_replace(true);
            }
            place => {
                let (_, position) = place.split_once('.').unwrap();
                kept.lock().unwrap().push(position.parse().unwrap());
            }
        });
        tokio::select! {
            () = ending.asked() => {}
            _ = listens => {}
        }
    });
    begins.wait_for(|begun| *begun).await.unwrap();
    places
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_served_in_few_rounds_in_order_and_nobody_misses_one() {
    const EVENTS: usize = 500;
    let running = Running::begin().await;
    let places = notified(&running.server, &running.background).await;
    let before = (running.relayed.get(), running.read.get());
    let began = Instant::now();
    let mut conn = running.database.get().await.unwrap();
    let mut subjects = Vec::new();
    for _ in 0..EVENTS {
        // A commit each, as customers do, and a wake for each.
        let subject = Uuid::now_v7();
        tell(&mut conn, event(subject, vec![Audience::Order(subject)]))
            .await
            .unwrap();
        running.wake.wake();
        subjects.push(subject);
    }
    let heard = running.heard.many(EVENTS).await;
    let took = began.elapsed();
    let order = heard
        .iter()
        .map(|(position, subject, _)| (*position, *subject));
    assert_eq!(Vec::from_iter(order), Vec::from_iter((1..).zip(subjects)));

    // So many rounds fit into the time; the first and the last come beside, and looks that nobody was woken for.
    let fit = u32::try_from(took.as_millis() / TOGETHER.as_millis()).unwrap() + 3;
    let relayed = running.relayed.get() - before.0;
    let read = running.read.get() - before.1;
    let begin = Instant::now();
    while places.lock().unwrap().last() != Some(&500) {
        assert!(begin.elapsed() < PATIENCE, "the last place was not told");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let places = places.lock().unwrap().clone();
    println!(
        "{EVENTS} events in {took:?}: {} rounds, {relayed} statements to give positions, {read} to read",
        places.len()
    );
    assert!(places.is_sorted_by(|one, two| one < two), "{places:?}");
    assert!(
        places.len() <= usize::try_from(fit).unwrap(),
        "{} in {took:?}",
        places.len()
    );
    // Begin, turn, batch, commit; and the partition of the first.
    assert!(relayed <= 4 * fit + 12, "{relayed} in {took:?}");
    // The log, and five times a second whether something waits.
    let looks = u32::try_from(took.as_millis() / 200).unwrap() + 2;
    assert!(read <= fit + looks, "{read} in {took:?}");
    assert!(running.background.stop(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_after_a_quiet_while_is_told_at_once() {
    let running = Running::begin().await;
    let mut took = Vec::new();
    for round in 1..=10 {
        tokio::time::sleep(10 * TOGETHER).await;
        told(&running.database, Uuid::now_v7(), vec![Audience::Staff]).await;
        let began = Instant::now();
        running.wake.wake();
        let heard = running.heard.many(round).await;
        took.push(heard[round - 1].2.duration_since(began));
    }
    took.sort_unstable();
    println!("{took:?}");
    // Machines are busy with other things now and then, and nobody looks by themselves sooner than after half a second.
    assert!(took[4] < Duration::from_millis(200), "{took:?}");
    assert!(running.background.stop(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_not_asked_for_again() {
    let running = Running::begin().await;
    // Two programs over one database: this process hears of an event by the one at hand and by the database.
    let places = notified(&running.server, &running.background).await;
    let began = Instant::now();
    let before = running.read.get();
    for round in 1..=10 {
        told(&running.database, Uuid::now_v7(), vec![Audience::Staff]).await;
        running.wake.wake();
        running.heard.many(round).await;
        tokio::time::sleep(5 * TOGETHER).await;
    }
    let read = running.read.get() - before;
    let took = u32::try_from(began.elapsed().as_millis()).unwrap();
    println!("{read} statements in {took} ms");
    let begin = Instant::now();
    while places.lock().unwrap().len() < 10 {
        assert!(begin.elapsed() < PATIENCE, "a place was not told");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(places.lock().unwrap().len(), 10);
    // One for each event; five times a second whether something waits, and twice a second though nobody was woken.
    let looks = took / 200 + 2 + took / 500 + 1;
    assert!(read <= 10 + looks, "{read} in {took} ms");
}

/// How often a consumer has kept how far it has come.
async fn kept(client: &Client) -> i64 {
    let kept = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM moves";
    client.query_one(kept, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_concerned_keeps_how_far_it_has_come_now_and_then() {
    let (server, database) = open().await;
    let client = server.client().await.unwrap();
    client
        .batch_execute(
            "CREATE SEQUENCE moves;
             CREATE FUNCTION count_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('moves'); RETURN NULL; END $$;
             CREATE TRIGGER counted AFTER UPDATE ON event_consumers FOR EACH ROW EXECUTE FUNCTION count_move();",
        )
        .await
        .unwrap();
    let app = App::on(config(&[]), server.clone()).unwrap();
    app.work().unwrap();
    let began = Instant::now();
    for _ in 0..200 {
        told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
        app.services.wake.wake();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (often, took) = (kept(&client).await, began.elapsed());
    println!("kept {often} times in {took:?}");
    assert!(
        often <= i64::try_from(took.as_secs()).unwrap() + 2,
        "{often}"
    );
    // And comes to the end.
    let behind = "SELECT h.position - c.position FROM relay_head h, event_consumers c WHERE c.name = 'listing' AND h.position >= 200";
    let begin = Instant::now();
    loop {
        let row = client.query_opt(behind, &[]).await.unwrap();
        if row.is_some_and(|row| row.get::<_, i64>(0) == 0) {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "it stays behind");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.stop().await.unwrap();
    assert_eq!(relay(&database).pass().await.unwrap(), 0);
}
