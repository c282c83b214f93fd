//! What is said of the tuning is kept, shown and logged.

use super::Run;
use crate::search::people::staff;
use futures_util::future::join_all;
use lilium::domains::accounts::Role;
use serde_json::{Value, json};

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
