//! What a search found, in the schema.

use super::article::Article;
use super::facets::{filters, number};
use super::filter::Filter;
use super::suggestion::SearchQuerySuggestion;
use super::tracking::{Found, parameters};
use crate::domains::catalog::graphql::{Product, texts};
use crate::domains::content::graphql::Page;
use crate::domains::listing::{Card, CardTexts};
use crate::domains::search::cursor::{self, Fingerprint};
use crate::domains::search::gathered::Placed;
use crate::domains::search::highlight::{excerpt, marked, words};
use crate::domains::search::said::{Said, SaidOf};
use crate::domains::search::service::{Item, Results, Search};
use crate::graphql::batch::Loader;
use crate::graphql::budget::{charge, charge_text};
use crate::graphql::connection::PageInfo;
use crate::graphql::html::plain;
use crate::graphql::ready::Ready;
use crate::graphql::words::Words;
use async_graphql::{Context, Object, Result, SimpleObject, Union};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Something that a search finds.
#[derive(Union)]
pub enum SearchResultItem {
    /// An article, of which the shop has none.
    Article(Article),
    /// A page.
    Page(Page),
    /// A product.
    Product(Ready<Product>),
}

/// A text of what was found, with the words by which it was found.
#[derive(SimpleObject, Debug, Clone, PartialEq, Eq)]
pub struct SearchHighlight {
    /// Which text: `title` or `description`; where neither has the words, what the product has: `productType`, `vendor`, `tag`,
    /// `option` or `attribute`.
    pub field: String,
    /// The text, or the part of it that matters, safe to be put into a page: HTML with the words in `<em>`.
    pub text: String,
}

/// Things that a product has, of which so many are shown when it was found by them.
const MOST_PROPERTIES: usize = 3;

/// What a search found.
pub struct SearchResultItemConnection {
    pub(super) results: Results,
    pub(super) fingerprint: Fingerprint,
    pub(super) text: String,
    pub(super) prefix: bool,
    pub(super) page_info: PageInfo,
    /// Texts to search for instead, once they were asked for.
    pub(super) instead: OnceCell<Vec<String>>,
}

/// Something that a search found, with its cursor.
pub struct SearchResultItemEdge {
    placed: Placed,
    list: Arc<str>,
    text: Arc<str>,
    wanted: Option<Words>,
}

/// The cursor of something that a search found.
pub(super) fn cursor_of(list: &Fingerprint, placed: &Placed) -> String {
    cursor::write(list, &placed.place)
}

impl SearchResultItemConnection {
    /// What was found.
    pub(super) fn items(&self) -> Vec<SearchResultItem> {
        let items = self.results.items.iter();
        items.map(|placed| item(placed, &self.text)).collect()
    }

    /// What was found, with cursors.
    pub(super) fn placed(&self) -> Vec<SearchResultItemEdge> {
        let text: Arc<str> = self.text.as_str().into();
        let wanted = Words::of(&words(&self.text), self.prefix);
        let items = self.results.items.iter();
        let edges = items.map(|placed| SearchResultItemEdge {
            placed: placed.clone(),
            list: cursor_of(&self.fingerprint, placed).into(),
            text: Arc::clone(&text),
            wanted: wanted.clone(),
        });
        edges.collect()
    }

    /// Texts to search for instead.
    async fn suggested(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        if let Some(corrected) = &self.results.corrected {
            return Ok(vec![corrected.clone()]);
        }
        if self.results.total.count > 0 || self.text.is_empty() {
            return Ok(Vec::new());
        }
        let instead = async || {
            let search = Search::of(ctx)?;
            search.begin()?;
            search.instead(&self.text).await
        };
        self.instead.get_or_try_init(instead).await.cloned()
    }
}

fn item(placed: &Placed, text: &str) -> SearchResultItem {
    let tracking = parameters(Found::Search, text, placed.position.saturating_add(1));
    match &placed.item {
        Item::Product(card) => {
            SearchResultItem::Product(Ready(Product(Arc::clone(card), tracking)))
        }
        Item::Page(row) => SearchResultItem::Page(Page(Arc::clone(row), tracking)),
    }
}

/// A page of what a search found.
#[Object]
impl SearchResultItemConnection {
    /// What was found, with cursors.
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<Ready<SearchResultItemEdge>>> {
        charge(ctx, self.results.items.len()).await;
        Ok(self.placed().into_iter().map(Ready).collect())
    }

    /// What was found.
    async fn nodes(&self, ctx: &Context<'_>) -> Result<Vec<SearchResultItem>> {
        charge(ctx, self.results.items.len()).await;
        Ok(self.items())
    }

