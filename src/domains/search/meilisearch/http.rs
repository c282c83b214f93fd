//! How Meilisearch is asked: with time-outs of our own.

use async_trait::async_trait;
use futures_util::{AsyncRead, AsyncReadExt};
use meilisearch_sdk::errors::Error;
use meilisearch_sdk::request::{HttpClient, Method, parse_response};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::pin;
use std::time::Duration;

/// How long it may take until a connection is there.
const CONNECTING: Duration = Duration::from_secs(1);

/// Asks with one key and one time-out.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    key: Option<String>,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Http(..)")
    }
}

impl Http {
    /// With this key, when there is one; no answer may take longer than `patience`.
    ///
    /// # Errors
    /// When the client cannot be set up.
    pub fn new(key: Option<&str>, patience: Duration) -> Result<Self, reqwest::Error> {
        crate::platform::tls::ready();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECTING.min(patience))
            .timeout(patience)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            key: key.map(str::to_owned),
        })
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}

#[async_trait]
impl HttpClient for Http {
    async fn stream_request<
        Query: Serialize + Send + Sync,
        Body: AsyncRead + Send + Sync + 'static,
        Output: DeserializeOwned + 'static,
    >(
        &self,
        url: &str,
        method: Method<Query, Body>,
        content_type: &str,
        expected: u16,
    ) -> Result<Output, Error> {
        let url = format!("{url}{}", yaup::to_string(method.query())?);
        let verb = match &method {
            Method::Get { .. } => reqwest::Method::GET,
            Method::Post { .. } => reqwest::Method::POST,
            Method::Patch { .. } => reqwest::Method::PATCH,
            Method::Put { .. } => reqwest::Method::PUT,
            Method::Delete { .. } => reqwest::Method::DELETE,
        };
        let mut request = self.client.request(verb, &url);
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        if let Some(body) = method.into_body() {
            // What is sent lies in memory already, and is bounded by whoever sends it.
            let mut bytes = Vec::new();
            pin!(body).read_to_end(&mut bytes).await.map_err(other)?;
            request = request.header(CONTENT_TYPE, content_type).body(bytes);
        }
        // The address may hold what somebody searched for, and says nothing that is not known.
        let response = request
            .send()
            .await
            .map_err(|error| other(error.without_url()))?;
        let status = response.status().as_u16();
        let text = response
            .text()
            .await
            .map_err(|error| other(error.without_url()))?;
        let text = if text.is_empty() { "null" } else { &text };
        parse_response(status, expected, text, url)
    }

    fn is_tokio(&self) -> bool {
        true
    }
}
