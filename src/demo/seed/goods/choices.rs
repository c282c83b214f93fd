//! From options to variants.

use super::{Choice, ChoiceValue};

impl Choice {
    /// What a product without options has instead. Storefronts know it by its English words, so that it is never translated.
    pub fn none() -> Self {
        let only = ChoiceValue {
            name: "Default Title".to_owned(),
            name_ar: None,
            palette: None,
        };
        Self {
            name: "Title".to_owned(),
            name_ar: None,
            values: vec![only],
        }
    }

    /// Whether it is about colours.
    pub fn is_colour(&self) -> bool {
        self.values.iter().any(|value| value.palette.is_some())
    }
}

/// Every choice of one value of each option, as positions that count from 1: the last option changes fastest.
pub(in crate::demo::seed) fn combinations(options: &[Choice]) -> Vec<Vec<i16>> {
    options.iter().fold(vec![Vec::new()], |begun, option| {
        begun
            .iter()
            .flat_map(|picks| continued(picks, option))
            .collect()
    })
}

/// The choice so far, once with each value of the next option.
fn continued(picks: &[i16], option: &Choice) -> Vec<Vec<i16>> {
    let positions = (1_i16..).zip(&option.values).map(|(position, _)| position);
    positions
        .map(|position| [picks, &[position]].concat())
        .collect()
}
