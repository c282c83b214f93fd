//! What is not to be seen is not to be had by any way in.

use super::{change, field, found, gid, product};
use crate::support::Shop;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

/// A product that everybody sees, in a collection, of a category with neighbours.
const MUG: &str = "morning-person-mug";

/// The global ids of a product and of its first parts.
async fn parts(client: &Client, product: Uuid) -> Vec<String> {
    let mut ids = vec![gid("Product", product)];
    for (kind, sql) in [
        (
            "ProductVariant",
            "SELECT id FROM variants WHERE product_id = $1 LIMIT 1",
        ),
        (
            "ProductOption",
            "SELECT id FROM product_options WHERE product_id = $1 LIMIT 1",
        ),
        (
            "ProductOptionValue",
            "SELECT x.id FROM option_values x JOIN product_options o ON o.id = x.option_id WHERE o.product_id = $1 LIMIT 1",
        ),
    ] {
        ids.push(gid(
            kind,
            client.query_one(sql, &[&product]).await.unwrap().get(0),
        ));
    }
    ids
}

/// Every way in to a product, and how many of them give it.
async fn ways_in(shop: &Shop, client: &Client, id: Uuid) -> Vec<&'static str> {
    let row = client
        .query_one("SELECT p.handle, v.handle FROM products p JOIN vendors v ON v.id = p.vendor_id WHERE p.id = $1", &[&id])
        .await
        .unwrap();
    let (handle, vendor): (String, String) = (row.get(0), row.get(1));
    let document = format!(
        r#"query Ways($ids: [ID!]!) {{ byHandle: product(handle: "{handle}") {{ id }} old: productByHandle(handle: "{handle}") {{ id }}
            byId: product(id: "{0}") {{ id }} nodes(ids: $ids) {{ id }}
            recommendations: productRecommendations(productId: "{0}") {{ id }}
            products(first: 250) {{ nodes {{ id }} }} newest: products(first: 250, sortKey: CREATED_AT, reverse: true) {{ nodes {{ id }} }}
            cheapest: products(first: 250, sortKey: PRICE) {{ nodes {{ id }} }}
            collections(first: 250) {{ nodes {{ products(first: 250) {{ nodes {{ id }} }} }} }}
            vendor(handle: "{vendor}") {{ products(first: 250) {{ nodes {{ id }} }} }} }}"#,
        gid("Product", id)
    );
    let answer = shop
        .ask(
            &document.replace(
                "first: 250) { nodes { products(first: 250)",
                "first: 20) { nodes { products(first: 200)",
            ),
            json!({ "ids": parts(client, id).await }),
        )
        .await;
    assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
    let data = &answer.body["data"];
    let has = |list: &Value| {
        list["nodes"]
            .as_array()
            .is_some_and(|_| field(&list["nodes"], "id").contains(&gid("Product", id)))
    };
    let mut open = Vec::new();
    for name in ["byHandle", "old", "byId", "recommendations"] {
        open.extend((!data[name].is_null()).then_some(name));
    }
    for (name, node) in ["node", "variant", "option", "value"]
        .into_iter()
        .zip(data["nodes"].as_array().unwrap())
    {
        open.extend((!node.is_null()).then_some(name));
    }
    for name in ["products", "newest", "cheapest"] {
        open.extend(has(&data[name]).then_some(name));
    }
    let shelves = data["collections"]["nodes"].as_array().unwrap();
    open.extend(
        shelves
            .iter()
            .any(|shelf| has(&shelf["products"]))
            .then_some("collection"),
    );
    open.extend(has(&data["vendor"]["products"]).then_some("vendor"));
    let title: String = client
        .query_one("SELECT title FROM products WHERE id = $1", &[&id])
        .await
        .unwrap()
        .get(0);
    open.extend(
        found(shop, &title.replace(['(', ')'], ""))
            .await
            .contains(&handle)
            .then_some("search"),
    );
    open
}

