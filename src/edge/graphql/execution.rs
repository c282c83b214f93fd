//! Running an operation: within its deadline, and without taking the process along when it panics.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, time::Duration};

use async_graphql::{Request as Operation, Response, ServerError, Value};
use axum::http::HeaderMap;
use futures_util::FutureExt;
use tracing::Instrument;

use super::{Engine, Happenings, RequestFacts, Stay, persisted::Brought};
use crate::{
    edge::{
        answers::{Bypass, Question},
        panics,
        request_id::RequestId,
    },
    graphql::error::{BUSY, ErrorCode, internal_request_error, request_error},
};

/// How long it may take to find out what is asked: the deadline is that of the answer, which is made afterwards.
const FOUND_OUT: Duration = Duration::from_secs(1);

/// Runs `operation` when it may be and its turn has come, and always comes back with an answer.
pub(super) async fn run<E: Engine>(
    engine: &E,
    mut operation: Operation,
    facts: &RequestFacts,
    brought: Option<Brought>,
) -> Response {
    // Before the line: who may not does not stand in it.
    if let Err(error) = settle(engine, &mut operation, facts).await {
        return Response::from_errors(vec![error]);
    }
    settled(engine, operation, facts, brought).await
}

/// Counts what `operation` spends.
pub(super) async fn settle<E: Engine>(
    engine: &E,
    operation: &mut Operation,
    facts: &RequestFacts,
) -> Result<(), ServerError> {
    let work = engine.settle(operation, facts);
    guarded(engine, &facts.request_id, work).await?
}

/// What `operation` asks as a guest's, when its answer may be kept.
pub(super) async fn question<E: Engine>(
    engine: &E,
    operation: &Operation,
    query: &str,
    facts: &RequestFacts,
) -> Result<Question, Bypass> {
    let work = engine.question(operation, query, facts);
    let asked = tokio::time::timeout(FOUND_OUT, guarded(engine, &facts.request_id, work)).await;
    let asked = asked.ok().and_then(Result::ok);
    asked.unwrap_or(Err(Bypass::Shop))
}

/// Runs an operation that was settled when its turn has come, and always comes back with an answer. A document that was `brought` is
/// kept when the schema knows it.
pub(super) async fn settled<E: Engine>(
    engine: &E,
    operation: Operation,
    facts: &RequestFacts,
    brought: Option<Brought>,
) -> Response {
    let whose = engine.limits().neighbour(facts.client, &facts.headers);
    let work = async {
        match engine.turns(facts.operation_type).take(whose).await {
            Some(_turn) => engine.execute(operation, facts).await,
            None => Response::from_errors(vec![crowded()]),
        }
    };
    let response = guarded(engine, &facts.request_id, work)
        .await
        .unwrap_or_else(|error| Response::from_errors(vec![error]));
    if response.data != Value::Null {
        bring(engine, facts, brought).await;
    }
    response
}

/// Keeps a document that was brought and that the schema knows, when one more is kept for whoever brought it.
pub(super) async fn bring<E: Engine>(engine: &E, facts: &RequestFacts, brought: Option<Brought>) {
    if let Some(brought) = brought
        && may_bring(engine, facts)
    {
        brought.keep().await;
    }
}

/// Whether one more document is kept for whoever sent a request.
pub(super) fn may_bring<E: Engine>(engine: &E, facts: &RequestFacts) -> bool {
    let limits = engine.limits();
    limits.bring(limits.neighbour(facts.client, &facts.headers))
}

/// Begins a subscription.
pub(super) async fn begin<E: Engine>(
    engine: &E,
    operation: Operation,
    facts: RequestFacts,
    resume: Option<String>,
) -> Result<Happenings, ServerError> {
    let request_id = facts.request_id.clone();
    let work = engine.subscribe(operation, facts, resume);
    guarded(engine, &request_id, work).await?
}

/// Asks who begins what stays open.
pub(super) async fn admit<E: Engine>(
    engine: &E,
    headers: &HeaderMap,
    request_id: &RequestId,
) -> Result<Stay, ServerError> {
    guarded(engine, request_id, engine.admit(headers)).await?
}

/// What the engine held when it panicked or ran out of time is dropped, as if the client had gone away; nothing of
/// it is used again.
async fn guarded<E: Engine, T>(
    engine: &E,
    request_id: &RequestId,
    work: impl Future<Output = T> + Send,
) -> Result<T, ServerError> {
    let work = AssertUnwindSafe(work).catch_unwind();
    let deadline = engine.settings().execution_deadline;
    async move {
        match tokio::time::timeout(deadline, work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panic)) => Err(panicked(&*panic)),
            Err(_) => Err(overdue()),
        }
    }
    .instrument(span(request_id))
    .await
}

/// At the level of errors, so that a line about an error has the request id whatever else is logged.
pub(super) fn span(request_id: &RequestId) -> tracing::Span {
    tracing::error_span!("execute", %request_id)
}

/// Tells the log why an operation panicked.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> ServerError {
    let cause = panics::message(panic);
    tracing::error!(cause, "an operation panicked");
    internal_request_error()
}

fn crowded() -> ServerError {
    request_error(ErrorCode::ServiceUnavailable, BUSY)
}

fn overdue() -> ServerError {
    tracing::warn!("an operation ran out of time");
    let message = "The operation took too long and was stopped. Ask for less, or try again later.";
    request_error(ErrorCode::Timeout, message)
}
