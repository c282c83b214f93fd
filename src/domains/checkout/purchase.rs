//! The sale itself, as one transaction.

use super::contact::Address;
use super::error::CheckoutError;
use super::{draft, offers};
use crate::domains::accounts::{self, CustomerId, Viewer};
use crate::domains::carts::{self, CartId, CartState, LockedCart};
use crate::domains::inventory::{self, InventoryError};
use crate::domains::orders::{
    self, Actor, ActorKind, Contact, NewLine, NewOrder, NewPart, OrderId, PaymentMethod,
};
use crate::domains::payments::{self, Card, NewPayment};
use crate::domains::shop::{Facts, Market};
use crate::graphql::codes::{CountryCode, CurrencyCode};
use crate::platform::db::{Change, Conn};
use crate::platform::idempotency::{self, Beginning, Key};
use crate::platform::secret::{Secret, unprinted};

use std::sync::Arc;

/// What somebody wants to buy, and how.
#[derive(Clone)]
pub struct Purchase {
    /// The cart.
    pub cart_id: CartId,
    /// Its secret, as the id said it.
    pub secret: Secret,
    /// Whoever is signed in.
    pub viewer: Option<Viewer>,
    /// Where the confirmation goes; the viewer's address or the cart's when absent.
    pub email: Option<String>,
    /// Who it goes to.
    pub address: Address,
    /// How it is paid.
    pub method: PaymentMethod,
    /// The card, when a gateway is asked.
    pub card: Option<Card>,
    /// What the customer wants said; the cart's note when absent.
    pub note: Option<String>,
    /// What the buyer was shown, minor units of the cart's currency; not compared when absent.
    pub expected_total: Option<(i64, CurrencyCode)>,
    /// The language that texts are copied in.
    pub language: &'static str,
}

unprinted!(Purchase);

/// A purchase as a transaction. The ids are made before, so that a try after a lost answer finds what the first one did.
pub(super) struct Buying {
    pub purchase: Purchase,
    pub facts: Arc<Facts>,
    pub order_id: OrderId,
    pub key: Option<Key>,
}

impl Change for Buying {
    type Done = OrderId;
    type Refusal = CheckoutError;

    async fn run(&self, conn: &mut Conn) -> Result<OrderId, CheckoutError> {
        // First of all: nobody else learns anything, not even whether the request is being done.
        let opened = carts::secret_hash_of(conn, self.purchase.cart_id).await?;
        if !opened.is_some_and(|hash| self.purchase.secret.is_of(&hash)) {
            return Err(CheckoutError::NoCart);
        }
        if let Some(done) = self.begun(conn).await? {
            return Ok(done);
        }
        if orders::sale::is_placed(conn, self.order_id).await? {
            return Ok(self.order_id);
        }
        let cart = self.lock(conn).await?;
        let market = self.market(&cart)?;
        let contact = self.contact(&cart, &market)?;
        let parts = self.parts(conn, &cart, &market).await?;
        let order = self.order(conn, &cart, &market, contact, parts).await?;
        let total = orders::sale::place(conn, &order, self.actor())
            .await?
            .ok_or(CheckoutError::TooLarge)?;
        self.check_total(total, &market)?;
        self.pay(conn, &order).await?;
        self.reserve(conn, &order).await?;
        let state = if order.awaits_payment {
            CartState::Paying
        } else {
            CartState::Bought
        };
        carts::set_state(conn, cart.id, state).await?;
        if let Some(key) = &self.key {
            idempotency::finish(conn, key, order.id.0).await?;
        }
        orders::sale::tell_placed(conn, &order).await?;
        Ok(order.id)
    }
}

impl Buying {
    /// What came of the same request before.
    async fn begun(&self, conn: &mut Conn) -> Result<Option<OrderId>, CheckoutError> {
        let Some(key) = &self.key else {
            return Ok(None);
        };
        match idempotency::begin(conn, key).await? {
            Beginning::New => Ok(None),
            Beginning::Running => Err(CheckoutError::Running),
            Beginning::Done(order) => Ok(Some(OrderId(order))),
            Beginning::OtherInput => Err(CheckoutError::KeyReused),
        }
    }

    /// The cart, locked and ready to be bought.
    async fn lock(&self, conn: &mut Conn) -> Result<LockedCart, CheckoutError> {
        let cart = carts::lock_cart(conn, self.purchase.cart_id)
            .await?
            .ok_or(CheckoutError::NoCart)?;
        match cart.state {
            CartState::Open => Ok(cart),
            CartState::Paying => Err(CheckoutError::Paying),
            CartState::Bought => Err(CheckoutError::Bought),
        }
    }

    /// The market that the cart's prices are of.
    fn market(&self, cart: &LockedCart) -> Result<Arc<Market>, CheckoutError> {
        let mut markets = self.facts.markets.iter();
        markets
            .find(|market| market.id == cart.market_id)
            .cloned()
            .ok_or_else(|| CheckoutError::Internal("a cart's market is gone".to_owned()))
    }

