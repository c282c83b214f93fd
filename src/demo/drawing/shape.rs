//! What can be filled or followed with a line.

use tiny_skia::{Path, PathBuilder, Rect};

/// How far a Bézier handle reaches to draw a quarter of a circle of radius 1.
const QUARTER: f32 = 0.552_285;

/// A figure, in the units of the frame it is drawn in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// Steps in SVG's path language: absolute `M`, `L`, `Q`, `C` and `Z`, parted by spaces.
    Outline(&'static str),
    /// An ellipse: centre and the two radii.
    Oval { x: f32, y: f32, rx: f32, ry: f32 },
    /// A rectangle with rounded corners: top left corner and size.
    Block {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        corner: f32,
    },
}

impl From<&'static str> for Shape {
    fn from(steps: &'static str) -> Self {
        Self::Outline(steps)
    }
}

/// An ellipse around a centre.
pub(super) fn oval(x: f32, y: f32, rx: f32, ry: f32) -> Shape {
    Shape::Oval { x, y, rx, ry }
}

/// A circle around a centre.
pub(super) fn disc(x: f32, y: f32, radius: f32) -> Shape {
    oval(x, y, radius, radius)
}

/// A rectangle by its top left corner and size, its corners rounded.
pub(super) fn block(x: f32, y: f32, width: f32, height: f32, corner: f32) -> Shape {
    Shape::Block {
        x,
        y,
        width,
        height,
        corner,
    }
}

impl Shape {
    /// The path of this figure; nothing where it has no extent or cannot be read.
    pub fn path(self) -> Option<Path> {
        match self {
            Self::Outline(steps) => read(steps),
            Self::Oval { x, y, rx, ry } => {
                PathBuilder::from_oval(Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry)?)
            }
            Self::Block {
                x,
                y,
                width,
                height,
                corner,
            } => rounded(Rect::from_xywh(x, y, width, height)?, corner),
        }
    }
}

fn rounded(rect: Rect, corner: f32) -> Option<Path> {
    let (left, top, right, bottom) = (rect.left(), rect.top(), rect.right(), rect.bottom());
    let r = corner.min(rect.width() / 2.0).min(rect.height() / 2.0);
    let h = r - r * QUARTER;
    let mut path = PathBuilder::new();
    path.move_to(left + r, top);
    path.line_to(right - r, top);
    path.cubic_to(right - h, top, right, top + h, right, top + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - h, right - h, bottom, right - r, bottom);
    path.line_to(left + r, bottom);
    path.cubic_to(left + h, bottom, left, bottom - h, left, bottom - r);
    path.line_to(left, top + r);
    path.cubic_to(left, top + h, left + h, top, left + r, top);
    path.close();
    path.finish()
}

fn read(steps: &str) -> Option<Path> {
    let mut path = PathBuilder::new();
    let mut words = steps.split_whitespace();
    while let Some(word) = words.next() {
        step(&mut path, word, &mut words)?;
    }
    path.finish()
}

fn step<'a>(
    path: &mut PathBuilder,
    letter: &str,
    words: &mut impl Iterator<Item = &'a str>,
) -> Option<()> {
    match letter {
        "M" => numbers(words).map(|[x, y]| path.move_to(x, y)),
        "L" => numbers(words).map(|[x, y]| path.line_to(x, y)),
        "Q" => numbers(words).map(|[a, b, x, y]| path.quad_to(a, b, x, y)),
        "C" => numbers(words).map(|[a, b, c, d, x, y]| path.cubic_to(a, b, c, d, x, y)),
        "Z" => {
            path.close();
            Some(())
        }
        _ => None,
    }
}

fn numbers<'a, const N: usize>(words: &mut impl Iterator<Item = &'a str>) -> Option<[f32; N]> {
    let mut found = [0.0; N];
    for number in &mut found {
        *number = words.next()?.parse().ok()?;
    }
    Some(found)
}
