//! Answers that are kept for guests: they are given again until what they were made of changes, and never to anybody else.

mod flights;
mod followed;
pub mod given;
mod http;
mod instances;
mod moved;
mod personal;
mod remembered;
mod restored;
mod sales;
mod soon;
mod tables;
mod touched;
mod undisturbed;
mod viewers;

use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// How long a change may take that is made by hand: nobody wakes the relay, which looks twice a second.
pub const SOON: Duration = Duration::from_secs(2);

/// The same where the machine has much else to do. Nothing that is kept ends by itself before.
pub const LATEST: Duration = Duration::from_secs(10);

/// The setting that keeps answers.
pub const KEEPS: (&str, &str) = ("LILIUM_ANSWERS_MEGABYTES", "16");

/// A shop that keeps answers, and has heard from the log.
pub async fn keeping(settings: &[(&str, &str)]) -> Shop {
    let shop = Shop::with(Contents::Demo, &[&[KEEPS], settings].concat()).await;
    until_kept(&shop, "{ pages(first: 1) { nodes { id } } }", json!({})).await;
    shop
}

/// Asks until the answer is one that was kept: it takes no statement. What is asked has to take one otherwise.
pub async fn until_kept(shop: &Shop, query: &str, variables: Value) -> Value {
    let begin = Instant::now();
    loop {
        let answer = shop.ask(query, variables.clone()).await;
        assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
        if answer.statements == 0 {
            return answer.body["data"].clone();
        }
        assert!(begin.elapsed() < Duration::from_secs(15), "never: {query}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks until it takes this many statements: what is kept or remembered is not given while the log is not heard from, as on a busy machine.
pub async fn until_takes(shop: &Shop, query: &str, wanted: u64) {
    let begin = Instant::now();
    loop {
        let taken = statements(shop, query, json!({})).await;
        if taken == wanted {
            return;
        }
        let late = begin.elapsed() > Duration::from_secs(15);
        assert!(!late, "{taken} and never {wanted}: {query}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One text of the database.
pub async fn text(sql: &Client, query: &str) -> String {
    sql.query_one(query, &[]).await.unwrap().get(0)
}

/// How many statements an operation takes.
pub async fn statements(shop: &Shop, query: &str, variables: Value) -> u64 {
    let answer = shop.ask(query, variables).await;
    assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
    answer.statements
}

/// Asks until the answer's data say this, and how long that took.
pub async fn until_said(shop: &Shop, query: &str, said: &str) -> Duration {
    let begin = Instant::now();
    loop {
        let data = shop.data(query, json!({})).await;
        if data.to_string().contains(said) {
            return begin.elapsed();
        }
        let late = begin.elapsed() > Duration::from_secs(15);
        assert!(!late, "{said} is not said: {data:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
