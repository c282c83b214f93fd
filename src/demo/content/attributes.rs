//! The shapes of the files about types and attributes, field for field.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Text;

/// A kind of thing, and what is told of things of that kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductType {
    /// Unique among types.
    pub handle: String,
    /// What it is called.
    pub name: Text,
    /// The handles of its attributes, in the order in which they are shown.
    pub attributes: Vec<String>,
}

/// Something that is told of products of some types.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Unique among attributes.
    pub handle: String,
    /// What it is called.
    pub name: Text,
    /// What values it has.
    pub kind: AttributeKind,
    /// What a number counts.
    #[serde(default)]
    pub unit: Option<Text>,
    /// Whether lists can be narrowed down by it.
    #[serde(default = "yes")]
    pub filterable: bool,
    /// What it can be, in order; for kinds of choices only.
    #[serde(default)]
    pub choices: Vec<AttributeChoice>,
}

fn yes() -> bool {
    true
}

/// What values an attribute has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttributeKind {
    /// Words.
    Text,
    /// A number, of some unit perhaps.
    Number,
    /// Yes or no.
    Boolean,
    /// Some of a list.
    Choice,
    /// Some of a list of colours.
    Color,
}

impl AttributeKind {
    /// As the database names it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "TEXT",
            Self::Number => "NUMBER",
            Self::Boolean => "BOOLEAN",
            Self::Choice => "CHOICE",
            Self::Color => "COLOR",
        }
    }
}

/// One of the things that an attribute can be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeChoice {
    /// Unique within the attribute.
    pub handle: String,
    /// What it is called.
    pub name: Text,
    /// The colour, as `#rrggbb`.
    #[serde(default)]
    pub swatch: Option<String>,
}

/// What is told of a product, beside what its vendor and its colours tell.
#[derive(Debug, Clone, Deserialize)]
pub struct Traits {
    /// The handle of its type.
    #[serde(rename = "type")]
    pub product_type: String,
    /// What its attributes are, by their handles.
    #[serde(flatten)]
    pub values: BTreeMap<String, Trait>,
}

/// What an attribute is.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Trait {
    /// Yes or no.
    Yes(bool),
    /// A number.
    Number(i64),
    /// The handles of choices.
    Choices(Vec<String>),
    /// Words.
    Text(Text),
}
