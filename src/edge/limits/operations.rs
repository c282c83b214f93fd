//! What is counted by itself, beside the request that it came in.

use super::{charge, refused};
use crate::config::Config;
use crate::platform::rate::{Charge, Rule};
use async_graphql::parser::types::{
    ExecutableDocument, Field, Selection, SelectionSet, VariableDefinition,
};
use async_graphql::{Name, Positioned, Request as Operation, ServerError, Value, Variables};
use std::iter::zip;

/// Root fields that are counted together.
#[derive(Debug)]
pub(super) struct Rated {
    fields: &'static [&'static str],
    /// Counted only where this argument has a value.
    argument: Option<&'static str>,
    what: &'static str,
    by_address: Option<Rule>,
    by_viewer: Option<Rule>,
}

/// The table: fields, and how often a minute they may be asked for from one address and by one viewer; 0 is no limit. It bounds
/// what costs far more than its rows (hashing a password, a payment, a search) and what makes something out of nothing. Failed
/// sign-ins are counted by account besides, in the database.
pub(super) fn rated(config: &Config) -> Vec<Rated> {
    let (sign_ins, checkouts) = (config.rate_sign_ins.0, config.rate_checkouts.0);
    let searches = config.rate_searches.0;
    [
        (&["accountSignIn"][..], "sign-ins", sign_ins, 0),
        (&["accountSignUp"], "sign-ups", 30, 0),
        (&["accountTokenRefresh"], "refreshes", 300, 0),
        (&["accountPasswordChange"], "password-changes", 30, 10),
        (&["cartCreate"], "carts", 300, 0),
        (&["checkoutComplete"], "checkouts", checkouts, checkouts),
        (&["orderCancel"], "cancellations", checkouts, checkouts),
        (&SEARCHED, "searches", searches, searches),
        (&SEARCHES, "searches", searches, searches),
        (&["searchClick"], "search-clicks", 300, 0),
    ]
    .map(|(fields, what, by_address, by_viewer)| Rated {
        fields,
        argument: (fields == SEARCHED).then_some("query"),
        what,
        by_address: Rule::per_minute(by_address),
        by_viewer: Rule::per_minute(by_viewer),
    })
    .into()
}

/// What searches whatever it is given.
const SEARCHES: [&str; 2] = ["search", "predictiveSearch"];

/// Lists in which is searched when they are given a text.
const SEARCHED: [&str; 3] = ["products", "collections", "pages"];

/// Adds what an operation spends beside its rows.
pub(super) fn charges(
    rated: &[Rated],
    [address, viewer]: [Option<u128>; 2],
    operation: &mut Operation,
    name: Option<&str>,
    charges: &mut Vec<Charge>,
) -> Result<(), ServerError> {
    for (rated, amount) in zip(rated, counts(rated, operation, name)) {
        // No user's id is an address.
        let budgets = [(address, rated.by_address), (viewer, rated.by_viewer)];
        let of = |(whose, rule)| charge(rated.what, whose?, rule, amount);
        let from = charges.len();
        charges.extend(budgets.into_iter().filter_map(of));
        if charges.iter().skip(from).any(Charge::is_never_admitted) {
            let what = rated.what;
            let message = format!(
                "One operation asks for more {what} than there may be in a minute: ask for fewer."
            );
            return Err(refused(60, message));
        }
    }
    Ok(())
}

/// How often an operation asks for each.
fn counts(rated: &[Rated], operation: &mut Operation, name: Option<&str>) -> Vec<u32> {
    let variables = std::mem::take(&mut operation.variables);
    let mut count = Count {
        rated,
        variables: &variables,
        definitions: &[],
        counts: vec![0; rated.len()],
    };
    // What does not parse was refused before.
    if let Ok(document) = operation.parsed_query() {
        let executed = document.operations.iter().find(|(its, _)| {
            // Without a name there is one.
            name.is_none() || its.map(|it| it.as_str()) == name
        });
        if let Some((_, operation)) = executed {
            count.definitions = &operation.node.variable_definitions;
            count.set(&operation.node.selection_set.node, document);
        }
    }
    let counts = count.counts;
    operation.variables = variables;
    counts
}

struct Count<'a> {
    rated: &'a [Rated],
    variables: &'a Variables,
    definitions: &'a [Positioned<VariableDefinition>],
    counts: Vec<u32>,
}

impl Count<'_> {
    /// Each field wherever it is spread: the guard has bounded how many there are, and that no fragment spreads itself.
    fn set(&mut self, set: &SelectionSet, document: &ExecutableDocument) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(&field.node),
                Selection::InlineFragment(inline) => {
                    self.set(&inline.node.selection_set.node, document);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name) {
                        self.set(&fragment.node.selection_set.node, document);
                    }
                }
            }
        }
    }

    fn field(&mut self, field: &Field) {
        let name = field.name.node.as_str();
        let asks = |rated: &Rated| {
            let has = |argument| self.has(field, argument);
            rated.fields.contains(&name) && rated.argument.is_none_or(has)
        };
        if let Some(at) = self.rated.iter().position(asks)
            && let Some(count) = self.counts.get_mut(at)
        {
            *count = count.saturating_add(1);
        }
    }

    /// Whether an argument has a value.
    fn has(&self, field: &Field, argument: &str) -> bool {
        let value = field.get_argument(argument).map(|it| it.node.clone());
        let value = value.and_then(|it| it.into_const_with(|name| self.value(&name)).ok());
        let nothing = [Value::Null, Value::String(String::new())];
        value.is_some_and(|value| !nothing.contains(&value))
    }

    fn value(&self, name: &Name) -> Result<Value, ()> {
        let defined = self
            .definitions
            .iter()
            .find(|it| it.node.name.node == *name);
        let default = defined.and_then(|it| it.node.default_value.as_ref());
        let value = self.variables.get(name);
        value.or(default.map(|it| &it.node)).cloned().ok_or(())
    }
}
