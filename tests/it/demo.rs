//! The orders of the demo shop.

use crate::programs::{Folder, Said, lilium, url_of};
use crate::support::{Contents, Shop, config, database};
use lilium::demo::orders;
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::service::Access;
use lilium::platform::tasks::Tasks;
use serde_json::json;
use std::collections::BTreeMap;
use tokio_postgres::Client;

async fn counts(client: &Client, sql: &str) -> BTreeMap<String, i64> {
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_orders_in_every_state_of_both_markets_and_methods() {
    let client = database(Contents::Trading).await.client().await.unwrap();
    let states = "SELECT state::text, count(*) FROM orders GROUP BY state";
    let expected = [
        ("PENDING", 4),
        ("ACCEPTED", 3),
        ("PREPARING", 4),
        ("SHIPPED", 3),
        ("DELIVERED", 4),
        ("REJECTED", 2),
        ("CANCELLED", 4),
    ];
    let expected = expected.map(|(state, orders)| (state.to_owned(), orders));
    assert_eq!(counts(&client, states).await, BTreeMap::from(expected));
    for (what, sql, expected) in [
        (
            "a declined payment",
            "SELECT count(*) FROM orders WHERE cancel_reason = 'DECLINED'",
            1,
        ),
        (
            "an order with one part delivered and one that is prepared",
            "SELECT count(*) FROM orders o WHERE EXISTS (SELECT FROM vendor_orders v WHERE v.order_id = o.id AND v.state = 'DELIVERED') \
             AND EXISTS (SELECT FROM vendor_orders v WHERE v.order_id = o.id AND v.state = 'PREPARING')",
            1,
        ),
        (
            "orders of guests",
            "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.user_id IS NULL",
            6,
        ),
        (
            "orders in Kuwait",
            "SELECT count(*) FROM orders WHERE currency = 'KWD'",
            8,
        ),
        (
            "orders paid by card",
            "SELECT count(*) FROM orders WHERE payment_method = 'TEST'",
            11,
        ),
        (
            "rejections without a reason",
            "SELECT count(*) FROM vendor_orders WHERE state = 'REJECTED' AND end_note IS NULL",
            0,
        ),
        (
            "parcels without a carrier",
            "SELECT count(*) FROM vendor_orders WHERE state IN ('SHIPPED', 'DELIVERED') AND (tracking_company IS NULL OR tracking_number IS NULL)",
            0,
        ),
        (
            "refunds",
            "SELECT count(*) FROM payment_operations WHERE kind = 'REFUND' AND state = 'DONE'",
            3,
        ),
        (
            "what a gateway was not heard of",
            "SELECT count(*) FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN')",
            0,
        ),
        (
            "events without a position",
            "SELECT count(*) FROM outbox_new",
            0,
        ),
        (
            "sessions that are left open",
            "SELECT count(*) FROM sessions WHERE ended_at IS NULL",
            0,
        ),
        (
            "what the orders sold out",
            "SELECT count(*) FROM stock_levels WHERE on_hand - reserved < 5 AND reserved > 0",
            0,
        ),
    ] {
        assert_eq!(count(&client, sql).await, expected, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_is_well_and_nobody_orders_a_second_time() {
    let server = database(Contents::Trading).await;
    let (folder, url) = (Folder::new(), url_of(&server).await);
    let settings = [("DATABASE_URL", url.as_str())];
    let said = Said::by(&mut lilium(&folder, &["doctor"], &settings));
    let wrong: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.contains("consistent") && !line.contains(" ok "))
        .collect();
    assert_eq!(wrong, [""; 0], "{said:#?}");
    orders::add(&server, Access::of(&config(&[]), Tasks::default()))
        .await
        .unwrap();
    let client = server.client().await.unwrap();
    assert_eq!(count(&client, "SELECT count(*) FROM orders").await, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_people_are_others_gets_no_orders() {
    let server = database(Contents::Demo).await;
    let client = server.client().await.unwrap();
    let others = "UPDATE users SET email = 'other.' || email";
    client.batch_execute(others).await.unwrap();
    orders::add(&server, Access::of(&config(&[]), Tasks::default()))
        .await
        .unwrap();
    for table in ["orders", "carts", "outbox_new"] {
        let sql = format!("SELECT count(*) FROM {table}");
        assert_eq!(count(&client, &sql).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_and_vendors_find_their_orders() {
    let shop = Shop::with(Contents::Trading, &[]).await;
    let ada = shop.sign_in("ada@example.com", PASSWORD).await;
    let query = "{ viewer { orders(first: 20) { nodes { state shippingAddress { lastName } } } } }";
    let data = shop.ask_as(&ada, query, json!({})).await.body["data"].clone();
    let orders = data["viewer"]["orders"]["nodes"].as_array().unwrap();
    assert_eq!(orders.len(), 7);
    let own = |order: &serde_json::Value| order["shippingAddress"]["lastName"] == "Marlowe";
    assert!(orders.iter().all(own), "{data:#}");

    let owner = shop.sign_in("owner@tuesday-kiln.example", PASSWORD).await;
    let kiln = "{ vendor(handle: \"tuesday-kiln\") { id } }";
    let id = shop.data(kiln, json!({})).await["vendor"]["id"].clone();
    let query = "query D($id: ID!) { vendorDesk(vendorId: $id) { orderCounts { state count } } }";
    let desk = shop.ask_as(&owner, query, json!({ "id": id })).await;
    let states = desk.body["data"]["vendorDesk"]["orderCounts"].as_array();
    assert!(states.unwrap().len() >= 4, "{:#}", desk.body);
}
