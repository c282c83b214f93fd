//! What can be done with the tuning.

use super::errors::SearchTuningUserError;
use super::inputs::{
    SearchBlockedTermsSetInput, SearchRankingSetInput, SearchRuleSetInput, SearchStopWordsSetInput,
    SearchSynonymSetInput, SearchTuningDeleteInput, offered,
};
use super::view::SearchTuning;
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::permitted;
use crate::domains::search::tuning::{
    Field, RankingChange, Rule, RuleId, Saying, Synonym, SynonymId, TuningError, Tunings,
    weight_within,
};
use crate::domains::shop::InContext;
use crate::graphql::codes::LanguageCode;
use crate::graphql::gid;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use uuid::Uuid;

/// Mutations of the tuning.
#[derive(Default)]
pub struct TuningMutation;

/// What a change of the search's tuning answers.
#[derive(SimpleObject, Default)]
pub struct SearchTuningPayload {
    /// The tuning as it is now; absent when the change was refused.
    pub search_tuning: Option<SearchTuning>,
    /// Why the change was refused; nothing was changed then.
    pub user_errors: Vec<SearchTuningUserError>,
}

/// Mutations of the tuning.
#[Object]
impl TuningMutation {
    /// Lets words be looked for together, such as "sneakers" and "trainers". For whoever may tune the search: see
    /// `Permission.SEARCH_TUNE`, as for all changes of the tuning. A change is seen by searches within some seconds.
    async fn search_synonym_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which words.")] input: SearchSynonymSetInput,
    ) -> Result<Option<SearchTuningPayload>> {
        permitted(ctx, Permission::SearchTune)?;
        let id = input.id.as_ref().map(synonym_id).transpose()?;
        let said = match language(ctx, input.language)? {
            Ok(language) => Ok(Saying::Synonym(
                id,
                Synonym {
                    language,
                    word: input.word,
                    terms: input.terms,
                },
            )),
            Err(error) => Err(error),
        };
        say(ctx, said, input.version).await.map(Some)
    }

    /// Lets words be looked for together no longer.
    async fn search_synonym_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which words.")] input: SearchTuningDeleteInput,
    ) -> Result<Option<SearchTuningPayload>> {
        permitted(ctx, Permission::SearchTune)?;
        let saying = Saying::NoSynonym(synonym_id(&input.id)?);
        say(ctx, Ok(saying), input.version).await.map(Some)
    }

    /// Says which words of a language are not looked for, such as "the", and that no others are: a search for "the mug" is one for "mug".
    /// A search that has nothing but such words looks for them nevertheless.
    async fn search_stop_words_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which words.")] input: SearchStopWordsSetInput,
    ) -> Result<Option<SearchTuningPayload>> {
        permitted(ctx, Permission::SearchTune)?;
        let facts = &ctx.data::<InContext>()?.facts;
        let said =
            offered(facts, input.language).map(|language| Saying::StopWords(language, input.words));
        say(ctx, said, input.version).await.map(Some)
    }

    /// Puts products in front of what a phrase finds, or takes them out of it. A pinned product is shown only where the reader's market sees
    /// it and the filters of the search let it through.
    async fn search_rule_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which phrase and products.")] input: SearchRuleSetInput,
    ) -> Result<Option<SearchTuningPayload>> {
        permitted(ctx, Permission::SearchTune)?;
        let id = input.id.as_ref().map(rule_id).transpose()?;
        let rule = Rule {
            phrase: input.phrase,
            matches: input.r#match.into(),
            pinned: products(&input.pinned)?,
            hidden: products(&input.hidden)?,
        };
        say(ctx, Ok(Saying::Rule(id, rule)), input.version)
            .await
            .map(Some)
    }

    /// Lets a phrase find what it finds by itself.
    async fn search_rule_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which rule.")] input: SearchTuningDeleteInput,
    ) -> Result<Option<SearchTuningPayload>> {
        permitted(ctx, Permission::SearchTune)?;
        let saying = Saying::NoRule(rule_id(&input.id)?);
        say(ctx, Ok(saying), input.version).await.map(Some)
    }

    /// Says which texts are told to nobody as looked for, and that no others are: neither by `popularSearches` nor as a suggestion. They are
    /// counted all the same.
    async fn search_blocked_terms_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which texts.")] input: SearchBlockedTermsSetInput,
    ) -> Result<Option<SearchTuningPayload>> {
        permitted(ctx, Permission::SearchTune)?;
        let saying = Saying::BlockedTerms(input.terms);
        say(ctx, Ok(saying), input.version).await.map(Some)
    }

    /// Says what counts how much when hits are ranked.
    async fn search_ranking_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What counts how much.")] input: SearchRankingSetInput,
    ) -> Result<Option<SearchTuningPayload>> {
        permitted(ctx, Permission::SearchTune)?;
        let said = ranking(&input).map(Saying::Ranking);
        say(ctx, said, input.version).await.map(Some)
    }
}

fn synonym_id(id: &ID) -> Result<SynonymId> {
    gid::expect("SearchSynonym", id).map(SynonymId)
}

fn rule_id(id: &ID) -> Result<RuleId> {
    gid::expect("SearchRule", id).map(RuleId)
}

fn products(ids: &[ID]) -> Result<Vec<Uuid>> {
    ids.iter().map(|id| gid::expect("Product", id)).collect()
}

/// A language of the shop, or none.
fn language(
    ctx: &Context<'_>,
    language: Option<LanguageCode>,
) -> Result<Result<Option<LanguageCode>, TuningError>> {
    let facts = &ctx.data::<InContext>()?.facts;
    Ok(language
        .map(|language| offered(facts, language))
        .transpose())
}

/// What is said of the weights.
fn ranking(input: &SearchRankingSetInput) -> Result<RankingChange, TuningError> {
    let weight = |field: Field, given: Option<i32>| {
        // What is no small number at all is as far out of range as a large one.
        let small = given.map(|given| u8::try_from(given).unwrap_or(u8::MAX));
        weight_within(field, small)
    };
    Ok(RankingChange {
        title: weight(Field::Title, input.title)?,
        properties: weight(Field::Properties, input.properties)?,
        description: weight(Field::Description, input.description)?,
        popularity: weight(Field::Popularity, input.popularity)?,
        in_stock_first: input.in_stock_first,
        typing_errors: input.typing_errors,
    })
}

/// Does what was said, and shows what became of it.
async fn say(
    ctx: &Context<'_>,
    said: Result<Saying, TuningError>,
    version: Option<i32>,
) -> Result<SearchTuningPayload> {
    let viewer = permitted(ctx, Permission::SearchTune)?;
    let tunings = ctx.data::<Tunings>()?;
    let outcome = match said {
        Ok(saying) => {
            let version = version.map(i64::from);
            tunings.say(viewer.user_id, version, saying).await
        }
        Err(error) => Err(error),
    };
    Ok(match outcome {
        Ok(()) => SearchTuningPayload {
            search_tuning: Some(SearchTuning::load(ctx).await?),
            user_errors: Vec::new(),
        },
        Err(error) => SearchTuningPayload {
            search_tuning: None,
            user_errors: vec![SearchTuningUserError::told(error)?],
        },
    })
}
