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
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{
    Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};
use moka::{notification::RemovalCause, sync::Cache};

use super::{
    super::guard::Limits, document, input_types::InputTypes, refusal::Refusal, shapes::shape,
};
use crate::platform::telemetry::metrics;

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
    /// Whether it was found valid with anything.
    noted: AtomicBool,
    valid: Mutex<HashSet<u64>>,
    hashing: RandomState,
}

impl ParsedDocuments {
    /// Room for so many megabytes of what was parsed, as [`weight`] reckons them.
    pub fn of(megabytes: u32) -> Self {
        let bytes = u64::from(megabytes).saturating_mul(1024 * 1024);
        let documents = Cache::builder()
            .max_capacity(bytes)
            .weigher(weight)
            .eviction_listener(|_, _, cause| {
                if cause == RemovalCause::Size {
                    metrics().documents_evicted.increment(1);
                }
            })
            .build();
        Self(documents)
    }

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
            noted: AtomicBool::default(),
            valid: Mutex::default(),
            hashing: RandomState::new(),
        }))
    }

    /// What is known of whether a request's document is valid with its variables. It is counted.
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
        let validity = Validity {
            documents: self.clone(),
            parsed: Arc::clone(parsed),
            shape,
        };
        metrics().document(validity.known());
        validity
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

    /// What is known of it, in a word.
    fn known(&self) -> &'static str {
        match self.parsed.noted.load(Ordering::Relaxed) {
            true if self.is_known() => "valid",
            true => "parsed",
            false => "new",
        }
    }

    /// It was validated, and is valid: it is kept. What is none of the schema's is not worth the room.
    pub fn note(&self) {
        let documents = &self.documents.0;
        if !documents.contains_key(&self.parsed.text) {
            documents.insert(Arc::clone(&self.parsed.text), Arc::clone(&self.parsed));
            // Else it is not weighed yet.
            documents.run_pending_tasks();
            metrics().documents_held(documents.weighted_size());
        }
        self.parsed.noted.store(true, Ordering::Relaxed);
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
mod tests;
