//! What a request wants executed: a text, or the name of one.

use async_graphql::{Extensions, Value};

use super::super::refusal::Refusal;

/// The longest id of a document, in bytes.
const LONGEST_ID: usize = 256;

/// A document, or its name.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::edge::graphql) enum Wanted {
    /// The text itself.
    Text(String),
    /// The one with this hash; its text is to be kept under it when it stands beside it.
    Hashed { hash: String, text: Option<String> },
    /// The one with this id.
    Named(String),
}

impl Wanted {
    /// From the parameters of a request: `query`, the document's id, `extensions.persistedQuery`.
    pub fn of(
        query: Option<String>,
        id: Option<String>,
        extensions: &Extensions,
    ) -> Result<Self, Refusal> {
        let hash = persisted_query(extensions)?;
        let is_named = id.is_some() || hash.is_some();
        // The client graphql-ws always sends a text: an empty one when the document is named.
        let query = query.filter(|text| !(is_named && text.is_empty()));
        match (query, id, hash) {
            (text, None, Some(hash)) => Ok(Self::Hashed {
                hash: bounded(hash)?,
                text,
            }),
            (Some(text), None, None) => Ok(Self::Text(text)),
            (None, Some(id), None) => bounded(id).map(Self::Named),
            (None, None, None) => Err(Refusal::bad_request(
                "`query` is missing: it is the text of the document to execute. `documentId` or `extensions.persistedQuery` \
                 may name one instead.",
            )),
            (_, Some(_), _) => Err(Refusal::bad_request(
                "The document is named twice: send `query`, `documentId` or `extensions.persistedQuery`.",
            )),
        }
    }
}

fn bounded(id: String) -> Result<String, Refusal> {
    if id.len() > LONGEST_ID {
        return Err(Refusal::bad_request(format!(
            "The id of a document has {LONGEST_ID} bytes at the most."
        )));
    }
    Ok(id)
}

/// The hash in `extensions.persistedQuery`, of which there is one version.
fn persisted_query(extensions: &Extensions) -> Result<Option<String>, Refusal> {
    let fields = match extensions.get("persistedQuery") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err(malformed()),
    };
    match (fields.get("version"), fields.get("sha256Hash")) {
        (Some(Value::Number(version)), Some(Value::String(hash)))
            if version.as_u64() == Some(1) =>
        {
            Ok(Some(hash.clone()))
        }
        _ => Err(malformed()),
    }
}

fn malformed() -> Refusal {
    Refusal::bad_request(
        "`extensions.persistedQuery` must be `{\"version\": 1, \"sha256Hash\": \"…\"}`.",
    )
}
