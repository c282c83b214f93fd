//! How administrators tune the search, and who may not.

use super::people::staff;
use crate::support::Shop;
use futures_util::future::join_all;
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::Role;
use serde_json::{Value, json};

const SHOWN: &str =
    "searchTuning { version synonyms { id language word terms } stopWords { language words }
    rules { id phrase match pinnedIds hiddenIds pinned { id } hidden { id } }
    blockedTerms ranking { title properties description popularity inStockFirst typingErrors }
    changes { version action userId userName details happenedAt } }";

const CHANGES: [(&str, &str); 7] = [
    ("searchSynonymSet", "SearchSynonymSetInput"),
    ("searchSynonymDelete", "SearchTuningDeleteInput"),
    ("searchStopWordsSet", "SearchStopWordsSetInput"),
    ("searchRuleSet", "SearchRuleSetInput"),
    ("searchRuleDelete", "SearchTuningDeleteInput"),
    ("searchRankingSet", "SearchRankingSetInput"),
    ("searchBlockedTermsSet", "SearchBlockedTermsSetInput"),
];

/// A shop and whoever runs it.
struct Run {
    shop: Shop,
    admin: String,
}

impl Run {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let admin = staff(&shop, Role::Admin).await;
        Self { shop, admin }
    }

    /// The payload of a change by whoever has this token.
    async fn change(&self, token: &str, field: &str, input: Value) -> Value {
        let body = self.send(Some(token), field, input).await;
        assert_eq!(body.get("errors"), None, "{body:#}");
        body["data"]["done"].clone()
    }

    async fn send(&self, token: Option<&str>, field: &str, input: Value) -> Value {
        let kind = CHANGES.iter().find(|(name, _)| *name == field).unwrap().1;
        let query = format!(
            "mutation($input: {kind}!) {{ done: {field}(input: $input) {{ {SHOWN} userErrors {{ code field message }} }} }}"
        );
        let variables = json!({ "input": input });
        match token {
            Some(token) => self.shop.ask_as(token, &query, variables).await.body,
            None => self.shop.ask(&query, variables).await.body,
        }
    }

    /// The tuning after a change that must succeed.
    async fn said(&self, field: &str, input: Value) -> Value {
        let done = self.change(&self.admin, field, input).await;
        assert_eq!(done["userErrors"], json!([]), "{field}");
        done["searchTuning"].clone()
    }

    /// Code and field of a change that is refused and changes nothing.
    async fn refused(&self, field: &str, input: Value) -> (String, String) {
        let before = self.tuning().await;
        let done = self.change(&self.admin, field, input.clone()).await;
        assert_eq!(done["searchTuning"], Value::Null, "{field} {input}");
        assert_eq!(self.tuning().await, before, "{field} {input}");
        let error = &done["userErrors"][0];
        let path = error["field"].as_array().cloned().unwrap_or_default();
        let path: Vec<_> = path.iter().map(|part| part.as_str().unwrap()).collect();
        (error["code"].as_str().unwrap().to_owned(), path.join("."))
    }

    async fn tuning(&self) -> Value {
        let query = format!("{{ {SHOWN} }}");
        let answer = self.shop.ask_as(&self.admin, &query, json!({})).await;
        assert_eq!(answer.body.get("errors"), None, "{:#}", answer.body);
        answer.body["data"]["searchTuning"].clone()
    }

    /// Global ids of products that a search finds, in order.
    async fn found(&self, query: &str) -> Vec<String> {
        let of = "query($query: String!) { search(query: $query, first: 50, types: [PRODUCT]) { nodes { ... on Product { id } } } }";
        let data = self.shop.data(of, json!({ "query": query })).await;
        let nodes = data["search"]["nodes"].as_array().unwrap();
        nodes
            .iter()
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_is_shown_and_logged() {
    let run = Run::open().await;
    let begun = run.tuning().await;
    assert_eq!(
        (&begun["version"], &begun["changes"]),
        (&json!(1), &json!([]))
    );

    let tuning = run
        .said(
            "searchSynonymSet",
            json!({ "language": "EN", "terms": [" Sneakers", "trainers", "sneakers"] }),
        )
        .await;
    let synonym = &tuning["synonyms"][0];
    assert_eq!(synonym["terms"], json!(["sneakers", "trainers"]));
    let id = synonym["id"].clone();
    let one_way = json!({ "id": id, "word": "Runners", "terms": ["sneakers"] });
    let tuning = run.said("searchSynonymSet", one_way).await;
    assert_eq!(
        tuning["synonyms"],
        json!([{ "id": id, "language": null, "word": "runners", "terms": ["sneakers"] }])
    );
    for words in [json!(["the", "A", "the"]), json!(["of"])] {
        run.said(
            "searchStopWordsSet",
            json!({ "language": "EN", "words": words }),
        )
        .await;
    }
    let tuning = run
        .said(
            "searchStopWordsSet",
            json!({ "language": "AR", "words": ["في"] }),
        )
        .await;
    assert_eq!(
        tuning["stopWords"],
        json!([{ "language": "AR", "words": ["في"] }, { "language": "EN", "words": ["of"] }])
    );
    let ranking = json!({ "popularity": 0, "inStockFirst": true });
    let tuning = run.said("searchRankingSet", ranking).await;
    assert_eq!(
        tuning["ranking"],
        json!({ "title": 10, "properties": 5, "description": 1, "popularity": 0, "inStockFirst": true, "typingErrors": true })
    );
    let ids = run.found("candle").await;
    let rule = json!({ "phrase": "Green  TEA", "match": "CONTAINS", "pinned": [ids[1], ids[0]], "hidden": [ids[2]] });
    let tuning = run.said("searchRuleSet", rule).await;
    let rule = &tuning["rules"][0];
    assert_eq!(
        (&rule["phrase"], &rule["match"]),
        (&json!("green tea"), &json!("CONTAINS"))
    );
    assert_eq!(rule["pinned"], json!([{ "id": ids[1] }, { "id": ids[0] }]));
    assert_eq!(rule["hiddenIds"], json!([ids[2]]));
    let rule = json!({ "id": rule["id"], "phrase": "tea", "pinned": [ids[0]] });
    let tuning = run.said("searchRuleSet", rule).await;
    let rule = &tuning["rules"][0];
    assert_eq!(
        (&rule["match"], &rule["pinnedIds"]),
        (&json!("EXACT"), &json!([ids[0]]))
    );
    assert_eq!(rule["hiddenIds"], json!([]));
    let blocked = json!({ "terms": [" Jane  DOE", "spam", "jane doe"] });
    let tuning = run.said("searchBlockedTermsSet", blocked).await;
    assert_eq!(tuning["blockedTerms"], json!(["jane doe", "spam"]));
    run.said("searchRuleDelete", json!({ "id": rule["id"] }))
        .await;
    let tuning = run.said("searchSynonymDelete", json!({ "id": id })).await;
    assert_eq!(
        (&tuning["rules"], &tuning["synonyms"]),
        (&json!([]), &json!([]))
    );

    // Each change by its number, with who and what.
    assert_eq!(tuning["version"], json!(12));
    let changes = tuning["changes"].as_array().unwrap();
    let versions: Vec<_> = changes
        .iter()
        .map(|it| it["version"].as_i64().unwrap())
        .collect();
    assert_eq!(versions, (2..=12).rev().collect::<Vec<i64>>());
    assert_eq!(changes[0]["action"], "SYNONYM_DELETED");
    assert!(
        changes
            .iter()
            .all(|change| change["userName"] == "Mira Saleh")
    );
    assert_eq!(changes[2]["action"], "BLOCKED_TERMS_SET");
    let details: Value = serde_json::from_str(changes[10]["details"].as_str().unwrap()).unwrap();
    assert_eq!(details["terms"], json!(["sneakers", "trainers"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_said_is_refused_and_changes_nothing() {
    let run = Run::open().await;
    let ids = run.found("candle").await;
    let none = |kind: &str| format!("gid://lilium/{kind}/{}", uuid::Uuid::now_v7());
    run.said("searchSynonymSet", json!({ "terms": ["a", "b"] }))
        .await;
    run.said(
        "searchRuleSet",
        json!({ "phrase": "tea", "pinned": [ids[0]] }),
    )
    .await;
    let (long, letters) = ("a".repeat(51), "b".repeat(101));
    let many: Vec<String> = (0..501).map(|number| format!("w{number}")).collect();
    for (field, input, code, path) in [
        (
            "searchSynonymSet",
            json!({ "terms": ["cup"] }),
            "TOO_FEW",
            "input.terms",
        ),
        (
            "searchSynonymSet",
            json!({ "terms": ["cup", " CUP "] }),
            "TOO_FEW",
            "input.terms",
        ),
        (
            "searchSynonymSet",
            json!({ "word": "cup", "terms": [] }),
            "TOO_FEW",
            "input.terms",
        ),
        (
            "searchSynonymSet",
            json!({ "word": "%_'\"", "terms": ["cup"] }),
            "BLANK",
            "input.word",
        ),
        (
            "searchSynonymSet",
            json!({ "terms": ["cup", "a\u{0}"] }),
            "INVALID",
            "input.terms",
        ),
        (
            "searchBlockedTermsSet",
            json!({ "terms": ["spam", "a\u{7}b"] }),
            "INVALID",
            "input.terms",
        ),
        (
            "searchBlockedTermsSet",
            json!({ "terms": ["%_"] }),
            "BLANK",
            "input.terms",
        ),
        (
            "searchBlockedTermsSet",
            json!({ "terms": [letters] }),
            "TOO_LONG",
            "input.terms",
        ),
        (
            "searchBlockedTermsSet",
            json!({ "terms": many }),
            "TOO_MANY",
            "input.terms",
        ),
        (
            "searchSynonymSet",
            json!({ "terms": ["cup", long] }),
            "TOO_LONG",
            "input.terms",
        ),
        (
            "searchSynonymSet",
            json!({ "terms": ["cup", "a b c d e"] }),
            "TOO_MANY",
            "input.terms",
        ),
        (
            "searchSynonymSet",
            json!({ "terms": many[..21] }),
            "TOO_MANY",
            "input.terms",
        ),
        (
            "searchSynonymSet",
            json!({ "terms": ["B", "A"] }),
            "TAKEN",
            "input",
        ),
        (
            "searchSynonymSet",
            json!({ "language": "FI", "terms": ["c", "d"] }),
            "UNKNOWN_LANGUAGE",
            "input.language",
        ),
        (
            "searchSynonymSet",
            json!({ "id": none("SearchSynonym"), "terms": ["c", "d"] }),
            "NOT_FOUND",
            "input.id",
        ),
        (
            "searchSynonymDelete",
            json!({ "id": none("SearchSynonym") }),
            "NOT_FOUND",
            "input.id",
        ),
        (
            "searchStopWordsSet",
            json!({ "language": "FI", "words": ["c"] }),
            "UNKNOWN_LANGUAGE",
            "input.language",
        ),
        (
            "searchStopWordsSet",
            json!({ "language": "EN", "words": ["of the"] }),
            "TOO_MANY",
            "input.words",
        ),
        (
            "searchStopWordsSet",
            json!({ "language": "EN", "words": many }),
            "TOO_MANY",
            "input.words",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": "mug" }),
            "TOO_FEW",
            "input.pinned",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": " ", "pinned": [ids[0]] }),
            "BLANK",
            "input.phrase",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": letters, "pinned": [ids[0]] }),
            "TOO_LONG",
            "input.phrase",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": "mug", "pinned": [ids[0]], "hidden": [ids[0]] }),
            "CONTRADICTION",
            "input.hidden",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": "mug", "hidden": [none("Product")] }),
            "NOT_FOUND",
            "input.hidden",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": "mug", "pinned": vec![&ids[0]; 21] }),
            "TOO_MANY",
            "input.pinned",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": " TEA", "pinned": [ids[1]] }),
            "TAKEN",
            "input",
        ),
        (
            "searchRuleSet",
            json!({ "phrase": "Téa!", "pinned": [ids[1]] }),
            "TAKEN",
            "input",
        ),
        (
            "searchRuleSet",
            json!({ "id": none("SearchRule"), "phrase": "mug", "pinned": [ids[0]] }),
            "NOT_FOUND",
            "input.id",
        ),
        (
            "searchRuleDelete",
            json!({ "id": none("SearchRule") }),
            "NOT_FOUND",
            "input.id",
        ),
        (
            "searchRankingSet",
            json!({ "title": 0 }),
            "OUT_OF_RANGE",
            "input.title",
        ),
        (
            "searchRankingSet",
            json!({ "title": 9, "popularity": 11 }),
            "OUT_OF_RANGE",
            "input.popularity",
        ),
        (
            "searchRankingSet",
            json!({ "properties": -1 }),
            "OUT_OF_RANGE",
            "input.properties",
        ),
        (
            "searchRankingSet",
            json!({ "description": 100_000 }),
            "OUT_OF_RANGE",
            "input.description",
        ),
        (
            "searchRankingSet",
            json!({ "title": 9, "version": 1 }),
            "STALE_VERSION",
            "input.version",
        ),
    ] {
        let refused = run.refused(field, input.clone()).await;
        assert_eq!(
            refused,
            (code.to_owned(), path.to_owned()),
            "{field} {input}"
        );
    }
    // Ids of another type are no ids at all.
    let body = run
        .send(
            Some(&run.admin),
            "searchRuleDelete",
            json!({ "id": ids[0] }),
        )
        .await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID_ID");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_five_hundred_synonyms_and_no_more() {
    let run = Run::open().await;
    let sql = run.shop.sql().await;
    let fill = "INSERT INTO search_synonyms (id, terms) SELECT gen_random_uuid(), ARRAY['a', 'b' || n] FROM generate_series(1, 500) n";
    assert_eq!(sql.execute(fill, &[]).await.unwrap(), 500);
    let refused = run
        .refused("searchSynonymSet", json!({ "terms": ["c", "d"] }))
        .await;
    assert_eq!(refused, ("TOO_MANY".to_owned(), "input".to_owned()));
    let id = run.tuning().await["synonyms"][0]["id"].clone();
    run.said("searchSynonymSet", json!({ "id": id, "terms": ["c", "d"] }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_the_same_version_one_is_told() {
    let run = Run::open().await;
    let other = staff(&run.shop, Role::SuperAdmin).await;
    for round in 0..5 {
        let version = run.tuning().await["version"].clone();
        let change = |title: i32| json!({ "title": title, "version": version });
        let both = [(&run.admin, 2), (&other, 3)]
            .map(|(token, title)| run.change(token, "searchRankingSet", change(title)));
        let done = join_all(both).await;
        let codes: Vec<_> = done
            .iter()
            .map(|done| done["userErrors"][0]["code"].as_str().unwrap_or("done"))
            .collect();
        assert!(
            codes.contains(&"done") && codes.contains(&"STALE_VERSION"),
            "round {round}: {codes:?}"
        );
        let now = run.tuning().await["version"].as_i64().unwrap();
        assert_eq!(now, version.as_i64().unwrap() + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_see_or_change_it() {
    let run = Run::open().await;
    let synonym = run
        .said("searchSynonymSet", json!({ "terms": ["a", "b"] }))
        .await["synonyms"][0]["id"]
        .clone();
    let ids = run.found("candle").await;
    let rule = run
        .said(
            "searchRuleSet",
            json!({ "phrase": "tea", "pinned": [ids[0]] }),
        )
        .await["rules"][0]["id"]
        .clone();
    let before = run.tuning().await;
    let support = staff(&run.shop, Role::Support).await;
    let sql = run.shop.sql().await;
    let owner = "SELECT u.email FROM users u JOIN grants g ON g.user_id = u.id WHERE g.role = 'VENDOR_OWNER' ORDER BY 1 LIMIT 1";
    let owner: String = sql.query_one(owner, &[]).await.unwrap().get(0);
    let owner = run.shop.sign_in(&owner, PASSWORD).await;
    let customer = run.shop.sign_in("ada@example.com", PASSWORD).await;
    let inputs = [
        json!({ "terms": ["c", "d"] }),
        json!({ "id": synonym }),
        json!({ "language": "EN", "words": ["the"] }),
        json!({ "id": rule, "phrase": "mug", "hidden": [ids[0]] }),
        json!({ "id": rule }),
        json!({ "title": 1 }),
    ];
    let strangers = [
        (None, "UNAUTHENTICATED"),
        (Some(&customer), "FORBIDDEN"),
        (Some(&owner), "FORBIDDEN"),
        (Some(&support), "FORBIDDEN"),
    ];
    for (token, code) in strangers {
        let token = token.map(String::as_str);
        for ((field, _), input) in CHANGES.iter().zip(&inputs) {
            let body = run.send(token, field, input.clone()).await;
            assert_eq!(
                body["errors"][0]["extensions"]["code"], code,
                "{field}: {body:#}"
            );
            assert_eq!(body["data"]["done"], Value::Null);
        }
        let query = format!("{{ {SHOWN} }}");
        let answer = match token {
            Some(token) => run.shop.ask_as(token, &query, json!({})).await,
            None => run.shop.ask(&query, json!({})).await,
        };
        assert_eq!(answer.body["errors"][0]["extensions"]["code"], code);
        assert_eq!(answer.body["data"]["searchTuning"], Value::Null);
    }
    assert_eq!(run.tuning().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_only_ever_added_to() {
    let run = Run::open().await;
    run.said("searchRankingSet", json!({ "title": 9 })).await;
    let sql = run.shop.sql().await;
    for statement in [
        "UPDATE search_tuning_log SET user_id = gen_random_uuid()",
        "DELETE FROM search_tuning_log",
        "TRUNCATE search_tuning_log",
    ] {
        assert!(sql.execute(statement, &[]).await.is_err(), "{statement}");
    }
    assert_eq!(run.tuning().await["changes"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_stands_in_front_and_what_is_hidden_is_not_found() {
    let run = Run::open().await;
    let (candles, teas) = (run.found("candle").await, run.found("tea").await);
    let stranger = teas.iter().find(|id| !candles.contains(id)).unwrap();
    assert!(candles.len() > 3, "{candles:?}");
    let rule =
        json!({ "phrase": "candle", "pinned": [stranger, candles[2]], "hidden": [candles[0]] });
    let tuning = run.said("searchRuleSet", rule).await;
    let mut wanted = vec![stranger.clone(), candles[2].clone(), candles[1].clone()];
    wanted.extend(candles[3..].iter().cloned());
    assert_eq!(run.found("  CANDLE ").await, wanted);
    // For this text alone.
    assert_eq!(run.found("tea").await, teas);
    // What the market does not see stands nowhere, pinned or not.
    let row: uuid::Uuid = stranger.rsplit('/').next().unwrap().parse().unwrap();
    let sql = run.shop.sql().await;
    let gone = "UPDATE listings SET visible_until = now() WHERE product_id = $1";
    assert!(sql.execute(gone, &[&row]).await.unwrap() > 0);
    assert_eq!(run.found("candle").await, wanted[1..]);
    let id = tuning["rules"][0]["id"].clone();
    run.said("searchRuleDelete", json!({ "id": id })).await;
    assert_eq!(run.found("candle").await, candles);
}

#[tokio::test(flavor = "multi_thread")]
async fn synonyms_are_looked_for_and_stop_words_are_not() {
    let run = Run::open().await;
    let candles = run.found("candle").await;
    assert_eq!(run.found("zorgleflask").await, [""; 0]);
    let one_way = json!({ "word": "zorgleflask", "terms": ["candle"] });
    run.said("searchSynonymSet", one_way).await;
    let found = run.found("zorgleflask").await;
    assert!(
        candles.iter().all(|id| found.contains(id)),
        "{found:?} {candles:?}"
    );
    assert_eq!(run.found("candle").await, candles);
    run.said(
        "searchStopWordsSet",
        json!({ "language": "EN", "words": ["blorgify"] }),
    )
    .await;
    assert_eq!(run.found("blorgify candle").await, candles);
}
