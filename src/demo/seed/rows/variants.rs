//! Variants, what they cost, how many there are and why.

use tokio_postgres::Transaction;
use uuid::Uuid;

use super::PriceLists;
use crate::demo::seed::SeedError;
use crate::demo::seed::goods::{Item, Price, Variant};
use crate::demo::seed::sheet::Sheet;

/// Writes the variants of these products with prices and stock, and tells how many variants there are.
///
/// # Errors
/// [`SeedError::Database`].
pub(super) async fn variants(
    tx: &Transaction<'_>,
    items: &[Item],
    lists: PriceLists,
) -> Result<u64, SeedError> {
    let variants = itself(tx, items).await?;
    prices(tx, items, lists).await?;
    stock(tx, items).await?;
    movements(tx, items).await?;
    Ok(variants)
}

/// Each variant with its product and its position.
fn each(items: &[Item]) -> impl Iterator<Item = (&Item, i16, &Variant)> + Send {
    items.iter().flat_map(|item| {
        (1..)
            .zip(&item.variants)
            .map(move |(position, variant)| (item, position, variant))
    })
}

/// The id of the value that was picked of the option at a position; absent where there is no such option.
fn picked(item: &Item, variant: &Variant, option: i16) -> Option<Uuid> {
    let place = usize::try_from(option - 1).ok()?;
    variant
        .picks
        .get(place)
        .map(|pick| item.value_id(option, *pick))
}

async fn itself(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "product_id",
        "vendor_id",
        "sku",
        "value1_id",
        "value2_id",
        "value3_id",
        "image_id",
        "weight_grams",
        "requires_shipping",
        "taxable",
        "position",
        "created_at",
        "updated_at",
        "version",
    ];
    let mut sheet = Sheet::open(tx, "variants", &columns).await?;
    for (item, position, variant) in each(items) {
        let (id, product, image) = (
            item.variant_id(position),
            item.id(),
            item.image_id(variant.image),
        );
        let [one, two, three] = [1, 2, 3].map(|option| picked(item, variant, option));
        sheet
            .row(&[
                &id,
                &product,
                &item.seller.vendor,
                &variant.sku,
                &one,
                &two,
                &three,
                &image,
                &item.weight_grams,
                &true,
                &true,
                &position,
                &item.created_at,
                &item.updated_at,
                &1_i32,
            ])
            .await?;
    }
    sheet.close().await
}

async fn prices(tx: &Transaction<'_>, items: &[Item], lists: PriceLists) -> Result<u64, SeedError> {
    let columns = ["variant_id", "price_list_id", "amount", "compare_at"];
    let mut sheet = Sheet::open(tx, "variant_prices", &columns).await?;
    for (item, position, variant) in each(items) {
        let id = item.variant_id(position);
        let priced = [(lists.usd, Some(variant.usd)), (lists.kwd, variant.kwd)];
        for (list, price) in priced {
            if let Some(Price { amount, compare_at }) = price {
                sheet.row(&[&id, &list, &amount, &compare_at]).await?;
            }
        }
    }
    sheet.close().await
}

async fn stock(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = [
        "variant_id",
        "location_id",
        "on_hand",
        "reserved",
        "updated_at",
    ];
    let mut sheet = Sheet::open(tx, "stock_levels", &columns).await?;
    for (item, position, variant) in each(items) {
        let (id, location) = (item.variant_id(position), item.seller.location);
        sheet
            .row(&[&id, &location, &variant.on_hand, &0_i32, &item.updated_at])
            .await?;
    }
    sheet.close().await
}

/// Why there is as much stock as there is: it was there when the shop opened.
async fn movements(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "variant_id",
        "location_id",
        "kind",
        "quantity",
        "moved_at",
    ];
    let mut sheet = Sheet::open(tx, "stock_movements", &columns).await?;
    for (item, position, variant) in each(items) {
        let (id, variant_id) = (item.movement_id(position), item.variant_id(position));
        let (location, quantity) = (item.seller.location, variant.on_hand);
        if quantity > 0 {
            sheet
                .row(&[
                    &id,
                    &variant_id,
                    &location,
                    &"OPENING",
                    &quantity,
                    &item.updated_at,
                ])
                .await?;
        }
    }
    sheet.close().await
}
