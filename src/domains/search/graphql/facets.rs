//! Filters made of counts: in what order they stand, what they are called, and what is sent back to choose a value.

use super::filter::{Filter, FilterPresentation, FilterType, FilterValue, Swatch};
use super::phrases::{Phrases, phrases};
use crate::domains::listing::{FacetKind, Filters, Narrowing};
use crate::domains::search::ask::{Ask, Page, SearchSort, Unavailable, Within};
use crate::domains::search::labels::{Label, labels};
use crate::domains::search::names::Names;
use crate::domains::search::service::{Facets, Outcome, Search};
use crate::domains::shop::InContext;
use crate::graphql::gid::gid;
use crate::graphql::scalars::{Color, Json};
use crate::platform::db::DbError;
use async_graphql::Context;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::sync::Arc;
use uuid::Uuid;

/// Tags are shown when there are no more than so many: more are no help.
const MOST_TAGS: usize = 20;

/// A list whose filters are asked for.
#[derive(Debug, Clone)]
pub struct FacetsOf {
    /// Among which products.
    pub within: Within,
    /// What was chosen.
    pub filters: Filters,
}

/// The filters of a list, counted over all of it.
///
/// # Errors
/// When no engine answers, or the operation has asked for too many of them.
pub async fn filters_of(ctx: &Context<'_>, of: &FacetsOf) -> Outcome<Vec<Filter>> {
    let search = Search::of(ctx)?;
    search.begin()?;
    let tuned = search.tuned().await?;
    let ask = Ask {
        text: String::new(),
        prefix: false,
        tuning: Arc::clone(&tuned.tuning),
        within: of.within,
        narrowing: search.narrowing(&of.filters).await?,
        unavailable: Unavailable::Show,
        sort: SearchSort::BestSelling,
        reverse: false,
        without: Vec::new(),
        page: Page {
            limit: 0,
            from: None,
            backwards: false,
        },
        facets: true,
        hits: false,
        total: false,
        words: false,
    };
    let facets = search.facets(ask).await?.unwrap_or_default();
    filters(ctx, &search, &facets).await
}

/// The filters of what was counted.
pub(super) async fn filters(
    ctx: &Context<'_>,
    search: &Search<'_>,
    facets: &Facets,
) -> Outcome<Vec<Filter>> {
    let chosen: Vec<i32> = facets
        .narrowing
        .groups
        .iter()
        .flat_map(|group| group.values.iter().copied())
        .collect();
    let mut counts: Vec<(i32, i64)> = facets
        .counts
        .values
        .iter()
        .map(|(id, hits)| (*id, i64::try_from(*hits).unwrap_or(i64::MAX)))
        .collect();
    let missing = |id: &&i32| !facets.counts.values.contains_key(id);
    counts.extend(chosen.iter().filter(missing).map(|id| (*id, 0)));
    let labels = if counts.is_empty() {
        Vec::new()
    } else {
        let mut conn = search.database.get().await?;
        let names = ctx.data::<Names>()?;
        labels(&mut conn, names, counts, &chosen, search.context)
            .await
            .map_err(DbError::from)?
    };
    Ok(composed(labels, facets, search.context))
}

/// Filters in their order: what every product has first, then what some have.
fn composed(mut labels: Vec<Label>, facets: &Facets, context: &InContext) -> Vec<Filter> {
    let words = phrases(context.language);
    labels.sort_by_cached_key(|label| (field_order(label), value_order(label)));
    let mut filters: Vec<(u8, Filter)> = vec![
        (1, price(facets, context, words)),
        (2, availability(facets, words)),
    ];
    for field in labels.chunk_by(|a, b| (a.kind, &a.field) == (b.kind, &b.field)) {
        let Some(first) = field.first() else {
            continue;
        };
        if first.kind == FacetKind::Tag && field.len() > MOST_TAGS {
            continue;
        }
        let exact = is_exact(facets, |narrowing| {
            let mut groups = narrowing.groups.iter();
            groups.any(|group| (group.kind, &group.field) == (first.kind, &first.field))
        });
        filters.push((rank(first.kind), list(field, (first, exact), words)));
    }
    filters.sort_by_key(|(rank, _)| *rank);
    filters.into_iter().map(|(_, filter)| filter).collect()
}

