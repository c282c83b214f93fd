//! What any engine finds in the demo shop.

use super::engines::{self, Remote, Searching};
use lilium::domains::listing::{FacetKind, Filter, Filters, Group, Narrowing};
use lilium::domains::search::{
    Ask, Finder, Found, Page, Ranking, SearchSort, Synonym, Tuning, Unavailable, Within,
};
use lilium::domains::shop::{Directory, InContext};
use lilium::graphql::codes::LanguageCode;
use lilium::platform::db::Database;
use std::sync::Arc;
use uuid::Uuid;

/// A shop and what finds its products.
struct Searched {
    searching: Searching,
    finder: Finder,
    database: Database,
    context: InContext,
}

/// Every kind of value.
const KINDS: [FacetKind; 7] = [
    FacetKind::Category,
    FacetKind::Vendor,
    FacetKind::Type,
    FacetKind::Tag,
    FacetKind::Option,
    FacetKind::Attribute,
    FacetKind::Rating,
];

impl Searched {
    /// The demo shop, once for each engine at hand.
    async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for searching in engines::shops("what an engine finds").await {
            let database = Database::connect(&searching.shop.server, 4).unwrap();
            let facts = Directory::new(database.clone()).facts().await.unwrap();
            let client = searching.remote.as_ref().map(Remote::client);
            all.push(Self {
                finder: Finder::new(database.clone(), client),
                context: InContext::settle(&facts, None, None).unwrap(),
                searching,
                database,
            });
        }
        all
    }

    /// What is found by a text of which Meilisearch may not know the words: PostgreSQL finds it then.
    async fn find_by_any(&self, text: &str) -> Found {
        let answered = self.finder.find(&words(text), &self.context).await.unwrap();
        assert!(!answered.degraded);
        answered.found
    }

    async fn find(&self, ask: &Ask) -> Found {
        let answered = self.finder.find(ask, &self.context).await.unwrap();
        // The best last is an order that Meilisearch does not have; without words it counts all the same.
        let is_turned = ask.reverse && ask.sort == SearchSort::Relevance && !ask.text.is_empty();
        // Nor does it find what has most of the words; where nothing is found, both may have been asked.
        let engine = match is_turned || answered.found.relaxed {
            true => "postgresql",
            false => self.searching.engine(),
        };
        assert!(!answered.degraded);
        assert!(answered.engine == engine || answered.found.total.count == 0);
        answered.found
    }

    /// The shop is tuned like this, and its engine knows it.
    async fn tune(&self, tuning: Tuning) -> Arc<Tuning> {
        self.searching.tune(&tuning).await;
        Arc::new(tuning)
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
        let rows = self
            .searching
            .shop
            .sql()
            .await
            .query(sql, &[&ids])
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

fn words(text: &str) -> Ask {
    Ask::of_words(text, 250)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_meant_by_mistyped_words_is_found_as_if_it_had_been_typed() {
    for searched in Searched::all().await {
        let meant = searched.find(&words("leather watch")).await;
        assert!(meant.total.count > 1);
        let ask = words("leathr wacth");
        let found = searched.find(&ask).await;
        assert_eq!(found.corrected.as_deref(), Some("leather watch"));
        assert_eq!(found.hits, meant.hits);
        // The next page is of the same list.
        let page = Page {
            limit: 1,
            from: Some(found.hits[0].mark.clone()),
            backwards: false,
        };
        let next = searched.find(&Ask { page, ..ask }).await;
        assert_eq!(next.hits, found.hits[1..2]);
        // As many are counted where nobody reads any.
        let counted = Ask {
            hits: false,
            ..words("leathr wacth")
        };
        assert_eq!(searched.find(&counted).await.total, meant.total);
        // Behind the last hit is nothing, and no shorter list of what was typed.
        let last = found.hits.last().unwrap().mark.clone();
        let page = Page {
            limit: 5,
            from: Some(last),
            backwards: false,
        };
        let behind = searched
            .find(&Ask {
                page,
                ..words("leathr wacth")
            })
            .await;
        assert!(behind.hits.is_empty() && !behind.more);
        assert_eq!(behind.total, meant.total);
        // A word that nothing has is not said to have been searched.
        let found = searched.find(&words("candels vanila")).await;
        let said = found.corrected.unwrap();
        assert!(
            said.starts_with("candle") && !said.ends_with("vanila"),
            "{said}"
        );
        assert!(found.total.count > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_forms_of_a_word_find_what_has_one_of_them() {
    for searched in Searched::all().await {
        for (form, word) in [("mugs", "mug"), ("watches", "watch"), ("glasses", "glass")] {
            let (found, has) = (
                searched.find_by_any(form).await,
                searched.find_by_any(word).await,
            );
            assert!(!found.hits.is_empty() && !found.strange, "{form}");
            assert!(
                found
                    .hits
                    .iter()
                    .any(|hit| has.hits.iter().any(|it| it.id == hit.id)),
                "{form}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_found_in_titles_first() {
    for searched in Searched::all().await {
        let titles = searched.titles("coffee").await;
        let named = titles
            .iter()
            .filter(|title| title.contains("Coffee"))
            .count();
        assert!(0 < named && named < titles.len(), "{titles:?}");
        let first = &titles[..named];
        assert!(
            first.iter().all(|title| title.contains("Coffee")),
            "{titles:?}"
        );
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
async fn a_page_goes_on_where_it_was_though_hits_are_weighed_anew() {
    for searched in Searched::all().await {
        let ask = words("tea");
        let before = searched.find(&ask).await;
        let weighed = Ask {
            tuning: Arc::new(Tuning {
                ranking: Ranking {
                    title: 1,
                    properties: 1,
                    popularity: 0,
                    ..Ranking::default()
                },
                ..Tuning::default()
            }),
            ..ask.clone()
        };
        let by_sales = Ask {
            sort: SearchSort::BestSelling,
            ..ask.clone()
        };
        let sold = searched.find(&by_sales).await;
        // A mark of another weighing, and one of what is not weighed at all, as words are of which there are very many.
        for (now, mark) in [
            (&weighed, &before.hits[4].mark),
            (&ask, &sold.hits[4].mark),
            (&by_sales, &before.hits[4].mark),
        ] {
            let whole = searched.find(now).await;
            assert!(whole.hits.len() > 9, "{}", whole.hits.len());
            let page = Page {
                limit: 5,
                from: Some(mark.clone()),
                backwards: false,
            };
            let next = Ask {
                page,
                ..now.clone()
            };
            let next = searched.find(&next).await;
            assert_eq!(next.hits, whole.hits[5..10]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_condition_is_forgotten_however_many_there_are() {
    for searched in Searched::all().await {
        let sql = searched.searching.shop.sql().await;
        let vendors = "SELECT array_agg(id) FROM facet_values WHERE kind = 'VENDOR'";
        let vendors: Vec<i32> = sql.query_one(vendors, &[]).await.unwrap().get(0);
        // Every product is of some vendor.
        let group = |place| Group {
            kind: FacetKind::Attribute,
            field: format!("a{place}"),
            values: vendors.clone(),
        };
        let ask = |many: u32| Ask {
            narrowing: Narrowing {
                groups: (0..many).map(group).collect(),
                prices: vec![(0, 6_000)],
                available: Some(true),
            },
            facets: true,
            ..words("")
        };
        let few = searched.find(&ask(0)).await;
        assert!(few.total.count > 0);
        if searched.searching.remote.is_some() {
            continue;
        }
        let many = searched.find(&ask(70)).await;
        assert_eq!(many.total, few.total);
        assert_eq!(many.hits, few.hits);
        assert_eq!(many.facets.unwrap().available, few.total.count);
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
                    max: Some(3_000),
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
                .searching
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
                group.kind = KINDS.into_iter().find(|it| it.code() == kind).unwrap();
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
        // A range of all prices lets all of them through.
        let (least, most) = facets.prices.unwrap();
        let mut instead = chosen.clone();
        instead.prices = vec![(least, most)];
        assert_eq!(counted(instead).await.total.count, facets.priced);
        assert!(facets.priced > found.total.count);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_of_the_last_word_is_enough() {
    for searched in Searched::all().await {
        let strict = |text: &str, prefix: bool| {
            let mut tuning = Tuning::default();
            tuning.ranking.typing_errors = false;
            Ask {
                prefix,
                tuning: Arc::new(tuning),
                ..words(text)
            }
        };
        let begun = searched.find(&strict("coffee cardam", true)).await;
        assert_eq!(
            searched.titles_of(&begun).await[0],
            "Balcony Coffee with Cardamom"
        );
        assert!(
            searched
                .find(&strict("cardam", false))
                .await
                .hits
                .is_empty()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exact_title_comes_first_in_any_case() {
    for mut searched in Searched::all().await {
        assert_eq!(
            searched.titles("second coffee LOAFER").await[0],
            "Second Coffee Loafer"
        );
        searched.context.language = LanguageCode::Ar;
        assert_eq!(
            searched.titles("لوفر القهوة الثانية").await[0],
            "Second Coffee Loafer"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistyped_words_are_taken_for_the_nearest_and_the_answer_says_so() {
    for searched in Searched::all().await {
        for mistyped in ["cofee", "cofffee", "coffre"] {
            let whole = Ask {
                prefix: false,
                ..words(mistyped)
            };
            let found = searched.find(&whole).await;
            let titles = searched.titles_of(&found).await;
            assert!(
                titles.iter().any(|title| title.contains("Coffee")),
                "{mistyped}: {titles:?}"
            );
            assert_eq!(found.corrected.as_deref(), Some("coffee"), "{mistyped}");
        }
        assert_eq!(searched.find(&words("coffee")).await.corrected, None);
        let mut tuning = Tuning::default();
        tuning.ranking.typing_errors = false;
        let tuning = searched.tune(tuning).await;
        for mistyped in ["cofee", "cofffee", "coffre"] {
            let strict = Ask {
                prefix: false,
                tuning: Arc::clone(&tuning),
                ..words(mistyped)
            };
            let found = searched.find(&strict).await;
            assert_eq!((found.hits.len(), found.corrected), (0, None), "{mistyped}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_the_same_however_it_is_written() {
    for mut searched in Searched::all().await {
        let plain = searched.titles("coffee").await;
        assert_eq!(searched.titles("CÓFFÈE").await, plain);
        searched.context.language = LanguageCode::Ar;
        let plain = searched.titles("قهوة").await;
        assert!(
            plain.contains(&"Balcony Coffee with Cardamom".to_owned()),
            "{plain:?}"
        );
        for written in ["قهوه", "قَهْوَة", "قهـــوة", "القهوة"] {
            let titles = searched.titles(written).await;
            assert!(
                titles.contains(&"Second Coffee Loafer".to_owned()),
                "{written}: {titles:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn most_of_the_words_are_enough_when_nothing_has_all() {
    for searched in Searched::all().await {
        let titles = searched.titles("second coffee loafer qqqqqqqqqqq").await;
        assert_eq!(titles[0], "Second Coffee Loafer");
        assert_eq!(searched.titles("qqqqqqqqqqq").await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn synonyms_and_stop_words_are_heeded() {
    for searched in Searched::all().await {
        let one_way = Tuning {
            version: 2,
            synonyms: vec![Synonym {
                language: None,
                word: Some("moccasin".to_owned()),
                terms: vec!["coffee loafer".to_owned()],
            }],
            stop_words: vec![(LanguageCode::En, "splendid".to_owned())],
            ranking: Ranking {
                typing_errors: false,
                ..Ranking::default()
            },
        };
        let one_way = searched.tune(one_way).await;
        let ask = Ask {
            tuning: one_way,
            ..words("moccasin")
        };
        let found = searched.find(&ask).await;
        assert_eq!(searched.titles_of(&found).await, ["Second Coffee Loafer"]);
        let ask = Ask {
            text: "splendid moccasin".to_owned(),
            ..ask
        };
        let found = searched.find(&ask).await;
        assert_eq!(searched.titles_of(&found).await, ["Second Coffee Loafer"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_weigh_nothing_are_not_searched() {
    for searched in Searched::all().await {
        let only = |title, properties, description| {
            let mut tuning = Tuning::default();
            tuning.ranking.title = title;
            tuning.ranking.properties = properties;
            tuning.ranking.description = description;
            Ask {
                tuning: Arc::new(tuning),
                ..words("coffee")
            }
        };
        let count = async |ask: Ask| searched.find(&ask).await.hits.len();
        let titles = count(only(10, 0, 0)).await;
        let whole = count(only(10, 5, 1)).await;
        assert!(titles > 0 && titles < whole, "{titles} of {whole}");
        assert_eq!(count(only(0, 0, 0)).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_says_by_which_words_it_was_found() {
    for mut searched in Searched::all().await {
        let words_of = async |searched: &Searched, text: &str| {
            let found = searched.find_by_any(text).await;
            found.hits[0].words.clone()
        };
        assert!(
            words_of(&searched, "second loaf")
                .await
                .contains(&"loafer".to_owned())
        );
        assert!(
            words_of(&searched, "loafers")
                .await
                .contains(&"loafer".to_owned())
        );
        searched.context.language = LanguageCode::Ar;
        let said = words_of(&searched, "القهوه الثانيه").await;
        assert!(said.contains(&"القهوة".to_owned()), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_one_letter_shows_itself_and_no_other_letter() {
    for searched in Searched::all().await {
        for letter in ["b", "x"] {
            let whole = Ask {
                prefix: false,
                ..words(letter)
            };
            for hit in searched.find(&whole).await.hits {
                assert!(
                    hit.words.iter().all(|word| word == letter),
                    "{letter}: {:?}",
                    hit.words
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_letters_that_changed_places_are_put_right_in_short_words_too() {
    for searched in Searched::all().await {
        let mugs = searched.titles("mug").await;
        assert!(!mugs.is_empty());
        let found = searched.find_by_any("mgu").await;
        assert_eq!(found.corrected.as_deref(), Some("mug"));
        assert_eq!(searched.titles_of(&found).await, mugs);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_begun_is_completed_by_words_that_find_something() {
    for mut searched in Searched::all().await {
        let complete = async |searched: &Searched, text: &str| {
            searched
                .finder
                .complete(text, 5, &searched.context)
                .await
                .unwrap()
        };
        let texts = complete(&searched, "coff").await;
        assert_eq!(
            texts.first().map(String::as_str),
            Some("coffee"),
            "{texts:?}"
        );
        let texts = complete(&searched, "second lo").await;
        assert!(texts.contains(&"second loafer".to_owned()), "{texts:?}");
        for nothing in ["", "%", "qqqq", "coffee"] {
            let texts = complete(&searched, nothing).await;
            assert!(!texts.contains(&nothing.to_owned()), "{nothing}: {texts:?}");
        }
        searched.context.language = LanguageCode::Ar;
        assert!(!complete(&searched, "قه").await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_products_are_not_found_and_lists_within_are_kept_to() {
    for searched in Searched::all().await {
        let all = searched.find(&words("coffee")).await;
        let first = all.hits[0].id;
        let ask = Ask {
            without: vec![first],
            ..words("coffee")
        };
        let rest = searched.find(&ask).await;
        assert!(rest.hits.iter().all(|hit| hit.id != first));
        assert_eq!(rest.total.count + 1, all.total.count);
        let client = searched.searching.shop.sql().await;
        let sql = "SELECT vendor_id, category_id FROM products WHERE id = $1";
        let row = client.query_one(sql, &[&first]).await.unwrap();
        for within in [
            Within::Vendor(row.get(0)),
            Within::Category(row.get(1)),
            Within::Shelf(row.get(1)),
        ] {
            let ask = Ask {
                within,
                ..words("coffee")
            };
            let found = searched.find(&ask).await;
            assert!(found.hits.iter().any(|hit| hit.id == first), "{within:?}");
            assert!(found.total.count < all.total.count, "{within:?}");
            let nowhere = Ask {
                within: match within {
                    Within::Vendor(_) => Within::Vendor(Uuid::nil()),
                    Within::Category(_) => Within::Category(Uuid::nil()),
                    _ => Within::Shelf(Uuid::nil()),
                },
                ..words("coffee")
            };
            assert_eq!(searched.find(&nowhere).await.total.count, 0);
        }
    }
}
