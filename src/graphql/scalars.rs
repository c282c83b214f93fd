//! Scalars that are texts with a meaning.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

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
    /// A colour as `#rrggbb`.
    Color,
    "Color"
);
