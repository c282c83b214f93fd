//! A shop that answers: the real server on a free port, with a database of its own.

use super::cluster::{Contents, database, media_folder};
use super::log;
use lilium::app::App;
use lilium::config::{Config, Source};
use lilium::platform::background::Background;

use lilium::domains::accounts::service::{Access, Accounts};
use lilium::platform::db::{Database, Server};
use lilium::platform::tasks::Tasks;
use serde_json::{Value, json};
use std::any::Any;
use std::collections::BTreeMap;
use tokio::net::TcpListener;

/// The keys of tokens for a shop in production.
pub const TOKEN_KEYS: &str = "tests:dGhpcyBrZXkgaXMgb25seSBmb3IgdGhlIHRlc3RzISE";

/// A running shop.
pub struct Shop {
    /// Where it answers, without a path.
    pub address: String,
    /// Its database.
    pub server: Server,
    /// What it does by itself, for as long as it is there.
    _background: Background,
    /// What answers in its place, when something does.
    other: Option<Box<dyn Any + Send + Sync>>,
    http: reqwest::Client,
}

/// What the shop answered to an operation.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: Value,
    /// How many statements it took.
    pub statements: u64,
}

/// Settings for a test: `pairs` over those that every test needs.
pub fn config(pairs: &[(&str, &str)]) -> Config {
    let data = media_folder();
    let mut texts = BTreeMap::from([
        ("PORT", "0"),
        ("LILIUM_DATA", data.to_str().unwrap()),
        // Tests change rows by hand, and count what is asked of the database.
        ("LILIUM_ANSWERS_MEGABYTES", "0"),
        ("LILIUM_ROWS_MEGABYTES", "0"),
    ]);
    texts.extend(pairs.iter().copied());
    Config::load(&Source::from_pairs(texts)).unwrap()
}

impl Shop {
    /// A shop with the demo data.
    pub async fn open() -> Self {
        Self::with(Contents::Demo, &[]).await
    }

    /// A shop with these contents and settings.
    pub async fn with(contents: Contents, settings: &[(&str, &str)]) -> Self {
        log::listen();
        Self::over(database(contents).await, settings).await
    }

    /// Another program over the same database, with these settings.
    pub async fn again(&self, settings: &[(&str, &str)]) -> Self {
        Self::over(self.server.clone(), settings).await
    }

    /// What may be done with its accounts, without a request.
    pub fn accounts(&self) -> Accounts {
        let access = Access::of(&config(&[]), Tasks::default());
        Accounts::new(Database::connect(&self.server, 2).unwrap(), access)
    }

    async fn over(server: Server, settings: &[(&str, &str)]) -> Self {
        log::kept::server();
        let app = App::on(config(settings), server.clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let router = app.router(&address).unwrap();
        let background = app.work().unwrap();
        tokio::spawn(app.front().run(listener, router));
        Self {
            address,
            server,
            _background: background,
            other: None,
            http: crate::support::http::client(),
        }
    }

    /// The same, answered at `address` by another program on its database, which lives as long.
    pub fn answered(self, address: String, other: impl Any + Send + Sync) -> Self {
        Self {
            address,
            other: Some(Box::new(other)),
            ..self
        }
    }

    /// A client for requests that are not GraphQL.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// A connection to its database.
    pub async fn sql(&self) -> tokio_postgres::Client {
        self.server.client().await.unwrap()
    }

    /// What it answers to an operation of nobody.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        self.send(None, query, variables).await
    }

    /// What it answers to an operation of whoever has this access token.
    pub async fn ask_as(&self, token: &str, query: &str, variables: Value) -> Answer {
        self.send(Some(token), query, variables).await
    }

    /// What it answers to an operation of nobody, which a proxy passed on for `client`.
    pub async fn ask_for(&self, client: &str, query: &str, variables: Value) -> Answer {
        self.send_for(Some(client), None, query, variables).await
    }

    /// The access token of a new session.
    pub async fn sign_in(&self, email: &str, password: &str) -> String {
        let query = "mutation($email: String!, $password: String!) {
            accountSignIn(email: $email, password: $password) { tokens { accessToken } userErrors { message } } }";
        let variables = json!({ "email": email, "password": password });
        let data = self.data(query, variables).await;
        let token = data["accountSignIn"]["tokens"]["accessToken"].as_str();
        token
            .unwrap_or_else(|| panic!("{email}: {data:#}"))
            .to_owned()
    }

    async fn send(&self, token: Option<&str>, query: &str, variables: Value) -> Answer {
        self.send_for(None, token, query, variables).await
    }

    async fn send_for(
        &self,
        client: Option<&str>,
        token: Option<&str>,
        query: &str,
        variables: Value,
    ) -> Answer {
        let id = uuid::Uuid::now_v7().to_string();
        let mut request = self
            .http
            .post(format!("{}/graphql", self.address))
            .header("x-request-id", &id);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(client) = client {
            request = request.header("x-forwarded-for", client);
        }
        log::kept::secrets(&variables);
        let response = request
            .json(&json!({ "query": query, "variables": variables }))
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let body = response.json().await.unwrap();
        log::kept::secrets(&body);
        Answer {
            status,
            body,
            // Another program's lines are not read.
            statements: match &self.other {
                Some(_) => 0,
                None => log::statements(&id).unwrap(),
            },
        }
    }

    /// The data of an operation that must succeed.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let answer = self.ask(query, variables).await;
        assert!(
            answer.status == 200 && answer.body.get("errors").is_none(),
            "{:#}\n{query}",
            answer.body
        );
        answer.body["data"].clone()
    }

    /// Code and message of the first error of an operation that must fail.
    pub async fn refusal(&self, query: &str, variables: Value) -> (String, String) {
        let answer = self.ask(query, variables).await;
        let error = &answer.body["errors"][0];
        let text = |value: &Value| {
            value
                .as_str()
                .unwrap_or_else(|| panic!("no error in {:#}", answer.body))
                .to_owned()
        };
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }
}
