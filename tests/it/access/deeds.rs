//! What can be done: every mutation, by everybody, each time with things that nobody has changed yet.

use super::cell::Cell;
use super::columns::{ADMINS, STAFF, everybody};
use super::entry::{Line, Lines, document};
use super::scene::Scene;
use super::tree::{Depth, Known, Tree};
use crate::strangers::cast::{Keyed, Things, Who, gid};
use crate::strangers::entries::Served;
use lilium::demo::people::PASSWORD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A change, and whom it is open to.
pub struct Deed {
    pub title: &'static str,
    pub field: &'static str,
    /// As written into the document; see [`variables`].
    args: &'static str,
    pub opens: Vec<Who>,
    /// Steps of vendor A's owner that come before.
    after: &'static [&'static str],
    /// Whether it is done with a session of its own, which it may end.
    signs: bool,
}

fn deed(title: &'static str, field: &'static str, args: &'static str, opens: &[Who]) -> Deed {
    Deed {
        title,
        field,
        args,
        opens: opens.to_vec(),
        after: &[],
        signs: false,
    }
}

/// Of everybody, once the key of the cart or order is known.
fn all() -> Vec<Who> {
    everybody().collect()
}

/// Every change there is.
pub fn deeds() -> Vec<Deed> {
    [carts(), orders(), steps(), accounts()]
        .into_iter()
        .flatten()
        .collect()
}

macro_rules! of_a_cart {
    ($found:ident, $field:literal, $args:literal) => {
        let keyed = concat!($field, "(cartId: the customer's, with its key)");
        $found.push(deed(
            keyed,
            $field,
            concat!("(cartId: $cart, ", $args, ")"),
            &all(),
        ));
        let plain = concat!($field, "(cartId: the customer's)");
        $found.push(deed(
            plain,
            $field,
            concat!("(cartId: $id, ", $args, ")"),
            &[],
        ));
    };
}

fn carts() -> Vec<Deed> {
    let mut found = vec![deed(
        "cartCreate",
        "cartCreate",
        "(input: { lines: [{ merchandiseId: $variant }] })",
        &all(),
    )];
    of_a_cart!(
        found,
        "cartAttributesUpdate",
        "attributes: [{ key: \"a\", value: \"b\" }]"
    );
    of_a_cart!(
        found,
        "cartBuyerIdentityUpdate",
        "buyerIdentity: { email: \"a@example.com\" }"
    );
    of_a_cart!(
        found,
        "cartLinesAdd",
        "lines: [{ merchandiseId: $variant }]"
    );
    of_a_cart!(
        found,
        "cartLinesUpdate",
        "lines: [{ id: $line, quantity: 3 }]"
    );
    of_a_cart!(found, "cartLinesRemove", "lineIds: [$line]");
    of_a_cart!(found, "cartNoteUpdate", "note: \"mine\"");
    let more = "cartLinesAdd(cartId: the customer's, with its key; more than there is)";
    found.push(deed(
        more,
        "cartLinesAdd",
        "(cartId: $cart, lines: [{ merchandiseId: $variant, quantity: 900000 }])",
        &all(),
    ));
    let line = "cartLinesRemove(cartId: one's own, with its key; lineIds: the customer's)";
    found.push(deed(
        line,
        "cartLinesRemove",
        "(cartId: $mine, lineIds: [$line])",
        &[Who::Buyer],
    ));
    found
}

