//! A variant in the schema.

use super::parts;
use super::product::Product;
use crate::domains::catalog::{OptionRow, Options, ValueRow, Variant};
use crate::domains::listing::loaders::CardById;
use crate::domains::media::Picture;
use crate::domains::media::graphql::Image;
use crate::domains::shop::InContext;
use crate::graphql::batch::Loader;
use crate::graphql::error::internal;
use crate::graphql::gid::gid;
use crate::graphql::money::MoneyV2;
use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use std::sync::Arc;

/// One choice of a product's options: what is put in a cart.
pub struct ProductVariant(pub Arc<Variant>);

/// A choice that a variant stands for.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct SelectedOption {
    /// Name of the option.
    pub name: String,
    /// Name of the choice.
    pub value: String,
}

/// A choice that is looked for.
#[derive(InputObject, Debug, Clone)]
pub struct SelectedOptionInput {
    /// Name of the option.
    pub name: String,
    /// Name of the choice.
    pub value: String,
}

/// What a weight is counted in.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightUnit {
    /// Grams.
    Grams,
    /// Kilograms.
    Kilograms,
    /// Ounces.
    Ounces,
    /// Pounds.
    Pounds,
}

/// One choice of a product's options: what is put in a cart.
#[Object]
impl ProductVariant {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("ProductVariant", self.0.id)
    }

    /// The names of its choices, such as `Blue / L`.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        let options = self.options(ctx).await?;
        Ok(self.0.named(&options))
    }

    /// Its choices, in the order of the product's options.
    async fn selected_options(&self, ctx: &Context<'_>) -> Result<Vec<SelectedOption>> {
        let options = self.options(ctx).await?;
        Ok(SelectedOption::all_of(&self.0, &options))
    }

    /// Whether it can be bought.
    async fn available_for_sale(&self) -> bool {
        self.0.is_available()
    }

    /// Whether it can be bought though none is in stock.
    async fn currently_not_in_stock(&self) -> bool {
        self.0.is_available() && self.0.available <= 0
    }

    /// How many can be bought.
    async fn quantity_available(&self) -> Option<i32> {
        Some(i32::try_from(self.0.available).unwrap_or(i32::MAX))
    }

    /// What it costs.
    async fn price(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        Ok(ctx.data::<InContext>()?.money(self.0.amount))
    }

    /// What it costs.
    #[graphql(name = "priceV2", deprecation = "Use `price`.")]
    async fn price_v2(&self, ctx: &Context<'_>) -> Result<MoneyV2> {
        Ok(ctx.data::<InContext>()?.money(self.0.amount))
    }

    /// The price to strike through, when it is reduced.
    async fn compare_at_price(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>> {
        self.compare_at(ctx)
    }

    /// The price to strike through, when it is reduced.
    #[graphql(name = "compareAtPriceV2", deprecation = "Use `compareAtPrice`.")]
    async fn compare_at_price_v2(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>> {
        self.compare_at(ctx)
    }

    /// Its own picture, else the product's featured one.
    async fn image(&self, ctx: &Context<'_>) -> Result<Option<Image>> {
        Ok(self.picture(&self.listed(ctx).await?))
    }

    /// Its product.
    async fn product(&self, ctx: &Context<'_>) -> Result<Product> {
        self.listed(ctx).await
    }

    /// What its vendor calls it.
    async fn sku(&self) -> Option<&str> {
        self.0.sku.as_deref()
    }

    /// What stands under its bars.
    async fn barcode(&self) -> Option<&str> {
        self.0.barcode.as_deref()
    }

    /// Whether it has to be sent.
    async fn requires_shipping(&self) -> bool {
        self.0.requires_shipping
    }

    /// Whether tax is owed on it.
    async fn taxable(&self) -> bool {
        self.0.taxable
    }

    /// What it weighs, in `weightUnit`.
    async fn weight(&self) -> Option<f64> {
        Some(f64::from(self.0.weight_grams))
    }

    /// What its weight is counted in.
    async fn weight_unit(&self) -> WeightUnit {
        Self::UNIT
    }
}

impl SelectedOption {
    pub(super) fn all_of(variant: &Variant, options: &[OptionRow]) -> Vec<Self> {
        let choices = variant.choices(options).into_iter();
        let of = |(option, value): (&OptionRow, &ValueRow)| Self {
            name: option.name.clone(),
            value: value.name.clone(),
        };
        choices.map(of).collect()
    }
}

impl ProductVariant {
    pub(super) const UNIT: WeightUnit = WeightUnit::Grams;

    /// Its own picture, else the featured one of its product.
    pub(super) fn picture(&self, product: &Product) -> Option<Image> {
        let row = &self.0;
        let own = row
            .image_id
            .zip(row.image_file_id)
            .zip(row.image_width.zip(row.image_height));
        let Some(((id, file_id), (width, height))) = own else {
            return product.featured();
        };
        let alt = row.image_alt.clone();
        Some(Image(Picture {
            id,
            file_id,
            width,
            height,
            alt: alt.or_else(|| Some(product.0.title.clone())),
        }))
    }

    async fn options(&self, ctx: &Context<'_>) -> Result<Options> {
        parts::options(ctx, self.0.product_id).await
    }

    async fn listed(&self, ctx: &Context<'_>) -> Result<Product> {
        let card = ctx
            .data::<Loader<CardById>>()?
            .load(self.0.product_id)
            .await?;
        card.map(Product::of)
            .ok_or_else(|| internal("a variant was answered whose product the reader may not see"))
    }

    fn compare_at(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>> {
        let context = ctx.data::<InContext>()?;
        Ok(self.0.compare_at.map(|minor| context.money(minor)))
    }
}
