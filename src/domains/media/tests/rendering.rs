//! What renditions look like.

use crate::domains::media::{Format, RenderError, Rendition, render};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::error::Error;
use std::io::Cursor;

type Outcome = Result<(), Box<dyn Error>>;

/// A picture of 400 by 200: red on the left half, blue on the right, with a green stripe at the top.
fn flag() -> Result<Vec<u8>, image::ImageError> {
    let picture = RgbImage::from_fn(400, 200, |x, y| match (x, y) {
        (_, 0..50) => Rgb([0, 255, 0]),
        (0..200, _) => Rgb([255, 0, 0]),
        _ => Rgb([0, 0, 255]),
    });
    png(DynamicImage::ImageRgb8(picture))
}

fn png(picture: DynamicImage) -> Result<Vec<u8>, image::ImageError> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn rendered(original: &[u8], name: &str) -> Result<RgbImage, Box<dyn Error>> {
    let rendition = Rendition::parse(name).ok_or("not a name")?;
    let bytes = render(original, rendition)?;
    let told = image::guess_format(&bytes)?.to_mime_type();
    assert_eq!(told, rendition.format.content_type());
    Ok(image::load_from_memory(&bytes)?.into_rgb8())
}

/// Which of red, green and blue a pixel mostly is.
fn colour(picture: &RgbImage, x: u32, y: u32) -> char {
    let [red, green, blue] = picture.get_pixel(x, y).0;
    if red > 200 {
        'r'
    } else if green > 200 {
        'g'
    } else if blue > 200 {
        'b'
    } else {
        '?'
    }
}

#[test]
fn every_format_is_what_it_says() -> Outcome {
    for format in Format::ALL {
        let whole = rendered(&flag()?, &Rendition::original(format).segment())?;
        assert_eq!(whole.dimensions(), (400, 200));
        let small = rendered(&flag()?, &format!("128w.{}", format.ending()))?;
        assert_eq!(small.dimensions(), (128, 64));
        assert_eq!(
            (
                colour(&small, 10, 50),
                colour(&small, 120, 50),
                colour(&small, 60, 4)
            ),
            ('r', 'b', 'g')
        );
    }
    Ok(())
}

#[test]
fn a_crop_keeps_its_region() -> Outcome {
    for (name, left, right) in [
        ("128x128-left.png", 'r', 'r'),
        ("128x128-right.png", 'b', 'b'),
        ("128x128-center.png", 'r', 'b'),
    ] {
        let square = rendered(&flag()?, name)?;
        assert_eq!(square.dimensions(), (128, 128));
        assert_eq!(
            (colour(&square, 4, 100), colour(&square, 123, 100)),
            (left, right),
            "{name}"
        );
    }
    for (name, first) in [("384x64-top.png", 'g'), ("384x64-bottom.png", 'r')] {
        let strip = rendered(&flag()?, name)?;
        assert_eq!(
            (strip.dimensions(), colour(&strip, 4, 2)),
            ((384, 64), first),
            "{name}"
        );
    }
    Ok(())
}

#[test]
fn transparency_is_kept_or_becomes_white() -> Outcome {
    let glass = png(DynamicImage::ImageRgba8(RgbaImage::from_pixel(
        100,
        100,
        Rgba([255, 0, 0, 0]),
    )))?;
    assert_eq!(
        rendered(&glass, "64w.jpg")?.get_pixel(30, 30).0,
        [255, 255, 255]
    );
    for name in ["64w.png", "64w.webp"] {
        let bytes = render(&glass, Rendition::parse(name).ok_or("not a name")?)?;
        assert_eq!(
            image::load_from_memory(&bytes)?
                .into_rgba8()
                .get_pixel(30, 30)
                .0[3],
            0,
            "{name}"
        );
    }
    Ok(())
}

#[test]
fn what_is_no_picture_or_too_large_is_refused() -> Outcome {
    let rendition = Rendition::original(Format::Jpg);
    assert!(render(b"not a picture", rendition).is_err());
    assert!(render(b"", rendition).is_err());
    let flag = flag()?;
    assert!(render(flag.get(..flag.len() / 2).unwrap_or_default(), rendition).is_err());
    let huge = png(DynamicImage::new_luma8(9_000, 9_000))?;
    assert!(matches!(
        render(&huge, rendition),
        Err(RenderError::TooLarge { .. })
    ));
    let long = png(DynamicImage::new_luma8(10_001, 1))?;
    assert!(matches!(
        render(&long, rendition),
        Err(RenderError::Image(image::ImageError::Limits(_)))
    ));
    Ok(())
}
