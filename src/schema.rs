//! The one GraphQL schema: what the domains offer, merged, and nothing else.

mod node;
mod provided;

pub use node::{Node, NodeQuery};
pub use provided::{Beside, attach, provide};

use crate::domains::accounts::graphql::{AccountMutation, AccountQuery, AccountUserError};
use crate::domains::carts::graphql::{CartMutation, CartQuery, CartSubscription, CartUserError};
use crate::domains::catalog::graphql::{Product, ProductQuery};
use crate::domains::checkout::graphql::{CheckoutMutation, CheckoutUserError};
use crate::domains::collections::graphql::{Collection, CollectionQuery};
use crate::domains::content::graphql::{ContentQuery, Page};
use crate::domains::orders::graphql::{
    OrderMutation, OrderQuery, OrderSubscription, OrderUserError,
};
use crate::domains::search::analytics::graphql::{
    AnalyticsMutation, AnalyticsQuery, SearchClickUserError,
};
use crate::domains::search::graphql::{Article, SearchQuery, SearchQuerySuggestion};
use crate::domains::search::tuning::graphql::{SearchTuningUserError, TuningMutation, TuningQuery};
use crate::domains::shop::graphql::ShopQuery;
use crate::domains::touching::graphql::CacheSubscription;
use crate::domains::vendors::graphql::VendorQuery;
use crate::graphql::idempotent::IdempotentDirective;
use crate::graphql::in_context::InContextDirective;
use async_graphql::{
    Interface, MergedObject, MergedSubscription, SDLExportOptions, SchemaBuilder, ValidationMode,
};

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

/// The schema twice, by how documents are validated.
pub struct Schemas {
    /// For any document.
    pub strict: Schema,
    /// For documents that were validated before: it asks of them only what depends on how often they are sent.
    pub of_valid: Schema,
}

impl Schemas {
    /// Both; without suggestions when the schema itself is not to be asked for.
    #[must_use]
    pub fn build(introspection: bool) -> Self {
        let of_valid = builder(introspection).validation_mode(ValidationMode::Fast);
        Self {
            strict: build(introspection),
            of_valid: of_valid.finish(),
        }
    }
}

/// The schema; without suggestions when the schema itself is not to be asked for.
#[must_use]
pub fn build(introspection: bool) -> Schema {
    builder(introspection).finish()
}

fn builder(introspection: bool) -> SchemaBuilder<Query, Mutation, Subscription> {
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
        builder
    } else {
        builder.disable_introspection().disable_suggestions()
    }
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
