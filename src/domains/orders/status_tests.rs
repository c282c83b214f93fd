//! What an order's parts and its payment come to.

use super::model::{OrderId, PaymentMethod, VendorOrderId};
use super::rows::{PartRow, PaymentRow, PaymentState};
use super::states::{OrderState, TABLE};
use super::status::{Current, FinancialStatus, FulfillmentStatus, is_cancellable};
use crate::platform::clock;
use proptest::prelude::*;
use uuid::Uuid;

fn payment(state: PaymentState, amounts: [i64; 4]) -> PaymentRow {
    let [amount, paid, refunded, forgone] = amounts;
    PaymentRow {
        order_id: OrderId::new(),
        state,
        currency: "KWD".to_owned(),
        amount,
        paid,
        refunded,
        forgone,
        card_brand: None,
        card_last_digits: None,
    }
}

#[test]
fn a_payment_is_as_far_as_its_amounts_say() {
    use FinancialStatus as Is;
    use PaymentState::{Declined, Paid, Pending, Voided};
    for (state, amounts, status, owed) in [
        (Pending, [100, 0, 0, 0], Is::Pending, 100),
        (Declined, [100, 0, 0, 0], Is::Voided, 0),
        (Voided, [100, 0, 0, 100], Is::Voided, 0),
        // In cash: one part is rejected, the other delivered.
        (Pending, [100, 0, 0, 30], Is::Pending, 70),
        (Pending, [100, 40, 0, 0], Is::PartiallyPaid, 60),
        (Paid, [100, 70, 0, 30], Is::Paid, 0),
        // By card: what is given up is given back, a moment later.
        (Paid, [100, 100, 0, 0], Is::Paid, 0),
        (Paid, [100, 100, 0, 30], Is::Paid, 0),
        (Paid, [100, 100, 30, 30], Is::PartiallyRefunded, 0),
        (Paid, [100, 100, 0, 100], Is::Paid, 0),
        (Paid, [100, 100, 100, 100], Is::Refunded, 0),
        // What costs nothing is paid.
        (Paid, [0, 0, 0, 0], Is::Paid, 0),
    ] {
        let payment = payment(state, amounts);
        assert_eq!(FinancialStatus::of(&payment), status, "{payment:?}");
        assert_eq!(payment.owed(), owed, "{payment:?}");
    }
}

#[test]
fn an_order_is_as_far_as_its_parts_that_are_left() {
    use FulfillmentStatus as Is;
    use OrderState::{
        Accepted, AwaitingPayment, Cancelled, Delivered, Pending, Preparing, Rejected, Returned,
        Shipped,
    };
    for (parts, status, cancellable) in [
        (vec![AwaitingPayment, AwaitingPayment], Is::OnHold, false),
        (vec![Pending, Pending], Is::Unfulfilled, true),
        (vec![Pending, Accepted], Is::InProgress, true),
        (vec![Pending, Preparing], Is::InProgress, false),
        (vec![Shipped, Pending], Is::PartiallyFulfilled, false),
        (vec![Delivered, Pending], Is::PartiallyFulfilled, true),
        (vec![Delivered, Rejected], Is::Fulfilled, false),
        (vec![Shipped], Is::Fulfilled, false),
        (vec![Rejected, Cancelled], Is::Unfulfilled, false),
        (vec![Rejected, Returned], Is::Restocked, false),
        (vec![Rejected, Pending], Is::Unfulfilled, true),
    ] {
        assert_eq!(FulfillmentStatus::of(&parts), status, "{parts:?}");
        assert_eq!(is_cancellable(&parts), cancellable, "{parts:?}");
    }
}

fn any_state() -> impl Strategy<Value = OrderState> {
    let states: Vec<OrderState> = TABLE
        .iter()
        .flat_map(|(from, _, to)| [*from, *to])
        .collect();
    prop::sample::select(states)
}

/// Amounts as the database lets them be.
fn any_payment() -> impl Strategy<Value = PaymentRow> {
    let state = prop::sample::select(vec![PaymentState::Pending, PaymentState::Paid]);
    let amounts = (0..1_000_000_000_000_i64).prop_flat_map(|amount| {
        (Just(amount), 0..=amount, 0..=amount)
            .prop_flat_map(|(amount, paid, forgone)| (Just([amount, paid, forgone]), 0..=paid))
    });
    (state, amounts).prop_map(|(state, ([amount, paid, forgone], refunded))| {
        payment(state, [amount, paid, refunded, forgone])
    })
}

