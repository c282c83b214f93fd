//! The reading documents of a public Next.js storefront, as documents of our own that ask for the same fields, and what that
//! storefront relies on in their answers.

mod whole;

use super::{column, count, field, nodes};
use crate::support::Shop;
use serde_json::{Value, json};
use whole::assert_whole;

macro_rules! document {
    ($name:literal $(, $fragments:literal)?) => {
        concat!(
            include_str!(concat!("documents/", $name, ".graphql"))
            $(, include_str!(concat!("documents/", $fragments, ".graphql")))?
        )
    };
}

pub const PRODUCT: &str = document!("product", "goods");
pub const PRODUCTS: &str = document!("products", "goods");
pub const RECOMMENDATIONS: &str = document!("recommendations", "goods");
pub const COLLECTION: &str = document!("collection", "shelf");
pub const COLLECTIONS: &str = document!("collections", "shelf");
pub const COLLECTION_PRODUCTS: &str = document!("collection_products", "goods");
pub const MENU: &str = document!("menu");
pub const PAGE: &str = document!("page", "text");
pub const PAGES: &str = document!("pages", "text");

/// Products that everybody sees, as the base tables say.
const SEEN: &str =
    "products p WHERE p.state = 'ACTIVE' AND p.moderation = 'APPROVED' AND p.published_at <= now()";

