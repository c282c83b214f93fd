//! Searching: what is found by an engine, as it stands in the database at this moment.

use super::analytics::{self, Searches};
use super::ask::{Ask, SearchSort, Unavailable, Within};
use super::cursor::{Fingerprint, Place, Segment};
use super::engine::EngineError;
use super::finder::{Answered, Finder};
use super::found::{FacetCounts, Total};
use super::gathered::{Gathered, Placed};
use super::highlight;
use super::live::Live;
use super::searched::Searched;
use super::tuning::{Pins, Tuned, Tuner};
use crate::domains::content::{PageRow, pages_with_words};
use crate::domains::listing::{Card, Extent, Filters, Narrowing};
use crate::domains::shop::InContext;
use crate::graphql::error::busy;
use crate::graphql::made_of::reading;
use crate::graphql::words::Words;
use crate::platform::db::{Database, DbError};
use async_graphql::{Context, Error};
use std::sync::Arc;
use uuid::Uuid;

/// What comes of a search, or what the client is told instead.
pub(super) type Outcome<T> = Result<T, Error>;

/// What is searched for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Looked {
    /// The words, without spaces around them; empty for all there is.
    pub text: String,
    /// Whether the last word may be a beginning.
    pub prefix: bool,
    /// The order.
    pub sort: SearchSort,
    /// The order the other way round.
    pub reverse: bool,
    /// What becomes of products that cannot be bought.
    pub unavailable: Unavailable,
    /// Whether products are searched.
    pub products: bool,
    /// Whether pages are searched.
    pub pages: bool,
    /// What products are let through.
    pub filters: Filters,
}

/// Which part of what is found is wanted.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// How many at the most.
    pub limit: usize,
    /// Only what comes after this place (before it, when `backwards`).
    pub place: Option<Place>,
    /// The last ones.
    pub backwards: bool,
    /// Whether anything of it is read at all.
    pub hits: bool,
    /// Whether it is said how many there are.
    pub total: bool,
    /// Whether values are counted.
    pub facets: bool,
    /// Whether the words are shown by which products were found.
    pub words: bool,
    /// How much of each product is read.
    pub extent: Extent,
}

/// Something that was found.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// A product as it stands.
    Product(Arc<Card>),
    /// A page.
    Page(Arc<PageRow>),
}

impl Item {
    /// The product, when it is one.
    pub fn product(self) -> Option<Arc<Card>> {
        match self {
            Self::Product(card) => Some(card),
            Self::Page(_) => None,
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// In the order of the list.
    pub items: Vec<Placed>,
    /// Whether there are more in the direction that was asked for.
    pub more: bool,
    /// Where the list goes on in that direction, when it is not behind the last of the items.
    pub reached: Option<Place>,
    /// How many there are.
    pub total: Total,
    /// How many have which value, when it was asked for.
    pub facets: Option<Facets>,
    /// The words that were searched, when a word that nothing has was taken for another.
    pub corrected: Option<String>,
    /// Whether nothing has all of the words.
    pub relaxed: bool,
    /// Whether what was found has others in the place of some words.
    pub strange: bool,
}

impl Results {
    /// What came of the search, for those who count.
    pub fn outcome(&self) -> analytics::Outcome {
        if self.items.is_empty() && self.total.count == 0 {
            analytics::Outcome::Nothing
        } else if self.relaxed || self.strange || self.corrected.is_some() {
            analytics::Outcome::Near
        } else {
            analytics::Outcome::Whole
        }
    }
}

/// How many products have which value, and what was chosen.
#[derive(Debug, Default, Clone)]
pub(super) struct Facets {
    /// How many.
    pub counts: FacetCounts,
    /// What was chosen.
    pub narrowing: Narrowing,
}

/// Nothing, and that is sure.
const NOTHING: Total = Total {
    count: 0,
    exact: true,
};

/// Pages that are looked at.
const MOST_PAGES: i64 = 100;

impl Looked {
    /// What tells this list from all others that the reader may see.
    pub fn fingerprint(&self, context: &InContext) -> Fingerprint {
        let (market, language) = (context.market.id, context.language_code());
        // Case and spaces make no other search.
        let words: Vec<String> = self
            .text
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let looked = Self {
            text: words.join(" "),
            ..self.clone()
        };
        Fingerprint::of(&format!("{market} {language} {looked:?}"))
    }

    /// Whether no engine can find anything: a text without a letter and without a digit.
    pub fn is_hopeless(&self) -> bool {
        !self.text.is_empty() && highlight::words(&self.text).is_empty()
    }
}

/// Searches for one reader.
pub(super) struct Search<'a> {
    pub(super) database: &'a Database,
    pub(super) finder: &'a Finder,
    tuner: &'a Tuner,
    pub(super) context: &'a InContext,
    pub(super) searches: &'a Searches,
    searched: Option<&'a Searched>,
}

impl<'a> Search<'a> {
    /// For whoever asks.
    pub fn of(ctx: &Context<'a>) -> Outcome<Self> {
        Ok(Self {
            // An engine may be behind, and names are remembered for a while.
            database: reading(ctx)?.unkept(),
            finder: ctx.data()?,
            tuner: ctx.data()?,
            context: ctx.data()?,
            searches: ctx.data()?,
            searched: ctx.data_opt::<Arc<Searched>>().map(AsRef::as_ref),
        })
    }

