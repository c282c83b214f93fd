//! The types of the fields of input objects, as far as whether a value is valid depends on them.

use std::collections::HashMap;

use async_graphql::parser::types::{InputObjectType, Type};

/// The type of every field of every input object.
#[derive(Debug, Clone, Default)]
pub struct InputTypes(HashMap<String, HashMap<String, Type>>);

impl InputTypes {
    /// Adds the fields of an input object.
    pub(super) fn add(&mut self, name: String, object: InputObjectType) {
        self.0.insert(name, field_types(object));
    }

    /// The fields of an input object by their names; none when the schema has no such one.
    pub(super) fn fields(&self, object: &str) -> Option<&HashMap<String, Type>> {
        self.0.get(object)
    }
}

fn field_types(object: InputObjectType) -> HashMap<String, Type> {
    let fields = object.fields.into_iter().map(|it| it.node);
    fields
        .map(|it| (it.name.node.to_string(), it.ty.node))
        .collect()
}
