//! Which renditions there are, and whose.

use crate::domains::media::model::FileRow;
use crate::domains::media::{Format, Region, Rendition, Size, Wish};
use proptest::prelude::*;
use std::collections::HashSet;
use std::path::Path;

fn wish(max_width: Option<u32>, max_height: Option<u32>, crop: Option<Region>) -> Wish {
    Wish {
        max_width,
        max_height,
        crop,
        format: Format::Jpg,
    }
}

/// What is given for a wish, by the name in its address.
fn given(wish: Wish, pixels: (u32, u32)) -> String {
    Rendition::for_wish(wish, pixels).segment()
}

#[test]
fn a_side_is_rounded_up_to_the_set() {
    let square = (2000, 2000);
    for (asked, name) in [
        (1, "64w.jpg"),
        (64, "64w.jpg"),
        (65, "96w.jpg"),
        (700, "768w.jpg"),
        (1600, "1600w.jpg"),
    ] {
        assert_eq!(given(wish(Some(asked), None, None), square), name);
    }
}

#[test]
fn the_narrower_side_of_the_box_decides() {
    let wide = (1600, 900);
    assert_eq!(
        given(wish(None, Some(90), None), wide),
        "192w.jpg",
        "160 wide is needed"
    );
    assert_eq!(given(wish(Some(640), Some(90), None), wide), "192w.jpg");
    assert_eq!(given(wish(Some(100), Some(900), None), wide), "128w.jpg");
}

#[test]
fn nothing_is_enlarged() {
    assert_eq!(
        given(wish(Some(1200), None, None), (1200, 800)),
        "original.jpg"
    );
    assert_eq!(
        given(wish(Some(5760), Some(5760), None), (1200, 800)),
        "original.jpg"
    );
    assert_eq!(given(wish(Some(10), None, None), (40, 40)), "original.jpg");
    assert_eq!(
        given(wish(None, None, Some(Region::Top)), (1200, 800)),
        "original.jpg"
    );
    let centre = Some(Region::Center);
    assert_eq!(
        given(wish(Some(2000), Some(2000), centre), (1000, 800)),
        "768x768-center.jpg"
    );
    assert_eq!(
        given(wish(Some(4000), Some(1000), centre), (1200, 1200)),
        "1200x384-center.jpg"
    );
    assert_eq!(
        given(wish(Some(10), Some(10), centre), (40, 40)),
        "original.jpg"
    );
}

#[test]
fn a_box_is_filled_only_when_both_sides_are_known() {
    let top = Some(Region::Top);
    assert_eq!(
        given(wish(Some(300), Some(400), top), (1200, 1200)),
        "384x512-top.jpg"
    );
    assert_eq!(given(wish(Some(300), None, top), (1200, 1200)), "384w.jpg");
}

#[test]
fn only_names_that_are_given_out_are_read() {
    for name in [
        "",
        "original",
        "original.gif",
        "original.JPG",
        "640w",
        "641w.jpg",
        "0640w.jpg",
        "+640w.jpg",
        "w.jpg",
        "640w.jpg.jpg",
        "640x640.jpg",
        "640x640-middle.jpg",
        "640x641-top.jpg",
        "640X640-top.jpg",
        "-640w.jpg",
        "../original.jpg",
        "99999999999999999999w.jpg",
        "640x640-top-top.jpg",
    ] {
        assert_eq!(Rendition::parse(name), None, "{name}");
    }
    let size = Size::Cropped {
        width: 640,
        height: 384,
        region: Region::Left,
    };
    assert_eq!(
        Rendition::parse("640x384-left.webp"),
        Some(Rendition {
            size,
            format: Format::Webp
        })
    );
}

#[test]
fn a_file_has_a_bounded_number_of_renditions() {
    let mut names = HashSet::new();
    for width in (1..=1700).step_by(21) {
        for height in (1..=1700).step_by(21) {
            names.insert(given(wish(Some(width), Some(height), None), (5000, 5000)));
            for region in Region::ALL {
                names.insert(given(
                    wish(Some(width), Some(height), Some(region)),
                    (5000, 5000),
                ));
            }
        }
    }
    // Twelve widths and the original; twelve by twelve boxes in five regions.
    assert_eq!(names.len(), 13 + 720);
}

proptest! {
    #[test]
    fn what_is_given_is_read_again_and_is_there(
        width in proptest::option::of(1u32..20_000),
        height in proptest::option::of(1u32..20_000),
        crop in proptest::option::of(proptest::sample::select(Region::ALL.to_vec())),
        format in proptest::sample::select(Format::ALL.to_vec()),
        pixels in (1u32..10_000, 1u32..10_000),
    ) {
        let wish = Wish { max_width: width, max_height: height, crop, format };
        let rendition = Rendition::for_wish(wish, pixels);
        prop_assert_eq!(Rendition::parse(&rendition.segment()), Some(rendition));
        prop_assert!(rendition.is_of(pixels));
    }

    #[test]
    fn what_is_given_is_not_smaller_than_asked_for(
        width in 1u32..2_000, height in 1u32..2_000, pixels in (1u32..4_000, 1u32..4_000),
    ) {
        let fits = f64::from(width.min(pixels.0)).min(f64::from(height.min(pixels.1)) * f64::from(pixels.0) / f64::from(pixels.1));
        if let Size::Width(given) = Rendition::for_wish(wish(Some(width), Some(height), None), pixels).size {
            prop_assert!(f64::from(given) >= fits.floor());
        }
    }
}

fn row(storage_key: &str) -> FileRow {
    FileRow {
        storage_key: storage_key.to_owned(),
        content_type: "image/png".to_owned(),
        width: 400,
        height: 200,
        sha256: "0".repeat(64),
    }
}

#[test]
fn no_key_leads_out_of_the_folder() {
    let folder = Path::new("/media");
    assert_eq!(
        row("ab/cd.png").path(folder),
        Some(folder.join("ab/cd.png"))
    );
    for key in ["", "/etc/passwd", "../secret", "a/../../secret", "..", "."] {
        assert_eq!(row(key).path(folder), None, "{key}");
    }
}

#[test]
fn the_original_is_itself_in_its_own_format_only() {
    let row = row("a.png");
    assert!(row.is_itself(Rendition::original(Format::Png)));
    assert!(!row.is_itself(Rendition::original(Format::Jpg)));
    assert!(!row.has(Rendition {
        size: Size::Width(512),
        format: Format::Png
    }));
}
