//! The split of a cart, and what is an address.

use super::contact::{Address, contact};
use super::draft::{parts, wanted};
use super::error::CheckoutError;
use super::offers::Offer;
use crate::domains::carts::{CartLineId, LineRow};
use crate::domains::limits::LARGEST_TOTAL;
use crate::domains::orders::Amounts;
use crate::graphql::codes::CountryCode;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

fn id(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn offer(variant: u8, vendor: u8, amount: Option<i64>) -> Offer {
    Offer {
        variant_id: id(variant),
        product_id: id(variant),
        vendor_id: id(vendor),
        title: format!("Thing {variant}"),
        variant_title: "Blue".to_owned(),
        sku: None,
        image_file_id: None,
        amount,
    }
}

fn line(variant: u8, quantity: i32) -> LineRow {
    LineRow {
        id: CartLineId::new(),
        variant_id: id(variant),
        quantity,
        attributes: json!([]),
    }
}

#[test]
fn a_cart_with_something_that_is_sold_no_more_is_refused_by_its_title() {
    let offers = [offer(1, 1, Some(5)), offer(2, 1, None)];
    let refused = parts(&[line(1, 1), line(2, 1)], &offers).unwrap_err();
    assert!(matches!(refused, CheckoutError::Unavailable(titles) if titles == ["Thing 2"]));
    assert!(matches!(parts(&[], &offers), Err(CheckoutError::Empty)));
}

#[test]
fn what_costs_more_than_an_order_may_is_refused() {
    let offers = [offer(1, 1, Some(LARGEST_TOTAL)), offer(2, 2, Some(1))];
    assert!(parts(&[line(1, 1)], &offers).is_ok());
    assert!(matches!(
        parts(&[line(1, 2)], &offers),
        Err(CheckoutError::TooLarge)
    ));
    assert!(matches!(
        parts(&[line(1, 1_000_000)], &offers),
        Err(CheckoutError::TooLarge)
    ));
    let both = parts(&[line(1, 1), line(2, 1)], &offers).unwrap();
    assert_eq!(Amounts::sum(both.iter().map(|part| part.amounts)), None);
}

proptest! {
    #[test]
    fn the_parts_sum_to_the_whole(lines in prop::collection::vec((0..8_u8, 1..50_i32), 1..20), prices in prop::collection::vec((0..4_u8, 0..100_000_i64), 8)) {
        let offers: Vec<Offer> = prices.iter().zip(0..).map(|((vendor, price), variant)| offer(variant, *vendor, Some(*price))).collect();
        let rows: Vec<LineRow> = lines.iter().map(|(variant, quantity)| line(*variant, *quantity)).collect();
        let parts = parts(&rows, &offers).unwrap();
        let whole: i64 = lines.iter().map(|(variant, quantity)| prices[usize::from(*variant)].1 * i64::from(*quantity)).sum();
        prop_assert_eq!(Amounts::sum(parts.iter().map(|part| part.amounts)).unwrap().total, whole);
        for part in &parts {
            prop_assert_eq!(Amounts::sum(part.lines.iter().map(|line| line.amounts)).unwrap(), part.amounts);
            prop_assert!(part.lines.iter().all(|line| offers.iter().any(|offer| offer.variant_id == line.variant_id && offer.vendor_id == part.vendor_id)));
        }
        let mut vendors: Vec<Uuid> = parts.iter().map(|part| part.vendor_id).collect();
        vendors.sort();
        vendors.dedup();
        prop_assert_eq!(vendors.len(), parts.len());
        prop_assert_eq!(wanted(&parts).iter().map(|want| want.quantity).sum::<i32>(), lines.iter().map(|(_, quantity)| *quantity).sum::<i32>());
    }
}

/// Amounts up to well over what an order may cost, and over what a number holds.
fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![0..=LARGEST_TOTAL, 0..=i64::MAX, Just(i64::MAX), Just(0)]
}

proptest! {
    #[test]
    fn amounts_are_summed_to_the_unit_or_are_too_much(parts in prop::collection::vec((amount(), amount(), amount(), 0..=LARGEST_TOTAL), 0..8)) {
        let parts = parts.iter().map(|(subtotal, delivery, tax, total)| Amounts { subtotal: *subtotal, delivery: *delivery, tax: *tax, discount: 0, total: *total });
        let parts: Vec<Amounts> = parts.collect();
        let sum = |of: fn(&Amounts) -> i64| parts.iter().map(|part| i128::from(of(part))).sum::<i128>();
        let sums = [sum(|it| it.subtotal), sum(|it| it.delivery), sum(|it| it.tax), sum(|it| it.total)];
        let holds = sums.iter().all(|sum| *sum <= i128::from(i64::MAX)) && sums[3] <= i128::from(LARGEST_TOTAL);
        let found = Amounts::sum(parts.iter().copied());
        prop_assert_eq!(found.is_some(), holds);
        if let Some(found) = found {
            let found = [found.subtotal, found.delivery, found.tax, found.total].map(i128::from);
            prop_assert_eq!(found, sums);
        }
    }

    #[test]
    fn goods_cost_their_price_times_their_number_or_are_too_much(price: i64, quantity: i32, small in 0..1_000_000_i64, few in 0..1_000_i32) {
        for (price, quantity) in [(price, quantity), (small, few), (price, few), (small, quantity)] {
            let wanted = i128::from(price) * i128::from(quantity);
            let holds = (0..=i128::from(LARGEST_TOTAL)).contains(&wanted);
            let found = Amounts::of_goods(price, quantity);
            prop_assert_eq!(found.map(|it| (i128::from(it.subtotal), i128::from(it.total))), holds.then_some((wanted, wanted)));
        }
    }
}

fn address() -> Address {
    let text = |text: &str| Some(text.to_owned());
    Address {
        first_name: text("Ada"),
        last_name: text(" Byron "),
        address1: text("1 Analytical Way"),
        city: text("London"),
        country: Some(CountryCode::Gb),
        ..Address::default()
    }
}

#[test]
fn an_address_is_trimmed_and_kept() {
    let kept = contact(Some(" ada@example.com "), &address()).unwrap();
    assert_eq!(
        (
            kept.email.as_str(),
            kept.last_name.as_str(),
            kept.country.as_str()
        ),
        ("ada@example.com", "Byron", "GB")
    );
}

#[test]
fn every_fault_of_an_address_is_told_at_once() {
    let long = Some("x".repeat(256));
    let wrong = Address {
        last_name: None,
        city: Some(" ".to_owned()),
        company: long,
        address2: Some("a\0b".to_owned()),
        phone: Some("call me".to_owned()),
        country: None,
        ..address()
    };
    let faults = contact(Some("nobody"), &wrong).unwrap_err();
    let mut paths: Vec<String> = faults.iter().map(|fault| fault.path.join(".")).collect();
    paths.sort();
    let of = |field: &str| format!("shippingAddress.{field}");
    assert_eq!(
        paths,
        [
            "email".to_owned(),
            of("address2"),
            of("city"),
            of("company"),
            of("countryCode"),
            of("lastName"),
            of("phone")
        ]
    );
}

#[test]
fn what_is_no_e_mail_address_is_refused() {
    for none in [
        "",
        " ",
        "a",
        "a@",
        "@b.c",
        "a@b",
        "a@b.",
        "a@.c",
        "a@b@c.d",
        "a b@c.d",
        "a\n@c.d",
        &format!("{}@b.c", "a".repeat(252)),
    ] {
        assert!(contact(Some(none), &address()).is_err(), "{none}");
    }
    assert!(contact(None, &address()).is_err());
}
