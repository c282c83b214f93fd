//! The types of the schema, as far as requests and answers depend on them.

use async_graphql::parser::{
    Error, parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};

use super::{input_types::InputTypes, output_types::OutputTypes};

/// Reads them from the schema's text, as `Schema::sdl` writes it. It is parsed once: that takes megabytes, which stay with the program.
///
/// # Errors
/// When the text is no schema.
pub fn schema_types(sdl: &str) -> Result<(OutputTypes, InputTypes), Error> {
    let (mut output, mut input) = (OutputTypes::default(), InputTypes::default());
    for definition in parse_schema(sdl)?.definitions {
        match definition {
            TypeSystemDefinition::Type(definition) => {
                let name = definition.node.name.node.to_string();
                match definition.node.kind {
                    TypeKind::InputObject(object) => input.add(name, object),
                    kind => output.add(name, kind),
                }
            }
            TypeSystemDefinition::Schema(schema) => output.begin(schema.node),
            TypeSystemDefinition::Directive(_) => {}
        }
    }
    Ok((output, input))
}
