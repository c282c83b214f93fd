//! What cards, variants, options and what is told of a product hold of the fields that are asked of them.

use super::attribute::{ProductAttribute, ProductAttributeChoice, ProductRating};
use super::choice::Wanted;
use super::connection::ProductConnection;
use super::description::cut;
use super::figures::{Count, ProductPriceRange};
use super::held::{choices, named, offered, options, pictures, variants};
use super::option::{ProductOption, ProductOptionValue, ProductOptionValueSwatch};
use super::product::Product;
use super::texts::texts_at_once as texts;
use super::variant::{ProductVariant, SelectedOption};
use crate::domains::catalog::loaders::{AttributesOf, VariantById};
use crate::domains::catalog::{Options, Variant};
use crate::domains::collections::graphql::{TaxonomyCategory, shelves};
use crate::domains::collections::loaders::{CategoryTree, ShelvesOf};
use crate::domains::listing::loaders::CardById;
use crate::domains::shop::InContext;
use crate::domains::vendors::graphql::Vendor;
use crate::domains::vendors::loaders::VendorById;
use crate::graphql::gid::gid;
use crate::graphql::html::plain;
use crate::graphql::links::Links;
use crate::graphql::ready::{
    Asked, Described, Held, Holds, Stop, Table, text, text_or_null, value,
};
use crate::graphql::scalars::DateTime;
use async_graphql::Value;
use std::sync::Arc;
use uuid::Uuid;

impl Holds for Product {
    const FIELDS: Table<Self> = &[
        ("id", |product, _| text(gid("Product", product.0.id).0)),
        ("handle", |product, _| text(product.0.handle.as_str())),
        ("title", |product, _| text(product.0.title.as_str())),
        ("description", |product, asked| {
            described(asked, &texts(asked, &product.0)?.description_html)
        }),
        ("descriptionHtml", |product, asked| {
            let texts = texts(asked, &product.0)?;
            asked.charge_bytes(texts.description_html.len())?;
            text(texts.description_html.as_str())
        }),
        ("productType", |product, asked| {
            text(texts(asked, &product.0)?.product_type.as_str())
        }),
        ("tags", |product, asked| {
            value(&texts(asked, &product.0)?.tags)
        }),
        ("vendor", |product, _| text(product.0.vendor_name.as_str())),
        ("soldBy", |product, asked| {
            let vendor = asked.loaded::<VendorById>(product.0.vendor_id)?;
            asked.object(&Vendor(vendor.ok_or(Stop::Ordinary)?))
        }),
        ("availableForSale", |product, _| value(&product.0.in_stock)),
        ("createdAt", |product, _| {
            value(&DateTime(product.0.created_at))
        }),
        ("publishedAt", |product, _| {
            value(&DateTime(product.0.published_at))
        }),
        ("updatedAt", |product, _| {
            value(&DateTime(product.0.updated_at))
        }),
        ("seo", |product, asked| {
            asked.object(&texts(asked, &product.0)?.told())
        }),
        ("onlineStoreUrl", |product, asked| {
            let page = format!("products/{}", product.0.handle);
            text(asked.data::<Links>()?.page(&page))
        }),
        ("priceRange", |product, asked| {
            asked.object(&product.prices(asked.data::<InContext>()?))
        }),
        ("compareAtPriceRange", |product, asked| {
            asked.object(&product.compared(asked.data::<InContext>()?))
        }),
        ("attributes", |product, asked| {
            let known = asked
                .loaded::<AttributesOf>(product.0.id)?
                .unwrap_or_default();
            asked.charge(known.len())?;
            asked.made(known.iter().cloned().map(ProductAttribute))
        }),
        ("rating", |product, asked| {
            asked.object_or_null(ProductRating::of(&product.0).as_ref())
        }),
        ("featuredImage", |product, asked| {
            asked.object_or_null(product.featured().as_ref())
        }),
        ("images", |product, asked| {
            let order = Product::order_of_pictures(asked.argument("sortKey")?);
            let slice = asked.page()?.slice(order)?;
            let known = pictures(asked, product.0.id)?;
            asked.object(&product.page_of_pictures(&known, &slice, order))
        }),
        ("options", |product, asked| {
            let first = asked.argument::<Option<i32>>("first")?;
            let most = first
                .map(usize::try_from)
                .transpose()
                .map_err(|_| Stop::Ordinary)?;
            let known = offered(asked, product.0.id)?;
            asked.charge(known.len())?;
            let shown = known.iter().take(most.unwrap_or(known.len()));
            asked.made(shown.cloned().map(|option| ProductOption(Arc::new(option))))
        }),
        ("variants", |product, asked| {
            let order = Product::order_of_variants(asked.argument("sortKey")?);
            let slice = asked.page()?.slice(order)?;
            let (options, known) = match Product::by_choices(order) {
                true => choices(asked, product.0.id)?,
                false => (Options::default(), named(asked, product.0.id)?),
            };
            asked.object(&Product::page_of_variants(&known, &options, &slice, order))
        }),
        ("variantsCount", |product, asked| {
            asked.object(&Count::of(variants(asked, product.0.id)?.len()))
        }),
        ("totalInventory", |product, asked| {
            value(&Product::units(&variants(asked, product.0.id)?))
        }),
        ("variantBySelectedOptions", |product, asked| {
            let wanted = Wanted {
                options: asked.argument("selectedOptions")?,
                ignore_unknown: asked.argument_or("ignoreUnknownOptions", false)?,
                fold: asked.argument_or("caseInsensitiveMatch", false)?,
            }
            .checked()?;
            let (options, variants) = choices(asked, product.0.id)?;
            variant_or_null(asked, wanted.among(&variants, &options))
        }),
        ("selectedOrFirstAvailableVariant", |product, asked| {
            let chosen: Option<Vec<_>> = asked.argument("selectedOptions")?;
            let wanted = Wanted {
                options: chosen.unwrap_or_default(),
                ignore_unknown: asked.argument_or("ignoreUnknownOptions", true)?,
                fold: asked.argument_or("caseInsensitiveMatch", false)?,
            }
            .checked()?;
            let (options, variants) = choices(asked, product.0.id)?;
            let found = wanted.among(&variants, &options);
            variant_or_null(asked, found.or_else(|| Product::first_of(&variants)))
        }),
        ("collections", |product, asked| {
            let slice = asked.page()?.slice(shelves::BY_ID)?;
            let known = asked.loaded::<ShelvesOf>(product.0.id)?.unwrap_or_default();
            asked.object(&shelves::page(&known, &slice))
        }),
        ("trackingParameters", |product, _| {
            text_or_null(product.1.as_deref())
        }),
        ("category", |product, asked| {
            let Some(id) = product.0.category_id else {
                return Ok(Value::Null);
            };
            let tree = asked.loaded::<CategoryTree>(())?.unwrap_or_default();
            asked.object_or_null(TaxonomyCategory::of(&tree, id).as_ref())
        }),
    ];
}

