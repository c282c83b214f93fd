use std::collections::HashSet;

use super::*;

/// Small, so that all pictures together take a moment.
const SIDE: u32 = 48;

fn size(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory_with_format(bytes, image::ImageFormat::Jpeg).unwrap();
    (picture.width(), picture.height())
}

#[test]
fn every_picture_is_drawn_in_its_size_and_no_two_are_the_same() {
    let mut seen = HashSet::new();
    for motif in Motif::ALL {
        for palette in Palette::ALL {
            for view in View::ALL {
                let bytes = product(motif, palette, view, SIDE).unwrap();
                assert_eq!(size(&bytes), (SIDE, SIDE), "{motif:?} {palette:?} {view:?}");
                assert!(seen.insert(bytes), "{motif:?} {palette:?} {view:?}");
            }
        }
    }
}

#[test]
fn the_same_call_gives_the_same_bytes() {
    for motif in Motif::ALL {
        for palette in Palette::ALL {
            for view in View::ALL {
                let draw = || product(motif, palette, view, SIDE).unwrap();
                assert!(draw() == draw(), "{motif:?} {palette:?} {view:?}");
            }
        }
    }
    let wide = || cover(&Motif::ALL, Palette::Teal, 320).unwrap();
    assert_eq!(wide(), wide());
    let sign = || mark(7, Palette::Teal, 64).unwrap();
    assert_eq!(sign(), sign());
}

#[test]
fn a_cover_is_wide_for_any_number_of_motifs() {
    for many in 0..=Motif::ALL.len() {
        let bytes = cover(Motif::ALL.get(..many).unwrap(), Palette::Rose, 320).unwrap();
        assert_eq!(size(&bytes), (320, 180), "{many} motifs");
    }
}

#[test]
fn neighbouring_numbers_have_different_marks() {
    let marks: HashSet<_> = (0..64)
        .map(|sign| mark(sign, Palette::Ink, 64).unwrap())
        .collect();
    assert_eq!(marks.len(), 64);
}

#[test]
fn an_edge_out_of_bounds_is_refused() {
    for side in [0, 15, 4097, u32::MAX] {
        let answer = product(Motif::Mug, Palette::Clay, View::Front, side);
        assert!(matches!(answer, Err(DrawError::Size(found)) if found == side));
    }
    let huge = cover(&[], Palette::Clay, u32::MAX);
    assert!(matches!(huge, Err(DrawError::Size(u32::MAX))));
    let flat = cover(&[], Palette::Clay, 20);
    assert!(matches!(flat, Err(DrawError::Size(11))));
}

#[test]
fn the_smallest_picture_is_drawn() {
    let bytes = product(Motif::Mug, Palette::Clay, View::Front, 16).unwrap();
    assert_eq!(size(&bytes), (16, 16));
}

#[test]
fn names_are_those_of_the_data_files() {
    for motif in Motif::ALL {
        let read: Motif = serde_json::from_value(motif.name().into()).unwrap();
        assert_eq!(read, motif);
    }
    for palette in Palette::ALL {
        let read: Palette = serde_json::from_value(palette.name().into()).unwrap();
        assert_eq!(read, palette);
    }
}

#[test]
fn swatches_are_six_digit_colours_and_differ() {
    let swatches: HashSet<_> = Palette::ALL.map(Palette::swatch).into();
    assert_eq!(swatches.len(), Palette::ALL.len());
    for swatch in swatches {
        let digits = swatch.strip_prefix('#').unwrap();
        let read = u32::from_str_radix(digits, 16);
        assert!(digits.len() == 6 && read.is_ok(), "{swatch}");
    }
}

#[test]
fn a_figure_that_cannot_be_read_is_an_error() {
    for steps in ["", "M 1", "M 0 0 L 1 x", "M 0 0 H 5"] {
        let mut canvas = Canvas::new(16, 16, 16.0).unwrap();
        canvas.fill(steps, tint::Tint::CREAM);
        let answer = canvas.finish();
        assert!(matches!(answer, Err(DrawError::Shape(_))), "{steps}");
    }
}
