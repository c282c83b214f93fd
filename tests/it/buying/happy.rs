//! The whole way of an order that nothing goes wrong with.

mod as_sold;
mod buyer;
mod cash;
mod paid;
mod sold_out;

use super::{Client, row};
use crate::support::moved;
use serde_json::Value;

/// What the timeline says, without the times: what, the state, who, and which part of the order, none for the whole.
fn timeline(order: &Value) -> Vec<(String, String, String, Option<usize>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parts = order["vendorOrders"].as_array().unwrap();
    let entry = |entry: &Value| {
        let part = &entry["vendorOrder"]["id"];
        let at = parts.iter().position(|other| &other["id"] == part);
        assert_eq!(part.is_null(), at.is_none());
        (
            text(&entry["kind"]),
            text(&entry["state"]),
            text(&entry["actor"]),
            at,
        )
    };
    let entries = order["timeline"].as_array().unwrap();
    entries.iter().map(entry).collect()
}

fn entries(
    expected: &[(&str, &str, &str, Option<usize>)],
) -> Vec<(String, String, String, Option<usize>)> {
    expected
        .iter()
        .map(|(kind, state, actor, part)| {
            (
                (*kind).to_owned(),
                (*state).to_owned(),
                (*actor).to_owned(),
                *part,
            )
        })
        .collect()
}

/// The events of an order in their order: what, which part it happened to, and which vendors may see it. Everybody else who may is
/// the same each time.
async fn events(sql: &Client, order: &Value) -> Vec<(String, Option<usize>, Vec<usize>)> {
    moved(sql).await;
    let id = row(&order["id"]);
    let customer: uuid::Uuid = sql
        .query_one("SELECT customer_id FROM orders WHERE id = $1", &[&id])
        .await
        .unwrap()
        .get(0);
    let told = "SELECT kind, subject_id, audiences FROM events WHERE facts ->> 'order' = $1 ORDER BY position";
    let parts = order["vendorOrders"].as_array().unwrap();
    let mut found = Vec::new();
    for event in sql.query(told, &[&id.to_string()]).await.unwrap() {
        let subject: uuid::Uuid = event.get(1);
        let part = parts.iter().position(|part| row(&part["id"]) == subject);
        assert!(part.is_some() || subject == id);
        let mut audiences: Vec<String> = event.get(2);
        for everybody in [
            format!("order:{id}"),
            format!("customer:{customer}"),
            "staff".to_owned(),
        ] {
            let at = audiences.iter().position(|one| *one == everybody);
            audiences.remove(at.unwrap());
        }
        let vendor = |audience: &String| {
            let vendors = parts
                .iter()
                .map(|part| format!("vendor:{}", row(&part["vendor"]["id"])));
            vendors
                .into_iter()
                .position(|one| one == *audience)
                .unwrap()
        };
        found.push((
            event.get(0),
            part,
            audiences.iter().map(vendor).collect::<Vec<_>>(),
        ));
    }
    found
}

fn told(expected: &[(&str, Option<usize>, &[usize])]) -> Vec<(String, Option<usize>, Vec<usize>)> {
    expected
        .iter()
        .map(|(kind, part, vendors)| ((*kind).to_owned(), *part, vendors.to_vec()))
        .collect()
}
