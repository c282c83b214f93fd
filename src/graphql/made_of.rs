//! What the answer to a request is made of, noted while it is made.
//!
//! Rows are read by loaders and by [`Reading`], and both have to say what a value is made of: so nobody forgets. An answer that somebody
//! made whose rows are no guest's business, or that comes from where nobody knows how old it is, is not kept at all.

use super::error::internal;
use super::tags::{Kind, Tag};
use crate::platform::db::{Database, DbError, Loan};
use async_graphql::{Context, Error};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Tags of one answer. Beyond them, the rows' kinds stand for the rows: whoever keeps answers elsewhere has bounds of their own (128 in Next.js).
pub const MOST_TAGS: usize = 100;

/// Notes what an answer is made of. Clones are the same notes; those of nobody are thrown away.
#[derive(Debug, Clone, Default)]
pub struct MadeOf(Option<Arc<Mutex<Notes>>>);

#[derive(Debug, Default)]
struct Notes {
    tags: BTreeSet<Tag>,
    /// Rows became too many: their kinds are noted instead.
    coarse: bool,
    /// Why it is not kept.
    unkept: bool,
}

impl MadeOf {
    /// Notes that somebody will ask for.
    #[must_use]
    pub fn noted() -> Self {
        Self(Some(Arc::default()))
    }

    /// It is made of this row, as it is now.
    pub fn row(&self, kind: Kind, id: uuid::Uuid) {
        self.add(Tag::Row(kind, id));
    }

    /// It is made of whatever rows of this kind there are.
    pub fn all(&self, kind: Kind) {
        self.add(Tag::All(kind));
    }

    /// It is not to be kept: it is somebody's, or nobody can say until when it holds.
    pub fn unkept(&self) {
        if let Some(mut notes) = self.notes() {
            notes.unkept = true;
        }
    }

    /// Everything that was noted, and the kinds of it; nothing when it is not to be kept, or nobody asked for notes.
    #[must_use]
    pub fn tags(&self) -> Option<Vec<Tag>> {
        let notes = self.notes()?;
        let kinds: BTreeSet<Tag> = notes.tags.iter().map(|tag| Tag::Each(tag.kind())).collect();
        (!notes.unkept).then(|| notes.tags.iter().copied().chain(kinds).collect())
    }

    fn add(&self, tag: Tag) {
        let Some(mut notes) = self.notes() else {
            return;
        };
        let tag = if notes.coarse {
            Tag::All(tag.kind())
        } else {
            tag
        };
        notes.tags.insert(tag);
        if notes.tags.len() > MOST_TAGS {
            notes.coarse = true;
            let kinds = notes.tags.iter().map(|tag| Tag::All(tag.kind()));
            notes.tags = kinds.collect();
        }
    }

    fn notes(&self) -> Option<MutexGuard<'_, Notes>> {
        let notes = self.0.as_ref()?;
        // Nothing that holds it can panic half way.
        Some(notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The database, for resolvers that read from it themselves: they say first what they make of it.
pub struct Reading {
    database: Database,
    made_of: MadeOf,
}

impl Reading {
    /// Of one request.
    #[must_use]
    pub const fn new(database: Database, made_of: MadeOf) -> Self {
        Self { database, made_of }
    }

    /// A connection for reading a list of this kind, or looking for one of it.
    ///
    /// # Errors
    /// [`DbError`] when there is none to be had.
    pub async fn of(&self, kinds: &[Kind]) -> Result<Loan, DbError> {
        for kind in kinds {
            self.made_of.all(*kind);
        }
        self.database.get().await
    }

    /// The database for what is somebody's own, or of unknown age: its answer is not kept.
    pub fn unkept(&self) -> &Database {
        self.made_of.unkept();
        &self.database
    }
}

/// The reading of the request that is answered.
///
/// # Errors
/// A fault of this program, when it has none.
pub fn reading<'a>(ctx: &Context<'a>) -> Result<&'a Reading, Error> {
    ctx.data::<Reading>()
        .map_err(|_| internal("a request without its reading"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_noted_is_told_once() {
        let made_of = MadeOf::noted();
        assert_eq!(made_of.tags(), Some(Vec::new()));
        let id = Uuid::from_u128(1);
        made_of.row(Kind::Product, id);
        made_of.clone().row(Kind::Product, id);
        made_of.all(Kind::Page);
        assert_eq!(
            made_of.tags(),
            Some(vec![
                Tag::Row(Kind::Product, id),
                Tag::All(Kind::Page),
                Tag::Each(Kind::Product),
                Tag::Each(Kind::Page),
            ])
        );
    }

    #[test]
    fn what_is_not_to_be_kept_tells_nothing() {
        let made_of = MadeOf::noted();
        made_of.all(Kind::Page);
        made_of.unkept();
        assert_eq!(made_of.tags(), None);
        let nobodys = MadeOf::default();
        nobodys.all(Kind::Page);
        assert_eq!(nobodys.tags(), None);
    }

    #[test]
    fn many_rows_become_their_kinds_and_none_is_lost() {
        let made_of = MadeOf::noted();
        let ids = (0..).map(Uuid::from_u128);
        for (id, _) in ids.zip(0..MOST_TAGS) {
            made_of.row(Kind::Product, id);
        }
        assert_eq!(made_of.tags().unwrap().len(), MOST_TAGS + 1);
        made_of.row(Kind::Vendor, Uuid::nil());
        made_of.row(Kind::Menu, Uuid::nil());
        let kinds = [Kind::Product, Kind::Vendor, Kind::Menu];
        let all = kinds.map(Tag::All).into_iter();
        let each = kinds.map(Tag::Each).into_iter();
        assert_eq!(made_of.tags(), Some(all.chain(each).collect()));
    }
}
