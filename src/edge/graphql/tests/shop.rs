//! A schema of a few fields that go well and a few that go wrong.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_graphql::parser::types::OperationType;
use async_graphql::{
    Context, Error, ID, Object, Request as Operation, Response, Result, Schema, ServerError,
    Subscription as Subscribes,
};

use axum::http::{HeaderMap, header::AUTHORIZATION};
use futures_util::{FutureExt, Stream, StreamExt, stream};

use crate::{
    edge::{
        graphql::{
            Ended, Engine, Happening, Happenings, InputTypes, OutputTypes, RequestFacts, Settings,
            Stay, Turns, schema_types,
        },
        limits::Limits,
    },
    graphql::error::{ErrorCode, client_error, internal, request_error},
};

type ShopSchema = Schema<Query, Mutation, Subscription>;

/// An engine around the schema, which counts one statement for each operation.
#[derive(Clone)]
pub struct Shop {
    schema: ShopSchema,
    output_types: OutputTypes,
    input_types: InputTypes,
    settings: Settings,
    limits: Limits,
    /// How many operations run at a time.
    pub turns: Turns,
    /// Subscriptions that are open.
    pub open: Arc<AtomicUsize>,
    /// Subscriptions that were begun.
    pub begun: Arc<AtomicUsize>,
}

impl Shop {
    pub fn with(settings: Settings) -> Self {
        let schema = Schema::new(Query, Mutation, Subscription);
        let (output_types, input_types) = schema_types(&schema.sdl()).unwrap_or_default();
        Self {
            schema,
            output_types,
            input_types,
            settings,
            limits: Limits::default(),
            turns: Turns::for_pool(16),
            open: Arc::default(),
            begun: Arc::default(),
        }
    }
}

impl Engine for Shop {
    async fn execute(&self, operation: Operation, facts: &RequestFacts) -> Response {
        facts
            .statements
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if token(&facts.headers) == "Bearer stale" {
            return Response::from_errors(vec![unauthenticated()]);
        }
        self.schema.execute(operation.data(facts.clone())).await
    }

    async fn subscribe(
        &self,
        operation: Operation,
        facts: RequestFacts,
        resume: Option<String>,
    ) -> Result<Happenings, ServerError> {
        let from = match resume.as_deref().map(str::parse::<i32>) {
            None => 0,
            Some(Ok(from)) => from,
            Some(Err(_)) => return Err(request_error(ErrorCode::BadUserInput, "No cursor.")),
        };
        let open = Open::count(&self.open);
        self.begun.fetch_add(1, Ordering::SeqCst);
        let events = self
            .schema
            .execute_stream(operation.data(facts).data(From(from)));
        let events = events.enumerate().map(move |(at, response)| {
            let _open = &open;
            Happening {
                response,
                cursor: Some(format!("{}", from + i32::try_from(at).unwrap() + 1)),
            }
        });
        Ok(events.boxed())
    }

    async fn admit(&self, headers: &HeaderMap) -> Result<Stay, ServerError> {
        match token(headers) {
            "Bearer bad" => Err(unauthenticated()),
            "Bearer lost" => Err(request_error(ErrorCode::ServiceUnavailable, "No database.")),
            "Bearer panics" => panic!("on purpose"),
            "Bearer slow" => {
                tokio::time::sleep(Duration::from_millis(40)).await;
                Ok(std::future::pending().boxed())
            }
            "Bearer short" => Ok(Box::pin(async {
                tokio::time::sleep(Duration::from_millis(60)).await;
                Ended::Expired
            })),
            _ => Ok(std::future::pending().boxed()),
        }
    }

    fn is_public(&self, root_field: &str) -> bool {
        root_field == "item"
    }

    fn output_types(&self) -> &OutputTypes {
        &self.output_types
    }

    fn input_types(&self) -> &InputTypes {
        &self.input_types
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }

    async fn settle(&self, _: &mut Operation, _: &RequestFacts) -> Result<(), ServerError> {
        Ok(())
    }

    fn turns(&self, _: OperationType) -> &Turns {
        &self.turns
    }
}

