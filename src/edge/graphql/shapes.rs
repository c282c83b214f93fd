//! Shapes of variables: what the schema's validation sees of their values.
//!
//! Values of one shape are judged alike: what is valid with one of them is valid with all. Validation asks what kind a value is of, which
//! one of an enum it is, which fields an object has, and what stands in a list. It asks neither what a text says, nor how large a
//! number is, nor how often or where something stands in a list: a cart of three lines and one of thirty have the same shape.
//! Where it is not plain what is asked, there is no shape.

use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};

use async_graphql::{
    Name, Value, Variables,
    indexmap::IndexMap,
    parser::types::{BaseType, OperationDefinition, Type},
};

use super::input_types::InputTypes;

/// Types of which every text is as good as any other: validation asks whether it is a text, or nothing at all.
const TEXTS: [&str; 3] = ["String", "ID", "Decimal"];

/// Types of which every number is as good as any other of its kind: whole or not, with or without a sign.
const NUMBERS: [&str; 2] = ["Int", "Float"];

/// The longest value of an enum or of a scalar that is told apart: whatever is longer has no shape.
const LONGEST_VALUE: usize = 64;

/// Values in the variables of a request; with more of them there is no shape.
const MOST_VALUES: usize = 2_000;

/// Lists and objects within one another; deeper there is no shape.
const MOST_LEVELS: usize = 12;

/// Items of one list that are told apart; with more of them there is no shape.
const MOST_KINDS: usize = 32;

/// The shape of the variables that an operation declares; nothing when there is none that is plain.
pub(super) fn shape(
    operation: &OperationDefinition,
    variables: &Variables,
    types: &InputTypes,
    hashing: &RandomState,
) -> Option<u64> {
    let mut eye = Eye {
        types,
        hashing,
        left: MOST_VALUES,
    };
    let mut hasher = hashing.build_hasher();
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        match variables.get(&definition.name.node) {
            None => 0_u8.hash(&mut hasher),
            Some(value) => {
                let declared = &definition.var_type.node;
                eye.look(declared, value, MOST_LEVELS, &mut hasher)?;
            }
        }
    }
    Some(hasher.finish())
}

/// Looks at values as validation does. Whatever it looks at, it gives to a hasher what tells it from all that is judged otherwise.
struct Eye<'a> {
    types: &'a InputTypes,
    hashing: &'a RandomState,
    /// Values that may still be looked at.
    left: usize,
}

impl Eye<'_> {
    /// Looks at a value of a type, with so many levels below it at the most.
    fn look(
        &mut self,
        declared: &Type,
        value: &Value,
        levels: usize,
        hasher: &mut DefaultHasher,
    ) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        let levels = levels.checked_sub(1)?;
        match (&declared.base, value) {
            (BaseType::List(item), Value::List(items)) => self.list(item, items, levels, hasher),
            // What is no list stands for a list of itself alone.
            (BaseType::List(item), alone) => self.look(item, alone, levels, hasher),
            (BaseType::Named(name), Value::Object(fields)) => {
                self.object(name, fields, levels, hasher)
            }
            (BaseType::Named(name), value) => look_at_simple(name, value, hasher),
        }
    }

    /// A list is valid when each item is: neither their number nor their order counts.
    fn list(
        &mut self,
        item: &Type,
        items: &[Value],
        levels: usize,
        hasher: &mut DefaultHasher,
    ) -> Option<()> {
        let mut kinds: Vec<u64> = Vec::new();
        for value in items {
            let mut own = self.hashing.build_hasher();
            self.look(item, value, levels, &mut own)?;
            let kind = own.finish();
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            if kinds.len() > MOST_KINDS {
                return None;
            }
        }
        kinds.sort_unstable();
        (8_u8, kinds).hash(hasher);
        Some(())
    }

    fn object(
        &mut self,
        name: &str,
        fields: &IndexMap<Name, Value>,
        levels: usize,
        hasher: &mut DefaultHasher,
    ) -> Option<()> {
        let declared = self.types.fields(name)?;
        (9_u8, fields.len()).hash(hasher);
        for (key, value) in fields {
            let declared = declared.get(key.as_str())?;
            key.as_str().hash(hasher);
            self.look(declared, value, levels, hasher)?;
        }
        Some(())
    }
}

fn look_at_simple(declared: &str, value: &Value, hasher: &mut DefaultHasher) -> Option<()> {
    match value {
        Value::Null => 1_u8.hash(hasher),
        Value::String(_) if TEXTS.contains(&declared) => 2_u8.hash(hasher),
        Value::Number(number) if NUMBERS.contains(&declared) => {
            (3_u8, number.is_i64(), number.is_u64()).hash(hasher);
        }
        Value::Boolean(value) => (4_u8, value).hash(hasher),
        Value::Number(number) => (5_u8, number.to_string()).hash(hasher),
        Value::String(text) if text.len() <= LONGEST_VALUE => (6_u8, text).hash(hasher),
        Value::Enum(name) => (7_u8, name.as_str()).hash(hasher),
        Value::String(_) | Value::List(_) | Value::Object(_) | Value::Binary(_) => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests;
