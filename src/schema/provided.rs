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
use crate::graphql::remembered::Remembered;
use crate::platform::db::Database;
use crate::services::Services;
use async_graphql::{Data, Request};
use std::sync::Arc;

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
    data.insert(loaders.of(cards::TextsOf(context.clone())));
    data.insert(loaders.of(product_parts::ProductParts(context.clone())));
    data.insert(loaders.of(product_parts::ProductWithParts(context.clone())));
    data.insert(loaders.of(product_parts::VariantById(context.clone())));
    data.insert(loaders.of(product_parts::OptionWith(context.clone())));
    data.insert(loaders.of(product_parts::AttributesOf(context.clone())));
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
    data.insert(loaders.of(cart_parts::CartTextsOf));
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
