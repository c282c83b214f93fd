//! Documents that are kept for long: without the room that the parser left in them.

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Positioned, parser::types::DocumentOperations};

/// Gives back what is allocated and not used. A parsed document takes more than twice the room it needs, which counts where
/// thousands follow something for hours.
pub(super) fn slim(document: &mut ExecutableDocument) {
    match &mut document.operations {
        DocumentOperations::Single(operation) => slim_operation(&mut operation.node),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                slim_operation(&mut operation.node);
            }
        }
    }
    for fragment in document.fragments.values_mut() {
        slim_set(&mut fragment.node.selection_set.node);
        slim_directives(&mut fragment.node.directives);
    }
}

fn slim_operation(operation: &mut OperationDefinition) {
    operation.variable_definitions.shrink_to_fit();
    slim_directives(&mut operation.directives);
    slim_set(&mut operation.selection_set.node);
}

fn slim_set(set: &mut SelectionSet) {
    set.items.shrink_to_fit();
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => slim_field(&mut field.node),
            Selection::InlineFragment(fragment) => {
                slim_directives(&mut fragment.node.directives);
                slim_set(&mut fragment.node.selection_set.node);
            }
            Selection::FragmentSpread(spread) => slim_directives(&mut spread.node.directives),
        }
    }
}

fn slim_field(field: &mut Field) {
    field.arguments.shrink_to_fit();
    slim_directives(&mut field.directives);
    slim_set(&mut field.selection_set.node);
}

fn slim_directives(directives: &mut Vec<Positioned<Directive>>) {
    directives.shrink_to_fit();
    for directive in directives {
        directive.node.arguments.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn what_is_kept_is_the_same_in_less_room() {
        let text = "subscription A($a: ID!, $b: Int = 1) @c(d: $b) { e(f: $a, g: 1) { h ...I ... on J { k } l @skip(if: true) } } \
                    fragment I on M { n o p q r }";
        let mut document = parse_query(text).unwrap();
        let before = format!("{document:?}");
        slim(&mut document);
        assert_eq!(format!("{document:?}"), before);
        let DocumentOperations::Multiple(operations) = &document.operations else {
            panic!("a named operation");
        };
        let operation = operations.values().next().unwrap();
        let root = &operation.node.selection_set.node.items;
        assert_eq!(root.capacity(), 1);
        let Selection::Field(field) = &root.first().unwrap().node else {
            panic!("a field");
        };
        assert_eq!(field.node.arguments.capacity(), 2);
        assert_eq!(field.node.selection_set.node.items.capacity(), 4);
    }
}
