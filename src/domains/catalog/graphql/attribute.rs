//! What is told of a product, in the schema.

use crate::domains::catalog::{Attribute, AttributeKind, AttributeValue, Choice};
use crate::domains::listing::Card;
use crate::graphql::scalars::Color;
use async_graphql::{Enum, Object, SimpleObject};

/// What values an attribute of products has.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductAttributeKind {
    /// Yes or no.
    Boolean,
    /// One or several of a list.
    Choice,
    /// One or several of a list of colors.
    Color,
    /// A number, with a unit where it counts something.
    Number,
    /// Words.
    Text,
}

impl From<AttributeKind> for ProductAttributeKind {
    fn from(kind: AttributeKind) -> Self {
        match kind {
            AttributeKind::Boolean => Self::Boolean,
            AttributeKind::Choice => Self::Choice,
            AttributeKind::Color => Self::Color,
            AttributeKind::Number => Self::Number,
            AttributeKind::Text => Self::Text,
        }
    }
}

/// Something that is told of a product, such as its material or its volume.
pub struct ProductAttribute(pub(super) Attribute);

/// Something that is told of a product, such as its material or its volume.
#[Object]
impl ProductAttribute {
    /// Its name for filters: the key of `productMetafield` in the namespace `attribute`.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What values it has.
    async fn kind(&self) -> ProductAttributeKind {
        self.kinds()
    }

    /// What it is, as text in the reader's language: the names of choices, a number without its unit, `true` or `false`, or words.
    async fn value(&self) -> String {
        self.said()
    }

    /// The number, when it is one.
    async fn number(&self) -> Option<f64> {
        self.counted()
    }

    /// What the number counts, such as `ml`.
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// Yes or no, when it is that.
    async fn boolean(&self) -> Option<bool> {
        self.decided()
    }

    /// Which of its choices, when it has any.
    async fn choices(&self) -> Vec<ProductAttributeChoice> {
        self.chosen()
    }
}

impl ProductAttribute {
    pub(super) fn kinds(&self) -> ProductAttributeKind {
        self.0.kind.into()
    }

    pub(super) fn said(&self) -> String {
        match &self.0.value {
            AttributeValue::Text(text) | AttributeValue::Number(text) => text.clone(),
            AttributeValue::Boolean(yes) => yes.to_string(),
            AttributeValue::Choices(choices) => {
                let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
                names.join(", ")
            }
        }
    }

    pub(super) fn counted(&self) -> Option<f64> {
        match &self.0.value {
            AttributeValue::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    pub(super) const fn decided(&self) -> Option<bool> {
        match self.0.value {
            AttributeValue::Boolean(yes) => Some(yes),
            _ => None,
        }
    }

    pub(super) fn chosen(&self) -> Vec<ProductAttributeChoice> {
        match &self.0.value {
            AttributeValue::Choices(choices) => choices.iter().cloned().map(Into::into).collect(),
            _ => Vec::new(),
        }
    }
}

/// One of the things that an attribute can be.
#[derive(SimpleObject)]
pub struct ProductAttributeChoice {
    /// Its name for filters: the value of `productMetafield`.
    pub(super) handle: String,
    /// What it is called.
    pub(super) name: String,
    /// The color to show beside the name.
    pub(super) swatch: Option<Color>,
}

impl From<Choice> for ProductAttributeChoice {
    fn from(choice: Choice) -> Self {
        Self {
            handle: choice.handle,
            name: choice.name,
            swatch: choice.swatch.map(Color),
        }
    }
}

/// What buyers said of a product, in stars.
#[derive(SimpleObject)]
pub struct ProductRating {
    /// The average, 1 to 5, with two decimals.
    pub(super) average: f64,
    /// How many rated it.
    pub(super) count: i32,
}

impl ProductRating {
    /// What a card says of it; nothing when nobody rated it.
    pub(super) fn of(card: &Card) -> Option<Self> {
        let (count, stars) = (card.reviews?, card.stars?);
        let average = f64::from(stars) / f64::from(count.max(1));
        Some(Self {
            average: (average * 100.0).round() / 100.0,
            count,
        })
    }
}
