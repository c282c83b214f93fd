//! The pictures and variants of a product, page by page.

use super::product::Product;
use super::variant::ProductVariant;
use crate::domains::catalog::Variant;
use crate::domains::catalog::loaders::PicturesOf;
use crate::domains::media::graphql::Image;
use crate::graphql::batch::Loader;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::page_args::{Order, PageArgs};
use crate::platform::db::{Key, KeyKind};
use async_graphql::{Context, Enum, Result};
use std::sync::Arc;

/// What the variants of a product are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductVariantSortKeys {
    /// By id, which is the order of creation.
    Id,
    /// As the vendor arranged them.
    Position,
    /// As the vendor arranged them.
    Relevance,
    /// By SKU.
    Sku,
    /// By the names of their choices.
    Title,
}

/// What the pictures of a product are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductImageSortKeys {
    /// Oldest first.
    CreatedAt,
    /// By id, which is the order of creation.
    Id,
    /// As the vendor arranged them.
    Position,
    /// As the vendor arranged them.
    Relevance,
}

impl Product {
    pub(super) async fn pictures(
        &self,
        ctx: &Context<'_>,
        page: &PageArgs,
        sort: Option<ProductImageSortKeys>,
    ) -> Result<Connection<Image>> {
        let order = match sort {
            Some(ProductImageSortKeys::CreatedAt) => Order {
                name: "CREATED_AT",
                kind: KeyKind::Time,
                descending: false,
            },
            Some(ProductImageSortKeys::Id) => Order {
                name: "ID",
                kind: KeyKind::None,
                descending: false,
            },
            _ => Order {
                name: "POSITION",
                kind: KeyKind::Int,
                descending: false,
            },
        };
        let slice = page.slice(order)?;
        let pictures = ctx
            .data::<Loader<PicturesOf>>()?
            .load(self.0.id)
            .await?
            .unwrap_or_default();
        let placed = pictures.iter().map(|(position, created_at, picture)| {
            let mut picture = picture.clone();
            picture.alt.get_or_insert_with(|| self.0.title.clone());
            let key = match order.kind {
                KeyKind::Time => Key::Time(*created_at),
                KeyKind::Int => Key::Int(i64::from(*position)),
                _ => Key::None,
            };
            Placed {
                key,
                id: picture.id,
                item: Image(picture),
            }
        });
        Ok(Connection::of_all(placed.collect(), &slice, order))
    }

    pub(super) async fn variant_page(
        &self,
        ctx: &Context<'_>,
        page: &PageArgs,
        sort: Option<ProductVariantSortKeys>,
    ) -> Result<Connection<ProductVariant>> {
        let order = match sort {
            Some(ProductVariantSortKeys::Id) => Order {
                name: "ID",
                kind: KeyKind::None,
                descending: false,
            },
            Some(ProductVariantSortKeys::Sku) => Order {
                name: "SKU",
                kind: KeyKind::Text,
                descending: false,
            },
            Some(ProductVariantSortKeys::Title) => Order {
                name: "TITLE",
                kind: KeyKind::Text,
                descending: false,
            },
            _ => Order {
                name: "POSITION",
                kind: KeyKind::Int,
                descending: false,
            },
        };
        let slice = page.slice(order)?;
        let options = if order.name == "TITLE" {
            self.choices(ctx).await?
        } else {
            Arc::default()
        };
        let key = |variant: &Variant| match (order.kind, order.name) {
            (KeyKind::Int, _) => Key::Int(i64::from(variant.position)),
            (KeyKind::Text, "SKU") => Key::Text(variant.sku.clone().unwrap_or_default()),
            (KeyKind::Text, _) => Key::Text(
                variant
                    .choices(&options)
                    .iter()
                    .map(|(_, value)| value.name.as_str())
                    .collect::<Vec<_>>()
                    .join(" / "),
            ),
            _ => Key::None,
        };
        let variants = self.all_variants(ctx).await?;
        let placed = variants.iter().map(|variant| Placed {
            key: key(variant),
            id: variant.id,
            item: ProductVariant(Arc::clone(variant)),
        });
        Ok(Connection::of_all(placed.collect(), &slice, order))
    }
}
