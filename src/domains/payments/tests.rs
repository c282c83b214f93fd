//! Cards, and what the amounts of a payment amount to.

use super::model::{PaymentState, state_of};
use super::{Card, CardError};

#[test]
fn a_card_is_known_by_its_number_and_shown_by_its_last_digits() {
    let card = Card::of_number("4242 4242 4242 4242").unwrap();
    assert_eq!(
        (card.brand, card.last_digits.as_str(), card.instrument),
        ("Visa", "4242", "approve")
    );
}

#[test]
fn what_is_no_card_is_refused() {
    for none in [
        "",
        "4242",
        "4242424242424241",
        "4242-4242-4242-4242",
        &"4".repeat(100_000),
        "abcdefghijklmnop",
        "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
    ] {
        assert_eq!(
            Card::of_number(none),
            Err(CardError::NoNumber),
            "{none:.20}"
        );
    }
    assert_eq!(Card::of_number("4111111111111111"), Err(CardError::Unknown));
}

#[test]
fn the_state_follows_from_the_amounts() {
    assert_eq!(state_of(100, 0, 0), PaymentState::Pending);
    assert_eq!(state_of(100, 60, 0), PaymentState::Pending);
    assert_eq!(state_of(100, 60, 40), PaymentState::Paid);
    assert_eq!(state_of(100, 100, 0), PaymentState::Paid);
    assert_eq!(state_of(100, 100, 100), PaymentState::Paid);
    assert_eq!(state_of(100, 0, 100), PaymentState::Voided);
    assert_eq!(state_of(0, 0, 0), PaymentState::Paid);
}