    /// Where this page stands in all that was found.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How much was found altogether: an estimate where `totalCountIsExact` is false.
    async fn total_count(&self) -> i32 {
        number(self.results.total.count)
    }

    /// Whether `totalCount` was counted. Of a very large number of products it is estimated.
    async fn total_count_is_exact(&self) -> bool {
        self.results.total.exact
    }

    /// What the products that were found can be narrowed down by, each value with the number of products that it leaves. Of one
    /// filter's values each is counted as if none of them had been chosen.
    async fn product_filters(&self, ctx: &Context<'_>) -> Result<Vec<Filter>> {
        let Some(facets) = &self.results.facets else {
            return Ok(Vec::new());
        };
        let search = Search::of(ctx)?;
        let filters = filters(ctx, &search, facets).await?;
        charge(ctx, filters.len()).await;
        Ok(filters)
    }

    /// Texts to search for instead, when nothing was found; the text that was searched, when a word that no product has was taken
    /// for another.
    async fn suggestions(&self, ctx: &Context<'_>) -> Result<Vec<SearchQuerySuggestion>> {
        let texts = self.suggested(ctx).await?;
        charge(ctx, texts.len()).await;
        let suggested = (1..)
            .zip(texts)
            .map(|(position, text)| SearchQuerySuggestion::new(text, &self.text, position));
        Ok(suggested.collect())
    }
}

/// Something that a search found, with its cursor.
#[Object]
impl SearchResultItemEdge {
    /// Marks this place, for `after` and `before`.
    async fn cursor(&self) -> &str {
        self.place()
    }

    /// What was found.
    async fn node(&self) -> SearchResultItem {
        self.item()
    }

    /// Its texts with the words by which it was found; where these stand in neither of them, what the product has that has them.
    async fn highlights(&self, ctx: &Context<'_>) -> Result<Vec<SearchHighlight>> {
        let texts = match self.card() {
            Some(card) => Some(texts(ctx, card).await?),
            None => None,
        };
        let html = self.html(texts.as_deref());
        charge_text(ctx, html).await;
        let (shown, found) = self.in_texts(html);
        match self.card() {
            Some(card) if shown.is_empty() && !found.is_empty() => {
                let said = ctx.data::<Loader<SaidOf>>()?.load(card.id).await?;
                Ok(SearchHighlight::of_properties(said, &found))
            }
            _ => Ok(shown),
        }
    }
}

impl SearchResultItemEdge {
    pub(super) fn place(&self) -> &str {
        &self.list
    }

    pub(super) fn item(&self) -> SearchResultItem {
        item(&self.placed, &self.text)
    }

    /// The product, when it is one.
    pub(super) fn card(&self) -> Option<&Card> {
        match &self.placed.item {
            Item::Product(card) => Some(card),
            Item::Page(_) => None,
        }
    }

    /// Its long text; that of a product stands among its texts.
    pub(super) fn html<'t>(&'t self, texts: Option<&'t CardTexts>) -> &'t str {
        match &self.placed.item {
            Item::Product(_) => texts.map_or("", |texts| &texts.description_html),
            Item::Page(row) => &row.body_html,
        }
    }

    /// Its title and its long text with the words by which it was found, and these words.
    pub(super) fn in_texts(&self, html: &str) -> (Vec<SearchHighlight>, Vec<String>) {
        let title = match &self.placed.item {
            Item::Product(card) => &card.title,
            Item::Page(row) => &row.title,
        };
        let text = plain(html);
        let found = match (&self.placed.item, &self.wanted) {
            (Item::Page(_), Some(wanted)) => wanted.among(&words(&format!("{title} {text}"))),
            _ => self.placed.words.clone(),
        };
        let shown = [
            SearchHighlight::of("title", marked(title, &found)),
            SearchHighlight::of("description", excerpt(&text, &found)),
        ];
        (shown.into_iter().flatten().collect(), found)
    }
}

impl SearchHighlight {
    fn of(field: &str, text: Option<String>) -> Option<Self> {
        text.map(|text| Self {
            field: field.to_owned(),
            text,
        })
    }

    /// What a product has that has the words.
    pub(super) fn of_properties(said: Option<Arc<[Said]>>, found: &[String]) -> Vec<Self> {
        let said = said.iter().flat_map(|said| said.iter());
        let marked = said.filter_map(|said| Self::of(said.field, marked(&said.text, found)));
        marked.take(MOST_PROPERTIES).collect()
    }
}
