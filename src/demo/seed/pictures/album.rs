//! Every picture that is kept, with its row.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::Drawing;
use crate::demo::drawing::{Motif, Palette};
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::OPENING;
use crate::demo::seed::identity::Name;
use crate::demo::seed::sheet::Sheet;

const COLUMNS: [&str; 8] = [
    "id",
    "storage_key",
    "content_type",
    "width",
    "height",
    "byte_size",
    "sha256",
    "created_at",
];

/// A picture's file.
#[derive(Debug)]
pub(super) struct File {
    /// Where it lies below the media folder.
    pub storage_key: String,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Bytes.
    pub byte_size: i64,
    /// Its hash, lower-case hexadecimal.
    pub sha256: String,
    /// Whether it was drawn just now.
    pub new: bool,
}

impl File {
    const CREATED_AT: DateTime<Utc> = OPENING;

    /// Named by its bytes too: readers keep what is behind an id for good, so that another drawing needs another id.
    fn id(&self) -> Uuid {
        Name::of("files")
            .and(&self.storage_key)
            .and(&self.sha256)
            .id(Self::CREATED_AT)
    }
}

/// The pictures of the shop, found by what they show.
#[derive(Debug)]
pub(in crate::demo::seed) struct Album {
    files: Vec<(Drawing, File)>,
    ids: HashMap<Drawing, Uuid>,
}

impl Album {
    /// An album of these, in an order that does not depend on which was drawn first.
    pub(super) fn new(mut files: Vec<(Drawing, File)>) -> Self {
        files.sort_by(|(_, one), (_, other)| one.storage_key.cmp(&other.storage_key));
        let ids = files
            .iter()
            .map(|(drawing, file)| (drawing.clone(), file.id()))
            .collect();
        Self { files, ids }
    }

    /// How many pictures there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// How many of them were drawn just now.
    pub fn drawn(&self) -> usize {
        self.files.iter().filter(|(_, file)| file.new).count()
    }

    /// The file of a picture; `None` for one that was not prepared.
    pub fn id(&self, drawing: &Drawing) -> Option<Uuid> {
        self.ids.get(drawing).copied()
    }

    /// The colours in which a thing can be seen from the front.
    pub fn palettes(&self, motif: Motif) -> Vec<Palette> {
        let seen = |palette: &Palette| self.ids.contains_key(&Drawing::front(motif, *palette));
        Palette::ALL.into_iter().filter(seen).collect()
    }

    /// Writes the rows of all files.
    ///
    /// # Errors
    /// [`SeedError::Database`].
    pub async fn copy(&self, tx: &Transaction<'_>) -> Result<u64, SeedError> {
        let mut sheet = Sheet::open(tx, "files", &COLUMNS).await?;
        for (_, file) in &self.files {
            let File {
                storage_key,
                width,
                height,
                byte_size,
                sha256,
                ..
            } = file;
            let (id, created_at) = (file.id(), File::CREATED_AT);
            sheet
                .row(&[
                    &id,
                    storage_key,
                    &"image/jpeg",
                    width,
                    height,
                    byte_size,
                    sha256,
                    &created_at,
                ])
                .await?;
        }
        sheet.close().await
    }
}
