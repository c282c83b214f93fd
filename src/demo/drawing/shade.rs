//! Light and shadow: what makes a flat figure look solid. The light comes from the upper left.

use super::canvas::{Canvas, Fill};
use super::shape::{Shape, oval};
use super::tint::Tint;

impl Canvas {
    /// Fills a figure as if it were turned on a wheel: bright on the left, dark on the right,
    /// and a little light thrown back at its right edge.
    pub fn round(&mut self, shape: impl Into<Shape>, tint: Tint) {
        let stops = [
            tint.darker(0.12),
            tint.lighter(0.16),
            tint.lighter(0.06),
            tint,
            tint.darker(0.14),
            tint.darker(0.28),
            tint.darker(0.22),
        ];
        self.fill(shape, Fill::Across(&stops));
    }

    /// Fills a figure as if it were soft or bent a little: brighter towards the light.
    pub fn soft(&mut self, shape: impl Into<Shape>, tint: Tint) {
        let stops = [tint.lighter(0.16), tint, tint.darker(0.17)];
        self.fill(shape, Fill::Slant(&stops));
    }

    /// Fills a figure as a ball or a cone is lit.
    pub fn ball(&mut self, shape: impl Into<Shape>, tint: Tint) {
        let stops = [tint.lighter(0.18), tint, tint.darker(0.22)];
        self.fill(shape, Fill::Glow(&stops));
    }

    /// A soft dark ellipse: what a standing thing leaves on the ground. `depth` is its opacity in the middle.
    pub fn shadow(&mut self, x: f32, y: f32, rx: f32, ry: f32, depth: f32) {
        self.glow(x, y, rx, ry, Tint::SHADE.clear(depth));
    }

    /// A shadow that is nearly even and ends at its rim: right under what stands.
    pub fn pool(&mut self, x: f32, y: f32, rx: f32, ry: f32, depth: f32) {
        let stops = [1.0, 0.98, 0.92, 0.8, 0.45, 0.0];
        let tints = stops.map(|share| Tint::SHADE.clear(share * depth));
        self.fill(oval(x, y, rx, ry), Fill::Glow(&tints));
    }

    /// A soft ellipse of light (or of anything), fading to nothing at its edge.
    pub fn glow(&mut self, x: f32, y: f32, rx: f32, ry: f32, tint: Tint) {
        // Close to a bell curve, which is how blurred edges fall off.
        let stops = [1.0, 0.84, 0.5, 0.2, 0.05, 0.0];
        let middle = tint.clear(1.0);
        let depth = opacity(tint);
        let tints = stops.map(|share| middle.clear(share * depth));
        self.fill(oval(x, y, rx, ry), Fill::Glow(&tints));
    }

    /// The soft shadow of a thing that hangs on a wall or lies on a table: its own figure, widened in steps.
    pub fn cast(&mut self, shape: impl Into<Shape>, depth: f32) {
        let shape = shape.into();
        let veil = Tint::SHADE.clear(depth / 9.0);
        self.within(tiny_skia::Transform::from_translate(12.0, 20.0), |art| {
            art.fill(shape, veil);
            for width in [4.0, 9.0, 15.0, 22.0, 30.0, 39.0, 49.0, 60.0] {
                art.line(shape, width, veil);
            }
        });
    }

    /// A streak of light along a line, brightest in its middle.
    pub fn gleam(&mut self, shape: impl Into<Shape>, width: f32, strength: f32) {
        let edge = Tint::WHITE.clear(0.0);
        let stops = [
            edge,
            Tint::WHITE.clear(strength),
            Tint::WHITE.clear(strength),
            edge,
        ];
        self.line(shape, width, Fill::Down(&stops));
    }
}

fn opacity(tint: Tint) -> f32 {
    tiny_skia::Color::from(tint).alpha()
}
