//! What is recommended with a product: bought together before alike, nothing that cannot be bought, and always something.

use crate::buying::{carts, cash, count, goods};
use crate::support::Shop;
use chrono::TimeDelta;
use lilium::domains::listing::refresh::STATEMENTS;
use lilium::domains::orders::together;
use lilium::platform::background::Background;
use lilium::platform::db::Database;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

const BUY: &str = "mutation Buy($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { \
     order { id vendorOrders { id } } userErrors { code message } } }";

const WITH: &str = "query With($id: ID!, $intent: ProductRecommendationIntent) { productRecommendations(productId: $id, intent: $intent) { \
     id availableForSale } }";

fn gid(product: Uuid) -> String {
    format!("gid://lilium/Product/{product}")
}

/// Counts all steps that there are.
async fn counted(shop: &Shop) -> usize {
    let background = Background::default();
    // What was made in this millisecond is counted, too.
    let settled = TimeDelta::milliseconds(-1_000);
    let database = Database::connect(&shop.server, 2).unwrap();
    together::count(&database, settled, &mut background.ending())
        .await
        .unwrap()
}

async fn with(shop: &Shop, product: Uuid, intent: &str) -> Vec<String> {
    let variables = json!({ "id": gid(product), "intent": intent });
    let data = shop.data(WITH, variables).await;
    let products = data["productRecommendations"].as_array().unwrap().clone();
    assert!(!products.is_empty());
    for product in &products {
        assert_eq!(product["availableForSale"], true);
    }
    products
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

/// One order of one piece of each.
async fn buy(shop: &Shop, sql: &Client, of: &[&crate::buying::Goods]) -> Value {
    let lines: Vec<_> = of.iter().map(|goods| (*goods, 1)).collect();
    let cart = carts(sql, 1, &lines).await.remove(0);
    let data = shop.data(BUY, json!({ "input": cash(&cart) })).await;
    let bought = data["checkoutComplete"].clone();
    assert_eq!(bought["userErrors"], json!([]), "{bought}");
    bought["order"].clone()
}

async fn pair(sql: &Client, one: Uuid, other: Uuid) -> i64 {
    let sum = "SELECT coalesce(sum(orders), 0)::bigint FROM bought_together WHERE product_id = $1 AND other_id = $2";
    sql.query_one(sum, &[&one, &other]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_bought_together_comes_first_until_the_order_is_called_off() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let all = goods(&sql, 12).await;
    let (one, often, once) = (&all[0], &all[5], &all[9]);
    buy(&shop, &sql, &[one, often, once]).await;
    let second = buy(&shop, &sql, &[one, often]).await;
    assert!(counted(&shop).await > 0);
    assert_eq!(pair(&sql, one.product, often.product).await, 2);
    assert_eq!(pair(&sql, often.product, one.product).await, 2);
    assert_eq!(pair(&sql, once.product, one.product).await, 1);
    // Nothing is counted twice.
    assert_eq!(counted(&shop).await, 0);
    sql.execute("DELETE FROM bought_together_progress", &[])
        .await
        .unwrap();
    counted(&shop).await;
    assert_eq!(pair(&sql, one.product, often.product).await, 2);

    for intent in ["RELATED", "COMPLEMENTARY"] {
        let with = with(&shop, one.product, intent).await;
        assert_eq!(with.len(), 10);
        assert_eq!(
            with[..2],
            [gid(often.product), gid(once.product)],
            "{intent}"
        );
        assert!(!with.contains(&gid(one.product)));
    }

    let cancel = "mutation Cancel($id: ID!) { orderCancel(input: { orderId: $id }) { userErrors { code message } } }";
    let answer = shop.data(cancel, json!({ "id": second["id"] })).await;
    assert_eq!(answer["orderCancel"]["userErrors"], json!([]), "{answer}");
    assert!(counted(&shop).await > 0);
    assert_eq!(pair(&sql, one.product, often.product).await, 1);
    assert_eq!(
        count(
            &sql,
            "SELECT count(*) FROM bought_together a WHERE NOT EXISTS (SELECT FROM bought_together b \
             WHERE b.product_id = a.other_id AND b.other_id = a.product_id AND b.orders = a.orders)"
        )
        .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_out_or_hidden_is_not_recommended_though_it_was_bought_together() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let all = goods(&sql, 12).await;
    let (one, gone, hidden) = (&all[0], &all[5], &all[9]);
    buy(&shop, &sql, &[one, gone, hidden]).await;
    counted(&shop).await;
    let before = with(&shop, one.product, "COMPLEMENTARY").await;
    assert!(before.contains(&gid(gone.product)) && before.contains(&gid(hidden.product)));

    sql.batch_execute(&format!(
        "UPDATE stock_levels s SET on_hand = reserved FROM variants v WHERE v.id = s.variant_id AND v.product_id = '{}'; \
         UPDATE products SET state = 'ARCHIVED' WHERE id = '{}'",
        gone.product, hidden.product
    ))
    .await
    .unwrap();
    for statement in STATEMENTS {
        sql.execute(statement, &[&vec![gone.product, hidden.product]])
            .await
            .unwrap();
    }
    for intent in ["RELATED", "COMPLEMENTARY"] {
        let after = with(&shop, one.product, intent).await;
        assert_eq!(after.len(), 10);
        assert!(!after.contains(&gid(gone.product)) && !after.contains(&gid(hidden.product)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_alike_shares_more_than_what_merely_sells() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let id = |handle: &'static str| {
        let sql = &sql;
        async move {
            let row = sql
                .query_one("SELECT id FROM products WHERE handle = $1", &[&handle])
                .await
                .unwrap();
            row.get::<_, Uuid>(0)
        }
    };
    // Nobody bought anything together with it.
    sql.batch_execute("TRUNCATE bought_together").await.unwrap();
    let candle = with(&shop, id("power-cut-candle").await, "RELATED").await;
    let first: Vec<String> = candle[..3].to_vec();
    let candles = sql
        .query("SELECT id FROM products WHERE product_type = 'Candle'", &[])
        .await
        .unwrap();
    let candles: Vec<String> = candles.iter().map(|row| gid(row.get(0))).collect();
    assert!(first.iter().all(|it| candles.contains(it)), "{first:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn something_is_recommended_with_everything_that_is_seen() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let rows = sql
        .query("SELECT DISTINCT product_id FROM listings WHERE visible_from <= now() AND (visible_until IS NULL OR visible_until > now()) \
             AND market_id = (SELECT id FROM markets WHERE is_default)", &[])
        .await
        .unwrap();
    assert!(rows.len() >= 150);
    for row in rows.iter().step_by(7) {
        let product: Uuid = row.get(0);
        for intent in ["RELATED", "COMPLEMENTARY"] {
            let with = with(&shop, product, intent).await;
            assert_eq!(with.len(), 10, "{product} {intent}");
            assert!(!with.contains(&gid(product)));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_called_off_while_it_is_counted_counts_no_more() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let all = goods(&sql, 12).await;
    let (one, other) = (&all[0], &all[5]);
    counted(&shop).await;
    let before = pair(&sql, one.product, other.product).await;
    let order = buy(&shop, &sql, &[one, other]).await;
    // The pairs are counted, and what they were counted for is kept a while later.
    sql.batch_execute(
        "CREATE FUNCTION wait_a_while() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$; \
         CREATE TRIGGER wait_a_while AFTER INSERT OR UPDATE ON bought_together FOR EACH STATEMENT EXECUTE FUNCTION wait_a_while()",
    )
    .await
    .unwrap();
    let cancel = "mutation Cancel($id: ID!) { orderCancel(input: { orderId: $id }) { userErrors { code message } } }";
    let call_off = async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let answer = shop.data(cancel, json!({ "id": order["id"] })).await;
        assert_eq!(answer["orderCancel"]["userErrors"], json!([]), "{answer}");
    };
    let (steps, ()) = tokio::join!(counted(&shop), call_off);
    assert!(steps > 0);
    sql.batch_execute("DROP FUNCTION wait_a_while CASCADE")
        .await
        .unwrap();
    counted(&shop).await;
    assert_eq!(pair(&sql, one.product, other.product).await, before);
    let rule = lilium::cli::doctor::invariants::all().find(|rule| rule.about == "bought together");
    assert_eq!(count(&sql, rule.unwrap().broken).await, 0);
}
