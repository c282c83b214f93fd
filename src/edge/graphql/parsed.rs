//! Documents that were parsed before.
//!
//! A storefront sends a few dozen documents again and again. To parse one and to validate it takes longer than to answer it
//! (`docs/decisions/0018-documents-are-read-once.md`): what was parsed is kept by its text, with what of it was found valid.
//!
//! Whether a document is valid depends on the variables that it comes with, too: their values stand in arguments. Values that the
//! schema judges alike are one *shape*; what was valid with one of them is valid with all. Where that is not plain, there is no shape,
//! and the document is validated each time.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{
    Value, Variables,
    parser::types::{BaseType, ExecutableDocument, OperationDefinition, Type},
};
use moka::sync::Cache;

use super::{super::guard::Limits, document, refusal::Refusal};

/// Room for what was parsed, in bytes as [`weight`] reckons them.
const ROOM: u64 = 32 * 1024 * 1024;

/// What a byte of a text takes when it was parsed: a field of ten letters is some three hundred bytes.
const BYTES_EACH: usize = 32;

/// Shapes of variables that are remembered for one document. Beyond them all are forgotten.
const MOST_SHAPES: usize = 64;

/// The longest value of an enum or of a scalar that is told apart: whatever is longer has no shape.
const LONGEST_VALUE: usize = 64;

/// Documents by their text.
#[derive(Debug, Clone)]
pub(super) struct ParsedDocuments(Cache<Arc<str>, Arc<Parsed>>);

/// A document, and with what it was found valid.
#[derive(Debug)]
pub(super) struct Parsed {
    /// As it was parsed.
    pub document: ExecutableDocument,
    valid: Mutex<HashSet<u64>>,
    hashing: RandomState,
}

impl Default for ParsedDocuments {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ROOM).weigher(weight).build())
    }
}

impl ParsedDocuments {
    /// Parses a document, or finds it parsed. Its text is within the limits.
    ///
    /// # Errors
    /// The limit that it is over, or where it is no document.
    pub fn parse(&self, text: &Arc<str>, limits: &Limits) -> Result<Arc<Parsed>, Refusal> {
        if let Some(parsed) = self.0.get(text) {
            return Ok(parsed);
        }
        let parsed = Arc::new(Parsed {
            document: document::parse(text, limits)?,
            valid: Mutex::default(),
            hashing: RandomState::new(),
        });
        self.0.insert(Arc::clone(text), Arc::clone(&parsed));
        Ok(parsed)
    }
}

fn weight(text: &Arc<str>, _: &Arc<Parsed>) -> u32 {
    u32::try_from(text.len().saturating_mul(BYTES_EACH)).unwrap_or(u32::MAX)
}

/// What is known of whether a request's document is valid with its variables.
#[derive(Debug, Clone)]
pub struct Validity(Option<(Arc<Parsed>, u64)>);

impl Validity {
    /// Of an operation of a document.
    pub(super) fn of(
        parsed: &Arc<Parsed>,
        name: Option<&str>,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Self {
        let mut hasher = parsed.hashing.build_hasher();
        name.hash(&mut hasher);
        let known = shape(operation, variables, &mut hasher);
        Self(known.map(|()| (Arc::clone(parsed), hasher.finish())))
    }

    /// Whether it was found valid before.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let known = |(parsed, shape): &(Arc<Parsed>, u64)| parsed.valid().contains(shape);
        self.0.as_ref().is_some_and(known)
    }

    /// It was validated, and is valid.
    pub fn note(&self) {
        let Some((parsed, shape)) = &self.0 else {
            return;
        };
        let mut valid = parsed.valid();
        if valid.len() >= MOST_SHAPES {
            valid.clear();
        }
        valid.insert(*shape);
    }
}

impl Parsed {
    fn valid(&self) -> std::sync::MutexGuard<'_, HashSet<u64>> {
        // Nothing that holds it can panic half way.
        self.valid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The shape of the variables that an operation declares; nothing when there is none that is plain.
fn shape(
    operation: &OperationDefinition,
    variables: &Variables,
    hasher: &mut impl Hasher,
) -> Option<()> {
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        match variables.get(&definition.name.node) {
            None => 0_u8.hash(hasher),
            Some(value) => judged(&definition.var_type.node, value, hasher)?,
        }
    }
    Some(())
}

/// What the schema sees of a value, given to `hasher`.
fn judged(declared: &Type, value: &Value, hasher: &mut impl Hasher) -> Option<()> {
    // Of a type of this name every text is as good as any other, and every whole number.
    let any = |name: &str| matches!(&declared.base, BaseType::Named(base) if base == name);
    match value {
        Value::Null => 1_u8.hash(hasher),
        Value::String(_) if any("String") || any("ID") => 2_u8.hash(hasher),
        Value::Number(number) if any("Int") => {
            (3_u8, number.is_i64(), number.is_u64()).hash(hasher);
        }
        Value::Boolean(value) => (4_u8, value).hash(hasher),
        Value::Number(number) => (5_u8, number.to_string()).hash(hasher),
        Value::String(text) if text.len() <= LONGEST_VALUE => (6_u8, text).hash(hasher),
        Value::Enum(name) => (7_u8, name.as_str()).hash(hasher),
        Value::String(_) | Value::List(_) | Value::Object(_) | Value::Binary(_) => return None,
    }
    Some(())
}
