//! Finding the variant of certain choices.

use super::variant::SelectedOptionInput;
use crate::domains::catalog::{OptionRow, Variant};

/// Choices that are looked for.
pub(super) struct Wanted {
    /// The choices.
    pub options: Vec<SelectedOptionInput>,
    /// Choices of options that the product does not have are left out.
    pub ignore_unknown: bool,
    /// Upper and lower case are alike.
    pub fold: bool,
}

impl Wanted {
    fn same(&self, a: &str, b: &str) -> bool {
        if self.fold {
            a.to_lowercase() == b.to_lowercase()
        } else {
            a == b
        }
    }

    /// Whether a variant stands for these choices, every option of the product chosen.
    pub fn fits(&self, variant: &Variant, options: &[OptionRow]) -> bool {
        let choices = variant.choices(options);
        let known = |wanted: &SelectedOptionInput| {
            options
                .iter()
                .any(|option| self.same(&option.name, &wanted.name))
        };
        let counted = |wanted: &&SelectedOptionInput| !self.ignore_unknown || known(wanted);
        let wanted: Vec<&SelectedOptionInput> = self.options.iter().filter(counted).collect();
        wanted.len() == choices.len()
            && choices.iter().all(|(option, value)| {
                wanted.iter().any(|wanted| {
                    self.same(&option.name, &wanted.name) && self.same(&value.name, &wanted.value)
                })
            })
    }
}
