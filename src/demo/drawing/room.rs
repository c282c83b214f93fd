//! Rooms: a wall with window light, and a table, a bench, a floor or a peg rail.

use tiny_skia::Transform;

use super::canvas::{Canvas, Fill};
use super::motif::{Motif, Place};
use super::palette::Colours;
use super::scene::stand;
use super::shape::{block, disc, oval};
use super::tint::Tint;

/// Draws a motif where it is at home, on a canvas of 1000 by 1000 units.
pub(super) fn draw(art: &mut Canvas, motif: Motif, ink: &Colours) {
    wall(art, ink);
    match motif.stand().place {
        Place::Table => on_table(art, motif, ink),
        Place::Bench => on_bench(art, motif, ink),
        Place::Floor => on_floor(art, motif, ink),
        Place::Wall => on_wall(art, motif, ink),
    }
}

fn wall(art: &mut Canvas, ink: &Colours) {
    let paint = ink.ground.mix(ink.main, 0.16);
    let tones = [paint.lighter(0.2), paint, paint.darker(0.1)];
    art.ground(0.0, 0.0, 1000.0, 1000.0, Fill::Slant(&tones));
    window_light(art);
}

/// Four slanted panes of sun.
fn window_light(art: &mut Canvas) {
    let sun = [Tint::WHITE.clear(0.55), Tint::WHITE.clear(0.22)];
    for (x, y) in [
        (330.0, 60.0),
        (520.0, 100.0),
        (330.0, 330.0),
        (520.0, 370.0),
    ] {
        art.within(Transform::from_translate(x, y), |art| {
            art.fill("M 0 0 L 172 36 L 172 286 L 0 250 Z", Fill::Down(&sun));
        });
    }
}

fn on_table(art: &mut Canvas, motif: Motif, ink: &Colours) {
    picture(art, ink, (90.0, 120.0));

    drawers(art, ink);
    let edge = Tint::WOOD.darker(0.22);
    art.ground(
        0.0,
        740.0,
        1000.0,
        110.0,
        Fill::Down(&[Tint::WOOD.darker(0.08), Tint::WOOD.lighter(0.15)]),
    );
    art.ground(
        0.0,
        848.0,
        1000.0,
        34.0,
        Fill::Down(&[edge.lighter(0.2), edge]),
    );
    grain(art);
    books(art, ink, (190.0, 790.0));

    let (friend, size) = friend(motif);
    stand(art, friend, &ink.swapped(), (856.0, 780.0), size);
    let scale = 500.0 / motif.stand().height.max(600.0);
    stand(art, motif, ink, (530.0, 812.0), scale);
}

/// What stands beside it on the table, and at which scale.
fn friend(motif: Motif) -> (Motif, f32) {
    match motif {
        Motif::Plant | Motif::Vase | Motif::Lamp => (Motif::Candle, 0.42),
        Motif::Speaker | Motif::Notebook | Motif::Watch => (Motif::Lamp, 0.66),
        Motif::Bowl => (Motif::Bottle, 0.6),
        Motif::Candle => (Motif::Vase, 0.6),
        _ => (Motif::Plant, 0.52),
    }
}

/// The painted front of the table: two drawers with knobs.
fn drawers(art: &mut Canvas, ink: &Colours) {
    let paint = ink.ground.mix(ink.main, 0.42);
    art.ground(
        0.0,
        880.0,
        1000.0,
        120.0,
        Fill::Down(&[paint.darker(0.4), paint.darker(0.18)]),
    );
    for x in [30.0, 510.0] {
        art.fill(
            block(x, 904.0, 460.0, 130.0, 8.0),
            Fill::Down(&[paint.darker(0.14), paint.darker(0.04)]),
        );
        art.shadow(x + 236.0, 968.0, 26.0, 26.0, 0.4);
        art.ball(disc(x + 230.0, 960.0, 15.0), Tint::BRASS);
    }
}

fn grain(art: &mut Canvas) {
    let vein = Tint::WOOD.darker(0.35).clear(0.2);
    for line in [
        "M 20 768 Q 300 760 560 770",
        "M 380 800 Q 640 790 980 802",
        "M 60 828 Q 260 820 420 830",
    ] {
        art.line(line, 3.0, vein);
    }
}

