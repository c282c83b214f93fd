//! The language of `products(query:)`.

use super::{column, found, sorted};
use crate::support::Shop;
use serde_json::json;

const SEEN: &str = "p.state = 'ACTIVE' AND p.moderation = 'APPROVED' AND p.published_at <= now()";

/// Handles of the seen products `p` with a vendor `d` for which this holds.
async fn that_are(shop: &Shop, condition: &str) -> Vec<String> {
    let sql = format!(
        "SELECT p.handle FROM products p JOIN vendors d ON d.id = p.vendor_id WHERE {SEEN} AND ({condition}) ORDER BY p.handle"
    );
    column(&shop.sql().await, &sql).await
}

const PRICED: &str = "EXISTS (SELECT 1 FROM variants v JOIN variant_prices vp ON vp.variant_id = v.id \
     JOIN price_lists l ON l.id = vp.price_list_id WHERE v.product_id = p.id AND l.code = 'usd' AND vp.amount";
const STOCKED: &str = "EXISTS (SELECT 1 FROM variants v JOIN stock_levels s ON s.variant_id = v.id WHERE v.product_id = p.id AND s.on_hand > s.reserved)";

#[tokio::test(flavor = "multi_thread")]
async fn fields_find_what_the_tables_say() {
    let shop = Shop::open().await;
    for (query, condition) in [
        ("tag:ceramic", "'ceramic' = ANY(p.tags)".to_owned()),
        ("tag:CERAMIC", "'ceramic' = ANY(p.tags)".to_owned()),
        ("tag_not:ceramic", "'ceramic' <> ALL(p.tags)".to_owned()),
        (
            "vendor:\"Tuesday Kiln\"",
            "d.name = 'Tuesday Kiln'".to_owned(),
        ),
        (
            "vendor:'tuesday kiln'",
            "d.name = 'Tuesday Kiln'".to_owned(),
        ),
        ("product_type:mug", "p.product_type = 'Mug'".to_owned()),
        ("variants.price:>100", format!("{PRICED} > 10000)")),
        ("variants.price:>=24", format!("{PRICED} >= 2400)")),
        ("variants.price:<12.50", format!("{PRICED} < 1250)")),
        ("variants.price:24", format!("{PRICED} = 2400)")),
        ("variants.price:<=1e300", "true".to_owned()),
        ("variants.price:>=-1e300", "true".to_owned()),
        ("variants.price:<-1e300", "false".to_owned()),
        ("available_for_sale:true", STOCKED.to_owned()),
        ("available_for_sale:false", format!("NOT {STOCKED}")),
        (
            "created_at:>2026-06-01",
            "p.created_at > '2026-06-01Z'".to_owned(),
        ),
        (
            "created_at:<='2026-06-01T12:00:00Z'",
            "p.created_at <= '2026-06-01T12:00:00Z'".to_owned(),
        ),
        (
            "updated_at:<2026-06-01",
            "p.updated_at < '2026-06-01Z'".to_owned(),
        ),
        ("tag:", "false".to_owned()),
    ] {
        let expected = that_are(&shop, &condition).await;
        assert_eq!(sorted(found(&shop, query).await), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_are_joined_as_they_are_read() {
    let shop = Shop::open().await;
    let [ceramic, gift] = ["'ceramic' = ANY(p.tags)", "'gift' = ANY(p.tags)"];
    for (query, condition) in [
        ("tag:ceramic tag:gift", format!("{ceramic} AND {gift}")),
        ("tag:ceramic AND tag:gift", format!("{ceramic} AND {gift}")),
        ("tag:ceramic OR tag:gift", format!("{ceramic} OR {gift}")),
        (
            "tag:ceramic NOT tag:gift",
            format!("{ceramic} AND NOT {gift}"),
        ),
        ("tag:ceramic -tag:gift", format!("{ceramic} AND NOT {gift}")),
        ("NOT tag:ceramic", format!("NOT {ceramic}")),
        ("NOT NOT tag:ceramic", ceramic.to_owned()),
        (
            "NOT (tag:ceramic OR tag:gift)",
            format!("NOT ({ceramic} OR {gift})"),
        ),
        (
            "tag:ceramic OR tag:gift variants.price:<20",
            format!("{ceramic} OR ({gift} AND {PRICED} < 2000))"),
        ),
        (
            "(tag:ceramic OR tag:gift) variants.price:<20",
            format!("({ceramic} OR {gift}) AND {PRICED} < 2000)"),
        ),
        (
            "vendor:\"Ninth Hour\" OR (tag:ceramic AND NOT product_type:Mug)",
            format!("d.name = 'Ninth Hour' OR ({ceramic} AND p.product_type <> 'Mug')"),
        ),
    ] {
        let expected = that_are(&shop, &condition).await;
        assert!(!expected.is_empty(), "{query}");
        assert_eq!(sorted(found(&shop, query).await), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_whole_begun_and_stemmed() {
    let shop = Shop::open().await;
    let mugs = found(&shop, "mug").await;
    assert_eq!(sorted(mugs.clone())[..], that_are(&shop, "concat_ws(' ', p.title, p.product_type, p.description_html, array_to_string(p.tags, ' ')) ~* '\\mmugs?\\M'").await[..]);
    assert!(mugs.contains(&"morning-person-mug".to_owned()));
    for (query, handle) in [
        ("morn", "morning-person-mug"),
        ("morning pers", "morning-person-mug"),
        ("MORNING", "morning-person-mug"),
        ("mugs", "morning-person-mug"),
        ("\"morning person\"", "morning-person-mug"),
        ("'Morning Person Mug'", "morning-person-mug"),
        ("kiln", "morning-person-mug"),
        ("كوب", "morning-person-mug"),
        ("الصباح", "morning-person-mug"),
    ] {
        assert!(
            found(&shop, query).await.contains(&handle.to_owned()),
            "{query}"
        );
    }
    for query in [
        "\"person morning\"",
        "orning",
        "mug nothingiscalledthis",
        "\"morning mug\"",
    ] {
        assert!(
            !found(&shop, query)
                .await
                .contains(&"morning-person-mug".to_owned()),
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_must_not_be_there_are_not() {
    let shop = Shop::open().await;
    let [all, mugs] = [
        that_are(&shop, "true").await,
        sorted(found(&shop, "mug").await),
    ];
    let others: Vec<String> = all
        .iter()
        .filter(|handle| !mugs.contains(handle))
        .cloned()
        .collect();
    assert!(!mugs.is_empty() && !others.is_empty());
    for query in [
        "-mug",
        "NOT mug",
        "NOT (mug)",
        "NOT NOT NOT mug",
        "NOT \"mug\" -mug",
    ] {
        assert_eq!(sorted(found(&shop, query).await), others, "{query}");
    }
    assert_eq!(sorted(found(&shop, "mug OR NOT mug").await), all);
    assert!(found(&shop, "mug -mug").await.is_empty());
    assert_eq!(
        sorted(found(&shop, "mug AND NOT nothingiscalledthis").await),
        mugs
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_match_comes_first() {
    let shop = Shop::open().await;
    for (query, title) in [("mug", "mug"), ("vase", "vase"), ("reading lamp", "lamp")] {
        let document = "query Q($q: String) { products(first: 3, query: $q, sortKey: RELEVANCE) { nodes { title } } }";
        let data = shop.data(document, json!({ "q": query })).await;
        let best = data["products"]["nodes"][0]["title"].as_str().unwrap();
        assert!(best.to_lowercase().contains(title), "{query}: {best}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_are_no_operators() {
    let shop = Shop::open().await;
    let all = that_are(&shop, "true").await;
    for query in [
        "", " ", "%", "_", "'", "\"", "\\", ":*", "&|!<->", "()", "-", "OR", "AND AND", "NOT",
        "''", "\"\"", "*", "😀", "\u{202e}", "'';--",
    ] {
        assert_eq!(sorted(found(&shop, query).await), all, "{query:?}");
    }
    let mugs = sorted(found(&shop, "mug").await);
    for query in [
        "mug%",
        "%mug",
        "mug_",
        "'mug",
        "mug'",
        "mug\"",
        "mug\\",
        "mug:*",
        "mug & !",
        "mug <->",
        "mug | ",
        "mug -",
        "mug OR",
        "() mug",
        "mug 😀",
        "\u{202e}mug",
    ] {
        assert_eq!(sorted(found(&shop, query).await), mugs, "{query:?}");
    }
    for query in [
        "mug' OR 'x'='x",
        "nothingiscalledthis' OR true --",
        "x\\' OR 1=1",
        "a:b:c:d",
        "nothing:iscalledthis",
        "id:1",
    ] {
        assert!(found(&shop, query).await.len() < all.len(), "{query:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_words_are_words() {
    let shop = Shop::open().await;
    for query in [
        "a".repeat(1_000),
        "漢".repeat(1_000),
        "ا".repeat(1_000),
        "😀".repeat(1_000),
        "a'".repeat(500),
    ] {
        found(&shop, &query).await;
    }
    assert!(
        found(&shop, &["mug"; 20].join(" "))
            .await
            .contains(&"morning-person-mug".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_searched_is_refused_in_a_sentence() {
    let shop = Shop::open().await;
    for (query, says) in [
        ("a".repeat(1_001), "longer than 1000 characters"),
        ("ا".repeat(1_001), "longer than 1000 characters"),
        (["a"; 21].join(" "), "more than 20 words"),
        (["tag:a"; 21].join(" OR "), "more than 20 words"),
        ("mug\0".to_owned(), "NUL"),
        ("(mug".to_owned(), "parentheses"),
        ("mug)".to_owned(), "parentheses"),
        ("(".repeat(500), "parentheses"),
        ("NOT ".repeat(12) + "mug", "parentheses"),
        ("variants.price:cheap".to_owned(), "`variants.price`"),
        ("variants.price:NaN".to_owned(), "`variants.price`"),
        ("variants.price:>inf".to_owned(), "`variants.price`"),
        (
            "available_for_sale:maybe".to_owned(),
            "`available_for_sale`",
        ),
        ("created_at:yesterday".to_owned(), "`created_at`"),
        ("created_at:2026-02-30".to_owned(), "`created_at`"),
        ("created_at:<-262000-01-01".to_owned(), "`created_at`"),
        ("updated_at:>-4713-01-01".to_owned(), "`updated_at`"),
    ] {
        let document = "query Q($q: String) { products(first: 1, query: $q) { nodes { id } } }";
        let (code, message) = shop.refusal(document, json!({ "q": query })).await;
        assert_eq!(code, "BAD_USER_INPUT", "{query:.40}: {message}");
        assert!(message.contains(says), "{query:.40}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collections_and_pages_are_searched_by_title() {
    let shop = Shop::open().await;
    let document = "query Q($q: String) { collections(first: 50, query: $q) { nodes { handle } } pages(first: 50, query: $q) { nodes { handle } } }";
    let handles = |query: &str| shop.data(document, json!({ "q": query }));
    let data = handles("ABOUT").await;
    assert_eq!(
        data,
        json!({ "collections": { "nodes": [] }, "pages": { "nodes": [{ "handle": "about" }] } })
    );
    let data = handles("gift").await;
    assert_eq!(
        data["collections"],
        json!({ "nodes": [{ "handle": "gifts" }] })
    );
    for nothing in ["%", "_", "\\", "gi_t", "g%"] {
        let data = handles(nothing).await;
        assert_eq!(data["collections"]["nodes"], json!([]), "{nothing}");
    }
}