const TO: &str = "email: \"a@example.com\", paymentMethod: CASH_ON_DELIVERY,
    shippingAddress: { lastName: \"Doe\", address1: \"1 Way\", city: \"Town\", countryCode: US }";

fn orders() -> Vec<Deed> {
    let checkout = |title, args, opens: &[Who]| deed(title, "checkoutComplete", args, opens);
    let cancel = |title, args, opens: &[Who]| deed(title, "orderCancel", args, opens);
    let may = [[Who::Buyer].as_slice(), &ADMINS].concat();
    vec![
        checkout(
            "checkoutComplete(cartId: the customer's, with its key)",
            "(input: { cartId: $cart, TO })",
            &all(),
        ),
        checkout(
            "checkoutComplete(cartId: the customer's)",
            "(input: { cartId: $id, TO })",
            &[],
        ),
        cancel(
            "orderCancel(orderId: the customer's)",
            "(input: { orderId: $order })",
            &may,
        ),
        cancel(
            "orderCancel(orderId: the customer's, with its key)",
            "(input: { orderId: $keyed })",
            &all(),
        ),
        cancel(
            "orderCancel(orderId: the customer's, vendorOrderId: A's part)",
            "(input: { orderId: $order, vendorOrderId: $part })",
            &may,
        ),
        cancel(
            "orderCancel(orderId: none's)",
            "(input: { orderId: $none })",
            &[],
        ),
    ]
}

macro_rules! step {
    ($found:ident, $field:literal, $after:expr) => {
        let works = [STAFF.as_slice(), &ADMINS].concat();
        for (title, args, opens) in [
            (
                concat!($field, "(vendorId: A's, vendorOrderId: A's)"),
                "(input: { vendorId: $vendor, vendorOrderId: $part })",
                works.as_slice(),
            ),
            (
                concat!($field, "(vendorId: B's, vendorOrderId: A's)"),
                "(input: { vendorId: $other, vendorOrderId: $part })",
                &[],
            ),
            (
                concat!($field, "(vendorId: A's, vendorOrderId: none's)"),
                "(input: { vendorId: $vendor, vendorOrderId: $none })",
                &[],
            ),
        ] {
            $found.push(Deed {
                after: $after,
                ..deed(title, $field, args, opens)
            });
        }
    };
}

fn steps() -> Vec<Deed> {
    let mut found = Vec::new();
    step!(found, "vendorOrderAccept", &[]);
    step!(found, "vendorOrderReject", &[]);
    step!(found, "vendorOrderPrepare", &["Accept"]);
    step!(found, "vendorOrderShip", &["Accept", "Prepare"]);
    step!(found, "vendorOrderDeliver", &["Accept", "Prepare", "Ship"]);
    found
}

fn accounts() -> Vec<Deed> {
    let signed: Vec<Who> = everybody().filter(|who| *who != Who::Nobody).collect();
    let free = |title, field, args, opens: &[Who]| Deed {
        signs: true,
        ..deed(title, field, args, opens)
    };
    vec![
        deed(
            "accountSignUp(a new address)",
            "accountSignUp",
            "(input: { email: $email, password: $password })",
            &all(),
        ),
        deed(
            "accountSignUp(the customer's address)",
            "accountSignUp",
            "(input: { email: \"ada@example.com\", password: $password })",
            &[],
        ),
        deed(
            "accountSignIn(the customer's address and password)",
            "accountSignIn",
            "(email: \"ada@example.com\", password: $password)",
            &all(),
        ),
        deed(
            "accountSignIn(the customer's address, another password)",
            "accountSignIn",
            "(email: \"ada@example.com\", password: \"something else\")",
            &[],
        ),
        free(
            "accountTokenRefresh(refreshToken: one's own)",
            "accountTokenRefresh",
            "(refreshToken: $token)",
            &signed,
        ),
        deed(
            "accountTokenRefresh(refreshToken: a wrong one)",
            "accountTokenRefresh",
            "(refreshToken: \"nothing\")",
            &[],
        ),
        free(
            "accountPasswordChange(currentPassword: one's own)",
            "accountPasswordChange",
            "(currentPassword: $password, newPassword: \"another-word-9\")",
            &signed,
        ),
        free(
            "accountPasswordChange(currentPassword: a wrong one)",
            "accountPasswordChange",
            "(currentPassword: \"something else\", newPassword: \"another-word-9\")",
            &[],
        ),
        free("accountSignOut", "accountSignOut", "", &signed),
        free(
            "accountSignOutEverywhere",
            "accountSignOutEverywhere",
            "",
            &signed,
        ),
    ]
}

/// With whom and what a deed is tried.
struct Trial<'a> {
    scene: &'a Scene,
    served: &'a Served,
    deed: &'a Deed,
    tree: Tree,
}

impl Deed {
    /// Tries it as everybody. The last thing that it was refused for is then tried by whoever may, and must do.
    pub async fn measure(&self, served: &Served, scene: &Scene, known: &mut Known) -> Lines {
        let args = self.args.replace("TO", TO);
        let root = served.roots()[1].as_str();
        let tree = Tree::grow(served, (root, self.field, &args), Depth::New, known);
        let trial = Trial {
            scene,
            served,
            deed: self,
            tree,
        };
        trial.by_everybody().await
    }
}

