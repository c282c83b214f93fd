//! Partitions are made before they are needed, and dropped when nobody needs them.

use super::{after, open, relay, told};
use lilium::platform::db::Database;
use lilium::platform::outbox::Audience;
use tokio_postgres::Client;
use uuid::Uuid;

/// The positions with which the partitions of a table begin.
async fn begin(client: &Client, table: &str) -> Vec<i64> {
    let names = "SELECT substring(inhrelid::regclass::text FROM '[0-9]+$')::bigint FROM pg_inherits WHERE inhparent = $1::text::regclass ORDER BY 1";
    let rows = client.query(names, &[&table]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn set(client: &Client, position: i64) {
    let head = "UPDATE relay_head SET position = $1";
    client.execute(head, &[&position]).await.unwrap();
}

async fn tell(database: &Database, events: usize) {
    for _ in 0..events {
        told(database, Uuid::now_v7(), vec![Audience::Staff]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_made_ahead() {
    let (server, database) = open().await;
    let client = server.client().await.unwrap();
    assert_eq!(begin(&client, "events").await, [0, 1_000_000]);
    let mut relay = relay(&database);
    // The relay goes on from border to border; each time another one was made half a million positions before.
    for (position, expected) in [
        (999_990, vec![0, 1_000_000]),
        (1_499_990, vec![0, 1_000_000]),
        (1_500_100, vec![0, 1_000_000, 2_000_000]),
        (1_999_990, vec![0, 1_000_000, 2_000_000]),
        // Were one missing, it would be made in time.
        (
            6_999_990,
            vec![0, 1_000_000, 2_000_000, 6_000_000, 7_000_000],
        ),
    ] {
        set(&client, position).await;
        tell(&database, 20).await;
        assert_eq!(relay.pass().await.unwrap(), 20);
        let found: Vec<i64> = after(&database, position)
            .await
            .iter()
            .map(|(position, _)| *position)
            .take(20)
            .collect();
        assert_eq!(found, Vec::from_iter(position + 1..=position + 20));
        assert_eq!(begin(&client, "events").await, expected);
        assert_eq!(begin(&client, "event_audiences").await, expected);
    }
    // What is made later is only ever added to as well.
    for table in ["events_from_7000000", "event_audiences_from_7000000"] {
        for harm in ["DELETE FROM", "TRUNCATE"] {
            let refused = client.batch_execute(&format!("{harm} {table}")).await;
            assert_eq!(refused.unwrap_err().code().unwrap().code(), "23001");
        }
    }
}

async fn forget(client: &Client) -> i32 {
    let forget = "SELECT events_forget(now() - interval '14 days')";
    client.query_one(forget, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn old_events_are_dropped() {
    let (server, database) = open().await;
    let client = server.client().await.unwrap();
    let mut relay = relay(&database);
    let add = "INSERT INTO outbox_new SELECT gen_random_uuid(), 'order.placed', gen_random_uuid(), '{staff}', '{}', now() - $1::int * interval '1 day' FROM generate_series(1, 2)";
    for (position, days) in [(10, 40), (999_997, 30), (1_999_998, 15), (2_999_998, 1)] {
        set(&client, position).await;
        client.execute(add, &[&days]).await.unwrap();
        relay.pass().await.unwrap();
    }
    // One that does not act any more holds nothing back: it rebuilds.
    let consumer = "INSERT INTO event_consumers (name, position, epoch, updated_at) SELECT 'mail', 5, epoch, now() FROM relay_head";
    client.batch_execute(consumer).await.unwrap();
    let all = [0, 1_000_000, 2_000_000, 3_000_000];
    assert_eq!(begin(&client, "events").await, all);

    // The first's newest event is 30 days old, the second's 15, the third's is one.
    assert_eq!(forget(&client).await, 2);
    assert_eq!(forget(&client).await, 0);
    assert_eq!(begin(&client, "events").await, all[2..]);
    assert_eq!(begin(&client, "event_audiences").await, all[2..]);
    let everything = "SELECT events_forget(now() + interval '1 day')";
    let dropped: i32 = client.query_one(everything, &[]).await.unwrap().get(0);
    assert_eq!(dropped, 1, "the one with the head stays");
    assert_eq!(begin(&client, "events").await, all[3..]);
    assert_eq!(after(&database, 0).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_waits_for_no_reader() {
    let (server, database) = open().await;
    let client = server.client().await.unwrap();
    set(&client, 1_000_000).await;
    let reader = server.client().await.unwrap();
    reader
        .batch_execute("BEGIN; SELECT * FROM events")
        .await
        .unwrap();
    let began = std::time::Instant::now();
    let put_off = client.query_one("SELECT events_forget(now())", &[]).await;
    assert_eq!(put_off.unwrap_err().code().unwrap().code(), "55P03");
    assert!(began.elapsed().as_secs() < 2);
    // Nothing waits behind it.
    tell(&database, 1).await;
    assert_eq!(relay(&database).pass().await.unwrap(), 1);
    reader.batch_execute("COMMIT").await.unwrap();
    assert_eq!(forget(&client).await, 1);
}
