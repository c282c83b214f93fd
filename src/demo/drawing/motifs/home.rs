//! What makes a room: a vase, a lamp, a plant.

use tiny_skia::Transform;

use crate::demo::drawing::canvas::{Canvas, Fill};
use crate::demo::drawing::palette::Colours;
use crate::demo::drawing::shape::{block, disc, oval};
use crate::demo::drawing::tint::Tint;

/// A bulbous vase with twigs in it.
pub(super) fn vase(art: &mut Canvas, ink: &Colours) {
    for (turn, reach) in [(-34.0, 0.92), (30.0, 0.98), (-3.0, 1.12)] {
        let place = Transform::from_translate(0.0, -370.0)
            .pre_rotate(turn)
            .pre_scale(reach, reach);
        art.within(place, |art| twig(art, ink));
    }
    art.round(
        "M -64 -390 L 64 -390 C 62 -340 68 -320 110 -280 C 196 -200 184 -60 104 0 \
         L -104 0 C -184 -60 -196 -200 -110 -280 C -68 -320 -62 -340 -64 -390 Z",
        ink.main,
    );
    art.fill(oval(0.0, -390.0, 64.0, 15.0), ink.main.lighter(0.3));
    art.fill(oval(0.0, -389.0, 53.0, 10.0), ink.main.darker(0.5));
    for (wide, y) in [(132.0, -246.0), (146.0, -226.0)] {
        art.within(
            Transform::from_translate(0.0, y).pre_scale(wide, 1.0),
            |art| {
                art.fill(
                    "M -1 -3 C -0.6 20 0.6 20 1 -3 L 1 4 C 0.6 28 -0.6 28 -1 4 Z",
                    ink.accent.clear(0.85),
                );
            },
        );
    }
    art.gleam("M -112 -230 C -152 -170 -140 -90 -108 -46", 17.0, 0.45);
}

/// A stem that grows upwards from the origin, leaves to both sides.
fn twig(art: &mut Canvas, ink: &Colours) {
    let stem = Tint::WOOD.darker(0.25);
    art.line("M 0 30 C 4 -60 -6 -140 2 -236", 5.0, stem);
    for (y, turn, size) in [
        (-40.0, 50.0, 0.34),
        (-74.0, -52.0, 0.36),
        (-112.0, 46.0, 0.36),
        (-146.0, -46.0, 0.33),
        (-182.0, 38.0, 0.30),
        (-212.0, -36.0, 0.26),
        (-236.0, 2.0, 0.26),
    ] {
        let place = Transform::from_translate(0.0, y)
            .pre_rotate(turn)
            .pre_scale(size, size);
        art.within(place, |art| leaf(art, Tint::LEAF.mix(ink.accent, 0.35)));
    }
}

/// A leaf that grows upwards from the origin, 240 long.
fn leaf(art: &mut Canvas, tint: Tint) {
    art.fill(
        "M 0 0 C -92 -60 -84 -180 0 -240 C 84 -180 92 -60 0 0 Z",
        Fill::Slant(&[tint.lighter(0.2), tint, tint.darker(0.22)]),
    );
    art.fill(
        "M 0 0 C 92 -60 84 -180 0 -240 Z",
        tint.darker(0.2).clear(0.4),
    );
    art.line("M 0 0 L 0 -210", 4.0, tint.lighter(0.4).clear(0.6));
}

/// A table lamp, lit.
pub(super) fn lamp(art: &mut Canvas, ink: &Colours) {
    art.glow(0.0, -380.0, 470.0, 400.0, Tint::FLAME.clear(0.5));
    art.round(block(-14.0, -370.0, 28.0, 110.0, 6.0), Tint::BRASS);
    art.round(
        "M -30 -296 L 30 -296 C 34 -250 128 -222 128 -124 C 128 -66 96 -30 76 -18 \
         L -76 -18 C -96 -30 -128 -66 -128 -124 C -128 -222 -34 -250 -30 -296 Z",
        ink.accent,
    );
    art.gleam("M -84 -190 C -108 -150 -108 -100 -84 -60", 14.0, 0.45);
    art.round(block(-92.0, -24.0, 184.0, 24.0, 10.0), Tint::WOOD);
    art.glow(0.0, -280.0, 150.0, 70.0, Tint::FLAME.clear(0.55));
    lampshade(art, ink);
}

fn lampshade(art: &mut Canvas, ink: &Colours) {
    let shade = "M -128 -620 L 128 -620 L 226 -334 C 150 -304 -150 -304 -226 -334 Z";
    lit(art, shade, ink.main);
    art.fill(
        oval(0.0, -620.0, 128.0, 15.0),
        Tint::FLAME.mix(ink.main, 0.3),
    );
    art.line(
        "M -224 -338 C -148 -309 148 -309 224 -338",
        7.0,
        ink.main.lighter(0.5),
    );
    art.line("M 96 -322 L 96 -232", 3.0, Tint::BRASS.darker(0.2));
    art.ball(disc(96.0, -226.0, 9.0), Tint::BRASS);
}

/// Cloth with a bulb behind its lower half.
fn lit(art: &mut Canvas, shade: &'static str, tint: Tint) {
    let light = Tint::FLAME.mix(Tint::WHITE, 0.5);
    art.fill(
        shade,
        Fill::Across(&[
            tint.darker(0.16),
            tint.lighter(0.12),
            tint.mix(light, 0.34),
            tint,
            tint.darker(0.24),
        ]),
    );
    art.fill(
        shade,
        Fill::Down(&[light.clear(0.0), light.clear(0.14), light.clear(0.6)]),
    );
}

/// A large leaved plant in a pot.
pub(super) fn plant(art: &mut Canvas, ink: &Colours) {
    for (turn, size, shade) in [
        (-62.0, 1.02, 0.25),
        (60.0, 1.04, 0.25),
        (-34.0, 1.3, 0.12),
        (36.0, 1.26, 0.14),
        (-80.0, 0.7, 0.05),
        (82.0, 0.72, 0.08),
        (-8.0, 1.5, 0.0),
        (16.0, 1.1, -0.12),
        (-22.0, 0.95, -0.1),
    ] {
        let place = Transform::from_translate(turn * 0.5, -220.0)
            .pre_rotate(turn)
            .pre_scale(size, size);
        art.within(place, |art| leaf(art, Tint::LEAF.darker(shade)));
    }
    art.fill(oval(0.0, -238.0, 146.0, 22.0), Tint::WOOD.darker(0.6));
    art.round(
        "M -146 -240 C -146 -212 146 -212 146 -240 L 116 -24 Q 112 0 88 0 L -88 0 Q -112 0 -116 -24 Z",
        ink.main,
    );
    art.round(
        "M -156 -244 C -156 -216 156 -216 156 -244 L 150 -188 C 146 -162 -146 -162 -150 -188 Z",
        ink.main.lighter(0.12),
    );
    art.fill(
        "M -128 -108 C -60 -88 60 -88 128 -108 L 122 -68 C 60 -46 -60 -46 -122 -68 Z",
        ink.accent.clear(0.8),
    );
    art.gleam("M -110 -150 L -94 -34", 14.0, 0.4);
}
