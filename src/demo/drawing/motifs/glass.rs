//! Things in glass: a candle, a bottle, a jar.

use crate::demo::drawing::canvas::{Canvas, Fill};
use crate::demo::drawing::palette::Colours;
use crate::demo::drawing::shape::{block, disc, oval};
use crate::demo::drawing::tint::Tint;

/// A burning candle in a tumbler.
pub(super) fn candle(art: &mut Canvas, ink: &Colours) {
    art.glow(0.0, -410.0, 280.0, 260.0, Tint::FLAME.clear(0.5));
    art.round(
        "M -165 -340 L 165 -340 L 160 -30 Q 156 0 126 0 L -126 0 Q -156 0 -160 -30 Z",
        ink.main,
    );
    art.glow(0.0, -300.0, 150.0, 110.0, Tint::FLAME.clear(0.42));
    art.fill(oval(0.0, -340.0, 165.0, 30.0), ink.main.lighter(0.35));
    let wall = [ink.main.darker(0.4), ink.main];
    art.fill(oval(0.0, -338.0, 154.0, 24.0), Fill::Down(&wall));
    let wax = [Tint::WHITE, Tint::FLAME.mix(Tint::CREAM, 0.6)];
    art.fill(oval(0.0, -331.0, 146.0, 18.0), Fill::Glow(&wax));
    label(art, ink, -70.0, -230.0, 140.0, 150.0);
    art.gleam("M -132 -300 L -128 -50", 14.0, 0.45);
    art.gleam("M 136 -290 L 132 -60", 7.0, 0.22);
    flame(art);
}

fn flame(art: &mut Canvas) {
    art.line("M 0 -332 Q -3 -350 3 -364", 7.0, Tint::SHADE);
    art.glow(0.0, -398.0, 90.0, 110.0, Tint::FLAME.clear(0.75));
    let fire = [Tint::new(1.0, 0.93, 0.66), Tint::new(0.98, 0.68, 0.25)];
    art.fill(
        "M 2 -462 C 12 -424 40 -404 30 -370 C 22 -344 -22 -344 -30 -370 C -38 -402 -8 -420 2 -462 Z",
        Fill::Glow(&fire),
    );
    art.fill(
        "M 1 -414 C 8 -394 18 -386 14 -368 C 10 -354 -10 -354 -14 -368 C -18 -386 -6 -396 1 -414 Z",
        Tint::WHITE,
    );
}

/// A slip of paper with a sign and two lines of pretended writing.
fn label(art: &mut Canvas, ink: &Colours, x: f32, y: f32, width: f32, height: f32) {
    let paper = [
        Tint::CREAM.darker(0.03),
        Tint::WHITE,
        Tint::CREAM.darker(0.1),
    ];
    let (middle, unit) = (x + width / 2.0, width / 100.0);
    let print = ink.main.darker(0.35).mix(Tint::SHADE, 0.25);
    art.fill(block(x, y, width, height, 8.0), Fill::Across(&paper));
    let sign = y + height * 0.36;
    art.fill(disc(middle, sign, 19.0 * unit), ink.accent.darker(0.05));
    art.fill(
        disc(middle + 9.0 * unit, sign - 6.0 * unit, 16.0 * unit),
        ink.main.mix(Tint::CREAM, 0.1),
    );
    for (drop, long) in [(0.70, 60.0), (0.82, 38.0)] {
        let long = long * unit;
        let line = block(
            middle - long / 2.0,
            y + height * drop,
            long,
            5.0 * unit,
            3.0,
        );
        art.fill(line, print.clear(0.8));
    }
}

/// A bottle with a stopper.
pub(super) fn bottle(art: &mut Canvas, ink: &Colours) {
    let body = "M -42 -500 L 42 -500 L 44 -430 C 46 -396 128 -392 128 -320 L 128 -34 \
                Q 128 0 94 0 L -94 0 Q -128 0 -128 -34 L -128 -320 C -128 -392 -46 -396 -44 -430 Z";
    art.round(block(-37.0, -592.0, 74.0, 76.0, 14.0), ink.accent);
    art.line(
        "M -30 -566 L 30 -566",
        3.0,
        ink.accent.darker(0.25).clear(0.5),
    );
    art.round(
        block(-46.0, -524.0, 92.0, 34.0, 9.0),
        ink.accent.darker(0.2),
    );
    art.round(body, ink.main);
    art.fill(
        "M -112 -302 C -60 -290 60 -314 112 -302 L 112 -34 Q 110 -14 94 -14 L -94 -14 Q -110 -14 -112 -34 Z",
        Fill::Down(&[Tint::SHADE.clear(0.02), Tint::SHADE.clear(0.2)]),
    );
    label(art, ink, -92.0, -268.0, 184.0, 196.0);
    art.gleam("M -108 -330 C -112 -250 -110 -120 -106 -40", 12.0, 0.6);
    art.gleam("M -26 -490 C -28 -450 -34 -420 -70 -394", 8.0, 0.55);
    art.gleam("M 110 -320 L 108 -60", 6.0, 0.3);
}

/// A jar of something sweet.
pub(super) fn jar(art: &mut Canvas, ink: &Colours) {
    let glass = "M -136 -350 L 136 -350 C 176 -340 186 -310 186 -280 L 180 -44 Q 176 0 132 0 \
                 L -132 0 Q -176 0 -180 -44 L -186 -280 C -186 -310 -176 -340 -136 -350 Z";
    art.round(glass, ink.main.mix(Tint::WHITE, 0.55));
    art.round(
        "M -168 -290 C -80 -276 70 -302 168 -288 L 164 -48 Q 160 -14 126 -14 L -126 -14 Q -160 -14 -164 -48 Z",
        ink.main,
    );
    art.fill(oval(0.0, -290.0, 166.0, 13.0), ink.main.lighter(0.35));
    for (x, y, r) in [
        (-96.0, -90.0, 26.0),
        (104.0, -62.0, 20.0),
        (120.0, -170.0, 15.0),
        (-120.0, -230.0, 13.0),
    ] {
        art.fill(disc(x, y, r), ink.main.darker(0.25).clear(0.45));
    }
    label(art, ink, -86.0, -236.0, 172.0, 170.0);
    art.gleam("M -158 -310 C -164 -230 -160 -120 -154 -40", 14.0, 0.65);
    art.gleam("M 164 -300 L 158 -60", 7.0, 0.4);
    lid(art, ink);
}

fn lid(art: &mut Canvas, ink: &Colours) {
    art.round(
        block(-150.0, -362.0, 300.0, 26.0, 10.0),
        ink.accent.darker(0.25),
    );
    art.round(block(-158.0, -436.0, 316.0, 82.0, 16.0), ink.accent);
    for turn in 0_u8..14 {
        let x = -140.0 + 21.5 * f32::from(turn);
        let groove = block(x, -412.0, 4.0, 48.0, 2.0);
        art.fill(groove, ink.accent.darker(0.35).clear(0.35));
    }
    art.fill(oval(0.0, -430.0, 152.0, 14.0), ink.accent.lighter(0.25));
}
