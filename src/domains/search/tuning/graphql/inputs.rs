//! What the mutations of the tuning are told.

use crate::domains::search::tuning::{RuleMatch, TuningError};
use crate::domains::shop::Facts;
use crate::graphql::codes::LanguageCode;
use async_graphql::{Enum, ID, InputObject};

/// When a rule holds.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "RuleMatch")]
pub enum SearchRuleMatch {
    /// When the text of the search is the phrase; capitals and spaces do not matter.
    Exact,
    /// When the words of the phrase stand in the text of the search, one after the other.
    Contains,
}

/// Words that are looked for together.
#[derive(InputObject, Debug, Clone)]
pub struct SearchSynonymSetInput {
    /// Global id of those that are changed; absent for new ones.
    pub id: Option<ID>,
    /// In which language; absent for all of them.
    pub language: Option<LanguageCode>,
    /// Who looks for this finds the terms, too, and not the other way round. Absent when each of the terms stands for all. At most 50
    /// characters and 4 words.
    pub word: Option<String>,
    /// The words: at most 20, each of at most 50 characters and 4 words.
    pub terms: Vec<String>,
    /// The version that was looked at: the change is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
}

/// Something that is said no longer.
#[derive(InputObject, Debug, Clone)]
pub struct SearchTuningDeleteInput {
    /// Global id of what is deleted.
    pub id: ID,
    /// The version that was looked at: the change is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
}

/// Words that are not looked for.
#[derive(InputObject, Debug, Clone)]
pub struct SearchStopWordsSetInput {
    /// Their language.
    pub language: LanguageCode,
    /// All of them, in place of those that are there: at most 500, each of at most 50 characters.
    pub words: Vec<String>,
    /// The version that was looked at: the change is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
}

/// Terms that are told to nobody as looked for.
#[derive(InputObject, Debug, Clone)]
pub struct SearchBlockedTermsSetInput {
    /// All of them, in place of those that are there: at most 500, each of at most 100 characters. A text is blocked when it has the words of
    /// one of them, one after the other.
    pub terms: Vec<String>,
    /// The version that was looked at: the change is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
}

/// What stands in front of what a phrase finds, and what is not found by it.
#[derive(InputObject, Debug, Clone)]
pub struct SearchRuleSetInput {
    /// Global id of the rule that is changed; absent for a new one.
    pub id: Option<ID>,
    /// The phrase: at most 100 characters.
    pub phrase: String,
    /// When it holds.
    #[graphql(default_with = "SearchRuleMatch::Exact")]
    pub r#match: SearchRuleMatch,
    /// Global ids of the products that stand in front, in their order: at most 20.
    #[graphql(default)]
    pub pinned: Vec<ID>,
    /// Global ids of the products that are not found: at most 50.
    #[graphql(default)]
    pub hidden: Vec<ID>,
    /// The version that was looked at: the change is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
}

/// What counts how much when hits are ranked. What is absent stays as it is.
#[derive(InputObject, Debug, Clone)]
pub struct SearchRankingSetInput {
    /// Words in the title: 1 to 10.
    pub title: Option<i32>,
    /// Words in type, vendor, tags, options and attributes: 0 to 10; at 0 they are not searched.
    pub properties: Option<i32>,
    /// Words in the description: 0 to 10; at 0 it is not searched.
    pub description: Option<i32>,
    /// How much was sold: 0 to 10.
    pub popularity: Option<i32>,
    /// Whether what cannot be bought comes after all that can.
    pub in_stock_first: Option<bool>,
    /// Whether words may be mistyped.
    pub typing_errors: Option<bool>,
    /// The version that was looked at: the change is refused when it is no longer the present one. Any when absent.
    pub version: Option<i32>,
}

/// A language, if a market of the shop has it.
pub(super) fn offered(facts: &Facts, language: LanguageCode) -> Result<LanguageCode, TuningError> {
    let offered = facts
        .markets
        .iter()
        .any(|market| market.languages.contains(&language));
    if offered || facts.base_language == language {
        Ok(language)
    } else {
        Err(TuningError::NoLanguage)
    }
}
