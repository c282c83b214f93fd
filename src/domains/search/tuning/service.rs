//! What administrators do with the tuning.

use super::checks;
use super::error::{Field, TuningError};
use super::model::{Ranking, Synonym};
use super::pins::{self, Rule};
use super::snapshot::Tuner;
use super::store::{self, Logged, Rows, RuleId, SynonymId};
use crate::domains::accounts::UserId;
use crate::graphql::codes::LanguageCode;
use crate::platform::clock;
use crate::platform::db::{Change, Conn, Database};
use crate::platform::tasks::Tasks;
use serde_json::{Value, json};
use uuid::Uuid;

/// Something that an administrator says. What has an id is said anew of what is there; what has none is added.
#[derive(Debug, Clone)]
pub enum Saying {
    /// Words are looked for together.
    Synonym(Option<SynonymId>, Synonym),
    /// Words are no longer looked for together.
    NoSynonym(SynonymId),
    /// These words of a language are not looked for, and no others.
    StopWords(LanguageCode, Vec<String>),
    /// Products stand in front, or are not found.
    Rule(Option<RuleId>, Rule),
    /// Nothing is said of a phrase any more.
    NoRule(RuleId),
    /// So much counts what.
    Ranking(RankingChange),
    /// These terms are told to nobody as looked for, and no others.
    BlockedTerms(Vec<String>),
}

/// What is said of the weights; what nothing is said of stays as it is.
#[derive(Debug, Clone, Default)]
pub struct RankingChange {
    /// The title.
    pub title: Option<u8>,
    /// Type, vendor, tags, choices and attributes.
    pub properties: Option<u8>,
    /// The description.
    pub description: Option<u8>,
    /// How much was sold.
    pub popularity: Option<u8>,
    /// Whether what cannot be bought comes after all that can.
    pub in_stock_first: Option<bool>,
    /// Whether words may be mistyped.
    pub typing_errors: Option<bool>,
}

impl RankingChange {
    /// What it makes of `present`.
    fn over(&self, present: &Ranking) -> Ranking {
        Ranking {
            title: self.title.unwrap_or(present.title),
            properties: self.properties.unwrap_or(present.properties),
            description: self.description.unwrap_or(present.description),
            popularity: self.popularity.unwrap_or(present.popularity),
            in_stock_first: self.in_stock_first.unwrap_or(present.in_stock_first),
            typing_errors: self.typing_errors.unwrap_or(present.typing_errors),
        }
    }
}

/// The tuning, for those who may change it: whoever calls has made sure of that.
#[derive(Clone)]
pub struct Tunings {
    database: Database,
    tuner: Tuner,
    tasks: Tasks,
}

impl Tunings {
    /// On this database; `tuner` reads anew when something was changed.
    #[must_use]
    pub const fn new(database: Database, tuner: Tuner, tasks: Tasks) -> Self {
        Self {
            database,
            tuner,
            tasks,
        }
    }

    /// All that was said.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rows(&self) -> Result<Rows, TuningError> {
        let mut conn = self.database.get().await?;
        Ok(store::rows(&mut conn).await?)
    }

    /// The last changes, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log(&self, limit: i64) -> Result<Vec<Logged>, TuningError> {
        let mut conn = self.database.get().await?;
        Ok(store::log(&mut conn, limit).await?)
    }

    /// Does what somebody says, if the tuning is still of the version that they saw. It is finished though they go away.
    ///
    /// # Errors
    /// See [`TuningError`].
    pub async fn say(
        &self,
        by: UserId,
        version: Option<i64>,
        saying: Saying,
    ) -> Result<(), TuningError> {
        let change = Said {
            id: Uuid::now_v7(),
            by,
            version,
            saying: checked(saying)?,
            new: Uuid::now_v7(),
        };
        let (database, tuner) = (self.database.clone(), self.tuner.clone());
        let work = async move {
            let outcome = database.make(&change).await;
            tuner.forget().await;
            outcome
        };
        self.tasks.run(work).await?
    }
}

fn checked(saying: Saying) -> Result<Saying, TuningError> {
    Ok(match saying {
        Saying::Synonym(id, synonym) => Saying::Synonym(id, checks::synonym(&synonym)?),
        Saying::StopWords(language, words) => {
            Saying::StopWords(language, checks::stop_words(&words)?)
        }
        Saying::Rule(id, rule) => Saying::Rule(id, checks::rule(&rule)?),
        Saying::BlockedTerms(terms) => Saying::BlockedTerms(checks::blocked_terms(&terms)?),
        Saying::NoSynonym(_) | Saying::NoRule(_) | Saying::Ranking(_) => saying,
    })
}

/// What was said, on its way into the database.
struct Said {
    /// Of this change: a try after a lost answer finds it.
    id: Uuid,
    by: UserId,
    version: Option<i64>,
    saying: Saying,
    /// The id of what is added.
    new: Uuid,
}

