//! The types of the schema's fields, as far as an answer depends on them.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::types::{
    FieldDefinition, OperationType, SchemaDefinition, Type, TypeKind,
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
    /// Notes what operations start from.
    pub(super) fn begin(&mut self, schema: SchemaDefinition) {
        let name = |root: Option<Positioned<_>>| root.map(|it| ToString::to_string(&it.node));
        self.query = name(schema.query).unwrap_or_default();
        self.mutation = name(schema.mutation).unwrap_or_default();
        self.subscription = name(schema.subscription).unwrap_or_default();
    }

    /// Adds the fields of a type that has some.
    pub(super) fn add(&mut self, name: String, kind: TypeKind) {
        let fields = match kind {
            TypeKind::Object(it) => it.fields,
            TypeKind::Interface(it) => it.fields,
            _ => return,
        };
        self.fields.insert(name, field_types(fields));
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
