//! How many rows a field asks for.

use std::convert::Infallible;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Field, VariableDefinition},
};

/// Arguments that say how many rows are wanted: the length of a page, or the rows one by one.
const ROW_ARGUMENTS: [&str; 4] = ["first", "last", "limit", "ids"];

/// Counts rows by the values that the variables have in this request.
pub(super) struct Rows<'a> {
    /// The variables that the executed operation defines, with their default values.
    pub definitions: &'a [Positioned<VariableDefinition>],
    /// The values that came with the request.
    pub variables: &'a Variables,
    /// The longest page there is.
    pub page_size: usize,
}

impl Rows<'_> {
    /// The rows that `field` itself asks for: its page, or one where it has fields of its own, or none.
    pub fn of(&self, field: &Field) -> usize {
        let page = ROW_ARGUMENTS
            .iter()
            .filter_map(|name| self.asked_by(field, name))
            .max();
        let unpaged = usize::from(!field.selection_set.node.items.is_empty());
        page.map_or(unpaged, |rows| rows.min(self.page_size))
    }

    fn asked_by(&self, field: &Field, argument: &str) -> Option<usize> {
        let value = field.get_argument(argument)?.node.clone();
        // A variable stands for the number of rows that it asks for, so that a long list is not copied.
        let number = |name: Name| self.variable(&name).map_or(Value::Null, Value::from);
        rows_in(
            &value
                .into_const_with(|name| Ok::<_, Infallible>(number(name)))
                .ok()?,
        )
    }

    fn variable(&self, name: &Name) -> Option<usize> {
        let default = || {
            let defined = self
                .definitions
                .iter()
                .find(|it| it.node.name.node == *name)?;
            defined.node.default_value()
        };
        rows_in(self.variables.get(name).or_else(default)?)
    }
}

/// What a value asks for; nothing for what is no number and no list, which validation refuses.
fn rows_in(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) => {
            let rows = number.as_u64().unwrap_or_default();
            Some(usize::try_from(rows).unwrap_or(usize::MAX))
        }
        Value::List(items) => Some(items.len()),
        _ => None,
    }
}
