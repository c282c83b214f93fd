//! What one wears: a shirt, a bag, a shoe.

use tiny_skia::Transform;

use crate::demo::drawing::canvas::{Canvas, Fill};
use crate::demo::drawing::palette::Colours;
use crate::demo::drawing::shape::{block, disc, oval};
use crate::demo::drawing::tint::Tint;

/// The flap of the bag, which also throws a shadow.
const FLAP: &str = "M -222 -372 Q -220 -394 -196 -394 L 196 -394 Q 220 -394 222 -372 \
     C 224 -260 206 -152 160 -146 L -160 -146 C -206 -152 -224 -260 -222 -372 Z";

/// The shirt itself, which also throws a shadow.
const SHIRT: &str = "M -92 -556 C -150 -540 -190 -524 -214 -500 C -250 -450 -284 -384 -306 -330 \
     L -212 -286 L -176 -352 C -172 -230 -176 -110 -184 -6 C -60 6 60 6 184 -6 \
     C 176 -110 172 -230 176 -352 L 212 -286 L 306 -330 C 284 -384 250 -450 214 -500 \
     C 190 -524 150 -540 92 -556 C 60 -500 -60 -500 -92 -556 Z";

/// A shirt on a wooden hanger.
pub(super) fn shirt(art: &mut Canvas, ink: &Colours) {
    art.cast(SHIRT, 0.3);
    hanger(art, ink);
    art.soft(SHIRT, ink.main);
    seams(art, ink);
    folds(art, ink);
    pocket(art, ink);
}

/// The hanger, and the inside of the collar behind it.
fn hanger(art: &mut Canvas, ink: &Colours) {
    art.line(
        "M 0 -566 L 0 -592 C 0 -612 34 -612 34 -636 C 34 -664 -10 -668 -18 -640",
        8.0,
        Tint::BRASS.darker(0.15),
    );
    art.fill(
        "M -92 -556 C -60 -572 60 -572 92 -556 C 60 -490 -60 -490 -92 -556 Z",
        ink.main.darker(0.42),
    );
    art.soft(
        "M -130 -520 Q 0 -620 130 -520 L 110 -506 Q 0 -580 -110 -506 Z",
        Tint::WOOD,
    );
}

fn seams(art: &mut Canvas, ink: &Colours) {
    let thread = ink.main.darker(0.35).clear(0.7);
    art.stitch("M -176 -24 C -60 -12 60 -12 176 -24", thread);
    art.mirrored(|art| {
        art.line(
            "M -176 -352 C -186 -400 -196 -440 -202 -480",
            5.0,
            ink.main.darker(0.3).clear(0.55),
        );
        art.stitch("M -222 -308 L -292 -342", thread);
    });
    art.line(
        "M -90 -550 C -60 -490 60 -490 90 -550",
        17.0,
        ink.main.darker(0.16),
    );
    art.line(
        "M -84 -548 C -58 -498 58 -498 84 -548",
        3.0,
        ink.main.lighter(0.25).clear(0.7),
    );
}

fn folds(art: &mut Canvas, ink: &Colours) {
    let dark = ink.main.darker(0.3);
    let crease = [dark.clear(0.0), dark.clear(0.5), dark.clear(0.0)];
    for (fold, width) in [
        ("M -160 -340 C -120 -270 -120 -200 -136 -90", 14.0),
        ("M 158 -350 C 110 -260 118 -160 100 -40", 18.0),
        ("M 60 -440 C 90 -330 40 -200 52 -60", 10.0),
    ] {
        art.line(fold, width, Fill::Down(&crease));
    }
    art.glow(-70.0, -300.0, 110.0, 230.0, Tint::WHITE.clear(0.16));
}

fn pocket(art: &mut Canvas, ink: &Colours) {
    let pocket = "M 34 -408 L 126 -408 L 126 -318 L 80 -292 L 34 -318 Z";
    art.soft(pocket, ink.accent);
    art.line(
        "M 34 -396 L 126 -396",
        3.0,
        ink.accent.darker(0.3).clear(0.6),
    );
    art.stitch(
        "M 41 -388 L 41 -322 L 80 -300 L 119 -322 L 119 -388",
        ink.accent.darker(0.4),
    );
}

/// A handbag with a flap and a clasp.
pub(super) fn bag(art: &mut Canvas, ink: &Colours) {
    let handle = "M -120 -330 C -120 -620 120 -620 120 -330";
    art.line(handle, 26.0, ink.main.darker(0.36));
    art.line(
        handle,
        19.0,
        Fill::Across(&[ink.main.lighter(0.1), ink.main.darker(0.2)]),
    );
    art.soft(
        "M -222 -372 Q -220 -394 -196 -394 L 196 -394 Q 220 -394 222 -372 L 262 -36 \
         Q 262 0 226 0 L -226 0 Q -262 0 -262 -36 Z",
        ink.main,
    );
    art.stitch(
        "M -222 -200 L -240 -40 Q -240 -20 -220 -20 L 220 -20 Q 240 -20 240 -40 L 222 -200",
        ink.main.lighter(0.45),
    );
    flap(art, ink);
    for x in [-120.0, 120.0] {
        let strap = block(x - 21.0, -390.0, 42.0, 66.0, 14.0);
        art.soft(strap, ink.main.darker(0.16));
        art.ball(disc(x, -346.0, 11.0), Tint::BRASS);
    }
    clasp(art, ink);
}

