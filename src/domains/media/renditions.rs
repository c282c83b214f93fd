//! Which renditions there are of a file, and how each is called.
//!
//! An address ends in `original.jpg`, `640w.jpg` (as wide as that, the height follows) or `640x384-center.jpg` (as large as
//! that, what does not fit is cut off). Sides come from [`SIDES`], so there are at most 2,199 names for a file, and an
//! ordinary shop uses a dozen.

use std::fmt;

/// Sides of renditions, in pixels. What is asked for is rounded up to one of them, never above the original.
const SIDES: [u32; 12] = [64, 96, 128, 192, 256, 384, 512, 640, 768, 960, 1200, 1600];

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Small, without transparency.
    Jpg,
    /// Exact, with transparency.
    Png,
    /// Exact, with transparency, smaller than PNG.
    Webp,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Jpg, Self::Png, Self::Webp];

    /// The ending of names.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The format of a media type, if it is one of ours.
    #[must_use]
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|format| format.content_type() == content_type)
    }

    fn from_ending(ending: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|format| format.ending() == ending)
    }
}

/// Which part of a picture stays when the rest is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Region {
    /// The lower part.
    Bottom,
    /// The middle.
    Center,
    /// The left part.
    Left,
    /// The right part.
    Right,
    /// The upper part.
    Top,
}

impl Region {
    /// Every region.
    pub const ALL: [Self; 5] = [
        Self::Bottom,
        Self::Center,
        Self::Left,
        Self::Right,
        Self::Top,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Bottom => "bottom",
            Self::Center => "center",
            Self::Left => "left",
            Self::Right => "right",
            Self::Top => "top",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.name() == name)
    }
}

/// How large a rendition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// As large as the original.
    Original,
    /// As wide as this; the height follows.
    Width(u32),
    /// As large as this; what does not fit is cut off.
    Cropped {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// What stays.
        region: Region,
    },
}

/// One of the pictures that there are of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rendition {
    /// How large it is.
    pub size: Size,
    /// How it is written.
    pub format: Format,
}

/// What somebody would like: a box that the picture should fit in, or fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Pixels.
    pub max_width: Option<u32>,
    /// Pixels.
    pub max_height: Option<u32>,
    /// Fill the box and cut off the rest; without both sides of a box there is nothing to cut.
    pub crop: Option<Region>,
    /// How it is written.
    pub format: Format,
}

impl Rendition {
    /// The whole picture in its own size.
    #[must_use]
    pub const fn original(format: Format) -> Self {
        Self {
            size: Size::Original,
            format,
        }
    }

    /// The rendition that serves `wish` best for an original of `pixels` (width and height): the smallest that is not
    /// smaller than asked for. A cropped one keeps the proportions of the box as nearly as the set of sides allows.
    #[must_use]
    pub fn for_wish(wish: Wish, pixels: (u32, u32)) -> Self {
        let size = match (wish.crop, wish.max_width, wish.max_height) {
            (Some(region), Some(width), Some(height)) => {
                cropped((width, height), region, pixels).unwrap_or(Size::Original)
            }
            (_, None, None) => Size::Original,
            (_, width, height) => fitting(width, height, pixels),
        };
        Self {
            size,
            format: wish.format,
        }
    }

    /// Reads the last part of an address; `None` unless a [`Rendition::segment`] could have written it.
    #[must_use]
    pub fn parse(segment: &str) -> Option<Self> {
        let (name, ending) = segment.split_once('.')?;
        let rendition = Self {
            size: parse_size(name)?,
            format: Format::from_ending(ending)?,
        };
        // One name for each: what is the same picture must not be kept twice.
        (rendition.segment() == segment).then_some(rendition)
    }

    /// The last part of its address, which looks like the name of a file.
    #[must_use]
    pub fn segment(self) -> String {
        format!("{}.{}", self.size, self.format.ending())
    }

    /// Whether an original of `pixels` (width and height) has this rendition: all but those that would enlarge it.
    #[must_use]
    pub const fn is_of(self, pixels: (u32, u32)) -> bool {
        match self.size {
            Size::Original => true,
            Size::Width(width) => width < pixels.0,
            Size::Cropped { width, height, .. } => width <= pixels.0 && height <= pixels.1,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Width(width) => write!(f, "{width}w"),
            Self::Cropped {
                width,
                height,
                region,
            } => {
                write!(f, "{width}x{height}-{}", region.name())
            }
        }
    }
}

fn parse_size(name: &str) -> Option<Size> {
    if name == "original" {
        return Some(Size::Original);
    }
    if let Some(width) = name.strip_suffix('w') {
        return Some(Size::Width(parse_side(width)?));
    }
    let (sides, region) = name.split_once('-')?;
    let (width, height) = sides.split_once('x')?;
    let (width, height) = (parse_side(width)?, parse_side(height)?);
    Some(Size::Cropped {
        width,
        height,
        region: Region::from_name(region)?,
    })
}

fn parse_side(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|side| SIDES.contains(side))
}

/// The whole picture, not smaller than the largest that fits in the box.
fn fitting(width: Option<u32>, height: Option<u32>, pixels: (u32, u32)) -> Size {
    let by_height = height.map_or(u32::MAX, |height| scaled(height, pixels.0, pixels.1));
    let wanted = width.unwrap_or(u32::MAX).min(by_height);
    let side = SIDES.into_iter().find(|side| *side >= wanted);
    side.filter(|side| *side < pixels.0)
        .map_or(Size::Original, Size::Width)
}

/// A part of the picture that fills the box, or a smaller box of nearly the same proportions where the picture is too
/// small; `None` for a picture smaller than the smallest side.
fn cropped(wanted: (u32, u32), region: Region, pixels: (u32, u32)) -> Option<Size> {
    let within = shrunk(wanted, pixels);
    // A side that must be rounded down takes the other with it.
    let possible = (
        side_within(within.0, pixels.0)?,
        side_within(within.1, pixels.1)?,
    );
    let (width, height) = shrunk(within, possible);
    let (width, height) = (
        side_within(width, pixels.0)?,
        side_within(height, pixels.1)?,
    );
    Some(Size::Cropped {
        width,
        height,
        region,
    })
}

/// The largest box of the same proportions that is within `most`; boxes are not enlarged.
fn shrunk((mut width, mut height): (u32, u32), most: (u32, u32)) -> (u32, u32) {
    if width > most.0 {
        (width, height) = (most.0, scaled(height, most.0, width));
    }
    if height > most.1 {
        (width, height) = (scaled(width, most.1, height), most.1);
    }
    (width, height)
}

/// The smallest side that is not below `wanted`, else the largest that is not above `most`.
fn side_within(wanted: u32, most: u32) -> Option<u32> {
    let mut possible = SIDES.into_iter().filter(|side| *side <= most);
    possible
        .clone()
        .find(|side| *side >= wanted)
        .or_else(|| possible.next_back())
}

/// `length * numerator / denominator`, at least 1.
pub(super) fn scaled(length: u32, numerator: u32, denominator: u32) -> u32 {
    let product = u64::from(length).saturating_mul(u64::from(numerator));
    let scaled = product.checked_div(u64::from(denominator)).unwrap_or(1);
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}
