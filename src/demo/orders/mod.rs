//! The demo shop's orders, in every state there is but two: a payment is settled within seconds, and nothing comes back yet. They are
//! placed and worked on through the same services as everybody's, by the people of the demo shop.

mod wishes;

use super::people::PASSWORD;
use crate::domains::accounts::service::{Access, Accounts};
use crate::domains::accounts::{AccountError, ClientAddress, Password, Viewer};
use crate::domains::carts::service::Carts;
use crate::domains::carts::{CartError, NewCart, NewLine};
use crate::domains::checkout::{
    Address, Bought, Checkout, CheckoutError, Purchase, Turnstile, settlement,
};
use crate::domains::orders::service::{Cancellation, Orders, VendorStep};
use crate::domains::orders::{OrderError, PaymentMethod, Step, VendorOrderId};
use crate::domains::payments::{Card, CardError};
use crate::domains::shop::{Directory, Facts, InContext, ShopError};
use crate::platform::db::{Database, DbError, Server};
use crate::platform::outbox::Wake;
use crate::platform::outbox::relay::Relay;
use crate::platform::tasks::Tasks;
use std::collections::HashMap;
use std::sync::Arc;
use tokio_postgres::Client;
use uuid::Uuid;
use wishes::{Buyer, Fate, WISHES, Wish};

/// Connections while the orders are placed.
const POOL: usize = 2;

