//! What cannot be said of the tuning.

use super::Run;
use serde_json::json;

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
