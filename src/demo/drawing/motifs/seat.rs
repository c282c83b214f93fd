//! What one sits on: an armchair, a cushion.

use tiny_skia::Transform;

use crate::demo::drawing::canvas::{Canvas, Fill};
use crate::demo::drawing::palette::Colours;
use crate::demo::drawing::shape::{block, disc};
use crate::demo::drawing::tint::Tint;

/// An armchair on wooden legs, a small cushion in it.
pub(super) fn chair(art: &mut Canvas, ink: &Colours) {
    legs(art);
    back(art, ink);
    art.shadow(0.0, -262.0, 210.0, 60.0, 0.4);
    let leaning = Transform::from_row(0.38, -0.04, 0.06, 0.38, 46.0, -246.0);
    art.within(leaning, |art| cushion(art, &ink.swapped()));
    seat(art, ink);
}

fn legs(art: &mut Canvas) {
    art.mirrored(|art| {
        art.round("M -214 -110 L -178 -110 L -206 0 L -228 0 Z", Tint::WOOD);
        art.round(
            "M -140 -104 L -112 -104 L -124 -24 L -138 -24 Z",
            Tint::WOOD.darker(0.3),
        );
    });
}

fn back(art: &mut Canvas, ink: &Colours) {
    art.soft(
        "M -206 -180 C -236 -480 -190 -610 0 -610 C 190 -610 236 -480 206 -180 Z",
        ink.main.darker(0.06),
    );
    art.line(
        "M -176 -300 C -190 -480 -150 -572 0 -572 C 150 -572 190 -480 176 -300",
        4.0,
        ink.main.darker(0.3),
    );
    let seam = ink.main.darker(0.24).clear(0.7);
    art.mirrored(|art| art.line("M 62 -556 C 72 -470 72 -380 66 -290", 4.0, seam));
}

fn seat(art: &mut Canvas, ink: &Colours) {
    let top = [
        ink.main.lighter(0.22),
        ink.main.lighter(0.04),
        ink.main.darker(0.16),
    ];
    art.fill(block(-196.0, -270.0, 392.0, 100.0, 36.0), Fill::Down(&top));
    art.soft(
        block(-214.0, -186.0, 428.0, 90.0, 26.0),
        ink.main.darker(0.12),
    );
    art.line(
        "M -170 -178 L 170 -178",
        5.0,
        ink.main.darker(0.42).clear(0.6),
    );
    for x in [-262.0, 172.0] {
        art.shadow(x + 45.0, -150.0, 76.0, 90.0, 0.2);
        art.round(block(x, -362.0, 90.0, 266.0, 42.0), ink.main.lighter(0.03));
        arm_light(art, x + 24.0);
    }
}

/// The light on the side of an arm rest.
fn arm_light(art: &mut Canvas, x: f32) {
    art.within(Transform::from_translate(x, 0.0), |art| {
        art.gleam("M 0 -326 L 0 -150", 14.0, 0.28);
    });
}

/// A square cushion with an arch pattern and piping.
pub(super) fn cushion(art: &mut Canvas, ink: &Colours) {
    let edge = "M -258 -478 C -120 -440 120 -440 258 -478 C 226 -330 226 -150 258 -4 \
                C 120 -40 -120 -40 -258 -4 C -226 -150 -226 -330 -258 -478 Z";

    art.ball(edge, ink.main);
    for (reach, share) in [(1.0, 0.0), (0.72, 0.55), (0.46, 0.12)] {
        let tint = ink.accent.mix(ink.main.lighter(0.5), share);
        art.within(
            Transform::from_translate(0.0, -118.0).pre_scale(reach, reach),
            |art| {
                art.line(
                    "M -138 0 L -138 -110 C -138 -290 138 -290 138 -110 L 138 0",
                    32.0,
                    tint,
                );
            },
        );
    }
    art.glow(-110.0, -360.0, 170.0, 130.0, Tint::WHITE.clear(0.13));

    for fold in [
        "M -246 -464 Q -196 -410 -170 -394",
        "M 246 -464 Q 200 -416 180 -388",
        "M -246 -18 Q -200 -68 -176 -84",
        "M 246 -18 Q 200 -68 180 -88",
    ] {
        art.line(fold, 6.0, ink.main.darker(0.3).clear(0.45));
    }

    art.line(edge, 7.0, ink.accent.darker(0.08));
    tassels(art, ink);
}

fn tassels(art: &mut Canvas, ink: &Colours) {
    for (x, y, turn) in [
        (-258.0, -478.0, 135.0),
        (258.0, -478.0, -135.0),
        (-258.0, -4.0, 62.0),
        (258.0, -4.0, -62.0),
    ] {
        art.within(Transform::from_translate(x, y).pre_rotate(turn), |art| {
            for thread in ["M 0 4 L -9 34", "M 0 4 L 0 38", "M 0 4 L 9 34"] {
                art.line(thread, 5.0, ink.accent.darker(0.12));
            }
            art.ball(disc(0.0, 4.0, 10.0), ink.accent);
        });
    }
}
