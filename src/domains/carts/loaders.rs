//! Reading carts: each once for a request, however often it is asked for, and no more of them than an answer may hold.

use super::model::{Attribute, CartId, CartRow, CartState, TextRow, Ticket};
use super::offer::{OfferedLine, PricedLine, UnavailableLine, sorted_out};
use super::store;
use crate::graphql::batch::{Batch, Loader};
use crate::graphql::budget::{charge_bytes, charge_rows};
use crate::graphql::codes::CurrencyCode;
use crate::graphql::error::internal;
use crate::graphql::made_of::MadeOf;
use crate::platform::db::Conn;
use crate::platform::secret::Secret;
use async_graphql::{Context, Result};
use diesel::QueryResult;
use futures_util::future::try_join;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Carts by id, whoever knows their secrets.
pub struct CartById;

impl Batch for CartById {
    type Key = CartId;
    type Value = Arc<CartRow>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<CartId>,
    ) -> QueryResult<HashMap<CartId, Arc<CartRow>>> {
        let rows = store::carts(conn, keys.into_iter().map(|id| id.0).collect()).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// What was written on a cart; few have anything.
#[derive(Default)]
pub struct Texts {
    /// What the buyer wants to say.
    pub note: String,
    /// What the storefront wants to remember.
    pub attributes: Vec<Attribute>,
}

/// What was written on carts, by their ids.
pub struct CartTextsOf;

impl Batch for CartTextsOf {
    type Key = CartId;
    type Value = Arc<Texts>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<CartId>,
    ) -> QueryResult<HashMap<CartId, Arc<Texts>>> {
        let rows = store::texts(conn, keys.into_iter().map(|id| id.0).collect()).await?;
        let texts = |row: TextRow| {
            let attributes = Attribute::list(&row.attributes);
            let note = row.note;
            (row.id, Arc::new(Texts { note, attributes }))
        };
        Ok(rows.into_iter().map(texts).collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// What a cart holds, and what its lines cost at this moment.
#[derive(Default)]
pub struct Contents {
    /// What can be bought.
    pub lines: Vec<Arc<PricedLine>>,
    /// What cannot be bought any more.
    pub unavailable: Vec<UnavailableLine>,
}

/// What carts hold, by their ids and the markets whose prices are asked for.
pub struct ContentsOf;

impl Batch for ContentsOf {
    type Key = (CartId, Uuid);
    type Value = Arc<Contents>;

    async fn load(
        &self,
        conn: &mut Conn,
        keys: Vec<(CartId, Uuid)>,
    ) -> QueryResult<HashMap<(CartId, Uuid), Arc<Contents>>> {
        let (ids, markets): (Vec<Uuid>, Vec<Uuid>) =
            keys.iter().map(|(id, market)| (id.0, *market)).unzip();
        let mut lines: HashMap<CartId, Vec<OfferedLine>> = HashMap::new();
        for line in store::offered_lines(conn, ids, markets).await? {
            lines.entry(line.cart_id).or_default().push(line);
        }
        let whole = |key: (CartId, Uuid)| {
            let (lines, unavailable) = sorted_out(lines.remove(&key.0).unwrap_or_default());
            (key, Arc::new(Contents { lines, unavailable }))
        };
        Ok(keys.into_iter().map(whole).collect())
    }

    fn made_of(&self, _: &Self::Key, _: Option<&Self::Value>, made_of: &MadeOf) {
        made_of.unkept();
    }
}

/// A cart that somebody knows the secret of.
#[derive(Clone)]
pub struct CartView {
    /// The cart.
    pub row: Arc<CartRow>,
    /// The secret in its id.
    pub secret: Secret,
    /// The currency of its market.
    pub currency: CurrencyCode,
    /// What was written on it.
    pub texts: Arc<Texts>,
    /// What it holds.
    pub contents: Arc<Contents>,
}

/// The cart that a ticket opens; `None` when there is none, and when it was bought.
///
/// # Errors
/// When the database failed.
pub async fn cart(ctx: &Context<'_>, ticket: &Ticket) -> Result<Option<CartView>> {
    let row = ctx.data::<Loader<CartById>>()?.load(ticket.id).await?;
    let opens = |row: &Arc<CartRow>| {
        ticket.secret.is_of(&row.secret_hash) && row.state != CartState::Bought
    };
    let Some(row) = row.filter(opens) else {
        return Ok(None);
    };
    let currency = CurrencyCode::from_code(&row.currency)
        .ok_or_else(|| internal("the currency of a price list is none that the schema knows"))?;
    charge_rows(ctx, size(row.line_count).saturating_add(1)).await;
    charge_bytes(ctx, size(row.bytes)).await;
    // Both at once; a cart that is empty, or says nothing, is not asked what it holds.
    let (contents, texts) = try_join(contents(ctx, &row), texts(ctx, &row)).await?;
    Ok(Some(CartView {
        row,
        secret: ticket.secret.clone(),
        currency,
        texts,
        contents,
    }))
}

async fn contents(ctx: &Context<'_>, row: &CartRow) -> Result<Arc<Contents>> {
    if row.line_count == 0 {
        return Ok(Arc::default());
    }
    let contents = ctx.data::<Loader<ContentsOf>>()?;
    let contents = contents.load((row.id, row.market_id)).await?;
    Ok(contents.unwrap_or_default())
}

async fn texts(ctx: &Context<'_>, row: &CartRow) -> Result<Arc<Texts>> {
    if !row.has_texts {
        return Ok(Arc::default());
    }
    let texts = ctx.data::<Loader<CartTextsOf>>()?.load(row.id).await?;
    Ok(texts.unwrap_or_default())
}

fn size(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Forgets what was read of carts: for a mutation, which answers what stands after it.
///
/// # Errors
/// When the request has no loaders.
pub fn forget(ctx: &Context<'_>) -> Result<()> {
    ctx.data::<Loader<CartById>>()?.forget();
    ctx.data::<Loader<ContentsOf>>()?.forget();
    ctx.data::<Loader<CartTextsOf>>()?.forget();
    Ok(())
}
