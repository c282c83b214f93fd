//! What `filters` of a list of products let through.

use super::{column, field, sorted};
use crate::support::Shop;
use serde_json::{Value, json};

const DOCUMENT: &str = "query Filtered($filters: [ProductFilter!]) { collection(handle: \"home-living\") { \
     products(first: 250, filters: $filters) { nodes { handle } } } }";

/// Handles of what passes, of the whole category.
async fn passing(shop: &Shop, filters: Value) -> Vec<String> {
    let data = shop.data(DOCUMENT, json!({ "filters": filters })).await;
    sorted(field(&data["collection"]["products"]["nodes"], "handle"))
}

/// The same from the base tables: products `p` of vendors `d`.
async fn that_are(shop: &Shop, condition: &str) -> Vec<String> {
    let sql = format!(
        "SELECT p.handle FROM products p JOIN vendors d ON d.id = p.vendor_id JOIN collections c ON c.id = p.category_id \
         LEFT JOIN collections up ON up.id = c.parent_id WHERE p.state = 'ACTIVE' AND p.moderation = 'APPROVED' \
         AND p.published_at <= now() AND 'home-living' IN (c.handle, up.handle) AND ({condition}) ORDER BY p.handle"
    );
    sorted(column(&shop.sql().await, &sql).await)
}

fn priced(condition: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM variants v JOIN variant_prices vp ON vp.variant_id = v.id JOIN price_lists l \
         ON l.id = vp.price_list_id WHERE v.product_id = p.id AND l.code = 'usd' AND vp.amount {condition})"
    )
}

fn chosen(option: &str, value: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM product_options o JOIN option_values x ON x.option_id = o.id WHERE o.product_id = p.id \
         AND o.name = '{option}' AND x.name = '{value}')"
    )
}

const STOCKED: &str = "EXISTS (SELECT 1 FROM variants v JOIN stock_levels s ON s.variant_id = v.id WHERE v.product_id = p.id AND s.on_hand > s.reserved)";

