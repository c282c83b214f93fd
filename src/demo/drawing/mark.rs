//! Vendors' marks: four tiles of plain geometry, 400 by 400 units.

use tiny_skia::Transform;

use super::canvas::{Canvas, Fill};
use super::palette::Colours;
use super::shape::disc;
use super::tint::Tint;

/// Draws the sign that belongs to this number.
pub(super) fn draw(art: &mut Canvas, sign: u32, ink: Colours) {
    let ground = ink.main;
    art.ground(
        0.0,
        0.0,
        400.0,
        400.0,
        Fill::Slant(&[ground.lighter(0.07), ground.darker(0.07)]),
    );
    let light = if ground.brightness() > 0.7 {
        ground.darker(0.75)
    } else {
        Tint::CREAM
    };
    let choices = scatter(sign).to_be_bytes();
    let corners = [(80.0, 80.0), (204.0, 80.0), (80.0, 204.0), (204.0, 204.0)];
    for (choice, (x, y)) in choices.into_iter().zip(corners) {
        let tint = if choice & 0b100_0000 == 0 {
            light
        } else {
            ink.accent
        };
        let turn = 90.0 * f32::from((choice >> 4) & 0b11);
        let place = Transform::from_translate(x, y).pre_rotate_at(turn, 58.0, 58.0);
        art.within(place, |art| tile(art, choice & 0b111, tint));
    }
}

/// Neighbouring numbers must not give neighbouring signs.
fn scatter(sign: u32) -> u32 {
    let mixed = (sign ^ (sign >> 16))
        .wrapping_add(0x9e37_79b9)
        .wrapping_mul(0x85eb_ca6b);
    (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35) ^ (mixed >> 7)
}

/// One tile of 116 by 116 units.
fn tile(art: &mut Canvas, choice: u8, tint: Tint) {
    match choice {
        0 | 1 => art.fill("M 0 116 L 0 0 C 64 0 116 52 116 116 Z", tint),
        2 => art.fill(disc(58.0, 58.0, 58.0), tint),
        3 => art.fill(
            "M 0 58 C 0 26 26 0 58 0 C 90 0 116 26 116 58 L 116 116 L 0 116 Z",
            tint,
        ),
        4 => art.fill("M 0 116 L 116 0 L 116 116 Z", tint),
        5 => {
            art.line(disc(58.0, 58.0, 47.0), 22.0, tint);
        }
        6 => art.fill("M 0 0 C 70 0 116 46 116 116 C 46 116 0 70 0 0 Z", tint),
        _ => {
            art.fill(
                "M 0 0 L 116 0 C 116 32 90 58 58 58 C 26 58 0 32 0 0 Z",
                tint,
            );
            art.fill(
                "M 0 58 L 116 58 C 116 90 90 116 58 116 C 26 116 0 90 0 58 Z",
                tint,
            );
        }
    }
}
