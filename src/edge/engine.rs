//! The program behind the GraphQL endpoint: settles for whom an operation is answered, and executes it.

use super::answers::{Answers, Bypass, Question, Stamp};
use super::client::client;
use super::cookies;
use super::graphql::{
    Engine, Happening, Happenings, InputTypes, OutputTypes, RequestFacts, Settings, Stay, Turns,
    schema_types,
};
use super::limits::Limits;
use super::said::{goes_without, header_key, keeper, wishes};
use super::standing;
use crate::domains::live::{Live, Moments, Sources, Thread};
use crate::domains::search::Searched;
use crate::domains::shop::{Directory, InContext, ShopError};
use crate::graphql::budget::AnswerBudget;
use crate::graphql::error::{BUSY, ErrorCode, internal_request_error, request_error};
use crate::graphql::idempotent;
use crate::graphql::links::Links;
use crate::graphql::made_of::MadeOf;
use crate::graphql::remembered::Remembered;
use crate::platform::db::{Database, StatementCount};
use crate::platform::telemetry::metrics;
use crate::schema::{self, Beside, Schemas};
use crate::services::Services;
use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Request, Response, ServerError, Value};
use axum::http::HeaderMap;
use futures_util::{FutureExt, StreamExt};
use std::future::pending;
use std::sync::Arc;

/// Answers operations from the schema.
#[derive(Clone)]
pub struct Storefront(pub(super) Arc<Parts>);

pub(super) struct Parts {
    schemas: Schemas,
    output_types: OutputTypes,
    input_types: InputTypes,
    settings: Settings,
    limits: Limits,
    turns: Turns,
    /// Turns of mutations, which wait for more than the pool: for a processor that hashes, for others who buy. Whoever only reads does
    /// not stand in that line.
    changes: Turns,
    database: Database,
    directory: Directory,
    links: Links,
    pub(super) services: Services,
    /// The database for all who follow something: they are many, and come all at once.
    pub(super) live: Database,
    sources: Arc<Sources>,
    /// What is kept for guests, and what answers depend on beside what is asked.
    answers: Option<(Answers, Stamp)>,
}

