//! Every order of every list, both ways, walked through by pages of several sizes.

use super::paging::List;
use super::{column, gid};
use crate::support::Shop;

/// Lowest price in dollars of the product `p`, from the base tables.
const PRICE: &str = "(SELECT min(vp.amount) FROM variants v JOIN variant_prices vp ON vp.variant_id = v.id \
     JOIN price_lists l ON l.id = vp.price_list_id WHERE v.product_id = p.id AND l.code = 'usd')";

/// Global ids that a query gives in an order, and the other way round.
async fn both_ways(
    shop: &Shop,
    kind: &str,
    from: &str,
    keys: &[&str],
    descending: bool,
) -> [Vec<String>; 2] {
    let client = shop.sql().await;
    let mut found = Vec::new();
    for down in [descending, !descending] {
        let direction = if down { " DESC" } else { "" };
        let order: Vec<String> = keys.iter().map(|key| format!("{key}{direction}")).collect();
        let keys = column(
            &client,
            &format!("SELECT {from} ORDER BY {}", order.join(", ")),
        )
        .await;
        found.push(
            keys.iter()
                .map(|key| gid(kind, key.parse().unwrap()))
                .collect(),
        );
    }
    found.try_into().unwrap()
}

/// Walks through a list in one order, both ways.
async fn assert_order(
    shop: &Shop,
    list: impl Fn(&str) -> List,
    key: &str,
    whole: &[Vec<String>; 2],
    sizes: &[usize],
) {
    for (reverse, whole) in [false, true].into_iter().zip(whole) {
        let list = list(&format!(", sortKey: {key}, reverse: {reverse}"));
        for size in sizes {
            list.assert_walks(shop, *size, whole).await;
        }
    }
}

/// Sort keys of products, what the base tables say they are, and whether the largest comes first.
fn product_orders() -> [(&'static str, Vec<&'static str>, bool); 9] {
    [
        ("ID", vec!["p.id"], false),
        ("TITLE", vec!["lower(p.title) COLLATE \"C\"", "p.id"], false),
        (
            "PRODUCT_TYPE",
            vec!["lower(p.product_type) COLLATE \"C\"", "p.id"],
            false,
        ),
        ("VENDOR", vec!["lower(d.name) COLLATE \"C\"", "p.id"], false),
        ("PRICE", vec![PRICE, "p.id"], false),
        ("CREATED_AT", vec!["p.created_at", "p.id"], false),
        ("UPDATED_AT", vec!["p.updated_at", "p.id"], false),
        ("BEST_SELLING", vec!["p.sold", "p.id"], true),
        ("RELEVANCE", vec!["p.sold", "p.id"], true),
    ]
}

const SEEN: &str = "p.state = 'ACTIVE' AND p.moderation = 'APPROVED' AND p.published_at <= now()";

