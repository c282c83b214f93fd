//! What a request has at hand: loaders and services of its own.

use crate::domains::accounts::loaders as viewers;
use crate::domains::accounts::service::Accounts;
use crate::domains::carts::loaders as cart_parts;
use crate::domains::carts::service::Carts;
use crate::domains::catalog::loaders as product_parts;
use crate::domains::checkout::Checkout;
use crate::domains::collections::loaders as shelves;
use crate::domains::content::loaders as texts;
use crate::domains::listing::loaders as cards;
use crate::domains::orders::loaders as order_parts;
use crate::domains::orders::service::Orders;
use crate::domains::search::tuning::Tunings;
use crate::domains::search::{Finder, Names, SaidOf};
use crate::domains::shop::InContext;
use crate::domains::vendors::loaders as sellers;
use crate::graphql::batch::Loaders;
use crate::graphql::made_of::{MadeOf, Reading};
use crate::platform::db::Database;
use crate::services::Services;
use async_graphql::{Data, Request};
use std::sync::Arc;

/// Gives a request what resolvers need: see [`provide`].
#[must_use]
pub fn attach(
    mut request: Request,
    database: &Database,
    context: &InContext,
    services: &Services,
    made_of: &MadeOf,
) -> Request {
    provide(&mut request.data, database, context, services, made_of);
    request
}

/// What resolvers need, for one request or one moment of a subscription: the database, for whom it is answered, and loaders and
/// services of its own. Whatever reads for it notes in `made_of` what its answer is made of.
pub fn provide(
    data: &mut Data,
    database: &Database,
    context: &InContext,
    services: &Services,
    made_of: &MadeOf,
) {
    let loaders = Loaders::new(database, made_of);
    provide_loaders(data, &loaders, context, &services.names);
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
    data.insert(loaders.of(SaidOf(context.clone(), names.clone())));
    data.insert(loaders.of(shelves::CollectionById(context.clone())));
    data.insert(loaders.of(shelves::CollectionByHandle(context.clone())));
    data.insert(loaders.of(shelves::CategoryTree(context.clone())));
    data.insert(loaders.of(shelves::ShelvesOf(context.clone())));
    data.insert(loaders.of(texts::PageById(context.clone())));
    data.insert(loaders.of(texts::MenuById));
    data.insert(loaders.of(texts::ItemsOf(context.clone())));
    data.insert(loaders.of(sellers::VendorById(context.clone())));
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
