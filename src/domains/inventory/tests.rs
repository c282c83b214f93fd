//! Which units serve which line, by example and by property.

use super::model::{Level, Wanted, share};
use crate::domains::ids::OrderLineId;
use proptest::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

fn id(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn line(number: u8) -> OrderLineId {
    OrderLineId(id(number))
}

#[test]
fn a_line_is_served_from_several_places_and_the_last_unit_is_told() {
    let levels = [
        Level {
            variant_id: id(1),
            location_id: id(1),
            free: 2,
        },
        Level {
            variant_id: id(1),
            location_id: id(2),
            free: 3,
        },
        Level {
            variant_id: id(2),
            location_id: id(1),
            free: 9,
        },
    ];
    let wanted = [
        Wanted {
            line: line(1),
            variant_id: id(1),
            quantity: 4,
        },
        Wanted {
            line: line(2),
            variant_id: id(1),
            quantity: 1,
        },
        Wanted {
            line: line(3),
            variant_id: id(2),
            quantity: 1,
        },
    ];
    let shares = share(&levels, &wanted).unwrap();
    let of = |number: u8| -> Vec<i32> {
        shares
            .shares
            .iter()
            .filter(|share| share.line == line(number))
            .map(|share| share.quantity)
            .collect()
    };
    assert_eq!((of(1), of(2), of(3)), (vec![2, 2], vec![1], vec![1]));
    assert_eq!(shares.sold_out, [id(1)]);
}

#[test]
fn two_lines_of_one_variant_cannot_both_have_the_last_unit() {
    let levels = [Level {
        variant_id: id(1),
        location_id: id(1),
        free: 1,
    }];
    let wanted = [
        Wanted {
            line: line(1),
            variant_id: id(1),
            quantity: 1,
        },
        Wanted {
            line: line(2),
            variant_id: id(1),
            quantity: 1,
        },
        Wanted {
            line: line(3),
            variant_id: id(7),
            quantity: 1,
        },
    ];
    let short = share(&levels, &wanted).unwrap_err();
    assert_eq!(
        short
            .iter()
            .map(|one| (one.line, one.left))
            .collect::<Vec<_>>(),
        [(line(2), 0), (line(3), 0)]
    );
}

proptest! {
    #[test]
    fn nothing_is_given_twice_and_each_line_gets_what_it_wants(
        levels in prop::collection::btree_map((0..4_u8, 0..3_u8), 0..6_i32, 0..12),
        wants in prop::collection::vec((0..4_u8, 1..6_i32), 0..8),
    ) {
        let levels: Vec<Level> = levels.into_iter()
            .map(|((variant, place), free)| Level { variant_id: id(variant), location_id: id(place), free })
            .collect();
        let wanted: Vec<Wanted> = wants.iter().zip(0..)
            .map(|((variant, quantity), number)| Wanted { line: line(number), variant_id: id(*variant), quantity: *quantity })
            .collect();
        let mut free: HashMap<Uuid, i32> = HashMap::new();
        for level in &levels { *free.entry(level.variant_id).or_default() += level.free; }
        let mut asked: HashMap<Uuid, i32> = HashMap::new();
        for want in &wanted { *asked.entry(want.variant_id).or_default() += want.quantity; }
        let enough = asked.iter().all(|(variant, quantity)| free.get(variant).copied().unwrap_or(0) >= *quantity);
        match share(&levels, &wanted) {
            Err(_) => prop_assert!(!enough),
            Ok(shares) => {
                prop_assert!(enough);
                for want in &wanted {
                    let got: i32 = shares.shares.iter().filter(|share| share.line == want.line).map(|share| share.quantity).sum();
                    prop_assert_eq!(got, want.quantity);
                }
                for level in &levels {
                    let taken: i32 = shares.shares.iter()
                        .filter(|share| (share.variant_id, share.location_id) == (level.variant_id, level.location_id))
                        .map(|share| share.quantity).sum();
                    prop_assert!(taken <= level.free);
                }
                for (variant, quantity) in &asked {
                    prop_assert_eq!(shares.sold_out.contains(variant), free[variant] == *quantity);
                }
            }
        }
    }
}