fn flap(art: &mut Canvas, ink: &Colours) {
    art.within(Transform::from_translate(0.0, 12.0), |art| {
        art.fill(FLAP, Tint::SHADE.clear(0.2))
    });
    art.soft(FLAP, ink.main.lighter(0.07));
    art.stitch(
        "M -204 -376 C -206 -270 -190 -176 -152 -166 L 152 -166 C 190 -176 206 -270 204 -376",
        ink.main.lighter(0.45),
    );
    art.gleam("M -196 -350 C -192 -290 -184 -240 -168 -200", 12.0, 0.25);
}

fn clasp(art: &mut Canvas, ink: &Colours) {
    art.soft(block(-34.0, -214.0, 68.0, 104.0, 20.0), ink.accent);
    art.soft(block(-20.0, -170.0, 40.0, 40.0, 9.0), Tint::BRASS);
    art.fill(
        block(-5.0, -160.0, 10.0, 20.0, 5.0),
        Tint::BRASS.darker(0.5),
    );
}

/// A laced shoe from its side, the toe to the right.
pub(super) fn shoe(art: &mut Canvas, ink: &Colours) {
    art.fill(oval(-172.0, -286.0, 92.0, 24.0), ink.main.darker(0.5));
    art.soft(
        "M -96 -284 C -84 -330 -30 -336 -14 -306 L 40 -236 L -40 -220 Z",
        ink.accent.lighter(0.1),
    );
    art.soft(
        "M -278 -60 C -292 -150 -286 -230 -266 -296 C -236 -272 -120 -262 -84 -290 C -50 -300 -34 -284 -16 -258 \
         C 40 -196 110 -176 190 -160 C 268 -142 300 -108 300 -60 Z",
        ink.main,
    );
    patches(art, ink);
    art.stitch(
        "M -206 -262 C -160 -252 -110 -256 -76 -272 C -10 -200 60 -160 130 -150",
        ink.main.lighter(0.4),
    );
    art.gleam("M 190 -142 C 240 -130 270 -112 280 -86", 10.0, 0.35);
    laces(art);
    sole(art, ink);
}

/// Toe cap, heel and the band at the side.
fn patches(art: &mut Canvas, ink: &Colours) {
    art.fill(
        "M 152 -168 C 250 -154 300 -112 300 -60 L 176 -60 C 180 -106 172 -140 152 -168 Z",
        ink.main.darker(0.13),
    );
    art.stitch(
        "M 142 -164 C 164 -134 168 -100 166 -66",
        ink.main.lighter(0.4),
    );
    art.soft(
        "M -278 -60 C -292 -150 -286 -230 -266 -296 L -226 -280 C -236 -200 -232 -130 -212 -60 Z",
        ink.accent,
    );
    art.fill(
        "M -150 -60 C -130 -130 -60 -200 10 -232 L 40 -212 C -30 -176 -80 -120 -92 -60 Z",
        ink.accent.lighter(0.12),
    );
}

fn laces(art: &mut Canvas) {
    for (x, y) in [
        (-52.0, -278.0),
        (-22.0, -248.0),
        (14.0, -220.0),
        (54.0, -198.0),
    ] {
        art.within(Transform::from_translate(x, y), |art| {
            art.line("M -14 24 Q 18 6 34 -14", 13.0, Tint::SHADE.clear(0.25));
            art.line("M -14 20 Q 18 4 34 -18", 11.0, Tint::WHITE);
        });
    }
    art.line(
        "M -20 -300 C -70 -350 -100 -320 -24 -296 C 20 -350 60 -330 -20 -298",
        9.0,
        Tint::WHITE,
    );
}

fn sole(art: &mut Canvas, ink: &Colours) {
    let rubber = [Tint::WHITE, Tint::CREAM, Tint::CREAM.darker(0.18)];
    art.fill(
        "M -290 -76 C -180 -66 180 -70 306 -76 C 322 -44 304 0 262 0 L -256 0 C -300 0 -302 -40 -290 -76 Z",
        Fill::Down(&rubber),
    );
    art.line(
        "M -290 -46 C -180 -38 180 -42 308 -46",
        6.0,
        ink.accent.darker(0.05),
    );
    art.fill("M -296 -20 C -180 -14 180 -14 304 -20 C 298 -6 284 0 262 0 L -256 0 C -282 0 -292 -8 -296 -20 Z", Tint::WOOD.darker(0.1));
}
