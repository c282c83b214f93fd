//! The parts of products: variants, options and pictures are what the base tables say, whichever of them are asked for, of one product or
//! of a hundred, and take one statement.

use super::{change, column, key, product};
use crate::support::Shop;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

const MUG: &str = "morning-person-mug";

const VARIANTS: &str =
    "variants(first: 250) { nodes { sku barcode weight requiresShipping taxable quantityAvailable
    price { amount } compareAtPrice { amount } } }";
const NAMED: &str = "variants(first: 250) { nodes { sku title } }";
const OPTIONS: &str = "options { name optionValues { name swatch { color } } }";
const PICTURES: &str = "images(first: 20) { nodes { altText width height } }";

/// For whom is read.
struct Reader {
    /// What stands before a document.
    head: &'static str,
    language: &'static str,
    prices: &'static str,
    /// Minor units of one unit, and its digits.
    units: (i32, i32),
}

const READERS: [Reader; 2] = [
    Reader {
        head: "query",
        language: "EN",
        prices: "usd",
        units: (100, 2),
    },
    Reader {
        head: "query @inContext(country: KW, language: AR)",
        language: "AR",
        prices: "kwd",
        units: (1000, 3),
    },
];

/// What the base tables say, a line for each row, in order. `$1` are the products.
struct Said {
    variants: Vec<String>,
    named: Vec<String>,
    options: Vec<String>,
    pictures: Vec<String>,
}

