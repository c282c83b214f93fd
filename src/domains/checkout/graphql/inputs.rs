//! What is said to buy a cart.

use crate::domains::checkout::Address;
use crate::domains::orders::PaymentMethod;
use crate::graphql::codes::{CountryCode, CurrencyCode};
use crate::graphql::scalars::Decimal;
use async_graphql::{ID, InputObject};

/// Who an order goes to.
#[derive(InputObject)]
pub struct CartDeliveryAddressInput {
    /// Street and number. Needed.
    pub address1: Option<String>,
    /// Floor, door.
    pub address2: Option<String>,
    /// City. Needed.
    pub city: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Country. Needed: one of the market that the cart's prices are of.
    pub country_code: Option<CountryCode>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name. Needed.
    pub last_name: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Code of the province or state.
    pub province_code: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
}

/// A card of the built-in TEST gateway, where no money moves.
#[derive(InputObject)]
pub struct TestCardInput {
    /// `4242424242424242` and `5555555555554444` are approved, `4000000000000002` is declined, `4000000000009995` declined for want of funds,
    /// `4000000000000077` approved after three seconds. With `4000000000000119` the gateway's answer is lost, with
    /// `4000000000000127` the request; with `4000000000000341` the gateway answers nothing for three seconds.
    #[graphql(secret)]
    pub number: String,
}

/// An amount of money with its currency.
#[derive(InputObject)]
pub struct MoneyInput {
    /// The amount in units of the currency, such as `"29.99"`.
    pub amount: Decimal,
    /// The currency.
    pub currency_code: CurrencyCode,
}

/// What is bought, where it goes, and how it is paid.
#[derive(InputObject)]
pub struct CheckoutCompleteInput {
    /// The cart, with its key.
    pub cart_id: ID,
    /// Where the confirmation goes. By default the address of whoever is signed in, else the cart's.
    pub email: Option<String>,
    /// Who it goes to.
    pub shipping_address: CartDeliveryAddressInput,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// The card, when the method is `TEST`.
    pub test_card: Option<TestCardInput>,
    /// What the vendors shall know, at most 5000 characters. By default the cart's note.
    pub note: Option<String>,
    /// The total that the buyer was shown. When the order would cost something else, nothing is bought.
    pub expected_total: Option<MoneyInput>,
}

impl From<CartDeliveryAddressInput> for Address {
    fn from(said: CartDeliveryAddressInput) -> Self {
        Self {
            first_name: said.first_name,
            last_name: said.last_name,
            company: said.company,
            address1: said.address1,
            address2: said.address2,
            city: said.city,
            province_code: said.province_code,
            zip: said.zip,
            country: said.country_code,
            phone: said.phone,
        }
    }
}
