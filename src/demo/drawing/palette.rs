//! The colours products come in.

use serde::Deserialize;

use super::tint::Tint;

/// A set of colours that go together: the thing's own, one beside it, and the ground behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Palette {
    /// Fired clay.
    Clay,
    /// Dry sand.
    Sand,
    /// Grey green.
    Sage,
    /// Deep green.
    Forest,
    /// Deep blue.
    Ocean,
    /// Light blue.
    Sky,
    /// Dark violet.
    Plum,
    /// Dusty pink.
    Rose,
    /// Warm yellow.
    Mustard,
    /// Dark grey.
    Charcoal,
    /// Off white.
    Ivory,
    /// Blue green.
    Teal,
    /// Dark red.
    Berry,
    /// The metal.
    Copper,
    /// Light green.
    Mint,
    /// Blue black.
    Ink,
}

/// The colours one picture is drawn with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colours {
    /// The thing's own colour.
    pub main: Tint,
    /// What is beside it: fittings, pattern, companions.
    pub accent: Tint,
    /// The light tone behind it.
    pub ground: Tint,
}

impl Colours {
    /// The same set for a companion: its own and the accent colour changed places.
    pub fn swapped(self) -> Self {
        Self {
            main: self.accent,
            accent: self.main,
            ..self
        }
    }

    /// The same set, its own colour nearer to the ground: for what stands behind.
    pub fn faded(self, share: f32) -> Self {
        Self {
            main: self.main.mix(self.ground, share),
            accent: self.accent.mix(self.ground, share),
            ..self
        }
    }
}

impl Palette {
    /// Every palette, in the order of their declaration.
    pub const ALL: [Self; 16] = [
        Self::Clay,
        Self::Sand,
        Self::Sage,
        Self::Forest,
        Self::Ocean,
        Self::Sky,
        Self::Plum,
        Self::Rose,
        Self::Mustard,
        Self::Charcoal,
        Self::Ivory,
        Self::Teal,
        Self::Berry,
        Self::Copper,
        Self::Mint,
        Self::Ink,
    ];

    /// The name it has in data files.
    pub fn name(self) -> &'static str {
        self.entry().0
    }

    /// The thing's own colour as `#rrggbb`.
    pub fn swatch(self) -> &'static str {
        self.entry().1
    }

    /// The colour that somebody would call it, as the handle of a choice of the attribute `color`.
    pub fn family(self) -> &'static str {
        match self {
            Self::Clay => "terracotta",
            Self::Sand => "beige",
            Self::Sage | Self::Forest | Self::Mint => "green",
            Self::Ocean | Self::Sky | Self::Ink => "blue",
            Self::Plum => "purple",
            Self::Rose => "pink",
            Self::Mustard => "yellow",
            Self::Charcoal => "black",
            Self::Ivory => "white",
            Self::Teal => "turquoise",
            Self::Berry => "red",
            Self::Copper => "brown",
        }
    }

    /// The colours to draw with.
    pub(super) fn colours(self) -> Colours {
        let (_, main, accent, ground) = self.entry();
        Colours {
            main: Tint::hex(main),
            accent: Tint::hex(accent),
            ground: Tint::hex(ground),
        }
    }

    /// Name, main colour, accent and ground.
    fn entry(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Clay => ("clay", "#c4694a", "#ecc39b", "#f5e6da"),
            Self::Sand => ("sand", "#d8b685", "#8d6b4c", "#f6efe2"),
            Self::Sage => ("sage", "#9aae86", "#ead9bb", "#edf1e4"),
            Self::Forest => ("forest", "#2f5f48", "#dcb46c", "#e4eee5"),
            Self::Ocean => ("ocean", "#1f608c", "#f1b67e", "#e0edf5"),
            Self::Sky => ("sky", "#7ab5dc", "#f4cc86", "#e8f3fa"),
            Self::Plum => ("plum", "#6f3c72", "#e8b5a4", "#f2e6f0"),
            Self::Rose => ("rose", "#dd8993", "#86505f", "#faeae8"),
            Self::Mustard => ("mustard", "#daa12c", "#3f5c5e", "#f9f0d8"),
            Self::Charcoal => ("charcoal", "#474c55", "#d9a26c", "#e8e9eb"),
            Self::Ivory => ("ivory", "#ede4d2", "#b88d60", "#ccd6d3"),
            Self::Teal => ("teal", "#1f8986", "#f4c8a0", "#def0ee"),
            Self::Berry => ("berry", "#a73056", "#f2c2b0", "#f8e4e9"),
            Self::Copper => ("copper", "#b8713a", "#35515a", "#e2ebee"),
            Self::Mint => ("mint", "#8dceb2", "#e98f75", "#e8f5ee"),
            Self::Ink => ("ink", "#27314f", "#cba56e", "#e5e8f0"),
        }
    }
}
