//! What a request says beside its document: for which market and language, by which key, and what its cookies are for.

use super::cookies::{self, Cookies};
use super::graphql::{OperationDirective, RequestFacts};
use crate::domains::accounts::graphql::Keeper;
use crate::graphql::codes::{CountryCode, LanguageCode};
use crate::graphql::error::{ErrorCode, request_error};
use crate::graphql::idempotent::HeaderKey;
use crate::graphql::in_context;
use async_graphql::parser::types::OperationType;
use async_graphql::{Name, ServerError, Value};

/// Whether all that is asked can be had with a cookie that is no longer good: what makes or ends a session.
pub(super) fn goes_without(facts: &RequestFacts) -> bool {
    const FIELDS: [&str; 4] = [
        "accountSignIn",
        "accountSignUp",
        "accountTokenRefresh",
        "accountSignOut",
    ];
    facts.cookies.shown
        && facts
            .roots
            .iter()
            .all(|root| FIELDS.contains(&root.as_str()))
}

/// Where the tokens that an operation gives out are put, when not in its answer.
pub(super) fn keeper(facts: &RequestFacts) -> Result<Option<Keeper>, ServerError> {
    let Cookies { shown, kept } = facts.cookies;
    let renews = |root: &Name| root == "accountPasswordChange";
    if shown && !kept && facts.roots.iter().any(renews) {
        let message =
            "This sets cookies, which a stream cannot: send it as a request with one answer.";
        return Err(request_error(ErrorCode::BadRequest, message));
    }
    let is_mutation = facts.operation_type == OperationType::Mutation;
    let refresh = || cookies::refresh(&facts.headers);
    Ok((kept && is_mutation).then(|| Keeper::new(refresh())))
}

/// The country and the language that `@inContext` names.
pub(super) fn wishes(
    facts: &RequestFacts,
) -> Result<(Option<CountryCode>, Option<LanguageCode>), ServerError> {
    let directive = facts.directive(in_context::NAME);
    Ok((
        argument(directive, "country", CountryCode::from_code)?,
        argument(directive, "language", LanguageCode::from_code)?,
    ))
}

/// The key in the header `Idempotency-Key`, which stands for one mutation field.
pub(super) fn header_key(facts: &RequestFacts) -> Result<HeaderKey, ServerError> {
    let Some(key) = facts.headers.get("idempotency-key") else {
        return Ok(HeaderKey::default());
    };
    let bad = |message: &str| request_error(ErrorCode::BadRequest, message);
    let key = key
        .to_str()
        .map_err(|_| bad("The header `Idempotency-Key` is 1 to 255 printable ASCII characters."))?;
    if facts.operation_type == OperationType::Mutation && facts.root_fields != 1 {
        return Err(bad(
            "The header `Idempotency-Key` stands for one mutation field: with several, give each its own by `@idempotent(key:)`.",
        ));
    }
    Ok(HeaderKey(Some(key.to_owned())))
}

/// A code among the directive's arguments; the schema itself refuses arguments of another type.
fn argument<T>(
    directive: Option<&OperationDirective>,
    name: &str,
    read: fn(&str) -> Option<T>,
) -> Result<Option<T>, ServerError> {
    let code = match directive.and_then(|directive| directive.arguments.get(name)) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Enum(code)) => code.as_str(),
        Some(Value::String(code)) => code,
        Some(_) => "",
    };
    let unknown = || {
        request_error(
            ErrorCode::BadUserInput,
            format!("`@inContext({name}:)` is no {name} code of the schema."),
        )
    };
    read(code).map(Some).ok_or_else(unknown)
}
