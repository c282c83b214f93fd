//! What can be asked about collections.

use super::collection::{Collection, tree};
use crate::domains::collections::loaders::{CollectionByHandle, CollectionById};
use crate::domains::collections::{CollectionRow, store};
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::lookup::{self, By, bounded};
use crate::graphql::made_of::reading;
use crate::graphql::page_args::{Order, PageArgs};
use crate::graphql::ready::{Ready, ReadyList};
use crate::graphql::tags::Kind;
use crate::platform::db::{DbError, Key, KeyKind, Keyset};
use async_graphql::{Context, Enum, ID, Object, Result};
use std::sync::Arc;
use uuid::Uuid;

/// Queries about collections.
#[derive(Default)]
pub struct CollectionQuery;

/// What a list of collections is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectionSortKeys {
    /// By id, which is the order of creation.
    Id,
    /// By id, which is the order of creation.
    Relevance,
    /// By title in the shop's base language.
    Title,
    /// Longest unchanged first.
    UpdatedAt,
}

/// Queries about collections.
#[Object]
impl CollectionQuery {
    /// A collection or category, by id or by handle.
    async fn collection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The collection's global id.")] id: Option<ID>,
        #[graphql(
            desc = "The collection's name in addresses, in the reader's language or the base language."
        )]
        handle: Option<String>,
    ) -> Result<Option<Ready<Collection>>> {
        let collection = one(ctx, lookup::by("Collection", id, handle)?).await?;
        Ok(collection.map(Ready))
    }

    /// A collection or category by its handle.
    #[graphql(deprecation = "Use `collection`.")]
    async fn collection_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The collection's name in addresses.")] handle: String,
    ) -> Result<Option<Ready<Collection>>> {
        let collection = one(ctx, lookup::by("Collection", None, Some(handle))?).await?;
        Ok(collection.map(Ready))
    }

    /// All collections and categories.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn collections(
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
            default_with = "Some(CollectionSortKeys::Id)"
        )]
        sort_key: Option<CollectionSortKeys>,
        #[graphql(desc = "Only those whose title contains this text.")] query: Option<String>,
    ) -> Result<Ready<Connection<Ready<Collection>>>> {
        page(
            ctx,
            sort_key,
            &PageArgs {
                first,
                after,
                last,
                before,
                reverse,
            },
            query,
        )
        .await
    }

    /// The roots of the tree of categories, in order; go on with `children`.
    async fn categories(&self, ctx: &Context<'_>) -> Result<ReadyList<Collection>> {
        let tree = tree(ctx).await?;
        let roots: Vec<Collection> = tree
            .iter()
            .filter(|row| row.parent_id.is_none())
            .map(|row| Collection::of(Arc::clone(row)))
            .collect();
        charge(ctx, roots.len()).await;
        Ok(roots.into_iter().collect())
    }
}

async fn one(ctx: &Context<'_>, by: By) -> Result<Option<Collection>> {
    match by {
        By::Id(id) => collection_by_id(ctx, id).await,
        By::Handle(handle) => Ok(ctx
            .data::<Loader<CollectionByHandle>>()?
            .load(handle)
            .await?
            .map(Collection::of)),
    }
}

/// The published collection of this id.
///
/// # Errors
/// When the database failed.
pub async fn collection_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<Collection>> {
    Ok(ctx
        .data::<Loader<CollectionById>>()?
        .load(id)
        .await?
        .map(Collection::of))
}

const LONGEST_SEARCH: usize = 255;

async fn page(
    ctx: &Context<'_>,
    sort: Option<CollectionSortKeys>,
    args: &PageArgs,
    query: Option<String>,
) -> Result<Ready<Connection<Ready<Collection>>>> {
    let (name, key, kind) = match sort {
        Some(CollectionSortKeys::Title) => (
            "TITLE",
            "left(lower(c.title), 200) COLLATE \"C\"",
            KeyKind::Text,
        ),
        Some(CollectionSortKeys::UpdatedAt) => ("UPDATED_AT", "c.updated_at", KeyKind::Time),
        _ => ("ID", "", KeyKind::None),
    };
    let order = Order {
        name,
        kind,
        descending: false,
    };
    let slice = args.slice(order)?;
    let title = query
        .map(|text| bounded("query", text, LONGEST_SEARCH))
        .transpose()?
        .map(|text| text.trim().to_lowercase());
    let mut conn = reading(ctx)?.of(&[Kind::Collection]).await?;
    let keyset = Keyset {
        key,
        id: "c.id",
        kind,
    };
    let rows = store::page(
        &mut conn,
        ctx.data::<InContext>()?.language_code(),
        keyset,
        &slice,
        title.filter(|text| !text.is_empty()),
    )
    .await
    .map_err(DbError::from)?;
    let placed = rows
        .into_iter()
        .map(|row| Placed {
            key: place(&row, kind),
            id: row.id,
            item: Ready(Collection::of(Arc::new(row))),
        })
        .collect();
    Ok(Ready(Connection::new(placed, &slice, order)))
}

fn place(row: &CollectionRow, kind: KeyKind) -> Key {
    match kind {
        KeyKind::Text => Key::Text(row.title_key.clone()),
        KeyKind::Time => Key::Time(row.updated_at),
        _ => Key::None,
    }
}
