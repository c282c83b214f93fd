//! Batched reading of the parts of products.

pub use super::attributes::AttributesOf;
use super::model::{OptionRow, Variant};
use super::parts::{Part, Parts, Several};
use super::store;
pub use super::with_parts::{CardWithParts, ProductWithParts};
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
use crate::graphql::tags::Kind;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// A product, and which of its parts.
pub type PartKey = (Uuid, Part);

/// The parts of products: whatever is asked for in one step is read by one statement.
pub struct ProductParts(pub InContext);

impl Batch for ProductParts {
    type Key = PartKey;
    type Value = Several;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<PartKey>,
    ) -> QueryResult<HashMap<PartKey, Several>> {
        let mut wanted: HashMap<Uuid, Parts> = HashMap::new();
        for (product, part) in keys {
            let parts = wanted.entry(product).or_default();
            *parts = parts.with(part);
        }
        let mut found = HashMap::new();
        for row in store::parts_of(conn, &self.0, wanted).await? {
            for several in row.parts.several() {
                found.insert((row.product_id, several.part()), several);
            }
        }
        Ok(found)
    }

    fn made_of(&self, (product, part): &PartKey, _: Option<&Several>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *product);
        if *part == Part::Variants {
            made_of.row(Kind::Stock, *product);
        }
    }
}

/// Variants by id.
pub struct VariantById(pub InContext);

impl Batch for VariantById {
    type Key = Uuid;
    type Value = Arc<Variant>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<Variant>>> {
        let variants = store::variants(conn, &self.0, keys).await?;
        Ok(variants
            .into_iter()
            .map(|variant| (variant.id, Arc::new(variant)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf) {
        match value {
            Some(variant) => {
                made_of.row(Kind::Product, variant.product_id);
                made_of.row(Kind::Stock, variant.product_id);
            }
            None => made_of.all(Kind::Product),
        }
    }
}

/// The option that an id, or the id of one of its choices, belongs to.
pub struct OptionWith(pub InContext);

impl Batch for OptionWith {
    type Key = Uuid;
    type Value = Arc<OptionRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let options = store::options_with(conn, self.0.language_code(), keys).await?;
        let mut found = HashMap::new();
        for option in options.into_iter().map(Arc::new) {
            found.extend(
                option
                    .values
                    .iter()
                    .map(|value| (value.id, Arc::clone(&option))),
            );
            found.insert(option.id, option);
        }
        Ok(found)
    }

    fn made_of(&self, _: &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf) {
        match value {
            Some(option) => made_of.row(Kind::Product, option.product_id),
            None => made_of.all(Kind::Product),
        }
    }
}