/// Moments of subscriptions, each with loaders of its own.
fn moments(database: &Database, links: &Links, services: &Services) -> Moments {
    let (database, links, services) = (database.clone(), links.clone(), services.clone());
    Moments::new(Arc::new(move |context| {
        let mut data = Data::default();
        // The moment may be of an event that this process has not heard of otherwise.
        let beside = Beside {
            made_of: &MadeOf::default(),
            remembered: &Remembered::default(),
        };
        schema::provide(&mut data, &database, context, &services, beside);
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
        schemas: Schemas,
        database: Database,
        directory: Directory,
        links: Links,
        services: Services,
        (settings, limits): (Settings, Limits),
        answers: Option<Answers>,
    ) -> Result<Self, async_graphql::parser::Error> {
        let sdl = schemas.strict.sdl();
        let (output_types, input_types) = schema_types(&sdl)?;
        let answers = answers.map(|answers| {
            let cost = settings.limits.cost.to_string();
            (answers, Stamp::of(&[&sdl, &format!("{links:?}"), &cost]))
        });
        metrics().know_roots(output_types.roots());
        let live = database.apart(services.live_connections).used_for("live");
        let sources = Arc::new(Sources {
            hub: services.hub.clone(),
            database: live.clone(),
            moments: moments(&live, &links, &services),
            directory: directory.clone(),
        });
        Ok(Self(Arc::new(Parts {
            schemas,
            output_types,
            input_types,
            settings,
            limits,
            turns: Turns::for_pool(database.most()),
            changes: Turns::for_pool(database.most()),
            database,
            directory,
            links,
            services,
            live,
            sources,
            answers,
        })))
    }

    /// Counts what an operation spends. Whoever signed its token pays, though their session may be over.
    async fn spend(
        &self,
        operation: &mut Request,
        facts: &RequestFacts,
    ) -> Result<(), ServerError> {
        let viewer = self.signer(facts);
        self.0.limits.settle(operation, facts, viewer).await
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
        let count =
            StatementCount::into_counter(Arc::clone(&facts.statements)).traced(facts.trail.clone());
        let header_key = match header_key(facts) {
            Ok(key) => key,
            Err(error) => return Response::from_errors(vec![error]),
        };
        let database = self.0.database.counted(count);
        let viewer = match self.viewer(facts, &database).await {
            Ok(viewer) => viewer,
            // A page cannot leave its cookies out.
            Err(error) if ErrorCode::Unauthenticated.is_of(&error) && goes_without(facts) => None,
            Err(error) => return Response::from_errors(vec![error]),
        };
        let keeper = match keeper(facts) {
            Ok(keeper) => keeper,
            Err(error) => return Response::from_errors(vec![error]),
        };
        let services = &self.0.services;
        let nothing = Remembered::default();
        let beside = Beside {
            made_of: &facts.made_of,
            // A mutation answers what stands after it.
            remembered: match facts.operation_type {
                OperationType::Query => &services.remembered,
                OperationType::Mutation | OperationType::Subscription => &nothing,
            },
        };
        let mut request = schema::attach(operation, &database, &context, services, beside)
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
        if let Some(keeper) = keeper.clone() {
            request = request.data(keeper);
        }
        let budget = AnswerBudget::default();
        let over = budget.over();
        let searched = Arc::new(Searched::default());
        let request = request.data(budget).data(Arc::clone(&searched));
        let known = facts.validity.is_known();
        let schema = match known {
            true => &self.0.schemas.of_valid,
            false => &self.0.schemas.strict,
        };
        let mut response = tokio::select! {
            response = schema.execute(request) => response,
            error = over.happens() => Response::from_errors(vec![error]),
        };
        // Nothing of a document that is not valid is answered.
        if !known && response.data != Value::Null {
            facts.validity.note();
        }
        if let Some(told) = searched.extension() {
            response.extensions.insert("search".to_owned(), told);
        }
        if let Some(keeper) = keeper {
            cookies::write(keeper.outcome(), &mut response.http_headers);
        }
        response
    }

    async fn subscribe(
        &self,
        mut operation: Request,
        facts: RequestFacts,
        resume: Option<String>,
    ) -> Result<Happenings, ServerError> {
        self.spend(&mut operation, &facts).await?;
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
        let events = self.0.schemas.strict.execute_stream(request);
        let events = events.map(move |response| {
            let cursor = thread.at().map(|cursor| cursor.to_string());
            Happening { response, cursor }
        });
        Ok(events.boxed())
    }

    async fn admit(&self, headers: &HeaderMap) -> Result<Stay, ServerError> {
        match standing::token(headers)? {
            None => Ok(pending().boxed()),
            Some(token) => self.stay(token).await,
        }
    }

    fn answers(&self) -> Option<&Answers> {
        self.0.answers.as_ref().map(|(answers, _)| answers)
    }

    async fn question(
        &self,
        operation: &Request,
        query: &str,
        facts: &RequestFacts,
    ) -> Result<Question, Bypass> {
        let (answers, stamp) = self.0.answers.as_ref().ok_or(Bypass::Deaf)?;
        if let Some(bypass) = Bypass::of(facts, schema::is_kept) {
            return Err(bypass);
        }
        // Before the facts of the shop, which are never read with less than is known then.
        let at = answers.now().ok_or(Bypass::Deaf)?;
        let context = self.context(facts).await.map_err(|_| Bypass::Shop)?;
        stamp
            .question((operation, query), facts, &context, at)
            .ok_or(Bypass::Deaf)
    }

    fn is_public(&self, root_field: &str) -> bool {
        schema::is_public(root_field)
    }

    fn output_types(&self) -> &OutputTypes {
        &self.0.output_types
    }

    fn input_types(&self) -> &InputTypes {
        &self.0.input_types
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }

    fn limits(&self) -> &Limits {
        &self.0.limits
    }

    async fn settle(
        &self,
        operation: &mut Request,
        facts: &RequestFacts,
    ) -> Result<(), ServerError> {
        self.spend(operation, facts).await
    }

    fn turns(&self, kind: OperationType) -> &Turns {
        match kind {
            OperationType::Mutation => &self.0.changes,
            OperationType::Query | OperationType::Subscription => &self.0.turns,
        }
    }
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

pub(super) fn unavailable() -> ServerError {
    request_error(ErrorCode::ServiceUnavailable, BUSY)
}
