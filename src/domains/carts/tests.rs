//! The rules of carts, by example and by property.

use super::draft::{Draft, Warning};
use super::input::{LineUpdate, MOST_UNITS, NewLine};
use super::model::{CartLineId, LineRow};
use super::offer::{
    Offer, OfferedLine, PricedLine, Unavailable, by_vendor, sorted_out, total, units,
};
use crate::domains::reach::{is_email, is_phone};
use proptest::prelude::*;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

fn offer(variant: u128, amount: Option<i64>, available: i64) -> Offer {
    Offer {
        variant_id: Uuid::from_u128(variant),
        vendor_id: Uuid::from_u128(variant % 3),
        title: String::new(),
        amount,
        compare_at: None,
        seen: true,
        selling: true,
        available,
    }
}

fn row(variant: u128, quantity: i32) -> LineRow {
    LineRow {
        id: CartLineId::new(),
        variant_id: Uuid::from_u128(variant),
        quantity,
        attributes: json!([]),
    }
}

fn new(variant: u128, quantity: i32) -> NewLine {
    NewLine {
        variant_id: Uuid::from_u128(variant),
        quantity,
        attributes: Vec::new(),
    }
}

#[test]
fn addresses_and_numbers_are_told_from_other_texts() {
    for good in [
        "a@b.co",
        "first.last+tag@sub.example.com",
        "o'neill@example.ie",
        "jürgen@müller.de",
    ] {
        assert!(is_email(good), "{good}");
    }
    for bad in [
        "", "a", "a@", "@b.c", "a@b", "a@b@c.d", "a.@b.c", "a@.b", "a@b.", "a b@c.d", "a@b c.d",
        "a,b@c.d", "a@b.c\n",
    ] {
        assert!(!is_email(bad), "{bad}");
    }
    assert!(is_phone("+965 2222-3333") && is_phone("(555) 010.0"));
    assert!(!is_phone("12") && !is_phone("+++") && !is_phone("555 0100 ext 2"));
}

#[test]
fn why_a_line_cannot_be_bought_is_told_apart() {
    let good = offer(1, Some(5), 0);
    assert_eq!(good.price(), Ok(5));
    let closed = Offer {
        selling: false,
        seen: false,
        amount: None,
        ..good.clone()
    };
    assert_eq!(closed.price(), Err(Unavailable::VendorClosed));
    assert_eq!(
        Offer {
            amount: None,
            ..good.clone()
        }
        .price(),
        Err(Unavailable::NotSoldHere)
    );
    assert_eq!(
        Offer {
            seen: false,
            ..good
        }
        .price(),
        Err(Unavailable::Unpublished)
    );
}

#[test]
fn a_line_that_is_gone_cannot_be_changed_but_taken_out() {
    let old = row(1, 2);
    let offers = HashMap::from([(
        old.variant_id,
        Offer {
            seen: false,
            ..offer(1, Some(5), 9)
        },
    )]);
    let update = |quantity| LineUpdate {
        id: old.id,
        variant_id: None,
        quantity: Some(quantity),
        attributes: None,
    };
    let mut draft = Draft::of(vec![old.clone()]);
    draft.update(0, &update(1)).unwrap();
    assert_eq!(
        draft.settle(&offers).unwrap_err()[0].path,
        ["lines", "0", "id"]
    );
    let mut draft = Draft::of(vec![old.clone()]);
    draft.update(0, &update(0)).unwrap();
    assert_eq!(draft.settle(&offers), Ok(Vec::new()));
    assert_eq!(draft.difference().gone, [old.id]);
}

#[test]
fn two_lines_of_one_variant_share_what_there_is() {
    let (one, two) = (
        row(1, 2),
        LineRow {
            attributes: json!([{ "key": "a", "value": "b" }]),
            ..row(1, 2)
        },
    );
    let offers = HashMap::from([(one.variant_id, offer(1, Some(5), 7))]);
    let mut draft = Draft::of(vec![one.clone(), two.clone()]);
    for (index, line) in [&one, &two].into_iter().enumerate() {
        let update = LineUpdate {
            id: line.id,
            variant_id: None,
            quantity: Some(9),
            attributes: None,
        };
        draft.update(index, &update).unwrap();
    }
    let warnings = draft.settle(&offers).unwrap();
    assert_eq!(
        warnings,
        [
            Warning::NotEnough {
                line: one.id,
                kept: 5
            },
            Warning::NotEnough {
                line: two.id,
                kept: 2
            }
        ]
    );
    assert_eq!(draft.difference().counted, [(one.id, 5)]);
}

