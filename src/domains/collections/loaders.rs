//! Batched reading of collections.

use super::model::CollectionRow;
use super::store;
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
use crate::graphql::remembered::{Place, Rarely};
use crate::graphql::tags::Kind;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Collections by id.
pub struct CollectionById(pub InContext);

impl Batch for CollectionById {
    type Key = Uuid;
    type Value = Arc<CollectionRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<CollectionRow>>> {
        let rows = store::by_ids(conn, self.0.language_code(), keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Collection, *key);
    }
}

impl Rarely for CollectionById {
    fn place(&self, key: &Uuid) -> Place {
        Place::id(*key).in_language(self.0.language_code())
    }

    fn weight(value: &Arc<CollectionRow>) -> usize {
        value.weight()
    }
}

/// Collections by handle.
pub struct CollectionByHandle(pub InContext);

impl Batch for CollectionByHandle {
    type Key = String;
    type Value = Arc<CollectionRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<String>,
    ) -> QueryResult<HashMap<String, Arc<CollectionRow>>> {
        let rows = store::by_handles(conn, self.0.language_code(), keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.asked, Arc::new(row.collection)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, value: Option<&Self::Value>, made_of: &MadeOf) {
        // Another one may come to be called so in the reader's language, and goes before.
        made_of.all(Kind::Collection);
        if let Some(row) = value {
            made_of.row(Kind::Collection, row.id);
        }
    }
}

impl Rarely for CollectionByHandle {
    fn place(&self, key: &String) -> Place {
        Place::handle(key).in_language(self.0.language_code())
    }

    fn weight(value: &Arc<CollectionRow>) -> usize {
        value.weight()
    }
}

/// The whole tree of categories: it is small, and most that ask for one category ask for its neighbours too.
pub struct CategoryTree(pub InContext);

impl Batch for CategoryTree {
    type Key = ();
    type Value = Arc<Vec<Arc<CollectionRow>>>;

    async fn load(&self, conn: &mut Conn, _: Vec<()>) -> QueryResult<HashMap<(), Self::Value>> {
        let rows = store::tree(conn, self.0.language_code()).await?;
        Ok(HashMap::from([(
            (),
            Arc::new(rows.into_iter().map(Arc::new).collect()),
        )]))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.all(Kind::Collection);
    }
}

impl Rarely for CategoryTree {
    fn place(&self, (): &()) -> Place {
        Place::whole().in_language(self.0.language_code())
    }

    fn weight(value: &Self::Value) -> usize {
        value.iter().map(|row| row.weight()).sum()
    }
}

/// The shelves that a product stands on. They are not remembered: there are as many answers as products, and they are asked for
/// beside the rest of a product, which is another statement of the same step.
pub struct ShelvesOf(pub InContext);

impl Batch for ShelvesOf {
    type Key = Uuid;
    type Value = Arc<Vec<Arc<CollectionRow>>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let mut found: HashMap<Uuid, Vec<Arc<CollectionRow>>> = HashMap::new();
        for row in store::of_products(conn, &self.0, keys).await? {
            found
                .entry(row.product_id)
                .or_default()
                .push(Arc::new(row.collection));
        }
        Ok(found
            .into_iter()
            .map(|(product, shelves)| (product, Arc::new(shelves)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Product, *key);
        made_of.all(Kind::Collection);
    }
}
