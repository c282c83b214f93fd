//! Words of a language: their forms, their letters, their synonyms.

use super::{Searched, words};
use lilium::domains::search::{Ask, Ranking, Synonym, Tuning};
use lilium::graphql::codes::LanguageCode;

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
async fn arabic_words_find_what_they_find_in_their_language() {
    for mut searched in Searched::all().await {
        searched.context.language = LanguageCode::Ar;
        assert!(!searched.titles("قهوة").await.is_empty());
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
