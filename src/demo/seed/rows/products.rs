//! Products and their pictures, and the order in which all that hangs on products is written.

use tokio_postgres::Transaction;

use super::attributes::values;
use super::{PriceLists, options, variants};
use crate::demo::seed::SeedError;
use crate::demo::seed::goods::{Arabic, Item, Standing};
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::{ARABIC, Wording};

/// How many rows were written.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::demo::seed) struct Copied {
    /// Products.
    pub products: u64,
    /// Variants.
    pub variants: u64,
}

/// Writes these products with all that hangs on them.
///
/// # Errors
/// [`SeedError::Database`].
pub(in crate::demo::seed) async fn products(
    tx: &Transaction<'_>,
    items: &[Item],
    lists: PriceLists,
) -> Result<Copied, SeedError> {
    let products = itself(tx, items).await?;
    translations(tx, items).await?;
    images(tx, items).await?;
    options::options(tx, items).await?;
    values(tx, items).await?;
    let variants = variants::variants(tx, items, lists).await?;
    Ok(Copied { products, variants })
}

async fn itself(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "vendor_id",
        "category_id",
        "type_id",
        "handle",
        "title",
        "description_html",
        "product_type",
        "tags",
        "seo_title",
        "seo_description",
        "state",
        "moderation",
        "published_at",
        "sold",
        "created_at",
        "updated_at",
        "version",
    ];
    let mut sheet = Sheet::open(tx, "products", &columns).await?;
    for item in items {
        let Item {
            handle,
            seller,
            category,
            type_id,
            product_type,
            tags,
            sold,
            created_at,
            updated_at,
            ..
        } = item;
        let Wording {
            title,
            body_html,
            seo_title,
            seo_description,
        } = &item.wording;
        let Standing {
            state,
            moderation,
            published_at,
        } = item.standing;
        let published_at = published_at.unwrap_or(*created_at);
        sheet
            .row(&[
                &item.id(),
                &seller.vendor,
                category,
                type_id,
                handle,
                title,
                body_html,
                product_type,
                tags,
                seo_title,
                seo_description,
                &state,
                &moderation,
                &published_at,
                sold,
                created_at,
                updated_at,
                &1_i32,
            ])
            .await?;
    }
    sheet.close().await
}

async fn translations(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = [
        "product_id",
        "language",
        "handle",
        "title",
        "description_html",
        "product_type",
        "seo_title",
        "seo_description",
    ];
    let mut sheet = Sheet::open(tx, "product_translations", &columns).await?;
    for item in items {
        if let Some(Arabic {
            handle,
            wording,
            product_type,
        }) = &item.arabic
        {
            let Wording {
                title,
                body_html,
                seo_title,
                seo_description,
            } = wording;
            sheet
                .row(&[
                    &item.id(),
                    &ARABIC,
                    handle,
                    title,
                    body_html,
                    product_type,
                    seo_title,
                    seo_description,
                ])
                .await?;
        }
    }
    sheet.close().await
}

/// The pictures. They are described by the title of the product, which is there in every language.
async fn images(tx: &Transaction<'_>, items: &[Item]) -> Result<u64, SeedError> {
    let columns = ["id", "product_id", "file_id", "position", "created_at"];
    let mut sheet = Sheet::open(tx, "product_images", &columns).await?;
    for item in items {
        for (position, file) in (1..).zip(&item.images) {
            let id = item.image_id(position);
            sheet
                .row(&[&id, &item.id(), file, &position, &item.created_at])
                .await?;
        }
    }
    sheet.close().await
}
