//! The types of the schema's fields, as far as an answer depends on them.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::{
    Error, parse_schema,
    types::{FieldDefinition, OperationType, Type, TypeKind, TypeSystemDefinition},
};

use super::document;

/// The type of every field of every object and interface.
#[derive(Debug, Clone, Default)]
pub struct OutputTypes {
    fields: HashMap<String, HashMap<String, Type>>,
    query: String,
    mutation: String,
    subscription: String,
}

impl OutputTypes {
    /// Reads them from the schema's text, as `Schema::sdl` writes it.
    ///
    /// # Errors
    /// When the text is no schema.
    pub fn from_sdl(sdl: &str) -> Result<Self, Error> {
        let mut types = Self::default();
        for definition in parse_schema(sdl)?.definitions {
            types.add(definition);
        }
        Ok(types)
    }

    fn add(&mut self, definition: TypeSystemDefinition) {
        match definition {
            TypeSystemDefinition::Schema(schema) => {
                let name =
                    |root: Option<Positioned<_>>| root.map(|it| ToString::to_string(&it.node));
                self.query = name(schema.node.query).unwrap_or_default();
                self.mutation = name(schema.node.mutation).unwrap_or_default();
                self.subscription = name(schema.node.subscription).unwrap_or_default();
            }
            TypeSystemDefinition::Type(definition) => {
                let name = definition.node.name.node.to_string();
                match definition.node.kind {
                    TypeKind::Object(it) => self.fields.insert(name, field_types(it.fields)),
                    TypeKind::Interface(it) => self.fields.insert(name, field_types(it.fields)),
                    _ => None,
                };
            }
            TypeSystemDefinition::Directive(_) => {}
        }
    }

    /// The name of the type that operations of this kind start from.
    pub(super) fn root(&self, kind: OperationType) -> &str {
        match kind {
            OperationType::Query => &self.query,
            OperationType::Mutation => &self.mutation,
            OperationType::Subscription => &self.subscription,
        }
    }

    /// The names of the fields that operations start from, each with its kind of operation.
    pub fn roots(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            OperationType::Query,
            OperationType::Mutation,
            OperationType::Subscription,
        ]
        .into_iter()
        .flat_map(|kind| {
            let fields = self.fields.get(self.root(kind));
            let names = fields.into_iter().flat_map(HashMap::keys);
            names.map(move |name| (document::kind(kind), name.as_str()))
        })
    }

    /// The type of a field; none for what the schema does not write down, as `__schema`.
    pub(super) fn field(&self, parent: &str, field: &str) -> Option<&Type> {
        self.fields.get(parent)?.get(field)
    }
}

fn field_types(fields: Vec<Positioned<FieldDefinition>>) -> HashMap<String, Type> {
    let typed = |it: FieldDefinition| (it.name.node.to_string(), it.ty.node);
    fields.into_iter().map(|it| typed(it.node)).collect()
}
