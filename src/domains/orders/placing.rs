//! An order as it is placed: everything copied, nothing looked up later.

use super::model::{OrderId, OrderLineId, PaymentMethod, VendorOrderId};
use crate::domains::accounts::CustomerId;
use crate::platform::secret::unprinted;
use crate::domains::limits::LARGEST_TOTAL;
use serde_json::Value;
use uuid::Uuid;

/// An order that is to be placed.
#[derive(Clone)]
pub struct NewOrder {
    /// Its id, made before the transaction, so that a try after a lost answer finds what the first one did.
    pub id: OrderId,
    /// What it is made of.
    pub cart_id: Uuid,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// Where it is sold.
    pub market_id: Uuid,
    /// The market's currency.
    pub currency: String,
    /// The language that its texts were copied in.
    pub language: String,
    /// Where it goes.
    pub country: String,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// Whether vendors wait until it is paid.
    pub awaits_payment: bool,
    /// What the customer wants said.
    pub note: String,
    /// What the storefront wants remembered.
    pub attributes: Value,
    /// Who it goes to.
    pub contact: Contact,
    /// The vendors' parts.
    pub parts: Vec<NewPart>,
}

unprinted!(NewOrder);

/// Who an order goes to. Texts are empty where nothing was said.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Contact {
    /// Where mail goes.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company.
    pub company: String,
    /// Street and number.
    pub address1: String,
    /// Floor, door.
    pub address2: String,
    /// City.
    pub city: String,
    /// Code of the province or state.
    pub province: String,
    /// Postal code.
    pub zip: String,
    /// Code of the country.
    pub country: String,
    /// Phone number.
    pub phone: String,
}

impl std::fmt::Debug for Contact {
    /// Without a word about the person.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Contact")
    }
}

/// One vendor's part of a new order.
#[derive(Debug, Clone)]
pub struct NewPart {
    /// Its id.
    pub id: VendorOrderId,
    /// The vendor.
    pub vendor_id: Uuid,
    /// What it costs.
    pub amounts: Amounts,
    /// What was sold.
    pub lines: Vec<NewLine>,
}

/// A line of a new order.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// Its id.
    pub id: OrderLineId,
    /// The product.
    pub product_id: Uuid,
    /// The variant.
    pub variant_id: Uuid,
    /// The product's title.
    pub title: String,
    /// The choices.
    pub variant_title: String,
    /// What the vendor calls it.
    pub sku: Option<String>,
    /// Its picture.
    pub image_file_id: Option<Uuid>,
    /// Units.
    pub quantity: i32,
    /// Of one unit, minor units.
    pub unit_price: i64,
    /// What it costs.
    pub amounts: Amounts,
    /// What the storefront wants remembered.
    pub attributes: Value,
}

/// Amounts in minor units. The total is subtotal + delivery + tax - discount; a line has no delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Goods.
    pub subtotal: i64,
    /// Bringing them.
    pub delivery: i64,
    /// Tax on top.
    pub tax: i64,
    /// What is taken off.
    pub discount: i64,
    /// What is to be paid.
    pub total: i64,
}

impl Amounts {
    /// Goods at a unit price. Tax and delivery are zero until their rooms exist. `None` when it is more than an order may cost.
    #[must_use]
    pub fn of_goods(unit_price: i64, quantity: i32) -> Option<Self> {
        let subtotal = unit_price.checked_mul(i64::from(quantity))?;
        (0..=LARGEST_TOTAL).contains(&subtotal).then_some(Self {
            subtotal,
            total: subtotal,
            ..Self::default()
        })
    }

    /// The sum of parts. `None` when it is more than an order may cost.
    #[must_use]
    pub fn sum(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        parts.into_iter().try_fold(Self::default(), Self::plus)
    }

    fn plus(self, other: Self) -> Option<Self> {
        let total = self.total.checked_add(other.total)?;
        (total <= LARGEST_TOTAL).then_some(Self {
            subtotal: self.subtotal.checked_add(other.subtotal)?,
            delivery: self.delivery.checked_add(other.delivery)?,
            tax: self.tax.checked_add(other.tax)?,
            discount: self.discount.checked_add(other.discount)?,
            total,
        })
    }
}

impl NewOrder {
    /// What the whole costs. `None` when it is more than an order may cost.
    #[must_use]
    pub fn amounts(&self) -> Option<Amounts> {
        Amounts::sum(self.parts.iter().map(|part| part.amounts))
    }
}
