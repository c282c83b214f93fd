//! Reading who is signed in, for many at once.

use super::model::{SessionId, Viewer};
use super::store::sessions;
use crate::graphql::batch::Batch;
use crate::graphql::made_of::MadeOf;
use crate::platform::clock;
use crate::platform::db::Conn;
use diesel::QueryResult;
use std::collections::HashMap;
use std::sync::Arc;

/// Whoever sessions belong to that are alive at this moment, with what they may do.
pub struct ViewerOf;

impl Batch for ViewerOf {
    type Key = SessionId;
    type Value = Arc<Viewer>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<SessionId>,
    ) -> QueryResult<HashMap<SessionId, Arc<Viewer>>> {
        let viewers = sessions::viewers(conn, keys, clock::now()).await?;
        Ok(viewers
            .into_iter()
            .map(|viewer| (viewer.session_id, Arc::new(viewer)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}
