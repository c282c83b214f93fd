//! What may be done with an order: one function for each thing a person can do.

use super::access::as_whom;
use super::advance::{Stride, advance, hold};
use super::error::OrderError;
use super::model::{Actor, ActorKind, CancelReason, OrderId, VendorOrderId};
use super::states::{OrderState, Step};
use super::store;
use crate::domains::accounts::{Permission, Viewer};
use crate::platform::db::{Change, Conn, Database};
use crate::platform::idempotency::{self, Beginning, Key, Patience};
use crate::platform::outbox::Wake;
use crate::platform::secret::Secret;
use crate::platform::tasks::{Lost, Tasks};
use uuid::Uuid;

/// The longest note of a step, in characters.
pub const LONGEST_NOTE: usize = 500;
/// The longest name of a carrier, or number of one, in characters.
pub const LONGEST_TRACKING: usize = 100;

/// The steps of orders.
#[derive(Clone)]
pub struct Orders {
    database: Database,
    wake: Wake,
    tasks: Tasks,
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
    /// The order.
    pub order_id: OrderId,
    /// The secret of the order, when whoever asks knows it.
    pub secret: Option<Secret>,
    /// Whoever is signed in.
    pub viewer: Option<Viewer>,
    /// One part; the whole order when absent.
    pub vendor_order_id: Option<VendorOrderId>,
    /// Why, for the vendors: at most 500 characters.
    pub note: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
}

impl Orders {
    /// On this database; `wake` is told when something happened, `tasks` finishes what was begun.
    #[must_use]
    pub const fn new(database: Database, wake: Wake, tasks: Tasks) -> Self {
        Self {
            database,
            wake,
            tasks,
        }
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
        bounded("note", step.note.as_deref(), LONGEST_NOTE)?;
        bounded(
            "trackingCompany",
            step.tracking_company.as_deref(),
            LONGEST_TRACKING,
        )?;
        bounded(
            "trackingNumber",
            step.tracking_number.as_deref(),
            LONGEST_TRACKING,
        )?;
        if !viewer.may_at(Permission::VendorOrdersWork, step.vendor_id) {
            return Err(OrderError::NotFound);
        }
        let key = step.key.clone().map(|key| Key {
            mutation: mutation(step.step),
            scope: format!("user:{}", viewer.user_id),
            key,
            // Without the names of fields: a key outlives the version of the program that took it.
            input_hash: Key::hash_of(&(
                step.vendor_id,
                step.vendor_order_id.0,
                step.version,
                &step.note,
                &step.tracking_company,
                &step.tracking_number,
            )),
        });
        let vendor_order_id = step.vendor_order_id;
        let kind = if viewer.works_at(step.vendor_id) {
            ActorKind::Vendor
        } else {
            ActorKind::Staff
        };
        let actor = Actor {
            kind,
            user_id: Some(viewer.user_id),
        };
        self.make(Stepping { step, key, actor }).await?;
        Ok(vendor_order_id)
    }

    /// Calls off what can still be called off: all that is left of the order, or nothing.
    ///
    /// # Errors
    /// [`OrderError::NotFound`] unless the order is the viewer's, or its secret is known, or the viewer is staff who may;
    /// [`OrderError::IllegalStep`] when a part of it is too far on its way.
    pub async fn cancel(&self, cancellation: Cancellation) -> Result<OrderId, OrderError> {
        bounded("note", cancellation.note.as_deref(), LONGEST_NOTE)?;
        let order_id = cancellation.order_id;
        let viewer = cancellation.viewer.as_ref();
        let scope = viewer.map_or_else(
            || format!("order:{order_id}"),
            |viewer| format!("user:{}", viewer.user_id),
        );
        let key = cancellation.key.clone().map(|key| Key {
            mutation: "orderCancel",
            scope,
            key,
            input_hash: Key::hash_of(&(
                order_id.0,
                cancellation.vendor_order_id.map(|part| part.0),
                &cancellation.note,
            )),
        });
        self.make(Cancelling { cancellation, key }).await?;
        Ok(order_id)
    }

    /// Makes a change to its end, though whoever asked for it may go away.
    async fn make<C>(&self, change: C) -> Result<(), OrderError>
    where
        C: Change<Done = (), Refusal = OrderError> + 'static,
    {
        let database = self.database.clone();
        let wake = self.wake.clone();
        let work = async move {
            let patience = Patience::default();
            loop {
                match database.make(&change).await {
                    Err(OrderError::Running) if patience.lasts().await => {}
                    outcome => {
                        wake.wake();
                        return outcome;
                    }
                }
            }
        };
        self.tasks.run(work).await.map_err(lost)?
    }
}