/// Whether the values of a filter were counted one by one. Those of one that was chosen from are counted of more products.
fn is_exact(facets: &Facets, chosen: impl Fn(&Narrowing) -> bool) -> bool {
    if chosen(&facets.narrowing) {
        facets.counts.own_exact
    } else {
        facets.counts.exact
    }
}

const fn rank(kind: FacetKind) -> u8 {
    match kind {
        FacetKind::Category => 0,
        FacetKind::Rating => 3,
        FacetKind::Type => 4,
        FacetKind::Vendor => 5,
        FacetKind::Attribute => 6,
        FacetKind::Option => 7,
        FacetKind::Tag => 8,
    }
}

fn field_order(label: &Label) -> (u8, i32, String) {
    (rank(label.kind), label.field_place, label.field.clone())
}

/// Choices as they were arranged, numbers and stars by size, sizes of clothes as they grow, and else what most have first.
fn value_order(label: &Label) -> (i32, i64, Reverse<i64>, String) {
    let most_first = (0, 0, Reverse(label.hits), label.label.clone());
    let by = |place: i64| (0, place, Reverse(0), label.label.clone());
    match label.kind {
        FacetKind::Rating => by(label.value.parse().map_or(0, |stars: i64| -stars)),
        FacetKind::Attribute => match label.attribute.as_deref() {
            Some("NUMBER") => by(thousandths(&label.value).unwrap_or(i64::MAX)),
            Some("TEXT") => most_first,
            Some("BOOLEAN") => by(i64::from(label.value != "true")),
            _ => by(i64::from(label.place)),
        },
        FacetKind::Option => match size(&label.value).or_else(|| thousandths(&label.value)) {
            Some(place) => by(place),
            None => (1, 0, Reverse(label.hits), label.label.clone()),
        },
        _ => most_first,
    }
}

/// The number that a text begins with, such as `250 ml`.
fn thousandths(text: &str) -> Option<i64> {
    let digits = text.find(|it: char| !it.is_ascii_digit() && it != '.');
    let number = text.get(..digits.unwrap_or(text.len()))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole = whole.parse::<i64>().ok()?.checked_mul(1_000)?;
    whole.checked_add(part.parse().ok()?)
}

/// Where a size of clothes stands among them.
fn size(text: &str) -> Option<i64> {
    const SIZES: [&str; 8] = ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"];
    let at = SIZES.iter().position(|size| *size == text)?;
    i64::try_from(at).ok()
}

fn list(labels: &[Label], (first, exact): (&Label, bool), words: &Phrases) -> Filter {
    let (id, label) = match first.kind {
        FacetKind::Category => ("filter.p.t.category".to_owned(), words.category.to_owned()),
        FacetKind::Vendor => ("filter.p.vendor".to_owned(), words.vendor.to_owned()),
        FacetKind::Type => ("filter.p.product_type".to_owned(), words.kind.to_owned()),
        FacetKind::Tag => ("filter.p.tag".to_owned(), words.tag.to_owned()),
        FacetKind::Rating => (
            "filter.p.m.reviews.rating".to_owned(),
            words.rating.to_owned(),
        ),
        FacetKind::Option => (format!("filter.v.option.{}", first.field), named(first)),
        FacetKind::Attribute => (
            format!("filter.p.m.attribute.{}", first.field),
            named(first),
        ),
    };
    let boolean = first.attribute.as_deref() == Some("BOOLEAN");
    let swatches = labels.iter().any(|label| label.swatch.is_some());
    let presentation = match (boolean, swatches) {
        (true, _) => None,
        (false, true) => Some(FilterPresentation::Swatch),
        (false, false) => Some(FilterPresentation::Text),
    };
    let values = labels
        .iter()
        .map(|label| value(&id, label, words))
        .collect();
    Filter {
        id,
        label,
        kind: if boolean {
            FilterType::Boolean
        } else {
            FilterType::List
        },
        presentation,
        values,
        counts_are_exact: exact,
    }
}