/// A description as plain text, cut where it is asked.
///
/// # Errors
/// When the budget is used up, or the argument is refused.
pub fn described(asked: &Asked<'_, '_>, html: &str) -> Held {
    let most = asked.argument::<Option<i32>>("truncateAt")?;
    asked.charge_bytes(html.len())?;
    text(cut(plain(html), most)?)
}

/// The variant of this id, as far as the reader may see its product.
///
/// # Errors
/// When it is not known yet.
pub fn seen_variant(asked: &Asked<'_, '_>, id: Uuid) -> Result<Option<ProductVariant>, Stop> {
    let Some(variant) = asked.loaded::<VariantById>(id)? else {
        return Ok(None);
    };
    let seen = asked.loaded::<CardById>(variant.product_id)?.is_some();
    Ok(seen.then_some(ProductVariant(variant)))
}

fn variant_or_null(asked: &Asked<'_, '_>, found: Option<&Arc<Variant>>) -> Held {
    let variant = found.map(|variant| ProductVariant(Arc::clone(variant)));
    asked.object_or_null(variant.as_ref())
}

impl Holds for ProductConnection {
    const FIELDS: Table<Self> = &[
        ("edges", |products, asked| products.page.shown_edges(asked)),
        ("nodes", |products, asked| products.page.shown_nodes(asked)),
        ("pageInfo", |products, asked| {
            asked.object(products.page.info())
        }),
    ];
    /// Facets are counted.
    const ORDINARY: &'static [&'static str] = &["filters"];
}

impl Holds for ProductPriceRange {
    const FIELDS: Table<Self> = &[
        ("maxVariantPrice", |range, asked| {
            asked.object(&range.max_variant_price)
        }),
        ("minVariantPrice", |range, asked| {
            asked.object(&range.min_variant_price)
        }),
    ];
}

impl Holds for Count {
    const FIELDS: Table<Self> = &[
        ("count", |number, _| value(&number.count)),
        ("precision", |number, _| value(&number.precision)),
    ];
}

impl Holds for ProductVariant {
    const FIELDS: Table<Self> = &[
        ("id", |variant, _| {
            text(gid("ProductVariant", variant.0.id).0)
        }),
        ("title", |variant, asked| {
            let options = options(asked, variant.0.product_id)?;
            text(variant.0.named(&options))
        }),
        ("selectedOptions", |variant, asked| {
            let options = options(asked, variant.0.product_id)?;
            asked.list(&SelectedOption::all_of(&variant.0, &options))
        }),
        ("availableForSale", |variant, _| {
            value(&variant.0.is_available())
        }),
        ("currentlyNotInStock", |variant, _| {
            value(&(variant.0.is_available() && variant.0.available <= 0))
        }),
        ("quantityAvailable", |variant, _| {
            value(&i32::try_from(variant.0.available).unwrap_or(i32::MAX))
        }),
        ("price", price),
        ("priceV2", price),
        ("compareAtPrice", compare_at),
        ("compareAtPriceV2", compare_at),
        ("image", |variant, asked| {
            let product = product(variant, asked)?;
            asked.object_or_null(variant.picture(&product).as_ref())
        }),
        ("product", |variant, asked| {
            asked.object(&product(variant, asked)?)
        }),
        ("sku", |variant, _| text_or_null(variant.0.sku.as_deref())),
        ("barcode", |variant, _| {
            text_or_null(variant.0.barcode.as_deref())
        }),
        ("requiresShipping", |variant, _| {
            value(&variant.0.requires_shipping)
        }),
        ("taxable", |variant, _| value(&variant.0.taxable)),
        ("weight", |variant, _| {
            value(&f64::from(variant.0.weight_grams))
        }),
        ("weightUnit", |_, _| value(&ProductVariant::UNIT)),
    ];
}