    /// What is found.
    pub async fn find(&self, looked: &Looked, part: &Part) -> Outcome<Results> {
        self.begin()?;
        if looked.is_hopeless() {
            return Ok(Results {
                total: NOTHING,
                facets: part.facets.then(Facets::default),
                ..Results::default()
            });
        }
        let tuned = self.tuned().await?;
        let pins = looked.pins(&tuned);
        let narrowing = self.narrowing(&looked.filters).await?;
        let live = Live {
            database: self.database,
            context: self.context,
            narrowing: sold(narrowing.clone(), looked.unavailable),
            extent: part.extent,
        };
        let pinned = live.pinned(&pins.pinned).await?;
        let pages = self.pages(looked).await?;
        let mut page = Gathered::new(part);
        let (front, behind) = match part.backwards {
            false => ((Segment::Pinned, pinned), (Segment::Pages, pages)),
            true => ((Segment::Pages, pages), (Segment::Pinned, pinned)),
        };
        let known = front.1.len().saturating_add(behind.1.len());
        let before = match part.backwards {
            false => front.1.len(),
            true => behind.1.len(),
        };
        page.known(front.0, &front.1);
        let mut results = Results {
            total: NOTHING,
            ..Results::default()
        };
        if looked.products && page.needs_products(part, behind.0) {
            let ask = Ask {
                text: looked.text.clone(),
                prefix: looked.prefix,
                tuning: Arc::clone(&tuned.tuning),
                within: Within::Market,
                narrowing,
                unavailable: looked.unavailable,
                sort: looked.sort,
                reverse: looked.reverse,
                without: pins.without(),
                page: page.of_products(behind.0),
                facets: part.facets,
                hits: page.reads_products(behind.0),
                // From the end of a list places are counted backwards, pages stand behind all products, and without hits nothing
                // else says whether there are any.
                total: part.total || part.backwards || !page.reads_products(behind.0) || known > 0,
                words: part.words,
            };
            let narrowing = ask.narrowing.clone();
            // What stands in front has its values, too, whatever its words.
            let pinned = match part.facets && !pins.pinned.is_empty() {
                true => self.counts_of(&pins.pinned, &ask).await?,
                false => FacetCounts::default(),
            };
            let taken = self.take(ask, &live).await?;
            page.products(&taken, before, behind.0);
            results.total = taken.total;
            results.corrected = taken.corrected;
            (results.relaxed, results.strange) = (taken.relaxed, taken.strange);
            results.facets = taken.facets.map(|counts| Facets {
                counts: counts.with(&pinned),
                narrowing,
            });
        } else if part.facets {
            results.facets = Some(Facets::default());
        }
        page.known(behind.0, &behind.1);
        let before_pages = results.total.count.saturating_add(count(before));
        let whole = page.finish(before_pages);
        (results.items, results.more, results.reached) = (whole.items, whole.more, whole.reached);
        results.total.count = results.total.count.saturating_add(count(known));
        Ok(results)
    }

    /// How many products have which value, of all that an ask stands for.
    pub async fn facets(&self, ask: Ask) -> Outcome<Option<Facets>> {
        let found = self.ask(&ask).await?.found;
        Ok(found.facets.map(|counts| Facets {
            counts,
            narrowing: ask.narrowing,
        }))
    }

    async fn counts_of(&self, products: &[Uuid], ask: &Ask) -> Outcome<FacetCounts> {
        let counted = self.finder.counts_of(products, ask, self.context).await;
        counted.map_err(told)
    }

    /// Counts a search, however often an engine is asked for it.
    pub fn begin(&self) -> Outcome<()> {
        self.searched.map_or(Ok(()), Searched::begin)
    }

    /// Asks the engine.
    pub async fn ask(&self, ask: &Ask) -> Outcome<Answered> {
        let answered = self.finder.find(ask, self.context).await.map_err(told)?;
        if let Some(searched) = self.searched {
            searched.answered(&answered);
        }
        Ok(answered)
    }

    /// What administrators have said.
    pub async fn tuned(&self) -> Outcome<Arc<Tuned>> {
        self.tuner.now().await.map_err(|error| Error::from(&*error))
    }

    /// Filters with their names looked up.
    pub async fn narrowing(&self, filters: &Filters) -> Outcome<Narrowing> {
        if filters.0.is_empty() {
            return Ok(Narrowing::default());
        }
        let mut conn = self.database.get().await?;
        let narrowing = Narrowing::of(&mut conn, filters, self.context).await;
        Ok(narrowing.map_err(DbError::from)?)
    }

    async fn pages(&self, looked: &Looked) -> Outcome<Vec<Item>> {
        let words = highlight::words(&looked.text);
        let Some(words) = Words::of(&words, looked.prefix).filter(|_| looked.pages) else {
            return Ok(Vec::new());
        };
        let mut conn = self.database.get().await?;
        let language = self.context.language_code();
        let rows = pages_with_words(&mut conn, language, &words, MOST_PAGES).await;
        let mut rows = rows.map_err(DbError::from)?;
        if looked.reverse {
            rows.reverse();
        }
        Ok(rows
            .into_iter()
            .map(|row| Item::Page(Arc::new(row)))
            .collect())
    }
}

impl Looked {
    fn pins(&self, tuned: &Tuned) -> Pins {
        let pins = tuned.pins(&self.text);
        if self.products && self.sort == SearchSort::Relevance && !self.reverse {
            return pins;
        }
        // An order that was asked for is kept.
        Pins {
            pinned: Vec::new(),
            ..pins
        }
    }
}

/// What lets products through that are shown: with what cannot be bought left out, when that is wanted.
pub(super) fn sold(narrowing: Narrowing, unavailable: Unavailable) -> Narrowing {
    match unavailable {
        Unavailable::Hide if narrowing.available.is_none() => Narrowing {
            available: Some(true),
            ..narrowing
        },
        _ => narrowing,
    }
}

/// What a client is told when no engine answered.
pub(super) fn told(error: EngineError) -> Error {
    match error {
        EngineError::Database(error) => error.into(),
        other => {
            tracing::error!(cause = %other, "no engine answered a search");
            busy()
        }
    }
}

/// A length as counts are.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
