//! What is told of a product: the values of its attributes, and how it was rated.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::demo::content::{Content, Product, Text, Trait};
use crate::demo::drawing::Palette;
use crate::demo::seed::SeedError;
use crate::demo::seed::chance::Chance;
use crate::demo::seed::directory::{Directory, missing};
use crate::demo::seed::places;

/// What an attribute of a product is.
#[derive(Debug, Clone)]
pub(in crate::demo::seed) struct Value {
    /// The attribute.
    pub attribute: Uuid,
    /// What it is.
    pub is: Is,
}

/// What an attribute is.
#[derive(Debug, Clone)]
pub(in crate::demo::seed) enum Is {
    /// One of its choices.
    Choice(Uuid),
    /// A number.
    Number(i64),
    /// Yes or no.
    Yes(bool),
    /// Words.
    Text(Text),
}

/// How a product was rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo::seed) struct Rating {
    /// By so many.
    pub reviews: i32,
    /// The sum of their stars.
    pub stars: i32,
}

impl Rating {
    /// What buyers of something that sold so often said of it; most did, of most things.
    pub fn drawn(sold: i64, chance: &mut Chance) -> Option<Self> {
        if !chance.happens(85) {
            return None;
        }
        let most = u32::try_from(sold / 12).unwrap_or_default().min(400);
        let reviews = chance.between(1, 4 + most);
        // From 2.6 to 5.0 stars on average, near 4 more often than not.
        let tenths = chance.between(26, 42) + chance.between(0, 8);
        let stars = (reviews * tenths / 10).clamp(reviews, 5 * reviews);
        Some(Self {
            reviews: i32::try_from(reviews).ok()?,
            stars: i32::try_from(stars).ok()?,
        })
    }
}

/// The type of a product that was made by hand, and what is told of it.
///
/// # Errors
/// [`SeedError::Missing`] when nothing is told, or of something that is not there.
pub(super) fn traits(
    product: &Product,
    content: &Content,
    directory: &Directory,
) -> Result<(Uuid, Vec<Value>), SeedError> {
    let traits = content
        .traits
        .get(&product.handle)
        .ok_or_else(|| missing("traits", &product.handle))?;
    let own = content.types.iter();
    let own = own
        .filter(|own| own.handle == traits.product_type)
        .flat_map(|own| &own.attributes);
    let mut values = Vec::new();
    for handle in own {
        let attribute = directory.attribute(handle)?;
        let mut add = |is| values.push(Value { attribute, is });
        match (handle.as_str(), traits.values.get(handle)) {
            ("color", _) => {
                for family in families(product) {
                    add(Is::Choice(directory.choice(handle, family)?));
                }
            }
            ("made-in", _) => add(Is::Text(home(product, content)?)),
            (_, Some(Trait::Yes(yes))) => add(Is::Yes(*yes)),
            (_, Some(Trait::Number(number))) => add(Is::Number(*number)),
            (_, Some(Trait::Text(text))) => add(Is::Text(text.clone())),
            (_, Some(Trait::Choices(choices))) => {
                for choice in choices {
                    add(Is::Choice(directory.choice(handle, choice)?));
                }
            }
            (_, None) => {}
        }
    }
    Ok((directory.product_type(&traits.product_type)?, values))
}

/// The colours that it can be had in; its own when there is nothing to choose.
fn families(product: &Product) -> BTreeSet<&'static str> {
    let values = product.options.iter().flat_map(|option| &option.values);
    let mut families: BTreeSet<_> = values
        .filter_map(|value| value.palette.map(Palette::family))
        .collect();
    if families.is_empty() {
        families.insert(product.palette.family());
    }
    families
}

/// The city of its vendor.
fn home(product: &Product, content: &Content) -> Result<Text, SeedError> {
    let vendor = content
        .vendors
        .iter()
        .find(|vendor| vendor.handle == product.vendor)
        .ok_or_else(|| missing("vendor", &product.vendor))?;
    let place = places::find(&vendor.city).ok_or_else(|| missing("city", &vendor.city))?;
    Ok(Text {
        en: place.city.to_owned(),
        ar: place.city_ar.to_owned(),
    })
}
