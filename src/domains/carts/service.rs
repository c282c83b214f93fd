//! What may be done with a cart: one function for each thing a person can do.

use super::draft::{Draft, Warning};
use super::error::{CartError, Fault};
use super::input::{self, Identity, LineUpdate, NewCart, NewLine};
use super::model::{Attribute, CartId, CartLineId, CartRow, CartState, LockedCart, Ticket};
use super::offer::{Offer, PricedLine, UnavailableLine, sorted_out};
use super::store;
use crate::domains::accounts::UserId;
use crate::domains::shop::{Facts, InContext};
use crate::graphql::codes::{CountryCode, CurrencyCode};
use crate::platform::db::{Change, Conn, Database, DbError};
use crate::platform::outbox::{Audience, Event, Wake, tell};
use crate::platform::secret::Secret;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use tracing::Instrument;
use uuid::Uuid;

/// What can be done with carts.
#[derive(Clone)]
pub struct Carts {
    database: Database,
    wake: Wake,
}

/// A cart with what its lines cost at this moment.
#[derive(Debug, Clone)]
pub struct CartView {
    /// The cart.
    pub row: CartRow,
    /// The secret in its id.
    pub secret: Secret,
    /// The currency of its market.
    pub currency: CurrencyCode,
    /// What can be bought.
    pub lines: Vec<Arc<PricedLine>>,
    /// What cannot be bought any more.
    pub unavailable: Vec<UnavailableLine>,
}

impl Carts {
    /// On this database; `wake` is told when something happened.
    #[must_use]
    pub const fn new(database: Database, wake: Wake) -> Self {
        Self { database, wake }
    }

    /// The cart that a ticket opens; `None` when there is none, and when it was bought.
    ///
    /// # Errors
    /// When the database failed.
    pub async fn read(&self, ticket: &Ticket) -> Result<Option<CartView>, DbError> {
        let mut conn = self.database.get().await?;
        let row = store::cart(&mut conn, ticket.id).await?;
        let opens =
            |row: &CartRow| ticket.secret.is_of(&row.secret_hash) && row.state != CartState::Bought;
        let Some(row) = row.filter(opens) else {
            return Ok(None);
        };
        let currency = CurrencyCode::from_code(&row.currency)
            .ok_or_else(|| DbError::Query(unknown_currency()))?;
        let lines = store::offered_lines(&mut conn, row.id, row.market_id).await?;
        let (lines, unavailable) = sorted_out(lines);
        Ok(Some(CartView {
            row,
            secret: ticket.secret.clone(),
            currency,
            lines,
            unavailable,
        }))
    }

    /// Begins a cart in the market of the buyer's country, else in that of the request.
    ///
    /// # Errors
    /// [`CartError::Faults`] when the input is wrong.
    pub async fn create(
        &self,
        context: &InContext,
        user_id: Option<UserId>,
        new: NewCart,
    ) -> Result<(Ticket, Vec<Warning>), CartError> {
        let faults = new.faults();
        if !faults.is_empty() {
            return Err(CartError::Faults(faults));
        }
        let secret = Secret::new()?;
        let cart = begun(context, user_id, &new, &secret);
        let ticket = Ticket {
            id: cart.id,
            secret,
        };
        let lines = new.lines;
        let warnings = self.make(Creation { cart, lines }).await?;
        Ok((ticket, warnings))
    }

    /// Puts something in a cart.
    ///
    /// # Errors
    /// See [`CartError`].
    pub async fn add_lines(
        &self,
        ticket: Ticket,
        lines: Vec<NewLine>,
    ) -> Result<Vec<Warning>, CartError> {
        let faults = input::new_lines(&lines);
        self.change(ticket, faults, Deed::Add(lines)).await
    }

    /// Changes lines of a cart.
    ///
    /// # Errors
    /// See [`CartError`].
    pub async fn update_lines(
        &self,
        ticket: Ticket,
        updates: Vec<LineUpdate>,
    ) -> Result<Vec<Warning>, CartError> {
        let faults = input::line_updates(&updates);
        self.change(ticket, faults, Deed::Update(updates)).await
    }

    /// Takes lines out of a cart.
    ///
    /// # Errors
    /// See [`CartError`].
    pub async fn remove_lines(
        &self,
        ticket: Ticket,
        ids: Vec<CartLineId>,
    ) -> Result<Vec<Warning>, CartError> {
        let faults = input::too_many(ids.len(), "lineIds").into_iter().collect();
        self.change(ticket, faults, Deed::Remove(ids)).await
    }

