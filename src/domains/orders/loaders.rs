//! Batched reading of orders. Who may see what is decided by whoever asks: [`super::graphql`].

use super::model::{OrderId, VendorOrderId};
use super::reading;
use super::rows::{
    ContactRow, CountRow, DeskRow, LineRow, OrderRow, PartRow, PaymentRow, TimelineRow,
};
use crate::domains::shop::InContext;
use crate::graphql::batch::{Batch, Loader};
use crate::graphql::made_of::MadeOf;
use crate::platform::db::Conn;
use async_graphql::{Context, Result};
use diesel::QueryResult;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use uuid::Uuid;

/// Some rows of each key, in the order of the statement.
type Lists<K, R> = HashMap<K, Arc<Vec<Arc<R>>>>;

fn lists<K: Eq + Hash, R>(rows: Vec<R>, key: impl Fn(&R) -> K) -> Lists<K, R> {
    let mut found: HashMap<K, Vec<Arc<R>>> = HashMap::new();
    for row in rows {
        found.entry(key(&row)).or_default().push(Arc::new(row));
    }
    found
        .into_iter()
        .map(|(key, rows)| (key, Arc::new(rows)))
        .collect()
}

fn ones<K: Eq + Hash, R>(rows: Vec<R>, key: impl Fn(&R) -> K) -> HashMap<K, Arc<R>> {
    rows.into_iter()
        .map(|row| (key(&row), Arc::new(row)))
        .collect()
}

fn uuids(ids: Vec<OrderId>) -> Vec<Uuid> {
    ids.into_iter().map(|id| id.0).collect()
}

/// Orders by id, whoever may see them.
pub struct OrderById;

impl Batch for OrderById {
    type Key = OrderId;
    type Value = Arc<OrderRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<OrderId>,
    ) -> QueryResult<HashMap<OrderId, Self::Value>> {
        let rows = reading::orders(conn, uuids(keys)).await?;
        Ok(ones(rows, |row| row.id))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// The vendor orders of an order, in order.
pub struct PartsOf(pub InContext);

impl Batch for PartsOf {
    type Key = OrderId;
    type Value = Arc<Vec<Arc<PartRow>>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<OrderId>,
    ) -> QueryResult<Lists<OrderId, PartRow>> {
        let rows = reading::parts_of(conn, self.0.language_code(), uuids(keys)).await?;
        Ok(lists(rows, |row| row.order_id))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// Vendor orders by id, as far as their vendors see them.
pub struct ReleasedById(pub InContext);

impl Batch for ReleasedById {
    type Key = VendorOrderId;
    type Value = Arc<PartRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<VendorOrderId>,
    ) -> QueryResult<HashMap<VendorOrderId, Self::Value>> {
        let ids = keys.into_iter().map(|id| id.0).collect();
        let rows = reading::released(conn, self.0.language_code(), ids).await?;
        Ok(ones(rows, |row| row.id))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// The lines of a vendor order, in order.
pub struct LinesOf;

impl Batch for LinesOf {
    type Key = VendorOrderId;
    type Value = Arc<Vec<Arc<LineRow>>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<VendorOrderId>,
    ) -> QueryResult<Lists<VendorOrderId, LineRow>> {
        let rows = reading::lines_of(conn, keys).await?;
        Ok(lists(rows, |row| row.vendor_order_id))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// Who an order goes to.
pub struct ContactOf;

impl Batch for ContactOf {
    type Key = OrderId;
    type Value = Arc<ContactRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<OrderId>,
    ) -> QueryResult<HashMap<OrderId, Self::Value>> {
        Ok(ones(reading::contacts(conn, keys).await?, |row| {
            row.order_id
        }))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// How an order is paid.
pub struct PaymentOf;

impl Batch for PaymentOf {
    type Key = OrderId;
    type Value = Arc<PaymentRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<OrderId>,
    ) -> QueryResult<HashMap<OrderId, Self::Value>> {
        Ok(ones(reading::payments(conn, keys).await?, |row| {
            row.order_id
        }))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// What happened to an order, oldest first.
pub struct TimelineOf;

impl Batch for TimelineOf {
    type Key = OrderId;
    type Value = Arc<Vec<Arc<TimelineRow>>>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<OrderId>,
    ) -> QueryResult<Lists<OrderId, TimelineRow>> {
        Ok(lists(reading::timelines(conn, keys).await?, |row| {
            row.order_id
        }))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// Vendors by id, selling or not.
pub struct DeskById(pub InContext);

impl Batch for DeskById {
    type Key = Uuid;
    type Value = Arc<DeskRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<Uuid>,
    ) -> QueryResult<HashMap<Uuid, Self::Value>> {
        let rows = reading::desks(conn, self.0.language_code(), keys).await?;
        Ok(ones(rows, |row| row.id))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// How many orders a vendor sees, by state.
pub struct CountsOf;

impl Batch for CountsOf {
    type Key = Uuid;
    type Value = Arc<Vec<Arc<CountRow>>>;

    async fn load(&self, conn: &mut Conn, keys: Vec<Uuid>) -> QueryResult<Lists<Uuid, CountRow>> {
        Ok(lists(reading::counts_of(conn, keys).await?, |row| {
            row.vendor_id
        }))
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// Forgets what was read of orders so far: what a mutation answers is read after its change.
///
/// # Errors
/// When the request has no loaders, a fault of this program.
pub fn forget(ctx: &Context<'_>) -> Result<()> {
    ctx.data::<Loader<OrderById>>()?.forget();
    ctx.data::<Loader<PartsOf>>()?.forget();
    ctx.data::<Loader<ReleasedById>>()?.forget();
    ctx.data::<Loader<LinesOf>>()?.forget();
    ctx.data::<Loader<ContactOf>>()?.forget();
    ctx.data::<Loader<PaymentOf>>()?.forget();
    ctx.data::<Loader<TimelineOf>>()?.forget();
    ctx.data::<Loader<CountsOf>>()?.forget();
    Ok(())
}
