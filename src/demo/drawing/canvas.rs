//! The surface pictures are drawn on, in units that do not depend on its size in pixels.

use tiny_skia::{
    FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, Pixmap, Point,
    RadialGradient, Rect, Shader, SpreadMode, Stroke, StrokeDash, Transform,
};

use super::DrawError;
use super::shape::Shape;
use super::tint::Tint;

/// What a figure is filled with. Gradients span the figure's own bounds, their colours evenly spread.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fill<'a> {
    /// One colour.
    Flat(Tint),
    /// From left to right.
    Across(&'a [Tint]),
    /// From top to bottom.
    Down(&'a [Tint]),
    /// From the top left to the bottom right corner.
    Slant(&'a [Tint]),
    /// From the middle to the edge.
    Glow(&'a [Tint]),
}

impl From<Tint> for Fill<'_> {
    fn from(tint: Tint) -> Self {
        Self::Flat(tint)
    }
}

/// A picture in the making.
pub(super) struct Canvas {
    pixels: Pixmap,
    frame: Transform,
    fault: Option<DrawError>,
}

impl Canvas {
    /// An empty picture of that many pixels; its width is `units` units.
    pub fn new(width: u16, height: u16, units: f32) -> Result<Self, DrawError> {
        let pixels = Pixmap::new(width.into(), height.into())
            .ok_or(DrawError::Size(u32::from(width.min(height))))?;
        let scale = f32::from(width) / units;
        Ok(Self {
            pixels,
            frame: Transform::from_scale(scale, scale),
            fault: None,
        })
    }

    /// The finished picture, or the first thing that went wrong on the way.
    pub fn finish(self) -> Result<Pixmap, DrawError> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.pixels),
        }
    }

    /// Draws in a frame of its own: `place` says where that frame lies in this one.
    pub fn within(&mut self, place: Transform, draw: impl FnOnce(&mut Self)) {
        let outer = self.frame;
        self.frame = outer.pre_concat(place);
        draw(self);
        self.frame = outer;
    }

    /// The same drawing again, mirrored left to right.
    pub fn mirrored(&mut self, mut draw: impl FnMut(&mut Self)) {
        draw(self);
        self.within(Transform::from_scale(-1.0, 1.0), draw);
    }

    /// Fills a rectangle without smoothing its edges: for grounds, which are large.
    pub fn ground(&mut self, x: f32, y: f32, width: f32, height: f32, fill: Fill<'_>) {
        let Some(rect) = Rect::from_xywh(x, y, width, height) else {
            return;
        };
        let paint = paint(fill, rect);
        self.pixels.fill_rect(rect, &paint, self.frame, None);
    }

    /// Fills a figure.
    pub fn fill<'a>(&mut self, shape: impl Into<Shape>, fill: impl Into<Fill<'a>>) {
        if let Some(path) = self.path(shape.into()) {
            let paint = paint(fill.into(), path.bounds());
            self.pixels
                .fill_path(&path, &paint, FillRule::Winding, self.frame, None);
        }
    }

    /// Follows a figure with a line that wide, its ends round.
    pub fn line<'a>(&mut self, shape: impl Into<Shape>, width: f32, fill: impl Into<Fill<'a>>) {
        self.stroke(shape.into(), width, fill.into(), None);
    }

    /// Follows a figure with a seam of short stitches.
    pub fn stitch(&mut self, shape: impl Into<Shape>, tint: Tint) {
        let dashes = StrokeDash::new(vec![11.0, 10.0], 0.0);
        self.stroke(shape.into(), 3.5, tint.into(), dashes);
    }

    fn stroke(&mut self, shape: Shape, width: f32, fill: Fill<'_>, dash: Option<StrokeDash>) {
        let Some(path) = self.path(shape) else { return };
        let stroke = Stroke {
            width,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            dash,
            ..Stroke::default()
        };
        let paint = paint(fill, path.bounds());
        self.pixels
            .stroke_path(&path, &paint, &stroke, self.frame, None);
    }

    fn path(&mut self, shape: Shape) -> Option<Path> {
        let path = shape.path();
        if path.is_none() && self.fault.is_none() {
            self.fault = Some(DrawError::Shape(format!("{shape:?}")));
        }
        path
    }
}

fn paint(fill: Fill<'_>, bounds: Rect) -> Paint<'static> {
    Paint {
        shader: shader(fill, bounds).unwrap_or(Shader::SolidColor(first(fill).into())),
        anti_alias: true,
        ..Paint::default()
    }
}

/// What stands in where bounds are too flat for a gradient.
fn first(fill: Fill<'_>) -> Tint {
    match fill {
        Fill::Flat(tint) => tint,
        Fill::Across(tints) | Fill::Down(tints) | Fill::Slant(tints) | Fill::Glow(tints) => {
            tints.first().copied().unwrap_or(Tint::SHADE)
        }
    }
}

fn shader(fill: Fill<'_>, bounds: Rect) -> Option<Shader<'static>> {
    let corner = Point::from_xy(bounds.left(), bounds.top());
    let right = Point::from_xy(bounds.right(), bounds.top());
    let below = Point::from_xy(bounds.left(), bounds.bottom());
    let opposite = Point::from_xy(bounds.right(), bounds.bottom());
    match fill {
        Fill::Flat(tint) => Some(Shader::SolidColor(tint.into())),
        Fill::Across(tints) => linear(corner, right, tints),
        Fill::Down(tints) => linear(corner, below, tints),
        Fill::Slant(tints) => linear(corner, opposite, tints),
        Fill::Glow(tints) => radial(bounds, tints),
    }
}

fn linear(from: Point, to: Point, tints: &[Tint]) -> Option<Shader<'static>> {
    let place = Transform::identity();
    LinearGradient::new(from, to, stops(tints), SpreadMode::Pad, place)
}

fn radial(bounds: Rect, tints: &[Tint]) -> Option<Shader<'static>> {
    let (rx, ry) = (bounds.width() / 2.0, bounds.height() / 2.0);
    let place = Transform::from_row(rx, 0.0, 0.0, ry, bounds.left() + rx, bounds.top() + ry);
    let middle = Point::zero();
    RadialGradient::new(
        middle,
        0.0,
        middle,
        1.0,
        stops(tints),
        SpreadMode::Pad,
        place,
    )
}

fn stops(tints: &[Tint]) -> Vec<GradientStop> {
    let gaps = u16::try_from(tints.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let gap = 1.0 / f32::from(gaps.max(1));
    (0_u16..)
        .zip(tints)
        .map(|(place, &tint)| GradientStop::new(f32::from(place) * gap, tint.into()))
        .collect()
}
