//! What is mistyped, or typed only in part.

use super::{Searched, words};
use lilium::domains::search::{Ask, Page, Tuning};
use lilium::graphql::codes::LanguageCode;
use std::sync::Arc;

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
