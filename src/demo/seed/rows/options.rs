//! Options of products and their values.

use tokio_postgres::Transaction;

use crate::demo::drawing::Palette;
use crate::demo::seed::SeedError;
use crate::demo::seed::goods::{Choice, ChoiceValue, Item};
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::ARABIC;

/// Writes the options of these products, their values, and the translations of both.
///
/// # Errors
/// [`SeedError::Database`].
pub(super) async fn options(tx: &Transaction<'_>, items: &[Item]) -> Result<(), SeedError> {
    itself(tx, items).await?;
    translations(tx, items).await?;
    values(tx, items).await?;
    value_translations(tx, items).await?;
    Ok(())
}

/// Each option with its product and its position.
fn each(items: &[Item]) -> impl Iterator<Item = (&Item, i16, &Choice)> + Send {
    items.iter().flat_map(|item| {
        (1..)
            .zip(&item.options)
            .map(move |(position, option)| (item, position, option))
    })
}

/// Each value with its product, its option's position and its own.
fn each_value(items: &[Item]) -> impl Iterator<Item = (&Item, i16, i16, &ChoiceValue)> + Send {
    each(items).flat_map(|(item, option, choice)| {
        (1..)
            .zip(&choice.values)
            .map(move |(position, value)| (item, option, position, value))
    })
}

async fn itself(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = ["id", "product_id", "name", "position"];
    let mut sheet = Sheet::open(tx, "product_options", &columns).await?;
    for (item, position, option) in each(items) {
        let id = item.option_id(position);
        sheet
            .row(&[&id, &item.id(), &option.name, &position])
            .await?;
    }
    sheet.close().await
}

async fn translations(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = ["option_id", "language", "name"];
    let mut sheet = Sheet::open(tx, "product_option_translations", &columns).await?;
    for (item, position, option) in each(items) {
        if let Some(name) = &option.name_ar {
            sheet
                .row(&[&item.option_id(position), &ARABIC, name])
                .await?;
        }
    }
    sheet.close().await
}

async fn values(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = ["id", "option_id", "name", "swatch", "position"];
    let mut sheet = Sheet::open(tx, "option_values", &columns).await?;
    for (item, option, position, value) in each_value(items) {
        let (id, of) = (item.value_id(option, position), item.option_id(option));
        let swatch = value.palette.map(Palette::swatch);
        sheet
            .row(&[&id, &of, &value.name, &swatch, &position])
            .await?;
    }
    sheet.close().await
}

async fn value_translations(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = ["value_id", "language", "name"];
    let mut sheet = Sheet::open(tx, "option_value_translations", &columns).await?;
    for (item, option, position, value) in each_value(items) {
        if let Some(name) = &value.name_ar {
            sheet
                .row(&[&item.value_id(option, position), &ARABIC, name])
                .await?;
        }
    }
    sheet.close().await
}
