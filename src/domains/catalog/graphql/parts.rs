//! Which parts of a product a document asks for, and how they are read.
//!
//! What is looked ahead for is a hint: it brings together what would be read in two steps, and nothing is answered otherwise without it.

use crate::domains::catalog::loaders::{ProductParts, ProductWithParts};
use crate::domains::catalog::{Options, Part, Parts, Pictures, Several, Variants};
use crate::domains::listing::Card;
use crate::domains::listing::loaders::CardById;
use crate::graphql::batch::Loader;
use crate::graphql::lookup::By;
use async_graphql::{Context, Lookahead, Result, Value};
use std::sync::Arc;
use uuid::Uuid;

/// Fields of a product that are answered by its parts.
const FIELDS: [(&str, &[Part]); 7] = [
    ("variants", &[Part::Variants]),
    ("variantsCount", &[Part::Variants]),
    ("totalInventory", &[Part::Variants]),
    ("options", &[Part::Options]),
    ("variantBySelectedOptions", &[Part::Variants, Part::Options]),
    (
        "selectedOrFirstAvailableVariant",
        &[Part::Variants, Part::Options],
    ),
    ("images", &[Part::Pictures]),
];

/// The parts that are asked for below a product.
pub(super) fn asked_for(product: &Lookahead<'_>) -> Parts {
    let mut parts = Parts::default();
    for (name, needed) in FIELDS {
        if product.field(name).exists() {
            parts = needed.iter().copied().fold(parts, Parts::with);
        }
    }
    let variants = product.field("variants");
    if names_choices(&variants) || sorts_by_choices(&variants) {
        parts = parts.with(Part::Options);
    }
    if offers_variants(&product.field("options")) {
        parts = parts.with(Part::Variants);
    }
    parts
}

/// Whether variants of this list are named by the choices of their product's options.
pub(super) fn names_choices(variants: &Lookahead<'_>) -> bool {
    let lists = [
        variants.field("nodes"),
        variants.field("edges").field("node"),
    ];
    let named = |variant: &Lookahead<'_>| {
        variant.field("title").exists() || variant.field("selectedOptions").exists()
    };
    lists.iter().any(named)
}

/// Whether variants of this list stand in the order of the names of their choices.
fn sorts_by_choices(variants: &Lookahead<'_>) -> bool {
    // A variable's value is a text.
    let is_title = |value: &Value| match value {
        Value::Enum(key) => key == "TITLE",
        Value::String(key) => key == "TITLE",
        _ => false,
    };
    let fields = variants.selection_fields();
    let mut given = fields.iter().filter_map(|field| field.arguments().ok());
    given.any(|given| {
        let mut given = given.iter();
        given.any(|(name, value)| name == "sortKey" && is_title(value))
    })
}

/// Whether the choices of these options show a variant of their product.
pub(super) fn offers_variants(options: &Lookahead<'_>) -> bool {
    let choices = options.field("optionValues");
    choices.field("firstSelectableVariant").exists()
}

async fn load(ctx: &Context<'_>, product: Uuid, part: Part) -> Result<Option<Several>> {
    let loader = ctx.data::<Loader<ProductParts>>()?;
    loader.load((product, part)).await
}

/// The variants of a product.
pub(super) async fn variants(ctx: &Context<'_>, product: Uuid) -> Result<Variants> {
    let found = load(ctx, product, Part::Variants).await?;
    Ok(found.and_then(Several::variants).unwrap_or_default())
}

/// The options of a product.
pub(super) async fn options(ctx: &Context<'_>, product: Uuid) -> Result<Options> {
    let found = load(ctx, product, Part::Options).await?;
    Ok(found.and_then(Several::options).unwrap_or_default())
}

/// The pictures of a product.
pub(super) async fn pictures(ctx: &Context<'_>, product: Uuid) -> Result<Pictures> {
    let found = load(ctx, product, Part::Pictures).await?;
    Ok(found.and_then(Several::pictures).unwrap_or_default())
}

/// Has a part of a product read with what is loaded of it next.
pub(super) fn want(ctx: &Context<'_>, product: Uuid, part: Part) -> Result<()> {
    ctx.data::<Loader<ProductParts>>()?.want((product, part));
    Ok(())
}

/// The card of a product, read together with these parts of it: their loaders are told.
pub(super) async fn looked_up(
    ctx: &Context<'_>,
    by: By,
    parts: Parts,
) -> Result<Option<Arc<Card>>> {
    let found = ctx
        .data::<Loader<ProductWithParts>>()?
        .load((by, parts))
        .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let card = found.told(ctx.data::<Loader<ProductParts>>()?);
    // Its variants name their product.
    ctx.data::<Loader<CardById>>()?
        .tell(card.id, Some(Arc::clone(&card)));
    Ok(Some(card))
}
