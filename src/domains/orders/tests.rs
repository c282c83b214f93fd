//! The rules of an order's states.

use super::states::{OrderState, Step, TABLE};
use proptest::prelude::*;

#[test]
fn no_pair_stands_twice() {
    for (at, (from, step, _)) in TABLE.iter().enumerate() {
        assert!(
            !TABLE[at + 1..]
                .iter()
                .any(|(other, by, _)| (other, by) == (from, step)),
            "{from:?} {step:?}"
        );
    }
}

fn any_state() -> impl Strategy<Value = OrderState> {
    prop::sample::select(
        TABLE
            .iter()
            .flat_map(|(from, _, to)| [*from, *to])
            .collect::<Vec<_>>(),
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    prop::sample::select(TABLE.iter().map(|(_, step, _)| *step).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn there_is_no_way_out_of_an_end(state in any_state(), steps in prop::collection::vec(any_step(), 0..20)) {
        let mut at = state;
        let mut ended = at.is_end();
        for step in steps {
            match at.after(step) {
                Some(next) => {
                    prop_assert!(!ended);
                    at = next;
                    ended = at.is_end();
                }
                None => prop_assert!(!at.steps().contains(&step)),
            }
        }
    }

    #[test]
    fn every_way_ends(state in any_state(), choices in prop::collection::vec(any::<prop::sample::Index>(), 10)) {
        let mut at = state;
        for choice in choices {
            let steps = at.steps();
            if steps.is_empty() { break }
            at = at.after(steps[choice.index(steps.len())]).unwrap();
        }
        prop_assert!(at.is_end());
    }

    #[test]
    fn the_whole_is_one_of_its_parts(parts in prop::collection::vec(any_state(), 1..6)) {
        let whole = OrderState::of_whole(&parts).unwrap();
        prop_assert!(parts.contains(&whole));
        // An order that still moves is not told to be at its end.
        let given_up = parts.iter().all(|state| state.is_given_up());
        prop_assert_eq!(whole.is_given_up(), given_up);
    }
}
