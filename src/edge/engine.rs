//! The program behind the GraphQL endpoint: settles for whom an operation is answered, and executes it.

use super::client::client;
use super::graphql::{
    Ended, Engine, Happening, Happenings, OperationDirective, OutputTypes, RequestFacts, Settings,
    Stay,
};
use crate::domains::accounts::service::Accounts;
use crate::domains::accounts::{SessionId, UserId, Verified, Viewer};
use crate::domains::live::{Live, Moments, Sources, Thread};
use crate::domains::shop::{Directory, InContext, ShopError};
use crate::graphql::budget::AnswerBudget;
use crate::graphql::codes::{CountryCode, LanguageCode};
use crate::graphql::error::{ErrorCode, internal_request_error, request_error};
use crate::graphql::idempotent::{self, HeaderKey};
use crate::graphql::in_context;
use crate::graphql::links::Links;
use crate::platform::db::{Database, StatementCount};
use crate::platform::outbox::Audience;
use crate::platform::{chance, clock};
use crate::schema::{self, Schema};
use crate::services::Services;
use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Request, Response, ServerError, Value};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use futures_util::{FutureExt, StreamExt};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

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
    /// The database for all who follow something: they are many, and come all at once.
    live: Database,
    sources: Arc<Sources>,
}

/// Moments of subscriptions, each with loaders of its own.
fn moments(database: &Database, links: &Links, services: &Services) -> Moments {
    let (database, links, services) = (database.clone(), links.clone(), services.clone());
    Moments::new(Arc::new(move |context| {
        let mut data = Data::default();
        schema::provide(&mut data, &database, context, &services);
        data.insert(links.clone());
        data
    }))
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
        let live = database.apart(services.live_connections);
        let sources = Arc::new(Sources {
            hub: services.hub.clone(),
            database: live.clone(),
            moments: moments(&live, &links, &services),
            directory: directory.clone(),
        });
        Ok(Self(Arc::new(Parts {
            schema,
            output_types,
            settings,
            database,
            directory,
            links,
            services,
            live,
            sources,
        })))
    }

    async fn context(&self, facts: &RequestFacts) -> Result<InContext, ServerError> {
        let (country, language) = wishes(facts)?;
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
        let Some(token) = token(&facts.headers)? else {
            return Ok(None);
        };
        let viewer = self.accounts(database).authenticate(token).await;
        viewer
            .map_err(|cause| unchecked(&cause))?
            .ok_or_else(bad_token)
            .map(Some)
    }

    fn accounts(&self, database: &Database) -> Accounts {
        Accounts::new(database.clone(), self.0.services.access.clone())
    }

    /// Ends when the token expires, its session is ended, or what its user may do changes.
    async fn stay(&self, token: &str) -> Result<Stay, ServerError> {
        let (accounts, database) = (self.accounts(&self.0.live), self.0.live.clone());
        let verified = accounts.verify(token).map_err(|cause| unchecked(&cause))?;
        let Verified {
            user,
            session,
            until,
        } = verified.ok_or_else(bad_token)?;
        // Followed before it is asked, so that no change is missed in between.
        let changes = self.0.services.hub.follow(Audience::User(user.0), None);
        let mut changes = changes.await.map_err(|cause| unchecked(&cause))?;
        let began = accounts.standing(user, session).await;
        let began = began
            .map_err(|cause| unchecked(&cause))?
            .ok_or_else(bad_token)?;
        let grants = began.grants;
        let changed = async move {
            loop {
                changes.next(&database).await;
                match stands(&accounts, user, session).await {
                    None => return Ended::SignedOut,
                    Some(now) if now.grants != grants => return Ended::RolesChanged,
                    Some(_) => {}
                }
            }
        };
        let left = (until - clock::now()).to_std().unwrap_or_default();
        Ok(async move {
            tokio::time::timeout(left, changed)
                .await
                .unwrap_or(Ended::Expired)
        }
        .boxed())
    }
}

/// How somebody stands; asked until the database answers.
async fn stands(accounts: &Accounts, user: UserId, session: SessionId) -> Option<Viewer> {
    loop {
        match accounts.standing(user, session).await {
            Ok(viewer) => return viewer,
            Err(cause) => {
                tracing::warn!(%cause, "whether somebody may stay could not be asked");
                tokio::time::sleep(REST + chance::up_to(REST)).await;
            }
        }
    }
}

/// Between two questions to a database that fails.
const REST: Duration = Duration::from_millis(500);

/// The token that a request came with.
fn token(headers: &HeaderMap) -> Result<Option<&str>, ServerError> {
    let mut headers = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    let token = header
        .to_str()
        .ok()
        .and_then(bearer)
        .ok_or_else(bad_token)?;
    if headers.next().is_some() {
        return Err(bad_token());
    }
    Ok(Some(token))
}

fn bad_token() -> ServerError {
    request_error(ErrorCode::Unauthenticated, BAD_TOKEN)
}

fn unchecked(cause: &dyn std::fmt::Display) -> ServerError {
    tracing::error!(%cause, "a token could not be checked");
    unavailable()
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
        operation: Request,
        facts: RequestFacts,
        resume: Option<String>,
    ) -> Result<Happenings, ServerError> {
        let (country, language) = wishes(&facts)?;
        let viewer = self.viewer(&facts, &self.0.live).await?;
        let live = Live {
            sources: Arc::clone(&self.0.sources),
            country,
            language,
            viewer: viewer.clone(),
            thread: Arc::new(Thread::new(facts.request_id.as_str(), resume)),
        };
        let thread = Arc::clone(&live.thread);
        let mut request = operation.data(Arc::new(live)).data(AnswerBudget::default());
        if let Some(viewer) = viewer {
            request = request.data(viewer);
        }
        let events = self.0.schema.execute_stream(request);
        let events = events.map(move |response| {
            let cursor = thread.at().map(|cursor| cursor.to_string());
            Happening { response, cursor }
        });
        Ok(events.boxed())
    }

    async fn admit(&self, headers: &HeaderMap) -> Result<Stay, ServerError> {
        match token(headers)? {
            None => Ok(pending().boxed()),
            Some(token) => self.stay(token).await,
        }
    }

    fn output_types(&self) -> &OutputTypes {
        &self.0.output_types
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

/// The country and the language that `@inContext` names.
fn wishes(
    facts: &RequestFacts,
) -> Result<(Option<CountryCode>, Option<LanguageCode>), ServerError> {
    let directive = facts.directive(in_context::NAME);
    Ok((
        argument(directive, "country", CountryCode::from_code)?,
        argument(directive, "language", LanguageCode::from_code)?,
    ))
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
