//! What is looked for is counted, and nothing of who did.

mod popular;

use super::people::staff;
use crate::support::{Answer, Shop};
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::{ClientAddress, Role};
use lilium::domains::search::analytics::{Outcome, Searches, Visitor};
use lilium::graphql::codes::LanguageCode;
use lilium::platform::db::Database;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

const SEARCH: &str = "query($query: String!, $after: String) { search(query: $query, first: 2, after: $after, types: [PRODUCT]) {
    totalCount pageInfo { endCursor } nodes { ... on Product { id trackingParameters } } } }";

const CLICK: &str = "mutation($input: SearchClickInput!) { searchClick(input: $input) { userErrors { code field message } } }";

const REPORT: &str = "query($from: DateTime, $to: DateTime, $first: Int! = 20) { searchAnalytics(from: $from, to: $to, first: $first) {
    from to searches withoutResult clicks clickRate popularTerms { term language searches withoutResult clicks clickRate }
    termsWithoutResult { term withoutResult } topProducts { productId product { id } clicks } } }";

/// What is counted: language, term, searches, without result, clicks.
type Row = (String, String, i64, i64, i64);

async fn rows(sql: &Client) -> Vec<Row> {
    let query = "SELECT language, term, searches, without_result, clicks FROM search_days ORDER BY term, language";
    let rows = sql.query(query, &[]).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)))
        .collect()
}

