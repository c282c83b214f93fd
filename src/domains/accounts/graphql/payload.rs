//! What mutations of accounts answer.

use super::error::{AccountUserError, Fields, told};
use super::viewer::Viewer;
use crate::domains::accounts::service::SignedIn;
use crate::domains::accounts::{AccountError, Tokens};
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Object, Result, SimpleObject};

/// What holds a session. Keep both where no other page can read them.
pub struct AccountTokens(Tokens);

/// What holds a session. Keep both where no other page can read them.
#[Object]
impl AccountTokens {
    /// Send it with every request, as the header `Authorization: Bearer`.
    async fn access_token(&self) -> &str {
        &self.0.access
    }

    /// Until when the access token is good: a quarter of an hour.
    async fn access_token_expires_at(&self) -> DateTime {
        DateTime(self.0.access_expires_at)
    }

    /// Pass it to `accountTokenRefresh` for new tokens, once. Passed a second time it ends the session.
    async fn refresh_token(&self) -> &str {
        &self.0.refresh
    }

    /// Until when the refresh token is good.
    async fn refresh_token_expires_at(&self) -> DateTime {
        DateTime(self.0.refresh_expires_at)
    }
}

/// Declares a payload of tokens, their viewer and what a person did wrong.
macro_rules! session_payloads {
    ($($(#[doc = $about:literal])+ $name:ident;)*) => {
        $(
            $(#[doc = $about])+
            #[derive(SimpleObject)]
            pub struct $name {
                /// What holds the session; absent when there is an error.
                tokens: Option<AccountTokens>,
                /// Whoever is signed in now; absent when there is an error.
                viewer: Option<Viewer>,
                /// What was wrong.
                user_errors: Vec<AccountUserError>,
            }

            impl $name {
                pub(super) async fn of(
                    ctx: &Context<'_>,
                    outcome: Result<SignedIn, AccountError>,
                    fields: &Fields,
                ) -> Result<Self> {
                    Ok(match outcome {
                        Ok(SignedIn { tokens, viewer }) => Self {
                            tokens: Some(AccountTokens(tokens)),
                            viewer: Viewer::load(ctx, viewer).await?,
                            user_errors: Vec::new(),
                        },
                        Err(error) => Self {
                            tokens: None,
                            viewer: None,
                            user_errors: vec![told(error, fields)?],
                        },
                    })
                }
            }
        )*
    };
}

session_payloads! {
    /// What `accountSignUp` answers.
    AccountSignUpPayload;
    /// What `accountSignIn` answers.
    AccountSignInPayload;
    /// What `accountTokenRefresh` answers.
    AccountTokenRefreshPayload;
    /// What `accountPasswordChange` answers.
    AccountPasswordChangePayload;
}

/// What `accountSignOut` and `accountSignOutEverywhere` answer.
#[derive(SimpleObject, Default)]
pub struct AccountSignOutPayload {
    /// What was wrong.
    pub(super) user_errors: Vec<AccountUserError>,
}
