//! The pictures of the demo shop: which there are, the files they are kept in, and their ids.

mod album;
mod drawing;
mod keep;

pub(super) use album::Album;
pub(super) use drawing::{Drawing, views};

use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Progress, SeedError};

/// Sees to it that every one of `drawings` lies below `media`: those that do not are drawn, as many at a time as there are cores.
///
/// # Errors
/// [`SeedError::Draw`] and [`SeedError::Media`]; what was drawn until then stays.
pub(super) async fn prepare(
    media: &Path,
    drawings: Vec<Drawing>,
    side: u32,
    progress: &dyn Progress,
) -> Result<Album, SeedError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    progress.stage(
        "pictures",
        u64::try_from(drawings.len()).unwrap_or_default(),
    );
    let kept = stream::iter(drawings)
        .map(|drawing| {
            let media = media.to_path_buf();
            tokio::task::spawn_blocking(move || keep::keep(&media, drawing, side))
        })
        .buffer_unordered(cores)
        .map(|done| done.map_err(SeedError::from).flatten())
        .inspect_ok(|_| progress.advance(1))
        .try_collect::<Vec<_>>()
        .await?;
    Ok(Album::new(kept))
}
