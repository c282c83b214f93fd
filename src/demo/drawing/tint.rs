//! Colours and the few sums on them that shading needs.

use tiny_skia::Color;

/// A colour: red, green, blue and opacity, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tint {
    red: f32,
    green: f32,
    blue: f32,
    opacity: f32,
}

impl Tint {
    /// Warm white: where the light falls.
    pub const WHITE: Self = Self::new(1.0, 0.985, 0.955);
    /// A violet near black: where the light does not reach. Pure black would look dirty.
    pub const SHADE: Self = Self::new(0.13, 0.09, 0.17);
    /// Paper, wax, unbleached cloth.
    pub const CREAM: Self = Self::new(0.965, 0.93, 0.865);
    /// Oak.
    pub const WOOD: Self = Self::new(0.77, 0.58, 0.41);
    /// Brass fittings.
    pub const BRASS: Self = Self::new(0.85, 0.69, 0.41);
    /// Leaves.
    pub const LEAF: Self = Self::new(0.33, 0.52, 0.36);
    /// Lamp and candle light.
    pub const FLAME: Self = Self::new(1.0, 0.83, 0.47);

    /// An opaque colour.
    pub const fn new(red: f32, green: f32, blue: f32) -> Self {
        Self {
            red,
            green,
            blue,
            opacity: 1.0,
        }
    }

    /// Reads `#rrggbb`; what is not that is black.
    pub fn hex(text: &str) -> Self {
        let digits = text.trim_start_matches('#');
        let [_, red, green, blue] = u32::from_str_radix(digits, 16)
            .unwrap_or_default()
            .to_be_bytes();
        let part = |byte: u8| f32::from(byte) / 255.0;
        Self::new(part(red), part(green), part(blue))
    }

    /// This colour with `share` (0 to 1) of the other in it.
    pub fn mix(self, other: Self, share: f32) -> Self {
        let between = |from: f32, to: f32| from + (to - from) * share;
        Self {
            red: between(self.red, other.red),
            green: between(self.green, other.green),
            blue: between(self.blue, other.blue),
            opacity: between(self.opacity, other.opacity),
        }
    }

    /// Nearer to the light by `share`.
    pub fn lighter(self, share: f32) -> Self {
        self.mix(Self::WHITE.clear(self.opacity), share)
    }

    /// Deeper in the shade by `share`.
    pub fn darker(self, share: f32) -> Self {
        self.mix(Self::SHADE.clear(self.opacity), share)
    }

    /// The same colour at this opacity.
    pub fn clear(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }

    /// How bright it looks, from 0 to 1.
    pub fn brightness(self) -> f32 {
        0.30 * self.red + 0.59 * self.green + 0.11 * self.blue
    }
}

impl From<Tint> for Color {
    fn from(tint: Tint) -> Self {
        let part = |value: f32| value.clamp(0.0, 1.0);
        Self::from_rgba(
            part(tint.red),
            part(tint.green),
            part(tint.blue),
            part(tint.opacity),
        )
        .unwrap_or(Self::BLACK)
    }
}