/// Waits until what is counted is `wanted`.
async fn counted(sql: &Client, wanted: &[Row]) {
    let begin = Instant::now();
    loop {
        let found = rows(sql).await;
        if found == wanted {
            return;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(15),
            "{found:#?} instead of {wanted:#?}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn row(language: &str, term: &str, numbers: [i64; 3]) -> Row {
    let [searches, without, clicks] = numbers;
    (
        language.to_owned(),
        term.to_owned(),
        searches,
        without,
        clicks,
    )
}

async fn search(shop: &Shop, query: &str) -> Value {
    shop.data(SEARCH, json!({ "query": query })).await["search"].clone()
}

async fn click(shop: &Shop, parameters: &str, product: &Value) -> Answer {
    let input = json!({ "trackingParameters": parameters, "productId": product });
    shop.ask(CLICK, json!({ "input": input })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_and_clicks_are_counted_by_day_and_term() {
    let shop = Shop::open().await;
    let found = search(&shop, "  CANDLE ").await;
    search(&shop, "candle").await;
    // Further pages are the same search.
    let after = &found["pageInfo"]["endCursor"];
    shop.data(SEARCH, json!({ "query": "CANDLE", "after": after }))
        .await;
    let none = search(&shop, "zorgleflask").await;
    assert_eq!(none["totalCount"], 0);
    let arabic = SEARCH.replace("query(", "query Arabic(");
    let arabic = arabic.replace(") { search(", ") @inContext(language: AR) { search(");
    shop.data(&arabic, json!({ "query": "شاي" })).await;
    let sql = shop.sql().await;
    counted(
        &sql,
        &[
            row("EN", "candle", [2, 0, 0]),
            row("EN", "zorgleflask", [1, 1, 0]),
            row("AR", "شاي", [1, 0, 0]),
        ],
    )
    .await;

    let (first, second) = (&found["nodes"][0], &found["nodes"][1]);
    let parameters = first["trackingParameters"].as_str().unwrap();
    for product in [&first["id"], &first["id"], &second["id"]] {
        let answer = click(&shop, parameters, product).await;
        assert_eq!(answer.body["data"]["searchClick"]["userErrors"], json!([]));
    }
    // What nobody looked for, and what is no product, is left out quietly.
    let nothing = json!(format!("gid://lilium/Product/{}", uuid::Uuid::now_v7()));
    for (parameters, product) in [
        ("_psq=never+looked+for", &first["id"]),
        (parameters, &nothing),
    ] {
        let answer = click(&shop, parameters, product).await;
        assert_eq!(answer.body["data"]["searchClick"]["userErrors"], json!([]));
    }
    counted(
        &sql,
        &[
            row("EN", "candle", [2, 0, 3]),
            row("EN", "zorgleflask", [1, 1, 0]),
            row("AR", "شاي", [1, 0, 0]),
        ],
    )
    .await;

    let support = staff(&shop, Role::Support).await;
    let answer = shop.ask_as(&support, REPORT, json!({})).await.body;
    let report = &answer["data"]["searchAnalytics"];
    assert_eq!(
        [
            &report["searches"],
            &report["withoutResult"],
            &report["clicks"],
            &report["clickRate"]
        ],
        [&json!(4), &json!(1), &json!(3), &json!(0.75)]
    );
    assert_eq!(
        report["popularTerms"][0],
        json!({ "term": "candle", "language": "EN", "searches": 2, "withoutResult": 0, "clicks": 3, "clickRate": 1.5 })
    );
    assert_eq!(
        report["termsWithoutResult"],
        json!([{ "term": "zorgleflask", "withoutResult": 1 }])
    );
    assert_eq!(
        report["topProducts"],
        json!([{ "productId": first["id"], "product": { "id": first["id"] }, "clicks": 2 },
            { "productId": second["id"], "product": { "id": second["id"] }, "clicks": 1 }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_who_looked_is_kept() {
    let shop = Shop::open().await;
    let token = shop.sign_in("ada@example.com", PASSWORD).await;
    for text in ["ada@example.com", "0170 1234567", "4111111111111111", "mug"] {
        let answer = shop.ask_as(&token, SEARCH, json!({ "query": text })).await;
        assert_eq!(answer.body.get("errors"), None, "{:#}", answer.body);
    }
    let sql = shop.sql().await;
    // The one that may be counted was sent last: what is counted by then is all.
    counted(&sql, &[row("EN", "mug", [1, 0, 0])]).await;
    let columns =
        "SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, column_name)
        FROM information_schema.columns WHERE table_name IN ('search_days', 'search_product_days')";
    let columns: String = sql.query_one(columns, &[]).await.unwrap().get(0);
    assert_eq!(
        columns,
        "search_days.clicks search_days.day search_days.language search_days.people search_days.searches search_days.term search_days.without_result \
         search_product_days.clicks search_product_days.day search_product_days.product_id"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_nothing_is_refused() {
    let shop = Shop::open().await;
    let product = search(&shop, "mug").await["nodes"][0]["id"].clone();
    for (parameters, code) in [
        ("", "INVALID"),
        ("mug", "INVALID"),
        ("_pos=1&_psq=", "INVALID"),
        (&format!("_psq={}", "a".repeat(2000)), "TOO_LONG"),
    ] {
        let answer = click(&shop, parameters, &product).await;
        let error = &answer.body["data"]["searchClick"]["userErrors"][0];
        assert_eq!(error["code"], code);
        assert_eq!(error["field"], json!(["input", "trackingParameters"]));
    }
    let answer = click(&shop, "_psq=mug", &json!("gid://lilium/Vendor/1")).await;
    assert_eq!(answer.body["errors"][0]["extensions"]["code"], "INVALID_ID");
}

/// Terms with how often they were looked for, not found, and by how many people, `age` days ago.
async fn looked_for(sql: &Client, terms: &[(&str, i64, i64, i64, i32)]) {
    for (term, searches, without, people, age) in terms {
        let insert =
            "INSERT INTO search_days (day, language, term, searches, without_result, people)
            VALUES ((now() AT TIME ZONE 'UTC')::date - $5::integer, 'EN', $1, $2, $3, $4)";
        sql.execute(insert, &[term, searches, without, people, age])
            .await
            .unwrap();
        let sum = "INSERT INTO search_day_totals AS t (day, language, searches, without_result, terms)
            VALUES ((now() AT TIME ZONE 'UTC')::date - $3::integer, 'EN', $1, $2, 1) ON CONFLICT (day, language) DO UPDATE
            SET searches = t.searches + excluded.searches, without_result = t.without_result + excluded.without_result, terms = t.terms + 1";
        sql.execute(sum, &[searches, without, age]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_of_some_days_and_for_those_with_the_right() {
    let shop = Shop::open().await;
    looked_for(
        &shop.sql().await,
        &[
            ("tea", 5, 1, 1, 0),
            ("tea", 7, 0, 1, 29),
            ("tea", 100, 0, 1, 30),
            ("mug", 6, 5, 1, 2),
        ],
    )
    .await;
    let admin = staff(&shop, Role::Admin).await;
    let report = async |variables: Value| {
        let body = shop.ask_as(&admin, REPORT, variables).await.body;
        (
            body["data"]["searchAnalytics"].clone(),
            body["errors"][0]["extensions"]["code"].clone(),
        )
    };
    let (all, _) = report(json!({})).await;
    assert_eq!(
        (&all["searches"], &all["withoutResult"]),
        (&json!(18), &json!(6))
    );
    assert_eq!(all["popularTerms"][0]["term"], "tea");
    assert_eq!(all["popularTerms"][0]["searches"], 12);
    assert_eq!(all["termsWithoutResult"][0]["term"], "mug");
    let (one, _) = report(json!({ "first": 1 })).await;
    assert_eq!(one["popularTerms"].as_array().unwrap().len(), 1);
    assert_eq!(one["searches"], 18);
    let (today, _) = report(json!({ "from": all["to"], "to": all["to"] })).await;
    assert_eq!(today["searches"], 5);
    let (none, _) =
        report(json!({ "from": "2001-01-01T00:00:00Z", "to": "2001-01-02T00:00:00Z" })).await;
    assert_eq!(
        (&none["searches"], &none["clickRate"]),
        (&json!(0), &Value::Null)
    );
    for wrong in [
        json!({ "from": all["to"], "to": all["from"] }),
        json!({ "from": "2001-01-01T00:00:00Z" }),
        json!({ "first": 0 }),
        json!({ "first": 101 }),
    ] {
        assert_eq!(report(wrong).await, (Value::Null, json!("BAD_USER_INPUT")));
    }
    let customer = shop.sign_in("ada@example.com", PASSWORD).await;
    let body = shop.ask_as(&customer, REPORT, json!({})).await.body;
    assert_eq!(body["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let body = shop.ask(REPORT, json!({})).await.body;
    assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
}

/// How many people looked for a term, once so many searches of it are counted.
async fn people(sql: &Client, term: &str, searches: i64) -> i64 {
    let begin = Instant::now();
    loop {
        let query = "SELECT searches, people FROM search_days WHERE term = $1";
        let row = sql.query_opt(query, &[&term]).await.unwrap();
        let (counted, people) = row.map_or((0, 0), |row| (row.get(0), row.get(1)));
        if counted == searches {
            return people;
        }
        assert!(
            begin.elapsed() < Duration::from_secs(15),
            "{counted} of {searches} times {term}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_its_number_of_hits_is_counted_too() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    for (query, text) in [
        (
            "{ search(query: \"candle\", types: [PRODUCT]) { totalCount } }",
            "candle",
        ),
        (
            "{ search(query: \"zorgleflask\", types: [PRODUCT]) { totalCount } }",
            "zorgleflask",
        ),
    ] {
        shop.data(query, json!({})).await;
        people(&sql, text, 1).await;
    }
    counted(
        &sql,
        &[
            row("EN", "candle", [1, 0, 0]),
            row("EN", "zorgleflask", [1, 1, 0]),
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_of_a_day_are_bounded_and_all_searches_are_summed_up() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let database = Database::connect(&shop.server, 2).unwrap();
    let searches = Searches::new(database.clone());
    let nobody = Visitor::new(ClientAddress::default(), None);
    let found = |text: &str| searches.found(LanguageCode::En, text, Outcome::Nothing, nobody);
    for part in 0..5 {
        for number in 0..4_400 {
            found(&format!("word {}", part * 4_400 + number));
        }
        searches.write(&database).await.unwrap();
    }
    for text in ["word 1", "one more"] {
        found(text);
    }
    searches.write(&database).await.unwrap();
    let sums = "SELECT (SELECT count(*) FROM search_days), (SELECT searches FROM search_days WHERE term = 'word 1'),
        (SELECT count(*) FROM search_days WHERE term = 'one more'), t.searches, t.without_result, t.terms FROM search_day_totals t";
    let row = sql.query_one(sums, &[]).await.unwrap();
    let number = |column| row.get::<_, i64>(column);
    assert_eq!([number(0), number(1), number(2)], [20_000, 2, 0]);
    assert_eq!([number(3), number(4)], [22_002, 22_002]);
    assert_eq!(row.get::<_, i32>(5), 20_000);
}
