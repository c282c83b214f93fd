//! A cart in the schema.

use super::group::{CartUnavailableLine, CartVendorGroup};
use super::line::{BaseCartLine, CartLine};
use crate::domains::carts::Attribute as Kept;
use crate::domains::carts::loaders::CartView;
use crate::domains::carts::offer::{by_vendor, total, units};
use crate::graphql::attribute::Attribute;
use crate::graphql::budget::{charge, charge_bytes, charge_text};
use crate::graphql::codes::{CountryCode, CurrencyCode};
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::gid::keyed;
use crate::graphql::links::Links;
use crate::graphql::money::MoneyV2;
use crate::graphql::page_args::{Order, PageArgs};
use crate::graphql::ready::{Ready, ReadyList};
use crate::graphql::scalars::{DateTime, Url};
use crate::platform::db::{Key, KeyKind};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use std::sync::Arc;

/// What a buyer has chosen and not bought yet. Its id is a secret: whoever has it may read and change the cart.
#[derive(Clone)]
pub struct Cart(pub Arc<CartView>);

impl From<Kept> for Attribute {
    fn from(Kept { key, value }: Kept) -> Self {
        Self {
            key,
            value: Some(value),
        }
    }
}

/// What a storefront remembers, as an answer has it.
pub(super) async fn attributes(ctx: &Context<'_>, kept: &[Kept]) -> Vec<Attribute> {
    charge(ctx, kept.len()).await;
    let bytes = kept
        .iter()
        .map(|kept| kept.key.len().saturating_add(kept.value.len()));
    charge_bytes(ctx, bytes.fold(0, usize::saturating_add)).await;
    kept.iter().cloned().map(Attribute::from).collect()
}

/// One thing of it.
pub(super) async fn attribute(ctx: &Context<'_>, kept: &[Kept], key: &str) -> Option<Attribute> {
    let found = kept.iter().find(|kept| kept.key == key)?;
    charge_text(ctx, &found.value).await;
    Some(found.clone().into())
}

/// What is known of the buyer.
#[derive(SimpleObject, Clone)]
pub struct CartBuyerIdentity {
    /// The buyer's country: decides the market and with it the prices.
    pub country_code: Option<CountryCode>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// The buyer's phone number.
    pub phone: Option<String>,
}

/// What a cart comes to, in the currency of the buyer's country. Prices are those of this moment.
pub struct CartCost {
    pub(super) subtotal: i64,
    currency: CurrencyCode,
}

/// What a cart comes to, in the currency of the buyer's country. Prices are those of this moment.
#[Object]
impl CartCost {
    /// What is to be paid at the checkout, as far as it is known.
    async fn checkout_charge_amount(&self) -> MoneyV2 {
        self.money(self.subtotal)
    }

    /// All lines together, before delivery and tax.
    async fn subtotal_amount(&self) -> MoneyV2 {
        self.money(self.subtotal)
    }

    /// Whether the subtotal may still change by itself: it does not.
    async fn subtotal_amount_estimated(&self) -> bool {
        false
    }

    /// All that is to be paid, as far as it is known.
    async fn total_amount(&self) -> MoneyV2 {
        self.money(self.subtotal)
    }

    /// Whether the total may still change: until the checkout knows where the goods go, it may.
    async fn total_amount_estimated(&self) -> bool {
        true
    }

    /// The tax in it, as far as it is known.
    #[graphql(deprecation = "The tax is known at the checkout: read the order's.")]
    async fn total_tax_amount(&self) -> Option<MoneyV2> {
        Some(self.money(0))
    }

    /// Whether the tax may still change.
    #[graphql(deprecation = "The tax is known at the checkout: read the order's.")]
    async fn total_tax_amount_estimated(&self) -> bool {
        true
    }
}

impl CartCost {
    pub(super) fn money(&self, minor: i64) -> MoneyV2 {
        MoneyV2::from_minor(minor, self.currency)
    }
}

/// The order of a cart's lines: as they were put in.
const BY_AGE: Order = Order {
    name: "CART_LINE",
    kind: KeyKind::None,
    descending: false,
};