impl Change for Said {
    type Done = ();
    type Refusal = TuningError;

    async fn run(&self, conn: &mut Conn) -> Result<(), TuningError> {
        let present = store::lock(conn).await?;
        if store::is_logged(conn, self.id).await? {
            return Ok(());
        }
        if self.version.is_some_and(|version| version != present) {
            return Err(TuningError::Stale { present });
        }
        self.apply(conn).await?;
        let (version, now) = (present + 1, clock::now());
        store::set_version(conn, version, now).await?;
        let (action, about) = self.told();
        Ok(store::add_to_log(conn, version, self.id, (action, about), self.by, now).await?)
    }
}

impl Said {
    async fn apply(&self, conn: &mut Conn) -> Result<(), TuningError> {
        match &self.saying {
            Saying::Synonym(id, synonym) => {
                let new = SynonymId(self.new);
                if id.is_none() && store::synonym_count(conn).await? >= most() {
                    return Err(TuningError::Full { most: checks::MOST });
                }
                there(store::keep_synonym(conn, *id, new, synonym).await?)
            }
            Saying::NoSynonym(id) => there(store::drop_synonym(conn, *id).await?),
            Saying::StopWords(language, words) => {
                Ok(store::keep_stop_words(conn, *language, words).await?)
            }
            Saying::Rule(id, rule) => self.apply_rule(conn, *id, rule).await,
            Saying::NoRule(id) => there(store::drop_rule(conn, *id).await?),
            Saying::BlockedTerms(terms) => Ok(store::keep_blocked_terms(conn, terms).await?),
            Saying::Ranking(change) => {
                let ranking = change.over(&store::ranking(conn).await?);
                Ok(store::keep_ranking(conn, &ranking).await?)
            }
        }
    }

    async fn apply_rule(
        &self,
        conn: &mut Conn,
        id: Option<RuleId>,
        rule: &Rule,
    ) -> Result<(), TuningError> {
        if id.is_none() && store::rule_count(conn).await? >= most() {
            return Err(TuningError::Full { most: checks::MOST });
        }
        let others = store::rules(conn).await?.into_iter();
        let mut others = others.filter(|(other, _)| Some(*other) != id);
        // Searches do not tell phrases apart by their signs, accents and forms of letters.
        let meant = pins::folded(&rule.phrase);
        if others
            .any(|(_, other)| other.matches == rule.matches && pins::folded(&other.phrase) == meant)
        {
            return Err(TuningError::Taken);
        }
        for (field, ids) in [(Field::Pinned, &rule.pinned), (Field::Hidden, &rule.hidden)] {
            let known = store::products(conn, ids).await?;
            if let Some(product) = ids.iter().copied().find(|id| !known.contains(id)) {
                return Err(TuningError::NoProduct { field, product });
            }
        }
        there(store::keep_rule(conn, id, RuleId(self.new), rule).await?)
    }

    /// What the log says of it.
    fn told(&self) -> (&'static str, Value) {
        match &self.saying {
            Saying::Synonym(id, synonym) => (
                "SYNONYM_SET",
                json!({
                    "id": id.map_or(self.new, |id| id.0),
                    "language": synonym.language.map(LanguageCode::code),
                    "word": synonym.word,
                    "terms": synonym.terms,
                }),
            ),
            Saying::NoSynonym(id) => ("SYNONYM_DELETED", json!({ "id": id })),
            Saying::StopWords(language, words) => (
                "STOP_WORDS_SET",
                json!({ "language": language.code(), "words": words }),
            ),
            Saying::Rule(id, rule) => (
                "RULE_SET",
                json!({
                    "id": id.map_or(self.new, |id| id.0),
                    "phrase": rule.phrase,
                    "matches": rule.matches.code(),
                    "pinned": rule.pinned,
                    "hidden": rule.hidden,
                }),
            ),
            Saying::NoRule(id) => ("RULE_DELETED", json!({ "id": id })),
            Saying::BlockedTerms(terms) => ("BLOCKED_TERMS_SET", json!({ "terms": terms })),
            Saying::Ranking(ranking) => (
                "RANKING_SET",
                json!({
                    "title": ranking.title,
                    "properties": ranking.properties,
                    "description": ranking.description,
                    "popularity": ranking.popularity,
                    "inStockFirst": ranking.in_stock_first,
                    "typingErrors": ranking.typing_errors,
                }),
            ),
        }
    }
}

fn most() -> i64 {
    i64::try_from(checks::MOST).unwrap_or(i64::MAX)
}

fn there(found: bool) -> Result<(), TuningError> {
    if found {
        Ok(())
    } else {
        Err(TuningError::NotFound)
    }
}
