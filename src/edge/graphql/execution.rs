//! Running an operation: within its deadline, and without taking the process along when it panics.

use std::{any::Any, panic::AssertUnwindSafe};

use async_graphql::{Request as Operation, Response};
use futures_util::FutureExt;
use tracing::Instrument;

use super::{Engine, RequestFacts};
use crate::graphql::error::{ErrorCode, internal_request_error, request_error};

/// Runs `operation`, and always comes back with an answer.
///
/// What the engine held when it panicked or ran out of time is dropped, as if the client had gone away; nothing of
/// it is used again.
pub(super) async fn run<E: Engine>(
    engine: &E,
    operation: Operation,
    facts: &RequestFacts,
) -> Response {
    // At the level of errors, so that a line about an error has the request id whatever else is logged.
    let span = tracing::error_span!("execute", request_id = %facts.request_id);
    let work = async move { engine.execute(operation, facts).await };
    let work = AssertUnwindSafe(work).catch_unwind();
    let deadline = engine.settings().execution_deadline;
    async move {
        match tokio::time::timeout(deadline, work).await {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => panicked(&*panic),
            Err(_) => overdue(),
        }
    }
    .instrument(span)
    .await
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let cause = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(cause, "an operation panicked");
    Response::from_errors(vec![internal_request_error()])
}

fn overdue() -> Response {
    tracing::warn!("an operation ran out of time");
    let message = "The operation took too long and was stopped. Ask for less, or try again later.";
    Response::from_errors(vec![request_error(ErrorCode::Timeout, message)])
}
