//! What the server is asked, all of it in one request, and what its answers mean.

use super::document::{lowest_field, price_field, stock_field};
use super::filter::{But, field, filter};
use super::http::Http;
use super::words::{self, MARKS};
use crate::domains::listing::{FacetKind, Narrowing};
use crate::domains::search::ask::{Ask, SearchSort, Unavailable};
use crate::domains::search::found::FacetCounts;
use crate::domains::search::tuning::Ranking;
use crate::domains::shop::InContext;
use meilisearch_sdk::errors::Error;
use meilisearch_sdk::indexes::Index;
use meilisearch_sdk::search::{
    MatchingStrategies, MultiSearchResponse, SearchQuery, SearchResults, Selectors,
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;
use uuid::Uuid;

/// Values of a facet that the server counts.
pub(super) const MOST_VALUES: usize = 1_000;

pub(super) const KINDS: [FacetKind; 7] = [
    FacetKind::Category,
    FacetKind::Vendor,
    FacetKind::Type,
    FacetKind::Tag,
    FacetKind::Option,
    FacetKind::Attribute,
    FacetKind::Rating,
];

/// What is read of a document.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Hit {
    /// A product's, or whatever somebody else has put there.
    id: Value,
}

impl Hit {
    /// The product; one that there is not, for a document that is no product's.
    pub fn product(&self) -> Uuid {
        let id = self.id.as_str().and_then(|id| id.parse().ok());
        id.unwrap_or_default()
    }
}

/// An answer of the server.
pub(super) type Answer = SearchResults<Hit>;

/// One question of a request.
struct Question {
    filter: String,
    facets: Vec<String>,
}

impl Question {
    fn of(ask: &Ask, context: &InContext, but: But, facets: Vec<String>) -> Self {
        Self {
            filter: filter(ask, context, but),
            facets,
        }
    }
}

/// Everything that is asked for an [`Ask`].
pub(super) struct Questions<'a> {
    index: Index<Http>,
    text: String,
    sort: Vec<String>,
    /// The texts that are searched, when it is not all of them.
    texts: Option<Vec<&'static str>>,
    ask: &'a Ask,
    stock: String,
    price: String,
    main: Question,
    /// The others count what would be found without one of the choices.
    without: Vec<(But, Question)>,
    /// The filter of the hits by which the text is judged.
    anywhere: String,
}

/// So many hits tell whether products have the words of a text.
const JUDGED: usize = 10;

impl<'a> Questions<'a> {
    /// What `ask` asks of an index.
    pub fn new(ask: &'a Ask, context: &InContext, index: Index<Http>) -> Self {
        let stock = stock_field(context.market.id);
        let price = price_field(context.market.price_list_id);
        let mut facets = vec![stock.clone()];
        let mut without = Vec::new();
        if ask.facets {
            facets.extend(KINDS.map(field));
            let narrowing = &ask.narrowing;
            for (place, group) in narrowing.groups.iter().enumerate() {
                let but = But::Group(place);
                without.push((
                    but,
                    Question::of(ask, context, but, vec![field(group.kind)]),
                ));
            }
            if narrowing.available.is_some() {
                let but = But::Available;
                let counted = vec![stock.clone()];
                without.push((but, Question::of(ask, context, but, counted)));
            }
            if narrowing.prices.is_empty() {
                facets.push(price.clone());
            } else {
                let counted = vec![price.clone(), stock.clone()];
                let but = But::Prices;
                without.push((but, Question::of(ask, context, but, counted)));
            }
        }
        let mut text = words::searched(&ask.text);
        if !ask.prefix {
            // The last word is whole when something comes after it.
            text.push(' ');
        }
        Self {
            anywhere: anywhere(ask, context),
            sort: sort(ask, context, &stock),
            main: Question::of(ask, context, But::Nothing, facets),
            texts: texts(&ask.tuning.ranking),
            index,
            text,
            ask,
            stock,
            price,
            without,
        }
    }

    /// Whether there is a text to be found.
    pub fn has_words(&self) -> bool {
        !self.ask.text.is_empty()
    }

    /// How many searches are made for it in one request.
    pub const fn number(&self) -> usize {
        self.without.len().saturating_add(1)
    }

