//! More is asked than can be answered.

use crate::support::{Contents, Shop};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const LISTING: &str = "{ products(first: 3) { nodes { title } } }";

/// Status, `Retry-After`, body, and how long it took.
type Told = (u16, String, Value, Duration);

async fn ask(shop: &Shop, accept: &str, query: &str) -> Told {
    let began = Instant::now();
    let request = shop.http().post(format!("{}/graphql", shop.address));
    let request = request
        .header("accept", accept)
        .json(&json!({ "query": query }));
    let answer = request.send().await.unwrap();
    let retry = super::header(&answer, "retry-after").to_owned();
    let status = answer.status().as_u16();
    (status, retry, answer.json().await.unwrap(), began.elapsed())
}

fn codes(body: &Value) -> Vec<&str> {
    let errors = body["errors"].as_array().map_or(&[][..], Vec::as_slice);
    let codes = errors.iter().map(|it| it["extensions"]["code"].as_str());
    codes.map(Option::unwrap_or_default).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_says_nothing_for_want_of_a_connection_is_503() {
    let shop = Shop::with(Contents::Demo, &[("DATABASE_POOL", "1")]).await;
    shop.data("{ shop { name } }", json!({})).await;
    let mut blocker = shop.sql().await;
    let lock = blocker.transaction().await.unwrap();
    lock.batch_execute("LOCK TABLE listings").await.unwrap();
    // It has the only connection, and waits.
    let holder = ask(&shop, "application/json", LISTING);
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (json, newer, partly) = tokio::join!(
            ask(
                &shop,
                "application/json",
                "{ a: products(first: 1) { nodes { id } } b: vendors(first: 1) { nodes { id } } }"
            ),
            ask(&shop, "application/graphql-response+json", LISTING),
            // What the process itself knows is in it, too.
            ask(
                &shop,
                "application/json",
                "{ __typename products(first: 1) { nodes { id } } }"
            ),
        );
        for (status, retry, body, _) in [&json, &newer] {
            assert_eq!((*status, retry.as_str()), (503, "1"), "{body}");
            assert!(!codes(body).is_empty(), "{body}");
            assert!(codes(body).iter().all(|it| *it == "SERVICE_UNAVAILABLE"));
        }
        assert!(json.3 < Duration::from_secs(20) && newer.3 < Duration::from_secs(20));
        lock.rollback().await.unwrap();
        partly
    };
    let (holder, (status, _, body, _)) = tokio::join!(holder, others);
    // The field is not null by its type, so that nothing is left of the others.
    assert_eq!((status, &body["data"]), (503, &Value::Null), "{body}");
    // And who had the connection is answered as soon as there is nothing to wait for.
    assert_eq!((holder.0, codes(&holder.2)), (200, vec![]), "{}", holder.2);
    shop.data(LISTING, json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_answered_in_time_and_the_shop_recovers() {
    let shop = Shop::with(Contents::Demo, &[("DATABASE_POOL", "2")]).await;
    shop.data(LISTING, json!({})).await;
    let mut blocker = shop.sql().await;
    let lock = blocker.transaction().await.unwrap();
    lock.batch_execute("LOCK TABLE listings").await.unwrap();
    let began = Instant::now();
    // 16 run, 128 wait, the rest is told at once.
    let crowd = (0..300).map(|_| ask(&shop, "application/json", LISTING));
    let unlocked = async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        lock.rollback().await.unwrap();
    };
    let (answers, ()) = tokio::join!(join_all(crowd), unlocked);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(25), "{took:?}");
    let mut counted = BTreeMap::new();
    for (status, retry, body, _) in &answers {
        *counted.entry(*status).or_insert(0) += 1;
        match status {
            200 => assert_eq!(codes(body), Vec::<&str>::new()),
            503 => {
                assert_eq!(retry, "1");
                assert!(codes(body).iter().all(|it| *it == "SERVICE_UNAVAILABLE"));
            }
            other => panic!("{other}: {body}"),
        }
    }
    let at_once = answers
        .iter()
        .filter(|it| it.0 == 503 && it.3 < Duration::from_secs(4));
    assert!(at_once.count() >= 300 - 16 - 128, "{counted:?}");
    // And everybody is served again.
    let again = join_all((0..50).map(|_| ask(&shop, "application/json", LISTING))).await;
    assert!(again.iter().all(|it| it.0 == 200));
}
