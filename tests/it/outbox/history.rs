//! What is only ever added to.

use crate::support::{Contents, database};
use std::path::Path;
use tokio_postgres::Client;

const ADD: &str = "
    INSERT INTO events VALUES (1, gen_random_uuid(), 'order.placed', gen_random_uuid(), '{staff}', '{}', now());
    INSERT INTO event_audiences VALUES ('staff', 1);
    INSERT INTO order_timeline (id, order_id, kind, actor, happened_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'PLACED', 'SYSTEM', now());
    INSERT INTO stock_movements (id, variant_id, location_id, kind, quantity, moved_at) VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'OPENING', 1, now());";

#[tokio::test(flavor = "multi_thread")]
async fn history_is_not_rewritten() {
    let client = database(Contents::Empty).await.client().await.unwrap();
    client.batch_execute(ADD).await.unwrap();
    for (table, column) in [
        ("events", "kind"),
        ("events_from_0", "kind"),
        ("event_audiences", "audience"),
        ("event_audiences_from_0", "audience"),
        ("order_timeline", "kind"),
        ("stock_movements", "quantity"),
    ] {
        for harm in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            let refused = client.batch_execute(&harm).await.unwrap_err();
            assert_eq!(refused.code().unwrap().code(), "23001", "{harm}");
            let rows = client
                .query(&format!("SELECT FROM {table}"), &[])
                .await
                .unwrap();
            assert_eq!(rows.len(), 1, "{harm}");
        }
    }
    // A partition that is empty is kept, too: another session may be filling it.
    let refused = client.batch_execute("TRUNCATE events_from_1000000").await;
    assert_eq!(refused.unwrap_err().code().unwrap().code(), "23001");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_takes_nothing_that_would_stop_the_relay() {
    let client = database(Contents::Empty).await.client().await.unwrap();
    for (kind, audiences) in [
        ("Order placed", "{staff}"),
        ("order.placed", "{staff,NULL}"),
    ] {
        let told = "INSERT INTO outbox_new VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2::text::text[], '{}', now())";
        let refused = client
            .execute(told, &[&kind, &audiences])
            .await
            .unwrap_err();
        assert_eq!(
            refused.code().unwrap().code(),
            "23514",
            "{kind} {audiences}"
        );
    }
}

/// Runs the steps of the schema whose numbers lie between these.
async fn steps(client: &Client, from: u32, to: u32) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut steps: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|step| step.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    steps.sort();
    for step in steps {
        let name = step.file_name().unwrap().to_str().unwrap();
        let number: u32 = name[11..17].parse().unwrap();
        if (from..=to).contains(&number) {
            let sql = std::fs::read_to_string(step.join("up.sql")).unwrap();
            client
                .batch_execute(&format!("BEGIN; {sql}; COMMIT"))
                .await
                .unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_from_before_there_were_movements_has_an_opening() {
    let server = database(Contents::Empty).await.database("before_movements");
    lilium::platform::db::ensure_database(&server.database("postgres"), "before_movements")
        .await
        .unwrap();
    let client = server.client().await.unwrap();
    steps(&client, 1, 5).await;
    // Neither products nor vendors are what this is about.
    let stock = "SET session_replication_role = replica;
        INSERT INTO stock_levels (variant_id, location_id, on_hand, reserved, updated_at)
        SELECT gen_random_uuid(), gen_random_uuid(), n, 0, '2026-01-02T03:04:05Z' FROM generate_series(0, 9) n;
        SET session_replication_role = origin";
    client.batch_execute(stock).await.unwrap();
    steps(&client, 6, 99).await;
    let sums = "SELECT count(*), count(m.id), count(*) FILTER (WHERE l.on_hand = coalesce(m.quantity, 0)), \
        count(*) FILTER (WHERE m.kind = 'OPENING' AND m.moved_at = l.updated_at) \
        FROM stock_levels l LEFT JOIN stock_movements m USING (variant_id, location_id)";
    let row = client.query_one(sums, &[]).await.unwrap();
    let found: Vec<i64> = (0..4).map(|column| row.get(column)).collect();
    assert_eq!(found, [10, 9, 10, 9]);
}
