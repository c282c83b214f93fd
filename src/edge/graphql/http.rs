//! One request, one answer.

use std::{sync::Arc, time::Duration};

use async_graphql::{Request as Operation, Response as Executed, parser::types::OperationType};
use axum::{
    body::Body,
    http::{
        HeaderMap, Method,
        header::{AUTHORIZATION, COOKIE},
        request::Parts,
    },
    response::Response,
};
use futures_util::FutureExt;

use super::{
    super::{request_id::RequestId, request_log::RequestLog},
    Engine, Gate, RequestFacts, Settings, body,
    document::Way,
    execution, field_order, kept,
    negotiation::{self, MediaType},
    nulls,
    parameters::Parameters,
    persisted::Brought,
    prepare::{Prepared, Sender, prepare},
    refusal::Refusal,
    response::{Answer, Written},
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
    let (written, facts) = match negotiation::choose(&parts.headers) {
        Some(media_type) => answer(engine, gate, &mut parts, body, media_type, &mut log).await,
        None => {
            let answer = Answer::refused(Refusal::not_acceptable(), MediaType::Json);
            (answer.written(&request_id), None)
        }
    };
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
) -> (Written, Option<RequestFacts>) {
    let settings = engine.settings();
    let sender = Sender::of(parts);
    let way = match parts.method {
        Method::GET => Way::Get,
        _ => Way::Post,
    };
    let documents = &gate.documents;
    let prepared = match parameters(settings, parts, &sender.headers, body).await {
        Ok(parameters) => prepare(engine, documents, way, &sender, parameters, log).await,
        Err(refusal) => Err(refusal),
    };
    match prepared {
        Ok(prepared) => {
            let form = Form { media_type, way };
            // In a box: what it holds while it runs is much.
            let (written, facts) = given(engine, prepared, form).boxed().await;
            (written, Some(facts))
        }
        Err(refusal) => {
            let answer = Answer::refused(refusal, media_type);
            let answer = answer.costing(log.cost(), &settings.limits);
            (answer.written(log.request_id()), None)
        }
    }
}

/// How an answer is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// The media type.
    pub media_type: MediaType,
    /// How the operation came in.
    pub way: Way,
}

/// The answer to an operation: one that is kept, or its own.
async fn given<E: Engine>(engine: &E, prepared: Prepared, form: Form) -> (Written, RequestFacts) {
    let Prepared {
        mut operation,
        facts,
        query,
        named,
        brought,
    } = prepared;
    let settings = engine.settings();
    if let Err(error) = execution::settle(engine, &mut operation, &facts).await {
        let refused = Executed::from_errors(vec![error]);
        let answer = Answer::executed(refused, &facts, &settings.limits, form.media_type);
        return (answer.written(&facts.request_id), facts);
    }
    let shared = form.way == Way::Get && named && is_public(engine, &facts);
    let age = if shared {
        settings.public_age
    } else {
        Duration::ZERO
    };
    let mut making = Making {
        operation,
        facts,
        query,
        brought,
        media_type: form.media_type,
        age,
    };
    let written = match engine.answers() {
        Some(answers) => kept::give(engine, answers, &mut making).await,
        None => making
            .made(engine)
            .await
            .public(age)
            .written(&making.facts.request_id),
    };
    (written, making.facts)
}

/// An operation that is answered.
pub(super) struct Making {
    pub operation: Operation,
    pub facts: RequestFacts,
    /// The text of its document.
    pub query: Arc<str>,
    pub brought: Option<Brought>,
    pub media_type: MediaType,
    /// How long whoever passes the answer on may keep it; zero for not at all.
    pub age: Duration,
}

impl Making {
    /// Its own answer. It is executed once.
    pub async fn made<E: Engine>(&mut self, engine: &E) -> Answer {
        let operation = std::mem::replace(&mut self.operation, Operation::new(String::new()));
        let (facts, brought) = (&self.facts, self.brought.take());
        let mut response = execution::settled(engine, operation, facts, brought).await;
        let (document, name) = (facts.validity.document(), facts.operation_name.as_deref());
        nulls::restore(&mut response, document, name, engine.output_types());
        field_order::arrange(&mut response, document, name);
        let limits = &engine.settings().limits;
        Answer::executed(response, facts, limits, self.media_type)
    }
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
