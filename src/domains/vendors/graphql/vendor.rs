//! A vendor in the schema.

use crate::domains::catalog::graphql::{
    ProductConnection, ProductFilter, ProductSortKeys, filters, list,
};
use crate::domains::listing::Sort;
use crate::domains::media::Picture;
use crate::domains::media::graphql::Image;
use crate::domains::shop::InContext;
use crate::domains::vendors::VendorRow;
use crate::graphql::gid::gid;
use crate::graphql::page_args::PageArgs;
use crate::graphql::ready::{Holds, Ready, Table, text, value};
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Object, Result};
use std::sync::Arc;

/// Whoever sells on the marketplace.
#[derive(Clone)]
pub struct Vendor(pub Arc<VendorRow>);

impl From<VendorRow> for Vendor {
    fn from(row: VendorRow) -> Self {
        Self(Arc::new(row))
    }
}

impl Vendor {
    fn sign(&self) -> Option<Image> {
        let row = &self.0;
        Some(Image(Picture {
            id: row.logo_file_id?,
            file_id: row.logo_file_id?,
            width: row.logo_width?,
            height: row.logo_height?,
            alt: Some(row.name.clone()),
        }))
    }
}

impl Holds for Vendor {
    const FIELDS: Table<Self> = &[
        ("id", |vendor, _| text(gid("Vendor", vendor.0.id).0)),
        ("handle", |vendor, _| text(vendor.0.handle.as_str())),
        ("name", |vendor, _| text(vendor.0.name.as_str())),
        ("description", |vendor, _| {
            text(vendor.0.description.as_str())
        }),
        ("city", |vendor, _| text(vendor.0.city.as_str())),
        ("logo", |vendor, asked| {
            asked.object_or_null(vendor.sign().as_ref())
        }),
        ("createdAt", |vendor, _| {
            value(&DateTime(vendor.0.created_at))
        }),
    ];
    /// A list is a statement.
    const ORDINARY: &'static [&'static str] = &["products"];
}

/// Whoever sells on the marketplace.
#[Object]
impl Vendor {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("Vendor", self.0.id)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it makes, in a paragraph.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Where it is at home.
    async fn city(&self) -> &str {
        &self.0.city
    }

    /// Its sign.
    async fn logo(&self) -> Option<Image> {
        self.sign()
    }

    /// Since when it sells here.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// What it sells.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The list the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
        #[graphql(
            desc = "What the list is sorted by.",
            default_with = "Some(ProductSortKeys::BestSelling)"
        )]
        sort_key: Option<ProductSortKeys>,
        #[graphql(
            desc = "What the list lets through, at most 50 filters on at most 20 different properties.",
            name = "filters"
        )]
        given: Option<Vec<ProductFilter>>,
    ) -> Result<Ready<ProductConnection>> {
        let sort = Sort::from(sort_key.unwrap_or(ProductSortKeys::BestSelling));
        let filters = filters(given, ctx.data::<InContext>()?.market.currency)?;
        list::of_vendor(
            ctx,
            self.0.id,
            sort,
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
            filters,
        )
        .await
    }
}
