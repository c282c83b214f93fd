//! What can be done: every mutation, with whom it is open to. `trial.rs` tries them.

use super::columns::{ADMINS, STAFF, everybody};
use crate::strangers::cast::Who;

/// A change, and whom it is open to.
pub struct Deed {
    pub title: &'static str,
    pub field: &'static str,
    /// As written into the document; with variables of `entry.rs`.
    pub args: &'static str,
    pub opens: Vec<Who>,
    /// Steps of vendor A's owner that come before.
    pub after: &'static [&'static str],
    /// Whether it is done with a session of its own, which it may end.
    pub signs: bool,
    /// Whether a refusal shows what is one's own.
    pub shows_own: bool,
}

fn deed(title: &'static str, field: &'static str, args: &'static str, opens: &[Who]) -> Deed {
    Deed {
        title,
        field,
        args,
        opens: opens.to_vec(),
        after: &[],
        signs: false,
        shows_own: false,
    }
}

/// Of everybody, once the key of the cart or order is known.
fn all() -> Vec<Who> {
    everybody().collect()
}

/// Every change there is.
pub fn deeds() -> Vec<Deed> {
    [carts(), orders(), steps(), search(), accounts()]
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
    let mut found = vec![
        deed(
            "cartCreate(an impossible quantity)",
            "cartCreate",
            "(input: { lines: [{ merchandiseId: $variant, quantity: -1 }] })",
            &[],
        ),
        deed(
            "cartCreate",
            "cartCreate",
            "(input: { lines: [{ merchandiseId: $variant }] })",
            &all(),
        ),
        deed(
            "cartCreate(more than there is)",
            "cartCreate",
            "(input: { lines: [{ merchandiseId: $variant, quantity: 900000 }] })",
            &all(),
        ),
    ];
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
    let line = "cartLinesRemove(cartId: one's own, with its key; lineIds: the customer's)";
    let args = "(cartId: $mine, lineIds: [$line])";
    found.push(Deed {
        shows_own: true,
        ..deed(line, "cartLinesRemove", args, &[Who::Buyer])
    });
    found
}

/// What a document says for `TO`: where a purchase goes.
pub const TO: &str = "email: \"a@example.com\", paymentMethod: CASH_ON_DELIVERY,
    shippingAddress: { lastName: \"Doe\", address1: \"1 Way\", city: \"Town\", countryCode: US }";

fn orders() -> Vec<Deed> {
    let checkout = |title, args, opens: &[Who]| deed(title, "checkoutComplete", args, opens);
    let cancel = |title, args, opens: &[Who]| deed(title, "orderCancel", args, opens);
    let may = [[Who::Buyer].as_slice(), &ADMINS].concat();
    vec![
        checkout(
            "checkoutComplete(cartId: the customer's)",
            "(input: { cartId: $id, TO })",
            &[],
        ),
        checkout(
            "checkoutComplete(cartId: the customer's, with its key)",
            "(input: { cartId: $cart, TO })",
            &all(),
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
            "accountSignUp(the customer's address)",
            "accountSignUp",
            "(input: { email: \"ada@example.com\", password: $password })",
            &[],
        ),
        deed(
            "accountSignUp(a new address)",
            "accountSignUp",
            "(input: { email: $email, password: $password })",
            &all(),
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

/// What is told of a search, and how it is tuned.
fn search() -> Vec<Deed> {
    let tune = |title, field, args| deed(title, field, args, &ADMINS);
    let nothing = |title, field, args| deed(title, field, args, &[]);
    vec![
        deed(
            "searchClick",
            "searchClick",
            "(input: { trackingParameters: \"_pos=1&_psq=tea\", productId: $product })",
            &all(),
        ),
        deed(
            "searchClick(of no search)",
            "searchClick",
            "(input: { trackingParameters: \"tea\", productId: $product })",
            &[],
        ),
        tune(
            "searchSynonymSet",
            "searchSynonymSet",
            "(input: { terms: [\"cup\", $email] })",
        ),
        nothing(
            "searchSynonymSet(id: none's)",
            "searchSynonymSet",
            "(input: { id: $none, terms: [\"cup\", \"mug\"] })",
        ),
        tune(
            "searchSynonymDelete",
            "searchSynonymDelete",
            "(input: { id: $said })",
        ),
        nothing(
            "searchSynonymDelete(id: none's)",
            "searchSynonymDelete",
            "(input: { id: $none })",
        ),
        tune(
            "searchStopWordsSet",
            "searchStopWordsSet",
            "(input: { language: EN, words: [\"the\"] })",
        ),
        tune(
            "searchRuleSet",
            "searchRuleSet",
            "(input: { phrase: $email, pinned: [$product] })",
        ),
        nothing(
            "searchRuleSet(id: none's)",
            "searchRuleSet",
            "(input: { id: $none, phrase: $email, pinned: [$product] })",
        ),
        tune(
            "searchRuleDelete",
            "searchRuleDelete",
            "(input: { id: $said })",
        ),
        nothing(
            "searchRuleDelete(id: none's)",
            "searchRuleDelete",
            "(input: { id: $none })",
        ),
        tune(
            "searchBlockedTermsSet",
            "searchBlockedTermsSet",
            "(input: { terms: [$email] })",
        ),
        tune(
            "searchRankingSet",
            "searchRankingSet",
            "(input: { title: 9 })",
        ),
    ]
}
