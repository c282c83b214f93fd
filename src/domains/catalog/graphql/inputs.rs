//! What lists of products are sorted by and filtered with.

use crate::domains::listing::{Filter, Filters, Sort};
use crate::graphql::codes::CurrencyCode;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid;
use crate::graphql::lookup::bounded;
use crate::graphql::money::minor_from_units;
use async_graphql::{Enum, Error, InputObject};

/// What a list of products is sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductSortKeys {
    /// Most sold first.
    BestSelling,
    /// Oldest first.
    CreatedAt,
    /// By id, which is the order of creation.
    Id,
    /// Lowest price first.
    Price,
    /// By product type.
    ProductType,
    /// Best match of the search first; without a search, most sold first.
    Relevance,
    /// By title in the shop's base language.
    Title,
    /// Longest unchanged first.
    UpdatedAt,
    /// By the vendor's name.
    Vendor,
}

impl From<ProductSortKeys> for Sort {
    fn from(key: ProductSortKeys) -> Self {
        match key {
            ProductSortKeys::BestSelling => Self::BestSelling,
            ProductSortKeys::CreatedAt => Self::Created,
            ProductSortKeys::Id => Self::Id,
            ProductSortKeys::Price => Self::Price,
            ProductSortKeys::ProductType => Self::Type,
            ProductSortKeys::Relevance => Self::Relevance,
            ProductSortKeys::Title => Self::Title,
            ProductSortKeys::UpdatedAt => Self::Updated,
            ProductSortKeys::Vendor => Self::Vendor,
        }
    }
}

/// What the products of a collection are sorted by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductCollectionSortKeys {
    /// Most sold first.
    BestSelling,
    /// As the collection was arranged; a category shows what sells most first.
    CollectionDefault,
    /// Oldest first.
    Created,
    /// By id, which is the order of creation.
    Id,
    /// As the collection was arranged by hand.
    Manual,
    /// Lowest price first.
    Price,
    /// As the collection was arranged.
    Relevance,
    /// By title in the shop's base language.
    Title,
}

impl From<ProductCollectionSortKeys> for Sort {
    fn from(key: ProductCollectionSortKeys) -> Self {
        match key {
            ProductCollectionSortKeys::BestSelling => Self::BestSelling,
            ProductCollectionSortKeys::Created => Self::Created,
            ProductCollectionSortKeys::Id => Self::Id,
            ProductCollectionSortKeys::Price => Self::Price,
            ProductCollectionSortKeys::Title => Self::Title,
            ProductCollectionSortKeys::CollectionDefault
            | ProductCollectionSortKeys::Manual
            | ProductCollectionSortKeys::Relevance => Self::Position,
        }
    }
}

/// What a list of products lets through. Several filters of one kind let through what any of them does; different kinds let
/// through what all do.
#[derive(InputObject, Clone, Debug)]
pub struct ProductFilter {
    /// Whether the product can be bought.
    pub available: Option<bool>,
    /// The category that the product stands in, or one above that.
    pub category: Option<CategoryFilter>,
    /// What a variant of the product costs.
    pub price: Option<PriceRangeFilter>,
    /// An attribute of the product: namespace `attribute`, the attribute's handle as key, and as value the handle of a choice, a
    /// number, `true`, `false`, or a text. Stars are namespace `reviews` with key `rating`.
    pub product_metafield: Option<MetafieldFilter>,
    /// The product's type.
    pub product_type: Option<String>,
    /// The name of the vendor.
    pub product_vendor: Option<String>,
    /// How well the product was rated.
    pub rating: Option<RatingFilter>,
    /// A tag of the product.
    pub tag: Option<String>,
    /// A choice of the product.
    pub variant_option: Option<VariantOptionFilter>,
}

/// A category, with all that are below it.
#[derive(InputObject, Clone, Debug)]
pub struct CategoryFilter {
    /// Global id of the category: that of a `TaxonomyCategory` or of the `Collection` that it is.
    pub id: String,
}

/// A property of the product.
#[derive(InputObject, Clone, Debug)]
pub struct MetafieldFilter {
    /// Its name within the namespace.
    pub key: String,
    /// `attribute` or `reviews`.
    pub namespace: String,
    /// What it is.
    pub value: String,
}

/// The average of the stars that a product was given.
#[derive(InputObject, Clone, Debug)]
pub struct RatingFilter {
    /// At least so many stars: 1 to 5.
    pub min: i32,
}

/// Prices from and up to, both included, in units of the reader's currency.
#[derive(InputObject, Clone, Debug)]
pub struct PriceRangeFilter {
    /// At most.
    pub max: Option<f64>,
    /// At least.
    #[graphql(default_with = "Some(0.0)")]
    pub min: Option<f64>,
}

