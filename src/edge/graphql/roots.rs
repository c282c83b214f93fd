//! The fields that stand at the root of an operation.

use std::collections::HashSet;

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};

/// Their names, those in fragments included, in the order in which they stand there, each once.
pub(super) fn of(document: &ExecutableDocument, operation: &OperationDefinition) -> Vec<Name> {
    let mut roots = Roots {
        document,
        names: Vec::new(),
        seen: HashSet::new(),
    };
    roots.walk(&operation.selection_set.node);
    roots.names
}

struct Roots<'a> {
    document: &'a ExecutableDocument,
    names: Vec<Name>,
    /// Fragments that were walked.
    seen: HashSet<&'a str>,
}

impl<'a> Roots<'a> {
    fn walk(&mut self, set: &'a SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => self.add(&field.node.name.node),
                Selection::InlineFragment(inline) => self.walk(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let fragment = self.document.fragments.get(name);
                    if let Some(fragment) = fragment.filter(|_| self.seen.insert(name)) {
                        self.walk(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn add(&mut self, name: &Name) {
        if !self.names.contains(name) {
            self.names.push(name.clone());
        }
    }
}
