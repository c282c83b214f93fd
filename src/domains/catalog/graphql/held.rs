//! The parts of a product for a walk over ready objects: what is lacking of them is fetched together.

use super::parts::{names_choices, offers_variants};
use crate::domains::catalog::loaders::ProductParts;
use crate::domains::catalog::{Options, Part, Pictures, Several, Variants};
use crate::graphql::ready::{Asked, Stop};
use uuid::Uuid;

fn part(asked: &Asked<'_, '_>, product: Uuid, part: Part) -> Result<Option<Several>, Stop> {
    asked.loaded::<ProductParts>((product, part))
}

/// The options of a product.
pub(super) fn options(asked: &Asked<'_, '_>, product: Uuid) -> Result<Options, Stop> {
    let found = part(asked, product, Part::Options)?;
    Ok(found.and_then(Several::options).unwrap_or_default())
}

/// The variants of a product.
pub(super) fn variants(asked: &Asked<'_, '_>, product: Uuid) -> Result<Variants, Stop> {
    let found = part(asked, product, Part::Variants)?;
    Ok(found.and_then(Several::variants).unwrap_or_default())
}

/// The pictures of a product.
pub(super) fn pictures(asked: &Asked<'_, '_>, product: Uuid) -> Result<Pictures, Stop> {
    let found = part(asked, product, Part::Pictures)?;
    Ok(found.and_then(Several::pictures).unwrap_or_default())
}

/// The variants of a product. When they are lacking, and named by their choices, so are the options: both are fetched together.
pub(super) fn named(asked: &Asked<'_, '_>, product: Uuid) -> Result<Variants, Stop> {
    let known = variants(asked, product);
    if known.is_err() && asked.looks_ahead(names_choices) {
        options(asked, product)?;
    }
    known
}

/// The options of a product. When they are lacking, and show variants of their choices, so are those: both are fetched together.
pub(super) fn offered(asked: &Asked<'_, '_>, product: Uuid) -> Result<Options, Stop> {
    let known = options(asked, product);
    if known.is_err() && asked.looks_ahead(offers_variants) {
        variants(asked, product)?;
    }
    known
}

/// The options and the variants of a product: what is lacking of them is fetched together.
pub(super) fn choices(asked: &Asked<'_, '_>, product: Uuid) -> Result<(Options, Variants), Stop> {
    let options = options(asked, product);
    let variants = variants(asked, product);
    Ok((options?, variants?))
}
