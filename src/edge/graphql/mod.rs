//! The GraphQL endpoint: POST, and GET for queries, by the GraphQL-over-HTTP specification.
//!
//! What happens to a request, in order: the media type of the answer (`negotiation`), the parameters (`parameters`,
//! `body`), the document and its operation (`document`), the limits ([`super::guard`]), the execution with its
//! deadline (`execution`), the nulls of failed fields (`nulls`), the answer (`response`). A step that refuses says
//! so by a `Refusal`, and nothing after it runs.

mod body;
mod document;
mod execution;
mod facts;
mod negotiation;
mod nulls;
mod output_types;
mod parameters;
mod refusal;
mod response;
#[cfg(test)]
mod tests;

use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use async_graphql::{Request as Operation, ServerError};
use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    http::{
        HeaderMap, Method,
        header::{AUTHORIZATION, COOKIE},
        request::Parts,
    },
    response::Response,
    routing::{MethodRouter, any},
};
use futures_util::{future::BoxFuture, stream::BoxStream};

pub use self::{
    facts::{OperationDirective, RequestFacts},
    output_types::OutputTypes,
};
use self::{negotiation::MediaType, parameters::Parameters, refusal::Refusal, response::Answer};
use super::{guard, request_id::RequestId, request_log::RequestLog};

/// What the endpoint needs from the program behind it.
pub trait Engine: Clone + Send + Sync + 'static {
    /// Executes `operation`, whose document is parsed, measured, and in it.
    ///
    /// The future is dropped when the client goes away or the deadline passes. An answer without data whose errors
    /// have no path is taken for a refused request.
    fn execute(
        &self,
        operation: Operation,
        facts: &RequestFacts,
    ) -> impl Future<Output = async_graphql::Response> + Send;

    /// Begins a subscription, whose document is parsed, measured, and in it. `resume` is the cursor that the connection itself
    /// names, and goes before an argument `after`.
    ///
    /// # Errors
    /// Why it does not begin. What only its field can refuse comes as the first event, without data.
    fn subscribe(
        &self,
        operation: Operation,
        facts: RequestFacts,
        resume: Option<String>,
    ) -> impl Future<Output = Result<Happenings, ServerError>> + Send;

    /// Looks who begins a connection that stays, by the headers that it came with (`Authorization` among them), and answers what
    /// ends when they may not stay any longer.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` for a token that is none or no longer good; what the database says.
    fn admit(&self, headers: &HeaderMap) -> impl Future<Output = Result<Stay, ServerError>> + Send;

    /// The types of the fields that operations select.
    fn output_types(&self) -> &OutputTypes;

    /// The bounds that the endpoint keeps.
    fn settings(&self) -> &Settings;
}

/// An event of a subscription. One without data ends it.
#[derive(Debug)]
pub struct Happening {
    /// What is answered.
    pub response: async_graphql::Response,
    /// Where to go on after it, when it can be gone on from.
    pub cursor: Option<String>,
}

/// The events of a subscription.
pub type Happenings = BoxStream<'static, Happening>;

/// Ends when whoever was admitted may not stay any longer.
pub type Stay = BoxFuture<'static, Ended>;

/// Why whoever was admitted may not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The access token has expired.
    Expired,
    /// The session was ended, or the account closed.
    SignedOut,
    /// What they may do has changed.
    RolesChanged,
}

impl Ended {
    /// What they are told, in less than 123 bytes.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Expired => {
                "The access token has expired: get a new one, connect again, go on from the last cursor."
            }
            Self::SignedOut => "You are signed out: sign in, and connect again.",
            Self::RolesChanged => {
                "What you may do has changed: connect again, and go on from the last cursor."
            }
        }
    }
}

/// The bounds of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What a document may ask for.
    pub limits: guard::Limits,
    /// Whether operations may ask for the schema itself.
    pub introspection: bool,
    /// The longest body that is read, in bytes.
    pub body_bytes: usize,
    /// The time in which a body must have arrived.
    pub body_deadline: Duration,
    /// The time in which an operation must be done.
    pub execution_deadline: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: guard::Limits::default(),
            introspection: true,
            body_bytes: 1_048_576,
            body_deadline: Duration::from_secs(10),
            execution_deadline: Duration::from_secs(30),
        }
    }
}

