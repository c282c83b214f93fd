//! What a picture is.

use super::renditions::{Format, Rendition};
use crate::platform::db::tables;
use diesel::prelude::*;
use std::path::{Component, Path, PathBuf};
use uuid::Uuid;

/// A picture where it is shown: a file, and what it shows there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The original.
    pub file_id: Uuid,
    /// Pixels of the original.
    pub width: i32,
    /// Pixels of the original.
    pub height: i32,
    /// What it shows, for those who do not see it.
    pub alt: Option<String>,
    /// The placement, such as the row in `product_images`.
    pub id: Uuid,
}

impl Picture {
    /// Width and height of the original.
    #[must_use]
    pub fn pixels(&self) -> (u32, u32) {
        (pixels(self.width), pixels(self.height))
    }
}

/// An original as it was stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tables::files)]
pub(super) struct FileRow {
    /// Where it lies below the media folder.
    pub storage_key: String,
    /// What it is.
    pub content_type: String,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Hash of its bytes, hexadecimal.
    pub sha256: String,
}

impl FileRow {
    /// Whether `rendition` is one of those that there are of this file.
    pub fn has(&self, rendition: Rendition) -> bool {
        rendition.is_of((pixels(self.width), pixels(self.height)))
    }

    /// Whether `rendition` is the original itself, byte for byte.
    pub fn is_itself(&self, rendition: Rendition) -> bool {
        rendition == Rendition::original(rendition.format)
            && Format::from_content_type(&self.content_type) == Some(rendition.format)
    }

    /// Where the original lies; `None` when its key would lead out of `folder`.
    pub fn path(&self, folder: &Path) -> Option<PathBuf> {
        let key = Path::new(&self.storage_key);
        let plain = key
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        (plain && !self.storage_key.is_empty()).then(|| folder.join(key))
    }
}

/// A picture of no pixels has no renditions; the database holds none.
fn pixels(side: i32) -> u32 {
    u32::try_from(side).unwrap_or(0)
}
