//! Which path is answered by what.

use super::cors::{self, Cors};
use super::graphql::{Engine, Gate, endpoint};
use super::shell::{self, Shell};
use super::{Health, Storefront, checkout_page, compression, graphiql, limits, media, metrics};
use crate::domains::media::MediaService;
use crate::graphql::error::ErrorCode;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

/// How the program is reached.
#[derive(Debug, Clone, Copy)]
pub struct Outside {
    /// Whether clients come by https.
    pub by_tls: bool,
    /// Whether pages of other origins may have cookies sent along.
    pub cookies: bool,
}

/// What is left out where strangers come by.
#[derive(Debug, Clone, Copy)]
pub struct Pages {
    /// GraphiQL.
    pub graphiql: bool,
    /// The number of the TEST gateway's card, on the checkout page.
    pub test_card: bool,
}

/// All paths of the program. GraphiQL and the test card are left out where strangers come by.
pub fn router(
    storefront: Storefront,
    gate: Gate,
    health: Health,
    media: MediaService,
    numbers: Router,
    outside: Outside,
    pages: Pages,
) -> Router {
    let cors = Cors {
        origins: gate.origins.clone(),
        credentials: outside.cookies,
    };
    let limits = storefront.limits().clone();
    let graphql = endpoint(storefront, gate).layer(from_fn_with_state(cors, cors::apply));
    let router = beside(media, numbers, pages)
        .layer(from_fn_with_state(limits, limits::count))
        // Counts by itself, so that the page that asks may read what it is told.
        .route("/graphql", graphql.clone())
        // Where clients written for Shopify's Storefront API call, whatever version they name.
        .route("/api/{version}/graphql.json", graphql)
        // Whoever stands in front of the program asks this, for everybody.
        .route("/healthz", get(Health::live))
        .route("/readyz", get(move || health.clone().ready()));
    let shell = Shell {
        by_tls: outside.by_tls,
    };
    router
        .layer(compression::layer())
        .layer(from_fn_with_state(shell, shell::wrap))
        // Outermost, so that what the others answer is counted, too.
        .layer(from_fn(metrics::count))
}

/// What there is beside the endpoint and health, down to the paths where nothing is.
fn beside(media: MediaService, numbers: Router, pages: Pages) -> Router {
    let router = Router::new()
        .merge(media::routes(media))
        .merge(numbers)
        .merge(checkout_page::routes(pages.test_card))
        .fallback(nothing);
    if pages.graphiql {
        router
            .merge(graphiql::routes())
            .route("/", get(to_graphiql))
    } else {
        router
    }
}

async fn to_graphiql() -> Response {
    (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, "/graphiql")]).into_response()
}

/// What is answered where nothing is.
pub(super) async fn nothing() -> Response {
    let body = json!({ "errors": [{
        "message": "There is nothing here: GraphQL is at /graphql.",
        "extensions": { "code": ErrorCode::NotFound.as_str() },
    }] });
    (
        StatusCode::NOT_FOUND,
        [(CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}
