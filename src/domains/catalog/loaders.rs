//! Batched reading of the parts of products.

pub use super::attributes::AttributesOf;
use super::model::{OptionRow, Variant};
use super::store;
use crate::domains::media::Picture;
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
use crate::graphql::tags::Kind;
use crate::platform::db::Conn;
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The variants of a product, in order.
pub struct VariantsOf(pub InContext);

impl Batch for VariantsOf {
    type Key = Uuid;
    type Value = Arc<Vec<Arc<Variant>>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let mut found: HashMap<Uuid, Vec<Arc<Variant>>> = HashMap::new();
        for variant in store::variants_of(conn, &self.0, keys).await? {
            found
                .entry(variant.product_id)
                .or_default()
                .push(Arc::new(variant));
        }
        Ok(found
            .into_iter()
            .map(|(product, variants)| (product, Arc::new(variants)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *key);
        made_of.row(Kind::Stock, *key);
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

/// The options of a product, in order.
pub struct OptionsOf(pub InContext);

impl Batch for OptionsOf {
    type Key = Uuid;
    type Value = Arc<Vec<OptionRow>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let mut found: HashMap<Uuid, Vec<OptionRow>> = HashMap::new();
        for option in store::options_of(conn, self.0.language_code(), keys).await? {
            found.entry(option.product_id).or_default().push(option);
        }
        Ok(found
            .into_iter()
            .map(|(product, options)| (product, Arc::new(options)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *key);
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

/// The pictures of a product with their places, in order.
pub struct PicturesOf;

impl Batch for PicturesOf {
    type Key = Uuid;
    type Value = Arc<Vec<(i16, DateTime<Utc>, Picture)>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let pictures = store::pictures_of(conn, keys).await?;
        Ok(pictures
            .into_iter()
            .map(|(product, pictures)| (product, Arc::new(pictures)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *key);
    }
}
