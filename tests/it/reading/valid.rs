//! A document that was validated before is answered as one that was not, whatever its variables are.

mod inputs;

use crate::support::{Contents, Shop};
use serde_json::{Value, json};

/// A variable that is left out.
const LEFT_OUT: &str = "left out";

/// Documents with a variable `$v`, and what it is sent as: what is valid stands beside what is not.
fn cases() -> Vec<(&'static str, Vec<Value>)> {
    let long = "x".repeat(3_000);
    vec![
        (
            "query($v: String!) { product(handle: $v) { title } }",
            vec![
                json!("morning-person-mug"),
                json!("none"),
                json!(""),
                json!(long),
                json!(5),
                json!(true),
                json!(null),
                json!(["x"]),
                json!({}),
            ],
        ),
        (
            "query($v: String = \"mug\") { products(first: 2, query: $v) { nodes { title } } }",
            vec![
                json!("mug"),
                json!(LEFT_OUT),
                json!(null),
                json!("price:>"),
                json!(1.5),
            ],
        ),
        (
            "query($v: ID!) { node(id: $v) { __typename id } }",
            vec![
                json!("gid://lilium/Shop/1"),
                json!("none"),
                json!(5),
                json!(-1),
                json!(18_446_744_073_709_551_615_u64),
                json!(5.5),
                json!(true),
            ],
        ),
        (
            "query($v: Int) { products(first: $v) { nodes { title } } }",
            vec![
                json!(1),
                json!(0),
                json!(-1),
                json!(251),
                json!(3_000_000_000_u64),
                json!(18_446_744_073_709_551_615_u64),
                json!(1.5),
                json!("1"),
                json!(null),
                json!(LEFT_OUT),
            ],
        ),
        (
            "query($v: ProductSortKeys) { products(first: 2, sortKey: $v) { nodes { title } } }",
            vec![
                json!("PRICE"),
                json!("TITLE"),
                json!("COLOUR"),
                json!("price"),
                json!(""),
                json!(long),
                json!(1),
                json!(null),
                json!(LEFT_OUT),
            ],
        ),
        (
            "query($v: Boolean!) { shop { name description @include(if: $v) } }",
            vec![
                json!(true),
                json!(false),
                json!("true"),
                json!(1),
                json!(null),
            ],
        ),
        (
            "query($v: Boolean) { products(first: 2, reverse: $v) { nodes { title } } }",
            vec![
                json!(true),
                json!(false),
                json!(null),
                json!(0),
                json!(LEFT_OUT),
            ],
        ),
        (
            "query($v: [ProductFilter!]) { collection(handle: \"bestsellers\") { products(first: 2, filters: $v) { nodes { title } } } }",
            vec![
                json!([{ "available": true }]),
                json!([{ "available": "yes" }]),
                json!({ "available": true }),
                json!([{ "price": { "min": 1.5 } }]),
                json!([{ "price": { "least": 1 } }]),
                json!([null]),
                json!("x"),
            ],
        ),
        (
            "query($v: CountryCode) @inContext(country: $v) { shop { name } localization { country { isoCode } } }",
            vec![
                json!("US"),
                json!("KW"),
                json!("XX"),
                json!("us"),
                json!(1),
                json!(null),
            ],
        ),
        (
            "query($v: Float!) { shop { name } products(first: $v) { nodes { title } } }",
            vec![json!(1), json!(1.5)],
        ),
        (
            "query($v: Int!, $unused: Int) { products(first: $v) { nodes { title } } }",
            vec![json!(1), json!(2)],
        ),
    ]
}

/// What is answered.
async fn answer(shop: &Shop, document: &str, value: &Value) -> Value {
    let variables = match value == LEFT_OUT {
        true => json!({}),
        false => json!({ "v": value }),
    };
    shop.ask(document, variables).await.body
}

/// Asserts that each of these documents is answered with each of its values as one that nobody has sent before. How many of the answers
/// are good, and how many tell of an error.
async fn assert_alike(shop: &Shop, cases: Vec<(&str, Vec<Value>)>) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    for (document, values) in cases {
        // Given what each value is answered in a document that nobody has sent before.
        let mut wanted = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let new = format!("{document} # {at}");
            wanted.push(answer(shop, &new, value).await);
        }
        // When one document is sent with all of them, again and again, there and back.
        let there = 0..values.len();
        let order = there.clone().chain(there.clone().rev()).chain(there);
        for at in order {
            let said = answer(shop, document, &values[at]).await;
            // Then each has the answer that it had.
            assert_eq!(said, wanted[at], "{document} {}", values[at]);
        }
        bad += wanted.iter().filter(|it| it["errors"].is_array()).count();
        good += wanted.iter().filter(|it| it["errors"].is_null()).count();
    }
    (good, bad)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_valid_before_is_answered_as_what_was_not() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let (good, bad) = assert_alike(&shop, cases()).await;
    assert!(good > 20 && bad > 20, "{good} {bad}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operation_that_is_named_counts() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    // Given a document of which one operation is valid with a value, and the other is not.
    let document = "query A($v: String) { products(first: 1, query: $v) { nodes { title } } }
        query B($v: ProductSortKeys) { products(first: 1, sortKey: $v) { nodes { title } } }";
    let ask = async |name: &str, value: &str| {
        let body = json!({ "query": document, "operationName": name, "variables": { "v": value } });
        let request = shop
            .http()
            .post(format!("{}/graphql", shop.address))
            .json(&body);
        let response = request.send().await.unwrap();
        response.json::<Value>().await.unwrap()
    };
    for _ in 0..3 {
        // When they are asked for in turn, then each is judged by itself.
        assert!(ask("A", "mug").await["errors"].is_null());
        assert!(ask("B", "mug").await["errors"].is_array());
        assert!(ask("B", "PRICE").await["errors"].is_null());
    }
}
