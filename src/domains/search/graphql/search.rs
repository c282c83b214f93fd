//! `search`.

use super::inputs::{
    PredictiveSearchLimitScope, PredictiveSearchType, SearchPrefixQueryType, SearchSortKeys,
    SearchType, SearchUnavailableProductsType, SearchableField,
};
use super::predictive::{Predicted, PredictiveSearchResult, predict};
use super::results::{SearchResultItemConnection, cursor_of};
use crate::domains::accounts::ClientAddress;
use crate::domains::accounts::graphql::viewer;
use crate::domains::catalog::graphql::{ProductFilter, extent, filters};
use crate::domains::listing::Extent;
use crate::domains::search::analytics::{Searches, Visitor};
use crate::domains::search::ask::{SearchSort, Unavailable};
use crate::domains::search::cursor::{self, Fingerprint};
use crate::domains::search::service::{Looked, Outcome, Part, Search};
use crate::domains::shop::InContext;
use crate::graphql::budget::charge_rows;
use crate::graphql::connection::PageInfo;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::lookup::bounded;
use crate::graphql::page_args::LARGEST_PAGE;
use crate::graphql::ready::Ready;
use async_graphql::{Context, Error, Object, Result};
use tokio::sync::OnceCell;

/// Searching.
#[derive(Default)]
pub struct SearchQuery;

/// A text that is searched for is never longer, in characters.
pub(super) const LONGEST_TEXT: usize = 255;

/// A page, when nothing is said of its size.
const PAGE: usize = 20;

/// Searching.
#[Object]
impl SearchQuery {
    /// What is found by a text: products first, then pages. Words may be mistyped, and the last one may be a beginning; all of
    /// them must be found, or where nothing has all of them, most. Titles, prices and availability are those of this moment.
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the beginning: 1 to 250. Without `first` and `last` it is 20."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor; not with `last`.")] after: Option<
            String,
        >,
        #[graphql(desc = "How many from the end: 1 to 250.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor; not with `first`.")] before: Option<
            String,
        >,
        #[graphql(desc = "The order the other way round.", default_with = "Some(false)")]
        reverse: Option<bool>,
        #[graphql(
            desc = "What products are sorted by.",
            default_with = "Some(SearchSortKeys::Relevance)"
        )]
        sort_key: Option<SearchSortKeys>,
        #[graphql(
            desc = "The text, at most 255 characters; an empty one finds all products. Whatever stands in it is looked for as words: it has no operators."
        )]
        query: String,
        #[graphql(desc = "What is searched: everything, when nothing is said.")] types: Option<
            Vec<SearchType>,
        >,
        #[graphql(
            desc = "Whether the last word may be a beginning: it may, when nothing is said."
        )]
        prefix: Option<SearchPrefixQueryType>,
        #[graphql(
            desc = "What products are let through, at most 50 filters on at most 20 different properties. Several values of one filter let through what any of them does; different filters what all do."
        )]
        product_filters: Option<Vec<ProductFilter>>,
        #[graphql(
            desc = "What becomes of products that cannot be bought: they come last, when nothing is said."
        )]
        unavailable_products: Option<SearchUnavailableProductsType>,
    ) -> Result<Ready<SearchResultItemConnection>> {
        let context = ctx.data::<InContext>()?;
        let types = types.unwrap_or_else(|| vec![SearchType::Product, SearchType::Page]);
        let looked = Looked {
            text: text(query)?,
            prefix: prefix != Some(SearchPrefixQueryType::None),
            sort: SearchSort::from(sort_key.unwrap_or(SearchSortKeys::Relevance)),
            reverse: reverse.unwrap_or(false),
            unavailable: unavailable(unavailable_products),
            products: types.contains(&SearchType::Product),
            pages: types.contains(&SearchType::Page),
            filters: filters(product_filters, context.market.currency)?,
        };
        let fingerprint = looked.fingerprint(context);
        let part = part(ctx, &fingerprint, (first, after), (last, before))?;
        charge_rows(ctx, part.limit).await;
        let results = Search::of(ctx)?.find(&looked, &part).await?;
        // A list that is turned over or narrowed down is the same search.
        let counted = part.place.is_none() && (part.hits || part.total);
        if counted && looked.products && looked.filters.0.is_empty() {
            let address = ctx.data_opt::<ClientAddress>().copied();
            let user = viewer(ctx).map(|viewer| viewer.user_id);
            let visitor = Visitor::new(address.unwrap_or_default(), user);
            let outcome = results.outcome();
            ctx.data::<Searches>()?
                .found(context.language, &looked.text, outcome, visitor);
        }
        let (begun, more) = (part.place.is_some(), results.more);
        let cursor = |placed| cursor_of(&fingerprint, placed);
        let ends = (
            results.items.first().map(cursor),
            results.items.last().map(cursor),
        );
        let reached = results.reached.as_ref();
        let reached = reached.map(|place| cursor::write(&fingerprint, place));
        let (start_cursor, end_cursor) = match part.backwards {
            false => (ends.0, reached.or(ends.1)),
            true => (reached.or(ends.0), ends.1),
        };
        let page_info = PageInfo {
            has_next_page: if part.backwards { begun } else { more },
            has_previous_page: if part.backwards { more } else { begun },
            start_cursor,
            end_cursor,
        };
        Ok(Ready(SearchResultItemConnection {
            results,
            fingerprint,
            text: looked.text,
            prefix: looked.prefix,
            page_info,
            instead: OnceCell::new(),
        }))
    }

    /// What to show somebody who is typing: the last word is a beginning. Nothing for an empty text.
    #[expect(clippy::too_many_arguments, reason = "those of the Storefront API")]
    async fn predictive_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed so far, at most 255 characters.")] query: String,
        #[graphql(desc = "How many: 1 to 10; 10 when nothing is said.")] limit: Option<i32>,
        #[graphql(
            desc = "Whether the limit is for each type, or for all together, which it is when nothing is said."
        )]
        limit_scope: Option<PredictiveSearchLimitScope>,
        #[graphql(
            desc = "In which texts of products it is looked for: in titles, types, choices and vendors, when nothing is said."
        )]
        searchable_fields: Option<Vec<SearchableField>>,
        #[graphql(desc = "What is suggested: everything, when nothing is said.")] types: Option<
            Vec<PredictiveSearchType>,
        >,
        #[graphql(
            desc = "What becomes of products that cannot be bought: they come last, when nothing is said."
        )]
        unavailable_products: Option<SearchUnavailableProductsType>,
    ) -> Result<Option<PredictiveSearchResult>> {
        let predicted = Predicted {
            text: text(query)?,
            limit: limit_of(limit)?,
            each: limit_scope == Some(PredictiveSearchLimitScope::Each),
            fields: searchable_fields,
            types: types.filter(|types| !types.is_empty()),
            unavailable: unavailable(unavailable_products),
        };
        predict(&Search::of(ctx)?, &predicted).await.map(Some)
    }
}

