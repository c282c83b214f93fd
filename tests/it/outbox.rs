//! Events: told in the transaction of a change, given positions after the commit, read in one order by everybody.

mod consumers;
mod history;
mod partitions;
mod rounds;

use crate::support::{Contents, database};
use diesel::QueryResult;
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use futures_util::future::{join_all, try_join_all};
use lilium::platform::db::{Conn, Database, Server};
use lilium::platform::outbox::relay::{Relay, Step};
use lilium::platform::outbox::{Audience, Event, Wake, log, tell};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use uuid::Uuid;

fn event(subject_id: Uuid, audiences: Vec<Audience>) -> Event {
    Event {
        kind: "order.placed",
        subject_id,
        audiences,
        facts: json!({ "state": "PENDING" }),
    }
}

/// Tells an event in a transaction of its own.
async fn told(database: &Database, subject_id: Uuid, audiences: Vec<Audience>) {
    let mut conn = database.get().await.unwrap();
    tell(&mut conn, event(subject_id, audiences)).await.unwrap();
}

fn relay(database: &Database) -> Relay {
    Relay::new(database.clone(), Wake::default())
}

async fn open() -> (Server, Database) {
    let server = database(Contents::Empty).await;
    let database = Database::connect(&server, 10).unwrap();
    (server, database)
}

