//! The counting of requests before anything else is done for them.

use super::Limits;
use crate::edge::graphql;
use crate::edge::request_id::RequestId;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::net::SocketAddr;

/// Counts a request, and answers it when it is not one too many.
pub(in crate::edge) async fn count(
    State(limits): State<Limits>,
    request: Request,
    next: Next,
) -> Response {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = address.map(|ConnectInfo(address)| address.ip());
    let neighbour = limits.neighbour(peer, request.headers());
    match limits.enter(neighbour) {
        Ok(()) => next.run(request).await,
        Err(error) => graphql::refused(error, &RequestId::of(request.headers())),
    }
}
