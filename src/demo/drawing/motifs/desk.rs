//! What lies on a desk: a notebook, a loudspeaker, a watch.

use tiny_skia::Transform;

use crate::demo::drawing::canvas::{Canvas, Fill};
use crate::demo::drawing::palette::Colours;
use crate::demo::drawing::shape::{block, disc, oval};
use crate::demo::drawing::tint::Tint;

/// A bound notebook, upright, with a ribbon, a band and a pen.
pub(super) fn notebook(art: &mut Canvas, ink: &Colours) {
    art.soft(
        block(-160.0, -516.0, 372.0, 512.0, 14.0),
        ink.main.darker(0.35),
    );
    let pages = [Tint::WHITE, Tint::CREAM.darker(0.12)];
    art.fill(block(-150.0, -508.0, 352.0, 498.0, 6.0), Fill::Down(&pages));
    for line in 0_u8..5 {
        let x = 185.0 + 3.6 * f32::from(line);
        art.fill(block(x, -506.0, 1.2, 494.0, 0.5), Tint::SHADE.clear(0.22));
    }
    art.line(
        "M 96 -8 L 96 24 L 104 14 L 112 26 L 112 -8",
        4.0,
        ink.accent.darker(0.1),
    );
    art.soft(block(-190.0, -520.0, 372.0, 520.0, 20.0), ink.main);
    let spine = [
        Tint::SHADE.clear(0.26),
        Tint::SHADE.clear(0.10),
        Tint::SHADE.clear(0.2),
        Tint::SHADE.clear(0.02),
    ];
    art.fill("M -170 -520 L -132 -520 L -132 0 L -170 0 Q -190 0 -190 -20 L -190 -500 Q -190 -520 -170 -520 Z", Fill::Across(&spine));
    cover_print(art, ink);
    art.round(
        block(122.0, -522.0, 20.0, 524.0, 3.0),
        ink.accent.darker(0.06),
    );
    pen(art, ink);
}

fn cover_print(art: &mut Canvas, ink: &Colours) {
    let print = ink.accent.lighter(0.12);

    art.within(Transform::from_translate(-5.0, -222.0), |art| {
        sprig(art, print)
    });
    art.fill(block(-50.0, -168.0, 90.0, 7.0, 3.0), print);
    art.fill(block(-30.0, -146.0, 50.0, 5.0, 2.0), print.clear(0.8));
    art.glow(-60.0, -440.0, 170.0, 110.0, Tint::WHITE.clear(0.2));
}

/// A sprig stamped on the cover: a stem with leaves in pairs, growing upwards from the origin.
fn sprig(art: &mut Canvas, print: Tint) {
    art.line("M 0 0 L 0 -160", 5.0, print);
    for (y, turn) in [(-22.0, 52.0), (-66.0, 48.0), (-110.0, 42.0), (-150.0, 0.0)] {
        art.mirrored(|art| {
            art.within(Transform::from_translate(0.0, y).pre_rotate(turn), |art| {
                art.fill("M 0 0 C -26 -18 -22 -50 0 -68 C 22 -50 26 -18 0 0 Z", print);
            });
        });
    }
}

fn pen(art: &mut Canvas, ink: &Colours) {
    art.within(
        Transform::from_translate(252.0, 0.0).pre_rotate(-9.0),
        |art| {
            art.round("M -13 -60 L 13 -60 L 4 0 L -4 0 Z", Tint::BRASS);
            art.round(block(-15.0, -400.0, 30.0, 346.0, 12.0), ink.accent);
            art.round(block(-16.0, -250.0, 32.0, 14.0, 2.0), Tint::BRASS);
            art.round(block(2.0, -384.0, 10.0, 110.0, 5.0), Tint::BRASS);
        },
    );
}

/// A loudspeaker in a wooden cabinet.
pub(super) fn speaker(art: &mut Canvas, ink: &Colours) {
    art.fill(
        block(-150.0, -16.0, 60.0, 16.0, 4.0),
        Tint::SHADE.clear(0.8),
    );
    art.fill(block(110.0, -16.0, 60.0, 16.0, 4.0), Tint::SHADE.clear(0.8));
    let side = [Tint::WOOD.darker(0.2), Tint::WOOD.darker(0.4)];
    art.fill(
        "M 160 -540 L 196 -540 Q 214 -538 214 -520 L 214 -34 Q 214 -16 196 -12 L 160 -10 Z",
        Fill::Across(&side),
    );
    art.soft(block(-190.0, -546.0, 376.0, 536.0, 30.0), Tint::WOOD);
    art.soft(block(-176.0, -532.0, 348.0, 508.0, 20.0), ink.main);
    cone(art, ink, -404.0, 68.0);
    cone(art, ink, -190.0, 136.0);
    art.ball(disc(134.0, -56.0, 7.0), Tint::FLAME);
    for (x, y) in [(-154.0, -510.0), (150.0, -510.0), (-154.0, -46.0)] {
        art.ball(disc(x, y, 7.0), Tint::BRASS);
    }
    art.gleam("M -160 -490 L -160 -120", 7.0, 0.3);
}

