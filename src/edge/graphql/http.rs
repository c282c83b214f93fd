//! One request, one answer.

use async_graphql::parser::types::OperationType;
use axum::{
    body::Body,
    http::{
        HeaderMap, Method,
        header::{AUTHORIZATION, COOKIE},
        request::Parts,
    },
    response::Response,
};

use super::{
    super::{request_id::RequestId, request_log::RequestLog},
    Engine, Gate, RequestFacts, Settings, body,
    document::Way,
    execution,
    negotiation::{self, MediaType},
    nulls,
    parameters::Parameters,
    prepare::{Prepared, Sender, prepare},
    refusal::Refusal,
    response::Answer,
};

/// Answers, and writes the request's line in the log.
pub(super) async fn handle<E: Engine>(
    engine: &E,
    gate: &Gate,
    mut parts: Parts,
    body: Body,
) -> Response {
    let request_id = RequestId::of(&parts.headers);
    let mut log = RequestLog::start(request_id.clone());
    let (answer, facts) = match negotiation::choose(&parts.headers) {
        Some(media_type) => answer(engine, gate, &mut parts, body, media_type, &mut log).await,
        None => (
            Answer::refused(Refusal::not_acceptable(), MediaType::Json),
            None,
        ),
    };
    let written = answer.written(&request_id);
    let written = match &facts {
        Some(facts) => written.unless_known(&facts.headers),
        None => written,
    };
    let statements = facts.as_ref().map_or(0, RequestFacts::statement_count);
    log.finish(written.response.status(), written.errors, statements);
    written.response
}

/// What is answered to a request that is refused as a whole.
pub(super) fn refused(refusal: Refusal, log: RequestLog) -> Response {
    let written = Answer::refused(refusal, MediaType::Json).written(log.request_id());
    log.finish(written.response.status(), written.errors, 0);
    written.response
}

/// The answer, and the facts when the operation was executed.
async fn answer<E: Engine>(
    engine: &E,
    gate: &Gate,
    parts: &mut Parts,
    body: Body,
    media_type: MediaType,
    log: &mut RequestLog,
) -> (Answer, Option<RequestFacts>) {
    let settings = engine.settings();
    let sender = Sender::of(parts);
    let way = match parts.method {
        Method::GET => Way::Get,
        _ => Way::Post,
    };
    let documents = &gate.documents;
    let prepared = match parameters(settings, parts, &sender.headers, body).await {
        Ok(parameters) => prepare(settings, documents, way, &sender, parameters, log).await,
        Err(refusal) => Err(refusal),
    };
    let Prepared {
        operation,
        facts,
        query,
        named,
        brought,
    } = match prepared {
        Ok(prepared) => prepared,
        Err(refusal) => {
            let answer = Answer::refused(refusal, media_type);
            return (answer.costing(log.cost(), &settings.limits), None);
        }
    };
    let mut response = execution::run(engine, operation, &facts, brought).await;
    let name = facts.operation_name.as_deref();
    nulls::restore(&mut response, &query, name, engine.output_types());
    let answer = Answer::executed(response, &facts, &settings.limits, media_type);
    let answer = if way == Way::Get && named && is_public(engine, &facts) {
        answer.public(settings.public_age)
    } else {
        answer
    };
    (answer, Some(facts))
}

/// Whether everybody gets the same answer: nobody said who they are, and nothing is asked for that depends on it.
fn is_public<E: Engine>(engine: &E, facts: &RequestFacts) -> bool {
    let anonymous = |name| !facts.headers.contains_key(name);
    anonymous(AUTHORIZATION)
        && anonymous(COOKIE)
        && facts.operation_type == OperationType::Query
        && facts.roots.iter().all(|root| engine.is_public(root))
}

/// Reads what the client wants executed.
pub(super) async fn parameters(
    settings: &Settings,
    parts: &Parts,
    headers: &HeaderMap,
    body: Body,
) -> Result<Parameters, Refusal> {
    match parts.method {
        Method::GET => Parameters::from_query_string(parts.uri.query().unwrap_or_default()),
        Method::POST if !negotiation::is_json(headers) => Err(Refusal::unsupported_media_type()),
        Method::POST => Parameters::from_json(&body::read(headers, body, settings).await?),
        _ => Err(Refusal::method_not_allowed()),
    }
}