/// Asks as that storefront does: under its path, with its header.
async fn at_its_path(shop: &Shop, document: &str, variables: &Value) -> Value {
    let response = shop
        .http()
        .post(format!("{}/api/2023-01/graphql.json", shop.address))
        .header("X-Shopify-Storefront-Access-Token", "any")
        .json(&json!({ "query": document, "variables": variables }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 200);
    response.json().await.unwrap()
}

/// The data of a document, which must be the same under that storefront's path.
async fn read(shop: &Shop, document: &str, variables: Value) -> Value {
    let data = shop.data(document, variables.clone()).await;
    let there = at_its_path(shop, document, &variables).await;
    assert_eq!(there["data"], data, "{document}");
    assert!(there.get("errors").is_none(), "{there}");
    data
}

/// Handles of the products that the document of many gives.
async fn listed(shop: &Shop, variables: Value) -> Vec<String> {
    let data = read(shop, PRODUCTS, variables).await;
    field(&nodes(&data["products"]), "handle")
}

/// Handles of the first hundred products in an order, as the base tables say.
async fn hundred(shop: &Shop, order: &str) -> Vec<String> {
    let sql = format!("SELECT p.handle FROM {SEEN} ORDER BY {order} LIMIT 100");
    column(&shop.sql().await, &sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_whole() {
    let shop = Shop::open().await;
    let data = read(&shop, PRODUCT, json!({ "name": "morning-person-mug" })).await;
    let product = &data["product"];
    assert_whole(product);
    assert_eq!(product["title"], "Morning Person Mug");
    assert_eq!(
        product["tags"],
        json!(["mug", "ceramic", "coffee", "handmade"])
    );
    let url = product["featuredImage"]["url"].as_str().unwrap();
    assert!(url.starts_with(&shop.address), "{url}");
    let picture = shop.http().get(url).send().await.unwrap();
    assert_eq!(picture.status().as_u16(), 200);
    assert_eq!(
        read(&shop, PRODUCT, json!({ "name": "no-such-thing" })).await,
        json!({ "product": null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_without_a_choice_has_the_default_title() {
    let shop = Shop::open().await;
    let plain = "SELECT p.handle FROM products p WHERE p.state = 'ACTIVE' AND \
         (SELECT count(*) FROM variants v WHERE v.product_id = p.id) = 1 ORDER BY p.handle LIMIT 3";
    let plain = column(&shop.sql().await, plain).await;
    assert_eq!(plain.len(), 3);
    for name in plain {
        let data = read(&shop, PRODUCT, json!({ "name": name })).await;
        let product = &data["product"];
        assert_eq!(field(&product["options"], "name"), ["Title"], "{name}");
        assert_eq!(product["options"][0]["values"], json!(["Default Title"]));
        let variants = nodes(&product["variants"]);
        assert_eq!(field(&variants, "title"), ["Default Title"]);
        assert_eq!(
            variants[0]["selectedOptions"],
            json!([{ "name": "Title", "value": "Default Title" }])
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn products_come_in_the_order_that_is_asked_for() {
    let shop = Shop::open().await;
    let price = "(SELECT min(vp.amount) FROM variants v JOIN variant_prices vp ON vp.variant_id = v.id \
                  JOIN price_lists l ON l.id = vp.price_list_id WHERE v.product_id = p.id AND l.code = 'usd')";
    for (key, backwards, order) in [
        (
            json!("CREATED_AT"),
            json!(true),
            "p.created_at DESC, p.id DESC".to_owned(),
        ),
        (json!("PRICE"), json!(false), format!("{price}, p.id")),
        (
            json!("PRICE"),
            json!(true),
            format!("{price} DESC, p.id DESC"),
        ),
        (
            json!("BEST_SELLING"),
            json!(false),
            "p.sold DESC, p.id DESC".to_owned(),
        ),
        (
            json!("RELEVANCE"),
            json!(false),
            "p.sold DESC, p.id DESC".to_owned(),
        ),
        (Value::Null, Value::Null, "p.id".to_owned()),
    ] {
        let variables = json!({ "order": key, "backwards": backwards, "words": null });
        assert_eq!(
            listed(&shop, variables).await,
            hundred(&shop, &order).await,
            "{key} {backwards}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn absent_variables_are_as_good_as_null_ones() {
    let shop = Shop::open().await;
    let absent = listed(&shop, json!({})).await;
    assert_eq!(absent.len(), 100);
    assert_eq!(
        absent,
        listed(
            &shop,
            json!({ "order": null, "backwards": null, "words": null })
        )
        .await
    );
    assert_eq!(absent, listed(&shop, json!({ "words": "" })).await);
    let data = read(
        &shop,
        PRODUCTS,
        json!({ "order": "RELEVANCE", "words": "mug" }),
    )
    .await;
    let products = nodes(&data["products"]);
    let best = products[0]["title"].as_str().unwrap();
    assert!(best.to_lowercase().contains("mug"), "{best}");
    products.as_array().unwrap().iter().for_each(assert_whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recommended_can_be_bought_and_is_something_else() {
    let shop = Shop::open().await;
    let data = shop
        .data(PRODUCT, json!({ "name": "morning-person-mug" }))
        .await;
    let id = data["product"]["id"].clone();
    let data = read(&shop, RECOMMENDATIONS, json!({ "id": id })).await;
    let recommended = data["productRecommendations"].as_array().unwrap();
    assert_eq!(recommended.len(), 10);
    for product in recommended {
        assert_whole(product);
        assert_ne!(product["id"], id);
        assert_eq!(product["availableForSale"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collections_come_by_title() {
    let shop = Shop::open().await;
    let data = read(&shop, COLLECTIONS, json!({})).await;
    let shelves = nodes(&data["collections"]);
    let sql =
        "SELECT handle FROM collections WHERE published ORDER BY lower(title) COLLATE \"C\", id";
    assert_eq!(
        field(&shelves, "handle"),
        column(&shop.sql().await, sql).await
    );
    for shelf in shelves.as_array().unwrap() {
        let alone = read(&shop, COLLECTION, json!({ "name": shelf["handle"] })).await;
        assert_eq!(&alone["collection"], shelf);
        assert!(!shelf["title"].as_str().unwrap().is_empty() && !shelf["updatedAt"].is_null());
    }
    assert_eq!(
        read(&shop, COLLECTION, json!({ "name": "none" })).await,
        json!({ "collection": null })
    );
}

/// Handles of what stands in a collection.
async fn on_shelf(shop: &Shop, variables: Value) -> Vec<String> {
    let data = read(shop, COLLECTION_PRODUCTS, variables).await;
    let products = nodes(&data["collection"]["products"]);
    products.as_array().unwrap().iter().for_each(assert_whole);
    field(&products, "handle")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_page_finds_its_collections() {
    let shop = Shop::open().await;
    let featured = on_shelf(&shop, json!({ "name": "hidden-homepage-featured-items" })).await;
    assert_eq!(
        featured,
        [
            "last-page-reading-lamp",
            "medina-tote",
            "everyday-bowl",
            "kitchen-radio",
            "thinking-notebook"
        ]
    );
    let carousel = on_shelf(&shop, json!({ "name": "hidden-homepage-carousel" })).await;
    assert_eq!(carousel.len(), 12);
    assert_eq!(carousel[..2], ["morning-person-mug", "tide-line-cushion"]);
    let none = read(&shop, COLLECTION_PRODUCTS, json!({ "name": "none" })).await;
    assert_eq!(none, json!({ "collection": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_comes_in_the_order_that_is_asked_for() {
    let shop = Shop::open().await;
    let price = "(SELECT min(vp.amount) FROM variants v JOIN variant_prices vp ON vp.variant_id = v.id \
                  JOIN price_lists l ON l.id = vp.price_list_id WHERE v.product_id = p.id AND l.code = 'usd')";
    for (key, backwards, order) in [
        ("CREATED", true, "p.created_at DESC, p.id DESC"),
        ("PRICE", false, &format!("{price}, p.id")),
        ("PRICE", true, &format!("{price} DESC, p.id DESC")),
        ("BEST_SELLING", false, "p.sold DESC, p.id DESC"),
        ("RELEVANCE", false, "cp.position, p.id"),
    ] {
        let sql = format!(
            "SELECT p.handle FROM collection_products cp JOIN products p ON p.id = cp.product_id \
             JOIN collections c ON c.id = cp.collection_id WHERE c.handle = 'sale' ORDER BY {order}"
        );
        let expected = column(&shop.sql().await, &sql).await;
        assert_eq!(expected.len(), 24);
        let variables = json!({ "name": "sale", "order": key, "backwards": backwards });
        assert_eq!(
            on_shelf(&shop, variables).await,
            expected,
            "{key} {backwards}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn menus_lead_into_the_storefront() {
    let shop = Shop::open().await;
    for (name, titles, paths) in [
        (
            "next-js-frontend-header-menu",
            ["All", "New Arrivals", "Home & Living", "Gifts"].as_slice(),
            [
                "/search",
                "/collections/new-arrivals",
                "/collections/home-living",
                "/collections/gifts",
            ]
            .as_slice(),
        ),
        (
            "next-js-frontend-footer-menu",
            &[
                "Home",
                "About",
                "Terms & Conditions",
                "Shipping & Returns",
                "Privacy Policy",
                "FAQ",
            ],
            &[
                "/",
                "/pages/about",
                "/pages/terms-and-conditions",
                "/pages/shipping-return-policy",
                "/pages/privacy-policy",
                "/pages/frequently-asked-questions",
            ],
        ),
    ] {
        let data = read(&shop, MENU, json!({ "name": name })).await;
        let items = &data["menu"]["items"];
        assert_eq!(field(items, "title"), titles);
        let whole: Vec<String> = paths
            .iter()
            .map(|path| format!("{}{path}", shop.address))
            .collect();
        assert_eq!(field(items, "url"), whole);
    }
    assert_eq!(
        read(&shop, MENU, json!({ "name": "none" })).await,
        json!({ "menu": null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_whole() {
    let shop = Shop::open().await;
    let data = read(&shop, PAGES, json!({})).await;
    let pages = nodes(&data["pages"]);
    let published = count(
        &shop.sql().await,
        "SELECT count(*) FROM pages WHERE published",
    )
    .await;
    assert_eq!(pages.as_array().unwrap().len(), published);
    for page in pages.as_array().unwrap() {
        for name in [
            "id",
            "title",
            "handle",
            "body",
            "bodySummary",
            "createdAt",
            "updatedAt",
        ] {
            assert!(!page[name].as_str().unwrap().is_empty(), "{name}: {page}");
        }
        assert!(!page["bodySummary"].as_str().unwrap().contains('<'));
        let alone = read(&shop, PAGE, json!({ "name": page["handle"] })).await;
        assert_eq!(&alone["pageByHandle"], page);
    }
    assert_eq!(
        read(&shop, PAGE, json!({ "name": "none" })).await,
        json!({ "pageByHandle": null })
    );
}
