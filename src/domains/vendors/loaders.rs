//! Batched reading of vendors.

use super::model::VendorRow;
use super::store;
use crate::domains::shop::InContext;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
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
