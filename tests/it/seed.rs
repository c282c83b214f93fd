//! The demo shop: what it holds, and that it is the same each time.

use crate::support::{Contents, config, database};
use lilium::demo::seed::{self, HIDDEN, Plan, Silent, least_products};
use lilium::platform::db::Server;
use std::collections::BTreeMap;
use tokio_postgres::Client;

/// A fingerprint of the rows of each table, in whatever order they lie. The epoch of events is another each time, the tuning of the
/// search says since when it is as it is, and so are accounts:
/// people sign up after the seeding, with salt in their passwords.
async fn fingerprints(client: &Client) -> BTreeMap<String, String> {
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' \
        AND tablename NOT IN ('__diesel_schema_migrations', 'relay_head', 'search_settings', 'users', 'credentials', 'customers', 'grants')";
    let mut fingerprints = BTreeMap::new();
    for row in client.query(tables, &[]).await.unwrap() {
        let table: String = row.get(0);
        let sql = format!(
            "SELECT count(*)::text || ' rows, ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\")), '') FROM \"{table}\" t"
        );
        fingerprints.insert(table, client.query_one(&sql, &[]).await.unwrap().get(0));
    }
    fingerprints
}

async fn seed(server: &Server, products: usize, reset: bool) -> seed::Summary {
    let mut client = server.client().await.unwrap();
    // Pictures are drawn by the template already.
    let plan = Plan {
        products,
        reset,
        side: 320,
    };
    let media = config(&[]).data.join("media");
    seed::run(&mut client, &media, &plan, &Silent)
        .await
        .unwrap()
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rows_come_out_each_time() {
    let template = database(Contents::Empty).await;
    seed(&template, least_products().unwrap(), false).await;
    let first = fingerprints(&template.client().await.unwrap()).await;
    assert!(
        first.len() > 30 && first["listings"] != "0 rows, ",
        "{first:#?}"
    );

    let other = database(Contents::Empty).await;
    let summary = seed(&other, least_products().unwrap(), false).await;
    assert_eq!(summary.drawn, 0);
    let client = other.client().await.unwrap();
    assert_eq!(fingerprints(&client).await, first);

    // Neither what was there before nor how much it was leaves a trace.
    seed(&other, least_products().unwrap() + 100, true).await;
    assert_ne!(fingerprints(&client).await, first);
    seed(&other, least_products().unwrap(), true).await;
    assert_eq!(fingerprints(&client).await, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_begins_everything_anew() {
    let server = database(Contents::Demo).await;
    let client = server.client().await.unwrap();
    let epoch = "SELECT position, epoch::text FROM relay_head";
    let before: String = client.query_one(epoch, &[]).await.unwrap().get(1);
    let history = "UPDATE relay_head SET position = 999999; SELECT nextval('order_numbers'), event_partition(3000000);
        INSERT INTO events SELECT n, gen_random_uuid(), 'order.placed', gen_random_uuid(), '{staff}', '{}', now() FROM unnest('{1,999999,1000000,3000000}'::bigint[]) n;
        INSERT INTO event_audiences SELECT 'staff', position FROM events;
        INSERT INTO event_consumers (name, position, epoch, updated_at) SELECT 'search', 9, epoch, now() FROM relay_head;
        INSERT INTO order_timeline (id, order_id, kind, actor, happened_at) VALUES (gen_random_uuid(), gen_random_uuid(), 'PLACED', 'SYSTEM', now());
        INSERT INTO stock_movements (id, variant_id, location_id, kind, quantity, moved_at) VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'RECEIPT', 1, now());
        DROP TABLE events_from_1000000, event_audiences_from_1000000";
    client.batch_execute(history).await.unwrap();

    let summary = seed(&server, least_products().unwrap(), true).await;

    let head = client.query_one(epoch, &[]).await.unwrap();
    assert_eq!(head.get::<_, i64>(0), 0);
    assert_ne!(head.get::<_, String>(1), before);
    for (sql, expected) in [
        ("SELECT count(*) FROM events", 0),
        ("SELECT count(*) FROM event_audiences", 0),
        ("SELECT count(*) FROM event_consumers", 0),
        ("SELECT count(*) FROM order_timeline", 0),
        ("SELECT nextval('order_numbers')", 1001),
        // What was forgotten is there again, for the positions that come next.
        (
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass",
            3,
        ),
        (STOCKLESS, 0),
        (
            "SELECT count(*) FROM stock_movements WHERE kind = 'OPENING' AND actor_id IS NULL AND reservation_id IS NULL",
            count(
                &client,
                "SELECT count(*) FROM stock_levels WHERE on_hand > 0",
            )
            .await,
        ),
        (
            "SELECT count(*) FROM stock_levels",
            summary.variants.try_into().unwrap(),
        ),
    ] {
        assert_eq!(count(&client, sql).await, expected, "{sql}");
    }
    // What is only ever added to is so again.
    for table in [
        "events",
        "event_audiences_from_0",
        "order_timeline",
        "stock_movements",
    ] {
        let truncated = client.batch_execute(&format!("TRUNCATE {table}")).await;
        let refused = truncated.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "23001", "{table}");
    }
}

/// Levels that are not the sum of their movements.
const STOCKLESS: &str = "SELECT count(*) FROM stock_levels l WHERE l.on_hand <> (SELECT coalesce(sum(m.quantity), 0) FROM stock_movements m \
    WHERE m.variant_id = l.variant_id AND m.location_id = l.location_id)";

#[tokio::test(flavor = "multi_thread")]
async fn every_level_is_the_sum_of_its_movements() {
    for contents in [Contents::Demo, Contents::TenThousand] {
        let client = database(contents).await.client().await.unwrap();
        let moved = count(&client, "SELECT count(*) FROM stock_movements").await;
        let levels = count(
            &client,
            "SELECT count(*) FROM stock_levels WHERE on_hand > 0",
        )
        .await;
        assert!(moved == levels && moved > 100, "{moved} {levels}");
        assert_eq!(count(&client, STOCKLESS).await, 0);
    }
}

/// Where many products are seeded, indexes and keys are taken away and put back.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_schema_is_missing_after_many_products() {
    let sql = "SELECT coalesce(string_agg(def, E'\n' ORDER BY def), '') FROM (
        SELECT pg_get_indexdef(indexrelid) AS def FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal) parts";
    let mut seen = Vec::new();
    for contents in [Contents::Empty, Contents::TenThousand] {
        let client = database(contents).await.client().await.unwrap();
        let parts: String = client.query_one(sql, &[]).await.unwrap().get(0);
        seen.push(parts);
    }
    assert!(seen[0].contains("stock_movements_level"));
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_is_as_large_as_promised() {
    let server = database(Contents::Demo).await;
    let client = server.client().await.unwrap();
    for (what, sql, expected) in [
        ("vendors", "SELECT count(*) FROM vendors", 12),
        (
            "products",
            "SELECT count(*) FROM products",
            150 + HIDDEN.len() as i64,
        ),
        (
            "products that the public does not see",
            "SELECT count(*) FROM products WHERE state <> 'ACTIVE' OR moderation <> 'APPROVED' OR published_at > now()",
            HIDDEN.len() as i64,
        ),
        (
            "collections",
            "SELECT count(*) FROM collections WHERE kind <> 'CATEGORY'",
            6,
        ),
        (
            "categories",
            "SELECT count(*) FROM collections WHERE kind = 'CATEGORY'",
            9,
        ),
        (
            "categories at the root",
            "SELECT count(*) FROM collections WHERE kind = 'CATEGORY' AND parent_id IS NULL AND id IN (SELECT parent_id FROM collections)",
            3,
        ),
        (
            "locations, one for each vendor",
            "SELECT count(DISTINCT vendor_id) FROM locations",
            12,
        ),
        (
            "variants without stock rows",
            "SELECT count(*) FROM variants WHERE id NOT IN (SELECT variant_id FROM stock_levels)",
            0,
        ),
        (
            "variants without a price in some price list",
            "SELECT count(*) FROM variants v CROSS JOIN price_lists l WHERE NOT EXISTS \
             (SELECT FROM variant_prices p WHERE p.variant_id = v.id AND p.price_list_id = l.id)",
            0,
        ),
        (
            "products without a picture",
            "SELECT count(*) FROM products WHERE id NOT IN (SELECT product_id FROM product_images)",
            0,
        ),
    ] {
        assert_eq!(count(&client, sql).await, expected, "{what}");
    }
    let hidden = "SELECT count(*) FROM collections WHERE handle IN ('hidden-homepage-featured-items', 'hidden-homepage-carousel')";
    assert_eq!(
        count(&client, hidden).await,
        2,
        "the home page's collections"
    );
    let menus = "SELECT count(*) FROM menus WHERE handle IN ('next-js-frontend-header-menu', 'next-js-frontend-footer-menu')";
    assert_eq!(count(&client, menus).await, 2, "the storefront's menus");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_is_there_in_arabic() {
    let server = database(Contents::Demo).await;
    let client = server.client().await.unwrap();
    for (table, translations, key) in [
        ("shop_policies", "shop_policy_translations", "policy_id"),
        ("vendors", "vendor_translations", "vendor_id"),
        ("collections", "collection_translations", "collection_id"),
        ("products", "product_translations", "product_id"),
        ("pages", "page_translations", "page_id"),
        ("menu_items", "menu_item_translations", "item_id"),
    ] {
        let missing = format!(
            "SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT FROM {translations} x WHERE x.{key} = t.id AND x.language = 'AR')"
        );
        assert_eq!(count(&client, &missing).await, 0, "{table}");
    }
    let titles = "SELECT count(*) FROM product_translations WHERE language = 'AR' AND title !~ '[\u{0621}-\u{064a}]'";
    assert_eq!(count(&client, titles).await, 0);
}