    fn contact(&self, cart: &LockedCart, market: &Market) -> Result<Contact, CheckoutError> {
        let purchase = &self.purchase;
        let viewer = purchase.viewer.as_ref();
        let email = purchase
            .email
            .as_deref()
            .or(viewer.map(|viewer| viewer.email.as_str()))
            .or(cart.email.as_deref());
        let contact =
            super::contact::contact(email, &purchase.address).map_err(CheckoutError::Input)?;
        let served = CountryCode::from_code(&contact.country).and_then(|country| {
            self.facts
                .market_of(country)
                .or(self.facts.default_market())
        });
        if served.is_none_or(|served| served.id != market.id) {
            return Err(CheckoutError::OtherMarket);
        }
        Ok(contact)
    }

    async fn parts(
        &self,
        conn: &mut Conn,
        cart: &LockedCart,
        market: &Market,
    ) -> Result<Vec<NewPart>, CheckoutError> {
        let lines = carts::lines_of(conn, cart.id).await?;
        let variants = lines.iter().map(|line| line.variant_id).collect();
        let offers = offers::offers(conn, market, self.purchase.language, variants).await?;
        draft::parts(&lines, &offers)
    }

    async fn order(
        &self,
        conn: &mut Conn,
        cart: &LockedCart,
        market: &Market,
        contact: Contact,
        parts: Vec<NewPart>,
    ) -> Result<NewOrder, CheckoutError> {
        let purchase = &self.purchase;
        let whole: i64 = parts.iter().map(|part| part.amounts.total).sum();
        let note = purchase.note.as_ref().unwrap_or(&cart.note);
        Ok(NewOrder {
            id: self.order_id,
            cart_id: cart.id.0,
            customer_id: self.customer(conn, cart, &contact.email).await?,
            secret_hash: purchase.order_secret(self.order_id).hash(),
            market_id: market.id,
            currency: market.currency.code().to_owned(),
            language: purchase.language.to_owned(),
            country: contact.country.clone(),
            payment_method: purchase.method,
            // What costs nothing is asked of nobody.
            awaits_payment: purchase.card.is_some() && whole > 0,
            note: note.clone(),
            attributes: cart.attributes.clone(),
            contact,
            parts,
        })
    }

    /// Whoever is signed in; else whoever the cart was given to while they were, when it is bought with their
    /// verified address; else a guest.
    async fn customer(
        &self,
        conn: &mut Conn,
        cart: &LockedCart,
        email: &str,
    ) -> Result<CustomerId, CheckoutError> {
        let owner = match (&self.purchase.viewer, cart.user_id) {
            (Some(viewer), _) => Some(viewer.customer_id),
            (None, Some(user)) => accounts::customer_of(conn, user, email).await?,
            (None, None) => None,
        };
        match owner {
            Some(customer) => Ok(customer),
            None => Ok(accounts::new_guest(conn).await?),
        }
    }

    fn actor(&self) -> Actor {
        Actor {
            kind: ActorKind::Customer,
            user_id: self.purchase.viewer.as_ref().map(|viewer| viewer.user_id),
        }
    }

    fn check_total(&self, total: i64, market: &Market) -> Result<(), CheckoutError> {
        match self.purchase.expected_total {
            Some((expected, currency)) if (expected, currency) != (total, market.currency) => {
                Err(CheckoutError::OtherTotal(total))
            }
            _ => Ok(()),
        }
    }

    async fn pay(&self, conn: &mut Conn, order: &NewOrder) -> Result<(), CheckoutError> {
        let shares = order
            .parts
            .iter()
            .map(|part| (part.id, part.amounts.total))
            .collect();
        let payment = NewPayment {
            order_id: order.id,
            method: order.payment_method,
            currency: order.currency.clone(),
            shares,
            card: self.purchase.card.clone(),
        };
        payments::begin(conn, &payment).await?;
        Ok(())
    }

    async fn reserve(&self, conn: &mut Conn, order: &NewOrder) -> Result<(), CheckoutError> {
        let wanted = draft::wanted(&order.parts);
        match inventory::reserve(conn, &wanted).await {
            Ok(()) => Ok(()),
            Err(InventoryError::Database(error)) => Err(error.into()),
            Err(InventoryError::Short(short)) => {
                let lines = order.parts.iter().flat_map(|part| &part.lines);
                let titled = |line: &NewLine| {
                    let one = short.iter().find(|one| one.line == line.id)?;
                    Some((line.title.clone(), one.left))
                };
                Err(CheckoutError::Short(lines.filter_map(titled).collect()))
            }
        }
    }
}

impl Purchase {
    /// The secret of an order that is made of the cart: only who knows the cart's can tell it, and it can be told again.
    pub(super) fn order_secret(&self, order: OrderId) -> Secret {
        self.secret.derived(order.0.as_bytes())
    }
}
