//! Manifests: the lists of documents that clients' build tools write.

use std::{
    collections::HashMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_graphql::parser::types::ExecutableDocument;
use serde_json::{Map, Value as Json};

use super::{
    super::{super::guard::Limits, document},
    Hash,
};

use crate::platform::telemetry::metrics;

/// The longest manifest that is read, in bytes.
const LONGEST: u64 = 32 * 1024 * 1024;

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("LILIUM_DOCUMENTS: {} cannot be read: {why}.", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file is not in a form that is known.
    #[error(
        "LILIUM_DOCUMENTS: {} is no manifest: it must be Apollo's (`format`: `apollo-persisted-query-manifest`), or an object of ids \
         and texts, as Relay's compiler and GraphQL Code Generator write it.",
        path.display()
    )]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// A document would not be served.
    #[error("LILIUM_DOCUMENTS: the document {id:?} in {} would be refused: {why}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// The document's id.
        id: String,
        /// What a client would be told.
        why: String,
    },
    /// Two documents have the same id.
    #[error("LILIUM_DOCUMENTS: the id {id:?} stands for two documents.")]
    Ambiguous {
        /// The id.
        id: String,
    },
}

/// The documents of all manifests.
#[derive(Debug, Default)]
pub struct Trusted {
    ids: HashMap<Box<str>, Arc<str>>,
    hashes: HashMap<Hash, Arc<str>>,
}

impl Trusted {
    /// Reads these manifests.
    ///
    /// # Errors
    /// When one cannot be read, or a document in it would not be served.
    pub fn read(paths: &[PathBuf], limits: &Limits) -> Result<Self, ManifestError> {
        let mut trusted = Self::default();
        for path in paths {
            for (id, text) in documents(path)? {
                // What does not even parse would be an id that never works.
                match document::parse(&text, limits) {
                    Ok(document) => count_apart(&document),
                    Err(refusal) => {
                        return Err(ManifestError::Refused {
                            path: path.clone(),
                            id,
                            why: refusal.error.message,
                        });
                    }
                }
                trusted.add(id, text.into())?;
            }
        }
        Ok(trusted)
    }

    fn add(&mut self, id: String, text: Arc<str>) -> Result<(), ManifestError> {
        if self.ids.get(&*id).is_some_and(|known| *known != text) {
            return Err(ManifestError::Ambiguous { id });
        }
        self.hashes.insert(Hash::of(&text), Arc::clone(&text));
        self.ids.insert(id.into(), text);
        Ok(())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<Arc<str>> {
        self.ids.get(id).cloned()
    }

    pub(super) fn by_hash(&self, hash: &Hash) -> Option<Arc<str>> {
        self.hashes.get(hash).cloned()
    }
}

/// Gives the operations of a trusted document numbers of their own, whatever strangers name theirs.
fn count_apart(document: &ExecutableDocument) {
    for (name, _) in document.operations.iter() {
        if let Some(name) = name {
            metrics().trust_operation(name);
        }
    }
}

/// The ids and texts of one manifest.
fn documents(path: &Path) -> Result<Vec<(String, String)>, ManifestError> {
    let unreadable = |why: &dyn std::fmt::Display| ManifestError::Unreadable {
        path: path.to_owned(),
        why: why.to_string(),
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    if read.map_err(|error| unreadable(&error))? > usize::try_from(LONGEST).unwrap_or(usize::MAX) {
        return Err(unreadable(&"it is longer than 32 MB"));
    }
    let json = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
    let found = match json {
        Json::Object(fields) if fields.contains_key("format") => apollo(fields),
        Json::Object(fields) => texts(fields),
        _ => None,
    };
    found.ok_or_else(|| ManifestError::Unknown {
        path: path.to_owned(),
    })
}

/// `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": …, "body": …}, …]}`
fn apollo(mut fields: Map<String, Json>) -> Option<Vec<(String, String)>> {
    let known = fields.get("format")? == "apollo-persisted-query-manifest";
    let known = known && fields.get("version")?.as_u64() == Some(1);
    let Json::Array(operations) = fields.remove("operations").filter(|_| known)? else {
        return None;
    };
    let document = |mut operation: Json| {
        let id = operation.get_mut("id").map(Json::take);
        let body = operation.get_mut("body").map(Json::take);
        match (id, body) {
            (Some(Json::String(id)), Some(Json::String(body))) => Some((id, body)),
            _ => None,
        }
    };
    operations.into_iter().map(document).collect()
}

/// `{"id": "text", …}`
fn texts(fields: Map<String, Json>) -> Option<Vec<(String, String)>> {
    let document = |(id, text)| match text {
        Json::String(text) => Some((id, text)),
        _ => None,
    };
    fields.into_iter().map(document).collect()
}