fn text(query: String) -> Outcome<String> {
    Ok(bounded("query", query, LONGEST_TEXT)?.trim().to_owned())
}

fn unavailable(given: Option<SearchUnavailableProductsType>) -> Unavailable {
    given.map_or(Unavailable::Last, Unavailable::from)
}

const MOST_SUGGESTED: i32 = 10;

fn limit_of(limit: Option<i32>) -> Outcome<usize> {
    let limit = limit.unwrap_or(MOST_SUGGESTED);
    usize::try_from(limit)
        .ok()
        .filter(|_| (1..=MOST_SUGGESTED).contains(&limit))
        .ok_or_else(|| {
            bad(format!(
                "`limit` is {limit}: it must be from 1 to {MOST_SUGGESTED}."
            ))
        })
}

/// The part that the arguments of a page ask for. Storefronts leave `first` out where they go backwards, and mean a page.
fn part(
    ctx: &Context<'_>,
    list: &Fingerprint,
    (first, after): (Option<i32>, Option<String>),
    (last, before): (Option<i32>, Option<String>),
) -> Outcome<Part> {
    let (limit, backwards) = match (first, last) {
        (Some(_), Some(_)) => {
            return Err(bad("Pass either `first` or `last`, not both.".to_owned()));
        }
        (Some(first), None) => (size("first", first)?, false),
        (None, Some(last)) => (size("last", last)?, true),
        (None, None) => (PAGE, before.is_some() && after.is_none()),
    };
    let cursor = match (backwards, after, before) {
        (false, cursor, None) | (true, None, cursor) => cursor,
        _ => {
            return Err(bad(
                "Pass `after` with `first`, or `before` with `last`: a search goes in one direction."
                    .to_owned(),
            ));
        }
    };
    let selected = |name: &str| ctx.look_ahead().field(name).exists();
    let any = |names: &[&str]| names.iter().any(|name| selected(name));
    let words = ctx.look_ahead().field("edges").field("highlights").exists();
    Ok(Part {
        limit,
        place: cursor
            .map(|cursor| cursor::read(list, &cursor))
            .transpose()?,
        backwards,
        hits: any(&["edges", "nodes", "pageInfo", "suggestions"]),
        total: any(&["totalCount", "totalCountIsExact"]),
        facets: selected("productFilters"),
        words,
        extent: match words {
            // They are shown in the description.
            true => Extent::Whole,
            false => extent(ctx),
        },
    })
}

fn size(name: &str, value: i32) -> Outcome<usize> {
    usize::try_from(value)
        .ok()
        .filter(|_| (1..=LARGEST_PAGE).contains(&value))
        .ok_or_else(|| {
            bad(format!(
                "`{name}` is {value}: it must be from 1 to {LARGEST_PAGE}."
            ))
        })
}

fn bad(message: String) -> Error {
    client_error(ErrorCode::BadUserInput, message)
}
