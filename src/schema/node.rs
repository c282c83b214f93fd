//! Finding things by their global id.

use crate::domains::carts::graphql::{Cart, cart_by_id};
use crate::domains::catalog::graphql::{
    self as catalog, Product, ProductOption, ProductOptionValue, ProductVariant,
};
use crate::domains::collections::graphql::{self as collections, Collection, TaxonomyCategory};
use crate::domains::content::graphql::{self as content, Menu, MenuItem, Page};
use crate::domains::orders::graphql::{Order, order_by_gid};
use crate::domains::shop::InContext;
use crate::domains::shop::graphql::{Market, Shop, ShopPolicy};
use crate::domains::vendors::graphql::{self as vendors, Vendor};
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid::{self, Gid, expect_keyed};
use async_graphql::{Context, ID, Interface, Object, Result};
use futures_util::future::try_join_all;

/// Anything that has a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Global id."))]
pub enum Node {
    /// A cart.
    Cart(Cart),
    /// A collection or category.
    Collection(Collection),
    /// A market.
    Market(Market),
    /// A menu.
    Menu(Menu),
    /// A line of a menu.
    MenuItem(MenuItem),
    /// An order.
    Order(Order),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// An option of a product.
    ProductOption(ProductOption),
    /// A choice of an option.
    ProductOptionValue(ProductOptionValue),
    /// A variant of a product.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
    /// A policy of the shop.
    ShopPolicy(ShopPolicy),
    /// A product's category.
    TaxonomyCategory(TaxonomyCategory),
    /// A vendor.
    Vendor(Vendor),
}

/// Finding things by their global id.
#[derive(Default)]
pub struct NodeQuery;

/// The most ids that are looked up at once.
const MOST_IDS: usize = 250;

/// Finding things by their global id.
#[Object]
impl NodeQuery {
    /// The thing of this global id; `null` when there is none that the reader may see.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id.")] id: ID,
    ) -> Result<Option<Node>> {
        node(ctx, &id).await
    }

    /// The things of these global ids in their order, at most 250; `null` where there is none that the reader may see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_IDS {
            return Err(client_error(
                ErrorCode::BadUserInput,
                format!("`ids` has more than {MOST_IDS} entries."),
            ));
        }
        // Asked together, so that ids of one type are answered by one statement.
        try_join_all(ids.iter().map(|id| node(ctx, id))).await
    }
}

async fn node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    // Its id may hold a key.
    if gid::is_of("Order", id) {
        return Ok(order_by_gid(ctx, id).await?.map(Node::Order));
    }
    if let Ok((id, Some(secret))) = expect_keyed("Cart", id) {
        let cart = cart_by_id(ctx, id, Some(secret)).await?;
        return Ok(cart.map(Node::Cart));
    }
    let Gid { kind, id } = Gid::parse(id)?;
    Ok(match kind.as_str() {
        "Collection" => collections::collection_by_id(ctx, id)
            .await?
            .map(Node::Collection),
        "Market" => ctx
            .data::<InContext>()?
            .facts
            .markets
            .iter()
            .find(|market| market.id == id)
            .cloned()
            .map(|market| Node::Market(Market(market))),
        "Menu" => content::menu_by_id(ctx, id).await?.map(Node::Menu),
        "MenuItem" => content::item_by_id(ctx, id).await?.map(Node::MenuItem),
        "Page" => content::page_by_id(ctx, id).await?.map(Node::Page),
        "Product" => catalog::product_by_id(ctx, id).await?.map(Node::Product),
        "ProductOption" => catalog::option_by_id(ctx, id)
            .await?
            .map(Node::ProductOption),
        "ProductOptionValue" => catalog::value_by_id(ctx, id)
            .await?
            .map(Node::ProductOptionValue),
        "ProductVariant" => catalog::variant_by_id(ctx, id)
            .await?
            .map(Node::ProductVariant),
        "Shop" => Some(ctx.data::<InContext>()?)
            .filter(|context| context.facts.shop.id == id)
            .map(|context| Node::Shop(Shop(context.clone()))),
        "ShopPolicy" => ShopPolicy::load(ctx, id)?.map(Node::ShopPolicy),
        "TaxonomyCategory" => TaxonomyCategory::load(ctx, id)
            .await?
            .map(Node::TaxonomyCategory),
        "Vendor" => vendors::vendor_by_id(ctx, id).await?.map(Node::Vendor),
        _ => None,
    })
}
