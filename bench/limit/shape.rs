//! What answers are made of.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;

/// What stands around every answer.
#[derive(Serialize)]
struct Answer<T> {
    data: T,
}

/// An answer as it is sent.
pub fn answer(data: impl Serialize) -> Response {
    let text = serde_json::to_vec(&Answer { data }).unwrap();
    ([(CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response()
}

/// A list.
#[derive(Serialize)]
pub struct Edges<T> {
    /// Its rows.
    pub edges: Vec<Edge<T>>,
}

/// A row of a list.
#[derive(Serialize)]
pub struct Edge<T> {
    /// What stands in it.
    pub node: T,
}

impl<T> FromIterator<T> for Edges<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Self {
            edges: rows.into_iter().map(|node| Edge { node }).collect(),
        }
    }
}

/// An amount.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Money {
    amount: String,
    currency_code: &'static str,
}

/// Minor units of the market's currency, which has two digits.
pub fn money(minor: i64) -> Money {
    Money {
        amount: format!("{}.{:02}", minor / 100, minor % 100),
        currency_code: "USD",
    }
}

/// From and up to which price.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceRange {
    /// The lowest.
    pub min_variant_price: Money,
    /// The highest.
    pub max_variant_price: Money,
}

/// A picture.
#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// What it shows.
    pub alt_text: String,
    /// Where it is.
    pub url: String,
}

/// Where the original of a picture is found.
pub fn original(origin: &str, file: Uuid) -> String {
    format!("{origin}/media/{file}/original.jpg")
}

/// The global id of a row.
pub fn gid(kind: &str, id: Uuid) -> String {
    format!("gid://lilium/{kind}/{id}")
}