/// The subjects of all events after a position, with their positions.
async fn after(database: &Database, position: i64) -> Vec<(i64, Uuid)> {
    let mut conn = database.get().await.unwrap();
    let events = log::after(&mut conn, position, log::MOST).await.unwrap();
    let pairs = events
        .iter()
        .map(|event| (event.position, event.subject_id));
    pairs.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_logged_as_it_was_told() {
    let (_, database) = open().await;
    let [subject, customer, vendor] = [(); 3].map(|()| Uuid::now_v7());
    let audiences = vec![
        Audience::Customer(customer),
        Audience::Vendor(vendor),
        Audience::Order(subject),
        Audience::Cart(customer),
        Audience::Staff,
        Audience::Staff,
    ];
    told(&database, subject, audiences.clone()).await;
    assert_eq!(relay(&database).pass().await.unwrap(), 1);

    let mut conn = database.get().await.unwrap();
    let events = log::after(&mut conn, 0, 10).await.unwrap();
    let [event] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (event.position, event.subject_id, event.kind.as_str()),
        (1, subject, "order.placed")
    );
    assert_eq!(event.audiences, audiences);
    assert_eq!(event.facts, json!({ "state": "PENDING" }));
    assert!(
        chrono::Utc::now()
            .signed_duration_since(event.told_at)
            .num_minutes()
            == 0
    );
    assert_eq!(log::head(&mut conn).await.unwrap().position, 1);

    // Nothing more comes of looking again.
    assert_eq!(relay(&database).pass().await.unwrap(), 0);
    assert_eq!(log::head(&mut conn).await.unwrap().position, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_was_never_told() {
    let (_, database) = open().await;
    let mut conn = database.get().await.unwrap();
    let undone: QueryResult<()> = conn
        .transaction(async |conn| {
            tell(conn, event(Uuid::now_v7(), vec![Audience::Staff])).await?;
            Err(diesel::result::Error::RollbackTransaction)
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(relay(&database).pass().await.unwrap(), 0);
    assert_eq!(after(&database, 0).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_commit_in_the_other_order_lose_no_event() {
    let (_, database) = open().await;
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let mut slow = database.get().await.unwrap();
    slow.batch_execute("BEGIN").await.unwrap();
    tell(&mut slow, event(first, vec![Audience::Staff]))
        .await
        .unwrap();
    told(&database, second, vec![Audience::Staff]).await;

    let mut relay = relay(&database);
    assert_eq!(relay.pass().await.unwrap(), 1);
    let seen = after(&database, 0).await;
    assert_eq!(seen, [(1, second)]);

    slow.batch_execute("COMMIT").await.unwrap();
    assert_eq!(relay.pass().await.unwrap(), 1);
    // Its id is the lower one, its position is not: a reader that goes on from where it was sees it.
    assert_eq!(after(&database, 1).await, [(2, first)]);
    assert_eq!(after(&database, 0).await, [(1, second), (2, first)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_batch_stand_in_the_order_in_which_they_were_told() {
    let (_, database) = open().await;
    let subjects: Vec<Uuid> = (0..1_200).map(|_| Uuid::now_v7()).collect();
    let mut conn = database.get().await.unwrap();
    let all: QueryResult<()> = conn
        .transaction(async |conn| {
            for subject in &subjects {
                tell(conn, event(*subject, vec![Audience::Order(*subject)])).await?;
            }
            Ok(())
        })
        .await;
    all.unwrap();

    let mut relay = relay(&database);
    assert_eq!(relay.step().await.unwrap(), Step::Moved(500));
    assert_eq!(relay.step().await.unwrap(), Step::Moved(500));
    assert_eq!(relay.step().await.unwrap(), Step::Moved(200));
    assert_eq!(relay.step().await.unwrap(), Step::Moved(0));
    let mut found = after(&database, 0).await;
    assert_eq!(found.len(), 1_000, "no reading answers more");
    found.extend(after(&database, 1_000).await);
    let expected: Vec<(i64, Uuid)> = (1..).zip(subjects).collect();
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_relays_at_once_number_nothing_twice_and_leave_no_gap() {
    const EVENTS: usize = 2_000;
    let (server, one) = open().await;
    let two = Database::connect(&server, 10).unwrap();
    let tellers = (0..20).map(|_| {
        let database = one.clone();
        tokio::spawn(async move {
            for _ in 0..EVENTS / 20 {
                told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
            }
        })
    });
    let relays = (0..8).map(|place| {
        let mut relay = relay(if place % 2 == 0 { &one } else { &two });
        tokio::spawn(async move {
            let mut moved = 0;
            for _ in 0..60 {
                moved += relay.pass().await.unwrap();
            }
            moved
        })
    });
    let (tellers, relays): (Vec<_>, Vec<_>) = (tellers.collect(), relays.collect());
    try_join_all(tellers).await.unwrap();
    let mut moved: i64 = try_join_all(relays).await.unwrap().into_iter().sum();
    let ends: Vec<i64> = join_all([&one, &two].map(|database| async {
        let mut relay = relay(database);
        relay.pass().await.unwrap()
    }))
    .await;
    moved += ends.iter().sum::<i64>();
    assert_eq!(moved, 2_000);

    let client = server.client().await.unwrap();
    let sums = "SELECT count(*), min(position), max(position), count(DISTINCT position), count(DISTINCT id), \
        (SELECT position FROM relay_head), (SELECT count(*) FROM outbox_new), (SELECT count(*) FROM event_audiences a JOIN events USING (position)) FROM events";
    let row = client.query_one(sums, &[]).await.unwrap();
    let found: Vec<i64> = (0..8).map(|column| row.get(column)).collect();
    assert_eq!(found, [2_000, 1, 2_000, 2_000, 2_000, 2_000, 0, 2_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_gives_way_to_the_one_that_is_at_it() {
    let (server, database) = open().await;
    told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    let mut other = server.client().await.unwrap();
    let holds = other.transaction().await.unwrap();
    holds
        .query("SELECT pg_advisory_xact_lock(74101, 3)", &[])
        .await
        .unwrap();
    let mut relay = relay(&database);
    assert_eq!(relay.step().await.unwrap(), Step::Busy);
    assert_eq!(relay.pass().await.unwrap(), 0);
    holds.rollback().await.unwrap();
    assert_eq!(relay.pass().await.unwrap(), 1);
}

/// Opens a transaction that has written and holds a snapshot.
async fn left_open(server: &Server, sql: &str) -> tokio_postgres::Client {
    let client = server.client().await.unwrap();
    let begin = format!("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT txid_current(); {sql}");
    client.batch_execute(&begin).await.unwrap();
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_left_open_elsewhere_stalls_nothing() {
    let (server, database) = open().await;
    let elsewhere = crate::support::database(Contents::Empty).await;
    let wrote = "INSERT INTO outbox_new VALUES (gen_random_uuid(), 'order.placed', gen_random_uuid(), '{staff}', '{}', now())";
    let _open = [
        left_open(&elsewhere, wrote).await,
        left_open(&server, wrote).await,
        left_open(
            &server,
            "SELECT * FROM events; SELECT * FROM relay_head; SELECT * FROM outbox_new",
        )
        .await,
    ];
    let client = server.client().await.unwrap();
    // Near a border, so that partitions are made under the eyes of who reads.
    let border = "UPDATE relay_head SET position = 3999000";
    client.batch_execute(border).await.unwrap();

    let began = Instant::now();
    let mut relay = relay(&database);
    for round in 1..=20_i64 {
        told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
        assert_eq!(relay.pass().await.unwrap(), 1);
        assert_eq!(after(&database, 3_999_000).await.len() as i64, round);
    }
    assert!(began.elapsed() < Duration::from_secs(5));
    let mut conn = database.get().await.unwrap();
    let head = log::head(&mut conn).await.unwrap();
    assert_eq!(head.position, 3_999_020);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_is_woken_looks_by_itself_outlives_errors_and_ends_when_asked() {
    use lilium::platform::background::Background;
    let (server, database) = open().await;
    let (background, wake) = (Background::default(), Wake::default());
    let relay = Relay::new(Database::connect(&server, 1).unwrap(), wake.clone());
    background.spawn("relay", relay.run(background.ending()));

    // Woken: long before it would look by itself, every time.
    let began = Instant::now();
    for round in 1..=20 {
        told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
        wake.wake();
        until(&database, round).await;
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    // By itself.
    told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    until(&database, 21).await;
    // Its connection is cut, and the table is away for a while.
    let client = server.client().await.unwrap();
    client
        .batch_execute("ALTER TABLE relay_head RENAME TO away; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await;
    client
        .batch_execute("ALTER TABLE away RENAME TO relay_head")
        .await
        .unwrap();
    let database = Database::connect(&server, 2).unwrap();
    told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    until(&database, 22).await;

    assert!(background.stop(Duration::from_secs(5)).await);
    told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    wake.wake();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(after(&database, 0).await.len(), 22);
}

/// Waits until so many events have positions.
async fn until(database: &Database, events: usize) {
    let began = Instant::now();
    while after(database, 0).await.len() < events {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "no position was given"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_gives_its_events_positions_and_finishes_what_it_began() {
    let shop = crate::support::Shop::with(Contents::Empty, &[]).await;
    let database = Database::connect(&shop.server, 2).unwrap();
    told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    until(&database, 1).await;

    // A change that runs when the program ends is waited for.
    let app = lilium::app::App::on(crate::support::config(&[]), shop.server.clone()).unwrap();
    app.work().unwrap();
    let (began, has_begun) = oneshot::channel();
    let (tasks, its) = (app.services.tasks.clone(), app.database.clone());
    let client = tokio::spawn(async move {
        let change = async move {
            began.send(()).unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
            told(&its, Uuid::now_v7(), vec![Audience::Staff]).await;
        };
        tasks.run(change).await
    });
    has_begun.await.unwrap();
    client.abort();
    app.stop().await.unwrap();
    until(&database, 2).await;
}

/// A connection by which history is read.
async fn conn(database: &Database) -> impl std::ops::DerefMut<Target = Conn> {
    database.get().await.unwrap()
}
