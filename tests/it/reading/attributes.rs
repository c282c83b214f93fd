//! What is told of products: their attributes and stars, and what lists are narrowed down to by them.

use super::bad_input::assert_refused;
use super::{column, field, gid, sorted};
use crate::support::Shop;
use serde_json::{Value, json};

const TOLD: &str = "query Told($handle: String!) { product(handle: $handle) { rating { average count } \
     attributes { handle name kind value number unit boolean choices { handle name swatch } } } }";

async fn told(shop: &Shop, handle: &str, client: &str) -> Value {
    let query = TOLD.replacen(
        "($handle: String!)",
        &format!("($handle: String!) {client}"),
        1,
    );
    shop.data(&query, json!({ "handle": handle })).await["product"].clone()
}

fn attribute<'a>(product: &'a Value, handle: &str) -> &'a Value {
    let mut all = product["attributes"].as_array().unwrap().iter();
    all.find(|it| it["handle"] == handle)
        .unwrap_or_else(|| panic!("no {handle}: {product}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_tells_each_kind_of_attribute_in_the_order_of_its_type() {
    let shop = Shop::open().await;
    let mug = told(&shop, "morning-person-mug", "").await;
    assert_eq!(
        field(&mug["attributes"], "handle"),
        [
            "material",
            "color",
            "volume",
            "dishwasher-safe",
            "handmade",
            "made-in",
            "care"
        ]
    );
    assert_eq!(
        *attribute(&mug, "color"),
        json!({ "handle": "color", "name": "Color family", "kind": "COLOR", "value": "White, Terracotta, Turquoise", "number": null,
            "unit": null, "boolean": null, "choices": [
                { "handle": "white", "name": "White", "swatch": "#f4efe4" },
                { "handle": "terracotta", "name": "Terracotta", "swatch": "#c4694a" },
                { "handle": "turquoise", "name": "Turquoise", "swatch": "#1f8986" } ] })
    );
    assert_eq!(
        *attribute(&mug, "volume"),
        json!({ "handle": "volume", "name": "Volume", "kind": "NUMBER", "value": "400", "number": 400.0, "unit": "ml",
            "boolean": null, "choices": [] })
    );
    assert_eq!(
        *attribute(&mug, "handmade"),
        json!({ "handle": "handmade", "name": "Handmade", "kind": "BOOLEAN", "value": "true", "number": null, "unit": null,
            "boolean": true, "choices": [] })
    );
    assert_eq!(attribute(&mug, "made-in")["value"], "Lisbon");
    assert_eq!(attribute(&mug, "material")["value"], "Stoneware");
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_are_told_in_the_readers_language() {
    let shop = Shop::open().await;
    let mug = told(&shop, "morning-person-mug", "@inContext(language: AR)").await;
    for (handle, name, value, unit) in [
        ("material", "المادة", "خزف حجري", Value::Null),
        ("volume", "السعة", "400", json!("مل")),
        ("made-in", "صُنع في", "لشبونة", Value::Null),
        ("handmade", "صناعة يدوية", "true", Value::Null),
    ] {
        let told = attribute(&mug, handle);
        assert_eq!(
            (&told["name"], &told["value"], &told["unit"]),
            (&json!(name), &json!(value), &unit)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stars_are_the_average_of_what_was_given_or_nothing() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let rate = "INSERT INTO product_ratings (product_id, reviews, stars) SELECT id, 3, 14 FROM products WHERE handle = 'hammam-towel' \
         ON CONFLICT (product_id) DO UPDATE SET reviews = 3, stars = 14";
    sql.execute(rate, &[]).await.unwrap();
    let forget = "DELETE FROM product_ratings WHERE product_id = (SELECT id FROM products WHERE handle = 'loafer')";
    sql.execute(forget, &[]).await.unwrap();
    assert_eq!(
        told(&shop, "hammam-towel", "").await["rating"],
        json!({ "average": 4.67, "count": 3 })
    );
    assert_eq!(told(&shop, "loafer", "").await["rating"], Value::Null);
}

const NARROWED: &str = "query Narrowed($id: ID!, $filters: [ProductFilter!]) { collection(id: $id) { \
     products(first: 250, filters: $filters) { nodes { handle } } } }";

/// Handles of what passes, of the category of all things for the home.
async fn passing(shop: &Shop, filters: Value) -> Vec<String> {
    let sql = "SELECT id::text FROM collections WHERE handle = 'home-living'";
    let home = column(&shop.sql().await, sql).await.remove(0);
    let variables = json!({ "id": format!("gid://lilium/Collection/{home}"), "filters": filters });
    let data = shop.data(NARROWED, variables).await;
    sorted(field(&data["collection"]["products"]["nodes"], "handle"))
}

/// The same from the base tables: products `p`.
async fn that_are(shop: &Shop, condition: &str) -> Vec<String> {
    let sql = format!(
        "SELECT p.handle FROM products p JOIN collections c ON c.id = p.category_id LEFT JOIN collections up ON up.id = c.parent_id \
         WHERE p.state = 'ACTIVE' AND p.moderation = 'APPROVED' AND p.published_at <= now() AND 'home-living' IN (c.handle, up.handle) \
         AND ({condition}) ORDER BY p.handle"
    );
    sorted(column(&shop.sql().await, &sql).await)
}

fn is(attribute: &str, value: &str) -> String {
    format!(
        "EXISTS (SELECT FROM product_attributes pa JOIN attributes a ON a.id = pa.attribute_id LEFT JOIN attribute_choices ch ON ch.id = pa.choice_id \
         WHERE pa.product_id = p.id AND a.handle = '{attribute}' AND {value})"
    )
}

fn metafield(key: &str, value: &str) -> Value {
    json!({ "productMetafield": { "namespace": "attribute", "key": key, "value": value } })
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_narrowed_down_by_attributes_stars_and_category() {
    let shop = Shop::open().await;
    let sql = "SELECT id::text FROM collections WHERE handle = 'tableware'";
    let tableware = column(&shop.sql().await, sql).await.remove(0);
    let category =
        |kind: &str| json!({ "category": { "id": format!("gid://lilium/{kind}/{tableware}") } });
    let rated = |least: u8| {
        format!(
            "EXISTS (SELECT FROM product_ratings r WHERE r.product_id = p.id AND r.stars >= {least} * r.reviews)"
        )
    };
    let stoneware = is("material", "ch.handle = 'stoneware'");
    let glass = is("material", "ch.handle = 'glass'");
    let handmade = is("handmade", "pa.yes");
    for (filters, condition) in [
        (
            json!([metafield("material", "stoneware")]),
            stoneware.clone(),
        ),
        (
            json!([metafield("material", "STONEWARE")]),
            stoneware.clone(),
        ),
        (
            json!([
                metafield("material", "stoneware"),
                metafield("material", "glass")
            ]),
            format!("{stoneware} OR {glass}"),
        ),
        (
            json!([
                metafield("material", "stoneware"),
                metafield("material", "glass"),
                metafield("handmade", "true")
            ]),
            format!("({stoneware} OR {glass}) AND {handmade}"),
        ),
        (
            json!([metafield("handmade", "false")]),
            is("handmade", "NOT pa.yes"),
        ),
        (
            json!([metafield("color", "blue")]),
            is("color", "ch.handle = 'blue'"),
        ),
        (
            json!([metafield("volume", "400")]),
            is("volume", "pa.number = 400"),
        ),
        (
            json!([metafield("made-in", "lisbon")]),
            is("made-in", "pa.text = 'Lisbon'"),
        ),
        (json!([{ "rating": { "min": 4 } }]), rated(4)),
        (json!([{ "rating": { "min": 1 } }]), rated(1)),
        (
            json!([{ "rating": { "min": 4 } }, metafield("handmade", "true")]),
            format!("{} AND {handmade}", rated(4)),
        ),
        (
            json!([{ "productMetafield": { "namespace": "reviews", "key": "rating", "value": "3" } }]),
            rated(3),
        ),
        (
            json!([category("TaxonomyCategory")]),
            "c.handle = 'tableware'".to_owned(),
        ),
        (
            json!([category("Collection")]),
            "c.handle = 'tableware'".to_owned(),
        ),
        // What no product has is an honest nothing.
        (json!([metafield("material", "cheese")]), "false".to_owned()),
        (json!([metafield("nothing", "%")]), "false".to_owned()),
        // What is told, and not filtered by.
        (
            json!([metafield("care", "salt first, then a warm wash.")]),
            "false".to_owned(),
        ),
        (
            json!([{ "category": { "id": gid("Collection", uuid::Uuid::nil()) } }]),
            "false".to_owned(),
        ),
    ] {
        let expected = that_are(&shop, &condition).await;
        assert!(condition == "false" || !expected.is_empty(), "{condition}");
        assert_eq!(passing(&shop, filters.clone()).await, expected, "{filters}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_filter_is_refused() {
    let shop = Shop::open().await;
    let long = "x".repeat(256);
    let property = |namespace: &str, key: &str, value: &str| json!({ "productMetafield": { "namespace": namespace, "key": key, "value": value } });
    let document = "query Q($filters: [ProductFilter!]) { collection(handle: \"tableware\") { products(first: 1, filters: $filters) { nodes { id } } } }";
    for (filter, code) in [
        (property("custom", "material", "glass"), "BAD_USER_INPUT"),
        (property("reviews", "rating", "6"), "BAD_USER_INPUT"),
        (property("reviews", "rating", "0"), "BAD_USER_INPUT"),
        (property("reviews", "rating", "-1"), "BAD_USER_INPUT"),
        (property("reviews", "rating", "good"), "BAD_USER_INPUT"),
        (property("reviews", "count", "4"), "BAD_USER_INPUT"),
        (property("attribute", &long, "x"), "BAD_USER_INPUT"),
        (property("attribute", "material", &long), "BAD_USER_INPUT"),
        (property("attribute", "material", "a\0b"), "BAD_USER_INPUT"),
        (json!({ "rating": { "min": 0 } }), "BAD_USER_INPUT"),
        (json!({ "rating": { "min": 300 } }), "BAD_USER_INPUT"),
        (json!({ "category": { "id": "tableware" } }), "INVALID_ID"),
        (
            json!({ "category": { "id": gid("Product", uuid::Uuid::nil()) } }),
            "INVALID_ID",
        ),
    ] {
        assert_refused(&shop, document, json!({ "filters": [filter] }), code).await;
    }
    let many: Vec<Value> = (0..51)
        .map(|n| metafield("volume", &n.to_string()))
        .collect();
    assert_refused(
        &shop,
        document,
        json!({ "filters": many }),
        "BAD_USER_INPUT",
    )
    .await;
}
