//! What rows an event says were touched, for whoever kept something that was made of them.

pub mod graphql;

use crate::graphql::tags::{KINDS, Kind, Tag};
use crate::platform::outbox::log::LoggedEvent;
use uuid::Uuid;

/// The rows that an event touches, each with all of its kind. An event that is not of rows which guests see touches none.
#[must_use]
pub fn touched(event: &LoggedEvent) -> Vec<Tag> {
    match event.kind.as_str() {
        "product.changed" => of_products(event, Kind::Product),
        "stock.changed" => of_products(event, Kind::Stock),
        "vendor.changed" => one(Kind::Vendor, event.subject_id),
        "category.changed" => one(Kind::Collection, event.subject_id),
        "rows.changed" => told(event),
        _ => Vec::new(),
    }
}

fn one(kind: Kind, id: Uuid) -> Vec<Tag> {
    vec![Tag::Row(kind, id), Tag::All(kind)]
}

/// The products that an event lists.
fn of_products(event: &LoggedEvent, kind: Kind) -> Vec<Tag> {
    let ids = event.facts.get("products").and_then(|ids| ids.as_array());
    let Some(ids) = ids else {
        return vec![Tag::Each(kind), Tag::All(kind)];
    };
    let ids = ids.iter().filter_map(|id| id.as_str());
    let rows = ids.filter_map(|id| Uuid::try_parse(id).ok());
    rows.map(|id| Tag::Row(kind, id))
        .chain([Tag::All(kind)])
        .collect()
}

/// What the database's own triggers tell. What this program does not understand may be anything.
fn told(event: &LoggedEvent) -> Vec<Tag> {
    let tags = event.facts.get("tags").and_then(|tags| tags.as_array());
    let read = |tag: &serde_json::Value| tag.as_str().and_then(Tag::read);
    let tags: Option<Vec<Tag>> = tags.and_then(|tags| tags.iter().map(read).collect());
    tags.unwrap_or_else(everything)
}

/// All rows of all kinds.
fn everything() -> Vec<Tag> {
    let all = |kind| [Tag::Each(kind), Tag::All(kind)];
    KINDS.into_iter().flat_map(all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ID: Uuid = Uuid::from_u128(7);

    fn tags(kind: &str, facts: Value) -> Vec<String> {
        let event = LoggedEvent {
            position: 1,
            id: Uuid::nil(),
            kind: kind.to_owned(),
            subject_id: ID,
            audiences: Vec::new(),
            facts,
            told_at: chrono::DateTime::UNIX_EPOCH,
        };
        touched(&event).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_event_touches_its_rows_and_all_of_their_kind() {
        let row = |kind: &str| format!("{kind}:{ID}");
        for (kind, facts, wanted) in [
            (
                "product.changed",
                json!({ "products": [ID] }),
                vec![row("product"), "products".to_owned()],
            ),
            (
                "stock.changed",
                json!({ "products": [ID] }),
                vec![row("stock"), "stocks".to_owned()],
            ),
            (
                "vendor.changed",
                json!({}),
                vec![row("vendor"), "vendors".to_owned()],
            ),
            (
                "category.changed",
                json!({}),
                vec![row("collection"), "collections".to_owned()],
            ),
            (
                "rows.changed",
                json!({ "tags": ["pages", row("page")] }),
                vec!["pages".to_owned(), row("page")],
            ),
            ("order.placed", json!({ "products": [ID] }), Vec::new()),
        ] {
            assert_eq!(tags(kind, facts), wanted, "{kind}");
        }
    }

    #[test]
    fn what_is_not_understood_may_be_anything() {
        assert_eq!(
            tags("product.changed", json!({})),
            ["product:*", "products"]
        );
        for facts in [json!({}), json!({ "tags": ["pages", "planets"] })] {
            let tags = tags("rows.changed", facts);
            assert_eq!(tags.len(), 2 * KINDS.len());
            assert!(tags.contains(&"menu:*".to_owned()) && tags.contains(&"menus".to_owned()));
        }
    }
}