const ALL: [&str; 13] = [
    "byHandle",
    "old",
    "byId",
    "recommendations",
    "node",
    "variant",
    "option",
    "value",
    "products",
    "newest",
    "cheapest",
    "collection",
    "vendor",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_is_to_be_had_by_every_way() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let open = ways_in(&shop, &client, product(&client, MUG).await).await;
    assert_eq!(open[..13], ALL);
    assert_eq!(open[13..], ["search"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_s_hidden_products_are_not_to_be_had() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    for handle in [
        "studio-sample-draft",
        "studio-sample-pending",
        "studio-sample-upcoming",
    ] {
        let open = ways_in(&shop, &client, product(&client, handle).await).await;
        assert_eq!(open, Vec::<&str>::new(), "{handle}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_goes_when_it_is_hidden_and_comes_back() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let mug = product(&client, MUG).await;
    for (hide, show) in [
        ("state = 'DRAFT'", "state = 'ACTIVE'"),
        ("state = 'ARCHIVED'", "state = 'ACTIVE'"),
        ("moderation = 'PENDING'", "moderation = 'APPROVED'"),
        ("moderation = 'REJECTED'", "moderation = 'APPROVED'"),
        (
            "published_at = now() + interval '1 hour'",
            "published_at = now() - interval '1 hour'",
        ),
        ("visible_until = now()", "visible_until = NULL"),
    ] {
        for (what, ways) in [(hide, 0), (show, 14)] {
            assert_eq!(
                change(
                    &client,
                    &format!("UPDATE products SET {what} WHERE id = ANY($1)"),
                    &[mug]
                )
                .await,
                1
            );
            let open = ways_in(&shop, &client, mug).await;
            assert_eq!(open.len(), ways, "{what}: {open:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_vendor_takes_all_its_products_along_at_once() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let mug = product(&client, MUG).await;
    for state in ["PAUSED", "CLOSED", "PENDING"] {
        client
            .batch_execute(&format!(
                "UPDATE vendors SET state = '{state}' WHERE handle = 'tuesday-kiln'"
            ))
            .await
            .unwrap();
        assert_eq!(
            ways_in(&shop, &client, mug).await,
            Vec::<&str>::new(),
            "{state}"
        );
        let gone = shop.data("{ vendor(handle: \"tuesday-kiln\") { id } vendors(first: 50) { nodes { handle } } }", json!({})).await;
        assert!(gone["vendor"].is_null());
        assert!(!field(&gone["vendors"]["nodes"], "handle").contains(&"tuesday-kiln".to_owned()));
    }
    client
        .batch_execute("UPDATE vendors SET state = 'ACTIVE' WHERE handle = 'tuesday-kiln'")
        .await
        .unwrap();
    assert_eq!(ways_in(&shop, &client, mug).await.len(), 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_full_though_hidden_products_stand_between() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    client
        .batch_execute(
            "UPDATE vendors SET state = 'PAUSED' WHERE handle IN ('tuesday-kiln', 'ninth-hour')",
        )
        .await
        .unwrap();
    for key in ["ID", "TITLE", "PRICE", "BEST_SELLING", "VENDOR"] {
        let document = format!(
            "{{ products(first: 50, sortKey: {key}) {{ nodes {{ vendor }} pageInfo {{ hasNextPage }} }} }}"
        );
        let data = shop.data(&document, json!({})).await;
        let vendors = field(&data["products"]["nodes"], "vendor");
        assert_eq!(vendors.len(), 50, "{key}");
        assert!(
            !vendors.contains(&"Tuesday Kiln".to_owned())
                && !vendors.contains(&"Ninth Hour".to_owned())
        );
        assert_eq!(data["products"]["pageInfo"]["hasNextPage"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpublished_collection_is_not_to_be_had() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let id: Uuid = client
        .query_one("SELECT id FROM collections WHERE handle = 'gifts'", &[])
        .await
        .unwrap()
        .get(0);
    let document = format!(
        r#"{{ collection(handle: "gifts") {{ id }} byId: collection(id: "{0}") {{ id }} node(id: "{0}") {{ id }}
            collections(first: 250) {{ nodes {{ handle }} }} search: collections(first: 250, query: "gifts") {{ nodes {{ handle }} }}
            menu(handle: "next-js-frontend-header-menu") {{ items {{ title resource {{ __typename }} }} }}
            product(handle: "single-stem-vase") {{ collections(first: 50) {{ nodes {{ handle }} }} }} }}"#,
        gid("Collection", id)
    );
    let before = shop.data(&document, json!({})).await;
    assert!(before["collection"]["id"].is_string() && before["node"]["id"].is_string());
    client
        .batch_execute("UPDATE collections SET published = false WHERE handle = 'gifts'")
        .await
        .unwrap();
    let data = shop.data(&document, json!({})).await;
    for name in ["collection", "byId", "node"] {
        assert!(data[name].is_null(), "{name}");
    }
    for list in [
        "/collections/nodes",
        "/search/nodes",
        "/product/collections/nodes",
    ] {
        let gifts = "gifts".to_owned();
        assert!(
            field(before.pointer(list).unwrap(), "handle").contains(&gifts),
            "{list}"
        );
        assert!(
            !field(data.pointer(list).unwrap(), "handle").contains(&gifts),
            "{list}"
        );
    }
    assert_eq!(
        field(&data["menu"]["items"], "title"),
        ["All", "New Arrivals", "Home & Living"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpublished_category_is_not_named_by_its_products() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let document = format!(
        r#"{{ product(handle: "{MUG}") {{ category {{ name ancestors {{ name }} }} }} categories {{ handle children {{ handle }} }} }}"#
    );
    let before = shop.data(&document, json!({})).await;
    assert_eq!(before["product"]["category"]["name"], "Tableware");
    client
        .batch_execute("UPDATE collections SET published = false WHERE handle = 'tableware'")
        .await
        .unwrap();
    let data = shop.data(&document, json!({})).await;
    assert!(data["product"]["category"].is_null());
    assert!(!data["categories"].to_string().contains("tableware"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_menu_says_nothing_of_a_product_that_is_not_seen() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    for (position, handle) in (90..).zip([
        "studio-sample-draft",
        "studio-sample-pending",
        "studio-sample-upcoming",
        MUG,
    ]) {
        let sql = format!(
            "INSERT INTO menu_items (id, menu_id, position, title, kind, product_id) SELECT gen_random_uuid(), m.id, {position}, p.title, \
             'PRODUCT', p.id FROM menus m, products p WHERE m.handle = 'next-js-frontend-header-menu' AND p.handle = '{handle}'"
        );
        client.batch_execute(&sql).await.unwrap();
    }
    let document = "{ menu(handle: \"next-js-frontend-header-menu\") { itemsCount items { title url resourceId } } }";
    let data = shop.data(document, json!({})).await;
    let titles = field(&data["menu"]["items"], "title");
    assert_eq!(titles[4..], ["Morning Person Mug"]);
    assert_eq!(data["menu"]["itemsCount"], 5);
    client
        .batch_execute("UPDATE vendors SET state = 'PAUSED' WHERE handle = 'tuesday-kiln'")
        .await
        .unwrap();
    let data = shop.data(document, json!({})).await;
    assert_eq!(field(&data["menu"]["items"], "title").len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpublished_page_is_not_to_be_had() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let id: Uuid = client
        .query_one("SELECT id FROM pages WHERE handle = 'about'", &[])
        .await
        .unwrap()
        .get(0);
    client
        .batch_execute("UPDATE pages SET published = false WHERE handle = 'about'")
        .await
        .unwrap();
    let document = format!(
        r#"{{ page(handle: "about") {{ id }} pageByHandle(handle: "about") {{ id }} node(id: "{}") {{ id }} pages(first: 250) {{ nodes {{ handle }} }}
            menu(handle: "next-js-frontend-footer-menu") {{ items {{ title }} }} }}"#,
        gid("Page", id)
    );
    let data = shop.data(&document, json!({})).await;
    assert!(data["page"].is_null() && data["pageByHandle"].is_null() && data["node"].is_null());
    assert!(!field(&data["pages"]["nodes"], "handle").contains(&"about".to_owned()));
    assert!(!field(&data["menu"]["items"], "title").contains(&"About".to_owned()));
}