    /// Asks for the page that `page` is, of hits in portions of `size`.
    pub async fn put(&self, page: usize, size: usize) -> Result<Vec<Answer>, Error> {
        let sort: Vec<&str> = self.sort.iter().map(String::as_str).collect();
        let questions = std::iter::once(&self.main).chain(self.without.iter().map(|(_, it)| it));
        let facets: Vec<Vec<&str>> = questions
            .clone()
            .map(|question| question.facets.iter().map(String::as_str).collect())
            .collect();
        let crop = [("description", None)];
        let mut all = self.index.client.multi_search();
        for (place, (question, facets)) in questions.zip(&facets).enumerate() {
            let mut query = SearchQuery::new(&self.index);
            query
                .with_query(&self.text)
                .with_filter(&question.filter)
                .with_facets(Selectors::Some(facets))
                // What has most of the words PostgreSQL finds: the server would leave out others for each count.
                .with_matching_strategy(MatchingStrategies::ALL)
                .with_attributes_to_retrieve(Selectors::Some(&["id"]));
            if let Some(texts) = &self.texts {
                query.with_attributes_to_search_on(texts);
            }
            if place == 0 {
                query
                    .with_page(page)
                    .with_hits_per_page(size)
                    .with_sort(&sort);
                if !self.ask.text.is_empty() && size > 0 {
                    marked(&mut query, &crop);
                }
            } else {
                query.with_page(1).with_hits_per_page(0);
            }
            all.with_search_query(query);
        }
        let answered: MultiSearchResponse<Hit> = all.execute().await?;
        Ok(answered.results)
    }

    /// The words by which each of the best hits was found of all that the reader sees: by them a text is taken for the same one with
    /// whatever filters, on every page, and where counts alone are asked for. None when the text finds nothing.
    pub async fn judge(&self) -> Result<Vec<Vec<String>>, Error> {
        let crop = [("description", None)];
        let mut query = SearchQuery::new(&self.index);
        query
            .with_query(&self.text)
            .with_filter(&self.anywhere)
            .with_matching_strategy(MatchingStrategies::ALL)
            .with_attributes_to_retrieve(Selectors::Some(&["id"]))
            .with_limit(JUDGED);
        if let Some(texts) = &self.texts {
            query.with_attributes_to_search_on(texts);
        }
        marked(&mut query, &crop);
        let best: Answer = query.execute().await?;
        Ok(shown(&best))
    }

    /// How many hits there are: each can be bought or cannot.
    pub fn total(&self, answers: &[Answer]) -> u64 {
        let (no, yes) = answers.first().map_or((0, 0), |main| self.stock(main));
        no + yes
    }

    fn stock(&self, answer: &Answer) -> (u64, u64) {
        let counts = distribution(answer, &self.stock);
        let sum = |value: i64| {
            let own = counts.iter().filter(|(have, _)| *have == value);
            own.map(|(_, count)| count).sum()
        };
        (sum(0), sum(1))
    }

    /// The counts of all values. `of_group` tells which of some values belong to the group at a place: options and attributes of all
    /// names stand in one field.
    pub fn counts(
        &self,
        answers: &[Answer],
        of_group: &dyn Fn(usize) -> HashSet<i32>,
    ) -> FacetCounts {
        let mut counts = FacetCounts {
            exact: true,
            own_exact: true,
            ..FacetCounts::default()
        };
        let Some(main) = answers.first() else {
            return counts;
        };
        for kind in KINDS {
            let values = distribution(main, &field(kind));
            // What comes after so many is not told.
            counts.exact &= values.len() < MOST_VALUES;
            counts.values.extend(numbered(values));
        }
        let mut stock = self.stock(main);
        counts.prices = self.prices(main);
        let sum = |(no, yes): (u64, u64)| no.saturating_add(yes);
        counts.priced = sum(stock);
        for ((but, question), answer) in self.without.iter().zip(answers.iter().skip(1)) {
            match but {
                But::Group(place) => {
                    let own = of_group(*place);
                    counts.values.retain(|id, _| !own.contains(id));
                    let field = question.facets.iter();
                    let values: Vec<_> = field
                        .flat_map(|field| distribution(answer, field))
                        .collect();
                    counts.own_exact &= values.len() < MOST_VALUES;
                    let values = numbered(values);
                    counts
                        .values
                        .extend(values.filter(|(id, _)| own.contains(id)));
                }
                But::Available => stock = self.stock(answer),
                But::Prices => {
                    counts.prices = self.prices(answer);
                    counts.priced = sum(self.stock(answer));
                }
                But::Nothing => {}
            }
        }
        (counts.unavailable, counts.available) = stock;
        counts
    }