impl Trial<'_> {
    async fn by_everybody(&self) -> Lines {
        let order = self.tree.in_order();
        let mut lines: Vec<Line> = order.iter().map(|at| self.line(*at)).collect();
        let mut things = self.prepared().await;
        let mut untouched = true;
        for who in everybody() {
            let cells = self.by(who, &things).await;
            for (line, at) in lines.iter_mut().zip(&order) {
                line.cells.insert(who, cells[*at].clone());
            }
            untouched = cells[0] != Cell::Done;
            if !untouched {
                things = self.prepared().await;
                untouched = true;
            }
        }
        // Refusals left the thing as it was: whoever may still can.
        let mut uneven = Vec::new();
        if let Some(who) = self.deed.opens.iter().find(|who| **who != Who::Nobody) {
            let cells = self.by(*who, &things).await;
            if !untouched || cells[0] != Cell::Done {
                uneven.push(format!(
                    "{}: {who:?}, after refusals: {}",
                    self.deed.title, cells[0]
                ));
            }
        }
        Lines {
            title: self.deed.title,
            opens: self.deed.opens.clone(),
            lines,
            gate: 0,
            is_deed: true,
            uneven,
            tried: 1,
        }
    }

    fn line(&self, at: usize) -> Line {
        let node = &self.tree.nodes[at];
        Line {
            path: node.path.clone(),
            of: node.of.clone(),
            cells: BTreeMap::new(),
        }
    }

    /// New things of the customer, as far on their way as the deed needs them.
    async fn prepared(&self) -> Option<Things> {
        let needs = ["$part", "$order", "$keyed", "$cart", "$id", "$line"];
        if !needs.iter().any(|name| self.deed.args.contains(name)) {
            return None;
        }
        let things = self.scene.things().await;
        for step in self.deed.after {
            self.scene
                .cast
                .step(Who::Owner, step, things.parts[0])
                .await;
        }
        Some(things)
    }

    async fn by(&self, who: Who, things: &Option<Things>) -> Vec<Cell> {
        self.scene.forget_failures().await;
        let token = self.token(who).await;
        let text = document(1, &self.tree.selection(self.served, &BTreeSet::new()));
        let variables = self.variables(things.as_ref(), who, token.1);
        let body = self
            .scene
            .cast
            .send(token.0.as_deref(), &text, variables)
            .await
            .body;
        self.cells(&body)
    }

    /// The access token, and a refresh token that nobody used yet where that is needed.
    async fn token(&self, who: Who) -> (Option<String>, Option<String>) {
        let email = self.scene.emails.get(&who);
        match email.filter(|_| self.deed.signs) {
            Some(email) => {
                let (access, refresh) = self.scene.session(who, email).await;
                // Who refreshes sends no header.
                let sent = (self.deed.field != "accountTokenRefresh").then_some(access);
                (sent, Some(refresh))
            }
            None => (self.scene.cast.people[&who].token.clone(), None),
        }
    }

    fn variables(&self, things: Option<&Things>, who: Who, refresh: Option<String>) -> Value {
        let cast = &self.scene.cast;
        let mut variables = json!({
            "vendor": gid("Vendor", cast.vendors[0], None),
            "other": gid("Vendor", cast.vendors[1], None),
            "variant": gid("ProductVariant", cast.variants[0], None),
            "none": gid(if self.deed.field == "orderCancel" { "Order" } else { "VendorOrder" }, Uuid::now_v7(), None),
            "email": format!("{}@new.example", Uuid::now_v7().simple()),
            "password": PASSWORD,
            "token": refresh.unwrap_or_else(|| "nothing".to_owned()),
        });
        let Some(things) = things else {
            return variables;
        };
        let own = &cast.people[&who].things.cart;
        let cart = |of: &Keyed| gid("Cart", of.id, Some(&of.key));
        let mine = if who == Who::Buyer { &things.cart } else { own };
        variables["cart"] = json!(cart(&things.cart));
        variables["id"] = json!(gid("Cart", things.cart.id, None));
        variables["line"] = json!(gid("CartLine", things.line, None));
        variables["order"] = json!(gid("Order", things.order.id, None));
        variables["mine"] = json!(cart(mine));
        variables["keyed"] = json!(gid("Order", things.order.id, Some(&things.order.key)));
        variables["part"] = json!(gid("VendorOrder", things.parts[0], None));
        variables
    }

    /// The verdict, then what the payload's lines came to.
    fn cells(&self, body: &Value) -> Vec<Cell> {
        let payload = &body["data"][self.deed.field];
        let mut cells = self.tree.read(&body["data"], &BTreeMap::new());
        let errors = payload["userErrors"]
            .as_array()
            .filter(|errors| !errors.is_empty());
        let code = |error: &Value| error["code"].as_str().unwrap_or("null").to_owned();
        cells[0] = match (body["errors"][0]["extensions"]["code"].as_str(), errors) {
            (Some(code), _) => Cell::Code(code.to_owned()),
            (None, Some(errors)) => {
                Cell::UserCode(errors.iter().map(code).collect::<Vec<_>>().join("+"))
            }
            (None, None) => Cell::Done,
        };
        assert!(
            cells[0] == Cell::Done || is_bare(payload),
            "{}: refused, and told: {payload}",
            self.deed.title
        );
        cells
    }
}

/// Whether a payload says nothing but what was wrong.
fn is_bare(payload: &Value) -> bool {
    let said = payload.as_object().into_iter().flatten();
    let said = said.filter(|(name, _)| !["userErrors", "__typename"].contains(&name.as_str()));
    said.into_iter()
        .all(|(_, value)| value.is_null() || *value == json!([]))
}
