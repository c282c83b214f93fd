//! A product of the content files as an item.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::traits::traits;
use super::{
    Arabic, Choice, ChoiceValue, Item, Price, Rating, Standing, Variant, around, combinations,
};
use crate::demo::content::{Content, OptionValue, Product, ProductOption};
use crate::demo::drawing::Palette;
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::{later, seconds_ago};
use crate::demo::seed::directory::Directory;
use crate::demo::seed::identity::Name;
use crate::demo::seed::markup::paragraphs;
use crate::demo::seed::pictures::{Album, Drawing, views};
use crate::demo::seed::wording::Wording;

/// What the best seller has sold; the second half as many, the third a third.
const BEST_SOLD: i64 = 4_000;
const DAY: u32 = 86_400;

/// The product as an item.
///
/// # Errors
/// [`SeedError::Missing`] when it names a vendor or a category that is not there.
pub(super) fn item(
    product: &Product,
    content: &Content,
    directory: &Directory,
    album: &Album,
) -> Result<Item, SeedError> {
    let created_at = created_at(product);
    let (wording, wording_ar) = Wording::both(
        &product.title,
        &product.description,
        product.seo.as_ref(),
        paragraphs,
    );
    let (images, fronts) = pictures(product, album);
    let options = options(product);
    let (type_id, values) = traits(product, content, directory)?;
    let sold = BEST_SOLD / i64::from(product.rank.max(1));
    let mut chance = Name::of("ratings").and(&product.handle).chance();
    Ok(Item {
        seller: directory.seller(&product.vendor)?,
        category: directory.shelf(&product.category)?,
        wording,
        product_type: product.product_type.clone(),
        arabic: Some(Arabic {
            handle: product.handle_ar.clone(),
            wording: wording_ar,
            product_type: product.product_type_ar.clone(),
        }),
        tags: product.tags.clone(),
        standing: Standing::PUBLIC,
        rating: Rating::drawn(sold, &mut chance),
        sold,
        type_id,
        values,
        created_at,
        updated_at: updated_at(product, created_at),
        variants: variants(product, &options, &fronts),
        options,
        images,
        weight_grams: i32::try_from(product.weight_grams).unwrap_or(i32::MAX),
        handle: product.handle.clone(),
    })
}

/// Some hour of the day that it came in on.
fn created_at(product: &Product) -> DateTime<Utc> {
    let hour = Name::of("hour of creation")
        .and(&product.handle)
        .chance()
        .below(DAY / 2);
    seconds_ago(i64::from(product.created_days_ago) * i64::from(DAY) + i64::from(hour))
}

/// Some time within the month after that.
fn updated_at(product: &Product, created_at: DateTime<Utc>) -> DateTime<Utc> {
    later(
        created_at,
        Name::of("hour of change")
            .and(&product.handle)
            .chance()
            .below(30 * DAY),
    )
}

/// The files of its pictures, and the colours that each shows from the front.
fn pictures(product: &Product, album: &Album) -> (Vec<Uuid>, Vec<Option<Palette>>) {
    let own = views(product.motif, product.palette);
    let mut shown: Vec<Drawing> = own.into_iter().collect();
    for value in product.options.iter().flat_map(|option| &option.values) {
        let front = value
            .palette
            .map(|palette| Drawing::front(product.motif, palette));
        shown.extend(front.filter(|front| !shown.contains(front)));
    }
    shown
        .iter()
        .filter_map(|drawing| Some((album.id(drawing)?, front_palette(drawing))))
        .unzip()
}

fn front_palette(drawing: &Drawing) -> Option<Palette> {
    match drawing {
        Drawing::Product(motif, palette, _) if *drawing == Drawing::front(*motif, *palette) => {
            Some(*palette)
        }
        _ => None,
    }
}

fn options(product: &Product) -> Vec<Choice> {
    if product.options.is_empty() {
        return vec![Choice::none()];
    }
    product.options.iter().map(choice).collect()
}

fn choice(option: &ProductOption) -> Choice {
    Choice {
        name: option.name.en.clone(),
        name_ar: Some(option.name.ar.clone()),
        values: option.values.iter().map(choice_value).collect(),
    }
}

fn choice_value(value: &OptionValue) -> ChoiceValue {
    ChoiceValue {
        name: value.value.en.clone(),
        name_ar: Some(value.value.ar.clone()),
        palette: value.palette,
    }
}

fn variants(product: &Product, options: &[Choice], fronts: &[Option<Palette>]) -> Vec<Variant> {
    let base = Price::new(product.price_usd_cents, product.compare_at_usd_cents);
    let step = product.step_usd_cents.unwrap_or_default();
    let mut chance = Name::of("stock").and(&product.handle).chance();
    (1..)
        .zip(combinations(options))
        .map(|(number, picks): (u32, _)| {
            let usd = base.raised(step * size_index(options, &picks));
            Variant {
                sku: format!("{}-{number}", product.sku_prefix),
                usd,
                kwd: Some(usd.in_fils()),
                on_hand: around(product.stock, &mut chance),
                image: image(options, &picks, fronts),
                picks,
            }
        })
        .collect()
}

/// How many steps up the first option that is not a colour has been taken.
fn size_index(options: &[Choice], picks: &[i16]) -> i64 {
    let size = options
        .iter()
        .zip(picks)
        .find(|(option, _)| !option.is_colour());
    size.map_or(0, |(_, pick)| i64::from(*pick) - 1)
}

/// The position of the picture in the chosen colour; the first where none was chosen.
fn image(options: &[Choice], picks: &[i16], fronts: &[Option<Palette>]) -> i16 {
    let chosen = options
        .iter()
        .zip(picks)
        .find_map(|(option, pick)| palette(option, *pick));
    let shown = (1..)
        .zip(fronts)
        .find(|(_, front)| front.is_some() && **front == chosen);
    shown.map_or(1, |(position, _)| position)
}

fn palette(option: &Choice, pick: i16) -> Option<Palette> {
    option.values.get(usize::try_from(pick - 1).ok()?)?.palette
}
