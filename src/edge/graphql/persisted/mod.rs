//! Documents that a request names instead of sending them.
//!
//! *Trusted* documents stand in the manifests of the setting `LILIUM_DOCUMENTS`, which clients' build tools write. *Automatic* ones are
//! brought by a client, once, under the SHA-256 of their text (Apollo's automatic persisted queries), and kept for a while: in this
//! process, and in Redis when there is one, so that every instance knows what one was told. Where only trusted documents run, a text
//! that is sent has to be that of one of them, to the byte.

mod hash;
mod manifest;
mod wanted;

use std::{sync::Arc, time::Duration};

use async_graphql::{Variables, parser::types::OperationDefinition};
use bytes::Bytes;

pub use self::manifest::{ManifestError, Trusted};
pub(super) use self::{hash::Hash, wanted::Wanted};
use super::super::guard::Limits;
use super::input_types::InputTypes;
use super::parsed::{Parsed, ParsedDocuments, Validity};
use super::refusal::Refusal;
use crate::{graphql::error::ErrorCode, platform::cache::Cache};

/// How long a document that a client brought is kept after it was last brought.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest document that is kept for a client, in bytes. A storefront's have a few thousand.
const LONGEST_KEPT: usize = 32 * 1024;

/// The documents of a program. Copies are the same.
#[derive(Debug, Clone)]
pub struct Documents(Arc<Shelves>);

#[derive(Debug)]
struct Shelves {
    trusted: Trusted,
    /// Whether nothing else runs.
    only_trusted: bool,
    /// What clients brought, in this process. Its own, so that a flood of documents drives out nothing else.
    near: Cache,
    /// The same, for all instances.
    shared: Option<Cache>,
    /// What was parsed of all of them.
    parsed: ParsedDocuments,
}

/// The text of a document, and where it came from.
#[derive(Debug)]
pub(super) struct Found {
    pub text: Arc<str>,
    /// Whether the request named it, so that the same request by GET is the same for everybody.
    pub named: bool,
    /// Under what it is to be kept, once it is known to be good.
    brought: Option<Hash>,
}

/// A document that a client brought, which is kept once it is known to be good.
#[derive(Debug)]
pub(super) struct Brought {
    documents: Documents,
    hash: Hash,
    text: Arc<str>,
}

impl Documents {
    /// The trusted ones, and nothing else where `only_trusted` is set; what clients bring is kept in this process, and in `shared` when
    /// there is one. So many megabytes are kept as they were parsed.
    #[must_use]
    pub fn new(
        trusted: Trusted,
        only_trusted: bool,
        shared: Option<Cache>,
        parsed_megabytes: u32,
    ) -> Self {
        Self(Arc::new(Shelves {
            trusted,
            only_trusted,
            near: Cache::in_process(),
            shared,
            parsed: ParsedDocuments::of(parsed_megabytes),
        }))
    }

    /// What a text says, parsed now or before.
    pub(super) fn parse(&self, text: &Arc<str>, limits: &Limits) -> Result<Arc<Parsed>, Refusal> {
        self.0.parsed.parse(text, limits)
    }

    /// What is known of whether it is valid.
    pub(super) fn validity(
        &self,
        parsed: &Arc<Parsed>,
        operation: &OperationDefinition,
        variables: &Variables,
        types: &InputTypes,
    ) -> Validity {
        self.0.parsed.validity(parsed, operation, variables, types)
    }

    /// The text of what a request wants executed.
    pub(super) async fn find(&self, wanted: Wanted) -> Result<Found, Refusal> {
        match wanted {
            Wanted::Text(text) => self.sent(text),
            Wanted::Named(id) => match self.0.trusted.by_id(&id) {
                Some(text) => Ok(Found::named(text)),
                None => self.hashed(Hash::of_id(&id)).await,
            },
            Wanted::Hashed { hash, text: None } => match self.0.trusted.by_id(&hash) {
                Some(text) => Ok(Found::named(text)),
                None => self.hashed(Hash::read(&hash)).await,
            },
            Wanted::Hashed {
                hash,
                text: Some(text),
            } => self.bring(&hash, text),
        }
    }