#[tokio::test(flavor = "multi_thread")]
async fn products() {
    let shop = Shop::open().await;
    let from =
        format!("p.id::text FROM products p JOIN vendors d ON d.id = p.vendor_id WHERE {SEEN}");
    for (key, keys, descending) in product_orders() {
        let whole = both_ways(&shop, "Product", &from, &keys, descending).await;
        assert!(whole[0].len() > 100);
        assert_order(
            &shop,
            |order| List::root("products", order),
            key,
            &whole,
            &[7, 50],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn products_of_a_vendor() {
    let shop = Shop::open().await;
    let from = format!(
        "p.id::text FROM products p JOIN vendors d ON d.id = p.vendor_id WHERE {SEEN} AND d.handle = 'tuesday-kiln'"
    );
    let list = |order: &str| List::inside(r#"vendor(handle: "tuesday-kiln")"#, "products", order);
    for (key, keys, descending) in product_orders() {
        let whole = both_ways(&shop, "Product", &from, &keys, descending).await;
        assert!(whole[0].len() > 7);
        assert_order(&shop, list, key, &whole, &[1, 7, 50]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn products_of_a_collection() {
    let shop = Shop::open().await;
    let from = format!(
        "p.id::text FROM collection_products cp JOIN products p ON p.id = cp.product_id \
         JOIN collections c ON c.id = cp.collection_id WHERE {SEEN} AND c.handle = 'gifts'"
    );
    let list = |order: &str| List::inside(r#"collection(handle: "gifts")"#, "products", order);
    for (key, keys, descending) in [
        ("ID", ["p.id", "p.id"], false),
        ("TITLE", ["lower(p.title) COLLATE \"C\"", "p.id"], false),
        ("PRICE", [PRICE, "p.id"], false),
        ("CREATED", ["p.created_at", "p.id"], false),
        ("BEST_SELLING", ["p.sold", "p.id"], true),
        ("MANUAL", ["cp.position", "p.id"], false),
        ("COLLECTION_DEFAULT", ["cp.position", "p.id"], false),
        ("RELEVANCE", ["cp.position", "p.id"], false),
    ] {
        let whole = both_ways(&shop, "Product", &from, &keys, descending).await;
        assert_eq!(whole[0].len(), 22);
        assert_order(&shop, list, key, &whole, &[1, 7, 50]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_shows_what_its_branches_sell_most_first() {
    let shop = Shop::open().await;
    let from = format!(
        "p.id::text FROM products p JOIN collections c ON c.id = p.category_id LEFT JOIN collections up ON up.id = c.parent_id \
         WHERE {SEEN} AND 'home-living' IN (c.handle, up.handle)"
    );
    let whole = both_ways(&shop, "Product", &from, &["p.sold", "p.id"], true).await;
    assert!(whole[0].len() > 25, "{}", whole[0].len());
    let list =
        |order: &str| List::inside(r#"collection(handle: "home-living")"#, "products", order);
    assert_order(&shop, list, "BEST_SELLING", &whole, &[7, 50]).await;
    // Placed by what was sold, largest first; ties the other way than in the order by sales.
    let placed = both_ways(&shop, "Product", &from, &["-p.sold", "p.id"], false).await;
    assert_order(&shop, list, "COLLECTION_DEFAULT", &placed, &[7, 50]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn collections_pages_and_vendors() {
    let shop = Shop::open().await;
    let title = ["lower(t.title) COLLATE \"C\"", "t.id"];
    for (kind, name, from, key, keys) in [
        (
            "Collection",
            "collections",
            "collections t WHERE published",
            "ID",
            ["t.id", "t.id"],
        ),
        (
            "Collection",
            "collections",
            "collections t WHERE published",
            "RELEVANCE",
            ["t.id", "t.id"],
        ),
        (
            "Collection",
            "collections",
            "collections t WHERE published",
            "TITLE",
            title,
        ),
        (
            "Collection",
            "collections",
            "collections t WHERE published",
            "UPDATED_AT",
            ["t.updated_at", "t.id"],
        ),
        (
            "Page",
            "pages",
            "pages t WHERE published",
            "ID",
            ["t.id", "t.id"],
        ),
        (
            "Page",
            "pages",
            "pages t WHERE published",
            "RELEVANCE",
            ["t.id", "t.id"],
        ),
        ("Page", "pages", "pages t WHERE published", "TITLE", title),
        (
            "Page",
            "pages",
            "pages t WHERE published",
            "UPDATED_AT",
            ["t.updated_at", "t.id"],
        ),
        (
            "Vendor",
            "vendors",
            "vendors t WHERE state = 'ACTIVE'",
            "ID",
            ["t.id", "t.id"],
        ),
        (
            "Vendor",
            "vendors",
            "vendors t WHERE state = 'ACTIVE'",
            "HANDLE",
            ["t.handle COLLATE \"C\"", "t.id"],
        ),
    ] {
        let whole = both_ways(
            &shop,
            kind,
            &format!("t.id::text FROM {from}"),
            &keys,
            false,
        )
        .await;
        assert!(whole[0].len() > 4, "{name}");
        assert_order(
            &shop,
            |order| List::root(name, order),
            key,
            &whole,
            &[1, 7, 50],
        )
        .await;
    }
}

/// The product with the most variants, or pictures.
async fn richest(shop: &Shop, table: &str) -> (String, String) {
    let sql = format!(
        "SELECT p.handle, p.id::text FROM products p JOIN {table} t ON t.product_id = p.id WHERE {SEEN} \
         GROUP BY p.id ORDER BY count(*) DESC, p.id LIMIT 1"
    );
    let row = shop.sql().await.query_one(&sql, &[]).await.unwrap();
    (
        format!(r#"product(handle: "{}")"#, row.get::<_, String>(0)),
        row.get(1),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn variants() {
    let shop = Shop::open().await;
    let (parent, id) = richest(&shop, "variants").await;
    let name = |value: &str| {
        format!("coalesce((SELECT name FROM option_values WHERE id = v.{value}), '')")
    };
    let title = format!(
        "concat_ws(' / ', {}, nullif({}, ''), nullif({}, '')) COLLATE \"C\"",
        name("value1_id"),
        name("value2_id"),
        name("value3_id")
    );
    let from = format!("v.id::text FROM variants v WHERE v.product_id = '{id}'");
    for (key, keys) in [
        ("ID", ["v.id", "v.id"]),
        ("POSITION", ["v.position", "v.id"]),
        ("RELEVANCE", ["v.position", "v.id"]),
        ("SKU", ["v.sku COLLATE \"C\"", "v.id"]),
        ("TITLE", [&title, "v.id"]),
    ] {
        let whole = both_ways(&shop, "ProductVariant", &from, &keys, false).await;
        assert!(whole[0].len() > 7);
        assert_order(
            &shop,
            |order| List::inside(&parent, "variants", order),
            key,
            &whole,
            &[1, 7, 50],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn images() {
    let shop = Shop::open().await;
    let (parent, id) = richest(&shop, "product_images").await;
    let from = format!("i.id::text FROM product_images i WHERE i.product_id = '{id}'");
    for (key, keys) in [
        ("ID", ["i.id", "i.id"]),
        ("CREATED_AT", ["i.created_at", "i.id"]),
        ("POSITION", ["i.position", "i.id"]),
        ("RELEVANCE", ["i.position", "i.id"]),
    ] {
        let whole = both_ways(&shop, "ProductImage", &from, &keys, false).await;
        assert!(whole[0].len() > 2);
        assert_order(
            &shop,
            |order| List::inside(&parent, "images", order),
            key,
            &whole,
            &[1, 7, 50],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_search_finds_by_relevance() {
    let shop = Shop::open().await;
    for query in ["lamp OR mug", "handmade", "for"] {
        for reverse in [false, true] {
            let order = format!(r#", sortKey: RELEVANCE, query: "{query}", reverse: {reverse}"#);
            let list = List::root("products", &order);
            let whole = list.forward(&shop, 250, None).await.ids;
            assert!(whole.len() > 4, "{query}: {}", whole.len());
            list.assert_walks(&shop, 3, &whole).await;
            list.assert_walks(&shop, 50, &whole).await;
        }
    }
}
