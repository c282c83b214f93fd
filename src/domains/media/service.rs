//! Gives out renditions: from the cache, else made of the original, by as many threads as there are processors.

use super::model::FileRow;
use super::render::{RenderError, render};
use super::renditions::Rendition;
use super::store;
use crate::platform::cache::Cache;
use crate::platform::db::{Database, DbError};
use bytes::Bytes;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How long a rendition is kept in the cache.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How many renditions may wait for a processor before the next asker is sent away: some seconds of work.
const QUEUE: usize = 256;
/// Rows of files that are kept in the process, and for how long; files do not change, but may be taken away.
const ROWS: u64 = 20_000;
const ROW_KEPT: Duration = Duration::from_secs(10 * 60);
/// How long what was just made stays at hand for those who asked for it meanwhile, and its bytes at most.
const AT_HAND: Duration = Duration::from_secs(5);
const AT_HAND_BYTES: u64 = 16 * 1024 * 1024;
/// Raised when the same original would give other bytes than before, as caches everywhere hold what was made.
const EDITION: &str = "1";

/// Why there is no picture.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MediaError {
    /// There is no such file, or no such rendition of it.
    #[error("there is no such picture")]
    NotFound,
    /// Too many others wait for theirs.
    #[error("too many pictures are being made")]
    Busy,
    /// The database did not answer.
    #[error("{0}")]
    Database(Arc<DbError>),
    /// The original is not where it should be, or cannot be read.
    #[error("the original {0} cannot be read: {1}")]
    Original(String, Arc<std::io::Error>),
    /// The original could not be worked on.
    #[error("the original {0} cannot be worked on: {1}")]
    Render(String, Arc<RenderError>),
    /// The thread that made the rendition ended before its time.
    #[error("the making of a picture was broken off")]
    BrokenOff,
}

/// A rendition that there is, not yet made.
#[derive(Debug, Clone)]
pub struct Served {
    file: Arc<FileRow>,
    rendition: Rendition,
}

impl Served {
    /// Names the bytes: the same name is the same bytes, always.
    #[must_use]
    pub fn tag(&self) -> String {
        format!(
            "{}-{EDITION}-{}",
            self.file.sha256,
            self.rendition.segment()
        )
    }

    /// The media type of the bytes.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        self.rendition.format.content_type()
    }
}

/// Gives out the renditions of files. Cheap to clone: clones share what they know.
#[derive(Clone)]
pub struct MediaService {
    database: Database,
    cache: Cache,
    folder: PathBuf,
    rows: moka::future::Cache<Uuid, Arc<FileRow>>,
    at_hand: moka::future::Cache<String, Bytes>,
    workshop: Workshop,
}

impl MediaService {
    /// Serves the files of `database`, whose originals lie below `folder`; what is made of them is kept in `cache`.
    #[must_use]
    pub fn new(database: Database, cache: Cache, folder: PathBuf) -> Self {
        let rows = moka::future::Cache::builder()
            .max_capacity(ROWS)
            .time_to_live(ROW_KEPT)
            .build();
        let at_hand = moka::future::Cache::builder()
            .max_capacity(AT_HAND_BYTES)
            .weigher(|_: &String, bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX))
            .time_to_live(AT_HAND)
            .build();
        Self {
            database,
            cache,
            folder,
            rows,
            at_hand,
            workshop: Workshop::new(),
        }
    }

    /// Finds a rendition, without making it.
    ///
    /// # Errors
    /// [`MediaError::NotFound`] when the file is unknown or has no such rendition; [`MediaError::Database`].
    pub async fn find(&self, file: Uuid, rendition: Rendition) -> Result<Served, MediaError> {
        let row = self.rows.try_get_with(file, self.read_row(file)).await;
        let file = row.map_err(|error| MediaError::clone(&error))?;
        if file.has(rendition) {
            return Ok(Served { file, rendition });
        }
        Err(MediaError::NotFound)
    }

    /// The bytes of a rendition. Many who ask for it at once cause one making.
    ///
    /// # Errors
    /// [`MediaError::Busy`] when too many others wait; [`MediaError::Original`] and [`MediaError::Render`] when the
    /// original is missing or damaged.
    pub async fn bytes(&self, served: &Served) -> Result<Bytes, MediaError> {
        if served.file.is_itself(served.rendition) {
            return self.original(&served.file).await;
        }
        let made = self
            .at_hand
            .try_get_with(served.tag(), self.kept_or_made(served))
            .await;
        made.map_err(|error| MediaError::clone(&error))
    }

    async fn read_row(&self, file: Uuid) -> Result<Arc<FileRow>, MediaError> {
        let told = |error: DbError| MediaError::Database(Arc::new(error));
        let mut conn = self.database.get().await.map_err(told)?;
        let row = store::file(&mut conn, file)
            .await
            .map_err(|error| told(error.into()))?;
        row.map(Arc::new).ok_or(MediaError::NotFound)
    }

    async fn kept_or_made(&self, served: &Served) -> Result<Bytes, MediaError> {
        let key = format!("media:{}", served.tag());
        if let Some(bytes) = self.cache.get(&key).await {
            return Ok(bytes);
        }
        let bytes = self
            .workshop
            .make(served.clone(), self.original(&served.file))
            .await?;
        self.cache.put(&key, bytes.clone(), KEPT).await;
        Ok(bytes)
    }

    async fn original(&self, file: &FileRow) -> Result<Bytes, MediaError> {
        let told = |error| MediaError::Original(file.storage_key.clone(), Arc::new(error));
        let path = path(file, &self.folder).map_err(told)?;
        tokio::fs::read(path).await.map(Bytes::from).map_err(told)
    }
}

fn path(file: &FileRow, folder: &Path) -> std::io::Result<PathBuf> {
    let outside = || std::io::Error::other("its key leads out of the media folder");
    file.path(folder).ok_or_else(outside)
}

/// Where renditions are made: one at a time for each processor, with a queue that has an end.
#[derive(Clone)]
struct Workshop {
    queue: Arc<Semaphore>,
    benches: Arc<Semaphore>,
}

impl Workshop {
    fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            queue: Arc::new(Semaphore::new(processors.saturating_add(QUEUE))),
            benches: Arc::new(Semaphore::new(processors)),
        }
    }

    /// Makes a rendition of `original`, which is fetched when its turn comes.
    async fn make(
        &self,
        served: Served,
        original: impl Future<Output = Result<Bytes, MediaError>>,
    ) -> Result<Bytes, MediaError> {
        let _place = self.queue.try_acquire().map_err(|_| MediaError::Busy)?;
        let bench = Arc::clone(&self.benches)
            .acquire_owned()
            .await
            .map_err(|_| MediaError::Busy)?;
        let original = original.await?;
        let work = move || {
            // Work goes on when the asker has gone away, so the bench is free only when it is done.
            let _bench = bench;
            render(&original, served.rendition)
                .map(Bytes::from)
                .map_err(|error| {
                    MediaError::Render(served.file.storage_key.clone(), Arc::new(error))
                })
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| MediaError::BrokenOff)?
    }
}
