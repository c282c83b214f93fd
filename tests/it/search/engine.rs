//! What any engine finds in the demo shop.

use super::engines::shops;
use crate::support::Shop;
use lilium::domains::listing::{Filter, Filters, Narrowing};
use lilium::domains::search::meilisearch::Asking;
use lilium::domains::search::postgres::Postgres;
use lilium::domains::search::{Ask, Engine, Found, Page, SearchSort, Tuning, Unavailable, Within};
use lilium::domains::shop::{Directory, InContext};
use lilium::graphql::codes::LanguageCode;
use lilium::platform::db::Database;
use std::sync::Arc;
use uuid::Uuid;

/// A shop and an engine that has its products.
struct Searched {
    shop: Shop,
    engine: Arc<dyn Engine>,
    database: Database,
    context: InContext,
}

impl Searched {
    /// The demo shop, once for each engine at hand.
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for searching in shops("what an engine finds").await {
            let database = Database::connect(&searching.shop.server, 4).unwrap();
            let engine: Arc<dyn Engine> = match &searching.remote {
                None => Arc::new(Postgres::new(database.clone())),
                Some(remote) => Arc::new(Asking::new(remote.client(), database.clone())),
            };
            let facts = Directory::new(database.clone()).facts().await.unwrap();
            all.push(Self {
                context: InContext::settle(&facts, None, None).unwrap(),
                shop: searching.shop,
                engine,
                database,
            });
        }
        all
    }

    async fn find(&self, ask: &Ask) -> Found {
        self.engine.find(ask, &self.context).await.unwrap()
    }

    async fn narrowing(&self, filters: Vec<Filter>) -> Narrowing {
        let mut conn = self.database.get().await.unwrap();
        Narrowing::of(&mut conn, &Filters(filters), &self.context)
            .await
            .unwrap()
    }

    async fn titles(&self, text: &str) -> Vec<String> {
        let found = self.find(&words(text)).await;
        self.titles_of(&found).await
    }

    async fn titles_of(&self, found: &Found) -> Vec<String> {
        let ids: Vec<Uuid> = found.hits.iter().map(|hit| hit.id).collect();
        let sql = "SELECT p.title FROM unnest($1::uuid[]) WITH ORDINALITY a(id, place) JOIN products p USING (id) ORDER BY place";
        let rows = self.shop.sql().await.query(sql, &[&ids]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

fn words(text: &str) -> Ask {
    Ask {
        text: text.to_owned(),
        prefix: true,
        tuning: Arc::new(Tuning::default()),
        within: Within::Market,
        narrowing: Narrowing::default(),
        unavailable: Unavailable::Show,
        sort: SearchSort::Relevance,
        reverse: false,
        without: Vec::new(),
        page: Page {
            limit: 250,
            from: None,
            backwards: false,
        },
        facets: false,
        hits: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_titles_first() {
    for searched in Searched::all().await {
        let titles = searched.titles("mug").await;
        assert!(titles.len() > 3, "{titles:?}");
        assert!(titles[0].to_lowercase().contains("mug"), "{titles:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_joined_are_the_whole_list_in_every_order_and_direction() {
    for searched in Searched::all().await {
        for text in ["", "tea"] {
            for sort in [
                SearchSort::Relevance,
                SearchSort::Price,
                SearchSort::BestSelling,
                SearchSort::Created,
                SearchSort::Title,
            ] {
                for (reverse, unavailable) in [
                    (false, Unavailable::Show),
                    (true, Unavailable::Last),
                    (false, Unavailable::Last),
                    (true, Unavailable::Hide),
                ] {
                    let ask = Ask {
                        sort,
                        reverse,
                        unavailable,
                        ..words(text)
                    };
                    whole_by_pages(&searched, &ask).await;
                }
            }
        }
    }
}

async fn whole_by_pages(searched: &Searched, ask: &Ask) {
    let whole = searched.find(ask).await;
    assert!(!whole.more && whole.total.exact);
    assert_eq!(whole.total.count, whole.hits.len() as u64, "{ask:?}");
    assert!(whole.hits.len() > 5, "{ask:?}");
    for keyed in [true, false] {
        for backwards in [false, true] {
            let (mut seen, mut from) = (Vec::new(), None);
            loop {
                let page = Page {
                    limit: 37,
                    from: from.take(),
                    backwards,
                };
                let found = searched
                    .find(&Ask {
                        page,
                        ..ask.clone()
                    })
                    .await;
                seen.extend(found.hits.iter().cloned());
                if !found.more {
                    break;
                }
                from = found.hits.last().map(|hit| hit.mark.clone());
                if let Some(mark) = from.as_mut().filter(|_| !keyed) {
                    mark.key = None;
                }
            }
            if backwards {
                seen.reverse();
            }
            assert_eq!(
                seen, whole.hits,
                "keyed {keyed}, backwards {backwards}, {ask:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_a_chosen_group_are_counted_as_if_nothing_of_it_were_chosen() {
    for searched in Searched::all().await {
        let tag = |tag: &str| Filter::Tag(tag.to_owned());
        let chosen = searched
            .narrowing(vec![
                tag("ceramic"),
                Filter::Price {
                    min: 1_000,
                    max: Some(5_000),
                },
                Filter::Available(true),
            ])
            .await;
        let counted = |narrowing: Narrowing| {
            let ask = Ask {
                narrowing,
                facets: true,
                ..words("")
            };
            let searched = &searched;
            async move { searched.find(&ask).await }
        };
        let found = counted(chosen.clone()).await;
        let facets = found.facets.unwrap();
        assert!(facets.exact && found.total.exact);
        assert_eq!(found.total.count, found.hits.len() as u64);
        let without = |change: fn(&mut Narrowing)| {
            let mut narrowing = chosen.clone();
            change(&mut narrowing);
            narrowing
        };
        // Each count is what would be found if that value were chosen instead.
        for (&value, &count) in &facets.values {
            let kind: String = searched
                .shop
                .sql()
                .await
                .query_one(
                    "SELECT kind::text FROM facet_values WHERE id = $1",
                    &[&value],
                )
                .await
                .unwrap()
                .get(0);
            let mut instead = chosen.clone();
            if kind == "TAG" {
                instead.groups[0].values = vec![value];
            } else {
                let mut group = instead.groups[0].clone();
                group.values = vec![value];
                instead.groups.push(group);
            }
            let found = counted(instead).await;
            assert_eq!(found.total.count, count, "{kind} {value}");
        }
        let any = counted(without(|narrowing| narrowing.available = None))
            .await
            .facets
            .unwrap();
        assert_eq!(
            (facets.available, facets.unavailable),
            (any.available, any.unavailable)
        );
        let any = counted(without(|narrowing| narrowing.prices.clear()))
            .await
            .facets
            .unwrap();
        assert_eq!(facets.prices, any.prices);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_by_signs_and_by_a_group_without_values() {
    for searched in Searched::all().await {
        for text in ["%", "_", "'", "\"&|!<->:*\\", "(((", "-"] {
            assert_eq!(searched.titles(text).await, Vec::<String>::new(), "{text}");
        }
        let nothing = searched
            .narrowing(vec![Filter::Tag("no product has it".to_owned())])
            .await;
        let found = searched
            .find(&Ask {
                narrowing: nothing,
                ..words("")
            })
            .await;
        assert_eq!((found.hits.len(), found.total.count), (0, 0));
        let long = "a ".repeat(5_000);
        let _ = searched.find(&words(&long)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn arabic_words_find_what_they_find_in_their_language() {
    for mut searched in Searched::all().await {
        searched.context.language = LanguageCode::Ar;
        assert!(!searched.titles("قهوة").await.is_empty());
    }
}
