//! Pictures of the demo shop, drawn by the program: products, covers and vendors' marks.
//!
//! A picture is a function of its arguments alone: the same call gives the same bytes.

mod canvas;
mod cover;
mod encode;
mod mark;
mod motif;
mod motifs;
mod palette;
mod room;
mod scene;
mod shade;
mod shape;
mod tint;

#[cfg(test)]
mod tests;

pub use motif::Motif;
pub use palette::Palette;

use canvas::Canvas;

/// Smallest and largest edge of a picture, in pixels.
const EDGES: std::ops::RangeInclusive<u32> = 16..=4096;

/// Which of the pictures of one product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// The whole thing on a calm ground.
    Front,
    /// Closer, with a companion behind it.
    Detail,
    /// In use: on a table, a bench, a floor or a wall.
    Room,
}

impl View {
    /// Every view, the one to show first in front.
    pub const ALL: [Self; 3] = [Self::Front, Self::Detail, Self::Room];
}

/// Why a picture could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The size asked for, in pixels, is out of bounds.
    #[error("a picture's edge may be from 16 to 4096 pixels, not {0}")]
    Size(u32),
    /// A figure of the drawing itself cannot be read.
    #[error("a figure of the drawing cannot be read: {0}")]
    Shape(String),
    /// The encoder refused the picture.
    #[error("the picture could not be encoded: {0}")]
    Encode(#[from] image::ImageError),
}

/// A product's picture: a square of `side` pixels, as JPEG bytes.
///
/// # Errors
/// [`DrawError::Size`] when `side` is not from 16 to 4096.
pub fn product(
    motif: Motif,
    palette: Palette,
    view: View,
    side: u32,
) -> Result<Vec<u8>, DrawError> {
    let side = edge(side)?;
    let mut canvas = Canvas::new(side, side, 1000.0)?;
    scene::draw(&mut canvas, motif, palette.colours(), view);
    encode::jpeg(&canvas.finish()?)
}

/// A wide picture (16 to 9) of the first five of these motifs together, as JPEG bytes.
///
/// # Errors
/// [`DrawError::Size`] when `width` or the height that follows from it is not from 16 to 4096.
pub fn cover(motifs: &[Motif], palette: Palette, width: u32) -> Result<Vec<u8>, DrawError> {
    let (width, height) = (edge(width)?, edge(width.saturating_mul(9) / 16)?);
    let mut canvas = Canvas::new(width, height, 1600.0)?;
    cover::draw(&mut canvas, motifs, palette.colours());
    encode::jpeg(&canvas.finish()?)
}

/// A vendor's mark: a sign of four tiles that the number chooses, a square of `side` pixels, as JPEG bytes.
///
/// # Errors
/// [`DrawError::Size`] when `side` is not from 16 to 4096.
pub fn mark(sign: u32, palette: Palette, side: u32) -> Result<Vec<u8>, DrawError> {
    let side = edge(side)?;
    let mut canvas = Canvas::new(side, side, 400.0)?;
    mark::draw(&mut canvas, sign, palette.colours());
    encode::jpeg(&canvas.finish()?)
}

fn edge(pixels: u32) -> Result<u16, DrawError> {
    u16::try_from(pixels)
        .ok()
        .filter(|_| EDGES.contains(&pixels))
        .ok_or(DrawError::Size(pixels))
}
