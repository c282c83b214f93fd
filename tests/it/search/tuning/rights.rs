//! Who may tune the search.

use super::{CHANGES, Run, SHOWN};
use crate::search::people::staff;
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::Role;
use serde_json::{Value, json};

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
