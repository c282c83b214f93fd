//! From pixels to a file's bytes.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageBuffer, Rgba};
use tiny_skia::Pixmap;

use super::DrawError;

/// High enough that soft gradients show no blocks.
const QUALITY: u8 = 88;

/// A picture as JPEG. The picture covers its whole ground, so that its opacity is left out.
///
/// # Errors
/// [`DrawError::Encode`] when the encoder refuses the picture.
pub(super) fn jpeg(pixels: &Pixmap) -> Result<Vec<u8>, DrawError> {
    let view =
        ImageBuffer::<Rgba<u8>, &[u8]>::from_raw(pixels.width(), pixels.height(), pixels.data())
            .ok_or(DrawError::Size(pixels.width()))?;
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&view)?;
    Ok(bytes)
}
