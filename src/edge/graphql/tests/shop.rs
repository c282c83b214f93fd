//! A schema of a few fields that go well and a few that go wrong.

use std::time::Duration;

use async_graphql::{
    EmptySubscription, Error, ID, Object, Request as Operation, Response, Result, Schema,
    ServerError,
};

use axum::http::HeaderMap;
use futures_util::{FutureExt, StreamExt};

use crate::{
    edge::graphql::{Engine, Happening, Happenings, OutputTypes, RequestFacts, Settings, Stay},
    graphql::error::{ErrorCode, client_error, internal},
};

type ShopSchema = Schema<Query, Mutation, EmptySubscription>;

/// An engine around the schema, which counts one statement for each operation.
#[derive(Clone)]
pub struct Shop {
    schema: ShopSchema,
    output_types: OutputTypes,
    settings: Settings,
}

impl Shop {
    pub fn with(settings: Settings) -> Self {
        let schema = Schema::new(Query, Mutation, EmptySubscription);
        let output_types = OutputTypes::from_sdl(&schema.sdl()).unwrap_or_default();
        Self {
            schema,
            output_types,
            settings,
        }
    }
}

impl Engine for Shop {
    async fn execute(&self, operation: Operation, facts: &RequestFacts) -> Response {
        facts
            .statements
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.schema.execute(operation.data(facts.clone())).await
    }

    async fn subscribe(
        &self,
        operation: Operation,
        facts: RequestFacts,
        _resume: Option<String>,
    ) -> Result<Happenings, ServerError> {
        let events = self.schema.execute_stream(operation.data(facts));
        let events = events.map(|response| Happening {
            response,
            cursor: None,
        });
        Ok(events.boxed())
    }

    async fn admit(&self, _headers: &HeaderMap) -> Result<Stay, ServerError> {
        Ok(std::future::pending().boxed())
    }

    fn output_types(&self) -> &OutputTypes {
        &self.output_types
    }

    fn settings(&self) -> &Settings {
        &self.settings
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