/// Why the orders were not placed, or not all of them.
#[derive(Debug, thiserror::Error)]
#[error("the orders of the demo shop could not be placed: {0}")]
pub enum OrdersError {
    /// Somebody could not sign in.
    Account(#[from] AccountError),
    /// A cart could not be filled.
    Cart(#[from] CartError),
    /// A cart could not be bought.
    Checkout(#[from] CheckoutError),
    /// A step could not be done.
    Order(#[from] OrderError),
    /// A card is none.
    Card(#[from] CardError),
    /// There is no shop.
    Shop(#[from] Arc<ShopError>),
    /// The orders name something that the demo shop does not sell: a mistake in the program.
    #[error("the demo shop does not sell {0}")]
    Missing(String),
    /// The pool failed.
    Database(#[from] DbError),
    /// PostgreSQL did not let us in.
    Connect(#[from] diesel::ConnectionError),
    /// PostgreSQL refused or went away.
    Postgres(#[from] tokio_postgres::Error),
}

/// Places the orders of the demo shop and works on them; nothing where anybody has ordered already, or where its people are not.
///
/// # Errors
/// See [`OrdersError`]. Orders that were placed before the error stay.
pub async fn add(server: &Server, access: Access) -> Result<(), OrdersError> {
    let client = server.client().await?;
    let any = client.query_one("SELECT EXISTS (SELECT FROM orders)", &[]);
    if any.await?.get(0) {
        return Ok(());
    }
    let mut counter = Counter::open(server, client, access).await?;
    for (at, wish) in WISHES.iter().enumerate() {
        match counter.serve(at, wish).await {
            // Whoever runs this shop made accounts of their own.
            Err(OrdersError::Account(AccountError::Unidentified)) => break,
            other => other?,
        }
    }
    counter.close().await
}

/// Where the demo shop's people buy, and its vendors work.
struct Counter {
    client: Client,
    database: Database,
    facts: Arc<Facts>,
    accounts: Accounts,
    carts: Carts,
    checkout: Checkout,
    orders: Orders,
    /// Who is signed in, by address.
    viewers: HashMap<String, Viewer>,
}

/// A vendor's part of an order, with the vendor and its handle.
struct Part {
    id: VendorOrderId,
    vendor_id: Uuid,
    vendor: String,
}

impl Counter {
    async fn open(server: &Server, client: Client, access: Access) -> Result<Self, OrdersError> {
        let database = Database::connect(server, POOL)?;
        let facts = Directory::new(database.clone()).facts().await?;
        let (wake, tasks) = (Wake::default(), Tasks::default());
        let checkout = Checkout::new(
            database.clone(),
            Arc::clone(&facts),
            Turnstile::for_pool(POOL),
            wake.clone(),
            tasks.clone(),
            true,
        );
        Ok(Self {
            client,
            accounts: Accounts::new(database.clone(), access),
            carts: Carts::new(database.clone(), wake.clone(), tasks.clone()),
            checkout,
            orders: Orders::new(database.clone(), wake, tasks),
            database,
            facts,
            viewers: HashMap::new(),
        })
    }

    /// Gives back what is owed, signs everybody out, and gives events their positions.
    async fn close(self) -> Result<(), OrdersError> {
        let wake = Wake::default();
        settlement::round(&self.database, &wake).await?;
        for viewer in self.viewers.values() {
            self.accounts.sign_out(viewer).await?;
        }
        Relay::new(self.database.clone(), wake).pass().await?;
        Ok(())
    }

    /// Places an order, and has each vendor do with its part what became of it.
    async fn serve(&mut self, at: usize, wish: &Wish) -> Result<(), OrdersError> {
        let viewer = match wish.buyer.signs_in {
            true => Some(self.viewer(wish.buyer.email).await?),
            false => None,
        };
        let bought = match self.buy(wish, viewer.clone()).await {
            Err(OrdersError::Checkout(CheckoutError::Declined(_))) => return Ok(()),
            bought => bought?,
        };
        let mut fates = wish.fates.iter();
        let mut fate = Fate::Waits;
        for part in self.parts(&bought).await? {
            fate = fates.next().copied().unwrap_or(fate);
            if fate == Fate::CalledOff {
                self.call_off(&bought, viewer.clone(), &part).await?;
            } else {
                self.work(at, &part, fate).await?;
            }
        }
        Ok(())
    }

    /// Whoever has this address, signed in.
    async fn viewer(&mut self, email: &str) -> Result<Viewer, OrdersError> {
        if let Some(viewer) = self.viewers.get(email) {
            return Ok(viewer.clone());
        }
        let password = Password::new(PASSWORD.to_owned());
        let signed_in = self
            .accounts
            .sign_in(email, password, ClientAddress::default())
            .await?;
        let viewer = signed_in.viewer;
        self.viewers.insert(email.to_owned(), viewer.clone());
        Ok(viewer)
    }

    async fn buy(&self, wish: &Wish, viewer: Option<Viewer>) -> Result<Bought, OrdersError> {
        let context = InContext::settle(&self.facts, Some(wish.buyer.country), None)
            .ok_or_else(|| Arc::new(ShopError::NoShop))?;
        let user = viewer.as_ref().map(|viewer| viewer.user_id);
        let cart = NewCart {
            lines: self.lines(wish.goods).await?,
            ..NewCart::default()
        };
        let (ticket, _) = self.carts.create(&context, user, cart).await?;
        let purchase = Purchase {
            cart_id: ticket.id,
            secret: ticket.secret,
            viewer,
            email: Some(wish.buyer.email.to_owned()),
            address: wish.buyer.address(),
            method: match wish.card {
                Some(_) => PaymentMethod::Test,
                None => PaymentMethod::CashOnDelivery,
            },
            card: wish.card.map(Card::of_number).transpose()?,
            note: None,
            expected_total: None,
            language: context.language_code(),
        };
        Ok(self.checkout.complete(purchase, None).await?)
    }

    /// Of each product the first variant of which there is plenty.
    async fn lines(&self, goods: &[(&str, i32)]) -> Result<Vec<NewLine>, OrdersError> {
        let mut lines = Vec::with_capacity(goods.len());
        for (handle, quantity) in goods {
            let variant = "SELECT v.id FROM variants v JOIN products p ON p.id = v.product_id JOIN stock_levels l ON l.variant_id = v.id \
                WHERE p.handle = $1 AND l.on_hand - l.reserved >= 10 ORDER BY v.position LIMIT 1";
            let found = self.client.query_opt(variant, &[handle]).await?;
            lines.push(NewLine {
                variant_id: found
                    .ok_or_else(|| OrdersError::Missing((*handle).to_owned()))?
                    .get(0),
                quantity: *quantity,
                attributes: Vec::new(),
            });
        }
        Ok(lines)
    }

    async fn parts(&self, bought: &Bought) -> Result<Vec<Part>, OrdersError> {
        let parts = "SELECT o.id, v.id, v.handle FROM vendor_orders o JOIN vendors v ON v.id = o.vendor_id WHERE o.order_id = $1 \
            ORDER BY o.position";
        let rows = self.client.query(parts, &[&bought.order_id.0]).await?;
        let part = |row: &tokio_postgres::Row| Part {
            id: VendorOrderId(row.get(0)),
            vendor_id: row.get(1),
            vendor: row.get(2),
        };
        Ok(rows.iter().map(part).collect())
    }

    async fn call_off(
        &self,
        bought: &Bought,
        viewer: Option<Viewer>,
        part: &Part,
    ) -> Result<(), OrdersError> {
        let cancellation = Cancellation {
            order_id: bought.order_id,
            secret: Some(bought.secret.clone()),
            viewer,
            vendor_order_id: Some(part.id),
            note: Some("I found it at home after all.".to_owned()),
            key: None,
        };
        self.orders.cancel(cancellation).await?;
        Ok(())
    }

    /// The steps of a vendor's owner, up to where the part stands now.
    async fn work(&mut self, at: usize, part: &Part, fate: Fate) -> Result<(), OrdersError> {
        let steps = fate.steps();
        if steps.is_empty() {
            return Ok(());
        }
        let owner = self.viewer(&super::people::owner(&part.vendor)).await?;
        for step in steps {
            let sent = *step == Step::Ship;
            let step = VendorStep {
                vendor_id: part.vendor_id,
                vendor_order_id: part.id,
                step: *step,
                version: None,
                note: fate.reason(),
                tracking_company: sent.then(|| "Pigeon Post".to_owned()),
                tracking_number: sent.then(|| format!("PP-{:06}", 4_711 + 37 * at)),
                key: None,
            };
            self.orders.step(&owner, step).await?;
        }
        Ok(())
    }
}

impl Fate {
    /// What a vendor does until it has come to this.
    const fn steps(self) -> &'static [Step] {
        match self {
            Self::Waits | Self::CalledOff => &[],
            Self::Accepted => &[Step::Accept],
            Self::Prepared => &[Step::Accept, Step::Prepare],
            Self::Sent => &[Step::Accept, Step::Prepare, Step::Ship],
            Self::Arrived => &[Step::Accept, Step::Prepare, Step::Ship, Step::Deliver],
            Self::Refused(_) => &[Step::Reject],
        }
    }

    fn reason(self) -> Option<String> {
        match self {
            Self::Refused(reason) => Some(reason.to_owned()),
            _ => None,
        }
    }
}

impl Buyer {
    fn address(&self) -> Address {
        let [first_name, last_name] = self.name.map(|name| Some(name.to_owned()));
        let [address1, city] = self.place.map(|line| Some(line.to_owned()));
        Address {
            first_name,
            last_name,
            address1,
            city,
            country: Some(self.country),
            ..Address::default()
        }
    }
}
