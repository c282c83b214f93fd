//! Pages by key: where a list goes on is said by the key and id of a row, never by a count of rows.

use super::Statement;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The value a list is sorted by, as it stands in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// Sorted by id alone.
    None,
    /// A text, compared byte by byte.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A moment, to the microsecond.
    Time(DateTime<Utc>),
    /// A rank of the text search.
    Rank(f32),
}

/// Which kind of [`Key`] a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// See [`Key::None`].
    None,
    /// See [`Key::Text`].
    Text,
    /// See [`Key::Int`].
    Int,
    /// See [`Key::Time`].
    Time,
    /// See [`Key::Rank`].
    Rank,
}

/// The order of a list: an expression of SQL and the id that settles ties.
#[derive(Debug, Clone, Copy)]
pub struct Keyset {
    /// Expression of the key; not read for [`KeyKind::None`].
    pub key: &'static str,
    /// Expression of the id.
    pub id: &'static str,
    /// What the key is.
    pub kind: KeyKind,
}

/// A part of a list: at most `limit` rows between two places.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Largest first.
    pub descending: bool,
    /// Taken from the end of the list instead of its beginning; the rows come in reverse.
    pub from_end: bool,
    /// Only what comes after this place.
    pub after: Option<(Key, Uuid)>,
    /// Only what comes before this place.
    pub before: Option<(Key, Uuid)>,
    /// How many rows are asked for.
    pub limit: usize,
}

/// Sizes that a page is rounded up to, so that few texts of a statement exist; the last is the largest page.
const SIZES: [i64; 5] = [10, 25, 50, 100, 250];

impl Keyset {
    /// `AND (key, id) > (...)` for the places of `slice`; empty without places.
    #[must_use]
    pub fn bounds(&self, slice: &Slice) -> Statement {
        let mut statement = Statement::default();
        if let Some(place) = &slice.after {
            statement = self.bound(
                statement,
                if slice.descending { " < " } else { " > " },
                place,
            );
        }
        if let Some(place) = &slice.before {
            statement = self.bound(
                statement,
                if slice.descending { " > " } else { " < " },
                place,
            );
        }
        statement
    }

    /// `ORDER BY ... LIMIT ...`, with room for the one row more that tells whether the list goes on.
    #[must_use]
    pub fn order(&self, slice: &Slice) -> Statement {
        let direction = if slice.descending == slice.from_end {
            ""
        } else {
            " DESC"
        };
        let mut statement = Statement::new(" ORDER BY ");
        if self.kind != KeyKind::None {
            statement = statement.sql(self.key).sql(direction).sql(", ");
        }
        let wanted = i64::try_from(slice.limit).unwrap_or(i64::MAX);
        let size = SIZES
            .iter()
            .copied()
            .find(|size| *size >= wanted)
            .unwrap_or(250);
        statement
            .sql(self.id)
            .sql(direction)
            .sql(" LIMIT ")
            .literal(size.saturating_add(1))
    }

    fn bound(
        &self,
        statement: Statement,
        comparison: &'static str,
        place: &(Key, Uuid),
    ) -> Statement {
        let (key, id) = place;
        let statement = statement.sql(" AND (");
        let statement = match self.kind {
            KeyKind::None => statement.sql(self.id).sql(")").sql(comparison).sql("("),
            _ => statement
                .sql(self.key)
                .sql(", ")
                .sql(self.id)
                .sql(")")
                .sql(comparison)
                .sql("("),
        };
        let statement = match key {
            Key::None => statement,
            Key::Text(text) => statement.text(text).sql(", "),
            Key::Int(number) => statement.bigint(*number).sql(", "),
            Key::Time(time) => statement.time(*time).sql(", "),
            Key::Rank(rank) => statement.float(*rank).sql(", "),
        };
        statement.uuid(*id).sql(")")
    }
}
