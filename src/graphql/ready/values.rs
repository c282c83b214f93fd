//! Values of fields without a selection.

use super::walk::Held;
use async_graphql::{InputType, Value};

/// A text.
///
/// # Errors
/// None: it has the type of a table's entries.
pub fn text(text: impl Into<String>) -> Held {
    Ok(Value::String(text.into()))
}

/// A text that may be missing.
///
/// # Errors
/// None: it has the type of a table's entries.
pub fn text_or_null(text: Option<&str>) -> Held {
    Ok(text.map_or(Value::Null, |text| Value::String(text.to_owned())))
}

/// A number, a truth, a scalar or a value of an enum; or a list of them, or what may be missing.
///
/// # Errors
/// None: it has the type of a table's entries.
pub fn value(value: &impl InputType) -> Held {
    Ok(value.to_value())
}
