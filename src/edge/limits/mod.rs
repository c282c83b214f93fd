//! How much one client may ask for: by the address it comes from, by who is signed in, by what is asked.
//!
//! A request is counted before anything of it is read ([`Limits::enter`]), in this process alone: what is not worth being executed
//! shall not cost more than that. What is executed is settled as a whole ([`Limits::settle`]), with Redis for all instances
//! together. An address that everybody may come from is nobody's, and is not counted.

mod layer;
mod neighbour;
mod operations;
#[cfg(test)]
mod tests;

pub(super) use layer::count;
pub use neighbour::Neighbour;

use super::client::client;
use super::graphql::RequestFacts;
use crate::config::{Config, Networks};
use crate::domains::accounts::UserId;
use crate::graphql::error::{ErrorCode, request_error};
use crate::platform::cache::CacheError;
use crate::platform::rate::{Charge, Key, Limiter, Rule, Wait};
use crate::platform::telemetry::metrics;
use async_graphql::{Request as Operation, ServerError, Value};
use axum::http::HeaderMap;
use operations::Rated;
use std::net::IpAddr;
use std::sync::Arc;

/// Documents a minute that are kept for one address. More are executed, and not kept.
const DOCUMENTS: u32 = 60;

/// The limits, and what was counted. Cheap to clone: clones count together.
#[derive(Debug, Clone, Default)]
pub struct Limits(Arc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    limiter: Limiter,
    proxies: Networks,
    requests: Option<Rule>,
    cost: Option<Rule>,
    viewer_cost: Option<Rule>,
    rated: Vec<Rated>,
}

impl Limits {
    /// From the settings. To be called within the runtime.
    ///
    /// # Errors
    /// When the address of Redis cannot be read.
    pub fn of(config: &Config) -> Result<Self, CacheError> {
        let limiter = match &config.redis_url {
            Some(url) => Limiter::redis(&url.0)?,
            None => Limiter::in_process(),
        };
        Ok(Self(Arc::new(Parts {
            limiter,
            proxies: config.trusted_proxies.clone().unwrap_or_default(),
            requests: Rule::per_minute(config.rate_requests.0),
            cost: Rule::per_minute(config.rate_cost.0),
            viewer_cost: Rule::per_minute(config.rate_viewer_cost.0),
            rated: operations::rated(config),
        })))
    }

    /// Whose requests are counted together with one that `peer` sent with these headers; nobody's where everybody may come from.
    #[must_use]
    pub fn neighbour(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<Neighbour> {
        Neighbour::of(client(peer, headers, &self.0.proxies))
    }

    /// Counts a request of which nothing is read yet.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS`.
    pub fn enter(&self, neighbour: Option<Neighbour>) -> Result<(), ServerError> {
        match self.request(neighbour) {
            Some(charge) => self
                .0
                .limiter
                .count(charge)
                .map_err(|wait| too_often("requests", wait)),
            None => Ok(()),
        }
    }

    /// Whether one more document may be kept for whoever brought it; counted in this process alone.
    #[must_use]
    pub fn bring(&self, neighbour: Option<Neighbour>) -> bool {
        let rule = Rule::per_minute(DOCUMENTS);
        neighbour
            .and_then(|Neighbour(whose)| charge("documents", whose, rule, 1))
            .is_none_or(|charge| self.0.limiter.count(charge).is_ok())
    }

    /// Counts an operation that is about to be executed for `viewer`, whose request was counted before: all that it spends, or
    /// nothing.
    ///
    /// # Errors
    /// `TOO_MANY_REQUESTS`.
    pub async fn settle(
        &self,
        operation: &mut Operation,
        facts: &RequestFacts,
        viewer: Option<UserId>,
    ) -> Result<(), ServerError> {
        let neighbour = self.neighbour(facts.client, &facts.headers);
        if neighbour.is_none() && viewer.is_none() {
            return Ok(());
        }
        let whose = [
            neighbour.map(|Neighbour(whose)| whose),
            viewer.map(|UserId(user)| user.as_u128()),
        ];
        let mut charges = self.costs(whose, facts.measure.cost);
        let name = facts.operation_name.as_deref();
        operations::charges(&self.0.rated, whose, operation, name, &mut charges)?;
        let settled = self.0.limiter.settle(self.request(neighbour), &charges);
        settled.await.map_err(|wait| too_often("operations", wait))
    }

    fn request(&self, neighbour: Option<Neighbour>) -> Option<Charge> {
        charge("requests", neighbour?.0, self.0.requests, 1)
    }

    /// What is asked for, by address and by viewer.
    fn costs(&self, [address, viewer]: [Option<u128>; 2], cost: usize) -> Vec<Charge> {
        let cost = u32::try_from(cost).unwrap_or(u32::MAX);
        let of = |what, whose: Option<u128>, rule| charge(what, whose?, rule, cost);
        let by_address = of("cost", address, self.0.cost);
        let by_viewer = of("viewer-cost", viewer, self.0.viewer_cost);
        by_address.into_iter().chain(by_viewer).collect()
    }
}

/// A charge, where there is a rule and something to count.
fn charge(what: &'static str, whose: u128, rule: Option<Rule>, amount: u32) -> Option<Charge> {
    let key = Key { what, whose };
    let charge = |rule| Charge { key, rule, amount };
    rule.filter(|_| amount > 0).map(charge)
}

/// The name in an error's extensions under which it tells how long to wait.
const RETRY_AFTER: &str = "retryAfterSeconds";

/// How long an error tells to wait: a second when it does not say.
#[must_use]
pub fn seconds_of(error: &ServerError) -> u64 {
    let told = error.extensions.as_ref().and_then(|it| it.get(RETRY_AFTER));
    match told {
        Some(Value::Number(seconds)) => seconds.as_u64().unwrap_or(1),
        _ => 1,
    }
}

fn too_often(limit: &'static str, wait: Wait) -> ServerError {
    metrics().rate_limited(limit);
    let seconds = wait.seconds();
    let message = format!(
        "This is more than may be asked for in so short a time: wait {seconds} seconds, then try again."
    );
    refused(seconds, message)
}

/// `TOO_MANY_REQUESTS`, with how long to wait.
#[must_use]
pub fn refused(seconds: u64, message: impl Into<String>) -> ServerError {
    let mut error = request_error(ErrorCode::TooManyRequests, message);
    if let Some(extensions) = &mut error.extensions {
        extensions.set(RETRY_AFTER, seconds);
    }
    error
}