async fn lines(client: &Client, sql: &str, products: &[Uuid]) -> Vec<String> {
    let rows = client.query(sql, &[&products]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

impl Said {
    async fn of(client: &Client, reader: &Reader, products: &[Uuid]) -> Self {
        let Reader {
            language,
            prices,
            units: (unit, digits),
            ..
        } = reader;
        let sold = format!(
            "FROM variants v JOIN variant_prices vp ON vp.variant_id = v.id JOIN price_lists l ON l.id = vp.price_list_id
             WHERE v.product_id = ANY($1) AND l.code = '{prices}' ORDER BY v.product_id, v.position"
        );
        let variants = format!(
            "SELECT concat_ws('|', v.product_id, coalesce(v.sku, '-'), coalesce(v.barcode, '-'), v.weight_grams || '.0',
             v.requires_shipping::text, v.taxable::text,
             (SELECT coalesce(sum(s.on_hand - s.reserved), 0) FROM stock_levels s WHERE s.variant_id = v.id),
             round(vp.amount::numeric / {unit}, {digits}), coalesce(round(vp.compare_at::numeric / {unit}, {digits})::text, '-')) {sold}"
        );
        let named = format!(
            "SELECT concat_ws('|', v.product_id, coalesce(v.sku, '-'),
             (SELECT string_agg(coalesce(xt.name, x.name), ' / ' ORDER BY o.position)
              FROM option_values x JOIN product_options o ON o.id = x.option_id
              LEFT JOIN option_value_translations xt ON xt.value_id = x.id AND xt.language = '{language}'
              WHERE x.id IN (v.value1_id, v.value2_id, v.value3_id))) {sold}"
        );
        let options = format!(
            "SELECT concat_ws('|', o.product_id, coalesce(ot.name, o.name), coalesce(xt.name, x.name), coalesce(x.swatch::text, '-'))
             FROM product_options o JOIN option_values x ON x.option_id = o.id
             LEFT JOIN product_option_translations ot ON ot.option_id = o.id AND ot.language = '{language}'
             LEFT JOIN option_value_translations xt ON xt.value_id = x.id AND xt.language = '{language}'
             WHERE o.product_id = ANY($1) ORDER BY o.product_id, o.position, x.position"
        );
        let pictures = format!(
            "SELECT concat_ws('|', i.product_id, coalesce(i.alt_text, t.title, p.title), f.width, f.height)
             FROM product_images i JOIN files f ON f.id = i.file_id JOIN products p ON p.id = i.product_id
             LEFT JOIN product_translations t ON t.product_id = p.id AND t.language = '{language}'
             WHERE i.product_id = ANY($1) ORDER BY i.product_id, i.position"
        );
        Self {
            variants: lines(client, &variants, products).await,
            named: lines(client, &named, products).await,
            options: lines(client, &options, products).await,
            pictures: lines(client, &pictures, products).await,
        }
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn line(product: &Value, fields: &[&Value]) -> String {
    let mut texts = vec![key(&product["id"]).to_string()];
    texts.extend(fields.iter().map(|field| said(field)));
    texts.join("|")
}

fn list(list: &Value) -> &[Value] {
    list.as_array().unwrap_or_else(|| panic!("no list: {list}"))
}

/// The lines of some part of these products as they were answered.
fn answered(products: &[Value], part: impl Fn(&Value) -> Vec<String>) -> Vec<String> {
    products.iter().flat_map(part).collect()
}

fn variants(product: &Value) -> Vec<String> {
    let variants = list(&product["variants"]["nodes"]).iter();
    let of = |it: &Value| {
        let fields = [
            &it["sku"],
            &it["barcode"],
            &it["weight"],
            &it["requiresShipping"],
            &it["taxable"],
            &it["quantityAvailable"],
            &it["price"]["amount"],
            &it["compareAtPrice"]["amount"],
        ];
        line(product, &fields)
    };
    variants.map(of).collect()
}

fn named(product: &Value) -> Vec<String> {
    let variants = list(&product["variants"]["nodes"]).iter();
    let of = |it: &Value| line(product, &[&it["sku"], &it["title"]]);
    variants.map(of).collect()
}

fn options(product: &Value) -> Vec<String> {
    let of = |option: &Value| -> Vec<String> {
        let choices = list(&option["optionValues"]).iter();
        let of = |it: &Value| {
            line(
                product,
                &[&option["name"], &it["name"], &it["swatch"]["color"]],
            )
        };
        choices.map(of).collect()
    };
    list(&product["options"]).iter().flat_map(of).collect()
}

fn pictures(product: &Value) -> Vec<String> {
    let pictures = list(&product["images"]["nodes"]).iter();
    let of = |it: &Value| line(product, &[&it["altText"], &it["width"], &it["height"]]);
    pictures.map(of).collect()
}

/// Asks, and holds how many statements that takes.
async fn asked(shop: &Shop, reader: &Reader, body: &str, statements: u64) -> Value {
    let document = format!("{} {{ {body} }}", reader.head);
    let answer = shop.ask(&document, json!({})).await;
    let errors = answer.body.get("errors");
    assert!(errors.is_none(), "{document}: {errors:?}");
    assert_eq!(answer.statements, statements, "{document}");
    answer.body["data"].clone()
}

/// A hundred products with these fields, by one statement more than their list.
async fn hundred(shop: &Shop, reader: &Reader, fields: &str) -> Vec<Value> {
    let body = format!("products(first: 100) {{ nodes {{ id {fields} }} }}");
    let data = asked(shop, reader, &body, 2).await;
    let mut products = list(&data["products"]["nodes"]).to_vec();
    products.sort_by_key(|product| key(&product["id"]));
    products
}

/// What there is may be missing: the mug's first variant has no number and no bars, its second no price in Kuwait and a picture of its
/// own, its second picture no words; another product has no picture, and a third one has options without a translation.
async fn with_gaps(client: &Client) -> [Uuid; 3] {
    let mug = product(client, MUG).await;
    let others = "SELECT p.handle FROM products p JOIN product_options o ON o.product_id = p.id JOIN product_option_translations t
        ON t.option_id = o.id AND t.language = 'AR' JOIN listings l ON l.product_id = p.id
        WHERE p.handle <> 'morning-person-mug' GROUP BY p.id, p.handle
        HAVING count(DISTINCT l.market_id) = (SELECT count(*) FROM markets) ORDER BY p.id LIMIT 2";
    let others = column(client, others).await;
    let bare = product(client, &others[0]).await;
    let untold = product(client, &others[1]).await;
    for sql in [
        "UPDATE variants SET sku = NULL, barcode = NULL, image_id = NULL, requires_shipping = false WHERE position = 1 AND product_id = ANY($1)",
        "UPDATE variants v SET barcode = '4006381333931', image_id = i.id FROM product_images i
         WHERE i.product_id = v.product_id AND i.position = 2 AND v.position = 2 AND v.product_id = ANY($1)",
        "UPDATE variant_prices vp SET compare_at = NULL FROM variants v
         WHERE v.id = vp.variant_id AND v.position = 1 AND v.product_id = ANY($1)",
        "UPDATE variant_prices vp SET compare_at = vp.amount + 1000 FROM variants v
         WHERE v.id = vp.variant_id AND v.position > 1 AND v.product_id = ANY($1)",
        "DELETE FROM variant_prices vp USING variants v, price_lists l
         WHERE v.id = vp.variant_id AND l.id = vp.price_list_id AND l.code = 'kwd' AND v.position = 2 AND v.product_id = ANY($1)",
        "UPDATE product_images SET alt_text = NULL WHERE position = 2 AND product_id = ANY($1)",
    ] {
        assert!(change(client, sql, &[mug]).await > 0, "{sql}");
    }
    let sql = "DELETE FROM product_images WHERE product_id = ANY($1)";
    assert!(change(client, sql, &[bare]).await > 0);
    let sql = "DELETE FROM product_option_translations t USING product_options o WHERE o.id = t.option_id AND o.product_id = ANY($1)";
    assert!(change(client, sql, &[untold]).await > 0);
    [mug, bare, untold]
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_what_the_tables_say_together_and_alone() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let changed = with_gaps(&client).await;
    for reader in &READERS {
        let whole = hundred(&shop, reader, &format!("{VARIANTS} {OPTIONS} {PICTURES}")).await;
        let ids: Vec<Uuid> = whole.iter().map(|product| key(&product["id"])).collect();
        assert!(changed.iter().all(|product| ids.contains(product)));
        let expected = Said::of(&client, reader, &ids).await;
        assert!(expected.variants.len() > ids.len() && !expected.pictures.is_empty());
        assert_eq!(answered(&whole, variants), expected.variants);
        assert_eq!(answered(&whole, options), expected.options);
        assert_eq!(answered(&whole, pictures), expected.pictures);
        // Each alone.
        let alone = hundred(&shop, reader, VARIANTS).await;
        assert_eq!(answered(&alone, variants), expected.variants);
        let alone = hundred(&shop, reader, OPTIONS).await;
        assert_eq!(answered(&alone, options), expected.options);
        let alone = hundred(&shop, reader, PICTURES).await;
        assert_eq!(answered(&alone, pictures), expected.pictures);
        // Names need the options, too.
        let alone = hundred(&shop, reader, NAMED).await;
        assert_eq!(answered(&alone, named), expected.named);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_that_is_looked_up_brings_its_parts_by_the_same_statement() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let changed = with_gaps(&client).await;
    for reader in &READERS {
        for id in changed {
            let expected = Said::of(&client, reader, &[id]).await;
            let handle = "SELECT handle FROM products WHERE id = $1";
            let handle: String = client.query_one(handle, &[&id]).await.unwrap().get(0);
            for by in [
                format!("product(handle: \"{handle}\")"),
                format!("product(id: \"{}\")", super::gid("Product", id)),
                format!("product: productByHandle(handle: \"{handle}\")"),
            ] {
                let body = format!("{by} {{ id {VARIANTS} {OPTIONS} {PICTURES} }}");
                let whole = [asked(&shop, reader, &body, 1).await["product"].clone()];
                assert_eq!(answered(&whole, variants), expected.variants, "{by}");
                assert_eq!(answered(&whole, options), expected.options, "{by}");
                assert_eq!(answered(&whole, pictures), expected.pictures, "{by}");
                let body = format!("{by} {{ id {NAMED} variantsCount {{ count }} }}");
                let alone = [asked(&shop, reader, &body, 1).await["product"].clone()];
                assert_eq!(answered(&alone, named), expected.named, "{by}");
                let count = &alone[0]["variantsCount"]["count"];
                assert_eq!(*count, json!(expected.named.len()), "{by}");
            }
        }
    }
    // What is not there is looked for once, too.
    for by in [
        "handle: \"no-such-thing\"".to_owned(),
        format!("id: \"{}\"", super::gid("Product", Uuid::nil())),
    ] {
        let body = format!("product({by}) {{ id {VARIANTS} {OPTIONS} {PICTURES} }}");
        let data = asked(&shop, &READERS[0], &body, 1).await;
        assert_eq!(data, json!({ "product": null }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_products_that_are_looked_up_each_have_what_is_asked_of_them() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let [mug, bare, untold] = with_gaps(&client).await;
    let reader = &READERS[0];
    let [by_mug, by_bare, by_untold] = [mug, bare, untold].map(|id| super::gid("Product", id));
    let body = format!(
        "a: product(handle: \"{MUG}\") {{ id {VARIANTS} }} b: product(handle: \"{MUG}\") {{ id {PICTURES} }}
         c: product(id: \"{by_mug}\") {{ id title }} d: product(id: \"{by_bare}\") {{ id {PICTURES} }}
         e: product(id: \"{by_untold}\") {{ id {OPTIONS} {VARIANTS} }}"
    );
    // By handle, and by id those of which no part is asked, one, and two: nothing is read of a product because it is asked of another.
    let data = asked(&shop, reader, &body, 4).await;
    let of_mug = Said::of(&client, reader, &[mug]).await;
    assert_eq!(variants(&data["a"]), of_mug.variants);
    assert_eq!(pictures(&data["b"]), of_mug.pictures);
    assert_eq!(data["c"]["title"], "Morning Person Mug");
    assert_eq!(pictures(&data["d"]), Vec::<String>::new());
    let of_untold = Said::of(&client, reader, &[untold]).await;
    assert_eq!(options(&data["e"]), of_untold.options);
    assert_eq!(variants(&data["e"]), of_untold.variants);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_and_what_choices_offer_costs_nothing_more() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    with_gaps(&client).await;
    let reader = &READERS[0];
    for fields in [
        "selectedOrFirstAvailableVariant { title sku }",
        "options { optionValues { name firstSelectableVariant { title sku } } }",
        "variants(first: 3, sortKey: TITLE) { edges { node { sku } } }",
        "totalInventory variantsCount { count } images(first: 1) { nodes { width } }",
    ] {
        let body = format!("product(handle: \"{MUG}\") {{ {fields} }}");
        let one = asked(&shop, reader, &body, 1).await["product"].clone();
        let list = hundred(&shop, reader, &format!("handle {fields}")).await;
        let mut same = list.into_iter().find(|it| it["handle"] == MUG).unwrap();
        let same = same.as_object_mut().unwrap();
        same.retain(|name, _| name != "id" && name != "handle");
        assert_eq!(one, json!(same), "{fields}");
    }
    // A variant's own picture, and the product's where it has none.
    let body = format!(
        "product(handle: \"{MUG}\") {{ images(first: 2) {{ nodes {{ url altText width height }} }}
         variants(first: 2) {{ nodes {{ image {{ url altText width height }} }} }} }}"
    );
    let data = asked(&shop, reader, &body, 1).await;
    let variants = list(&data["product"]["variants"]["nodes"]);
    let pictures = list(&data["product"]["images"]["nodes"]);
    assert_eq!(variants[0]["image"], pictures[0]);
    assert_eq!(variants[1]["image"], pictures[1]);
    assert_eq!(pictures[1]["altText"], "Morning Person Mug");
}
