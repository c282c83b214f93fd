//! The types of the fields of input objects, as far as whether a value is valid depends on them.

use std::collections::HashMap;

use async_graphql::parser::{
    Error, parse_schema,
    types::{InputObjectType, Type, TypeKind, TypeSystemDefinition},
};

/// The type of every field of every input object.
#[derive(Debug, Clone, Default)]
pub struct InputTypes(HashMap<String, HashMap<String, Type>>);

impl InputTypes {
    /// Reads them from the schema's text, as `Schema::sdl` writes it.
    ///
    /// # Errors
    /// When the text is no schema.
    pub fn from_sdl(sdl: &str) -> Result<Self, Error> {
        let mut types = HashMap::new();
        for definition in parse_schema(sdl)?.definitions {
            if let TypeSystemDefinition::Type(definition) = definition
                && let TypeKind::InputObject(object) = definition.node.kind
            {
                types.insert(definition.node.name.node.to_string(), field_types(object));
            }
        }
        Ok(Self(types))
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