/// A choice, such as `Colour` and `Red`.
#[derive(InputObject, Clone, Debug)]
pub struct VariantOptionFilter {
    /// Name of the option.
    pub name: String,
    /// Name of the choice.
    pub value: String,
}

const MOST_FILTERS: usize = 50;
/// Each is counted by a search of its own.
const MOST_GROUPS: usize = 20;
const LONGEST_NAME: usize = 255;

/// Checks filters and reads them with amounts in `currency`.
///
/// # Errors
/// `BAD_USER_INPUT` for too many filters, a text over its bound, or a price that is none.
pub fn filters(
    given: Option<Vec<ProductFilter>>,
    currency: CurrencyCode,
) -> Result<Filters, Error> {
    let mut read = Vec::new();
    for filter in given.unwrap_or_default() {
        read.extend(each(filter, currency)?);
        // Each may say several things at once.
        if read.len() > MOST_FILTERS {
            return Err(client_error(
                ErrorCode::BadUserInput,
                format!("There are more than {MOST_FILTERS} filters."),
            ));
        }
    }
    let filters = Filters(read);
    if filters.groups() > MOST_GROUPS {
        return Err(client_error(
            ErrorCode::BadUserInput,
            format!(
                "The filters are of more than {MOST_GROUPS} different properties: each option and attribute is one, as are price, \
                 availability, category and so on."
            ),
        ));
    }
    Ok(filters)
}

fn each(filter: ProductFilter, currency: CurrencyCode) -> Result<Vec<Filter>, Error> {
    let mut read = Vec::new();
    read.extend(filter.available.map(Filter::Available));
    if let Some(category) = filter.category {
        read.push(of_category(&category.id)?);
    }
    if let Some(range) = filter.price {
        read.push(price(&range, currency)?);
    }
    if let Some(property) = filter.product_metafield {
        read.push(of_property(property)?);
    }
    if let Some(rating) = filter.rating {
        read.push(rated("rating.min", u8::try_from(rating.min).ok())?);
    }
    if let Some(name) = filter.product_type {
        read.push(Filter::Type(bounded("productType", name, LONGEST_NAME)?));
    }
    if let Some(name) = filter.product_vendor {
        read.push(Filter::Vendor(bounded(
            "productVendor",
            name,
            LONGEST_NAME,
        )?));
    }
    if let Some(name) = filter.tag {
        read.push(Filter::Tag(bounded("tag", name, LONGEST_NAME)?));
    }
    if let Some(choice) = filter.variant_option {
        let name = bounded("variantOption.name", choice.name, LONGEST_NAME)?;
        read.push(Filter::Option {
            name,
            value: bounded("variantOption.value", choice.value, LONGEST_NAME)?,
        });
    }
    Ok(read)
}

fn of_category(id: &str) -> Result<Filter, Error> {
    // A category has both names: `TaxonomyCategory` among products, `Collection` among shelves.
    let id = gid::expect("TaxonomyCategory", id).or_else(|_| gid::expect("Collection", id))?;
    Ok(Filter::Category(id))
}

fn of_property(given: MetafieldFilter) -> Result<Filter, Error> {
    let text = |name: &str, text| bounded(&format!("productMetafield.{name}"), text, LONGEST_NAME);
    let key = text("key", given.key)?;
    let value = text("value", given.value)?;
    match (given.namespace.as_str(), key.as_str()) {
        ("attribute", _) => Ok(Filter::Attribute { handle: key, value }),
        ("reviews", "rating") => rated("productMetafield.value", value.parse().ok()),
        _ => Err(client_error(
            ErrorCode::BadUserInput,
            "`productMetafield` is neither `attribute` with the handle of an attribute nor `reviews` with `rating`.",
        )),
    }
}

fn rated(name: &str, stars: Option<u8>) -> Result<Filter, Error> {
    stars
        .filter(|stars| (1..=5).contains(stars))
        .map(Filter::Rating)
        .ok_or_else(|| {
            client_error(
                ErrorCode::BadUserInput,
                format!("`{name}` is no number of stars: pass 1 to 5."),
            )
        })
}

fn price(range: &PriceRangeFilter, currency: CurrencyCode) -> Result<Filter, Error> {
    let minor = |name: &str, units: f64| {
        minor_from_units(units, currency)
            .filter(|minor| *minor >= 0)
            .ok_or_else(|| {
                client_error(
                    ErrorCode::BadUserInput,
                    format!("`price.{name}` is no amount that something can cost."),
                )
            })
    };
    let min = minor("min", range.min.unwrap_or(0.0))?;
    let max = range.max.map(|max| minor("max", max)).transpose()?;
    if max.is_some_and(|max| max < min) {
        return Err(client_error(
            ErrorCode::BadUserInput,
            "`price.max` is less than `price.min`.",
        ));
    }
    Ok(Filter::Price { min, max })
}