    /// Says who buys. Another country is another market, with its prices. A signed-in buyer's cart is theirs.
    ///
    /// # Errors
    /// See [`CartError`].
    pub async fn identify(
        &self,
        ticket: Ticket,
        context: &InContext,
        user_id: Option<UserId>,
        identity: Identity,
    ) -> Result<Vec<Warning>, CartError> {
        let market = identity
            .country
            .map(|country| (country, market_of(&context.facts, country, context)));
        let faults = identity.faults();
        let deed = Deed::Identify {
            identity,
            market,
            user_id,
        };
        self.change(ticket, faults, deed).await
    }

    /// Writes down what the buyer wants to say.
    ///
    /// # Errors
    /// See [`CartError`].
    pub async fn note(&self, ticket: Ticket, note: String) -> Result<Vec<Warning>, CartError> {
        let faults = input::note(&note).into_iter().collect();
        self.change(ticket, faults, Deed::Note(note)).await
    }

    /// Remembers these attributes, and those from before no longer.
    ///
    /// # Errors
    /// See [`CartError`].
    pub async fn set_attributes(
        &self,
        ticket: Ticket,
        attributes: Vec<Attribute>,
    ) -> Result<Vec<Warning>, CartError> {
        let faults = input::attributes(&attributes);
        self.change(ticket, faults, Deed::Attributes(attributes))
            .await
    }

    /// Whoever may not open the cart learns nothing else, not even what is wrong with the input.
    async fn change(
        &self,
        ticket: Ticket,
        faults: Vec<Fault>,
        deed: Deed,
    ) -> Result<Vec<Warning>, CartError> {
        self.make(Edit {
            ticket,
            faults,
            deed,
        })
        .await
    }

    /// Makes the change to its end, though whoever asked for it goes away.
    async fn make<C>(&self, change: C) -> Result<Vec<Warning>, CartError>
    where
        C: Change<Done = Vec<Warning>, Refusal = CartError> + 'static,
    {
        let Self { database, wake } = self.clone();
        let whole = async move {
            let warnings = database.make(&change).await?;
            wake.wake();
            Ok(warnings)
        };
        tokio::spawn(whole.in_current_span()).await?
    }
}

fn unknown_currency() -> diesel::result::Error {
    diesel::result::Error::DeserializationError(
        "the currency of a price list is none that the schema knows".into(),
    )
}

/// The market that sells to a country.
fn market_of(facts: &Facts, country: CountryCode, context: &InContext) -> Uuid {
    facts
        .market_of(country)
        .or_else(|| facts.default_market())
        .map_or(context.market.id, |market| market.id)
}

fn begun(
    context: &InContext,
    user_id: Option<UserId>,
    new: &NewCart,
    secret: &Secret,
) -> LockedCart {
    let country = new.identity.country.unwrap_or(context.country);
    LockedCart {
        id: CartId::new(),
        secret_hash: secret.hash().to_vec(),
        state: CartState::Open,
        market_id: market_of(&context.facts, country, context),
        country: country.code().to_owned(),
        user_id,
        email: new.identity.email.clone().flatten(),
        phone: new.identity.phone.clone().flatten(),
        note: new.note.clone(),
        attributes: json!(new.attributes),
        version: 1,
    }
}

/// A cart that is begun.
struct Creation {
    cart: LockedCart,
    lines: Vec<NewLine>,
}

impl Change for Creation {
    type Done = Vec<Warning>;
    type Refusal = CartError;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<Warning>, CartError> {
        store::insert(conn, &self.cart).await?;
        let mut draft = Draft::of(Vec::new());
        let added = added(&mut draft, &self.lines);
        let written = match added {
            Ok(()) => write(conn, &self.cart, draft).await,
            Err(error) => Err(error),
        };
        let (warnings, _) = written.map_err(|error| match error {
            CartError::Faults(faults) => CartError::Faults(
                faults
                    .into_iter()
                    .map(|fault| fault.below(&["input"]))
                    .collect(),
            ),
            other => other,
        })?;
        told(conn, &self.cart, self.cart.version).await?;
        Ok(warnings)
    }
}

/// What is done with a cart.
enum Deed {
    Add(Vec<NewLine>),
    Update(Vec<LineUpdate>),
    Remove(Vec<CartLineId>),
    Identify {
        identity: Identity,
        market: Option<(CountryCode, Uuid)>,
        user_id: Option<UserId>,
    },
    Note(String),
    Attributes(Vec<Attribute>),
}

