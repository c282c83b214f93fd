//! The demo shop: what it holds, and that it is the same each time.

use crate::support::{Contents, config, database};
use lilium::demo::seed::{self, HIDDEN, Plan, Silent, least_products};
use lilium::platform::db::Server;
use std::collections::BTreeMap;
use tokio_postgres::Client;

/// A fingerprint of the rows of each table, in whatever order they lie.
async fn fingerprints(client: &Client) -> BTreeMap<String, String> {
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'";
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
    let template = database(Contents::Demo).await;
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