fn token(headers: &HeaderMap) -> &str {
    let token = headers.get(AUTHORIZATION);
    token.and_then(|it| it.to_str().ok()).unwrap_or_default()
}

fn unauthenticated() -> ServerError {
    request_error(ErrorCode::Unauthenticated, "The token is no longer good.")
}

/// Where a subscription goes on.
struct From(i32);

/// Counts a subscription for as long as it lives.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn count(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(open))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Item;

#[Object]
impl Item {
    async fn name(&self) -> &str {
        "lily"
    }

    async fn price(&self) -> Result<i32> {
        Err(client_error(ErrorCode::BadUserInput, "No price."))
    }

    async fn rating(&self) -> Result<Option<i32>> {
        Err(client_error(ErrorCode::BadUserInput, "No rating."))
    }

    async fn similar(&self) -> Vec<Option<Self>> {
        vec![Some(Self), None]
    }

    async fn favourite(&self) -> Option<Self> {
        Some(Self)
    }

    async fn items(&self, first: Option<i32>, last: Option<i32>) -> Vec<Self> {
        let rows = first.or(last).unwrap_or(1);
        (0..rows).map(|_| Self).collect()
    }
}

/// How many flights are under way.
static FLYING: AtomicU64 = AtomicU64::new(0);

struct Query;

#[Object]
impl Query {
    async fn item(&self) -> Item {
        Item
    }

    async fn nodes(&self, ids: Vec<ID>) -> Vec<Item> {
        ids.iter().map(|_| Item).collect()
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    /// What is known of the request's headers.
    async fn headers(&self, ctx: &Context<'_>) -> Vec<String> {
        let headers = &ctx.data_unchecked::<RequestFacts>().headers;
        let line = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
            format!("{name}: {}", value.to_str().unwrap_or_default())
        };
        let mut lines: Vec<String> = headers.iter().map(line).collect();
        lines.sort();
        lines
    }

    async fn sold_out(&self) -> Result<Option<i32>> {
        Err(client_error(ErrorCode::BadUserInput, "Choose another."))
    }

    async fn broken(&self) -> Result<Option<i32>> {
        Err(internal("the password is swordfish"))
    }

    async fn uncoded(&self) -> Result<i32> {
        Err(Error::new("no code"))
    }

    async fn panics(&self) -> i32 {
        "lily".parse().expect("the password is swordfish")
    }

    /// Takes so many milliseconds; answers how many more it took, and how many others were under way at the same time.
    async fn flight(&self, takes: u64) -> Vec<u64> {
        let others = FLYING.fetch_add(1, Ordering::SeqCst);
        let (begin, takes) = (Instant::now(), Duration::from_millis(takes));
        tokio::time::sleep(takes).await;
        FLYING.fetch_sub(1, Ordering::SeqCst);
        let late = begin.elapsed().saturating_sub(takes);
        vec![u64::try_from(late.as_millis()).unwrap_or(u64::MAX), others]
    }

    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        1
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn touch(&self) -> i32 {
        1
    }
}

struct Subscription;

#[Subscribes]
impl Subscription {
    /// Numbers, after the one that is gone on from.
    async fn ticks(&self, ctx: &Context<'_>, to: i32) -> impl Stream<Item = i32> + use<> {
        let from = ctx.data_unchecked::<From>().0;
        stream::iter(from + 1..=to)
    }

    async fn quiet(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }

    async fn item(&self) -> impl Stream<Item = Item> {
        stream::iter([Item]).chain(stream::pending())
    }

    async fn refused(&self) -> Result<stream::Empty<i32>> {
        Err(client_error(ErrorCode::BadUserInput, "Not this one."))
    }

    async fn fails_later(&self) -> impl Stream<Item = Result<i32>> {
        let fails = client_error(ErrorCode::BadUserInput, "Not any more.");
        stream::iter([Ok(1), Err(fails), Ok(3)])
    }

    async fn panics_later(&self) -> impl Stream<Item = i32> {
        stream::iter([1, 2]).inspect(|it| assert_eq!(*it, 1, "the password is swordfish"))
    }

    /// More than anybody takes who does not read.
    async fn flood(&self) -> impl Stream<Item = String> {
        stream::repeat("x".repeat(100_000))
    }
}
