//! The tuning as administrators see it.

use super::errors::SearchTuningUserError;
use super::inputs::SearchRuleMatch;
use crate::domains::catalog::graphql::{Product, product_by_id};
use crate::domains::search::tuning::{
    Logged, Ranking, Rows, Rule, RuleId, Synonym, SynonymId, TuningError, Tunings,
};
use crate::graphql::codes::LanguageCode;
use crate::graphql::error::{ErrorCode, client_error, internal};
use crate::graphql::gid::gid;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Error, ID, Object, Result};
use futures_util::future::try_join_all;
use uuid::Uuid;

/// How the search is tuned.
pub struct SearchTuning(Rows);

/// The most changes that are shown at once.
const MOST_CHANGES: i32 = 100;

impl SearchTuning {
    /// As it is now.
    pub(super) async fn load(ctx: &Context<'_>) -> Result<Self> {
        let rows = ctx.data::<Tunings>()?.rows().await;
        rows.map(Self).map_err(failed)
    }
}

/// An error of reading, which no person can have made.
fn failed(error: TuningError) -> Error {
    match SearchTuningUserError::told(error) {
        Ok(told) => internal(told.message),
        Err(error) => error,
    }
}

/// How the search is tuned.
#[Object]
impl SearchTuning {
    /// Grows with each change of any of it. Pass it with a change, so that it is refused when somebody else was faster.
    async fn version(&self) -> i32 {
        i32::try_from(self.0.version).unwrap_or(i32::MAX)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }

    /// Words that are looked for together, the earliest first: at most 500.
    async fn synonyms(&self) -> Vec<SearchSynonym> {
        let synonyms = self.0.synonyms.iter().cloned();
        synonyms.map(|(id, it)| SearchSynonym(id, it)).collect()
    }

    /// Words that are not looked for, by language.
    async fn stop_words(&self) -> Vec<SearchStopWords> {
        let mut found: Vec<SearchStopWords> = Vec::new();
        for (language, word) in &self.0.stop_words {
            match found.iter_mut().find(|list| list.language == *language) {
                Some(list) => list.words.push(word.clone()),
                None => found.push(SearchStopWords {
                    language: *language,
                    words: vec![word.clone()],
                }),
            }
        }
        found
    }

    /// What stands in front of what phrases find, and what is not found by them, the earliest first: at most 500.
    async fn rules(&self) -> Vec<SearchRule> {
        let rules = self.0.rules.iter().cloned();
        rules.map(|(id, it)| SearchRule(id, it)).collect()
    }

    /// What is told to nobody as looked for: at most 500.
    async fn blocked_terms(&self) -> &[String] {
        &self.0.blocked_terms
    }

    /// What counts how much when hits are ranked.
    async fn ranking(&self) -> SearchRanking {
        SearchRanking(self.0.ranking)
    }

    /// Who changed what, the latest first.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most: 1 to 100.", default = 20)] first: i32,
    ) -> Result<Vec<SearchTuningChange>> {
        if !(1..=MOST_CHANGES).contains(&first) {
            return Err(client_error(
                ErrorCode::BadUserInput,
                format!("`first` is from 1 to {MOST_CHANGES}."),
            ));
        }
        let log = ctx.data::<Tunings>()?.log(i64::from(first)).await;
        let log = log.map_err(failed)?;
        Ok(log.into_iter().map(SearchTuningChange).collect())
    }
}

/// Words that are looked for together.
pub struct SearchSynonym(SynonymId, Synonym);

/// Words that are looked for together.
#[Object]
impl SearchSynonym {
    /// Global id.
    async fn id(&self) -> ID {
        gid("SearchSynonym", self.0.0)
    }

    /// In which language; `null` for all of them.
    async fn language(&self) -> Option<LanguageCode> {
        self.1.language
    }

    /// Who looks for this finds the terms, too, and not the other way round; `null` when each of the terms stands for all.
    async fn word(&self) -> Option<&str> {
        self.1.word.as_deref()
    }

