//! What one answer may hold. What nested lists multiply to is stopped where it happens, before it is in memory.

use super::error::{ErrorCode, client_error};
use async_graphql::{Context, Error, SelectionField};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What an answer holds so far. A request without one is not bounded.
#[derive(Debug, Default)]
pub struct AnswerBudget {
    rows: AtomicUsize,
    items: AtomicUsize,
    values: AtomicUsize,
    text: AtomicUsize,
}

/// Rows that all pages of lists in one answer ask for: what they may bring into memory before the answer is known to be too large.
const MOST_ROWS: usize = 50_000;

/// Items of lists in one answer.
const MOST_ITEMS: usize = 100_000;

/// Values in one answer: items times the fields that are selected of each. A value takes some hundred bytes until it is sent.
const MOST_VALUES: usize = 1_000_000;

/// Bytes of long texts in one answer.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// Takes the `items` of the list that is being resolved from the answer's budget, with all that is selected of them.
///
/// # Errors
/// `ANSWER_TOO_LARGE` when it is used up.
pub fn charge(ctx: &Context<'_>, items: usize) -> Result<(), Error> {
    let Some(budget) = ctx.data_opt::<AnswerBudget>() else {
        return Ok(());
    };
    let values = items.saturating_mul(fields(ctx.field()));
    take(&budget.items, items, MOST_ITEMS, "list items")?;
    take(&budget.values, values, MOST_VALUES, "values")
}

/// Takes a page of `rows` from the answer's budget, before it is read.
///
/// # Errors
/// `ANSWER_TOO_LARGE` when it is used up.
pub fn charge_rows(ctx: &Context<'_>, rows: usize) -> Result<(), Error> {
    let Some(budget) = ctx.data_opt::<AnswerBudget>() else {
        return Ok(());
    };
    take(&budget.rows, rows, MOST_ROWS, "rows")
}

/// Takes a long text of the answer from its budget.
///
/// # Errors
/// `ANSWER_TOO_LARGE` when it is used up.
pub fn charge_text(ctx: &Context<'_>, text: &str) -> Result<(), Error> {
    let Some(budget) = ctx.data_opt::<AnswerBudget>() else {
        return Ok(());
    };
    take(&budget.text, text.len(), MOST_TEXT, "bytes of text")
}

/// The fields of one item, those of inner pages left out: they are charged when they are resolved.
fn fields(of: SelectionField<'_>) -> usize {
    let each = of.selection_set().map(|field| match field.name() {
        "nodes" | "edges" => 1,
        _ => fields(field).saturating_add(1),
    });
    each.fold(0, usize::saturating_add)
}

fn take(taken: &AtomicUsize, more: usize, most: usize, what: &str) -> Result<(), Error> {
    let before = taken.fetch_add(more, Ordering::Relaxed);
    if before.saturating_add(more) <= most {
        return Ok(());
    }
    Err(client_error(
        ErrorCode::AnswerTooLarge,
        format!(
            "This answer would hold more than {most} {what}: ask for smaller pages of the inner lists, or for fewer fields."
        ),
    ))
}
