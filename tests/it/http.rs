//! What the server does with HTTP: every path, every status, every header that somebody relies on.

mod busy;
mod compression;
mod cors;
mod field_order;
mod graphiql;
mod headers;
mod health;
mod limits;
mod media;
mod persisted;
mod redis;
mod requests;

use reqwest::Response;

/// A header of an answer; empty when it is absent.
fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}
