//! The fields at the root of an operation, wherever they are written.

use async_graphql::{
    Positioned,
    parser::types::{ExecutableDocument, OperationDefinition, Selection},
};

use super::document;
use crate::platform::telemetry::{RootField, metrics};

/// Fields of one operation that are counted: more are the same ones under other names.
const MOST: usize = 50;

/// The fields of the schema that stand at the root of an operation, fragments looked through. The guard has measured the document, so that no
/// fragment is in itself.
pub(super) fn root_fields(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Vec<&'static RootField> {
    let mut found = Vec::new();
    let kind = document::kind(operation.ty);
    look(
        document,
        kind,
        &operation.selection_set.node.items,
        &mut found,
    );
    found
}

fn look(
    document: &ExecutableDocument,
    kind: &str,
    items: &[Positioned<Selection>],
    found: &mut Vec<&'static RootField>,
) {
    for item in items {
        if found.len() >= MOST {
            return;
        }
        match &item.node {
            Selection::Field(field) => {
                found.extend(metrics().roots().find(kind, &field.node.name.node));
            }
            Selection::InlineFragment(fragment) => {
                look(
                    document,
                    kind,
                    &fragment.node.selection_set.node.items,
                    found,
                );
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    look(
                        document,
                        kind,
                        &fragment.node.selection_set.node.items,
                        found,
                    );
                }
            }
        }
    }
}
