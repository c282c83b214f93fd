//! Who may ask for a field.

use crate::domains::accounts::{Permission, Viewer};
use crate::graphql::error::{ErrorCode, client_error};
use async_graphql::{Context, Result};
use uuid::Uuid;

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

/// Whoever is signed in, when they may do this everywhere.
///
/// # Errors
/// `UNAUTHENTICATED` when nobody is signed in, `FORBIDDEN` when they may not.
pub fn may<'a>(ctx: &Context<'a>, permission: Permission) -> Result<&'a Viewer> {
    let viewer = signed_in(ctx)?;
    allowed(viewer.may(permission)).map(|()| viewer)
}

/// Whoever is signed in, when they may do this at a vendor. Whether there is such a vendor is not told: to whoever may not, every
/// vendor that is not theirs is answered alike.
///
/// # Errors
/// `UNAUTHENTICATED` when nobody is signed in, `FORBIDDEN` when they may not.
pub fn may_at<'a>(
    ctx: &Context<'a>,
    permission: Permission,
    vendor_id: Uuid,
) -> Result<&'a Viewer> {
    let viewer = signed_in(ctx)?;
    allowed(viewer.may_at(permission, vendor_id)).map(|()| viewer)
}

fn allowed(may: bool) -> Result<()> {
    let forbidden = || {
        client_error(
            ErrorCode::Forbidden,
            "Your account may not do this: ask whoever runs the shop or the vendor for a role that may.",
        )
    };
    may.then_some(()).ok_or_else(forbidden)
}
