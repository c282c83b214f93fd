//! The one root field of a subscription.

use std::collections::BTreeSet;

use async_graphql::{
    Positioned,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType,
        Selection, SelectionSet,
    },
};

use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;

/// Checks that a subscription has one root field, whatever the variables say: events of two could not be told apart. The field, when it
/// stands in a fragment.
pub(super) fn check(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Result<Option<Positioned<Field>>, Refusal> {
    if operation.ty != OperationType::Subscription {
        return Ok(None);
    }
    let mut root = Root {
        document,
        fields: Vec::new(),
        seen: BTreeSet::new(),
        conditional: false,
    };
    root.walk(&operation.selection_set.node, false);
    let fault = |message| Refusal::of_request(ErrorCode::ValidationFailed, message);
    let [(field, in_fragment)] = root.fields.as_slice() else {
        return Err(fault("A subscription has exactly one root field."));
    };
    if root.conditional {
        return Err(fault(
            "The root field of a subscription stands without `@skip` and `@include`.",
        ));
    }
    if field.node.name.node.starts_with("__") {
        return Err(fault("The root field of a subscription is one of events."));
    }
    Ok(in_fragment.then(|| (*field).clone()))
}

/// Puts the field of a fragment beside the fragment: the library begins only what stands at the root itself, and nothing at all
/// otherwise. The fragment stays, so that the document is as valid as it was.
pub(super) fn lift(
    document: &mut ExecutableDocument,
    name: Option<&str>,
    field: Positioned<Field>,
) {
    let operation = match &mut document.operations {
        DocumentOperations::Single(operation) => Some(operation),
        DocumentOperations::Multiple(operations) => name.and_then(|name| operations.get_mut(name)),
    };
    if let Some(operation) = operation {
        let field = Positioned::new(Selection::Field(field.clone()), field.pos);
        operation.node.selection_set.node.items.insert(0, field);
    }
}

/// What is selected at the root of a subscription.
struct Root<'a> {
    document: &'a ExecutableDocument,
    /// The fields, and whether they stand in a fragment.
    fields: Vec<(&'a Positioned<Field>, bool)>,
    seen: BTreeSet<&'a str>,
    /// Whether something of it has `@skip` or `@include`.
    conditional: bool,
}

impl<'a> Root<'a> {
    fn walk(&mut self, set: &'a SelectionSet, in_fragment: bool) {
        for selection in &set.items {
            let directives = selection.node.directives().iter();
            let mut names = directives.map(|it| it.node.name.node.as_str());
            self.conditional |= names.any(|it| ["skip", "include"].contains(&it));
            match &selection.node {
                Selection::Field(field) => self.fields.push((field, in_fragment)),
                Selection::InlineFragment(it) => self.walk(&it.node.selection_set.node, true),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = self.document.fragments.get(name);
                    if let Some(fragment) = fragment.filter(|_| self.seen.insert(name)) {
                        self.walk(&fragment.node.selection_set.node, true);
                    }
                }
            }
        }
    }
}
