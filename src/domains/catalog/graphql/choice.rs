//! Finding the variant of certain choices.

use super::variant::SelectedOptionInput;
use crate::domains::catalog::{OptionRow, Variant};
use crate::graphql::error::{ErrorCode, client_error};
use async_graphql::Error;
use std::sync::Arc;

/// Choices that are looked for.
pub(super) struct Wanted {
    /// The choices.
    pub options: Vec<SelectedOptionInput>,
    /// Choices of options that the product does not have are left out.
    pub ignore_unknown: bool,
    /// Upper and lower case are alike.
    pub fold: bool,
}

/// More options than any product has.
const MOST_OPTIONS: usize = 10;
const LONGEST_NAME: usize = 255;

impl Wanted {
    /// The same, when it is no more than can be looked for.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for too many options, or a name that is longer than names are.
    pub fn checked(self) -> Result<Self, Error> {
        if self.options.len() > MOST_OPTIONS {
            let message = format!("`selectedOptions` has more than {MOST_OPTIONS} entries.");
            return Err(client_error(ErrorCode::BadUserInput, message));
        }
        for option in &self.options {
            for text in [&option.name, &option.value] {
                if text.chars().nth(LONGEST_NAME).is_some() {
                    let message = format!(
                        "`selectedOptions` has a text of more than {LONGEST_NAME} characters."
                    );
                    return Err(client_error(ErrorCode::BadUserInput, message));
                }
            }
        }
        Ok(self)
    }

    fn same(&self, a: &str, b: &str) -> bool {
        if self.fold {
            a.to_lowercase() == b.to_lowercase()
        } else {
            a == b
        }
    }

    /// The variant of these choices.
    pub fn among<'a>(
        &self,
        variants: &'a [Arc<Variant>],
        options: &[OptionRow],
    ) -> Option<&'a Arc<Variant>> {
        // Once for all variants: a document may ask for this sixty times of each of 250 products.
        let known = |wanted: &SelectedOptionInput| {
            options
                .iter()
                .any(|option| self.same(&option.name, &wanted.name))
        };
        let counted = |wanted: &&SelectedOptionInput| !self.ignore_unknown || known(wanted);
        let wanted: Vec<&SelectedOptionInput> = self.options.iter().filter(counted).collect();
        // Every option of the product is chosen.
        let fits = |variant: &&Arc<Variant>| {
            let choices = variant.choices(options);
            wanted.len() == choices.len()
                && choices.iter().all(|(option, value)| {
                    wanted.iter().any(|wanted| {
                        self.same(&option.name, &wanted.name)
                            && self.same(&value.name, &wanted.value)
                    })
                })
        };
        variants.iter().find(fits)
    }
}
