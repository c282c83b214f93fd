//! What values of the dictionary are called.

use super::names::{Name, Names};
use crate::domains::listing::FacetKind;
use crate::domains::shop::InContext;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

/// A value of the dictionary in the reader's language, and how many have it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Label {
    /// What it is called.
    name: Arc<Name>,
    /// How many hits have it.
    pub hits: i64,
}

impl Deref for Label {
    type Target = Name;

    fn deref(&self) -> &Name {
        &self.name
    }
}

/// A value's place among those of its filter: what was chosen comes first, then what most hits have.
type Rank = (bool, Reverse<i64>, i32);

/// Values that are shown of one filter: those that were chosen, then those that most hits have.
const MOST_VALUES: usize = 100;

/// What these values are called. Of `counts`, each with how many hits have it, only the commonest of their kind are answered; the
/// chosen ones are answered whether or not any hit has them.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn labels(
    conn: &mut Conn,
    names: &Names,
    counts: Vec<(i32, i64)>,
    chosen: &[i32],
    context: &InContext,
) -> QueryResult<Vec<Label>> {
    let filters = names
        .filters(conn, counts.iter().map(|(id, _)| *id).collect())
        .await?;
    let mut of_filters: HashMap<(FacetKind, &str), Vec<Rank>> = HashMap::new();
    for (id, hits) in counts {
        if let Some(filter) = filters.get(&id) {
            let values = of_filters.entry((filter.kind, &filter.field)).or_default();
            values.push((!chosen.contains(&id), Reverse(hits), id));
        }
    }
    let shown: HashMap<i32, i64> = of_filters
        .into_values()
        .flat_map(|mut values| {
            values.sort_unstable();
            values.truncate(MOST_VALUES);
            values.into_iter().map(|(_, Reverse(hits), id)| (id, hits))
        })
        .collect();
    let names = names
        .names(conn, context.language, shown.keys().copied().collect())
        .await?;
    let named = |(id, hits)| {
        let name = Arc::clone(names.get(&id)?);
        name.shown.then_some(Label { name, hits })
    };
    Ok(shown.into_iter().filter_map(named).collect())
}