    /// The words, lower case.
    async fn terms(&self) -> &[String] {
        &self.1.terms
    }
}

/// Words of a language that are not looked for.
#[derive(async_graphql::SimpleObject)]
pub struct SearchStopWords {
    /// The language.
    language: LanguageCode,
    /// The words, lower case.
    words: Vec<String>,
}

/// What stands in front of what a phrase finds, and what is not found by it.
pub struct SearchRule(RuleId, Rule);

/// What stands in front of what a phrase finds, and what is not found by it.
#[Object]
impl SearchRule {
    /// Global id.
    async fn id(&self) -> ID {
        gid("SearchRule", self.0.0)
    }

    /// The phrase, lower case.
    async fn phrase(&self) -> &str {
        &self.1.phrase
    }

    /// When it holds.
    async fn r#match(&self) -> SearchRuleMatch {
        self.1.matches.into()
    }

    /// Global ids of the products that stand in front, in their order.
    async fn pinned_ids(&self) -> Vec<ID> {
        ids(&self.1.pinned)
    }

    /// Global ids of the products that are not found.
    async fn hidden_ids(&self) -> Vec<ID> {
        ids(&self.1.hidden)
    }

    /// The products that stand in front, in their order; `null` for one that the reader's market does not see.
    async fn pinned(&self, ctx: &Context<'_>) -> Result<Vec<Option<Product>>> {
        products(ctx, &self.1.pinned).await
    }

    /// The products that are not found; `null` for one that the reader's market does not see.
    async fn hidden(&self, ctx: &Context<'_>) -> Result<Vec<Option<Product>>> {
        products(ctx, &self.1.hidden).await
    }
}

fn ids(products: &[Uuid]) -> Vec<ID> {
    products.iter().map(|id| gid("Product", *id)).collect()
}

async fn products(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Vec<Option<Product>>> {
    try_join_all(ids.iter().map(|id| product_by_id(ctx, *id))).await
}

/// What counts how much when hits are ranked.
pub struct SearchRanking(Ranking);

/// What counts how much when hits are ranked.
#[Object]
impl SearchRanking {
    /// Words in the title: 1 to 10.
    async fn title(&self) -> i32 {
        self.0.title.into()
    }

    /// Words in type, vendor, tags, options and attributes: 0 to 10; at 0 they are not searched.
    async fn properties(&self) -> i32 {
        self.0.properties.into()
    }

    /// Words in the description: 0 to 10; at 0 it is not searched.
    async fn description(&self) -> i32 {
        self.0.description.into()
    }

    /// How much was sold: 0 to 10.
    async fn popularity(&self) -> i32 {
        self.0.popularity.into()
    }

    /// Whether what cannot be bought comes after all that can.
    async fn in_stock_first(&self) -> bool {
        self.0.in_stock_first
    }

    /// Whether words may be mistyped.
    async fn typing_errors(&self) -> bool {
        self.0.typing_errors
    }
}

/// A change of the tuning.
pub struct SearchTuningChange(Logged);

/// A change of the tuning.
#[Object]
impl SearchTuningChange {
    /// The version that it led to.
    async fn version(&self) -> i32 {
        i32::try_from(self.0.version).unwrap_or(i32::MAX)
    }

    /// What was done: `SYNONYM_SET`, `SYNONYM_DELETED`, `STOP_WORDS_SET`, `RULE_SET`, `RULE_DELETED`, `RANKING_SET` or
    /// `BLOCKED_TERMS_SET`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// When.
    async fn happened_at(&self) -> DateTime {
        DateTime(self.0.changed_at)
    }

    /// Global id of the user who did it.
    async fn user_id(&self) -> ID {
        gid("User", self.0.user_id)
    }

    /// What they are called; `null` when the account has no name or is gone.
    async fn user_name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What was said, as JSON.
    async fn details(&self) -> String {
        self.0.about.to_string()
    }
}
