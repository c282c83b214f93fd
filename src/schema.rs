//! The one GraphQL schema: what the domains offer, merged, and nothing else.

use crate::domains::accounts::graphql::{AccountMutation, AccountQuery, AccountUserError};
use crate::domains::accounts::loaders as viewers;
use crate::domains::accounts::service::Accounts;
use crate::domains::carts::graphql::{
    Cart, CartMutation, CartQuery, CartSubscription, CartUserError, cart_by_id,
};
use crate::domains::carts::loaders as cart_parts;
use crate::domains::carts::service::Carts;
use crate::domains::catalog::graphql::{
    Product, ProductOption, ProductOptionValue, ProductQuery, ProductVariant,
};
use crate::domains::catalog::{graphql as catalog, loaders as product_parts};
use crate::domains::checkout::Checkout;
use crate::domains::checkout::graphql::{CheckoutMutation, CheckoutUserError};
use crate::domains::collections::graphql::{Collection, CollectionQuery, TaxonomyCategory};
use crate::domains::collections::{graphql as collections, loaders as shelves};
use crate::domains::content::graphql::{ContentQuery, Menu, MenuItem, Page};
use crate::domains::content::{graphql as content, loaders as texts};
use crate::domains::listing::loaders as cards;
use crate::domains::orders::graphql::{
    Order, OrderMutation, OrderQuery, OrderSubscription, OrderUserError, order_by_gid,
};
use crate::domains::orders::loaders as order_parts;
use crate::domains::orders::service::Orders;
use crate::domains::search::analytics::graphql::{
    AnalyticsMutation, AnalyticsQuery, SearchClickUserError,
};
use crate::domains::search::graphql::{Article, SearchQuery, SearchQuerySuggestion};
use crate::domains::search::tuning::Tunings;
use crate::domains::search::tuning::graphql::{SearchTuningUserError, TuningMutation, TuningQuery};
use crate::domains::search::{Finder, Names, SaidOf};
use crate::domains::shop::InContext;
use crate::domains::shop::graphql::{Market, Shop, ShopPolicy, ShopQuery};
use crate::domains::touching::graphql::CacheSubscription;
use crate::domains::vendors::graphql::{Vendor, VendorQuery};
use crate::domains::vendors::{graphql as vendors, loaders as sellers};
use crate::graphql::batch::Loaders;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid::{self, Gid, expect_keyed};
use crate::graphql::idempotent::IdempotentDirective;
use crate::graphql::in_context::InContextDirective;
use crate::graphql::made_of::{MadeOf, Reading};
use crate::graphql::remembered::Remembered;
use crate::platform::db::Database;
use crate::services::Services;
use async_graphql::{
    Context, Data, ID, Interface, MergedObject, MergedSubscription, Object, Request, Result,
    SDLExportOptions,
};
use futures_util::future::try_join_all;
use std::sync::Arc;

/// The schema that is served.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// What can be asked.
#[derive(MergedObject, Default)]
#[graphql(name = "QueryRoot")]
pub struct Query(
    ShopQuery,
    ProductQuery,
    CollectionQuery,
    ContentQuery,
    VendorQuery,
    AccountQuery,
    CartQuery,
    OrderQuery,
    SearchQuery,
    AnalyticsQuery,
    TuningQuery,
    NodeQuery,
);

/// What can be done.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    AccountMutation,
    CartMutation,
    CheckoutMutation,
    OrderMutation,
    AnalyticsMutation,
    TuningMutation,
);

/// What can be followed.
#[derive(MergedSubscription, Default)]
#[graphql(name = "Subscription")]
pub struct Subscription(OrderSubscription, CartSubscription, CacheSubscription);

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

/// A thing that the storefront has a page for.
#[derive(Interface)]
#[graphql(field(
    name = "online_store_url",
    ty = "Result<Option<crate::graphql::scalars::Url>>",
    desc = "Where the storefront shows it."
))]
pub enum OnlineStorePublishable {
    /// A collection or category.
    Collection(Collection),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
}

