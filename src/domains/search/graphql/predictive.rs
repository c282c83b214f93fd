//! `predictiveSearch`.

use super::article::Article;
use super::inputs::{PredictiveSearchType, SearchableField};
use super::suggestion::SearchQuerySuggestion;
use super::tracking::{Found, parameters};
use crate::domains::catalog::graphql::Product;
use crate::domains::collections::graphql::Collection;
use crate::domains::content::graphql::Page;
use crate::domains::search::ask::Unavailable;
use crate::domains::search::service::{Outcome, Search};
use crate::graphql::budget::charge;
use crate::graphql::ready::Ready;
use async_graphql::{Context, Object, Result};
use std::sync::Arc;

/// What was typed, and what is wanted for it.
#[derive(Debug, Clone)]
pub(in crate::domains::search) struct Predicted {
    /// What was typed.
    pub text: String,
    /// How many.
    pub limit: usize,
    /// Of each type, not of all together.
    pub each: bool,
    /// Which texts of products are searched.
    pub fields: Option<Vec<SearchableField>>,
    /// What is suggested; everything, when it is not said.
    pub types: Option<Vec<PredictiveSearchType>>,
    /// What becomes of products that cannot be bought.
    pub unavailable: Unavailable,
}

/// What to show somebody who is typing.
#[derive(Default)]
pub struct PredictiveSearchResult {
    collections: Vec<Collection>,
    pages: Vec<Page>,
    products: Vec<Ready<Product>>,
    queries: Vec<SearchQuerySuggestion>,
}

impl Predicted {
    fn wants(&self, kind: PredictiveSearchType) -> bool {
        self.types
            .as_ref()
            .is_none_or(|types| types.contains(&kind))
    }
}

/// Asks for all that is wanted. A limit for all together is shared out: products first, then texts, collections and pages, but
/// none of them more than is left, and each that has something at least one.
pub(super) async fn predict(
    search: &Search<'_>,
    predicted: &Predicted,
) -> Outcome<PredictiveSearchResult> {
    if predicted.text.is_empty() {
        return Ok(PredictiveSearchResult::default());
    }
    search.begin()?;
    let most = |kind| {
        if predicted.wants(kind) {
            predicted.limit
        } else {
            0
        }
    };
    let mut products = search
        .suggested_products(predicted, most(PredictiveSearchType::Product))
        .await?;
    let mut queries = search
        .completed(&predicted.text, most(PredictiveSearchType::Query))
        .await?;
    let mut collections = search
        .collections(&predicted.text, most(PredictiveSearchType::Collection))
        .await?;
    let mut pages = search
        .suggested_pages(&predicted.text, most(PredictiveSearchType::Page))
        .await?;
    if !predicted.each {
        let found = [
            products.len(),
            queries.len(),
            collections.len(),
            pages.len(),
        ];
        let [of_products, of_queries, of_collections, of_pages] = shared(predicted.limit, found);
        products.truncate(of_products);
        queries.truncate(of_queries);
        collections.truncate(of_collections);
        pages.truncate(of_pages);
    }
    let tracked = |position| parameters(Found::Suggested, &predicted.text, position);
    Ok(PredictiveSearchResult {
        products: (1..)
            .zip(products)
            .map(|(at, card)| Ready(Product(card, tracked(at))))
            .collect(),
        collections: (1..)
            .zip(collections)
            .map(|(at, row)| Collection(Arc::new(row), tracked(at)))
            .collect(),
        pages: (1..)
            .zip(pages)
            .map(|(at, row)| Page(Arc::new(row), tracked(at)))
            .collect(),
        queries: (1..)
            .zip(queries)
            .map(|(at, text)| SearchQuerySuggestion::new(text, &predicted.text, at))
            .collect(),
    })
}

/// How many of each are shown, when all together are at most `limit`: one after the other gets one more, as long as it has one.
fn shared(limit: usize, found: [usize; 4]) -> [usize; 4] {
    let mut shown = [0; 4];
    let mut left = limit;
    while left > 0 && shown != found {
        for (shown, found) in shown.iter_mut().zip(found) {
            if *shown < found && left > 0 {
                *shown = shown.saturating_add(1);
                left = left.saturating_sub(1);
            }
        }
    }
    shown
}

/// What to show somebody who is typing.
#[Object]
impl PredictiveSearchResult {
    /// Articles: the shop has none.
    async fn articles(&self) -> Vec<Article> {
        Vec::new()
    }

    /// Collections and categories, by their titles.
    async fn collections(&self, ctx: &Context<'_>) -> Result<&[Collection]> {
        charge(ctx, self.collections.len()).await;
        Ok(&self.collections)
    }

    /// Pages.
    async fn pages(&self, ctx: &Context<'_>) -> Result<&[Page]> {
        charge(ctx, self.pages.len()).await;
        Ok(&self.pages)
    }

    /// Products.
    async fn products(&self, ctx: &Context<'_>) -> Result<&[Ready<Product>]> {
        charge(ctx, self.products.len()).await;
        Ok(&self.products)
    }

    /// Texts to search for.
    async fn queries(&self, ctx: &Context<'_>) -> Result<&[SearchQuerySuggestion]> {
        charge(ctx, self.queries.len()).await;
        Ok(&self.queries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_shared_by_those_that_have_something() {
        assert_eq!(shared(10, [10, 10, 10, 10]), [3, 3, 2, 2]);
        assert_eq!(shared(10, [10, 0, 1, 0]), [9, 0, 1, 0]);
        assert_eq!(shared(10, [1, 1, 1, 1]), [1, 1, 1, 1]);
        assert_eq!(shared(2, [5, 5, 5, 5]), [1, 1, 0, 0]);
    }
}
