//! What the tuning does to a search.

use super::Run;
use serde_json::json;

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
