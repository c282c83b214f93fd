//! Buying.

use super::error::{CheckoutError, Fault, FaultKind};
use super::purchase::{Buying, Purchase};
use super::settlement;
use crate::domains::orders::{OrderId, PaymentMethod};
use crate::domains::shop::Facts;
use crate::platform::db::Database;
use crate::platform::idempotency::{Key, Patience};
use crate::platform::outbox::Wake;
use crate::platform::secret::Secret;
use crate::platform::tasks::Tasks;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Lets no more buy at once than half the pool serves, so that a rush leaves connections for everybody else.
#[derive(Clone)]
pub struct Turnstile(Arc<Semaphore>);

/// How long somebody waits to be let in.
const WAIT: Duration = Duration::from_secs(10);

/// The longest note, in characters.
const LONGEST_NOTE: usize = 5_000;

impl Turnstile {
    /// For a pool of this size.
    #[must_use]
    pub fn for_pool(size: usize) -> Self {
        Self(Arc::new(Semaphore::new((size / 2).max(1))))
    }
}

/// Buying.
#[derive(Clone)]
pub struct Checkout {
    database: Database,
    facts: Arc<Facts>,
    turnstile: Turnstile,
    wake: Wake,
    tasks: Tasks,
    /// Whether the TEST gateway takes cards.
    test_cards: bool,
}

/// What came of a purchase.
#[derive(Debug, Clone)]
pub struct Bought {
    /// The order. It awaits its payment while the gateway has not answered.
    pub order_id: OrderId,
    /// What its id carries, by which a guest reads it.
    pub secret: Secret,
}

impl Checkout {
    /// On this database; `wake` is told when something happened, `tasks` finishes what was begun.
    #[must_use]
    pub const fn new(
        database: Database,
        facts: Arc<Facts>,
        turnstile: Turnstile,
        wake: Wake,
        tasks: Tasks,
        test_cards: bool,
    ) -> Self {
        Self {
            database,
            facts,
            turnstile,
            wake,
            tasks,
            test_cards,
        }
    }

    /// Buys what is in a cart, once for each `key`, and has it paid where that comes first.
    ///
    /// # Errors
    /// See [`CheckoutError`]. After [`CheckoutError::Declined`] the cart can be bought again; after [`CheckoutError::Internal`] and
    /// [`CheckoutError::Database`] the same key tells what came of it; otherwise nothing was changed.
    pub async fn complete(
        &self,
        purchase: Purchase,
        key: Option<String>,
    ) -> Result<Bought, CheckoutError> {
        self.check(&purchase)?;
        let this = self.clone();
        let work = async move { this.buy(purchase, key).await };
        let lost = |error: crate::platform::tasks::Lost| CheckoutError::Internal(error.to_string());
        self.tasks.run(work).await.map_err(lost)?
    }

    fn check(&self, purchase: &Purchase) -> Result<(), CheckoutError> {
        let fault = |path, message: &str| {
            let fault = Fault::new(FaultKind::Invalid, &[path], message);
            Err(CheckoutError::Input(vec![fault]))
        };
        check_note(purchase.note.as_deref().unwrap_or_default())?;
        match (purchase.method, &purchase.card) {
            (PaymentMethod::Test, _) if !self.test_cards => {
                fault("paymentMethod", "This shop takes no test cards.")
            }
            (PaymentMethod::Test, None) => fault("testCard", "Say which test card pays."),
            (PaymentMethod::CashOnDelivery, Some(_)) => {
                fault("testCard", "Cash on delivery needs no card: leave it out.")
            }
            _ => Ok(()),
        }
    }

    async fn buy(&self, purchase: Purchase, key: Option<String>) -> Result<Bought, CheckoutError> {
        let input_hash = Key::hash_of(&(
            &purchase.email,
            super::contact::digest(&purchase.address),
            purchase.method,
            &purchase.card,
            &purchase.note,
            purchase.expected_total,
            purchase.viewer.as_ref().map(|viewer| viewer.user_id),
        ));
        let buying = Buying {
            key: key.map(|key| Key {
                mutation: "checkoutComplete",
                scope: format!("cart:{}", purchase.cart_id),
                key,
                input_hash,
            }),
            purchase,
            facts: Arc::clone(&self.facts),
            order_id: OrderId::new(),
        };
        let order_id = self.place(&buying).await?;
        self.wake.wake();
        match settlement::pay(&self.database, &self.wake, order_id).await {
            Ok(()) => {}
            Err(declined @ CheckoutError::Declined(_)) => return Err(declined),
            // The order stands, and is settled later: whoever bought must not be told that nothing happened.
            Err(error) => tracing::error!(%error, order = %order_id, "an order awaits its payment"),
        }
        Ok(Bought {
            order_id,
            secret: buying.purchase.order_secret(order_id),
        })
    }

    /// The transaction, when it is its turn. Whoever waits holds no connection.
    async fn place(&self, buying: &Buying) -> Result<OrderId, CheckoutError> {
        let patience = Patience::default();
        loop {
            let turn = tokio::time::timeout(WAIT, self.turnstile.0.acquire()).await;
            let Ok(Ok(turn)) = turn else {
                return Err(CheckoutError::Crowded);
            };
            let outcome = self.database.make(buying).await;
            drop(turn);
            match outcome {
                Err(CheckoutError::Running) if patience.lasts().await => {}
                outcome => return outcome,
            }
        }
    }
}

fn check_note(note: &str) -> Result<(), CheckoutError> {
    let (kind, message) = if note.chars().count() > LONGEST_NOTE {
        (
            FaultKind::TooLong,
            "A note is at most 5000 characters long.",
        )
    } else if note.contains('\0') {
        let message = "The note contains a NUL character: leave it out.";
        (FaultKind::Invalid, message)
    } else {
        return Ok(());
    };
    Err(CheckoutError::Input(vec![Fault::new(
        kind,
        &["note"],
        message,
    )]))
}