    fn prices(&self, answer: &Answer) -> Option<(i64, i64)> {
        let stats = answer.facet_stats.as_ref()?.get(&self.price)?;
        // Amounts are whole numbers below 2^53.
        let whole = |number: f64| format!("{number:.0}").parse().ok();
        Some((whole(stats.min)?, whole(stats.max)?))
    }

    /// The values that the answer without the group at `place` counts.
    pub fn candidates(&self, answers: &[Answer]) -> Vec<(usize, Vec<i32>)> {
        let without = self.without.iter().zip(answers.iter().skip(1));
        without
            .filter_map(|((but, question), answer)| match but {
                But::Group(place) => {
                    let field = question.facets.first()?;
                    let values = distribution(answer, field);
                    Some((*place, numbered(values).map(|(id, _)| id).collect()))
                }
                _ => None,
            })
            .collect()
    }
}

/// Has the server mark by which words it found a document.
fn marked<'a>(query: &mut SearchQuery<'a, Http>, crop: &'a [(&'a str, Option<usize>)]) {
    query
        .with_attributes_to_highlight(Selectors::Some(&HIGHLIGHTED))
        .with_attributes_to_crop(Selectors::Some(crop))
        .with_crop_length(60)
        .with_highlight_pre_tag(MARKS.0)
        .with_highlight_post_tag(MARKS.1);
}

/// The words by which each of the hits was found.
pub(super) fn shown(answer: &Answer) -> Vec<Vec<String>> {
    let hits = answer.hits.iter();
    hits.map(|hit| {
        hit.formatted_result
            .as_ref()
            .map(words::marked)
            .unwrap_or_default()
    })
    .collect()
}

/// What lets through all that the reader sees.
fn anywhere(ask: &Ask, context: &InContext) -> String {
    let all = Ask {
        narrowing: Narrowing::default(),
        unavailable: Unavailable::Last,
        without: Vec::new(),
        ..ask.clone()
    };
    filter(&all, context, But::Nothing)
}

const HIGHLIGHTED: [&str; 4] = ["title", "titles", "properties", "description"];

fn distribution(answer: &Answer, field: &str) -> Vec<(i64, u64)> {
    let all = answer.facet_distribution.as_ref();
    let counts = all.and_then(|all| all.get(field)).into_iter().flatten();
    counts
        .filter_map(|(value, count)| Some((value.parse().ok()?, u64::try_from(*count).ok()?)))
        .collect()
}

fn numbered(values: Vec<(i64, u64)>) -> impl Iterator<Item = (i32, u64)> {
    let value = |(id, count)| Some((i32::try_from(id).ok()?, count));
    values.into_iter().filter_map(value)
}

/// The texts of which the weight is not 0; none when that is all of them.
fn texts(ranking: &Ranking) -> Option<Vec<&'static str>> {
    let all = [
        (ranking.title, "title"),
        (ranking.title, "titles"),
        (ranking.properties, "properties"),
        (ranking.description, "description"),
    ];
    let searched = all.iter().filter(|(weight, _)| *weight > 0);
    let searched: Vec<&str> = searched.map(|(_, text)| *text).collect();
    (searched.len() < all.len()).then_some(searched)
}

/// What hits are sorted by; nothing for the rules of the index.
fn sort(ask: &Ask, context: &InContext, stock: &str) -> Vec<String> {
    let mut sort = Vec::new();
    if ask.unavailable == Unavailable::Last || ask.tuning.ranking.in_stock_first {
        sort.push(format!("{stock}:desc"));
    }
    let way = |descending: bool| if descending { "desc" } else { "asc" };
    let reverse = ask.reverse;
    match ask.sort {
        SearchSort::Relevance if !ask.text.is_empty() => {}
        SearchSort::Relevance | SearchSort::BestSelling => {
            sort.push(format!("sold:{}", way(!reverse)));
        }
        SearchSort::Price => {
            let lowest = lowest_field(context.market.price_list_id);
            sort.push(format!("{lowest}:{}", way(reverse)));
        }
        SearchSort::Created => sort.push(format!("created:{}", way(reverse))),
        SearchSort::Title => sort.push(format!("title_key:{}", way(reverse))),
    }
    sort
}
