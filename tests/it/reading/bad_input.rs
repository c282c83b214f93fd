//! Arguments that cannot be: each is refused with its code, in a sentence, and the server goes on.

use super::{gid, product};
use crate::support::Shop;
use serde_json::{Value, json};

/// Asserts that a query is refused with this code, and that the shop still answers.
pub async fn assert_refused(shop: &Shop, query: &str, variables: Value, code: &str) {
    let (found, message) = shop.refusal(query, variables.clone()).await;
    assert_eq!(found, code, "{query:.120} {variables:.120}: {message}");
    assert!(message.len() > 10 && message.len() < 300, "{message}");
    assert_eq!(
        shop.data("{ shop { name } }", json!({})).await["shop"]["name"],
        "Lilium"
    );
}

/// Root fields that find one thing by its id, and the type that the id must have.
const BY_ID: [(&str, &str); 5] = [
    ("product(id: $id) { id }", "Product"),
    ("collection(id: $id) { id }", "Collection"),
    ("page(id: $id) { id }", "Page"),
    ("vendor(id: $id) { id }", "Vendor"),
    ("productRecommendations(productId: $id) { id }", "Product"),
];

pub const SOME: &str = "01930082-865f-7f57-adc0-bfc7a979a85b";

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_are_no_ids() {
    let shop = Shop::open().await;
    let long = format!("gid://lilium/Product/{}", "a".repeat(10_000));
    let garbage = [
        "",
        " ",
        "1",
        "garbage",
        SOME,
        "gid://",
        "gid://lilium/",
        "gid://lilium/Product",
        "gid://lilium/Product/",
        "gid://lilium/Product/1",
        "gid://shopify/Product/1",
        "gid://lilium//01930082-865f-7f57-adc0-bfc7a979a85b",
        "gid://lilium/Product/01930082865f7f57adc0bfc7a979a85b",
        "gid://lilium/Product/01930082-865F-7F57-ADC0-BFC7A979A85B",
        "gid://lilium/Product/01930082-865f-7f57-adc0-bfc7a979a85b/x",
        "gid://lilium/Product/01930082-865f-7f57-adc0-bfc7a979a85b?x=1",
        "gid://lilium/Product/\0",
        "gid://lilium/كوب/01930082-865f-7f57-adc0-bfc7a979a85b",
        long.as_str(),
    ];
    for id in garbage {
        for (field, _) in BY_ID {
            assert_refused(
                &shop,
                &format!("query Q($id: ID!) {{ {field} }}"),
                json!({ "id": id }),
                "INVALID_ID",
            )
            .await;
        }
        assert_refused(
            &shop,
            "query Q($id: ID!) { node(id: $id) { id } }",
            json!({ "id": id }),
            "INVALID_ID",
        )
        .await;
        let ids = json!({ "ids": [gid("Product", SOME.parse().unwrap()), id] });
        assert_refused(
            &shop,
            "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            ids,
            "INVALID_ID",
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_another_type_and_of_nothing() {
    let shop = Shop::open().await;
    for (field, kind) in BY_ID {
        let document = format!("query Q($id: ID!) {{ {field} }}");
        for other in [
            "Product",
            "Collection",
            "Page",
            "Vendor",
            "ProductVariant",
            "Order",
        ] {
            let id = json!({ "id": gid(other, SOME.parse().unwrap()) });
            if other == kind {
                let data = shop.data(&document, id).await;
                assert!(
                    data.as_object().unwrap().values().all(Value::is_null),
                    "{data}"
                );
            } else {
                assert_refused(&shop, &document, id, "INVALID_ID").await;
            }
        }
    }
    for kind in [
        "Product",
        "ProductVariant",
        "ProductOption",
        "ProductOptionValue",
        "Collection",
        "TaxonomyCategory",
        "Vendor",
        "Page",
        "Menu",
        "MenuItem",
        "Market",
        "Shop",
        "ShopPolicy",
        "Order",
        "ProductImage",
    ] {
        let id = gid(kind, SOME.parse().unwrap());
        let data = shop
            .data(
                "query Q($id: ID!) { node(id: $id) { id } }",
                json!({ "id": id }),
            )
            .await;
        assert!(data["node"].is_null(), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_one_type_with_the_key_of_another_finds_nothing() {
    let shop = Shop::open().await;
    let key = product(&shop.sql().await, "morning-person-mug").await;
    for kind in [
        "ProductVariant",
        "ProductOption",
        "ProductOptionValue",
        "Collection",
        "Vendor",
        "Page",
        "Menu",
        "MenuItem",
        "TaxonomyCategory",
    ] {
        let data = shop
            .data(
                "query Q($id: ID!) { node(id: $id) { id } }",
                json!({ "id": gid(kind, key) }),
            )
            .await;
        assert!(data["node"].is_null(), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_or_both_of_id_and_handle() {
    let shop = Shop::open().await;
    for field in ["product", "collection", "page", "vendor"] {
        for arguments in ["", "(id: null, handle: null)", "(id: \"x\", handle: \"y\")"] {
            assert_refused(
                &shop,
                &format!("{{ {field}{arguments} {{ id }} }}"),
                json!({}),
                "BAD_USER_INPUT",
            )
            .await;
        }
    }
    assert_refused(
        &shop,
        "{ productRecommendations { id } }",
        json!({}),
        "BAD_USER_INPUT",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn handles_over_their_bound_or_with_nul() {
    let shop = Shop::open().await;
    for field in [
        "product(handle: $h)",
        "productByHandle(handle: $h)",
        "collection(handle: $h)",
        "collectionByHandle(handle: $h)",
        "page(handle: $h)",
        "pageByHandle(handle: $h)",
        "vendor(handle: $h)",
        "menu(handle: $h)",
        "productRecommendations(productHandle: $h)",
    ] {
        let document = format!("query Q($h: String!) {{ {field} {{ id }} }}");
        for handle in [
            "a".repeat(256),
            "ا".repeat(256),
            "a\0".to_owned(),
            "\0".repeat(300),
        ] {
            assert_refused(&shop, &document, json!({ "h": handle }), "BAD_USER_INPUT").await;
        }
        for handle in [
            "",
            " ",
            "a/b",
            "'; DROP TABLE products; --",
            "\u{202e}",
            &"a".repeat(255),
            &"ا".repeat(255),
        ] {
            let data = shop.data(&document, json!({ "h": handle })).await;
            assert!(
                data.as_object().unwrap().values().all(Value::is_null),
                "{handle}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_numbers_and_texts_that_cannot_be() {
    let shop = Shop::open().await;
    let mug = |field: &str| format!("{{ product(handle: \"morning-person-mug\") {{ {field} }} }}");
    let code = "BAD_USER_INPUT";
    for field in [
        "description(truncateAt: -1)",
        "description(truncateAt: -2147483648)",
        "options(first: -1) { id }",
        "featuredImage { url(transform: { maxWidth: 0 }) }",
        "featuredImage { url(transform: { maxHeight: 5761 }) }",
        "featuredImage { url(transform: { scale: 4 }) }",
    ] {
        assert_refused(&shop, &mug(field), json!({}), code).await;
    }
    assert_refused(
        &shop,
        "{ collection(handle: \"gifts\") { description(truncateAt: -1) } }",
        json!({}),
        code,
    )
    .await;
    for field in ["collections", "pages"] {
        let document =
            format!("query Q($q: String) {{ {field}(first: 1, query: $q) {{ nodes {{ id }} }} }}");
        for query in ["a".repeat(256), "a\0".to_owned()] {
            assert_refused(&shop, &document, json!({ "q": query }), code).await;
        }
    }
    let ids = json!({ "ids": vec![gid("Product", SOME.parse().unwrap()); 251] });
    assert_refused(
        &shop,
        "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        ids,
        code,
    )
    .await;
    let data = shop.data(&mug("a: description(truncateAt: 0) b: description(truncateAt: 10) c: description(truncateAt: 2147483647) options(first: 0) { id }"), json!({})).await;
    let mug = &data["product"];
    assert_eq!(mug["a"], "...");
    assert_eq!(mug["b"], "A generous...");
    assert!(mug["c"].as_str().unwrap().starts_with("A generous mug"));
    assert_eq!(mug["options"], json!([]));
}
