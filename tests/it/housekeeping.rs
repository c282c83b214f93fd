//! What the program throws away by itself, and what it leaves alone.

use crate::support::{Contents, database};
use lilium::housekeeping;
use lilium::platform::background::Background;
use lilium::platform::db::{Database, Server};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// Rows of every age: what is due, and what is nearly due or shall be kept.
const ROWS: &str = "
    INSERT INTO idempotency_keys (mutation, scope, key, input_hash, outcome_id, created_at)
    SELECT 'm', 's', CASE WHEN n > 1200 THEN 'stay' ELSE 'go' END || n, sha256(''), gen_random_uuid(),
        now() - CASE WHEN n > 1200 THEN interval '6 days 23 hours' ELSE interval '7 days 1 minute' END FROM generate_series(1, 1203) n;
    INSERT INTO throttles (subject, level, updated_at)
    SELECT sha256(n::text::bytea), n, now() - CASE WHEN n > 700 THEN interval '23 hours' ELSE interval '25 hours' END FROM generate_series(1, 703) n;
    INSERT INTO users (id, email, first_name, last_name, created_at, updated_at)
    VALUES ('00000000-0000-7000-8000-000000000001', 'a@example.com', '', '', now(), now());
    INSERT INTO sessions (id, user_id, created_at, refreshed_at, expires_at, ended_at, end_reason)
    SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', created, created, expires, ended, CASE WHEN ended IS NOT NULL THEN 'SIGNED_OUT' END
    FROM (VALUES
        (timestamptz '2020-01-01', now() - interval '31 days', NULL::timestamptz),
        ('2020-01-02', now() + interval '5 days', now() - interval '31 days'),
        ('2021-01-01', now() - interval '29 days', NULL),
        ('2021-01-02', now() + interval '5 days', now() - interval '29 days'),
        ('2021-01-03', now() + interval '5 days', NULL)) s(created, expires, ended);
    INSERT INTO refresh_tokens (hash, session_id, issued_at)
    SELECT sha256((s.id::text || n)::bytea), s.id, s.created_at FROM sessions s, generate_series(1, 600) n;";

const CARTS: &str = "
    INSERT INTO carts (id, secret_hash, state, market_id, country, note, created_at, updated_at)
    SELECT gen_random_uuid(), sha256(''), c.state::cart_state, m.id, 'US', c.note, now() - interval '1 year', now() - c.age
    FROM (SELECT id FROM markets LIMIT 1) m, (VALUES
        ('OPEN', 'go', interval '91 days'), ('OPEN', 'stay', interval '89 days'),
        ('PAYING', 'stay', interval '1 year'), ('BOUGHT', 'stay', interval '1 year')) c(state, note, age);
    INSERT INTO cart_lines (id, cart_id, variant_id, quantity, created_at)
    SELECT gen_random_uuid(), c.id, v.id, 1, now() FROM carts c, (SELECT id FROM variants LIMIT 3) v;";

async fn shop() -> (Server, Database, Client) {
    let server = database(Contents::Demo).await;
    let client = server.client().await.unwrap();
    client
        .batch_execute(&format!("{ROWS}{CARTS}"))
        .await
        .unwrap();
    let database = Database::connect(&server, 2).unwrap();
    (server, database, client)
}

/// How many rows there are: keys, throttles, sessions, tokens, carts, lines of carts.
async fn rows(client: &Client) -> Vec<i64> {
    let mut rows = Vec::new();
    for table in [
        "idempotency_keys",
        "throttles",
        "sessions",
        "refresh_tokens",
        "carts",
        "cart_lines",
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        rows.push(client.query_one(&sql, &[]).await.unwrap().get(0));
    }
    rows
}

const BEFORE: [i64; 6] = [1_203, 703, 5, 3_000, 4, 12];
const AFTER: [i64; 6] = [3, 3, 3, 1_800, 3, 9];