/// A thing that searches lead to.
#[derive(Interface)]
#[graphql(field(
    name = "tracking_parameters",
    ty = "Option<String>",
    desc = "Parameters for the address of its page, by which it is known from which search it was reached; `null` outside a search."
))]
pub enum Trackable {
    /// An article.
    Article(Article),
    /// A collection or category.
    Collection(Collection),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// A text to search for.
    SearchQuerySuggestion(SearchQuerySuggestion),
}

/// What a person did wrong: with the input field that is at fault, and a sentence that says what to do.
#[derive(Interface)]
#[graphql(
    field(
        name = "field",
        ty = "&Option<Vec<String>>",
        desc = "The path of the input field that is at fault."
    ),
    field(
        name = "message",
        ty = "&String",
        desc = "What went wrong and what to do about it, for people."
    )
)]
pub enum DisplayableError {
    /// With an account.
    AccountUserError(AccountUserError),
    /// With buying a cart.
    CheckoutUserError(CheckoutUserError),
    /// With an order.
    OrderUserError(OrderUserError),
    /// What is wrong with a change of a cart.
    CartUserError(CartUserError),
    /// With a click that is told.
    SearchClickUserError(SearchClickUserError),
    /// With a change of the search's tuning.
    SearchTuningUserError(SearchTuningUserError),
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

/// The schema; without suggestions when the schema itself is not to be asked for.
#[must_use]
pub fn build(introspection: bool) -> Schema {
    let builder = Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .register_output_type::<Node>()
    .register_output_type::<DisplayableError>()
    .register_output_type::<OnlineStorePublishable>()
    .register_output_type::<Trackable>()
    .directive(InContextDirective)
    .directive(IdempotentDirective);
    if introspection {
        builder.finish()
    } else {
        builder
            .disable_introspection()
            .disable_suggestions()
            .finish()
    }
}

/// What the loaders of a request have beside the database.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// What its answer is made of is noted here.
    pub made_of: &'a MadeOf,
    /// Rows that change rarely are looked for here. Nothing for whoever has to see what was changed a moment ago.
    pub remembered: &'a Remembered,
}

/// Gives a request what resolvers need: see [`provide`].
#[must_use]
pub fn attach(
    mut request: Request,
    database: &Database,
    context: &InContext,
    services: &Services,
    beside: Beside<'_>,
) -> Request {
    provide(&mut request.data, database, context, services, beside);
    request
}

/// What resolvers need, for one request or one moment of a subscription: the database, for whom it is answered, and loaders and
/// services of its own. Whatever reads for it notes what its answer is made of.
pub fn provide(
    data: &mut Data,
    database: &Database,
    context: &InContext,
    services: &Services,
    Beside {
        made_of,
        remembered,
    }: Beside<'_>,
) {
    let loaders = Loaders::new(database, made_of);
    provide_loaders(data, &loaders, context, &services.names);
    provide_rarely(data, &loaders, context, remembered);
    data.insert(Orders::new(
        database.clone(),
        services.wake.clone(),
        services.tasks.clone(),
    ));
    data.insert(Accounts::new(database.clone(), services.access.clone()));
    data.insert(Carts::new(
        database.clone(),
        services.wake.clone(),
        services.tasks.clone(),
    ));
    data.insert(Checkout::new(
        database.clone(),
        Arc::clone(&context.facts),
        services.turnstile.clone(),
        services.wake.clone(),
        services.tasks.clone(),
        services.test_cards,
    ));
    data.insert(Tunings::new(
        database.clone(),
        services.tuner.clone(),
        services.tasks.clone(),
    ));
    data.insert(services.tuner.clone());
    data.insert(services.names.clone());
    data.insert(Finder::new(database.clone(), services.meilisearch.clone()));
    data.insert(services.searches.clone());
    data.insert(Reading::new(database.clone(), made_of.clone()));
    data.insert(context.clone());
}

