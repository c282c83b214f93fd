//! What comes first, and which texts count for it.

use super::{Searched, words};
use lilium::domains::search::{Ask, Tuning};
use lilium::graphql::codes::LanguageCode;
use std::sync::Arc;

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
async fn most_of_the_words_are_enough_when_nothing_has_all() {
    for searched in Searched::all().await {
        let titles = searched.titles("second coffee loafer qqqqqqqqqqq").await;
        assert_eq!(titles[0], "Second Coffee Loafer");
        assert_eq!(searched.titles("qqqqqqqqqqq").await, Vec::<String>::new());
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
