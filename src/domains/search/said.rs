//! What a product has besides its texts, as a reader sees it: by it a product may have been found, too.

use super::labels::{Label, labels};
use super::names::Names;
use crate::domains::listing::FacetKind;
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Something that a product has, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What kind of thing it is, as highlights name it.
    pub field: &'static str,
    /// As it is shown.
    pub text: String,
}

/// What products have, by product.
pub struct SaidOf(pub InContext, pub Names);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = UuidSql)]
    product_id: Uuid,
    #[diesel(sql_type = Array<Integer>)]
    facets: Vec<i32>,
}

impl Batch for SaidOf {
    type Key = Uuid;
    type Value = Arc<[Said]>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<[Said]>>> {
        let rows: Vec<Row> =
            Statement::new("SELECT product_id, facets FROM listings WHERE market_id = ")
                .uuid(self.0.market.id)
                .sql(" AND product_id = ANY(")
                .uuids(keys)
                .sql(")")
                .load(conn)
                .await?;
        let mut counts: HashMap<i32, i64> = HashMap::new();
        for value in rows.iter().flat_map(|row| &row.facets) {
            *counts.entry(*value).or_default() += 1;
        }
        let labels = labels(conn, &self.1, counts.into_iter().collect(), &[], &self.0).await?;
        let mut said: Vec<(i32, Said)> = labels
            .into_iter()
            .filter_map(|label| Some((label.id, said(&label)?)))
            .collect();
        said.sort_by(|(_, one), (_, other)| {
            (one.field, &one.text).cmp(&(other.field, &other.text))
        });
        let of = |row: Row| {
            let own = said.iter().filter(|(id, _)| row.facets.contains(id));
            (row.product_id, own.map(|(_, said)| said.clone()).collect())
        };
        Ok(rows.into_iter().map(of).collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        // Names are remembered for a while.
        made_of.unkept();
    }
}

/// As it is searched: categories and stars are no words of a product.
fn said(label: &Label) -> Option<Said> {
    let field = match label.kind {
        FacetKind::Category | FacetKind::Rating => return None,
        FacetKind::Vendor => "vendor",
        FacetKind::Type => "productType",
        FacetKind::Tag => "tag",
        FacetKind::Option => "option",
        FacetKind::Attribute => "attribute",
    };
    let text = match (label.attribute.as_deref(), &label.field_label) {
        // Of yes and no, the name is what is said.
        (Some("BOOLEAN"), Some(name)) => (label.value == "true").then(|| name.clone())?,
        (_, Some(name)) if !name.is_empty() => format!("{name}: {}", label.label),
        _ => label.label.clone(),
    };
    Some(Said { field, text })
}
