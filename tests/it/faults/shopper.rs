//! Somebody with a cart of their own, who puts one more in whatever happens, and looks: what was acknowledged is there.

use super::asking::Asking;
use serde_json::{Value, json};

/// Somebody who alone has a cart.
pub struct Shopper {
    cart: String,
    /// What they put in.
    variant: String,
    /// How much the cart held at first, and how often one more was asked for.
    asked: u64,
    /// How much they were told that it holds.
    known: u64,
}

impl Shopper {
    /// With a cart that holds one of a variant, as global ids.
    pub const fn with(cart: String, variant: String) -> Self {
        Self {
            cart,
            variant,
            asked: 1,
            known: 1,
        }
    }

    /// Asks for one more, once; whether that was acknowledged.
    pub async fn add(&mut self, asking: &Asking, address: &str) -> bool {
        self.asked += 1;
        let query = "mutation($id: ID!, $lines: [CartLineInput!]!) {
            cartLinesAdd(cartId: $id, lines: $lines) { cart { totalQuantity } userErrors { code } } }";
        let lines = json!([{ "merchandiseId": self.variant, "quantity": 1 }]);
        let variables = json!({ "id": self.cart, "lines": lines });
        let asked = asking.ask("shopper", address, None, query, variables);
        let Some(data) = asked.await else {
            return false;
        };
        let done = &data["cartLinesAdd"];
        assert_eq!(done["userErrors"], json!([]), "{data:#}");
        self.known = self.holds(&done["cart"], asking);
        true
    }

    /// Looks once; false when nothing was answered. Fails the test when the cart does not hold what was acknowledged.
    pub async fn look(&self, asking: &Asking, address: &str) -> bool {
        let query = "query($id: ID!) { cart(id: $id) { totalQuantity } }";
        let variables = json!({ "id": self.cart });
        let asked = asking.ask("shopper", address, None, query, variables);
        let Some(data) = asked.await else {
            return false;
        };
        self.holds(&data["cart"], asking);
        true
    }

    /// How much the cart holds by an answer: no less than was acknowledged, for nothing is ever taken out, and no more than was asked for.
    fn holds(&self, cart: &Value, asking: &Asking) -> u64 {
        let tail = || asking.record.tail();
        let holds = cart["totalQuantity"].as_u64();
        let holds = holds.unwrap_or_else(|| panic!("no cart: {cart:#}\n{}", tail()));
        let (known, asked) = (self.known, self.asked);
        assert!(
            (known..=asked).contains(&holds),
            "the cart holds {holds}, and not {known} to {asked}\n{}",
            tail()
        );
        holds
    }
}