fn price(variant: &ProductVariant, asked: &Asked<'_, '_>) -> Held {
    asked.object(&asked.data::<InContext>()?.money(variant.0.amount))
}

fn compare_at(variant: &ProductVariant, asked: &Asked<'_, '_>) -> Held {
    let context = asked.data::<InContext>()?;
    let before = variant.0.compare_at.map(|minor| context.money(minor));
    asked.object_or_null(before.as_ref())
}

fn product(variant: &ProductVariant, asked: &Asked<'_, '_>) -> Result<Product, Stop> {
    let card = asked.loaded::<CardById>(variant.0.product_id)?;
    card.map(Product::of).ok_or(Stop::Ordinary)
}

impl Holds for SelectedOption {
    const FIELDS: Table<Self> = &[
        ("name", |choice, _| text(choice.name.as_str())),
        ("value", |choice, _| text(choice.value.as_str())),
    ];
}

impl Holds for ProductOption {
    const FIELDS: Table<Self> = &[
        ("id", |option, _| text(gid("ProductOption", option.0.id).0)),
        ("name", |option, _| text(option.0.name.as_str())),
        ("optionValues", |option, asked| {
            asked.charge(option.0.values.len())?;
            asked.list(&option.choices())
        }),
        ("values", |option, _| {
            let names = option.0.values.iter();
            Ok(Value::List(
                names
                    .map(|value| Value::from(value.name.as_str()))
                    .collect(),
            ))
        }),
    ];
}

impl Holds for ProductOptionValue {
    const FIELDS: Table<Self> = &[
        ("id", |choice, _| {
            text(gid("ProductOptionValue", choice.id).0)
        }),
        ("name", |choice, _| {
            text(choice.row().map_or("", |row| &row.name))
        }),
        ("swatch", |choice, asked| {
            asked.object_or_null(choice.colored().as_ref())
        }),
        ("firstSelectableVariant", |choice, asked| {
            let variants = variants(asked, choice.option.product_id)?;
            variant_or_null(asked, choice.first_among(&variants))
        }),
    ];
}

impl Holds for ProductOptionValueSwatch {
    const FIELDS: Table<Self> = &[("color", |swatch, _| value(&swatch.color))];
}

impl Holds for ProductAttribute {
    const FIELDS: Table<Self> = &[
        ("handle", |attribute, _| text(attribute.0.handle.as_str())),
        ("name", |attribute, _| text(attribute.0.name.as_str())),
        ("kind", |attribute, _| value(&attribute.kinds())),
        ("value", |attribute, _| text(attribute.said())),
        ("number", |attribute, _| value(&attribute.counted())),
        ("unit", |attribute, _| {
            text_or_null(attribute.0.unit.as_deref())
        }),
        ("boolean", |attribute, _| value(&attribute.decided())),
        ("choices", |attribute, asked| {
            asked.list(&attribute.chosen())
        }),
    ];
}

impl Holds for ProductAttributeChoice {
    const FIELDS: Table<Self> = &[
        ("handle", |choice, _| text(choice.handle.as_str())),
        ("name", |choice, _| text(choice.name.as_str())),
        ("swatch", |choice, _| value(&choice.swatch)),
    ];
}

impl Holds for ProductRating {
    const FIELDS: Table<Self> = &[
        ("average", |rating, _| value(&rating.average)),
        ("count", |rating, _| value(&rating.count)),
    ];
}

/// The types whose tables stand here, for the test that holds them against the schema.
#[must_use]
pub fn ready_types() -> Vec<Described> {
    vec![
        Described::of::<Product>(),
        Described::of::<ProductConnection>(),
        Described::of::<ProductPriceRange>(),
        Described::of::<Count>(),
        Described::of::<ProductVariant>(),
        Described::of::<SelectedOption>(),
        Described::of::<ProductOption>(),
        Described::of::<ProductOptionValue>(),
        Described::of::<ProductOptionValueSwatch>(),
        Described::of::<ProductAttribute>(),
        Described::of::<ProductAttributeChoice>(),
        Described::of::<ProductRating>(),
    ]
}
