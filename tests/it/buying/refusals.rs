//! What cannot be bought: each refusal names the field, and nothing was changed.

mod cart;
mod fields;
mod merchandise;
mod payment;
mod steps;

use super::counter::Counter;
use super::keyless;
use serde_json::Value;
use uuid::Uuid;

fn one(code: &str, field: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), field.to_owned())]
}

/// The code of the error that an operation must answer.
async fn error(counter: &Counter, query: &str, variables: Value) -> String {
    let body = counter.ask(query, variables).await;
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("{body:#}"))
        .to_owned()
}

/// Another row's id in a global id, the rest as it is.
fn with_row(gid: &str, id: Uuid) -> String {
    let (start, rest) = gid.rsplit_once('/').unwrap();
    format!("{start}/{id}{}", &rest[36..])
}

/// The id of `gid` with the key of `other`.
fn with_key_of(gid: &str, other: &str) -> String {
    let (_, key) = other.split_once("?key=").unwrap();
    format!("{}?key={key}", keyless(gid))
}
