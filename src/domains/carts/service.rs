//! What may be done with a cart: one function for each thing a person can do.

use super::change::{Creation, Deed, Edit};
use super::draft::Warning;
use super::error::{CartError, Fault};
use super::input::{self, Identity, LineUpdate, NewCart, NewLine};
use super::model::{Attribute, CartId, CartLineId, CartState, LockedCart, Ticket};
use crate::domains::accounts::UserId;
use crate::domains::shop::{Facts, InContext};
use crate::graphql::codes::CountryCode;
use crate::platform::db::{Change, Database};
use crate::platform::idempotency::Patience;
use crate::platform::outbox::Wake;
use crate::platform::secret::Secret;
use crate::platform::tasks::Tasks;
use serde_json::json;
use uuid::Uuid;

/// What can be done with carts.
#[derive(Clone)]
pub struct Carts {
    database: Database,
    wake: Wake,
    tasks: Tasks,
}

impl Carts {
    /// On this database; `wake` is told when something happened, and `tasks` run the changes.
    #[must_use]
    pub const fn new(database: Database, wake: Wake, tasks: Tasks) -> Self {
        Self {
            database,
            wake,
            tasks,
        }
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
        let warnings = self.make(Creation::new(cart, lines)).await?;
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

    /// Says who buys. Another country is another market, with its prices. The `owner` of the cart stays when absent; the inner
    /// `None` takes the cart from whoever it was given to.
    ///
    /// # Errors
    /// See [`CartError`].
    pub async fn identify(
        &self,
        ticket: Ticket,
        context: &InContext,
        owner: Option<Option<UserId>>,
        identity: Identity,
    ) -> Result<Vec<Warning>, CartError> {
        let market = identity.country.map(|country| {
            let country = country.unwrap_or(context.country);
            (country, market_of(&context.facts, country, context))
        });
        let faults = identity.faults();
        let deed = Deed::Identify {
            identity,
            market,
            owner,
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
        self.make(Edit::new(ticket, faults, deed)).await
    }

    /// Makes the change to its end, though whoever asked for it goes away. While another changes the cart it waits, and holds no
    /// connection.
    async fn make<C>(&self, change: C) -> Result<Vec<Warning>, CartError>
    where
        C: Change<Done = Vec<Warning>, Refusal = CartError> + 'static,
    {
        let Self {
            database,
            wake,
            tasks,
        } = self.clone();
        let work = async move {
            let patience = Patience::default();
            loop {
                match database.make(&change).await {
                    Err(CartError::Busy) if patience.lasts().await => {}
                    outcome => {
                        wake.wake();
                        return outcome;
                    }
                }
            }
        };
        tasks.run(work).await?
    }
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
    let country = new.identity.country.flatten().unwrap_or(context.country);
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
        last_edit: None,
    }
}
