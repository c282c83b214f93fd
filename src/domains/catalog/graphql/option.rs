//! Options of a product in the schema.

use super::parts;
use super::variant::ProductVariant;
use crate::domains::catalog::{OptionRow, ValueRow, Variant};
use crate::graphql::budget::charge;
use crate::graphql::gid::gid;
use crate::graphql::scalars::Color;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use std::sync::Arc;
use uuid::Uuid;

/// What a buyer chooses about a product, such as its size.
pub struct ProductOption(pub Arc<OptionRow>);

/// What a buyer chooses about a product, such as its size.
#[Object]
impl ProductOption {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("ProductOption", self.0.id)
    }

    /// What is chosen.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The choices.
    async fn option_values(&self, ctx: &Context<'_>) -> Result<Vec<ProductOptionValue>> {
        charge(ctx, self.0.values.len()).await;
        Ok(self.choices())
    }

    /// The names of the choices.
    #[graphql(deprecation = "Use `optionValues`.")]
    async fn values(&self) -> Vec<&str> {
        self.0
            .values
            .iter()
            .map(|value| value.name.as_str())
            .collect()
    }
}

impl ProductOption {
    pub(super) fn choices(&self) -> Vec<ProductOptionValue> {
        let of = |value: &ValueRow| ProductOptionValue {
            option: Arc::clone(&self.0),
            id: value.id,
        };
        self.0.values.iter().map(of).collect()
    }
}

/// One choice of an option.
pub struct ProductOptionValue {
    pub(super) option: Arc<OptionRow>,
    pub(super) id: Uuid,
}

impl ProductOptionValue {
    /// The choice of this id, if the option has it.
    #[must_use]
    pub fn of(option: Arc<OptionRow>, id: Uuid) -> Option<Self> {
        option
            .values
            .iter()
            .any(|value| value.id == id)
            .then_some(Self { option, id })
    }

    pub(super) fn row(&self) -> Option<&ValueRow> {
        self.option.values.iter().find(|value| value.id == self.id)
    }

    pub(super) fn colored(&self) -> Option<ProductOptionValueSwatch> {
        let color = self.row()?.swatch.clone()?;
        Some(ProductOptionValueSwatch {
            color: Some(Color(color)),
        })
    }

    /// The first variant of this choice that can be bought, else the first there is.
    pub(super) fn first_among<'a>(&self, variants: &'a [Arc<Variant>]) -> Option<&'a Arc<Variant>> {
        let of_choice = || {
            variants
                .iter()
                .filter(|variant| variant.values().contains(&self.id))
        };
        of_choice()
            .find(|variant| variant.is_available())
            .or_else(|| of_choice().next())
    }
}

/// One choice of an option.
#[Object]
impl ProductOptionValue {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("ProductOptionValue", self.id)
    }

    /// What the choice is called.
    async fn name(&self) -> &str {
        self.row().map_or("", |value| &value.name)
    }

    /// What to show beside the name.
    async fn swatch(&self) -> Option<ProductOptionValueSwatch> {
        self.colored()
    }

    /// The first variant of this choice that can be bought, else the first there is.
    async fn first_selectable_variant(&self, ctx: &Context<'_>) -> Result<Option<ProductVariant>> {
        let variants = parts::variants(ctx, self.option.product_id).await?;
        let found = self.first_among(&variants);
        Ok(found.map(|variant| ProductVariant(Arc::clone(variant))))
    }
}

/// What is shown beside the name of a choice.
#[derive(SimpleObject)]
pub struct ProductOptionValueSwatch {
    /// Its colour.
    pub(super) color: Option<Color>,
}