fn lost(error: Lost) -> OrderError {
    OrderError::Lost(error.to_string())
}

fn bounded(field: &'static str, text: Option<&str>, most: usize) -> Result<(), OrderError> {
    match text {
        Some(text) if text.chars().count() > most || text.contains('\0') => {
            Err(OrderError::TooLong { field, most })
        }
        _ => Ok(()),
    }
}

/// The mutation of a vendor's step.
const fn mutation(step: Step) -> &'static str {
    match step {
        Step::Accept => "vendorOrderAccept",
        Step::Reject => "vendorOrderReject",
        Step::Prepare => "vendorOrderPrepare",
        Step::Ship => "vendorOrderShip",
        Step::Deliver => "vendorOrderDeliver",
        Step::Release => "release",
        Step::Cancel => "orderCancel",
    }
}

/// Whether the request was done before.
async fn begun(conn: &mut Conn, key: Option<&Key>) -> Result<bool, OrderError> {
    let Some(key) = key else { return Ok(false) };
    match idempotency::begin(conn, key).await? {
        Beginning::New => Ok(false),
        Beginning::Done(_) => Ok(true),
        Beginning::OtherInput => Err(OrderError::KeyReused),
        Beginning::Running => Err(OrderError::Running),
    }
}

/// A vendor's step as a transaction.
struct Stepping {
    step: VendorStep,
    key: Option<Key>,
    actor: Actor,
}

impl Change for Stepping {
    type Done = ();
    type Refusal = OrderError;

    async fn run(&self, conn: &mut Conn) -> Result<(), OrderError> {
        let step = &self.step;
        if begun(conn, self.key.as_ref()).await? {
            return Ok(());
        }
        let order = store::order_of(conn, step.vendor_id, step.vendor_order_id)
            .await?
            .ok_or(OrderError::NotFound)?;
        let mut held = hold(conn, order).await?;
        let part = held
            .parts
            .iter()
            .find(|part| part.id == step.vendor_order_id)
            .ok_or(OrderError::NotFound)?;
        if step.version.is_some_and(|version| version != part.version) {
            return Err(OrderError::StaleVersion {
                present: part.version,
            });
        }
        let stride = Stride {
            end_note: step.note.clone(),
            tracking_company: step.tracking_company.clone(),
            tracking_number: step.tracking_number.clone(),
        };
        let chosen = [step.vendor_order_id];
        let reason = CancelReason::Inventory;
        advance(
            conn, &mut held, &chosen, step.step, &stride, self.actor, reason,
        )
        .await?;
        if let Some(key) = &self.key {
            idempotency::finish(conn, key, step.vendor_order_id.0).await?;
        }
        Ok(())
    }
}

/// A cancellation as a transaction.
struct Cancelling {
    cancellation: Cancellation,
    key: Option<Key>,
}

impl Change for Cancelling {
    type Done = ();
    type Refusal = OrderError;

    async fn run(&self, conn: &mut Conn) -> Result<(), OrderError> {
        let wanted = &self.cancellation;
        let (secret_hash, customer) = store::whose(conn, wanted.order_id)
            .await?
            .ok_or(OrderError::NotFound)?;
        let (viewer, secret) = (wanted.viewer.as_ref(), wanted.secret.as_ref());
        let whose = (secret_hash.as_slice(), customer);
        let actor =
            as_whom(viewer, secret, whose, Permission::OrdersCancel).ok_or(OrderError::NotFound)?;
        if begun(conn, self.key.as_ref()).await? {
            return Ok(());
        }
        let mut held = hold(conn, wanted.order_id).await?;
        if held.order.state == OrderState::AwaitingPayment {
            return Err(OrderError::BeingPaid);
        }
        let chosen = match wanted.vendor_order_id {
            Some(id) if held.parts.iter().all(|part| part.id != id) => {
                return Err(OrderError::NotFound);
            }
            Some(id) => vec![id],
            None => held.left(),
        };
        let reason = match actor.kind {
            ActorKind::Customer => CancelReason::Customer,
            _ => CancelReason::Staff,
        };
        let stride = Stride {
            end_note: wanted.note.clone(),
            ..Stride::default()
        };
        advance(
            conn,
            &mut held,
            &chosen,
            Step::Cancel,
            &stride,
            actor,
            reason,
        )
        .await?;
        if let Some(key) = &self.key {
            idempotency::finish(conn, key, wanted.order_id.0).await?;
        }
        Ok(())
    }
}
