//! What is suggested: to somebody who is typing, and to somebody who found nothing.

use super::ask::{Ask, Page, SearchSort, Within};
use super::graphql::{Predicted, SearchableField};
use super::highlight;
use super::live::Live;
use super::service::{Item, Outcome, Search, sold, told};
use super::tuning::{Ranking, Tuning};
use crate::domains::collections::{CollectionRow, collections_with_words};
use crate::domains::content::{PageRow, pages_with_words};
use crate::domains::listing::{Card, Extent, Narrowing};
use crate::graphql::words::Words;
use crate::platform::db::DbError;
use std::sync::Arc;

/// Texts that are suggested to somebody who found nothing.
const MOST_INSTEAD: usize = 5;

impl Search<'_> {
    /// Products whose texts begin with what was typed, behind those that administrators have put in front of it.
    pub async fn suggested_products(
        &self,
        predicted: &Predicted,
        most: usize,
    ) -> Outcome<Vec<Arc<Card>>> {
        if most == 0 || highlight::words(&predicted.text).is_empty() {
            return Ok(Vec::new());
        }
        let tuned = self.tuned().await?;
        let pins = tuned.pins(&predicted.text);
        let ranking = searched(tuned.tuning.ranking, predicted.fields.as_deref());
        if [ranking.title, ranking.properties, ranking.description] == [0; 3] {
            return Ok(Vec::new());
        }
        let live = Live {
            database: self.database,
            context: self.context,
            narrowing: sold(Narrowing::default(), predicted.unavailable),
            // Asked for at each key that is pressed, to show a title and a price.
            extent: Extent::Slim,
        };
        let pinned = live.pinned(&pins.pinned).await?.into_iter();
        let mut products: Vec<Arc<Card>> = pinned.filter_map(Item::product).take(most).collect();
        let left = most.saturating_sub(products.len());
        if left == 0 {
            return Ok(products);
        }
        let ask = Ask {
            text: predicted.text.clone(),
            prefix: true,
            tuning: Arc::new(Tuning {
                ranking,
                ..Tuning::clone(&tuned.tuning)
            }),
            within: Within::Market,
            narrowing: Narrowing::default(),
            unavailable: predicted.unavailable,
            sort: SearchSort::Relevance,
            reverse: false,
            without: pins.without(),
            page: Page {
                limit: left,
                from: None,
                backwards: false,
            },
            facets: false,
            hits: true,
            total: false,
            words: false,
        };
        let taken = self.take(ask, &live).await?;
        products.extend(taken.hits.into_iter().map(|(card, _)| card));
        Ok(products)
    }

    /// Texts of searches that begin with what was typed.
    pub async fn completed(&self, text: &str, most: usize) -> Outcome<Vec<String>> {
        if most == 0 || highlight::words(text).is_empty() {
            return Ok(Vec::new());
        }
        let text = text.to_lowercase();
        let completed = self.finder.complete(&text, most, self.context).await;
        completed.map_err(told)
    }

    /// Texts to search for where nothing was found, each of which finds something: what may have been meant, what others look for
    /// that is written like it, then those that begin with it or with one of its words.
    pub async fn instead(&self, text: &str) -> Outcome<Vec<String>> {
        let near = self.finder.near(text, MOST_INSTEAD, self.context).await;
        let mut texts = near.map_err(told)?;
        let language = self.context.language;
        let related = self
            .searches
            .related(self.database, language, text, MOST_INSTEAD);
        let related = self.finder.finding(related.await?, self.context).await;
        add(&mut texts, related.map_err(told)?);
        if texts.is_empty() {
            texts = self.completed(text, MOST_INSTEAD).await?;
        }
        for word in highlight::words(text).iter().take(MOST_INSTEAD) {
            let left = MOST_INSTEAD.saturating_sub(texts.len());
            let completed = self.completed(word, left).await?;
            add(&mut texts, completed);
        }
        texts.truncate(MOST_INSTEAD);
        Ok(texts)
    }

    /// Collections whose titles have the words.
    pub async fn collections(&self, text: &str, most: usize) -> Outcome<Vec<CollectionRow>> {
        let Some(words) = Words::of(&highlight::words(text), true).filter(|_| most > 0) else {
            return Ok(Vec::new());
        };
        let (language, most) = (self.context.language_code(), limit(most));
        let mut conn = self.database.get().await?;
        let rows = collections_with_words(&mut conn, language, &words, most).await;
        Ok(rows.map_err(DbError::from)?)
    }

    /// Pages that have the words.
    pub async fn suggested_pages(&self, text: &str, most: usize) -> Outcome<Vec<PageRow>> {
        let Some(words) = Words::of(&highlight::words(text), true).filter(|_| most > 0) else {
            return Ok(Vec::new());
        };
        let (language, most) = (self.context.language_code(), limit(most));
        let mut conn = self.database.get().await?;
        let rows = pages_with_words(&mut conn, language, &words, most).await;
        Ok(rows.map_err(DbError::from)?)
    }
}

/// Adds texts that are not there yet.
fn add(texts: &mut Vec<String>, others: Vec<String>) {
    for text in others {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// Weights with which only these texts are searched.
fn searched(ranking: Ranking, fields: Option<&[SearchableField]>) -> Ranking {
    use SearchableField::{Body, ProductType, Tag, Title, VariantsTitle, Vendor};
    let fields = fields.unwrap_or(&[Title, ProductType, VariantsTitle, Vendor]);
    let any = |of: &[SearchableField]| fields.iter().any(|field| of.contains(field));
    let weight = |weight: u8, of: &[SearchableField]| if any(of) { weight } else { 0 };
    Ranking {
        title: weight(ranking.title, &[Title]),
        properties: weight(
            ranking.properties,
            &[ProductType, Tag, VariantsTitle, Vendor],
        ),
        description: weight(ranking.description, &[Body]),
        ..ranking
    }
}
