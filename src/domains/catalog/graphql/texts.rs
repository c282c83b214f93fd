//! The texts of a product: its card carries them where a list is asked for them, and otherwise a loader has them.

use crate::domains::listing::loaders::TextsOf;
use crate::domains::listing::{Card, CardTexts, Extent};
use crate::graphql::batch::Loader;
use crate::graphql::ready::{Asked, Stop};
use crate::graphql::seo::Seo;
use async_graphql::{Context, Result};
use std::ops::Deref;
use std::sync::Arc;

/// The fields of a product that show its texts.
const FIELDS: [&str; 5] = [
    "description",
    "descriptionHtml",
    "productType",
    "seo",
    "tags",
];

/// How much of each product is read for the list that is being resolved: all, when texts of its products are selected.
#[must_use]
pub fn extent(ctx: &Context<'_>) -> Extent {
    let list = ctx.look_ahead();
    let products = [list.field("nodes"), list.field("edges").field("node")];
    let selected = |field| products.iter().any(|it| it.field(field).exists());
    match FIELDS.into_iter().any(selected) {
        true => Extent::Whole,
        false => Extent::Slim,
    }
}

/// The texts of a product.
pub enum Texts<'c> {
    /// Its card carries them.
    Carried(&'c CardTexts),
    /// They were read for it alone.
    Read(Arc<CardTexts>),
}

impl Deref for Texts<'_> {
    type Target = CardTexts;

    fn deref(&self) -> &CardTexts {
        match self {
            Self::Carried(texts) => texts,
            Self::Read(texts) => texts,
        }
    }
}

impl Texts<'_> {
    /// What search engines are told.
    pub(super) fn told(&self) -> Seo {
        Seo {
            title: self.seo_title.clone(),
            description: self.seo_description.clone(),
        }
    }
}

/// The texts of the product of a card. One that was deleted since then has none any more.
///
/// # Errors
/// When the database failed.
pub async fn texts<'c>(ctx: &Context<'_>, card: &'c Card) -> Result<Texts<'c>> {
    if let Some(texts) = &card.texts {
        return Ok(Texts::Carried(texts));
    }
    let read = ctx.data::<Loader<TextsOf>>()?.load(card.id).await?;
    Ok(Texts::Read(read.unwrap_or_default()))
}

/// The same for a walk over ready objects.
///
/// # Errors
/// When they are not known yet.
pub fn texts_at_once<'c>(asked: &Asked<'_, '_>, card: &'c Card) -> Result<Texts<'c>, Stop> {
    if let Some(texts) = &card.texts {
        return Ok(Texts::Carried(texts));
    }
    let read = asked.loaded::<TextsOf>(card.id)?;
    Ok(Texts::Read(read.unwrap_or_default()))
}
