//! The GraphQL endpoint: POST, and GET for queries, by the GraphQL-over-HTTP specification; what stays open by
//! WebSocket (`graphql-transport-ws`) and by server-sent events (distinct connections mode).
//!
//! What happens to a request, in order: it is counted ([`super::limits`]), the media type of the answer (`negotiation`), the parameters
//! (`parameters`, `body`), the text of a document that is only named (`persisted`), the document and its operation (`document`), the
//! limits of what may be asked for ([`super::guard`]), the execution with its
//! deadline (`execution`), the nulls of failed fields (`nulls`), the answer (`response`). A step that refuses says
//! so by a `Refusal`, and nothing after it runs. From the parameters on (`prepare`) it is the same way for all.
//!
//! A request that stays open has a page that is at home here (`origin`) and a place (`streams`). What an operation
//! says over time (`operation`) is written by `ws` or by `sse`.

mod body;
mod document;
mod execution;
mod facts;
mod field_order;
mod http;
mod input_types;
mod json;
mod kept;
mod negotiation;
mod nulls;
mod operation;
mod origin;
mod output_types;
mod parameters;
mod parsed;
mod persisted;
mod prepare;
mod refusal;
mod response;
mod roots;
mod schema_types;
mod settings;
mod shapes;
mod single_root;
mod slim;
mod sse;
mod streams;
#[cfg(test)]
mod tests;
mod turns;
mod ws;

use std::{future::Future, net::SocketAddr};

use async_graphql::{Request as Operation, ServerError, parser::types::OperationType};
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, request::Parts},
    response::Response,
    routing::{MethodRouter, any},
};
use futures_util::{future::BoxFuture, stream::BoxStream};

use self::{negotiation::MediaType, refusal::Refusal, response::Answer};
use super::{
    answers::{Answers, Bypass, Question},
    cookies::Cookies,
    limits::{Limits, Neighbour},
    request_id::RequestId,
    request_log::RequestLog,
};

pub use self::{
    facts::{OperationDirective, RequestFacts},
    input_types::InputTypes,
    origin::Origins,
    output_types::OutputTypes,
    parsed::Validity,
    persisted::{Documents, ManifestError, Trusted},
    schema_types::schema_types,
    settings::{LiveSettings, Settings},
    streams::Streams,
    turns::Turns,
};

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

    /// The answers that are kept for guests, when any are.
    fn answers(&self) -> Option<&Answers> {
        None
    }

    /// What an operation with the document `query` asks, when its answer may be kept.
    fn question(
        &self,
        _operation: &Operation,
        _query: &str,
        _facts: &RequestFacts,
    ) -> impl Future<Output = Result<Question, Bypass>> + Send {
        std::future::ready(Err(Bypass::Kind))
    }

    /// Whether what a query's root field of this name answers is the same for everybody, whoever asks. Nothing is, unless it is known.
    fn is_public(&self, _root_field: &str) -> bool {
        false
    }

    /// The types of the fields that operations select.
    fn output_types(&self) -> &OutputTypes;

    /// The types of the fields of input objects.
    fn input_types(&self) -> &InputTypes;

    /// The bounds that the endpoint keeps.
    fn settings(&self) -> &Settings;

    /// How much one client may ask for.
    fn limits(&self) -> &Limits;

    /// Counts what a query or a mutation spends, before it is executed.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS`.
    fn settle(
        &self,
        operation: &mut Operation,
        facts: &RequestFacts,
    ) -> impl Future<Output = Result<(), ServerError>> + Send;

    /// How many operations of a kind run at a time.
    fn turns(&self, kind: OperationType) -> &Turns;
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

/// Who may open what stays open, and how much of it; what may be executed.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The pages that may.
    pub origins: Origins,
    /// What is open.
    pub streams: Streams,
    /// The documents that can be named.
    pub documents: Documents,
}

/// The endpoint as a route: `Router::new().route("/graphql", endpoint(engine, gate))`.
pub fn endpoint<E: Engine, S: Clone + Send + Sync + 'static>(
    engine: E,
    gate: Gate,
) -> MethodRouter<S> {
    any(move |request: Request| async move { handle(&engine, &gate, request).await })
}

/// What is answered when a request failed as a whole, whatever it asked for. Who calls it has logged the cause.
pub(super) fn failed(request_id: &RequestId) -> Response {
    let refusal = Refusal::failed();
    let answer = Answer::refused(refusal, MediaType::Json).named(request_id);
    answer.written(request_id).response
}

/// What is answered to a request with too many headers, or too long ones.
pub(super) fn headers_too_large(request_id: &RequestId) -> Response {
    let refusal = Refusal::headers_too_large();
    let answer = Answer::refused(refusal, MediaType::Json);
    answer.written(request_id).response
}

/// What is answered to a request that is refused before it is looked at.
pub(super) fn refused(error: ServerError, request_id: &RequestId) -> Response {
    let answer = Answer::refused(error.into(), MediaType::Json);
    answer.written(request_id).response
}

/// Answers one HTTP request; what stays open goes on after it.
pub async fn handle<E: Engine>(engine: &E, gate: &Gate, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Err(error) = engine.limits().enter(neighbour(engine, &parts)) {
        let log = RequestLog::start(RequestId::of(&parts.headers));
        return http::refused(error.into(), log);
    }
    let (socket, events) = (
        ws::is_wanted(&parts),
        negotiation::wants_events(&parts.headers),
    );
    if engine.settings().cookies {
        let cookies = match socket || events {
            true => Cookies::of_stream(&mut parts.headers),
            false => Cookies::of_request(&mut parts.headers),
        };
        parts.extensions.insert(cookies);
    }
    if socket {
        ws::open(engine, gate, parts).await
    } else if events {
        sse::open(engine, gate, parts, body).await
    } else {
        http::handle(engine, gate, parts, body).await
    }
}

/// With whom a request is counted.
fn neighbour<E: Engine>(engine: &E, parts: &Parts) -> Option<Neighbour> {
    let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = address.map(|ConnectInfo(address)| address.ip());
    engine.limits().neighbour(peer, &parts.headers)
}
