//! The pictures and variants of a product, page by page.

use super::parts;
use super::product::Product;
use super::variant::ProductVariant;
use crate::domains::catalog::{OptionRow, Options, Part, PlacedPicture, Variant};
use crate::domains::media::graphql::Image;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::page_args::{Order, PageArgs};
use crate::platform::db::{Key, KeyKind, Slice};
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
    /// How pictures are placed that are sorted by this.
    pub(super) const fn order_of_pictures(sort: Option<ProductImageSortKeys>) -> Order {
        let (name, kind) = match sort {
            Some(ProductImageSortKeys::CreatedAt) => ("CREATED_AT", KeyKind::Time),
            Some(ProductImageSortKeys::Id) => ("ID", KeyKind::None),
            _ => ("POSITION", KeyKind::Int),
        };
        ascending(name, kind)
    }

    /// How variants are placed that are sorted by this.
    pub(super) const fn order_of_variants(sort: Option<ProductVariantSortKeys>) -> Order {
        let (name, kind) = match sort {
            Some(ProductVariantSortKeys::Id) => ("ID", KeyKind::None),
            Some(ProductVariantSortKeys::Sku) => ("SKU", KeyKind::Text),
            Some(ProductVariantSortKeys::Title) => ("TITLE", KeyKind::Text),
            _ => ("POSITION", KeyKind::Int),
        };
        ascending(name, kind)
    }

    /// Whether variants stand in the order of the names of their choices.
    pub(super) fn by_choices(order: Order) -> bool {
        order.name == "TITLE"
    }

    pub(super) async fn pictures(
        &self,
        ctx: &Context<'_>,
        page: &PageArgs,
        sort: Option<ProductImageSortKeys>,
    ) -> Result<Connection<Image>> {
        let order = Self::order_of_pictures(sort);
        let slice = page.slice(order)?;
        let pictures = parts::pictures(ctx, self.0.id).await?;
        Ok(self.page_of_pictures(&pictures, &slice, order))
    }

    /// A part of its pictures.
    pub(super) fn page_of_pictures(
        &self,
        pictures: &[PlacedPicture],
        slice: &Slice,
        order: Order,
    ) -> Connection<Image> {
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
        Connection::of_all(placed.collect(), slice, order)
    }

    pub(super) async fn variant_page(
        &self,
        ctx: &Context<'_>,
        page: &PageArgs,
        sort: Option<ProductVariantSortKeys>,
    ) -> Result<Connection<ProductVariant>> {
        let order = Self::order_of_variants(sort);
        let slice = page.slice(order)?;
        let sorted = Self::by_choices(order);
        if sorted || parts::names_choices(&ctx.look_ahead()) {
            parts::want(ctx, self.0.id, Part::Options)?;
        }
        let variants = self.all_variants(ctx).await?;
        let options = match sorted {
            true => parts::options(ctx, self.0.id).await?,
            false => Options::default(),
        };
        Ok(Self::page_of_variants(&variants, &options, &slice, order))
    }

    /// A part of these variants; their options are needed where they are sorted by the names of their choices.
    pub(super) fn page_of_variants(
        variants: &[Arc<Variant>],
        options: &[OptionRow],
        slice: &Slice,
        order: Order,
    ) -> Connection<ProductVariant> {
        let key = |variant: &Variant| match (order.kind, order.name) {
            (KeyKind::Int, _) => Key::Int(i64::from(variant.position)),
            (KeyKind::Text, "SKU") => Key::Text(variant.sku.clone().unwrap_or_default()),
            (KeyKind::Text, _) => Key::Text(variant.named(options)),
            _ => Key::None,
        };
        let placed = variants.iter().map(|variant| Placed {
            key: key(variant),
            id: variant.id,
            item: ProductVariant(Arc::clone(variant)),
        });
        Connection::of_all(placed.collect(), slice, order)
    }
}

const fn ascending(name: &'static str, kind: KeyKind) -> Order {
    Order {
        name,
        kind,
        descending: false,
    }
}