fn cone(art: &mut Canvas, ink: &Colours, y: f32, radius: f32) {
    let place = Transform::from_translate(-2.0, y).pre_scale(radius / 100.0, radius / 100.0);
    let dark = ink.main.mix(Tint::SHADE, 0.75);
    art.within(place, |art| {
        art.soft(disc(0.0, 0.0, 108.0), ink.accent);
        art.fill(disc(0.0, 0.0, 96.0), dark.darker(0.4));
        let paper = [dark.darker(0.6), dark.darker(0.2), dark.lighter(0.12), dark];
        art.fill(disc(0.0, 0.0, 84.0), Fill::Glow(&paper));
        art.line(disc(0.0, 0.0, 72.0), 2.0, Tint::WHITE.clear(0.14));
        art.ball(disc(0.0, 0.0, 32.0), ink.accent.mix(dark, 0.35));
        art.fill(oval(-10.0, -12.0, 10.0, 7.0), Tint::WHITE.clear(0.4));
        art.line(
            "M -66 -40 C -54 -62 -34 -74 -12 -78",
            5.0,
            Tint::WHITE.clear(0.25),
        );
    });
}

/// A wristwatch on a stand.
pub(super) fn watch(art: &mut Canvas, ink: &Colours) {
    art.round(
        "M -84 -96 L 84 -96 L 136 -16 Q 138 0 118 0 L -118 0 Q -138 0 -136 -16 Z",
        Tint::WOOD,
    );
    art.round(
        "M -74 -470 C -76 -560 -66 -600 -54 -612 C -20 -622 20 -622 54 -612 C 66 -600 76 -560 74 -470 Z",
        ink.main,
    );
    art.round("M -76 -200 L 76 -200 C 74 -140 66 -90 60 -62 C 20 -54 -20 -54 -60 -62 C -66 -90 -74 -140 -76 -200 Z", ink.main);
    art.stitch(
        "M -58 -486 C -58 -540 -54 -580 -46 -598 L 46 -598 C 54 -580 58 -540 58 -486",
        ink.main.lighter(0.5),
    );
    art.stitch(
        "M -60 -190 C -58 -140 -54 -100 -48 -74",
        ink.main.lighter(0.5),
    );
    art.stitch("M 60 -190 C 58 -140 54 -100 48 -74", ink.main.lighter(0.5));
    art.within(Transform::from_translate(0.0, -334.0), |art| dial(art, ink));
}

fn dial(art: &mut Canvas, ink: &Colours) {
    art.round(
        block(150.0, -18.0, 40.0, 36.0, 8.0),
        Tint::BRASS.darker(0.1),
    );
    art.soft(disc(0.0, 0.0, 170.0), Tint::BRASS);
    art.line(disc(0.0, 0.0, 167.0), 4.0, Tint::BRASS.lighter(0.6));
    art.fill(disc(0.0, 0.0, 148.0), Tint::BRASS.darker(0.45));
    art.soft(disc(0.0, 0.0, 143.0), Tint::CREAM);
    for hour in 0_u8..12 {
        let long = if hour % 3 == 0 { 26.0 } else { 14.0 };
        art.within(Transform::from_rotate(30.0 * f32::from(hour)), |art| {
            art.fill(block(-3.5, -130.0, 7.0, long, 3.0), ink.main.darker(0.3));
        });
    }

    art.fill(
        block(64.0, -15.0, 38.0, 30.0, 4.0),
        Tint::CREAM.darker(0.16),
    );
    art.fill(block(68.0, -11.0, 30.0, 22.0, 3.0), Tint::WHITE);
    hand(art, -52.0, 74.0, 10.0, Tint::SHADE.lighter(0.12));
    hand(art, 58.0, 108.0, 8.0, Tint::SHADE.lighter(0.12));
    hand(art, 172.0, 116.0, 3.0, ink.accent.darker(0.1));
    art.ball(disc(0.0, 0.0, 11.0), Tint::BRASS);
    art.fill(
        "M -118 -62 C -90 -124 -20 -146 42 -128 C -20 -118 -80 -86 -118 -62 Z",
        Tint::WHITE.clear(0.4),
    );
}

fn hand(art: &mut Canvas, turn: f32, long: f32, width: f32, tint: Tint) {
    art.within(Transform::from_rotate(turn), |art| {
        art.fill(
            block(-width / 2.0, -long, width, long + 16.0, width / 2.0),
            tint,
        );
    });
}
