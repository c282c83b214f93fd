//! The numbers that a program tells of itself.

use crate::watching::scrape::Scrape;

/// What the program at an address tells.
pub async fn numbers(address: &str) -> Scrape {
    let http = crate::support::http::client();
    let answer = http.get(format!("{address}/metrics")).send().await.unwrap();
    Scrape::read(&answer.text().await.unwrap())
}
