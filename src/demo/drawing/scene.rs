//! The three pictures of a product: where it stands and what is around it.

use tiny_skia::Transform;

use super::canvas::{Canvas, Fill};
use super::motif::{Motif, Place};
use super::motifs;
use super::palette::Colours;
use super::shape::{block, disc, oval};
use super::tint::Tint;
use super::{View, room};

/// Draws one view of a product on a canvas of 1000 by 1000 units.
pub(super) fn draw(art: &mut Canvas, motif: Motif, ink: Colours, view: View) {
    match view {
        View::Front => front(art, motif, &ink),
        View::Detail => detail(art, motif, &ink),
        View::Room => room::draw(art, motif, &ink),
    }
}

/// Draws a motif with the shadow it leaves, its foot at this point, at this scale.
pub(super) fn stand(art: &mut Canvas, motif: Motif, ink: &Colours, at: (f32, f32), scale: f32) {
    let place = Transform::from_translate(at.0, at.1).pre_scale(scale, scale);
    art.within(place, |art| {
        let stand = motif.stand();
        if stand.place != Place::Wall {
            contact(art, stand.foot);
        }
        motifs::draw(art, motif, ink);
    });
}

/// The shadow on the ground: long and faint away from the light, short and dark under the foot.
fn contact(art: &mut Canvas, foot: f32) {
    art.shadow(foot * 0.4, -4.0, foot * 2.1, 66.0, 0.24);
    art.pool(foot * 0.06, -7.0, foot * 1.16, 26.0, 0.55);
}

fn front(art: &mut Canvas, motif: Motif, ink: &Colours) {
    sweep(art, ink.ground, 1000.0, 1000.0);
    art.glow(430.0, 400.0, 520.0, 460.0, Tint::WHITE.clear(0.5));
    let stand_height = motif.stand().height;
    let scale = (640.0 / stand_height).clamp(1.0, 1.22);
    let foot = 500.0 + stand_height * scale / 2.0 + 20.0;
    stand(art, motif, ink, (500.0, foot.max(760.0)), scale);
}

/// A paper sweep: wall and floor in one tone, with no edge between them.
pub(super) fn sweep(art: &mut Canvas, ground: Tint, width: f32, height: f32) {
    let tones = [
        ground.lighter(0.16),
        ground.lighter(0.06),
        ground.darker(0.02),
        ground.darker(0.08),
    ];
    art.ground(0.0, 0.0, width, height, Fill::Down(&tones));
}

fn detail(art: &mut Canvas, motif: Motif, ink: &Colours) {
    let (x, y) = motif.stand().focus;
    let scale = 1.62;
    let foot = (430.0 - x * scale, 500.0 - y * scale);
    let tone = ink.ground.mix(ink.accent, 0.38);
    art.ground(
        0.0,
        0.0,
        1000.0,
        1000.0,
        Fill::Slant(&[tone.lighter(0.35), tone, tone.darker(0.12)]),
    );
    art.fill(disc(600.0, 420.0, 400.0), tone.lighter(0.3).clear(0.6));
    let floor = tone.darker(0.1);
    art.ground(
        0.0,
        foot.1 - 130.0,
        1000.0,
        1000.0,
        Fill::Down(&[floor, tone.lighter(0.1)]),
    );
    companion(art, motif, ink, foot);
    stand(art, motif, ink, foot, scale);
}

/// The same thing in the other colour, further back.
fn companion(art: &mut Canvas, motif: Motif, ink: &Colours, foot: (f32, f32)) {
    let behind = ink.swapped().faded(0.25);
    stand(art, motif, &behind, (foot.0 + 440.0, foot.1 - 84.0), 1.15);
}

/// A podium of that half width and height, its foot at this point.
pub(super) fn podium(art: &mut Canvas, at: (f32, f32), wide: f32, high: f32, tint: Tint) {
    art.within(Transform::from_translate(at.0, at.1), |art| {
        art.shadow(wide * 0.3, 0.0, wide * 1.5, 60.0, 0.25);
        art.round(block(-wide, -high, wide * 2.0, high + 18.0, 20.0), tint);
        art.fill(oval(0.0, -high, wide, 26.0), tint.lighter(0.35));
    });
}
