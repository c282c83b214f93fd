//! Batched reading of vendors.

use super::model::VendorRow;
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

/// Vendors by id.
pub struct VendorById(pub InContext);

impl Batch for VendorById {
    type Key = Uuid;
    type Value = Arc<VendorRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Arc<VendorRow>>> {
        let rows = store::by_ids(conn, self.0.language_code(), keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }

    fn made_of(&self, key: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.row(Kind::Vendor, *key);
    }
}

impl Rarely for VendorById {
    fn place(&self, key: &Uuid) -> Place {
        Place::id(*key).in_language(self.0.language_code())
    }

    fn weight(value: &Arc<VendorRow>) -> usize {
        value.weight()
    }

    fn stays(value: Option<&Arc<VendorRow>>) -> bool {
        // A product that is listed has a vendor who sells. Of one who began to sell a moment ago the product is read before this process
        // has heard of it: that there was none must not be what is known of its vendor.
        value.is_some()
    }
}

/// Vendors by handle.
pub struct VendorByHandle(pub InContext);

impl Batch for VendorByHandle {
    type Key = String;
    type Value = Arc<VendorRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<String>,
    ) -> QueryResult<HashMap<String, Arc<VendorRow>>> {
        let rows = store::by_handles(conn, self.0.language_code(), keys).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.handle.clone(), Arc::new(row)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        // Another one may come to be called so.
        made_of.all(Kind::Vendor);
    }
}

impl Rarely for VendorByHandle {
    fn place(&self, key: &String) -> Place {
        Place::handle(key).in_language(self.0.language_code())
    }

    fn weight(value: &Arc<VendorRow>) -> usize {
        value.weight()
    }
}