    fn sent(&self, text: String) -> Result<Found, Refusal> {
        if self.0.only_trusted && self.0.trusted.by_hash(&Hash::of(&text)).is_none() {
            return Err(not_trusted());
        }
        Ok(Found {
            text: text.into(),
            named: false,
            brought: None,
        })
    }

    fn bring(&self, hash: &str, text: String) -> Result<Found, Refusal> {
        let hash = Hash::read(hash).filter(|hash| *hash == Hash::of(&text));
        let hash = hash.ok_or_else(|| {
            Refusal::bad_request(
                "`extensions.persistedQuery.sha256Hash` is not the SHA-256 of `query` in hexadecimal.",
            )
        })?;
        let found = self.sent(text)?;
        Ok(Found {
            named: true,
            brought: Some(hash).filter(|hash| self.0.trusted.by_hash(hash).is_none()),
            ..found
        })
    }

    async fn hashed(&self, hash: Option<Hash>) -> Result<Found, Refusal> {
        let trusted = hash.as_ref().and_then(|hash| self.0.trusted.by_hash(hash));
        if let Some(text) = trusted {
            return Ok(Found::named(text));
        }
        if self.0.only_trusted {
            return Err(not_trusted());
        }
        let kept = match &hash {
            Some(hash) => self.kept(hash).await,
            None => None,
        };
        kept.map(Found::named).ok_or_else(not_found)
    }

    async fn kept(&self, hash: &Hash) -> Option<Arc<str>> {
        let key = key(hash);
        if let Some(text) = self.0.near.get(&key).await {
            return text_of(&text, hash);
        }
        let bytes = self.0.shared.as_ref()?.get(&key).await?;
        let text = text_of(&bytes, hash)?;
        self.0.near.put(&key, bytes, KEPT_FOR).await;
        Some(text)
    }

    /// What is to be kept of what was found: a document that a client brought, and that is not kept yet.
    pub(super) async fn brought_by(&self, found: &Found) -> Option<Brought> {
        let hash = found.brought.clone()?;
        let is_new = self.0.near.get(&key(&hash)).await.is_none();
        (is_new && found.text.len() <= LONGEST_KEPT).then(|| Brought {
            documents: self.clone(),
            text: Arc::clone(&found.text),
            hash,
        })
    }
}

impl Brought {
    /// Keeps it.
    pub async fn keep(self) {
        let shelves = &self.documents.0;
        let (key, text) = (
            key(&self.hash),
            Bytes::copy_from_slice(self.text.as_bytes()),
        );
        shelves.near.put(&key, text.clone(), KEPT_FOR).await;
        if let Some(shared) = &shelves.shared {
            shared.put(&key, text, KEPT_FOR).await;
        }
    }
}

impl Found {
    fn named(text: Arc<str>) -> Self {
        Self {
            text,
            named: true,
            brought: None,
        }
    }
}

fn key(hash: &Hash) -> String {
    format!("document:{hash}")
}

/// What was kept, when it is what it was kept as: others may write in the same Redis.
fn text_of(bytes: &Bytes, hash: &Hash) -> Option<Arc<str>> {
    let text = std::str::from_utf8(bytes).ok()?;
    (Hash::of(text) == *hash).then(|| text.into())
}

/// The message is the one that Apollo's clients know.
fn not_found() -> Refusal {
    Refusal::of_request(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")
}

fn not_trusted() -> Refusal {
    Refusal::of_request(
        ErrorCode::DocumentNotTrusted,
        "Only documents that this shop knows are executed here: name one by its id, or have yours added to the shop's manifest.",
    )
}

#[cfg(test)]
mod tests;
