//! What can be done with accounts.

use super::error::{Fields, failed};
use super::guard::{signed_in, viewer};
use super::keeper::Keeper;
use super::payload::{
    AccountPasswordChangePayload, AccountSignInPayload, AccountSignOutPayload,
    AccountSignUpPayload, AccountTokenRefreshPayload,
};
use crate::domains::accounts::service::{Accounts, SignUpInput};
use crate::domains::accounts::{AccountError, ClientAddress, Password};
use crate::graphql::error::{ErrorCode, client_error};
use async_graphql::{Context, Error, InputObject, Object, Result};

/// Mutations of accounts.
#[derive(Default)]
pub struct AccountMutation;

/// What somebody who signs up says of themselves.
#[derive(InputObject)]
pub struct AccountSignUpInput {
    /// The e-mail address, which they will sign in with.
    email: String,
    /// The password: 8 to 128 characters, more than spaces, and not the e-mail address.
    #[graphql(secret)]
    password: String,
    /// Given name: at most 100 characters.
    first_name: Option<String>,
    /// Family name: at most 100 characters.
    last_name: Option<String>,
}

fn address(ctx: &Context<'_>) -> ClientAddress {
    ctx.data_opt::<ClientAddress>().copied().unwrap_or_default()
}

fn without_token() -> Error {
    client_error(
        ErrorCode::BadUserInput,
        "`refreshToken` is left out, which it may be where tokens are kept in cookies: with the header `x-lilium-session: cookie`, on a server that has them on.",
    )
}

/// Mutations of accounts.
#[Object]
impl AccountMutation {
    /// Makes an account, and signs it in. Send it without the header `Authorization`.
    async fn account_sign_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs up.")] input: AccountSignUpInput,
    ) -> Result<Option<AccountSignUpPayload>> {
        const FIELDS: Fields = Fields {
            email: &["input", "email"],
            first_name: &["input", "firstName"],
            last_name: &["input", "lastName"],
            new_password: &["input", "password"],
            ..Fields::NONE
        };
        let input = SignUpInput {
            email: input.email,
            password: Password::new(input.password),
            first_name: input.first_name.unwrap_or_default(),
            last_name: input.last_name.unwrap_or_default(),
        };
        let accounts = ctx.data::<Accounts>()?;
        let outcome = accounts.sign_up(input, address(ctx)).await;
        AccountSignUpPayload::of(ctx, outcome, &FIELDS)
            .await
            .map(Some)
    }

    /// Signs in. An address without an account is answered as a wrong password is. Who fails too often has to wait a while.
    /// Send it without the header `Authorization`: a token there that is no longer good is refused whatever is asked.
    async fn account_sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The e-mail address of the account.")] email: String,
        #[graphql(desc = "The password.", secret)] password: String,
    ) -> Result<Option<AccountSignInPayload>> {
        const FIELDS: Fields = Fields {
            unidentified: "There is no account of this address and password: check both, or sign up.",
            ..Fields::NONE
        };
        let accounts = ctx.data::<Accounts>()?;
        let password = Password::new(password);
        let outcome = accounts.sign_in(&email, password, address(ctx)).await;
        AccountSignInPayload::of(ctx, outcome, &FIELDS)
            .await
            .map(Some)
    }

    /// New tokens for a refresh token, which is used up by it. Passing one a second time ends its session, since it or its successor
    /// must be in foreign hands. Send it without the header `Authorization`, as the access token there is no longer good. Where tokens are
    /// kept in cookies, `refreshToken` may be left out: then the one in the cookie is used.
    async fn account_token_refresh(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The refresh token that was given out last. Left out, it is the one in the cookie.",
            secret
        )]
        refresh_token: Option<String>,
    ) -> Result<Option<AccountTokenRefreshPayload>> {
        const FIELDS: Fields = Fields {
            token: &["refreshToken"],
            ..Fields::NONE
        };
        let keeper = Keeper::of(ctx);
        let token = match (&refresh_token, keeper) {
            (Some(token), _) => token,
            (None, Some(keeper)) => keeper.refresh().unwrap_or_default(),
            (None, None) => return Err(without_token()),
        };
        let outcome = ctx.data::<Accounts>()?.refresh(token).await;
        // What was sent besides says nothing of what is kept.
        let is_kept = refresh_token.is_none();
        if let (Err(AccountError::SessionOver), Some(keeper), true) = (&outcome, keeper, is_kept) {
            keeper.forget();
        }
        AccountTokenRefreshPayload::of(ctx, outcome, &FIELDS)
            .await
            .map(Some)
    }

    /// Ends the session of the request's token: both of its tokens are worth nothing at once. Where tokens are kept in cookies, both
    /// are taken away.
    async fn account_sign_out(&self, ctx: &Context<'_>) -> Result<Option<AccountSignOutPayload>> {
        let accounts = ctx.data::<Accounts>()?;
        let keeper = Keeper::of(ctx);
        let kept = keeper.and_then(Keeper::refresh);
        if kept.is_none() {
            signed_in(ctx)?;
        }
        if let Some(viewer) = viewer(ctx) {
            accounts.sign_out(viewer).await.map_err(failed)?;
        }
        // What is kept may be of another session, or all that is left of one.
        if let Some(token) = kept {
            accounts.sign_out_by(token).await.map_err(failed)?;
        }
        if let Some(keeper) = keeper {
            keeper.forget();
        }
        Ok(Some(AccountSignOutPayload::default()))
    }

    /// Ends all sessions of whoever is signed in, on every device, this one too.
    async fn account_sign_out_everywhere(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<AccountSignOutPayload>> {
        let viewer = signed_in(ctx)?;
        let accounts = ctx.data::<Accounts>()?;
        accounts.sign_out_everywhere(viewer).await.map_err(failed)?;
        if let Some(keeper) = Keeper::of(ctx) {
            keeper.forget();
        }
        Ok(Some(AccountSignOutPayload::default()))
    }

    /// Changes the password of whoever is signed in. All their sessions end; new tokens are answered for this one.
    async fn account_password_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password as it is.", secret)] current_password: String,
        #[graphql(
            desc = "The password as it shall be: 8 to 128 characters, more than spaces, and not the e-mail address.",
            secret
        )]
        new_password: String,
    ) -> Result<Option<AccountPasswordChangePayload>> {
        const FIELDS: Fields = Fields {
            password: &["currentPassword"],
            new_password: &["newPassword"],
            unidentified: "This is not your present password: type it again.",
            ..Fields::NONE
        };
        let viewer = signed_in(ctx)?;
        let (current, new) = (Password::new(current_password), Password::new(new_password));
        let accounts = ctx.data::<Accounts>()?;
        let outcome = accounts
            .change_password(viewer, current, new, address(ctx))
            .await;
        AccountPasswordChangePayload::of(ctx, outcome, &FIELDS)
            .await
            .map(Some)
    }
}
