//! The order of hits, and where in it a page begins.

use super::breadth::Breadth;
use super::lexicon::Wanted;
use crate::domains::search::{Ask, Mark, SearchSort, Unavailable};
use crate::domains::shop::InContext;
use crate::platform::db::Statement;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What hits are sorted by: whether they can be had, when that comes first, then the key, then the id.
pub(super) struct Order {
    /// Expression of the key.
    pub key: Statement,
    /// Expression of the id: of the table whose index has the order.
    pub id: &'static str,
    /// Whether what can be had comes first, be the rest ascending or descending.
    pub stock_first: bool,
    kind: Kind,
    descending: bool,
    /// What the keys of this order are told by. A score is of the words that are looked for and of how much each place counts, which
    /// change; and of words in very many texts there is none.
    mark: String,
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
    /// The order that is asked for. Hits of a word that is in very many products are not ranked: those that sell best come first.
    pub(super) fn of(ask: &Ask, context: &InContext, breadth: &Breadth<'_>) -> Self {
        let ranked = breadth.words.filter(|_| !breadth.broad);
        let mark = match (ask.sort, ranked) {
            (SearchSort::Relevance, Some((_, wanted))) => {
                short(&format!("{} {:?}", wanted.rank, ask.tuning.ranking))
            }
            _ => String::new(),
        };
        let (key, kind, descending) = match (ask.sort, ranked) {
            (SearchSort::Relevance, Some((_, wanted))) => {
                (score(ask, context, wanted), Kind::Number, true)
            }
            (SearchSort::Relevance | SearchSort::BestSelling, _) => {
                (Statement::new("l.sold"), Kind::Number, true)
            }
            (SearchSort::Price, _) => (Statement::new("lp.min_amount"), Kind::Number, false),
            (SearchSort::Created, _) => (Statement::new("l.created_at"), Kind::Time, false),
            (SearchSort::Title, _) => (Statement::new("l.title_key"), Kind::Text, false),
        };
        let weighed = ask.sort == SearchSort::Relevance && ask.tuning.ranking.in_stock_first;
        Self {
            key,
            kind,
            id: if ask.sort == SearchSort::Price {
                "lp.product_id"
            } else {
                "l.product_id"
            },
            descending: descending != ask.reverse,
            stock_first: ask.unavailable == Unavailable::Last || weighed,
            mark,
        }
    }

    /// What is written into marks: whether it can be had, the key, and what the key is of.
    pub(super) fn place(&self, in_stock: bool, key: Value) -> Value {
        json!([in_stock, key, self.mark])
    }

    /// Whether the place is among what can be had, and a condition on rows `h` for what comes after it (before it, backwards);
    /// nothing for a place that says no key, or one of another order.
    pub(super) fn beyond(&self, mark: &Mark, backwards: bool) -> Option<(bool, Statement)> {
        let place = mark.key.as_ref()?.as_array()?;
        let in_stock = place.first()?.as_bool()?;
        if place.get(2)?.as_str()? != self.mark {
            return None;
        }
        let key = self.bound(place.get(1)?)?;
        let statement = Statement::new("(h.key, h.product_id)")
            .sql(if self.downwards(backwards) {
                " < ("
            } else {
                " > ("
            })
            .append(key)
            .sql(", ")
            .uuid(mark.id)
            .sql(")");
        Some((in_stock, statement))
    }

    /// ` ORDER BY ...`, with what can be had first when `whole` and it is so.
    pub(super) fn by(&self, backwards: bool, whole: bool) -> Statement {
        let direction = if self.downwards(backwards) {
            " DESC"
        } else {
            ""
        };
        let stock = match (whole && self.stock_first, backwards) {
            (false, _) => "",
            (true, false) => "h.in_stock DESC, ",
            (true, true) => "h.in_stock, ",
        };
        Statement::new(" ORDER BY ")
            .sql(stock)
            .sql("h.key")
            .sql(direction)
            .sql(", h.product_id")
            .sql(direction)
    }

    fn downwards(&self, backwards: bool) -> bool {
        self.descending != backwards
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

/// A text that no other text is likely to have.
fn short(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.get(..6).unwrap_or_default())
}

/// How well a product fits: where the words stand in it, folded with how much of it was sold; an exact title before all.
fn score(ask: &Ask, context: &InContext, wanted: &Wanted) -> Statement {
    let ranking = ask.tuning.ranking;
    let weight = |weight: u8| f32::from(weight) / 10.0;
    Statement::new("((ts_rank(ARRAY[0, ")
        .float(weight(ranking.description))
        .sql(", ")
        .float(weight(ranking.properties))
        .sql(", ")
        .float(weight(ranking.title))
        .sql("]::real[], x.document, ")
        .text(&wanted.rank)
        .sql("::tsquery) * (1 + ")
        .float(weight(ranking.popularity) / 5.0)
        .sql(" * ln(1 + greatest(l.sold, 0))) * 1000000)::bigint + CASE WHEN l.title_key = left(lower(")
        .text(&ask.text)
        .sql("), 200) OR l.product_id IN (SELECT t.product_id FROM product_translations t WHERE t.language = ")
        .text(context.language_code())
        .sql(" AND left(lower(t.title), 200) = left(lower(")
        .text(&ask.text)
        .sql("), 200)) THEN ")
        .literal(EXACT_TITLE)
        .sql(" ELSE 0 END)")
}