fn part(state: OrderState, amounts: [i64; 4]) -> PartRow {
    let [subtotal, delivery, tax, discount] = amounts;
    PartRow {
        id: VendorOrderId::new(),
        order_id: OrderId::new(),
        order_number: 1001,
        currency: "KWD".to_owned(),
        payment_method: PaymentMethod::CashOnDelivery,
        note: String::new(),
        vendor_id: Uuid::now_v7(),
        vendor_name: String::new(),
        position: 1,
        state,
        subtotal,
        delivery,
        tax,
        discount,
        total: subtotal + delivery + tax - discount,
        end_note: None,
        tracking_company: None,
        tracking_number: None,
        placed_at: clock::now(),
        updated_at: clock::now(),
        version: 1,
    }
}

fn any_part() -> impl Strategy<Value = PartRow> {
    let amounts = (0..1_000_000_i64, 0..1_000_000_i64, 0..1_000_000_i64)
        .prop_flat_map(|(subtotal, delivery, tax)| (Just([subtotal, delivery, tax]), 0..=subtotal));
    (any_state(), amounts).prop_map(|(state, ([subtotal, delivery, tax], discount))| {
        part(state, [subtotal, delivery, tax, discount])
    })
}

proptest! {
    #[test]
    fn what_is_owed_and_the_status_agree(payment in any_payment()) {
        let status = FinancialStatus::of(&payment);
        prop_assert!((0..=payment.amount).contains(&payment.owed()));
        match status {
            FinancialStatus::Paid => prop_assert!(payment.owed() == 0 && payment.refunded == 0),
            FinancialStatus::PartiallyPaid => prop_assert!(payment.owed() > 0 && payment.paid > 0),
            FinancialStatus::Pending => prop_assert!(payment.owed() > 0 && payment.paid == 0),
            FinancialStatus::Voided => prop_assert!(payment.owed() == 0 && payment.paid == 0),
            FinancialStatus::Refunded => prop_assert!(payment.refunded > 0 && payment.refunded == payment.paid),
            FinancialStatus::PartiallyRefunded => prop_assert!(payment.refunded > 0 && payment.refunded < payment.paid),
        }
    }

    #[test]
    fn the_status_does_not_hang_on_the_order_of_the_parts(parts in prop::collection::vec(any_state(), 1..8)) {
        let mut reversed = parts.clone();
        reversed.reverse();
        prop_assert_eq!(FulfillmentStatus::of(&parts), FulfillmentStatus::of(&reversed));
        prop_assert_eq!(is_cancellable(&parts), is_cancellable(&reversed));
    }

    #[test]
    fn what_was_given_up_counts_for_nothing_while_another_part_is_left(
        parts in prop::collection::vec(any_state(), 1..8),
        given_up in prop::sample::select(vec![OrderState::Rejected, OrderState::Cancelled, OrderState::Returned]),
    ) {
        prop_assume!(parts.iter().any(|state| !state.is_given_up()));
        let mut more = parts.clone();
        more.push(given_up);
        prop_assert_eq!(FulfillmentStatus::of(&parts), FulfillmentStatus::of(&more));
        prop_assert_eq!(is_cancellable(&parts), is_cancellable(&more));
    }

    #[test]
    fn what_is_left_and_what_was_given_up_are_the_whole(parts in prop::collection::vec(any_part(), 1..8)) {
        let left = Current::of(&parts);
        prop_assert_eq!(left, Current::of(parts.iter().filter(|part| !part.state.is_given_up())));
        let given_up: i64 = parts.iter().filter(|part| part.state.is_given_up()).map(|part| part.total).sum();
        let whole: i64 = parts.iter().map(|part| part.total).sum();
        prop_assert_eq!(left.total + given_up, whole);
        for part in &parts {
            let due = if part.state.is_end() { 0 } else { part.total };
            prop_assert_eq!(part.to_collect(), due);
        }
    }
}
