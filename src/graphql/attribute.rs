//! What a storefront wants to remember with a thing: keys and values.

use super::ready::{Holds, Table, text, text_or_null};
use async_graphql::SimpleObject;
use serde_json::Value;

/// Something that a storefront wants to remember, such as a gift message.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// What it is about.
    pub key: String,
    /// What it says.
    pub value: Option<String>,
}

impl Attribute {
    /// Reads what the database holds: a list of `{"key", "value"}`. What is none is left out.
    #[must_use]
    pub fn list(kept: &Value) -> Vec<Self> {
        let each = kept.as_array().into_iter().flatten();
        each.filter_map(|attribute| {
            Some(Self {
                key: attribute.get("key")?.as_str()?.to_owned(),
                value: attribute
                    .get("value")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            })
        })
        .collect()
    }
}

impl Holds for Attribute {
    const FIELDS: Table<Self> = &[
        ("key", |attribute, _| text(attribute.key.as_str())),
        ("value", |attribute, _| {
            text_or_null(attribute.value.as_deref())
        }),
    ];
}
