//! Who asks for a field. What they may do there, the rooms ask of [`Viewer::may`] and [`Viewer::may_at`].

use crate::domains::accounts::{Permission, Viewer};
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::made_of::Reading;
use async_graphql::{Context, Error, Result};

/// Whoever is signed in, if anybody is. What asks for it depends on who asks, and is not kept.
#[must_use]
pub fn viewer<'a>(ctx: &Context<'a>) -> Option<&'a Viewer> {
    if let Some(reading) = ctx.data_opt::<Reading>() {
        reading.unkept();
    }
    ctx.data_opt::<Viewer>()
}

/// Whoever is signed in.
///
/// # Errors
/// `UNAUTHENTICATED` when nobody is.
pub fn signed_in<'a>(ctx: &Context<'a>) -> Result<&'a Viewer> {
    viewer(ctx).ok_or_else(|| {
        client_error(
            ErrorCode::Unauthenticated,
            "Sign in first: send the access token of `accountSignIn` in the header `Authorization: Bearer`.",
        )
    })
}

/// Whoever is signed in, if they may do this everywhere.
///
/// # Errors
/// `UNAUTHENTICATED` when nobody is signed in, `FORBIDDEN` for whoever may not.
pub fn permitted<'a>(ctx: &Context<'a>, permission: Permission) -> Result<&'a Viewer> {
    let viewer = signed_in(ctx)?;
    if viewer.may(permission) {
        return Ok(viewer);
    }
    Err(forbidden())
}

/// What whoever is signed in and may not do something is told.
#[must_use]
pub fn forbidden() -> Error {
    client_error(
        ErrorCode::Forbidden,
        "Your account may not do this: ask whoever runs the shop for the right.",
    )
}
