//! What a person did wrong with an account.

use crate::domains::accounts::AccountError;
use crate::graphql::error::{ErrorCode, client_error, internal};
use crate::graphql::user_error::user_errors;
use crate::platform::telemetry::metrics;
use async_graphql::{Enum, Error, ErrorExtensions};

/// What can go wrong with an account.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountErrorCode {
    /// The text is no e-mail address.
    Invalid,
    /// There is an account of this address.
    Taken,
    /// The text is longer than it may be, or holds what it must not.
    TooLong,
    /// The password must not be chosen.
    PasswordUnfit,
    /// Nobody may sign up by themselves here.
    SignUpClosed,
    /// There is no account of this address and password.
    UnidentifiedCustomer,
    /// The account is closed.
    CustomerDisabled,
    /// The session is over, or the token is none that this shop gave out.
    TokenInvalid,
}

user_errors! {
    /// What a person did wrong with an account.
    AccountUserError, AccountErrorCode
}

/// Tells a refusal: as data when a person can mend it, else as an error of the operation.
pub(super) fn told(error: AccountError, at: &Fields) -> Result<AccountUserError, Error> {
    use AccountErrorCode as Code;
    let message = |text: &str| text.to_owned();
    let (code, path, message) = match error {
        AccountError::BadEmail => (
            Code::Invalid,
            at.email,
            message("This is no e-mail address: write it like ada@example.com."),
        ),
        AccountError::Taken => (
            Code::Taken,
            at.email,
            message("There is an account of this address: sign in, or use another address."),
        ),
        AccountError::BadText { field, most } => (
            Code::TooLong,
            if field == "lastName" {
                at.last_name
            } else {
                at.first_name
            },
            format!("A name has at most {most} characters on one line: shorten it."),
        ),
        AccountError::BadPassword(why) => (Code::PasswordUnfit, at.new_password, message(why)),
        AccountError::SignUpClosed => (
            Code::SignUpClosed,
            &[][..],
            message("This shop takes no sign-ups: ask whoever runs it for an account."),
        ),
        AccountError::Unidentified => (
            Code::UnidentifiedCustomer,
            at.password,
            message(at.unidentified),
        ),
        AccountError::Disabled => (
            Code::CustomerDisabled,
            &[][..],
            message("This account is closed: write to the shop."),
        ),
        AccountError::SessionOver => (
            Code::TokenInvalid,
            at.token,
            message("This session is over: sign in again."),
        ),
        other => return Err(failed(other)),
    };
    Ok(AccountUserError::new(code, path, message))
}

/// Where a mutation takes what, and what it says of a wrong password.
pub(super) struct Fields {
    pub email: &'static [&'static str],
    pub first_name: &'static [&'static str],
    pub last_name: &'static [&'static str],
    pub password: &'static [&'static str],
    pub new_password: &'static [&'static str],
    pub token: &'static [&'static str],
    pub unidentified: &'static str,
}

impl Fields {
    /// Takes nothing.
    pub const NONE: Self = Self {
        email: &[],
        first_name: &[],
        last_name: &[],
        password: &[],
        new_password: &[],
        token: &[],
        unidentified: "",
    };
}

/// An error of the operation: nobody who fills in a form can mend it.
pub(super) fn failed(error: AccountError) -> Error {
    match error {
        AccountError::Throttled { retry_after } => {
            metrics().rate_limited("attempts");
            let message =
                format!("This was tried too often: wait {retry_after} seconds, then try again.");
            client_error(ErrorCode::TooManyRequests, message)
                .extend_with(|_, extensions| extensions.set("retryAfterSeconds", retry_after))
        }
        AccountError::Database(error) => error.into(),
        other => internal(other),
    }
}