fn named(label: &Label) -> String {
    label
        .field_label
        .clone()
        .unwrap_or_else(|| label.field.clone())
}

fn value(filter: &str, label: &Label, words: &Phrases) -> FilterValue {
    let shown = match (label.kind, label.value.as_str(), label.attribute.as_deref()) {
        (FacetKind::Rating, stars, _) => stars
            .parse::<usize>()
            .ok()
            .and_then(|stars| words.stars.get(stars.checked_sub(1)?))
            .map_or_else(|| label.label.clone(), |text| (*text).to_owned()),
        (FacetKind::Attribute, "true", Some("BOOLEAN")) => words.yes.to_owned(),
        (FacetKind::Attribute, "false", Some("BOOLEAN")) => words.no.to_owned(),
        _ => label.label.clone(),
    };
    FilterValue {
        id: format!("{filter}.{}", label.value),
        label: shown,
        count: number(label.hits),
        input: Json(input(label).to_string()),
        swatch: label.swatch.clone().map(|color| Swatch {
            color: Some(Color(color)),
        }),
    }
}

/// What chooses the value, in whichever language it is sent back: names of the base language are known in all.
fn input(label: &Label) -> Value {
    let name = label.base_name.as_ref().unwrap_or(&label.value);
    let field = label.field_name.as_ref().unwrap_or(&label.field);
    match label.kind {
        FacetKind::Category => {
            let id: Uuid = label.value.parse().unwrap_or_default();
            json!({ "category": { "id": gid("TaxonomyCategory", id).to_string() } })
        }
        FacetKind::Vendor => json!({ "productVendor": name }),
        FacetKind::Type => json!({ "productType": name }),
        FacetKind::Tag => json!({ "tag": name }),
        FacetKind::Option => json!({ "variantOption": { "name": field, "value": name } }),
        FacetKind::Attribute => {
            json!({ "productMetafield": { "namespace": "attribute", "key": label.field, "value": label.value } })
        }
        FacetKind::Rating => {
            let stars: i32 = label.value.parse().unwrap_or(1);
            json!({ "rating": { "min": stars } })
        }
    }
}

fn availability(facets: &Facets, words: &Phrases) -> Filter {
    let counts = &facets.counts;
    let value = |id: &str, label: &str, available: bool, count: u64| FilterValue {
        id: format!("filter.v.availability.{id}"),
        label: label.to_owned(),
        count: number(count),
        input: Json(json!({ "available": available }).to_string()),
        swatch: None,
    };
    Filter {
        id: "filter.v.availability".to_owned(),
        label: words.availability.to_owned(),
        kind: FilterType::List,
        presentation: Some(FilterPresentation::Text),
        values: vec![
            value("1", words.in_stock, true, counts.available),
            value("0", words.out_of_stock, false, counts.unavailable),
        ],
        counts_are_exact: is_exact(facets, |narrowing| narrowing.available.is_some()),
    }
}

/// From the lowest to the highest price that there is when no price is chosen, which lets all of that through.
fn price(facets: &Facets, context: &InContext, words: &Phrases) -> Filter {
    let values = facets.counts.prices.map(|(min, max)| {
        let units = |minor| context.money(minor).amount.0;
        FilterValue {
            id: "filter.v.price".to_owned(),
            label: words.price.to_owned(),
            count: number(facets.counts.priced),
            input: Json(format!(
                r#"{{"price":{{"min":{},"max":{}}}}}"#,
                units(min),
                units(max)
            )),
            swatch: None,
        }
    });
    Filter {
        id: "filter.v.price".to_owned(),
        label: words.price.to_owned(),
        kind: FilterType::PriceRange,
        presentation: None,
        values: values.into_iter().collect(),
        counts_are_exact: is_exact(facets, |narrowing| !narrowing.prices.is_empty()),
    }
}

/// A number as the schema can say it.
pub(super) fn number(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
