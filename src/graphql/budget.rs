//! What one answer may hold. What nested lists multiply to is stopped where it happens, before it is in memory.
//!
//! A resolver that finds the budget used up does not fail: with thousands of siblings that would be thousands of errors. It says
//! so once, and waits for the whole execution to be dropped.

use super::error::{ErrorCode, request_error};
use async_graphql::{Context, SelectionField, ServerError};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

/// What an answer holds so far. A request without one is not bounded.
#[derive(Debug, Default)]
pub struct AnswerBudget {
    over: Arc<Over>,
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
const MOST_VALUES: usize = 300_000;

/// Bytes of long texts in one answer.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// Tells that a budget is used up, and of what there was too much.
#[derive(Debug, Default)]
pub struct Over {
    what: OnceLock<String>,
    told: Notify,
}

impl Over {
    /// Waits until the budget is used up; the error says of what there was too much.
    pub async fn happens(&self) -> ServerError {
        self.told.notified().await;
        let what = self.what.get().map_or("things", String::as_str);
        request_error(
            ErrorCode::AnswerTooLarge,
            format!(
                "This answer would hold more than {what}: ask for smaller pages of the inner lists, or for fewer fields."
            ),
        )
    }
}

impl AnswerBudget {
    /// What tells that this budget is used up: whoever executes drops the execution then.
    #[must_use]
    pub fn over(&self) -> Arc<Over> {
        Arc::clone(&self.over)
    }

    /// Begins anew, for the next event of a subscription.
    pub fn renew(&self) {
        for counter in [&self.rows, &self.items, &self.values, &self.text] {
            counter.store(0, Ordering::Relaxed);
        }
    }

    async fn take(&self, taken: &AtomicUsize, more: usize, most: usize, what: &str) {
        let before = taken.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > most {
            self.over.what.get_or_init(|| format!("{most} {what}"));
            self.over.told.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

/// Takes the `items` of the list that is being resolved from the answer's budget, with all that is selected of them.
pub async fn charge(ctx: &Context<'_>, items: usize) {
    if let Some(budget) = ctx.data_opt::<AnswerBudget>() {
        let values = items.saturating_mul(fields(ctx.field()));
        budget
            .take(&budget.items, items, MOST_ITEMS, "list items")
            .await;
        budget
            .take(&budget.values, values, MOST_VALUES, "values")
            .await;
    }
}

/// Takes a page of `rows` from the answer's budget, before it is read.
pub async fn charge_rows(ctx: &Context<'_>, rows: usize) {
    if let Some(budget) = ctx.data_opt::<AnswerBudget>() {
        budget.take(&budget.rows, rows, MOST_ROWS, "rows").await;
    }
}

/// Takes a long text of the answer from its budget.
pub async fn charge_text(ctx: &Context<'_>, text: &str) {
    charge_bytes(ctx, text.len()).await;
}

/// Takes long texts of this many bytes from the answer's budget, before they are read or copied.
pub async fn charge_bytes(ctx: &Context<'_>, bytes: usize) {
    if let Some(budget) = ctx.data_opt::<AnswerBudget>() {
        budget
            .take(&budget.text, bytes, MOST_TEXT, "bytes of text")
            .await;
    }
}

/// The fields of one item, those of inner pages left out: they are charged when they are resolved.
fn fields(of: SelectionField<'_>) -> usize {
    let each = of.selection_set().map(|field| match field.name() {
        "nodes" | "edges" => 1,
        _ => fields(field).saturating_add(1),
    });
    each.fold(0, usize::saturating_add)
}
