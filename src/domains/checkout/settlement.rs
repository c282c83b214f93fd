//! Payments that a gateway decides on: asked after the commit, settled by a second transaction, and asked again until the answer is
//! known.

use super::error::CheckoutError;
use crate::domains::carts::{self, CartId, CartState};
use crate::domains::orders::{self, OrderId};
use crate::domains::payments::gateway::{GatewayFault, Outcome, TestGateway};
use crate::domains::payments::{self, Operation, OperationKind, OperationState};
use crate::platform::background::Ending;
use crate::platform::db::{Change, Conn, Database};
use crate::platform::outbox::Wake;
use std::time::Duration;

/// How often the gateway is asked for what is not known yet.
const ROUND: Duration = Duration::from_secs(1);

/// Has an order paid whose payment a gateway decides on, and waits for the gateway's answer. An order that still awaits its payment
/// afterwards is settled later.
pub(super) async fn pay(
    database: &Database,
    wake: &Wake,
    order: OrderId,
) -> Result<(), CheckoutError> {
    let Some(charge) = charge_of(database, order).await? else {
        return Ok(());
    };
    match charge.state {
        OperationState::Done => return Ok(()),
        OperationState::Failed => return Err(declined(charge.failure)),
        OperationState::Planned | OperationState::Unknown => {}
    }
    let gateway = TestGateway::new(database.clone());
    let outcome = match gateway.ask(&charge).await {
        Err(GatewayFault::NoAnswer) => gateway.settle(&charge).await,
        outcome => outcome,
    };
    settle(database, wake, &charge, outcome).await?;
    match charge_of(database, order).await? {
        Some(charge) if charge.state == OperationState::Failed => Err(declined(charge.failure)),
        _ => Ok(()),
    }
}

fn declined(reason: Option<String>) -> CheckoutError {
    CheckoutError::Declined(reason.unwrap_or_else(|| "declined".to_owned()))
}

async fn charge_of(
    database: &Database,
    order: OrderId,
) -> Result<Option<Operation>, CheckoutError> {
    let mut conn = database.get().await?;
    Ok(payments::charge_of(&mut conn, order).await?)
}

/// Writes what the gateway said, or that it said nothing.
async fn settle(
    database: &Database,
    wake: &Wake,
    operation: &Operation,
    outcome: Result<Outcome, GatewayFault>,
) -> Result<(), CheckoutError> {
    match outcome {
        Ok(outcome) => {
            let settlement = Settling { operation, outcome };
            database.make(&settlement).await?;
            wake.wake();
        }
        Err(fault) => {
            tracing::warn!(operation = %operation.id, %fault, "a gateway did not answer; it is asked again");
            let mut conn = database.get().await?;
            payments::postpone(&mut conn, operation).await?;
        }
    }
    Ok(())
}

/// What the gateway said of an operation, as a transaction.
struct Settling<'a> {
    operation: &'a Operation,
    outcome: Outcome,
}

impl Change for Settling<'_> {
    type Done = ();
    type Refusal = CheckoutError;

    async fn run(&self, conn: &mut Conn) -> Result<(), CheckoutError> {
        let order = self.operation.order_id;
        let cart = CartId(orders::sale::cart_of(conn, order).await?);
        carts::lock_cart(conn, cart).await?;
        orders::sale::lock_order(conn, order).await?;
        if !payments::conclude(conn, self.operation, &self.outcome).await? {
            return Ok(());
        }
        match (self.operation.kind, &self.outcome) {
            (OperationKind::Refund, _) => Ok(()),
            (OperationKind::Charge, Outcome::Approved) => {
                orders::sale::release(conn, order).await?;
                Ok(carts::set_state(conn, cart, CartState::Bought).await?)
            }
            (OperationKind::Charge, _) => {
                orders::sale::decline(conn, order).await?;
                Ok(carts::set_state(conn, cart, CartState::Open).await?)
            }
        }
    }
}

/// Asks gateways for what is not known yet, until the program ends.
pub async fn run(database: Database, wake: Wake, mut ending: Ending) {
    while ending.pause(ROUND).await {
        if let Err(error) = round(&database, &wake).await {
            tracing::error!(%error, "payments could not be settled; they are tried again");
            if !ending.pause(ROUND * 5).await {
                return;
            }
        }
    }
}

/// Asks once for everything that it is time for.
///
/// # Errors
/// When the database failed.
pub async fn round(database: &Database, wake: &Wake) -> Result<(), CheckoutError> {
    let gateway = TestGateway::new(database.clone());
    let due = {
        let mut conn = database.get().await?;
        payments::take_due(&mut conn).await?
    };
    for id in due {
        let found = {
            let mut conn = database.get().await?;
            payments::operation(&mut conn, id).await?
        };
        if let Some(operation) = found {
            let outcome = gateway.settle(&operation).await;
            if let Err(error) = settle(database, wake, &operation, outcome).await {
                // One that cannot be settled does not keep the others waiting.
                tracing::error!(operation = %operation.id, %error, "a payment could not be settled; it is tried again");
                let mut conn = database.get().await?;
                payments::postpone(&mut conn, &operation).await?;
            }
        }
    }
    Ok(())
}