/// The endpoint as a route: `Router::new().route("/graphql", endpoint(engine))`.
pub fn endpoint<E: Engine, S: Clone + Send + Sync + 'static>(engine: E) -> MethodRouter<S> {
    any(move |request: Request| async move { handle(&engine, request).await })
}

/// Answers one HTTP request, and writes its line in the log.
pub async fn handle<E: Engine>(engine: &E, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let request_id = RequestId::of(&parts.headers);
    let mut log = RequestLog::start(request_id.clone());
    let (answer, facts) = answer(engine, parts, body, &mut log).await;
    let written = answer.written(&request_id);
    log.finish(written.response.status(), written.errors, facts.as_ref());
    written.response
}

/// The answer, and the facts when the operation was executed.
async fn answer<E: Engine>(
    engine: &E,
    parts: Parts,
    body: Body,
    log: &mut RequestLog,
) -> (Answer, Option<RequestFacts>) {
    let Some(media_type) = negotiation::choose(&parts.headers) else {
        return (
            Answer::refused(Refusal::not_acceptable(), MediaType::Json),
            None,
        );
    };
    let prepared = match prepare(engine.settings(), parts, body, log).await {
        Ok(prepared) => prepared,
        Err(refusal) => return (Answer::refused(refusal, media_type), None),
    };
    let Prepared { operation, facts } = prepared;
    let query = operation.query.clone();
    let mut response = execution::run(engine, operation, &facts).await;
    let name = facts.operation_name.as_deref();
    nulls::restore(&mut response, &query, name, engine.output_types());
    let answer = Answer::executed(response, &facts, &engine.settings().limits, media_type);
    (answer, Some(facts))
}

/// An operation that is ready to be executed.
struct Prepared {
    operation: Operation,
    facts: RequestFacts,
}

/// Reads a request and checks everything that can be checked without the schema.
async fn prepare(
    settings: &Settings,
    parts: Parts,
    body: Body,
    log: &mut RequestLog,
) -> Result<Prepared, Refusal> {
    let Parts {
        method,
        uri,
        mut headers,
        extensions,
        ..
    } = parts;
    // What is printed of headers, if ever, is not what gives access.
    for (name, value) in &mut headers {
        value.set_sensitive([AUTHORIZATION, COOKIE].contains(name));
    }
    let client = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip());
    let parameters = match method {
        Method::GET => Parameters::from_query_string(uri.query().unwrap_or_default())?,
        Method::POST => post_parameters(settings, &headers, body).await?,
        _ => return Err(Refusal::method_not_allowed()),
    };
    check(settings, &method, (headers, client), parameters, log)
}

async fn post_parameters(
    settings: &Settings,
    headers: &HeaderMap,
    body: Body,
) -> Result<Parameters, Refusal> {
    if !negotiation::is_json(headers) {
        return Err(Refusal::unsupported_media_type());
    }
    Parameters::from_json(&body::read(headers, body, settings).await?)
}

fn check(
    settings: &Settings,
    method: &Method,
    (headers, client): (HeaderMap, Option<IpAddr>),
    parameters: Parameters,
    log: &mut RequestLog,
) -> Result<Prepared, Refusal> {
    let limits = &settings.limits;
    let Parameters {
        query,
        operation_name,
        variables,
        extensions,
    } = parameters;
    log.note_operation(operation_name.as_deref(), "");
    let document = document::parse(&query, limits)?;
    let selected = document::select(&document, operation_name.as_deref())?;
    log.note_operation(selected.name, document::kind(selected.definition.ty));
    document::check_method(method, selected.definition.ty)?;
    guard::check_variables(&variables, limits)?;
    document::check_required(selected.definition, &variables)?;
    let measure = guard::measure(&document, selected.definition, &variables, limits)?;
    log.note_measure(measure);
    if measure.introspects && !settings.introspection {
        return Err(Refusal::introspection_disabled());
    }

    let facts = RequestFacts::new(
        log.request_id().clone(),
        headers,
        client,
        &selected,
        &variables,
        measure,
    );
    let mut operation = Operation::new(query).variables(variables);
    operation.operation_name = facts.operation_name.clone();
    operation.extensions = extensions;
    operation.set_parsed_query(document);
    Ok(Prepared { operation, facts })
}
