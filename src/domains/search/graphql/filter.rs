//! What products can be narrowed down by, in the schema.

use crate::graphql::budget::charge;
use crate::graphql::scalars::{Color, Json};
use async_graphql::{Context, Enum, Object, Result, SimpleObject};

/// Something that products can be narrowed down by, such as a colour.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What tells it from others.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What kind of values it has.
    pub kind: FilterType,
    /// How its values are shown.
    pub presentation: Option<FilterPresentation>,
    /// Its values.
    pub values: Vec<FilterValue>,
    /// Whether they were counted one by one.
    pub counts_are_exact: bool,
}

/// Something that products can be narrowed down by, such as a colour.
#[Object]
impl Filter {
    /// What tells it from others.
    async fn id(&self) -> &str {
        &self.id
    }

    /// What it is called in the reader's language.
    async fn label(&self) -> &str {
        &self.label
    }

    /// What kind of values it has.
    #[graphql(name = "type")]
    async fn kind(&self) -> FilterType {
        self.kind
    }

    /// How its values are best shown; `null` unless they are a list.
    async fn presentation(&self) -> Option<FilterPresentation> {
        self.presentation
    }

    /// What can be chosen. Several values of one filter let through what any of them does. What was chosen stays here, be it that
    /// nothing is left with it.
    async fn values(&self, ctx: &Context<'_>) -> Result<&[FilterValue]> {
        charge(ctx, self.values.len()).await;
        Ok(&self.values)
    }

    /// Whether the products of each value were counted. Of a very large number of products some are counted for all: then they are
    /// estimates, and values that few products have may not be told.
    async fn counts_are_exact(&self) -> bool {
        self.counts_are_exact
    }
}

/// Something that can be chosen of a filter, such as red.
#[derive(SimpleObject, Debug, Clone)]
pub struct FilterValue {
    /// What tells it from others.
    pub id: String,
    /// What it is called in the reader's language.
    pub label: String,
    /// How many products are found with it: those that all other filters let through.
    pub count: i32,
    /// The filter as it is sent back: read as JSON it is a `ProductFilter`.
    pub input: Json,
    /// The colour to show beside it.
    pub swatch: Option<Swatch>,
}

/// How a value looks.
#[derive(SimpleObject, Debug, Clone)]
pub struct Swatch {
    /// The colour.
    pub color: Option<Color>,
}

/// What kind of values a filter has.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterType {
    /// Yes or no.
    Boolean,
    /// A list to choose from.
    List,
    /// From and up to which price.
    PriceRange,
}

/// How the values of a filter are best shown.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterPresentation {
    /// As colours.
    Swatch,
    /// As texts.
    Text,
}
