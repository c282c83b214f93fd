//! Bounds on the variables of a request.

use async_graphql::{Value, Variables};

use super::{Limits, Violation};

/// Checks how deep the variables go and how many values they hold. All their bytes are bounded by the body's length, those of one text here.
///
/// # Errors
/// The first limit that the variables are over.
pub fn check_variables(variables: &Variables, limits: &Limits) -> Result<(), Violation> {
    let mut seen = 0;
    variables
        .values()
        .try_for_each(|value| check(value, 1, &mut seen, limits))
}

fn check(value: &Value, depth: usize, seen: &mut usize, limits: &Limits) -> Result<(), Violation> {
    *seen += 1;
    if *seen > limits.variable_values {
        return Err(Violation::VariableValues(limits.variable_values));
    }
    if depth > limits.variable_depth {
        return Err(Violation::VariableDepth(limits.variable_depth));
    }
    match value {
        Value::List(items) => items
            .iter()
            .try_for_each(|item| check(item, depth + 1, seen, limits)),
        Value::Object(fields) => fields
            .values()
            .try_for_each(|field| check(field, depth + 1, seen, limits)),
        Value::String(text) if text.len() > limits.variable_text => {
            Err(Violation::VariableText(limits.variable_text))
        }
        _ => Ok(()),
    }
}
