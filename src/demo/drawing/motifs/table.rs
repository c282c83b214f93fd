//! What stands on a table: a mug, a bowl.

use tiny_skia::Transform;

use crate::demo::drawing::canvas::{Canvas, Fill};
use crate::demo::drawing::palette::Colours;
use crate::demo::drawing::shape::{block, disc, oval};
use crate::demo::drawing::tint::Tint;

/// A mug of coffee, its foot dipped in another glaze.
pub(super) fn mug(art: &mut Canvas, ink: &Colours) {
    let handle = "M 160 -290 C 300 -320 300 -90 140 -100";
    art.line(handle, 46.0, ink.main.darker(0.3));
    art.line(
        handle,
        38.0,
        Fill::Across(&[ink.main, ink.main.darker(0.2)]),
    );
    art.gleam("M 182 -296 C 268 -296 278 -190 240 -142", 7.0, 0.35);
    art.round(
        "M -190 -360 L 190 -360 C 190 -220 188 -100 172 -44 Q 158 0 112 0 \
         L -112 0 Q -158 0 -172 -44 C -188 -100 -190 -220 -190 -360 Z",
        ink.main,
    );
    art.round(
        "M -184 -112 C -110 -84 -60 -132 10 -106 C 80 -82 130 -122 184 -104 \
         C 181 -80 178 -62 172 -44 Q 158 0 112 0 L -112 0 Q -158 0 -172 -44 C -178 -64 -182 -84 -184 -112 Z",
        ink.accent.lighter(0.15),
    );
    art.gleam("M -138 -310 C -140 -240 -136 -190 -130 -150", 18.0, 0.5);
    coffee(art, ink);
    steam(art);
}

fn coffee(art: &mut Canvas, ink: &Colours) {
    art.fill(oval(0.0, -360.0, 190.0, 36.0), ink.main.lighter(0.3));
    let wall = [ink.main.darker(0.45), ink.main.darker(0.1)];
    art.fill(oval(0.0, -358.0, 177.0, 29.0), Fill::Down(&wall));
    let brew = [Tint::new(0.25, 0.14, 0.09), Tint::new(0.47, 0.29, 0.18)];
    art.fill(oval(0.0, -351.0, 166.0, 21.0), Fill::Down(&brew));
    art.fill(oval(-40.0, -348.0, 70.0, 7.0), Tint::CREAM.clear(0.25));
}

fn steam(art: &mut Canvas) {
    let curl = "M 0 -390 C -46 -430 40 -460 0 -510 C -22 -540 6 -560 10 -575";
    for (x, strength) in [(-60.0, 0.5), (6.0, 0.8), (72.0, 0.5)] {
        art.within(Transform::from_translate(x, 0.0), |art| {
            art.gleam(curl, 26.0, strength * 0.3);
            art.gleam(curl, 11.0, strength);
        });
    }
}

/// A bowl of fruit.
pub(super) fn bowl(art: &mut Canvas, ink: &Colours) {
    art.round(
        block(-100.0, -34.0, 200.0, 34.0, 10.0),
        ink.main.darker(0.2),
    );
    art.fill(oval(0.0, -250.0, 275.0, 56.0), ink.main.lighter(0.32));
    let inside = [ink.main.darker(0.42), ink.main.darker(0.1)];
    art.fill(oval(0.0, -247.0, 259.0, 46.0), Fill::Down(&inside));
    fruits(art);
    art.round(
        "M -275 -250 C -275 -176 275 -176 275 -250 C 268 -110 176 -20 96 -14 \
         L -96 -14 C -176 -20 -268 -110 -275 -250 Z",
        ink.main,
    );
    let band = ink.accent.mix(ink.main, 0.15);
    art.line("M -268 -216 C -240 -142 240 -142 268 -216", 13.0, band);
    art.line("M -262 -190 C -230 -118 230 -118 262 -190", 4.0, band);
    art.gleam("M -218 -140 C -196 -96 -170 -68 -140 -48", 15.0, 0.4);
}

fn fruits(art: &mut Canvas) {
    fruit(art, -118.0, -268.0, 84.0, Tint::new(0.93, 0.61, 0.25));
    fruit(art, 122.0, -262.0, 80.0, Tint::new(0.79, 0.27, 0.24));
    fruit(art, 4.0, -282.0, 92.0, Tint::new(0.80, 0.77, 0.35));
}

fn fruit(art: &mut Canvas, x: f32, y: f32, radius: f32, tint: Tint) {
    art.fill(disc(x, y, radius), tint.darker(0.16));
    art.within(
        Transform::from_translate(x, y).pre_scale(radius, radius),
        |art| {
            art.ball(disc(-0.06, -0.07, 0.93), tint);
            art.fill(oval(-0.36, -0.42, 0.24, 0.15), Tint::WHITE.clear(0.4));
            art.line(
                "M 0 -0.82 Q 0.04 -1 0.16 -1.14",
                0.07,
                Tint::WOOD.darker(0.5),
            );
            art.fill(
                "M 0.1 -1 C 0.22 -1.3 0.5 -1.32 0.66 -1.18 C 0.5 -0.98 0.28 -0.92 0.1 -1 Z",
                Tint::LEAF,
            );
        },
    );
}
