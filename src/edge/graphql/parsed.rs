//! Documents that were parsed before.
//!
//! A storefront sends a few dozen documents again and again. To parse one and to validate it takes longer than to answer it
//! (`docs/decisions/0018-documents-are-read-once.md`): a document that was found valid is kept by its text as it was parsed, with what it was
//! found valid with.
//!
//! Whether a document is valid depends on the variables that it comes with, too: their values stand in arguments. Values that the
//! schema judges alike are one *shape* ([`super::shapes`]); what was valid with one of them is valid with all. Where there is no
//! shape, the document is validated each time.

use std::collections::HashSet;
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::{
    Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};
use moka::sync::Cache;

use super::{
    super::guard::Limits, document, input_types::InputTypes, refusal::Refusal, shapes::shape,
};

/// Room for what was parsed, in bytes as [`weight`] reckons them.
const ROOM: u64 = 32 * 1024 * 1024;

/// What a byte of a text takes at the most when it was parsed: a field of one letter and a space is some two hundred bytes.
const BYTES_EACH: usize = 128;

/// What a document takes besides: the shapes of its variables.
const BYTES_BESIDE: usize = 20 * 1024;

/// Shapes of variables that are remembered for one document. Beyond them all are forgotten. A list of products in five countries, two
/// languages and eight orders, there and back, has 160.
const MOST_SHAPES: usize = 1_000;

/// Documents by their text.
#[derive(Debug, Clone)]
pub(super) struct ParsedDocuments(Cache<Arc<str>, Arc<Parsed>>);

/// A document, and with what it was found valid.
#[derive(Debug)]
pub(super) struct Parsed {
    text: Arc<str>,
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
    /// Parses a document, or finds it parsed.
    ///
    /// # Errors
    /// The limit that its text is over, or where it is no document.
    pub fn parse(&self, text: &Arc<str>, limits: &Limits) -> Result<Arc<Parsed>, Refusal> {
        if let Some(parsed) = self.0.get(text) {
            return Ok(parsed);
        }
        Ok(Arc::new(Parsed {
            text: Arc::clone(text),
            // A copy is as large as what is in it: the parser leaves room for more everywhere.
            document: document::parse(text, limits)?.clone(),
            valid: Mutex::default(),
            hashing: RandomState::new(),
        }))
    }

    /// What is known of whether a request's document is valid with its variables.
    pub fn validity(
        &self,
        parsed: &Arc<Parsed>,
        operation: &OperationDefinition,
        variables: &Variables,
        types: &InputTypes,
    ) -> Validity {
        // Variables of one operation may stand in fragments that only another one spreads.
        let alone = match &parsed.document.operations {
            DocumentOperations::Single(_) => true,
            DocumentOperations::Multiple(all) => all.len() == 1,
        };
        let shape = match alone {
            true => shape(operation, variables, types, &parsed.hashing),
            false => None,
        };
        Validity {
            documents: self.clone(),
            parsed: Arc::clone(parsed),
            shape,
        }
    }
}

fn weight(text: &Arc<str>, _: &Arc<Parsed>) -> u32 {
    let bytes = text.len().saturating_mul(BYTES_EACH);
    u32::try_from(bytes.saturating_add(BYTES_BESIDE)).unwrap_or(u32::MAX)
}

/// What is known of whether a request's document is valid with its variables.
#[derive(Debug, Clone)]
pub struct Validity {
    documents: ParsedDocuments,
    parsed: Arc<Parsed>,
    shape: Option<u64>,
}

impl Validity {
    /// The document, as it was parsed.
    pub(super) fn document(&self) -> &ExecutableDocument {
        &self.parsed.document
    }

    /// Whether it was found valid before.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.shape
            .is_some_and(|shape| self.parsed.valid().contains(&shape))
    }

    /// It was validated, and is valid: it is kept. What is none of the schema's is not worth the room.
    pub fn note(&self) {
        let documents = &self.documents.0;
        if !documents.contains_key(&self.parsed.text) {
            documents.insert(Arc::clone(&self.parsed.text), Arc::clone(&self.parsed));
        }
        let Some(shape) = self.shape else {
            return;
        };
        let mut valid = self.parsed.valid();
        if valid.len() >= MOST_SHAPES && !valid.contains(&shape) {
            valid.clear();
        }
        valid.insert(shape);
    }
}

impl Parsed {
    fn valid(&self) -> MutexGuard<'_, HashSet<u64>> {
        // Nothing that holds it can panic half way.
        self.valid.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    const LIST: &str = "query($text: String, $many: Int, $order: Order, $all: [Int!]) { list(a: $text, b: $many, c: $order, d: $all) }";

