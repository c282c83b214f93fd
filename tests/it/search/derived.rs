//! What is derived from products follows whatever it is derived from, and tells nothing of what is not seen.

use super::total;
use crate::support::Shop;
use lilium::domains::listing::refresh::refresh;
use lilium::domains::listing::repair::{Repair, Repaired, repair};
use lilium::domains::listing::words;
use lilium::platform::db::Database;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_postgres::Client;
use uuid::Uuid;

/// The products of a type, by their ids.
async fn of_type(sql: &Client, product_type: &str) -> Vec<Uuid> {
    let query = "SELECT id FROM products WHERE product_type = $1 ORDER BY id";
    let rows = sql.query(query, &[&product_type]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn refreshed(shop: &Shop, products: &[Uuid]) {
    let database = Database::connect(&shop.server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    refresh(&mut conn, products).await.unwrap();
}

async fn verified(shop: &Shop) -> Repaired {
    let database = Database::connect(&shop.server, 2).unwrap();
    repair(&database, Repair::Verify, &|_, _| {}).await.unwrap()
}

async fn suggested(shop: &Shop, text: &str) -> Vec<String> {
    let query = "query($text: String!) { search(query: $text, types: [PRODUCT]) { totalCount suggestions { text } } }";
    let data = shop.data(query, json!({ "text": text })).await;
    super::texts(&data["search"]["suggestions"], "text")
}

async fn knows(sql: &Client, word: &str) -> bool {
    let query = "SELECT EXISTS (SELECT FROM search_words WHERE word = $1)";
    sql.query_one(query, &[&word]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_what_nobody_sees_are_neither_known_nor_told() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let product = of_type(&sql, "Candle").await[0];
    let now = |change: &'static str| {
        let (sql, shop) = (&sql, &shop);
        async move {
            let update =
                format!("UPDATE products SET title = 'Zorgleflask', {change} WHERE id = $1");
            sql.execute(&update, &[&product]).await.unwrap();
            refreshed(shop, &[product]).await;
        }
    };
    now("state = 'DRAFT'").await;
    assert!(!knows(&sql, "zorgleflask").await);
    assert_eq!(suggested(&shop, "zorglflask").await, [""; 0]);
    now("state = 'ACTIVE', moderation = 'REJECTED'").await;
    assert!(!knows(&sql, "zorgleflask").await);
    // Known, since nothing will happen when its time comes, and told to nobody before.
    now("moderation = 'APPROVED', published_at = now() + interval '1 day'").await;
    assert_eq!(suggested(&shop, "zorglflask").await, [""; 0]);
    now("published_at = now() - interval '1 day'").await;
    assert_eq!(suggested(&shop, "zorglflask").await, ["zorgleflask"]);
    assert_eq!(total(&shop, "zorglflask", json!([])).await, 1);
    // It is taken off again, and what was its own goes.
    now("state = 'DRAFT'").await;
    let database = Database::connect(&shop.server, 2).unwrap();
    assert!(words::prune(&database).await.unwrap() > 0);
    assert!(!knows(&sql, "zorgleflask").await && knows(&sql, "candle").await);
    assert_eq!(words::prune(&database).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_missing_is_found_by_verifying() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    assert_eq!(
        verified(&shop).await,
        Repaired {
            products: 153,
            ..Repaired::default()
        }
    );
    sql.batch_execute(
        "DELETE FROM search_words WHERE word = 'candle'; INSERT INTO search_words (word, spelled) VALUES ('zorgleflask', 'zorgleflask')",
    )
    .await
    .unwrap();
    let found = verified(&shop).await;
    assert!(found.wrong > 0, "{found:?}");
    assert_eq!(found.words, 1);
    assert!(knows(&sql, "candle").await && !knows(&sql, "zorgleflask").await);
    let found = verified(&shop).await;
    assert_eq!((found.wrong, found.words), (0, 0));
}

/// How long a program remembers what values are called.
const REMEMBERED: Duration = Duration::from_millis(3_200);

/// The labels and swatches of a filter in a language, as they are now.
async fn labels(shop: &Shop, language: &str, filter: &str) -> Vec<(String, Value)> {
    tokio::time::sleep(REMEMBERED).await;
    let query = format!(
        "query @inContext(language: {language}) {{ search(query: \"\", types: [PRODUCT]) {{ productFilters {{ id values {{ label swatch {{ color }} }} }} }} }}"
    );
    let data = shop.data(&query, json!({})).await;
    let filters = data["search"]["productFilters"].as_array().unwrap();
    let Some(found) = filters.iter().find(|it| it["id"] == filter) else {
        panic!("{filter} is none of {filters:#?}");
    };
    let values = found["values"].as_array().unwrap().iter();
    let label = |it: &Value| {
        (
            it["label"].as_str().unwrap().to_owned(),
            it["swatch"]["color"].clone(),
        )
    };
    values.map(label).collect()
}

fn has(labels: &[(String, Value)], label: &str) -> bool {
    labels.iter().any(|(it, _)| it == label)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_called_as_products_call_it_now() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let candles = of_type(&sql, "Candle").await;
    assert!(candles.len() > 1);
    let filter = "filter.p.product_type";
    assert!(has(&labels(&shop, "EN", filter).await, "Candle"));

    // One product alone does not rename it for the others.
    let one = &candles[..1];
    let rename = "UPDATE products SET product_type = 'CANDLE' WHERE id = ANY($1)";
    sql.execute(rename, &[&one]).await.unwrap();
    refreshed(&shop, one).await;
    assert!(has(&labels(&shop, "EN", filter).await, "Candle"));
    assert_eq!(verified(&shop).await.wrong, 0);
    sql.execute(rename, &[&candles]).await.unwrap();
    refreshed(&shop, &candles[1..]).await;
    let now = labels(&shop, "EN", filter).await;
    assert!(has(&now, "CANDLE") && !has(&now, "Candle"), "{now:?}");

    let translate = "UPDATE product_translations SET product_type = 'شمعات' WHERE language = 'AR' AND product_id = ANY($1)";
    assert!(sql.execute(translate, &[&candles]).await.unwrap() > 1);
    // Nobody was told of it: it is found, and mended.
    assert!(!has(&labels(&shop, "AR", filter).await, "شمعات"));
    assert!(verified(&shop).await.wrong > 0);
    assert!(has(&labels(&shop, "AR", filter).await, "شمعات"));
    assert_eq!(verified(&shop).await.wrong, 0);
    // Who says nothing takes nothing back for the others, be it the one whose word it was.
    let forget = "UPDATE product_translations SET product_type = '' WHERE language = 'AR' AND product_id = ANY($1)";
    let sayer = "SELECT t.said_by FROM facet_value_translations t JOIN facet_values f ON f.id = t.facet_id \
        WHERE f.kind = 'TYPE' AND f.value = 'candle' AND t.language = 'AR'";
    let said_by: Uuid = sql.query_one(sayer, &[]).await.unwrap().get(0);
    sql.execute(forget, &[&vec![said_by]]).await.unwrap();
    refreshed(&shop, &[said_by]).await;
    assert!(has(&labels(&shop, "AR", filter).await, "شمعات"));
    let now: Uuid = sql.query_one(sayer, &[]).await.unwrap().get(0);
    assert_ne!(now, said_by);
    assert_eq!(verified(&shop).await.wrong, 0);
    // A translation that was taken back is gone.
    sql.execute(forget, &[&candles]).await.unwrap();
    refreshed(&shop, &candles).await;
    let now = labels(&shop, "AR", filter).await;
    assert!(has(&now, "CANDLE") && !has(&now, "شمعات"), "{now:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_which_nobody_knows_who_says_them_are_settled_by_verifying() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let candles = of_type(&sql, "Candle").await;
    let filter = "filter.p.product_type";
    // As a version before wrote them, which did not say who calls a value so.
    let unknown = "UPDATE facet_value_translations SET said_by = NULL; UPDATE facet_values SET said_by = NULL";
    let nobody = "SELECT count(*) FROM facet_value_translations WHERE said_by IS NULL";
    let nobody = async || sql.query_one(nobody, &[]).await.unwrap().get::<_, i64>(0);
    sql.batch_execute(unknown).await.unwrap();
    let done = verified(&shop).await;
    assert_eq!((done.wrong, done.names, nobody().await), (0, 0, 0));

    sql.batch_execute(unknown).await.unwrap();
    let old = labels(&shop, "AR", filter).await;
    let forget = "UPDATE product_translations SET product_type = '' WHERE language = 'AR' AND product_id = ANY($1)";
    sql.execute(forget, &[&candles]).await.unwrap();
    refreshed(&shop, &candles).await;
    assert_eq!(verified(&shop).await.names, 1);
    let now = labels(&shop, "AR", filter).await;
    assert!(has(&now, "Candle") && !has(&old, "Candle"), "{now:?}");

    // One that is not listed is nobody.
    sql.batch_execute(
        "UPDATE facet_values SET said_by = gen_random_uuid(), value_name = 'Zorgle' WHERE kind = 'TYPE' AND value = 'candle'; \
         UPDATE facet_value_translations SET said_by = gen_random_uuid(), value_name = 'Zorgle'",
    )
    .await
    .unwrap();
    assert!(verified(&shop).await.wrong > 0);
    let now = labels(&shop, "EN", filter).await;
    assert!(has(&now, "Candle") && !has(&now, "Zorgle"), "{now:?}");
    let now = labels(&shop, "AR", filter).await;
    assert!(!has(&now, "Zorgle"), "{now:?}");
    let done = verified(&shop).await;
    assert_eq!((done.wrong, done.names), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swatch_that_was_mended_is_shown() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let row = "SELECT o.name, x.name, array_agg(DISTINCT o.product_id) FROM product_options o JOIN option_values x ON x.option_id = o.id \
        JOIN listings l ON l.product_id = o.product_id WHERE x.swatch IS NOT NULL GROUP BY o.name, x.name ORDER BY count(*) DESC, 2 LIMIT 1";
    let row = sql.query_one(row, &[]).await.unwrap();
    let (option, value): (String, String) = (row.get(0), row.get(1));
    let products: Vec<Uuid> = row.get(2);
    let mend = "UPDATE option_values x SET swatch = '#123456' FROM product_options o WHERE o.id = x.option_id AND o.name = $1 AND x.name = $2";
    sql.execute(mend, &[&option, &value]).await.unwrap();
    refreshed(&shop, &products).await;
    let filter = format!("filter.v.option.{}", option.to_lowercase());
    let labels = labels(&shop, "EN", &filter).await;
    assert!(
        labels
            .iter()
            .any(|(label, swatch)| *label == value && swatch == "#123456"),
        "{labels:?}"
    );
}

/// Waits until a query answers true.
async fn becomes_true(sql: &Client, query: &str) {
    let begin = Instant::now();
    while !sql.query_one(query, &[]).await.unwrap().get::<_, bool>(0) {
        assert!(begin.elapsed() < Duration::from_secs(20), "{query}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn products_follow_their_vendor_and_their_category() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let told = |count: usize| {
        format!(
            "SELECT count(DISTINCT id) >= {count} FROM (SELECT jsonb_array_elements_text(facts -> 'products') AS id FROM events WHERE kind = 'product.changed') told"
        )
    };
    let vendor = "SELECT id FROM vendors WHERE handle = 'tuesday-kiln'";
    let of_vendor = format!("SELECT count(*) FROM products WHERE vendor_id = ({vendor})");
    let own: i64 = sql.query_one(&of_vendor, &[]).await.unwrap().get(0);
    let own = usize::try_from(own).unwrap();
    assert!(own > 3);

    sql.batch_execute("UPDATE vendors SET name = 'Zorgle Kiln' WHERE handle = 'tuesday-kiln'")
        .await
        .unwrap();
    becomes_true(&sql, &told(own)).await;
    becomes_true(
        &sql,
        &format!(
            "SELECT bool_and(vendor_key = 'zorgle kiln') FROM listings WHERE vendor_id = ({vendor})"
        ),
    )
    .await;
    assert!(total(&shop, "zorgle", json!([])).await > 0);
    assert_eq!(verified(&shop).await.wrong, 0);

    // Who sells no more leaves no words behind, and brings them along when selling again.
    sql.batch_execute("UPDATE vendors SET state = 'PAUSED' WHERE handle = 'tuesday-kiln'")
        .await
        .unwrap();
    let database = Database::connect(&shop.server, 2).unwrap();
    words::prune(&database).await.unwrap();
    assert!(!knows(&sql, "zorgle").await);
    sql.batch_execute("UPDATE vendors SET state = 'ACTIVE' WHERE handle = 'tuesday-kiln'")
        .await
        .unwrap();
    becomes_true(
        &sql,
        "SELECT EXISTS (SELECT FROM search_words WHERE word = 'zorgle')",
    )
    .await;

    // A branch is put elsewhere: its products are on the shelf that it is put on, and no more on the one it was taken from.
    let branch = "SELECT c.id, c.parent_id, p.id FROM collections c JOIN products p ON p.category_id = c.id JOIN listings l ON l.product_id = p.id \
        WHERE c.parent_id IS NOT NULL ORDER BY c.handle, p.id LIMIT 1";
    let row = sql.query_one(branch, &[]).await.unwrap();
    let (branch, trunk, product): (Uuid, Uuid, Uuid) = (row.get(0), row.get(1), row.get(2));
    let is_in = format!(
        "SELECT bool_and(EXISTS (SELECT FROM facet_values f WHERE f.kind = 'CATEGORY' AND f.value = '{trunk}' AND f.id = ANY(l.facets))) \
         FROM listings l WHERE l.product_id = '{product}'"
    );
    assert!(sql.query_one(&is_in, &[]).await.unwrap().get::<_, bool>(0));
    sql.execute(
        "UPDATE collections SET parent_id = NULL WHERE id = $1",
        &[&branch],
    )
    .await
    .unwrap();
    becomes_true(&sql, &format!("SELECT NOT ({is_in})")).await;
}
