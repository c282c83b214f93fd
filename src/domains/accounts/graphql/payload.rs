//! What mutations of accounts answer.

use super::error::{AccountUserError, Fields, told};
use super::keeper::Keeper;
use super::viewer::Viewer;
use crate::domains::accounts::service::SignedIn;
use crate::domains::accounts::{AccountError, Tokens};
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Object, Result, SimpleObject};

/// What holds a session. Keep both where no other page can read them.
///
/// Where the server keeps tokens in cookies (`LILIUM_COOKIES`) and the request has the header `x-lilium-session: cookie`, the tokens
/// are set as cookies, and both texts here are empty.
pub struct AccountTokens {
    tokens: Tokens,
    /// Whether they are kept elsewhere, and not told.
    kept: bool,
}

impl AccountTokens {
    /// Told, unless the client has them kept.
    fn of(ctx: &Context<'_>, tokens: Tokens) -> Self {
        let keeper = Keeper::of(ctx);
        if let Some(keeper) = keeper {
            keeper.keep(&tokens);
        }
        Self {
            tokens,
            kept: keeper.is_some(),
        }
    }

    const fn told<'a>(&self, text: &'a str) -> &'a str {
        if self.kept { "" } else { text }
    }
}

/// What holds a session. Keep both where no other page can read them.
///
/// Where the server keeps tokens in cookies (`LILIUM_COOKIES`) and the request has the header `x-lilium-session: cookie`, the tokens
/// are set as cookies, and both texts here are empty.
#[Object]
impl AccountTokens {
    /// Send it with every request, as the header `Authorization: Bearer`. Empty when it is in a cookie.
    async fn access_token(&self) -> &str {
        self.told(&self.tokens.access)
    }

    /// Until when the access token is good: a quarter of an hour.
    async fn access_token_expires_at(&self) -> DateTime {
        DateTime(self.tokens.access_expires_at)
    }

    /// Pass it to `accountTokenRefresh` for new tokens, once. Passed a second time it ends the session. Empty when it is in a
    /// cookie.
    async fn refresh_token(&self) -> &str {
        self.told(&self.tokens.refresh)
    }

    /// Until when the refresh token is good.
    async fn refresh_token_expires_at(&self) -> DateTime {
        DateTime(self.tokens.refresh_expires_at)
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
                            tokens: Some(AccountTokens::of(ctx, tokens)),
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