async fn keep_house(database: &Database) {
    let background = Background::default();
    housekeeping::once(database, &mut background.ending())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_goes_and_the_rest_stays() {
    let (_, database, client) = shop().await;
    assert_eq!(rows(&client).await, BEFORE);
    keep_house(&database).await;
    assert_eq!(rows(&client).await, AFTER);
    let wrong = "SELECT (SELECT count(*) FROM idempotency_keys WHERE key NOT LIKE 'stay%') + (SELECT count(*) FROM carts WHERE note <> 'stay') \
        + (SELECT count(*) FROM throttles WHERE level <= 700) + (SELECT count(*) FROM sessions WHERE created_at < '2021-01-01')";
    let wrong: i64 = client.query_one(wrong, &[]).await.unwrap().get(0);
    assert_eq!(wrong, 0);
    keep_house(&database).await;
    assert_eq!(rows(&client).await, AFTER);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_keeps_house_at_a_time() {
    let (server, database, client) = shop().await;
    let other = server.client().await.unwrap();
    other
        .batch_execute("BEGIN; SELECT pg_advisory_xact_lock(74101, 4)")
        .await
        .unwrap();
    keep_house(&database).await;
    assert_eq!(rows(&client).await, BEFORE);
    other.batch_execute("COMMIT").await.unwrap();
    keep_house(&database).await;
    assert_eq!(rows(&client).await, AFTER);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_works_on_is_left_alone() {
    let (server, database, client) = shop().await;
    let other = server.client().await.unwrap();
    other
        .batch_execute("BEGIN; SELECT FROM carts FOR NO KEY UPDATE; SELECT FROM idempotency_keys FOR UPDATE; SELECT FROM refresh_tokens FOR UPDATE")
        .await
        .unwrap();
    let began = Instant::now();
    keep_house(&database).await;
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(rows(&client).await, [1_203, 3, 5, 3_000, 4, 12]);
    other.batch_execute("ROLLBACK").await.unwrap();
    keep_house(&database).await;
    assert_eq!(rows(&client).await, AFTER);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_after_a_portion_when_it_is_asked_to() {
    let (_, database, client) = shop().await;
    let background = Background::default();
    let mut ending = background.ending();
    background.stop(Duration::ZERO).await;
    housekeeping::once(&database, &mut ending).await.unwrap();
    assert_eq!(rows(&client).await, [703, 703, 5, 3_000, 4, 12]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_no_more_than_it_throws_away() {
    let (_, _, client) = shop().await;
    client
        .batch_execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        .await
        .unwrap();
    for (sql, index) in [
        (
            "SELECT FROM idempotency_keys WHERE created_at < now() ORDER BY created_at LIMIT 500 FOR UPDATE SKIP LOCKED",
            "idempotency_keys_created",
        ),
        (
            "SELECT FROM throttles WHERE updated_at < now() ORDER BY updated_at LIMIT 500 FOR UPDATE SKIP LOCKED",
            "throttles_updated",
        ),
        (
            "SELECT FROM sessions WHERE least(ended_at, expires_at) < now() LIMIT 500 FOR UPDATE SKIP LOCKED",
            "sessions_over",
        ),
        (
            "SELECT FROM carts WHERE state = 'OPEN' AND updated_at < now() ORDER BY updated_at LIMIT 500 FOR UPDATE SKIP LOCKED",
            "carts_updated",
        ),
    ] {
        let plan = client.query(&format!("EXPLAIN {sql}"), &[]).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|line| line.get(0)).collect();
        assert!(
            plan.iter().any(|line| line.contains(index))
                && !plan.iter().any(|line| line.contains("Sort")),
            "{plan:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_looked_for_is_kept_a_year_and_what_few_looked_for_a_month() {
    let (_, database, client) = shop().await;
    client
        .batch_execute(
            "INSERT INTO search_days (day, language, term, searches, without_result) SELECT current_date - age, 'EN', term, searches, 0
             FROM (VALUES (398, 'go old', 9), (390, 'stay', 9), (4, 'go rare', 2), (4, 'stay', 3), (1, 'stay', 1), (0, 'stay', 1)) d(age, term, searches);
             INSERT INTO search_product_days (day, product_id, clicks) SELECT current_date - age, id, 1
             FROM (SELECT id FROM products LIMIT 1) p, (VALUES (398), (390), (0)) d(age);",
        )
        .await
        .unwrap();
    keep_house(&database).await;
    let left = "SELECT (SELECT count(*) FROM search_days), (SELECT count(*) FROM search_days WHERE term <> 'stay'),
        (SELECT count(*) FROM search_product_days), (SELECT current_date - min(day) FROM search_product_days)";
    let row = client.query_one(left, &[]).await.unwrap();
    let counts: Vec<i64> = (0..3).map(|at| row.get(at)).collect();
    assert_eq!(counts, [4, 0, 2]);
    assert_eq!(row.get::<_, i32>(3), 390);
}
