//! What can be asked about vendors.

use super::vendor::Vendor;
use crate::domains::shop::InContext;
use crate::domains::vendors::loaders::{VendorByHandle, VendorById};
use crate::domains::vendors::{VendorRow, store};
use crate::graphql::batch::Loader;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::lookup::{self, By};
use crate::graphql::made_of::reading;
use crate::graphql::page_args::{Order, PageArgs};
use crate::graphql::ready::Ready;
use crate::graphql::tags::Kind;
use crate::platform::db::{DbError, Key, KeyKind, Keyset};
use async_graphql::{Context, Enum, ID, Object, Result};
use uuid::Uuid;

/// Queries about vendors.
#[derive(Default)]
pub struct VendorQuery;

/// What a list of vendors is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorSortKeys {
    /// In the order in which they joined.
    Id,
    /// By the handle, which follows the name.
    Handle,
}

/// Queries about vendors.
#[Object]
impl VendorQuery {
    /// A vendor that sells on this marketplace, by id or by handle.
    async fn vendor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The vendor's global id.")] id: Option<ID>,
        #[graphql(desc = "The vendor's name in addresses.")] handle: Option<String>,
    ) -> Result<Option<Ready<Vendor>>> {
        let vendor = match lookup::by("Vendor", id, handle)? {
            By::Id(id) => vendor_by_id(ctx, id).await?,
            By::Handle(handle) => by_handle(ctx, handle).await?,
        };
        Ok(vendor.map(Ready))
    }

    /// The vendors of this marketplace.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn vendors(
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
            default_with = "Some(VendorSortKeys::Id)"
        )]
        sort_key: Option<VendorSortKeys>,
    ) -> Result<Ready<Connection<Ready<Vendor>>>> {
        page(
            ctx,
            sort_key.unwrap_or(VendorSortKeys::Id),
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
        )
        .await
    }
}

/// The vendor of this id, while it sells.
///
/// # Errors
/// When the database failed.
pub async fn vendor_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<Vendor>> {
    Ok(ctx
        .data::<Loader<VendorById>>()?
        .load(id)
        .await?
        .map(Vendor))
}

async fn by_handle(ctx: &Context<'_>, handle: String) -> Result<Option<Vendor>> {
    Ok(ctx
        .data::<Loader<VendorByHandle>>()?
        .load(handle)
        .await?
        .map(Vendor))
}

async fn page(
    ctx: &Context<'_>,
    sort_key: VendorSortKeys,
    args: &PageArgs,
) -> Result<Ready<Connection<Ready<Vendor>>>> {
    let (kind, name) = match sort_key {
        VendorSortKeys::Id => (KeyKind::None, "ID"),
        VendorSortKeys::Handle => (KeyKind::Text, "HANDLE"),
    };
    let order = Order {
        name,
        kind,
        descending: false,
    };
    let slice = args.slice(order)?;
    let keyset = Keyset {
        key: "v.handle COLLATE \"C\"",
        id: "v.id",
        kind,
    };
    let mut conn = reading(ctx)?.of(&[Kind::Vendor]).await?;
    let rows = store::page(
        &mut conn,
        ctx.data::<InContext>()?.language_code(),
        keyset,
        &slice,
    )
    .await
    .map_err(DbError::from)?;
    let placed = rows
        .into_iter()
        .map(|row| Placed {
            key: key(&row, kind),
            id: row.id,
            item: Ready(Vendor::from(row)),
        })
        .collect();
    Ok(Ready(Connection::new(placed, &slice, order)))
}

fn key(row: &VendorRow, kind: KeyKind) -> Key {
    if kind == KeyKind::None {
        Key::None
    } else {
        Key::Text(row.handle.clone())
    }
}
