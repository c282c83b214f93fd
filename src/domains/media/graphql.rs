//! Pictures in the schema.

use super::Picture;
use super::renditions::{Format, Region, Rendition, Wish};
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid::gid;
use crate::graphql::links::Links;
use crate::graphql::ready::{Holds, Table, text, text_or_null, value};
use crate::graphql::scalars::Url;
use async_graphql::{Context, Enum, Error, ID, InputObject, Object, Result};

/// A picture.
#[derive(Debug, Clone)]
pub struct Image(pub Picture);

/// Which part of a picture stays when the rest is cut off.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Region")]
pub enum CropRegion {
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

/// How a picture is written.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Format")]
pub enum ImageContentType {
    /// JPEG: small, without transparency.
    Jpg,
    /// PNG: exact, with transparency.
    Png,
    /// WebP: exact, with transparency.
    Webp,
}

/// How large a picture should be, and how it should be written.
///
/// A picture is never enlarged. Its sides are rounded up to one of a dozen sizes, so that what one visitor had made
/// serves the next.
#[derive(InputObject, Debug, Clone, Copy)]
pub struct ImageTransformInput {
    /// Cut off what does not fit in `maxWidth` by `maxHeight`, and keep this part. Without both of them nothing is cut.
    pub crop: Option<CropRegion>,
    /// Width that the picture should fit in, in pixels: 1 to 5760.
    pub max_width: Option<i32>,
    /// Height that the picture should fit in, in pixels: 1 to 5760.
    pub max_height: Option<i32>,
    /// How the picture should be written; JPEG unless something else is asked for.
    pub preferred_content_type: Option<ImageContentType>,
    /// Pixels of the picture for each of `maxWidth` and `maxHeight`, for dense screens: 1 to 3.
    #[graphql(default_with = "Some(1)")]
    pub scale: Option<i32>,
}

/// A picture.
#[Object]
impl Image {
    /// Global id.
    async fn id(&self) -> Option<ID> {
        Some(gid("ProductImage", self.0.id))
    }

    /// What the picture shows, for those who do not see it.
    async fn alt_text(&self) -> Option<&str> {
        self.0.alt.as_deref()
    }

    /// Width of the original, in pixels.
    async fn width(&self) -> Option<i32> {
        Some(self.0.width)
    }

    /// Height of the original, in pixels.
    async fn height(&self) -> Option<i32> {
        Some(self.0.height)
    }

    /// Where the picture is found; the original without `transform`.
    async fn url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How large the picture should be, and how it should be written.")]
        transform: Option<ImageTransformInput>,
    ) -> Result<Url> {
        self.address(ctx.data::<Links>()?, transform)
    }

    /// Where the original is found.
    #[graphql(deprecation = "Use `url` instead.")]
    async fn original_src(&self, ctx: &Context<'_>) -> Result<Url> {
        self.address(ctx.data::<Links>()?, None)
    }

    /// Where the original is found.
    #[graphql(deprecation = "Use `url` instead.")]
    async fn src(&self, ctx: &Context<'_>) -> Result<Url> {
        self.address(ctx.data::<Links>()?, None)
    }

    /// Where the picture is found in another size.
    #[graphql(deprecation = "Use `url(transform:)` instead.")]
    async fn transformed_src(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Cut off what does not fit, and keep this part.")] crop: Option<
            CropRegion,
        >,
        #[graphql(desc = "Width to fit in, in pixels: 1 to 5760.")] max_width: Option<i32>,
        #[graphql(desc = "Height to fit in, in pixels: 1 to 5760.")] max_height: Option<i32>,
        #[graphql(desc = "How the picture should be written.")] preferred_content_type: Option<
            ImageContentType,
        >,
        #[graphql(
            desc = "Pixels for each of `maxWidth` and `maxHeight`: 1 to 3.",
            default_with = "Some(1)"
        )]
        scale: Option<i32>,
    ) -> Result<Url> {
        let transform = ImageTransformInput {
            crop,
            max_width,
            max_height,
            preferred_content_type,
            scale,
        };
        self.address(ctx.data::<Links>()?, Some(transform))
    }
}

impl Image {
    fn address(&self, links: &Links, transform: Option<ImageTransformInput>) -> Result<Url> {
        let rendition = match transform {
            None => Rendition::original(Format::Jpg),
            Some(transform) => Rendition::for_wish(transform.wish()?, self.0.pixels()),
        };
        let path = format!("{}/{}", self.0.file_id, rendition.segment());
        Ok(Url(links.media(&path)))
    }
}

impl Holds for Image {
    const FIELDS: Table<Self> = &[
        ("id", |image, _| text(gid("ProductImage", image.0.id).0)),
        ("altText", |image, _| text_or_null(image.0.alt.as_deref())),
        ("width", |image, _| value(&image.0.width)),
        ("height", |image, _| value(&image.0.height)),
        ("url", |image, asked| {
            let transform = asked.argument("transform")?;
            text(image.address(asked.data::<Links>()?, transform)?.0)
        }),
        ("originalSrc", |image, asked| {
            text(image.address(asked.data::<Links>()?, None)?.0)
        }),
        ("src", |image, asked| {
            text(image.address(asked.data::<Links>()?, None)?.0)
        }),
        ("transformedSrc", |image, asked| {
            let transform = ImageTransformInput {
                crop: asked.argument("crop")?,
                max_width: asked.argument("maxWidth")?,
                max_height: asked.argument("maxHeight")?,
                preferred_content_type: asked.argument("preferredContentType")?,
                scale: asked.argument("scale")?,
            };
            text(image.address(asked.data::<Links>()?, Some(transform))?.0)
        }),
    ];
}

/// Sides of a box that may be asked for, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 1..=5760;
/// Densities of screens.
const SCALES: std::ops::RangeInclusive<u32> = 1..=3;

impl ImageTransformInput {
    /// What is asked for, in pixels of the screen.
    fn wish(self) -> Result<Wish> {
        let scale = self.scale.unwrap_or(1);
        let scale = within(scale, &SCALES).ok_or_else(|| refused("scale", scale, &SCALES))?;
        let side = |name, side: Option<i32>| {
            side.map(|side| within(side, &SIDES).ok_or_else(|| refused(name, side, &SIDES)))
                .transpose()
        };
        Ok(Wish {
            max_width: side("maxWidth", self.max_width)?.map(|side| side.saturating_mul(scale)),
            max_height: side("maxHeight", self.max_height)?.map(|side| side.saturating_mul(scale)),
            crop: self.crop.map(Region::from),
            format: self
                .preferred_content_type
                .map_or(Format::Jpg, Format::from),
        })
    }
}

fn within(number: i32, bounds: &std::ops::RangeInclusive<u32>) -> Option<u32> {
    u32::try_from(number)
        .ok()
        .filter(|number| bounds.contains(number))
}

fn refused(name: &str, number: i32, bounds: &std::ops::RangeInclusive<u32>) -> Error {
    let (least, most) = (bounds.start(), bounds.end());
    client_error(
        ErrorCode::BadUserInput,
        format!("`{name}` may be {least} to {most}, not {number}."),
    )
}