/// A framed print: a sun over hills in the picture's colours.
fn picture(art: &mut Canvas, ink: &Colours, at: (f32, f32)) {
    art.within(Transform::from_translate(at.0, at.1), |art| {
        let frame = block(0.0, 0.0, 220.0, 290.0, 6.0);
        art.cast(frame, 0.25);
        art.soft(frame, Tint::WOOD.lighter(0.1));
        art.fill(block(12.0, 12.0, 196.0, 266.0, 2.0), Tint::CREAM);
        art.fill(disc(126.0, 112.0, 46.0), ink.accent);
        art.fill(
            "M 34 250 L 34 190 C 70 140 110 150 140 190 C 160 214 180 200 186 190 L 186 250 Z",
            ink.main.lighter(0.15),
        );
        art.fill(
            "M 34 250 L 34 222 C 80 196 140 240 186 216 L 186 250 Z",
            ink.main.darker(0.2),
        );
    });
}

/// Three books lying on each other.
fn books(art: &mut Canvas, ink: &Colours, at: (f32, f32)) {
    art.within(Transform::from_translate(at.0, at.1), |art| {
        art.shadow(20.0, 2.0, 190.0, 34.0, 0.45);
        for (x, y, wide, tint) in [
            (-125.0, -40.0, 250.0, ink.main.darker(0.2)),
            (-105.0, -78.0, 215.0, Tint::CREAM.darker(0.06)),
            (-115.0, -112.0, 200.0, ink.accent.darker(0.05)),
        ] {
            art.soft(block(x, y, wide, 38.0, 6.0), tint);
            art.fill(
                block(x + 24.0, y + 4.0, 9.0, 30.0, 2.0),
                Tint::CREAM.clear(0.55),
            );
        }
    });
}

fn on_bench(art: &mut Canvas, motif: Motif, ink: &Colours) {
    picture(art, ink, (100.0, 110.0));
    floor(art, ink, 860.0);
    for x in [120.0, 830.0] {
        art.round(block(x, 740.0, 46.0, 210.0, 6.0), Tint::WOOD.darker(0.2));
    }
    art.shadow(500.0, 940.0, 480.0, 40.0, 0.3);
    art.fill(
        block(60.0, 700.0, 880.0, 50.0, 10.0),
        Fill::Down(&[Tint::WOOD.lighter(0.2), Tint::WOOD]),
    );
    art.soft(block(60.0, 738.0, 880.0, 34.0, 8.0), Tint::WOOD.darker(0.2));

    books(art, ink, (790.0, 722.0));
    stand(art, motif, ink, (380.0, 730.0), 0.8);
}

fn floor(art: &mut Canvas, ink: &Colours, top: f32) {
    let boards = Tint::WOOD.mix(ink.ground, 0.35);
    art.ground(
        0.0,
        top - 36.0,
        1000.0,
        36.0,
        Fill::Flat(ink.ground.lighter(0.5)),
    );
    art.ground(0.0, top - 4.0, 1000.0, 4.0, Fill::Flat(boards.darker(0.35)));
    art.ground(
        0.0,
        top,
        1000.0,
        1000.0 - top,
        Fill::Down(&[boards.darker(0.12), boards.lighter(0.12)]),
    );
}

fn on_floor(art: &mut Canvas, motif: Motif, ink: &Colours) {
    picture(art, ink, (110.0, 130.0));
    floor(art, ink, 760.0);
    let rug = ink.accent.mix(Tint::CREAM, 0.45);
    art.fill(oval(500.0, 892.0, 440.0, 84.0), rug);
    art.line(oval(500.0, 892.0, 400.0, 70.0), 5.0, ink.main.clear(0.5));
    stand(art, Motif::Plant, &ink.swapped(), (842.0, 820.0), 0.78);
    stand(art, motif, ink, (470.0, 900.0), 0.95);
}

fn on_wall(art: &mut Canvas, motif: Motif, ink: &Colours) {
    rail(art);
    floor(art, ink, 900.0);
    stand(art, Motif::Plant, &ink.swapped(), (850.0, 950.0), 0.75);
    stand(art, motif, ink, (420.0, 796.0), 0.92);
}

fn rail(art: &mut Canvas) {
    let board = block(60.0, 160.0, 880.0, 46.0, 10.0);
    art.cast(board, 0.25);
    art.soft(board, Tint::WOOD);
    for x in [190.0, 421.0, 640.0, 860.0] {
        art.shadow(x + 8.0, 200.0, 26.0, 30.0, 0.3);
        art.ball(disc(x, 184.0, 17.0), Tint::WOOD.lighter(0.15));
    }
}
