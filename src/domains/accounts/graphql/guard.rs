//! Who asks for a field. What they may do there, the rooms ask of [`Viewer::may`] and [`Viewer::may_at`].

use crate::domains::accounts::Viewer;
use crate::graphql::error::{ErrorCode, client_error};
use async_graphql::{Context, Result};

/// Whoever is signed in, if anybody is.
#[must_use]
pub fn viewer<'a>(ctx: &Context<'a>) -> Option<&'a Viewer> {
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