fn provide_loaders(data: &mut Data, loaders: &Loaders, context: &InContext, names: &Names) {
    data.insert(loaders.of(cards::CardById(context.clone())));
    data.insert(loaders.of(cards::CardByHandle(context.clone())));
    data.insert(loaders.of(cards::PageOf(context.clone())));
    data.insert(loaders.of(product_parts::VariantsOf(context.clone())));
    data.insert(loaders.of(product_parts::VariantById(context.clone())));
    data.insert(loaders.of(product_parts::OptionsOf(context.clone())));
    data.insert(loaders.of(product_parts::OptionWith(context.clone())));
    data.insert(loaders.of(product_parts::PicturesOf));
    data.insert(loaders.of(product_parts::AttributesOf(context.clone())));
    data.insert(loaders.of(product_parts::RatingOf));
    data.insert(loaders.of(SaidOf(context.clone(), names.clone())));
    data.insert(loaders.of(shelves::ShelvesOf(context.clone())));
    data.insert(loaders.of(viewers::ViewerOf));
    data.insert(loaders.of(order_parts::OrderById));
    data.insert(loaders.of(order_parts::PartsOf(context.clone())));
    data.insert(loaders.of(order_parts::ReleasedById(context.clone())));
    data.insert(loaders.of(order_parts::LinesOf));
    data.insert(loaders.of(order_parts::ContactOf));
    data.insert(loaders.of(order_parts::PaymentOf));
    data.insert(loaders.of(order_parts::TimelineOf));
    data.insert(loaders.of(order_parts::DeskById(context.clone())));
    data.insert(loaders.of(order_parts::CountsOf));
    data.insert(loaders.of(cart_parts::CartById));
    data.insert(loaders.of(cart_parts::ContentsOf));
}

/// Loaders of rows that change rarely.
fn provide_rarely(
    data: &mut Data,
    loaders: &Loaders,
    context: &InContext,
    remembered: &Remembered,
) {
    let own = || context.clone();
    data.insert(loaders.remembering(shelves::CollectionById(own()), remembered));
    data.insert(loaders.remembering(shelves::CollectionByHandle(own()), remembered));
    data.insert(loaders.remembering(shelves::CategoryTree(own()), remembered));
    data.insert(loaders.remembering(texts::PageById(own()), remembered));
    data.insert(loaders.remembering(texts::PageByHandle(own()), remembered));
    data.insert(loaders.remembering(texts::MenuById, remembered));
    data.insert(loaders.remembering(texts::MenuByHandle, remembered));
    data.insert(loaders.remembering(texts::ItemsOf(own()), remembered));
    data.insert(loaders.remembering(sellers::VendorById(own()), remembered));
    data.insert(loaders.remembering(sellers::VendorByHandle(own()), remembered));
}

/// The fields of `Query` that answer the same to everybody, whoever asks: with them, an answer can be kept and passed on. A field
/// belongs here only when nothing below it depends on the viewer or on a secret in its arguments.
const PUBLIC: [&str; 20] = [
    "__typename",
    "categories",
    "collection",
    "collectionByHandle",
    "collections",
    "localization",
    "menu",
    "page",
    "pageByHandle",
    "pages",
    "popularSearches",
    "predictiveSearch",
    "product",
    "productByHandle",
    "productRecommendations",
    "products",
    "search",
    "shop",
    "vendor",
    "vendors",
];

/// The public fields of `Query` whose answers are not kept: their words vary too much to be asked again, or what they show changes
/// without being told.
const UNKEPT: [&str; 4] = [
    "popularSearches",
    "predictiveSearch",
    "productRecommendations",
    "search",
];

/// Whether what a field of `Query` answers to guests may be kept. Nothing is that is not public.
#[must_use]
pub fn is_kept(root_field: &str) -> bool {
    is_public(root_field) && !UNKEPT.contains(&root_field)
}

/// Whether a field of `Query` answers the same to everybody.
#[must_use]
pub fn is_public(root_field: &str) -> bool {
    PUBLIC.contains(&root_field)
}

/// The schema as text: what `schema.graphql` holds.
#[must_use]
pub fn sdl(schema: &Schema) -> String {
    schema.sdl_with_options(
        SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items(),
    )
}