/// A change of a cart.
struct Edit {
    ticket: Ticket,
    /// What is wrong with the input by itself.
    faults: Vec<Fault>,
    deed: Deed,
}

impl Change for Edit {
    type Done = Vec<Warning>;
    type Refusal = CartError;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<Warning>, CartError> {
        let mut cart = self.opened(conn).await?;
        let (warnings, changed) = match &self.deed {
            Deed::Add(_) | Deed::Update(_) | Deed::Remove(_) => {
                let mut draft = Draft::of(store::lines_of(conn, cart.id).await?);
                self.edit(&mut draft)?;
                write(conn, &cart, draft).await?
            }
            _ => (Vec::new(), true),
        };
        if changed {
            self.fill_in(&mut cart);
            store::save(conn, &cart).await?;
            told(conn, &cart, cart.version.saturating_add(1)).await?;
        }
        Ok(warnings)
    }
}

impl Edit {
    /// The cart, locked, if the ticket opens it and it may be changed.
    async fn opened(&self, conn: &mut Conn) -> Result<LockedCart, CartError> {
        let cart = store::lock_cart(conn, self.ticket.id).await?;
        let cart = cart
            .filter(|cart| self.ticket.secret.is_of(&cart.secret_hash))
            .ok_or(CartError::NotFound)?;
        match cart.state {
            CartState::Bought => Err(CartError::NotFound),
            CartState::Paying => Err(CartError::Paying),
            CartState::Open if !self.faults.is_empty() => {
                Err(CartError::Faults(self.faults.clone()))
            }
            CartState::Open => Ok(cart),
        }
    }

    fn edit(&self, draft: &mut Draft) -> Result<(), CartError> {
        match &self.deed {
            Deed::Add(lines) => added(draft, lines),
            Deed::Update(updates) => {
                let each = updates.iter().enumerate();
                gathered(each.map(|(index, update)| draft.update(index, update)))
            }
            Deed::Remove(ids) => draft.remove(ids).map_err(CartError::Faults),
            Deed::Identify { .. } | Deed::Note(_) | Deed::Attributes(_) => Ok(()),
        }
    }

    fn fill_in(&self, cart: &mut LockedCart) {
        match &self.deed {
            Deed::Add(_) | Deed::Update(_) | Deed::Remove(_) => {}
            Deed::Note(note) => cart.note.clone_from(note),
            Deed::Attributes(attributes) => cart.attributes = json!(attributes),
            Deed::Identify {
                identity,
                market,
                user_id,
            } => {
                if let Some(email) = &identity.email {
                    cart.email.clone_from(email);
                }
                if let Some(phone) = &identity.phone {
                    cart.phone.clone_from(phone);
                }
                if let Some((country, market_id)) = market {
                    country.code().clone_into(&mut cart.country);
                    cart.market_id = *market_id;
                }
                cart.user_id = user_id.or(cart.user_id);
            }
        }
    }
}

fn added(draft: &mut Draft, lines: &[NewLine]) -> Result<(), CartError> {
    let each = lines.iter().enumerate();
    gathered(each.map(|(index, line)| draft.add(index, line)))
}

/// All that is wrong, or nothing.
fn gathered(outcomes: impl Iterator<Item = Result<(), Fault>>) -> Result<(), CartError> {
    let faults: Vec<Fault> = outcomes.filter_map(Result::err).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(CartError::Faults(faults))
    }
}

/// Brings the changed lines to what can be had and writes them; says whether there was anything to write.
async fn write(
    conn: &mut Conn,
    cart: &LockedCart,
    mut draft: Draft,
) -> Result<(Vec<Warning>, bool), CartError> {
    let variants = draft.variants();
    let offers: HashMap<Uuid, Offer> = if variants.is_empty() {
        HashMap::new()
    } else {
        let offers = store::offers(conn, cart.market_id, variants).await?;
        offers
            .into_iter()
            .map(|offer| (offer.variant_id, offer))
            .collect()
    };
    let warnings = draft.settle(&offers).map_err(CartError::Faults)?;
    let difference = draft.difference();
    store::write_lines(conn, cart.id, &difference).await?;
    Ok((warnings, !difference.is_empty()))
}

async fn told(conn: &mut Conn, cart: &LockedCart, version: i32) -> Result<(), CartError> {
    let event = Event {
        kind: "cart.changed",
        subject_id: cart.id.0,
        audiences: vec![Audience::Cart(cart.id.0)],
        facts: json!({ "version": version }),
    };
    Ok(tell(conn, event).await?)
}
