//! Who asks, and for how long they may stay.

use super::engine::{Storefront, unavailable};
use super::graphql::{Ended, RequestFacts, Stay};
use crate::domains::accounts::service::Accounts;
use crate::domains::accounts::{SessionId, UserId, Verified, Viewer};
use crate::graphql::error::{ErrorCode, request_error};
use crate::platform::db::Database;
use crate::platform::outbox::Audience;
use crate::platform::{chance, clock};
use async_graphql::ServerError;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use futures_util::FutureExt;
use std::time::Duration;

/// Said to whoever sends a token that is none, or none any more.
const BAD_TOKEN: &str = "The token in the header `Authorization` (or in the cookie) is none of this shop's or no longer good: get a new one by \
     `accountTokenRefresh` or `accountSignIn`, and send those without the header.";

impl Storefront {
    /// Whoever is signed in, when the request says that somebody is. A token that is not good is refused wherever it is sent: what is
    /// answered to nobody must not be taken for an answer to somebody.
    pub(super) async fn viewer(
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

    /// Whose token a request came with, by its signature alone.
    pub(super) fn signer(&self, facts: &RequestFacts) -> Option<UserId> {
        let token = token(&facts.headers).ok().flatten()?;
        let keys = self.0.services.access.keys().ok()?;
        keys.verify(token, clock::now()).map(|it| it.user)
    }

    fn accounts(&self, database: &Database) -> Accounts {
        Accounts::new(database.clone(), self.0.services.access.clone())
    }

    /// Ends when the token expires, its session is ended, or what its user may do changes.
    pub(super) async fn stay(&self, token: &str) -> Result<Stay, ServerError> {
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
pub(super) fn token(headers: &HeaderMap) -> Result<Option<&str>, ServerError> {
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
