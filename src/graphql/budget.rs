//! What one answer may hold. What nested lists multiply to is stopped where it happens, before it is in memory.
//!
//! A resolver that finds the budget used up does not fail: with thousands of siblings that would be thousands of errors. It says
//! so once, and waits for the whole execution to be dropped.

use super::error::{ErrorCode, request_error};
use async_graphql::parser::types::{FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Context, Name, Positioned, ServerError};
use futures_util::FutureExt;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

/// What an answer holds so far, and may hold. A request without one is not bounded.
#[derive(Debug, Default)]
pub struct AnswerBudget {
    over: Arc<Over>,
    held: Arc<Tally>,
    most: Amounts,
}

/// How much there is of what answers are bounded by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// Rows that pages of lists ask for.
    pub rows: usize,
    /// Items of lists.
    pub items: usize,
    /// Values.
    pub values: usize,
    /// Bytes of long texts.
    pub text: usize,
}

/// What one answer may hold.
impl Default for Amounts {
    fn default() -> Self {
        Self {
            rows: MOST_ROWS,
            items: MOST_ITEMS,
            values: MOST_VALUES,
            text: MOST_TEXT,
        }
    }
}

/// Counts what an answer holds, while it is made.
#[derive(Debug, Default)]
pub struct Tally {
    rows: AtomicUsize,
    items: AtomicUsize,
    values: AtomicUsize,
    text: AtomicUsize,
}

impl Tally {
    /// What was counted so far.
    #[must_use]
    pub fn now(&self) -> Amounts {
        Amounts {
            rows: self.rows.load(Ordering::Relaxed),
            items: self.items.load(Ordering::Relaxed),
            values: self.values.load(Ordering::Relaxed),
            text: self.text.load(Ordering::Relaxed),
        }
    }
}

/// Rows that all pages of lists in one answer ask for: what they may bring into memory before the answer is known to be too large.
const MOST_ROWS: usize = 50_000;

/// Items of lists in one answer.
const MOST_ITEMS: usize = 100_000;

/// Values in one answer: items times the fields that are selected of each. A value takes some hundred bytes until it is sent.
const MOST_VALUES: usize = 300_000;

/// Bytes of long texts in one answer.
const MOST_TEXT: usize = 16 * 1024 * 1024;

/// What these are called where there were too many.
const ROWS: &str = "rows";
const ITEMS: &str = "list items";
const VALUES: &str = "values";
const TEXT: &str = "bytes of text";

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
    /// A budget of other amounts than those of every answer.
    #[must_use]
    pub fn of(most: Amounts) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// What counts what the answer holds: it can be asked when the answer is there.
    #[must_use]
    pub fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.held)
    }

    /// What tells that this budget is used up: whoever executes drops the execution then.
    #[must_use]
    pub fn over(&self) -> Arc<Over> {
        Arc::clone(&self.over)
    }

    /// Begins anew, for the next event of a subscription.
    pub fn renew(&self) {
        let Tally {
            rows,
            items,
            values,
            text,
        } = &*self.held;
        for counter in [rows, items, values, text] {
            counter.store(0, Ordering::Relaxed);
        }
        // Of an event that was too large it may have been told once more after it was heard: that says nothing of the next one.
        let _ = self.over.told.notified().now_or_never();
    }

    async fn take(&self, taken: &AtomicUsize, more: usize, most: usize, what: &str) {
        if !self.has(taken, more, most, what) {
            std::future::pending::<()>().await;
        }
    }

    /// Takes, and tells when that was too much.
    fn has(&self, taken: &AtomicUsize, more: usize, most: usize, what: &str) -> bool {
        let before = taken.fetch_add(more, Ordering::Relaxed);
        let enough = before.saturating_add(more) <= most;
        if !enough {
            self.over.what.get_or_init(|| format!("{most} {what}"));
            self.over.told.notify_one();
        }
        enough
    }

    /// Takes without waiting; says whether there was enough. Whoever hears that there was not ends, and waits for the execution to
    /// be dropped.
    pub(super) fn take_at_once(&self, more: Taken) -> bool {
        let (held, most) = (&self.held, &self.most);
        self.has(&held.items, more.items, most.items, ITEMS)
            && self.has(&held.values, more.values, most.values, VALUES)
            && self.has(&held.text, more.text, most.text, TEXT)
    }

    /// Gives back what was taken for something that is done again.
    pub(super) fn give_back(&self, vain: Taken) {
        let held = &self.held;
        held.items.fetch_sub(vain.items, Ordering::Relaxed);
        held.values.fetch_sub(vain.values, Ordering::Relaxed);
        held.text.fetch_sub(vain.text, Ordering::Relaxed);
    }
}

/// Something that is taken from the budget of an answer at once.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    /// Items of lists.
    pub items: usize,
    /// Values.
    pub values: usize,
    /// Bytes of long texts.
    pub text: usize,
}

impl Taken {
    /// This and more.
    pub(super) const fn and(self, more: Self) -> Self {
        Self {
            items: self.items.saturating_add(more.items),
            values: self.values.saturating_add(more.values),
            text: self.text.saturating_add(more.text),
        }
    }

    /// This without what was taken before.
    pub(super) const fn less(self, before: Self) -> Self {
        Self {
            items: self.items.saturating_sub(before.items),
            values: self.values.saturating_sub(before.values),
            text: self.text.saturating_sub(before.text),
        }
    }
}

/// Takes the `items` of the list that is being resolved from the answer's budget, with all that is selected of them.
pub async fn charge(ctx: &Context<'_>, items: usize) {
    if let Some(budget) = ctx.data_opt::<AnswerBudget>() {
        let set = &ctx.item.node.selection_set.node;
        let values = items.saturating_mul(values_below(set, &ctx.query_env.fragments));
        let (held, most) = (&budget.held, &budget.most);
        budget.take(&held.items, items, most.items, ITEMS).await;
        budget.take(&held.values, values, most.values, VALUES).await;
    }
}

/// Takes a page of `rows` from the answer's budget, before it is read.
pub async fn charge_rows(ctx: &Context<'_>, rows: usize) {
    if let Some(budget) = ctx.data_opt::<AnswerBudget>() {
        let most = budget.most.rows;
        budget.take(&budget.held.rows, rows, most, ROWS).await;
    }
}

/// Takes a long text of the answer from its budget.
pub async fn charge_text(ctx: &Context<'_>, text: &str) {
    charge_bytes(ctx, text.len()).await;
}

/// Takes long texts of this many bytes from the answer's budget, before they are read or copied.
pub async fn charge_bytes(ctx: &Context<'_>, bytes: usize) {
    if let Some(budget) = ctx.data_opt::<AnswerBudget>() {
        let most = budget.most.text;
        budget.take(&budget.held.text, bytes, most, TEXT).await;
    }
}

/// The fields of one item, those of inner pages left out: they are charged when they are resolved.
pub(super) fn values_below(
    set: &SelectionSet,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
) -> usize {
    let each = set.items.iter().map(|selection| match &selection.node {
        Selection::Field(field) => match field.node.name.node.as_str() {
            "nodes" | "edges" => 1,
            _ => values_below(&field.node.selection_set.node, fragments).saturating_add(1),
        },
        Selection::InlineFragment(inline) => {
            values_below(&inline.node.selection_set.node, fragments)
        }
        Selection::FragmentSpread(spread) => fragments
            .get(&spread.node.fragment_name.node)
            .map_or(0, |fragment| {
                values_below(&fragment.node.selection_set.node, fragments)
            }),
    });
    each.fold(0, usize::saturating_add)
}
