//! What is said about a cart.

use crate::domains::carts::input::{Identity, LineUpdate, NewCart, NewLine, too_many};
use crate::domains::carts::{Attribute, CartError, CartLineId};
use crate::graphql::codes::CountryCode;
use crate::graphql::gid::expect;
use async_graphql::{Error, ID, InputObject, MaybeUndefined};

/// Something that the storefront wants to remember.
#[derive(InputObject, Clone)]
pub struct AttributeInput {
    /// What it is called: 1 to 255 characters.
    pub key: String,
    /// What it says: at most 1000 characters.
    pub value: String,
}

/// Something that is put in a cart.
#[derive(InputObject, Clone)]
pub struct CartLineInput {
    /// The global id of a variant.
    pub merchandise_id: ID,
    /// How many: 1 to 1000000.
    #[graphql(default_with = "Some(1)")]
    pub quantity: Option<i32>,
    /// What the storefront wants to remember of it: at most 25 attributes, and 64 kB with all others of the cart. The same variant with other attributes is another line.
    pub attributes: Option<Vec<AttributeInput>>,
}

/// What becomes of a line of a cart; what is left out stays.
#[derive(InputObject, Clone)]
pub struct CartLineUpdateInput {
    /// The line's global id.
    pub id: ID,
    /// The global id of another variant.
    pub merchandise_id: Option<ID>,
    /// How many: 0 removes the line.
    pub quantity: Option<i32>,
    /// What the storefront wants to remember of it: at most 25 attributes, in place of those before.
    pub attributes: Option<Vec<AttributeInput>>,
}

/// What is known of the buyer; what is left out stays.
#[derive(InputObject, Clone, Default)]
pub struct CartBuyerIdentityInput {
    /// The buyer's country: decides the market and with it the prices. What is not sold there becomes unavailable. Null is the
    /// country of the request.
    pub country_code: MaybeUndefined<CountryCode>,
    /// The access token of a signed-in buyer, who owns the cart from then on. Null takes the cart from whoever owned it. Whoever the
    /// request itself is signed in as owns the cart when this is null or left out.
    #[graphql(secret)]
    pub customer_access_token: MaybeUndefined<String>,
    /// The buyer's e-mail address: at most 254 characters. Null forgets it.
    pub email: MaybeUndefined<String>,
    /// The buyer's phone number: at most 32 characters. Null forgets it.
    pub phone: MaybeUndefined<String>,
}

/// A cart that is begun.
#[derive(InputObject, Clone, Default)]
pub struct CartInput {
    /// What is put in it: at most 250 lines.
    pub lines: Option<Vec<CartLineInput>>,
    /// What is known of the buyer.
    pub buyer_identity: Option<CartBuyerIdentityInput>,
    /// What the buyer wants to say: at most 5000 characters.
    pub note: Option<String>,
    /// What the storefront wants to remember: at most 25 attributes, and 64 kB with those of the lines.
    pub attributes: Option<Vec<AttributeInput>>,
}

/// Why an input was not read.
pub enum Unread {
    /// The client's fault.
    Client(Error),
    /// The person's fault.
    Person(CartError),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}

/// Reads attributes.
pub fn attributes(list: Option<Vec<AttributeInput>>) -> Vec<Attribute> {
    let list = list.unwrap_or_default().into_iter();
    list.map(|AttributeInput { key, value }| Attribute { key, value })
        .collect()
}

/// Reads lines that are added.
pub fn new_lines(lines: Vec<CartLineInput>) -> Result<Vec<NewLine>, Unread> {
    let read = |line: CartLineInput| {
        Ok(NewLine {
            variant_id: expect("ProductVariant", &line.merchandise_id)?,
            quantity: line.quantity.unwrap_or(1),
            attributes: attributes(line.attributes),
        })
    };
    bounded(lines, "lines")?.into_iter().map(read).collect()
}

/// Reads changes of lines.
pub fn updates(lines: Vec<CartLineUpdateInput>) -> Result<Vec<LineUpdate>, Unread> {
    let read = |line: CartLineUpdateInput| {
        let variant = line.merchandise_id.as_deref();
        Ok(LineUpdate {
            id: CartLineId(expect("CartLine", &line.id)?),
            variant_id: variant.map(|id| expect("ProductVariant", id)).transpose()?,
            quantity: line.quantity,
            attributes: line.attributes.map(|list| attributes(Some(list))),
        })
    };
    bounded(lines, "lines")?.into_iter().map(read).collect()
}

/// Reads ids of lines.
pub fn line_ids(ids: Vec<ID>) -> Result<Vec<CartLineId>, Unread> {
    let read = |id: ID| Ok(CartLineId(expect("CartLine", &id)?));
    bounded(ids, "lineIds")?.into_iter().map(read).collect()
}

/// Reads what is known of the buyer.
pub fn identity(input: CartBuyerIdentityInput) -> Identity {
    Identity {
        email: given(input.email),
        phone: given(input.phone),
        country: given(input.country_code),
    }
}

fn given<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// Reads a cart that is begun.
pub fn new_cart(input: CartInput) -> Result<NewCart, Unread> {
    Ok(NewCart {
        lines: new_lines(input.lines.unwrap_or_default())?,
        identity: identity(input.buyer_identity.unwrap_or_default()),
        note: input.note.unwrap_or_default(),
        attributes: attributes(input.attributes),
    })
}

/// Nothing of a list that is too long is read.
fn bounded<T>(items: Vec<T>, field: &str) -> Result<Vec<T>, Unread> {
    match too_many(items.len(), field) {
        Some(fault) => Err(Unread::Person(fault.into())),
        None => Ok(items),
    }
}
