//! The changes of a cart, each as one transaction.

use super::draft::{Draft, Warning};
use super::error::{CartError, Fault};
use super::input::{Identity, LineUpdate, NewLine};
use super::model::{Attribute, CartId, CartLineId, CartState, LockedCart, Ticket};
use super::offer::Offer;
use super::{memory, store};
use crate::domains::accounts::UserId;
use crate::graphql::codes::CountryCode;
use crate::platform::db::{Change, Conn};
use crate::platform::outbox::{Audience, Event, tell};
use diesel::QueryResult;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// A cart that is begun. Its id is made before, so that a try after a lost answer finds what the first one did.
pub struct Creation {
    cart: LockedCart,
    lines: Vec<NewLine>,
    noted: Noted,
}

impl Creation {
    /// With these lines.
    pub fn new(cart: LockedCart, lines: Vec<NewLine>) -> Self {
        Self {
            cart,
            lines,
            noted: Noted::default(),
        }
    }
}

impl Change for Creation {
    type Done = Vec<Warning>;
    type Refusal = CartError;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<Warning>, CartError> {
        if !store::insert(conn, &self.cart).await? {
            return Ok(self.noted.warnings());
        }
        let mut draft = Draft::of(Vec::new()).beside(&self.cart.attributes);
        let written = match added(&mut draft, &self.lines) {
            Ok(()) => write(conn, &self.cart, draft).await,
            Err(error) => Err(error),
        };
        let (warnings, _) = written.map_err(below_input)?;
        told(conn, self.cart.id, self.cart.version).await?;
        Ok(self.noted.keep(warnings))
    }
}

/// The fields of a new cart stand below `input`.
fn below_input(error: CartError) -> CartError {
    match error {
        CartError::Faults(faults) => {
            let below = faults.into_iter().map(|fault| fault.below(&["input"]));
            CartError::Faults(below.collect())
        }
        other => other,
    }
}

/// What the last try had to say: should its answer have been lost though it was kept, the next one says the same.
#[derive(Default)]
struct Noted(Mutex<Vec<Warning>>);

impl Noted {
    fn keep(&self, warnings: Vec<Warning>) -> Vec<Warning> {
        self.locked().clone_from(&warnings);
        warnings
    }

    fn warnings(&self) -> Vec<Warning> {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<Warning>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is done with a cart.
pub enum Deed {
    /// Lines are put in.
    Add(Vec<NewLine>),
    /// Lines are changed.
    Update(Vec<LineUpdate>),
    /// Lines are taken out.
    Remove(Vec<CartLineId>),
    /// It is said who buys.
    Identify {
        /// What becomes known.
        identity: Identity,
        /// The country and its market; stays when absent.
        market: Option<(CountryCode, Uuid)>,
        /// Whose it becomes; stays when absent.
        owner: Option<Option<UserId>>,
    },
    /// What the buyer wants to say is written down.
    Note(String),
    /// What the storefront wants to remember is written down.
    Attributes(Vec<Attribute>),
}

/// A change of a cart. The mark is made before and written with it, so that a try after a lost answer finds what the first one did.
pub struct Edit {
    mark: Uuid,
    ticket: Ticket,
    /// What is wrong with the input by itself.
    faults: Vec<Fault>,
    deed: Deed,
    noted: Noted,
}

impl Change for Edit {
    type Done = Vec<Warning>;
    type Refusal = CartError;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<Warning>, CartError> {
        let mut cart = self.locked(conn).await?;
        if cart.last_edit == Some(self.mark) {
            return Ok(self.noted.warnings());
        }
        self.check(&cart)?;
        let (warnings, changed) = self.write(conn, &cart).await?;
        if changed {
            self.fill_in(&mut cart);
            store::save(conn, &cart).await?;
            told(conn, cart.id, cart.version.saturating_add(1)).await?;
        }
        Ok(self.noted.keep(warnings))
    }
}

impl Edit {
    /// Of the cart that a ticket opens.
    pub fn new(ticket: Ticket, faults: Vec<Fault>, deed: Deed) -> Self {
        Self {
            mark: Uuid::now_v7(),
            ticket,
            faults,
            deed,
            noted: Noted::default(),
        }
    }

    /// The cart, locked, if the ticket opens it.
    async fn locked(&self, conn: &mut Conn) -> Result<LockedCart, CartError> {
        let claim = store::claim_cart(conn, self.ticket.id).await?;
        if !claim.got {
            return Err(CartError::Busy);
        }
        let cart = claim.cart;
        cart.filter(|cart| self.ticket.secret.is_of(&cart.secret_hash))
            .ok_or(CartError::NotFound)
    }

    /// Whether the cart may be changed, and so.
    fn check(&self, cart: &LockedCart) -> Result<(), CartError> {
        match cart.state {
            CartState::Bought => Err(CartError::NotFound),
            CartState::Paying => Err(CartError::Paying),
            CartState::Open if !self.faults.is_empty() => {
                Err(CartError::Faults(self.faults.clone()))
            }
            CartState::Open => Ok(()),
        }
    }

    /// Writes what becomes of the lines; says whether anything changes at all.
    async fn write(
        &self,
        conn: &mut Conn,
        cart: &LockedCart,
    ) -> Result<(Vec<Warning>, bool), CartError> {
        match &self.deed {
            Deed::Add(_) | Deed::Update(_) | Deed::Remove(_) => {
                let lines = store::lines_of(conn, cart.id).await?;
                let mut draft = Draft::of(lines).beside(&cart.attributes);
                self.edit(&mut draft)?;
                write(conn, cart, draft).await
            }
            Deed::Attributes(attributes) => {
                let lines = store::lines_of(conn, cart.id).await?;
                if !memory::fits(memory::bytes(&json!(attributes)), &lines) {
                    return Err(memory::fault("attributes").into());
                }
                Ok((Vec::new(), true))
            }
            Deed::Identify { .. } | Deed::Note(_) => Ok((Vec::new(), true)),
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
        cart.last_edit = Some(self.mark);
        match &self.deed {
            Deed::Add(_) | Deed::Update(_) | Deed::Remove(_) => {}
            Deed::Note(note) => cart.note.clone_from(note),
            Deed::Attributes(attributes) => cart.attributes = json!(attributes),
            Deed::Identify {
                identity,
                market,
                owner,
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
                cart.user_id = owner.unwrap_or(cart.user_id);
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

/// Changes the state of a cart that is locked, and tells so. Of a bought one, what the order has now is forgotten.
///
/// # Errors
/// Whatever the database says.
pub async fn set_state(conn: &mut Conn, id: CartId, state: CartState) -> QueryResult<()> {
    let version = store::set_state(conn, id, state).await?;
    let facts = json!({ "version": version, "state": state.as_str() });
    told_of(conn, id, facts).await
}

async fn told(conn: &mut Conn, id: CartId, version: i32) -> QueryResult<()> {
    told_of(conn, id, json!({ "version": version })).await
}

async fn told_of(conn: &mut Conn, id: CartId, facts: serde_json::Value) -> QueryResult<()> {
    let event = Event {
        kind: "cart.changed",
        subject_id: id.0,
        audiences: vec![Audience::Cart(id.0)],
        facts,
    };
    tell(conn, event).await
}
