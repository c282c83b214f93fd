//! Makes a rendition: reads the original, cuts, scales, writes. All of it is work for the processor.

use super::renditions::{Format, Region, Rendition, Size, scaled};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;

/// The longest side of an original that is read, in pixels.
const LONGEST_SIDE: u32 = 10_000;
/// Pixels of an original that is read.
const MOST_PIXELS: u64 = 32_000_000;
/// Bytes that reading an original may take.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Quality of JPEG, of 100: no blocks to be seen, a tenth of what PNG takes.
const QUALITY: u8 = 85;

/// Why a rendition could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The original has more pixels than are read.
    #[error("the original is too large: {width} by {height} pixels")]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The original is damaged or no picture, or the rendition could not be written.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// Makes `rendition` of the file `original`. It takes tens of milliseconds of a processor.
///
/// # Errors
/// See [`RenderError`].
pub fn render(original: &[u8], rendition: Rendition) -> Result<Vec<u8>, RenderError> {
    let picture = decode(original)?;
    let picture = match rendition.size {
        Size::Original => picture,
        Size::Width(width) => to_width(&picture, width),
        Size::Cropped {
            width,
            height,
            region,
        } => crop(&picture, width, height, region),
    };
    Ok(encode(picture, rendition.format)?)
}

fn decode(original: &[u8]) -> Result<DynamicImage, RenderError> {
    let mut reader = ImageReader::new(Cursor::new(original))
        .with_guessed_format()
        .map_err(ImageError::from)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width).saturating_mul(u64::from(height)) > MOST_PIXELS {
        return Err(RenderError::TooLarge { width, height });
    }
    // What a camera notes about how it was held is not written again, so it is done.
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn to_width(picture: &DynamicImage, width: u32) -> DynamicImage {
    let height = scaled(picture.height(), width, picture.width());
    scale(picture, width, height)
}

/// Cuts a part of the proportions of `width` by `height` out of the picture, and scales that.
fn crop(picture: &DynamicImage, width: u32, height: u32, region: Region) -> DynamicImage {
    let (has_width, has_height) = (picture.width(), picture.height());
    let part_width = has_width.min(scaled(has_height, width, height));
    let part_height = has_height.min(scaled(has_width, height, width));
    let (spare_width, spare_height) = (
        has_width.saturating_sub(part_width),
        has_height.saturating_sub(part_height),
    );
    let left = match region {
        Region::Left => 0,
        Region::Right => spare_width,
        _ => spare_width / 2,
    };
    let top = match region {
        Region::Top => 0,
        Region::Bottom => spare_height,
        _ => spare_height / 2,
    };
    scale(
        &picture.crop_imm(left, top, part_width, part_height),
        width,
        height,
    )
}

/// Scales to a size. A much larger picture is first brought near it by plain averages: nobody sees that, and a smooth
/// filter over all its pixels takes several times as long.
fn scale(picture: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    let (near_width, near_height) = (width.saturating_mul(2), height.saturating_mul(2));
    if picture.width() / 3 >= width && picture.height() / 3 >= height {
        let near = picture.thumbnail_exact(near_width, near_height);
        return near.resize_exact(width, height, FilterType::CatmullRom);
    }
    picture.resize_exact(width, height, FilterType::CatmullRom)
}

fn encode(picture: DynamicImage, format: Format) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    match format {
        Format::Jpg => {
            on_white(picture)
                .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
        }
        Format::Png => eight_bits(picture).write_with_encoder(PngEncoder::new(&mut bytes))?,
        Format::Webp => {
            eight_bits(picture).write_with_encoder(WebPEncoder::new_lossless(&mut bytes))?;
        }
    }
    Ok(bytes)
}

/// Red, green and blue of eight bits each, and the transparency that there is: what every format and every reader knows.
fn eight_bits(picture: DynamicImage) -> DynamicImage {
    if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    }
}

/// The picture without transparency, as it looks on a white page.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, opacity] = from.0;
        *to = Rgb([red, green, blue].map(|light| over_white(light, opacity)));
    }
    flat
}

fn over_white(light: u8, opacity: u8) -> u8 {
    let (light, opacity) = (u32::from(light), u32::from(opacity));
    let mixed = (light * opacity + 255 * (255 - opacity) + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}
