//! A menu in the schema.

use super::page::{Page, page_by_id};
use crate::domains::catalog::graphql::{Product, product_by_id};
use crate::domains::collections::graphql::{Collection, collection_by_id};
use crate::domains::content::loaders::{ItemsOf, MenuById};
use crate::domains::content::{MenuItemKind, MenuItemRow, MenuRow};
use crate::graphql::batch::Loader;
use crate::graphql::budget::charge;
use crate::graphql::gid::gid;
use crate::graphql::links::Links;
use crate::graphql::scalars::Url;
use async_graphql::{Context, Enum, ID, Object, Result, Union};
use std::sync::Arc;
use uuid::Uuid;

/// Navigation that a storefront shows.
pub struct Menu(pub Arc<MenuRow>);

/// A line of a menu.
pub struct MenuItem {
    all: Arc<Vec<MenuItemRow>>,
    row: MenuItemRow,
}

/// Where a line of a menu leads.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuItemType {
    /// All products.
    Catalog,
    /// A collection or category.
    Collection,
    /// The first page.
    Frontpage,
    /// Any address.
    Http,
    /// A page.
    Page,
    /// A product.
    Product,
    /// The search.
    Search,
}

/// The thing that a line of a menu leads to.
#[derive(Union)]
pub enum MenuItemResource {
    /// A collection or category.
    Collection(Collection),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
}

/// Navigation that a storefront shows.
#[Object]
impl Menu {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("Menu", self.0.id)
    }

    /// What storefronts look it up by.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// Its lines, in order; those below them hang under `items`.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<MenuItem>> {
        let all = self.all(ctx).await?;
        below(ctx, &all, None).await
    }

    /// How many lines it has, those below others included.
    async fn items_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(i32::try_from(self.all(ctx).await?.len()).unwrap_or(i32::MAX))
    }
}

impl Menu {
    async fn all(&self, ctx: &Context<'_>) -> Result<Arc<Vec<MenuItemRow>>> {
        Ok(ctx
            .data::<Loader<ItemsOf>>()?
            .load(self.0.id)
            .await?
            .unwrap_or_default())
    }
}

async fn below(
    ctx: &Context<'_>,
    all: &Arc<Vec<MenuItemRow>>,
    parent: Option<Uuid>,
) -> Result<Vec<MenuItem>> {
    let own = all.iter().filter(|row| row.parent_id == parent);
    let items: Vec<MenuItem> = own
        .map(|row| MenuItem {
            all: Arc::clone(all),
            row: row.clone(),
        })
        .collect();
    charge(ctx, items.len()).await;
    Ok(items)
}

/// A line of a menu.
#[Object]
impl MenuItem {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("MenuItem", self.row.id)
    }

    /// What it says.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Where it leads.
    #[graphql(name = "type")]
    async fn kind(&self) -> MenuItemType {
        match self.row.kind {
            MenuItemKind::Frontpage => MenuItemType::Frontpage,
            MenuItemKind::Catalog => MenuItemType::Catalog,
            MenuItemKind::Search => MenuItemType::Search,
            MenuItemKind::Collection => MenuItemType::Collection,
            MenuItemKind::Product => MenuItemType::Product,
            MenuItemKind::Page => MenuItemType::Page,
            MenuItemKind::Http => MenuItemType::Http,
        }
    }

    /// The address that it leads to.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<Url>> {
        Ok(Some(Url(self.address(ctx.data::<Links>()?))))
    }

    /// The lines below it, in order.
    async fn items(&self, ctx: &Context<'_>) -> Result<Vec<MenuItem>> {
        below(ctx, &self.all, Some(self.row.id)).await
    }

    /// Global id of the thing that it leads to.
    async fn resource_id(&self) -> Option<ID> {
        let kind = match self.row.kind {
            MenuItemKind::Collection => "Collection",
            MenuItemKind::Product => "Product",
            MenuItemKind::Page => "Page",
            _ => return None,
        };
        Some(gid(kind, self.row.target_id?))
    }

    /// The thing that it leads to.
    async fn resource(&self, ctx: &Context<'_>) -> Result<Option<MenuItemResource>> {
        let Some(id) = self.row.target_id else {
            return Ok(None);
        };
        Ok(match self.row.kind {
            MenuItemKind::Collection => collection_by_id(ctx, id)
                .await?
                .map(MenuItemResource::Collection),
            MenuItemKind::Product => product_by_id(ctx, id).await?.map(MenuItemResource::Product),
            MenuItemKind::Page => page_by_id(ctx, id).await?.map(MenuItemResource::Page),
            _ => None,
        })
    }
}

impl MenuItem {
    fn address(&self, links: &Links) -> String {
        let target = self.row.target.as_deref().unwrap_or_default();
        match self.row.kind {
            MenuItemKind::Frontpage => links.page(""),
            MenuItemKind::Catalog => links.page("collections/all"),
            MenuItemKind::Search => links.page("search"),
            MenuItemKind::Collection => links.page(&format!("collections/{target}")),
            MenuItemKind::Product => links.page(&format!("products/{target}")),
            MenuItemKind::Page => links.page(&format!("pages/{target}")),
            MenuItemKind::Http if target.contains("://") => target.to_owned(),
            MenuItemKind::Http => links.page(target.trim_start_matches('/')),
        }
    }
}

/// The menu of this id.
///
/// # Errors
/// When the database failed.
pub async fn menu_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<Menu>> {
    Ok(ctx.data::<Loader<MenuById>>()?.load(id).await?.map(Menu))
}

/// The line of this id.
///
/// # Errors
/// When the database failed.
pub async fn item_by_id(ctx: &Context<'_>, id: Uuid) -> Result<Option<MenuItem>> {
    let all = ctx
        .data::<Loader<ItemsOf>>()?
        .load(id)
        .await?
        .unwrap_or_default();
    let row = all.iter().find(|row| row.id == id).cloned();
    Ok(row.map(|row| MenuItem { all, row }))
}
