//! The program behind the GraphQL endpoint: settles for whom an operation is answered, and executes it.

use super::client::client;
use super::graphql::{
    Engine, Happenings, OperationDirective, OutputTypes, RequestFacts, Settings, Stay,
};
use crate::domains::accounts::Viewer;
use crate::domains::accounts::service::Accounts;
use crate::domains::shop::{Directory, InContext, ShopError};
use crate::graphql::budget::AnswerBudget;
use crate::graphql::codes::{CountryCode, LanguageCode};
use crate::graphql::error::{ErrorCode, internal_request_error, request_error};
use crate::graphql::idempotent::{self, HeaderKey};
use crate::graphql::in_context;
use crate::graphql::links::Links;
use crate::platform::db::{Database, StatementCount};
use crate::schema::{self, Schema};
use crate::services::Services;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError, Value};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use std::sync::Arc;

/// Answers operations from the schema.
#[derive(Clone)]
pub struct Storefront(Arc<Parts>);

struct Parts {
    schema: Schema,
    output_types: OutputTypes,
    settings: Settings,
    database: Database,
    directory: Directory,
    links: Links,
    services: Services,
}

impl Storefront {
    /// From a schema and what its resolvers need.
    ///
    /// # Errors
    /// When the schema's own text cannot be read back, which would be a fault of this program.
    pub fn new(
        schema: Schema,
        database: Database,
        directory: Directory,
        links: Links,
        services: Services,
        settings: Settings,
    ) -> Result<Self, async_graphql::parser::Error> {
        let output_types = OutputTypes::from_sdl(&schema.sdl())?;
        Ok(Self(Arc::new(Parts {
            schema,
            output_types,
            settings,
            database,
            directory,
            links,
            services,
        })))
    }

    async fn context(&self, facts: &RequestFacts) -> Result<InContext, ServerError> {
        let directive = facts.directive(in_context::NAME);
        let country = argument(directive, "country", CountryCode::from_code)?;
        let language = argument(directive, "language", LanguageCode::from_code)?;
        let shop = self
            .0
            .directory
            .facts()
            .await
            .map_err(|error| refused(&error))?;
        InContext::settle(&shop, country, language).ok_or_else(internal_request_error)
    }
}

/// Said to whoever sends a token that is none, or none any more.
const BAD_TOKEN: &str = "The token in the header `Authorization` is none of this shop's or no longer good: get a new one by \
     `accountTokenRefresh` or `accountSignIn`, and send those without the header.";

impl Storefront {
    /// Whoever is signed in, when the request says that somebody is. A token that is not good is refused wherever it is sent: what is
    /// answered to nobody must not be taken for an answer to somebody.
    async fn viewer(
        &self,
        facts: &RequestFacts,
        database: &Database,
    ) -> Result<Option<Viewer>, ServerError> {
        let mut headers = facts.headers.get_all(AUTHORIZATION).iter();
        let Some(header) = headers.next() else {
            return Ok(None);
        };
        let bad = || request_error(ErrorCode::Unauthenticated, BAD_TOKEN);
        let token = header.to_str().ok().and_then(bearer).ok_or_else(bad)?;
        if headers.next().is_some() {
            return Err(bad());
        }
        let accounts = Accounts::new(database.clone(), self.0.services.access.clone());
        let viewer = accounts.authenticate(token).await.map_err(|cause| {
            tracing::error!(%cause, "a token could not be checked");
            unavailable()
        })?;
        viewer.ok_or_else(bad).map(Some)
    }
}

/// The token in a header `Authorization: Bearer`.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

impl Engine for Storefront {
    async fn execute(&self, mut operation: Request, facts: &RequestFacts) -> Response {
        match operation.parsed_query().map(idempotent::misplaced) {
            Ok(None) => {}
            Ok(Some(error)) | Err(error) => return Response::from_errors(vec![error]),
        }
        let context = match self.context(facts).await {
            Ok(context) => context,
            Err(error) => return Response::from_errors(vec![error]),
        };
        let count = StatementCount::into_counter(Arc::clone(&facts.statements));
        let header_key = match header_key(facts) {
            Ok(key) => key,
            Err(error) => return Response::from_errors(vec![error]),
        };
        let database = self.0.database.counted(count);
        let viewer = match self.viewer(facts, &database).await {
            Ok(viewer) => viewer,
            Err(error) => return Response::from_errors(vec![error]),
        };
        let mut request = schema::attach(operation, &database, &context, &self.0.services)
            .data(header_key)
            .data(client(
                facts.client,
                &facts.headers,
                &self.0.services.proxies,
            ))
            .data(self.0.links.clone());
        if let Some(viewer) = viewer {
            request = request.data(viewer);
        }
        let budget = AnswerBudget::default();
        let over = budget.over();
        tokio::select! {
            response = self.0.schema.execute(request.data(budget)) => response,
            error = over.happens() => Response::from_errors(vec![error]),
        }
    }

    async fn subscribe(
        &self,
        _operation: Request,
        _facts: RequestFacts,
        _resume: Option<String>,
    ) -> Result<Happenings, ServerError> {
        Err(unavailable())
    }

    async fn admit(&self, _headers: &HeaderMap) -> Result<Stay, ServerError> {
        Err(unavailable())
    }

    fn output_types(&self) -> &OutputTypes {
        &self.0.output_types
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

/// The key in the header `Idempotency-Key`, which stands for one mutation field.
fn header_key(facts: &RequestFacts) -> Result<HeaderKey, ServerError> {
    let Some(key) = facts.headers.get("idempotency-key") else {
        return Ok(HeaderKey::default());
    };
    let bad = |message: &str| request_error(ErrorCode::BadRequest, message);
    let key = key
        .to_str()
        .map_err(|_| bad("The header `Idempotency-Key` is 1 to 255 printable ASCII characters."))?;
    if facts.operation_type == OperationType::Mutation && facts.root_fields != 1 {
        return Err(bad(
            "The header `Idempotency-Key` stands for one mutation field: with several, give each its own by `@idempotent(key:)`.",
        ));
    }
    Ok(HeaderKey(Some(key.to_owned())))
}

/// A code among the directive's arguments; the schema itself refuses arguments of another type.
fn argument<T>(
    directive: Option<&OperationDirective>,
    name: &str,
    read: fn(&str) -> Option<T>,
) -> Result<Option<T>, ServerError> {
    let code = match directive.and_then(|directive| directive.arguments.get(name)) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Enum(code)) => code.as_str(),
        Some(Value::String(code)) => code,
        Some(_) => "",
    };
    let unknown = || {
        request_error(
            ErrorCode::BadUserInput,
            format!("`@inContext({name}:)` is no {name} code of the schema."),
        )
    };
    read(code).map(Some).ok_or_else(unknown)
}

fn refused(error: &ShopError) -> ServerError {
    match error {
        ShopError::NoShop => request_error(ErrorCode::ShopNotReady, "This shop is not set up yet."),
        ShopError::Database(cause) => {
            tracing::error!(%cause, "the facts of the shop could not be read");
            unavailable()
        }
    }
}

fn unavailable() -> ServerError {
    request_error(
        ErrorCode::ServiceUnavailable,
        "The shop is busy or its database cannot be reached: try again in a moment.",
    )
}
