//! Descriptions as plain text.

use crate::graphql::budget::charge_text;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::html::{plain, truncated};
use async_graphql::{Context, Result};

/// A description as plain text, cut where it is asked.
///
/// # Errors
/// `BAD_USER_INPUT` for a negative number of characters; `ANSWER_TOO_LARGE` when the answer's budget is used up.
pub async fn described(ctx: &Context<'_>, html: &str, truncate_at: Option<i32>) -> Result<String> {
    charge_text(ctx, html).await;
    cut(plain(html), truncate_at)
}

/// A text, cut where it is asked.
///
/// # Errors
/// `BAD_USER_INPUT` for a negative number of characters.
pub(super) fn cut(text: String, truncate_at: Option<i32>) -> Result<String> {
    let Some(most) = truncate_at else {
        return Ok(text);
    };
    let most = usize::try_from(most).map_err(|_| {
        client_error(
            ErrorCode::BadUserInput,
            format!("`truncateAt` is {most}: it must not be negative."),
        )
    })?;
    Ok(truncated(&text, most))
}
