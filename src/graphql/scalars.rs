//! Scalars that are texts with a meaning.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{SecondsFormat, Utc};

/// A moment as ISO 8601 says it, in UTC to the second, such as `"2026-11-01T09:30:00Z"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment as ISO 8601 says it, in UTC to the second, such as `"2026-11-01T09:30:00Z"`.
#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => text.parse().map(Self).map_err(|_| {
                InputValueError::custom("a DateTime is written as 2026-11-01T09:30:00Z")
            }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// Declares a scalar that travels as a string.
macro_rules! text_scalar {
    ($(#[$meta:meta])* $name:ident, $graphql:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[$meta])*
        #[Scalar(name = $graphql)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => Ok(Self(text)),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    };
}

text_scalar!(
    /// A decimal number as a string, such as `"29.99"`: never rounded on the way.
    Decimal,
    "Decimal"
);
text_scalar!(
    /// An absolute address (RFC 3986).
    Url,
    "URL"
);
text_scalar!(
    /// A text with HTML markup.
    Html,
    "HTML"
);
text_scalar!(
    /// A JSON value, written as a string.
    Json,
    "JSON"
);
text_scalar!(
    /// A colour as `#rrggbb`.
    Color,
    "Color"
);
