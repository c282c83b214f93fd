//! The dictionary of values, remembered for a moment: an answer with all filters names some five hundred of them, and all readers of a
//! language the same ones.

use crate::domains::listing::FacetKind;
use crate::graphql::codes::LanguageCode;
use crate::platform::db::{Conn, Statement, tables};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use moka::future::Cache;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

/// How long a name is used before it is read again, as the facts of the shop are.
const AGE: Duration = Duration::from_secs(3);

/// Names that are remembered, of all languages together.
const MOST_NAMES: u64 = 50_000;

/// Values of which it is remembered to which filter they belong. That does not change; those that nobody counts are forgotten.
const MOST_VALUES: u64 = 200_000;

/// When they are.
const IDLE: Duration = Duration::from_mins(10);

/// The filter that a value belongs to.
#[derive(Debug, PartialEq, QueryableByName)]
pub(super) struct OfFilter {
    #[diesel(sql_type = Integer)]
    id: i32,
    /// What kind of value.
    #[diesel(sql_type = tables::sql_types::FacetKind)]
    pub kind: FacetKind,
    /// Which option or attribute.
    #[diesel(sql_type = Text)]
    pub field: String,
}

/// A value in a reader's language.
#[derive(Debug, PartialEq, QueryableByName)]
pub(super) struct Name {
    /// Its number.
    #[diesel(sql_type = Integer)]
    pub id: i32,
    /// What kind of value.
    #[diesel(sql_type = tables::sql_types::FacetKind)]
    pub kind: FacetKind,
    /// Which option or attribute.
    #[diesel(sql_type = Text)]
    pub field: String,
    /// The value.
    #[diesel(sql_type = Text)]
    pub value: String,
    /// What the reader calls the option or attribute.
    #[diesel(sql_type = Nullable<Text>)]
    pub field_label: Option<String>,
    /// What the reader calls the value.
    #[diesel(sql_type = Text)]
    pub label: String,
    /// What the option is called in the base language.
    #[diesel(sql_type = Nullable<Text>)]
    pub field_name: Option<String>,
    /// What the value is called in the base language.
    #[diesel(sql_type = Nullable<Text>)]
    pub base_name: Option<String>,
    /// The kind of the attribute.
    #[diesel(sql_type = Nullable<Text>)]
    pub attribute: Option<String>,
    /// Order among the attributes.
    #[diesel(sql_type = Integer)]
    pub field_place: i32,
    /// Order among the choices.
    #[diesel(sql_type = Integer)]
    pub place: i32,
    /// Colour to show beside it.
    #[diesel(sql_type = Nullable<Text>)]
    pub swatch: Option<String>,
    /// Whether it is shown: a category that is not published is not.
    #[diesel(sql_type = Bool)]
    pub shown: bool,
}

/// Where the dictionary is asked.
#[derive(Clone)]
pub struct Names {
    filters: Cache<i32, Arc<OfFilter>>,
    names: Cache<(LanguageCode, i32), Arc<Name>>,
}

impl Default for Names {
    fn default() -> Self {
        let filters = Cache::builder().max_capacity(MOST_VALUES);
        let names = Cache::builder().max_capacity(MOST_NAMES);
        Self {
            filters: filters.time_to_idle(IDLE).build(),
            names: names.time_to_live(AGE).build(),
        }
    }
}

impl Names {
    /// Which filters these values belong to; a value that there is not, to none.
    pub(super) async fn filters(
        &self,
        conn: &mut Conn,
        ids: Vec<i32>,
    ) -> QueryResult<HashMap<i32, Arc<OfFilter>>> {
        let (mut known, missing) = remembered(&self.filters, ids, |id| id).await;
        if !missing.is_empty() {
            let sql = "SELECT id, kind, field FROM facet_values WHERE id = ANY(";
            let read = Statement::new(sql).integers(missing).sql(")");
            for filter in read.load::<OfFilter>(conn).await? {
                let filter = Arc::new(filter);
                self.filters.insert(filter.id, Arc::clone(&filter)).await;
                known.insert(filter.id, filter);
            }
        }
        Ok(known)
    }

    /// What readers of a language call these values, not older than a few seconds.
    pub(super) async fn names(
        &self,
        conn: &mut Conn,
        language: LanguageCode,
        ids: Vec<i32>,
    ) -> QueryResult<HashMap<i32, Arc<Name>>> {
        let (mut known, missing) = remembered(&self.names, ids, |id| (language, id)).await;
        if !missing.is_empty() {
            for name in read(missing, language).load::<Name>(conn).await? {
                let name = Arc::new(name);
                let key = (language, name.id);
                self.names.insert(key, Arc::clone(&name)).await;
                known.insert(name.id, name);
            }
        }
        Ok(known)
    }
}

/// What is remembered of some values, and those of which nothing is.
async fn remembered<K, V>(
    cache: &Cache<K, Arc<V>>,
    ids: Vec<i32>,
    key: impl Fn(i32) -> K,
) -> (HashMap<i32, Arc<V>>, Vec<i32>)
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    let mut known = HashMap::with_capacity(ids.len());
    let mut missing = Vec::new();
    for id in ids {
        match cache.get(&key(id)).await {
            Some(value) => {
                known.insert(id, value);
            }
            None => missing.push(id),
        }
    }
    (known, missing)
}

fn read(ids: Vec<i32>, language: LanguageCode) -> Statement {
    let language = || language.code();
    Statement::new("SELECT f.id, f.kind, f.field, f.value, coalesce(ft.field_name, f.field_name, at.name, a.name) AS field_label, \
              coalesce(ft.value_name, ct.title, c.title, vt.name, v.name, cht.name, ch.name, \
                       CASE a.kind WHEN 'NUMBER' THEN concat_ws(' ', f.value, coalesce(at.unit, a.unit)) END, f.value_name, f.value) AS label, \
              f.field_name, coalesce(v.name, f.value_name) AS base_name, a.kind::text AS attribute, \
              coalesce(a.position, 0) AS field_place, coalesce(ch.position, c.position, 0) AS place, coalesce(f.swatch, ch.swatch)::text AS swatch, \
              f.kind <> 'CATEGORY' OR coalesce(c.published, false) AS shown \
              FROM unnest(").integers(ids).sql(") n(id) JOIN facet_values f ON f.id = n.id \
              LEFT JOIN facet_value_translations ft ON ft.facet_id = f.id AND ft.language = ").text(language())
        .sql(" LEFT JOIN collections c ON c.id = CASE f.kind WHEN 'CATEGORY' THEN f.value::uuid END \
               LEFT JOIN collection_translations ct ON ct.collection_id = c.id AND ct.language = ").text(language())
        .sql(" LEFT JOIN vendors v ON v.id = CASE f.kind WHEN 'VENDOR' THEN f.value::uuid END \
               LEFT JOIN vendor_translations vt ON vt.vendor_id = v.id AND vt.language = ").text(language())
        .sql(" LEFT JOIN attributes a ON f.kind = 'ATTRIBUTE' AND a.handle = f.field \
               LEFT JOIN attribute_translations at ON at.attribute_id = a.id AND at.language = ").text(language())
        .sql(" LEFT JOIN attribute_choices ch ON ch.attribute_id = a.id AND ch.handle = f.value AND a.kind IN ('CHOICE', 'COLOR') \
               LEFT JOIN attribute_choice_translations cht ON cht.choice_id = ch.id AND cht.language = ").text(language())
}