fn priced() -> impl Strategy<Value = Vec<Arc<PricedLine>>> {
    let line =
        (0_u128..6, 1..=MOST_UNITS, 0_i64..=1_000_000_000).prop_map(|(vendor, quantity, unit)| {
            Arc::new(PricedLine {
                id: CartLineId::new(),
                variant_id: Uuid::from_u128(vendor),
                vendor_id: Uuid::from_u128(vendor),
                quantity,
                attributes: Vec::new(),
                unit,
                compare_at: None,
            })
        });
    proptest::collection::vec(line, 0..40)
}

proptest! {
    #[test]
    fn the_groups_of_vendors_are_the_whole(lines in priced()) {
        let groups = by_vendor(&lines);
        prop_assert_eq!(groups.iter().map(|(_, group)| total(group)).sum::<i64>(), total(&lines));
        prop_assert_eq!(groups.iter().map(|(_, group)| units(group)).sum::<i32>(), units(&lines));
        prop_assert_eq!(groups.iter().map(|(_, group)| group.len()).sum::<usize>(), lines.len());
        for (vendor, group) in &groups {
            prop_assert!(!group.is_empty() && group.iter().all(|line| line.vendor_id == *vendor));
        }
        let mut vendors: Vec<Uuid> = groups.iter().map(|(vendor, _)| *vendor).collect();
        vendors.sort();
        vendors.dedup();
        prop_assert_eq!(vendors.len(), groups.len());
    }

    #[test]
    fn every_line_is_either_priced_or_unavailable(amounts in proptest::collection::vec(proptest::option::of(0_i64..1000), 0..30)) {
        let rows: Vec<OfferedLine> = amounts.iter().map(|amount| OfferedLine { line: row(1, 1), offer: offer(1, *amount, 1) }).collect();
        let (priced, unavailable) = sorted_out(rows);
        prop_assert_eq!(priced.len() + unavailable.len(), amounts.len());
        prop_assert_eq!(total(&priced), amounts.iter().flatten().sum::<i64>());
    }

    /// Whatever is put in: no more than there is, one line for each variant, and what is written is what is wanted.
    #[test]
    fn a_draft_takes_no_more_than_there_is(
        before in proptest::collection::btree_map(0_u128..4, 1_i32..20, 0..4),
        wanted in proptest::collection::vec((0_u128..4, 1_i32..20), 0..8),
        stock in proptest::collection::vec(0_i64..40, 4),
    ) {
        let kept: Vec<LineRow> = before.iter().map(|(variant, quantity)| row(*variant, *quantity)).collect();
        let offers: HashMap<Uuid, Offer> = (0_u128..4).zip(&stock).map(|(variant, stock)| (Uuid::from_u128(variant), offer(variant, Some(100), *stock))).collect();
        let mut draft = Draft::of(kept.clone());
        for (index, (variant, quantity)) in wanted.iter().enumerate() {
            draft.add(index, &new(*variant, *quantity)).unwrap();
        }
        draft.settle(&offers).unwrap();
        let difference = draft.difference();
        prop_assert!(difference.gone.is_empty());
        let mut after: HashMap<Uuid, i32> = kept.iter().map(|line| (line.variant_id, line.quantity)).collect();
        for (id, quantity) in &difference.counted {
            let line = kept.iter().find(|line| line.id == *id).unwrap();
            after.insert(line.variant_id, *quantity);
        }
        for line in &difference.new {
            prop_assert!(after.insert(line.variant_id, line.quantity).is_none());
        }
        for variant in 0_u128..4 {
            let stock = i32::try_from(offers[&Uuid::from_u128(variant)].available).unwrap();
            let had = before.get(&variant).copied().unwrap_or(0);
            let asked: i32 = wanted.iter().filter(|(other, _)| *other == variant).map(|(_, quantity)| *quantity).sum();
            let expected = match asked {
                0 => had,
                _ if stock == 0 => had,
                _ => (had + asked).min(stock),
            };
            prop_assert_eq!(after.get(&Uuid::from_u128(variant)).copied().unwrap_or(0), expected);
        }
    }
}