/// The two choices of most products of the category.
async fn choices(shop: &Shop) -> Vec<(String, String)> {
    let sql = "SELECT o.name, x.name FROM option_values x JOIN product_options o ON o.id = x.option_id JOIN products p ON p.id = o.product_id \
         JOIN collections c ON c.id = p.category_id JOIN collections up ON up.id = c.parent_id WHERE up.handle = 'home-living' \
         AND o.name <> 'Title' GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 2";
    let rows = shop.sql().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_filter_lets_through_what_it_says() {
    let shop = Shop::open().await;
    let choices = choices(&shop).await;
    let (option, value) = &choices[0];
    for (filter, condition) in [
        (json!({ "available": true }), STOCKED.to_owned()),
        (json!({ "available": false }), format!("NOT {STOCKED}")),
        (
            json!({ "price": { "min": 40, "max": 60.5 } }),
            priced("BETWEEN 4000 AND 6050"),
        ),
        (json!({ "price": { "min": 100 } }), priced(">= 10000")),
        (json!({ "price": { "max": 19.99 } }), priced("<= 1999")),
        (json!({ "price": {} }), "true".to_owned()),
        (
            json!({ "price": { "min": 0, "max": 0 } }),
            "false".to_owned(),
        ),
        (
            json!({ "productType": "mug" }),
            "p.product_type = 'Mug'".to_owned(),
        ),
        (
            json!({ "productVendor": "TUESDAY KILN" }),
            "d.name = 'Tuesday Kiln'".to_owned(),
        ),
        (
            json!({ "tag": "Ceramic" }),
            "'ceramic' = ANY(p.tags)".to_owned(),
        ),
        (
            json!({ "variantOption": { "name": option, "value": value } }),
            chosen(option, value),
        ),
        (json!({ "tag": "%" }), "false".to_owned()),
        (json!({}), "true".to_owned()),
    ] {
        assert_eq!(
            passing(&shop, json!([filter])).await,
            that_are(&shop, &condition).await,
            "{filter}"
        );
    }
    assert_eq!(
        passing(&shop, Value::Null).await,
        that_are(&shop, "true").await
    );
    assert_eq!(
        passing(&shop, json!([])).await,
        that_are(&shop, "true").await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_of_one_kind_are_alternatives_and_kinds_add_up() {
    let shop = Shop::open().await;
    let choices = choices(&shop).await;
    let [(option, value), (other_option, other_value)] = &choices[..] else {
        panic!("{choices:?}")
    };
    let choice =
        |name: &str, value: &str| json!({ "variantOption": { "name": name, "value": value } });
    let both_choices = if option == other_option { "OR" } else { "AND" };
    let [cheap, dear] = [priced("<= 2000"), priced(">= 15000")];
    for (filters, condition) in [
        (
            json!([{ "tag": "ceramic" }, { "tag": "lighting" }]),
            "p.tags && ARRAY['ceramic', 'lighting']".to_owned(),
        ),
        (
            json!([{ "price": { "max": 20 } }, { "price": { "min": 150 } }]),
            format!("{cheap} OR {dear}"),
        ),
        (
            json!([{ "productVendor": "Tuesday Kiln" }, { "productVendor": "Quiet Room" }]),
            "d.name IN ('Tuesday Kiln', 'Quiet Room')".to_owned(),
        ),
        (
            json!([{ "available": true }, { "available": false }]),
            "true".to_owned(),
        ),
        (
            json!([{ "tag": "ceramic" }, { "available": true }]),
            format!("'ceramic' = ANY(p.tags) AND {STOCKED}"),
        ),
        (
            json!([{ "tag": "ceramic", "price": { "max": 20 } }]),
            format!("'ceramic' = ANY(p.tags) AND {cheap}"),
        ),
        (
            json!([{ "tag": "ceramic" }, { "tag": "gift" }, { "price": { "max": 20 } }, { "price": { "min": 150 } }, { "available": true }]),
            format!("p.tags && ARRAY['ceramic', 'gift'] AND ({cheap} OR {dear}) AND {STOCKED}"),
        ),
        (
            json!([choice(option, value), choice(other_option, other_value)]),
            format!(
                "{} {both_choices} {}",
                chosen(option, value),
                chosen(other_option, other_value)
            ),
        ),
    ] {
        let expected = that_are(&shop, &condition).await;
        assert_eq!(passing(&shop, filters.clone()).await, expected, "{filters}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_of_different_options_add_up() {
    let shop = Shop::open().await;
    let sql = "SELECT a.name, min(x.name), b.name, min(y.name) FROM products p JOIN product_options a ON a.product_id = p.id AND a.position = 1 \
         JOIN product_options b ON b.product_id = p.id AND b.position = 2 JOIN option_values x ON x.option_id = a.id \
         JOIN option_values y ON y.option_id = b.id JOIN vendors d ON d.id = p.vendor_id WHERE d.handle = 'plain-speaking' GROUP BY a.name, b.name LIMIT 1";
    let row = shop.sql().await.query_one(sql, &[]).await.unwrap();
    let texts: Vec<String> = (0..4).map(|at| row.get(at)).collect();
    let document = "query Q($filters: [ProductFilter!]) { vendor(handle: \"plain-speaking\") { products(first: 250, filters: $filters) { nodes { handle } } } }";
    let filters = json!([{ "variantOption": { "name": texts[0], "value": texts[1] } }, { "variantOption": { "name": texts[2], "value": texts[3] } }]);
    let data = shop.data(document, json!({ "filters": filters })).await;
    let expected = format!(
        "SELECT p.handle FROM products p JOIN vendors d ON d.id = p.vendor_id WHERE d.handle = 'plain-speaking' AND p.state = 'ACTIVE' \
         AND p.moderation = 'APPROVED' AND p.published_at <= now() AND {} AND {} ORDER BY 1",
        chosen(&texts[0], &texts[1]),
        chosen(&texts[2], &texts[3])
    );
    let expected = column(&shop.sql().await, &expected).await;
    assert!(!expected.is_empty());
    assert_eq!(
        sorted(field(&data["vendor"]["products"]["nodes"], "handle")),
        sorted(expected)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn filtered_lists_are_paged_as_others_are() {
    let shop = Shop::open().await;
    let filters = "filters: [{ price: { min: 20, max: 80 } }, { available: true }]";
    let order = format!(", sortKey: PRICE, {filters}");
    let list =
        super::paging::List::inside("collection(handle: \"home-living\")", "products", &order);
    let whole = list.forward(&shop, 250, None).await.ids;
    assert!(whole.len() > 10, "{}", whole.len());
    list.assert_walks(&shop, 3, &whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_that_cannot_be_are_refused() {
    let shop = Shop::open().await;
    let tag = json!({ "tag": "a" });
    for (filters, says) in [
        (json!([{ "price": { "min": 5, "max": 4 } }]), "less than"),
        (json!([{ "price": { "min": -1 } }]), "`price.min`"),
        (json!([{ "price": { "max": -0.01 } }]), "`price.max`"),
        (json!([{ "price": { "min": 1e300 } }]), "`price.min`"),
        (json!([{ "price": { "max": 1e300 } }]), "`price.max`"),
        (json!(vec![tag; 51]), "more than 50"),
        (json!([{ "tag": "a".repeat(256) }]), "`tag`"),
        (json!([{ "tag": "a\0" }]), "NUL"),
        (json!([{ "productType": "a\0" }]), "NUL"),
        (
            json!([{ "productVendor": "a".repeat(256) }]),
            "`productVendor`",
        ),
        (
            json!([{ "variantOption": { "name": "a\0", "value": "b" } }]),
            "NUL",
        ),
        (
            json!([{ "variantOption": { "name": "a", "value": "b".repeat(256) } }]),
            "`variantOption.value`",
        ),
    ] {
        let (code, message) = shop.refusal(DOCUMENT, json!({ "filters": filters })).await;
        assert_eq!(code, "BAD_USER_INPUT", "{message}");
        assert!(message.contains(says), "{message}");
    }
    for filters in [
        json!([{ "price": { "min": "NaN" } }]),
        json!([{ "price": { "min": "5" } }]),
        json!([{ "price": 5 }]),
        json!([{ "colour": "red" }]),
        json!([{ "variantOption": { "name": "a" } }]),
        json!([null]),
        json!([{ "available": "yes" }]),
        json!("tag"),
    ] {
        let (code, message) = shop.refusal(DOCUMENT, json!({ "filters": filters })).await;
        assert!(
            ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code.as_str()),
            "{filters}: {code} {message}"
        );
    }
    assert_eq!(
        passing(&shop, json!(vec![json!({ "tag": "ceramic" }); 50])).await,
        that_are(&shop, "'ceramic' = ANY(p.tags)").await
    );
}
