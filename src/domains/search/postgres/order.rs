//! The order of hits, and where in it a page begins.

use super::breadth::Breadth;
use crate::domains::search::{Ask, Mark, SearchSort, Unavailable};
use crate::platform::db::Statement;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// What hits are sorted by: whether they can be had, when that comes first, then the key, then the id.
pub(super) struct Order {
    /// Expression of the key.
    pub key: Statement,
    kind: Kind,
    descending: bool,
    stock_first: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Text,
    Time,
}

/// How much an exact title is worth: more than any rank of words.
const EXACT_TITLE: i64 = 100_000_000;

impl Order {
    /// The order that is asked for.
    pub(super) fn of(ask: &Ask, breadth: &Breadth) -> Self {
        let relevance = breadth.words.as_ref().filter(|_| !breadth.broad);
        let (key, kind, descending) = match (ask.sort, relevance) {
            (SearchSort::Relevance, Some(words)) => (score(ask, words), Kind::Number, true),
            (SearchSort::Relevance | SearchSort::BestSelling, _) => {
                (Statement::new("l.sold"), Kind::Number, true)
            }
            (SearchSort::Price, _) => (Statement::new("lp.min_amount"), Kind::Number, false),
            (SearchSort::Created, _) => (Statement::new("l.created_at"), Kind::Time, false),
            (SearchSort::Title, _) => (Statement::new("l.title_key"), Kind::Text, false),
        };
        let ranked = ask.sort == SearchSort::Relevance && ask.tuning.ranking.in_stock_first;
        Self {
            key,
            kind,
            descending: descending != ask.reverse,
            stock_first: ask.unavailable == Unavailable::Last || ranked,
        }
    }

    /// ` WHERE ...` for what comes after a place (before it, backwards) in rows `h` of `in_stock`, `key`, `product_id`; nothing
    /// for a place that says no key.
    pub(super) fn beyond(&self, mark: &Mark, backwards: bool) -> Option<Statement> {
        let place = mark.key.as_ref()?.as_array()?;
        let in_stock = place.first()?.as_bool()?;
        let key = self.bound(place.get(1)?)?;
        let statement = Statement::new(" WHERE (")
            .sql(self.stock())
            .sql("h.key, h.product_id)")
            .sql(if self.downwards(backwards) {
                " < ("
            } else {
                " > ("
            });
        let statement = if self.stock_first {
            statement.bool(in_stock == self.descending).sql(", ")
        } else {
            statement
        };
        Some(statement.append(key).sql(", ").uuid(mark.id).sql(")"))
    }

    /// ` ORDER BY ...`.
    pub(super) fn by(&self, backwards: bool) -> Statement {
        let direction = if self.downwards(backwards) {
            " DESC"
        } else {
            ""
        };
        let statement = Statement::new(" ORDER BY ");
        let statement = if self.stock_first {
            statement.sql(self.stock_column()).sql(direction).sql(", ")
        } else {
            statement
        };
        statement
            .sql("h.key")
            .sql(direction)
            .sql(", h.product_id")
            .sql(direction)
    }

    fn downwards(&self, backwards: bool) -> bool {
        self.descending != backwards
    }

    /// What can be had comes first, be the rest ascending or descending.
    fn stock_column(&self) -> &'static str {
        if self.descending {
            "h.in_stock"
        } else {
            "(NOT h.in_stock)"
        }
    }

    fn stock(&self) -> &'static str {
        match (self.stock_first, self.descending) {
            (false, _) => "",
            (true, true) => "h.in_stock, ",
            (true, false) => "(NOT h.in_stock), ",
        }
    }

    fn bound(&self, key: &Value) -> Option<Statement> {
        Some(match self.kind {
            Kind::Number => Statement::default().bigint(key.as_i64()?),
            Kind::Text => Statement::default()
                .text(key.as_str()?)
                .sql(" COLLATE \"C\""),
            Kind::Time => Statement::default().time(key.as_str()?.parse::<DateTime<Utc>>().ok()?),
        })
    }
}

/// How well a product fits: where the words stand in it, folded with how much of it was sold; an exact title before all.
fn score(ask: &Ask, words: &str) -> Statement {
    let ranking = ask.tuning.ranking;
    let weight = |weight: u8| f32::from(weight) / 10.0;
    Statement::new("((ts_rank(ARRAY[0, ")
        .float(weight(ranking.description))
        .sql(", ")
        .float(weight(ranking.properties))
        .sql(", ")
        .float(weight(ranking.title))
        .sql("]::real[], x.document, ")
        .text(words)
        .sql("::tsquery) * (1 + ")
        .float(weight(ranking.popularity) / 5.0)
        .sql(" * ln(1 + greatest(l.sold, 0))) * 1000000)::bigint + CASE WHEN l.title_key = ")
        .text(ask.text.to_lowercase())
        .sql(" THEN ")
        .literal(EXACT_TITLE)
        .sql(" ELSE 0 END)")
}