    /// What is known when this document comes with these variables.
    fn validity(documents: &ParsedDocuments, text: &str, variables: Json) -> Validity {
        let parsed = documents.parse(&text.into(), &Limits::default()).unwrap();
        let selected = document::select(&parsed.document, None).unwrap();
        let variables = Variables::from_json(variables);
        let types = InputTypes::default();
        documents.validity(&parsed, selected.definition, &variables, &types)
    }

    #[test]
    fn what_was_found_valid_is_valid_with_all_values_that_are_judged_alike() {
        let documents = ParsedDocuments::default();
        let known = |variables: Json| validity(&documents, LIST, variables).is_known();
        let first = json!({ "text": "soap", "many": 5, "order": "PRICE" });
        assert!(!known(first.clone()));
        validity(&documents, LIST, first.clone()).note();
        assert!(known(first));
        // A comment makes it another document.
        assert!(!validity(&documents, &format!("{LIST} #"), json!({})).is_known());
        for (text, many, order, wanted) in [
            (json!("towel"), json!(7), json!("PRICE"), true),
            (json!("x".repeat(5_000)), json!(0), json!("PRICE"), true),
            (json!("soap"), json!(-1), json!("PRICE"), false),
            (json!("soap"), json!(5), json!("TITLE"), false),
            (json!("soap"), json!(5), json!("price"), false),
            (json!("soap"), json!(5.5), json!("PRICE"), false),
            (json!("soap"), json!("5"), json!("PRICE"), false),
            (json!("soap"), json!(u64::MAX), json!("PRICE"), false),
            (json!(5), json!(5), json!("PRICE"), false),
            (json!(null), json!(5), json!("PRICE"), false),
            (json!(["soap"]), json!(5), json!("PRICE"), false),
            (json!("soap"), json!(null), json!("PRICE"), false),
            (json!("soap"), json!(true), json!("PRICE"), false),
        ] {
            let variables = json!({ "text": text, "many": many, "order": order });
            assert_eq!(known(variables.clone()), wanted, "{variables}");
        }
        assert!(!known(json!({ "text": "soap", "many": 5 })));
        assert!(!known(
            json!({ "text": "soap", "many": 5, "order": "PRICE", "all": null })
        ));
        // One list of whole numbers is as good as any other.
        assert!(!known(json!({ "all": [1] })));
        validity(&documents, LIST, json!({ "all": [1] })).note();
        assert!(known(json!({ "all": [7, 8, 9] })));
        assert!(!known(json!({ "all": [7, "8", 9] })));
    }

    #[test]
    fn what_is_not_plain_is_validated_each_time_and_parsed_once() {
        let documents = ParsedDocuments::default();
        let several = "query A { a } query B { b }";
        let first = |text: &str| {
            let parsed = documents.parse(&text.into(), &Limits::default()).unwrap();
            let (_, operation) = parsed.document.operations.iter().next().unwrap();
            let (variables, types) = (Variables::default(), InputTypes::default());
            documents.validity(&parsed, &operation.node, &variables, &types)
        };
        for made in [
            validity(&documents, LIST, json!({ "all": [{}] })),
            validity(&documents, LIST, json!({ "order": "x".repeat(65) })),
            first(several),
        ] {
            made.note();
            assert!(!made.is_known());
        }
        for text in [LIST, several] {
            let parse = || documents.parse(&text.into(), &Limits::default()).unwrap();
            assert!(Arc::ptr_eq(&parse(), &parse()), "{text}");
        }
        // Nobody found that one valid.
        let parse = || documents.parse(&"{ none }".into(), &Limits::default());
        assert!(!Arc::ptr_eq(&parse().unwrap(), &parse().unwrap()));
        assert!(documents.parse(&"{".into(), &Limits::default()).is_err());
    }

    #[test]
    fn shapes_are_bounded_and_room_is_weighed() {
        let documents = ParsedDocuments::default();
        let of = |order: usize| json!({ "order": format!("O{order}") });
        for order in 0..MOST_SHAPES {
            validity(&documents, LIST, of(order)).note();
        }
        // What is known already drives out nothing.
        validity(&documents, LIST, of(1)).note();
        assert!(validity(&documents, LIST, of(0)).is_known());
        validity(&documents, LIST, of(MOST_SHAPES)).note();
        assert!(!validity(&documents, LIST, of(0)).is_known());
        assert!(validity(&documents, LIST, of(MOST_SHAPES)).is_known());
        let parsed = documents.parse(&LIST.into(), &Limits::default()).unwrap();
        assert!(weight(&LIST.into(), &parsed) > 20_000);
    }
}
