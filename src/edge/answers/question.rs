//! What is asked, as far as an answer to a guest depends on it.

use crate::domains::shop::InContext;
use crate::edge::graphql::RequestFacts;
use crate::platform::outbox::log::Head;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request as Operation, Value};
use axum::http::header::{AUTHORIZATION, COOKIE};
use sha2::{Digest, Sha256};

/// A question whose answer may be kept.
#[derive(Debug, Clone)]
pub struct Question {
    /// Under what its answer is kept.
    pub key: Key,
    /// Where the log of events ended when it was asked.
    pub at: Head,
    /// Where it ended before the facts of the shop were read that it is answered with.
    pub shop_at: i64,
    /// Whether the answer says what it is made of.
    pub tells_tags: bool,
}

/// Why the answer to an operation is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bypass {
    /// It says who asks, or may say so.
    Person,
    /// It is no query.
    Kind,
    /// One of its fields is not among those whose answers are kept.
    Field,
    /// It asks for the schema.
    Introspection,
    /// The log of events is not heard from, so that nobody knows whether an answer holds.
    Deaf,
    /// The shop is not there, or cannot be read.
    Shop,
}

impl Bypass {
    /// As it is counted.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Kind => "kind",
            Self::Field => "field",
            Self::Introspection => "introspection",
            Self::Deaf => "deaf",
            Self::Shop => "shop",
        }
    }

    /// Why this operation's is not, as far as the request itself tells.
    #[must_use]
    pub fn of(facts: &RequestFacts, is_kept: fn(&str) -> bool) -> Option<Self> {
        let says = |name| facts.headers.contains_key(name);
        match () {
            () if facts.operation_type != OperationType::Query => Some(Self::Kind),
            // Not even another page's cookie: who knows what a proxy makes of it.
            () if says(AUTHORIZATION) || says(COOKIE) || facts.cookies.shown => Some(Self::Person),
            () if facts.headers.contains_key("idempotency-key") => Some(Self::Person),
            () if facts.measure.introspects => Some(Self::Introspection),
            () if facts.roots.is_empty() => Some(Self::Field),
            () if !facts.roots.iter().all(|root| is_kept(root)) => Some(Self::Field),
            () => None,
        }
    }
}

/// Under what an answer is kept: a hash of everything that it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(pub(super) [u8; 32]);

impl Key {
    /// As it is called in Redis.
    pub(super) fn name(&self) -> String {
        let digits = self.0.iter().map(|byte| format!("{byte:02x}"));
        format!("answer:{}", digits.collect::<String>())
    }
}

/// What answers depend on beside what is asked: the program, its schema, the addresses in its answers.
#[derive(Debug, Clone)]
pub struct Stamp(Sha256);

impl Stamp {
    /// Of these texts.
    #[must_use]
    pub fn of(texts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        // Two builds answer the same question differently, perhaps.
        text(&mut hash, env!("LILIUM_SOURCES"));
        for it in texts {
            text(&mut hash, it);
        }
        Self(hash)
    }

    /// What an operation with the document `query` asks in this context, at this place of the log; nothing when the facts of the shop
    /// are of another count of positions, or of none.
    #[must_use]
    pub fn question(
        &self,
        (operation, query): (&Operation, &str),
        facts: &RequestFacts,
        context: &InContext,
        at: Head,
    ) -> Option<Question> {
        let as_of = context.facts.as_of.filter(|it| it.epoch == at.epoch)?;
        let tells_tags = operation.extensions.get("cacheTags") == Some(&Value::Boolean(true));
        let mut hash = self.0.clone();
        hash.update(at.epoch.as_bytes());
        text(&mut hash, query);
        text(&mut hash, facts.operation_name.as_deref().unwrap_or(""));
        hash.update(context.market.id.as_bytes());
        text(&mut hash, context.country.code());
        text(&mut hash, context.language_code());
        hash.update([u8::from(tells_tags)]);
        // Variables have an order of their own.
        for (name, given) in operation.variables.iter() {
            text(&mut hash, name);
            value(&mut hash, given);
        }
        Some(Question {
            key: Key(hash.finalize().into()),
            at,
            shop_at: as_of.position,
            tells_tags,
        })
    }
}

/// A text with its length before it, so that no two different lists of texts are the same bytes.
fn text(hash: &mut Sha256, text: &str) {
    hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(text);
}

/// A value with its kind before it; the fields of an object in the order of their names.
fn value(hash: &mut Sha256, given: &Value) {
    match given {
        Value::Null => hash.update(b"0"),
        Value::Boolean(yes) => hash.update(if *yes { b"t" } else { b"f" }),
        Value::Number(number) => {
            hash.update(b"n");
            text(hash, &number.to_string());
        }
        Value::String(it) => {
            hash.update(b"s");
            text(hash, it);
        }
        Value::Enum(it) => {
            hash.update(b"e");
            text(hash, it);
        }
        Value::Binary(bytes) => {
            hash.update(b"b");
            hash.update(Sha256::digest(bytes));
        }
        Value::List(items) => {
            hash.update(b"[");
            for item in items {
                value(hash, item);
            }
            hash.update(b"]");
        }
        Value::Object(fields) => {
            hash.update(b"{");
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            for (name, field) in fields {
                text(hash, name);
                value(hash, field);
            }
            hash.update(b"}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hashed(it: serde_json::Value) -> [u8; 32] {
        let mut hash = Sha256::new();
        value(&mut hash, &Value::from_json(it).unwrap());
        hash.finalize().into()
    }

    #[test]
    fn values_are_the_same_in_whichever_order_they_are_sent() {
        let one = serde_json::from_str(r#"{"a": {"b": 1, "c": [1, 2]}, "d": null}"#).unwrap();
        let same = serde_json::from_str(r#"{"d": null, "a": {"c": [1, 2], "b": 1}}"#).unwrap();
        assert_eq!(hashed(one), hashed(same));
    }

    #[test]
    fn different_values_are_not_the_same() {
        let all = [
            json!(null),
            json!(true),
            json!(false),
            json!(1),
            json!("1"),
            json!("null"),
            json!([]),
            json!([[]]),
            json!([1, 2]),
            json!([2, 1]),
            json!([[1], [2]]),
            json!([[1, 2]]),
            json!(["ab", "c"]),
            json!(["a", "bc"]),
            json!({}),
            json!({ "a": 1 }),
            json!({ "a": "1" }),
            json!({ "a": 1, "b": null }),
            json!({ "a": { "b": null } }),
        ];
        for (at, one) in all.iter().enumerate() {
            for other in all.iter().skip(at + 1) {
                assert_ne!(hashed(one.clone()), hashed(other.clone()), "{one} {other}");
            }
        }
    }
}