impl Cart {
    /// A part of what can be bought.
    pub(super) fn page_of_lines(&self, page: &PageArgs) -> Result<Connection<BaseCartLine>> {
        let slice = page.slice(BY_AGE)?;
        let placed = self.0.contents.lines.iter().map(|line| Placed {
            key: Key::None,
            id: line.id.0,
            item: BaseCartLine::CartLine(CartLine::of(line, &self.0)),
        });
        Ok(Connection::of_all(placed.collect(), &slice, BY_AGE))
    }

    /// What it comes to.
    pub(super) fn cost_of_lines(&self) -> CartCost {
        CartCost {
            subtotal: total(&self.0.contents.lines),
            currency: self.0.currency,
        }
    }

    /// What is known of the buyer.
    pub(super) fn buyer(&self) -> CartBuyerIdentity {
        let row = &self.0.row;
        CartBuyerIdentity {
            country_code: CountryCode::from_code(&row.country),
            email: row.email.clone(),
            phone: row.phone.clone(),
        }
    }
}

/// What a buyer has chosen and not bought yet. Its id is a secret: whoever has it may read and change the cart.
#[Object]
impl Cart {
    /// Global id with the cart's secret: keep it where only the buyer can read it.
    pub async fn id(&self) -> ID {
        keyed("Cart", self.0.row.id.0, &self.0.secret)
    }

    /// Where the buyer goes on to pay.
    async fn checkout_url(&self, ctx: &Context<'_>) -> Result<Url> {
        let id = keyed("Cart", self.0.row.id.0, &self.0.secret);
        Ok(Url(ctx.data::<Links>()?.checkout(&id)))
    }

    /// What can be bought, in the order in which it was put in.
    async fn lines(
        &self,
        #[graphql(desc = "How many from the beginning: 1 to 250.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "The list the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
    ) -> Result<Ready<Connection<BaseCartLine>>> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        self.page_of_lines(&page).map(Ready)
    }

    /// The lines by vendor, the vendor whose line was put in first in front. Their costs sum to the cart's.
    async fn vendor_groups(&self, ctx: &Context<'_>) -> ReadyList<CartVendorGroup> {
        let groups = by_vendor(&self.0.contents.lines);
        charge(ctx, groups.len()).await;
        groups
            .into_iter()
            .map(|(vendor_id, lines)| CartVendorGroup {
                vendor_id,
                lines,
                cart: Arc::clone(&self.0),
            })
            .collect()
    }

    /// What stands in the cart and cannot be bought any more. It counts for nothing, and stands in the way of the checkout until
    /// `cartLinesRemove` takes it out.
    async fn unavailable_lines(&self, ctx: &Context<'_>) -> Vec<CartUnavailableLine> {
        charge(ctx, self.0.contents.unavailable.len()).await;
        let lines = self.0.contents.unavailable.iter();
        lines.cloned().map(CartUnavailableLine::from).collect()
    }

    /// How many units stand in `lines`.
    async fn total_quantity(&self) -> i32 {
        units(&self.0.contents.lines)
    }

    /// What it comes to.
    async fn cost(&self) -> CartCost {
        self.cost_of_lines()
    }

    /// What is known of the buyer.
    async fn buyer_identity(&self) -> CartBuyerIdentity {
        self.buyer()
    }

    /// What the buyer wants to say.
    async fn note(&self, ctx: &Context<'_>) -> Option<&str> {
        charge_text(ctx, &self.0.texts.note).await;
        Some(self.0.texts.note.as_str()).filter(|note| !note.is_empty())
    }

    /// What the storefront wants to remember.
    async fn attributes(&self, ctx: &Context<'_>) -> Vec<Attribute> {
        attributes(ctx, &self.0.texts.attributes).await
    }

    /// One thing that the storefront wants to remember.
    async fn attribute(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it is called.")] key: String,
    ) -> Option<Attribute> {
        attribute(ctx, &self.0.texts.attributes, &key).await
    }

    /// When it was begun.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.row.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.row.updated_at)
    }
}
