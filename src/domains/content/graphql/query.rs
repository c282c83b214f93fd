//! What can be asked about pages and menus.

use super::menu::Menu;
use super::page::{Page, page_by_id};
use crate::domains::content::loaders::{MenuByHandle, PageByHandle};
use crate::domains::content::{PageRow, store};
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::lookup::{self, By, bounded};
use crate::graphql::made_of::reading;
use crate::graphql::page_args::{Order, PageArgs};
use crate::graphql::tags::Kind;
use crate::platform::db::{DbError, Key, KeyKind, Keyset};
use async_graphql::{Context, Enum, ID, Object, Result};
use std::sync::Arc;

/// Queries about pages and menus.
#[derive(Default)]
pub struct ContentQuery;

/// What a list of pages is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSortKeys {
    /// By id, which is the order of creation.
    Id,
    /// By id, which is the order of creation.
    Relevance,
    /// By title in the shop's base language.
    Title,
    /// Longest unchanged first.
    UpdatedAt,
}

const LONGEST_TEXT: usize = 255;

/// Queries about pages and menus.
#[Object]
impl ContentQuery {
    /// A menu by its handle.
    async fn menu(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is looked up by.")] handle: String,
    ) -> Result<Option<Menu>> {
        let handle = bounded("handle", handle, LONGEST_TEXT)?;
        let found = ctx.data::<Loader<MenuByHandle>>()?.load(handle).await?;
        Ok(found.map(Menu))
    }

    /// A page, by id or by handle.
    async fn page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The page's global id.")] id: Option<ID>,
        #[graphql(
            desc = "The page's name in addresses, in the reader's language or the base language."
        )]
        handle: Option<String>,
    ) -> Result<Option<Page>> {
        one(ctx, lookup::by("Page", id, handle)?).await
    }

    /// A page by its handle.
    #[graphql(deprecation = "Use `page`.")]
    async fn page_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The page's name in addresses.")] handle: String,
    ) -> Result<Option<Page>> {
        one(ctx, lookup::by("Page", None, Some(handle))?).await
    }

    /// All pages.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn pages(
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
            default_with = "Some(PageSortKeys::Id)"
        )]
        sort_key: Option<PageSortKeys>,
        #[graphql(desc = "Only those whose title contains this text.")] query: Option<String>,
    ) -> Result<Connection<Page>> {
        list(
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
}

async fn one(ctx: &Context<'_>, by: By) -> Result<Option<Page>> {
    match by {
        By::Id(id) => page_by_id(ctx, id).await,
        By::Handle(handle) => Ok(ctx
            .data::<Loader<PageByHandle>>()?
            .load(handle)
            .await?
            .map(Page::of)),
    }
}

async fn list(
    ctx: &Context<'_>,
    sort: Option<PageSortKeys>,
    args: &PageArgs,
    query: Option<String>,
) -> Result<Connection<Page>> {
    let (name, key, kind) = match sort {
        Some(PageSortKeys::Title) => (
            "TITLE",
            "left(lower(g.title), 200) COLLATE \"C\"",
            KeyKind::Text,
        ),
        Some(PageSortKeys::UpdatedAt) => ("UPDATED_AT", "g.updated_at", KeyKind::Time),
        _ => ("ID", "", KeyKind::None),
    };
    let order = Order {
        name,
        kind,
        descending: false,
    };
    let slice = args.slice(order)?;
    let title = query
        .map(|text| bounded("query", text, LONGEST_TEXT))
        .transpose()?
        .map(|text| text.trim().to_lowercase());
    let mut conn = reading(ctx)?.of(&[Kind::Page]).await?;
    let keyset = Keyset {
        key,
        id: "g.id",
        kind,
    };
    let language = ctx.data::<InContext>()?.language_code();
    let rows = store::page_of_pages(
        &mut conn,
        language,
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
            item: Page::of(Arc::new(row)),
        })
        .collect();
    Ok(Connection::new(placed, &slice, order))
}

fn place(row: &PageRow, kind: KeyKind) -> Key {
    match kind {
        KeyKind::Text => Key::Text(row.title_key.clone()),
        KeyKind::Time => Key::Time(row.updated_at),
        _ => Key::None,
    }
}
