//! Covers: several motifs side by side on podiums, 1600 by 900 units.

use tiny_skia::Transform;

use super::canvas::Canvas;
use super::motif::{Motif, Place};
use super::palette::Colours;
use super::scene::{podium, stand, sweep};
use super::shape::disc;
use super::tint::Tint;

/// More would stand too close.
const MOST: usize = 5;

/// How far from the middle a thing stands, how high its podium is, and whether its colours are swapped.
type Spot = (f32, f32, bool);

/// The first in the middle, the others to its sides by turns.
const PLACES: [Spot; MOST] = [
    (0.0, 160.0, false),
    (-322.0, 92.0, true),
    (322.0, 104.0, true),
    (-636.0, 44.0, false),
    (636.0, 52.0, false),
];

/// Draws a cover of the first few motifs, the first in the middle.
pub(super) fn draw(art: &mut Canvas, motifs: &[Motif], ink: Colours) {
    backdrop(art, &ink);

    let closer = match motifs.len() {
        0..=1 => 1.45,
        2..=3 => 1.28,
        _ => 1.0,
    };
    let place = Transform::from_translate(800.0, 800.0).pre_scale(closer, closer);
    art.within(place, |art| {
        // From the sides to the middle: what is in the middle stands in front.
        let placed: Vec<_> = motifs.iter().copied().zip(PLACES).collect();
        for (motif, spot) in placed.into_iter().rev() {
            exhibit(art, motif, &ink, spot);
        }
    });
}

/// One motif on its podium, or above its spot when it hangs.
fn exhibit(art: &mut Canvas, motif: Motif, ink: &Colours, (x, high, swapped): Spot) {
    let colours = if swapped { ink.swapped() } else { *ink };
    let scale = scale(motif);
    if motif.stand().place == Place::Wall {
        stand(art, motif, &colours, (x, -high - 40.0), scale);
    } else {
        podium(art, (x, 0.0), 148.0, high, ink.ground.mix(ink.main, 0.22));
        stand(art, motif, &colours, (x, 6.0 - high), scale);
    }
}

/// All about as large as each other, none much wider than its podium.
fn scale(motif: Motif) -> f32 {
    let stand = motif.stand();
    (420.0 / stand.height).min(158.0 / stand.reach).min(0.85)
}

fn backdrop(art: &mut Canvas, ink: &Colours) {
    let tone = ink.ground.mix(ink.main, 0.1);
    sweep(art, tone, 1600.0, 900.0);
    art.fill(
        disc(800.0, 460.0, 380.0),
        ink.accent.mix(ink.ground, 0.55).clear(0.55),
    );
    art.fill(disc(180.0, 230.0, 120.0), Tint::WHITE.clear(0.35));
    art.fill(
        disc(1440.0, 200.0, 170.0),
        ink.main.mix(ink.ground, 0.6).clear(0.35),
    );
}
