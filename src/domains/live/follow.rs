//! Following something, event by event.

mod following;

use super::moment::{Moment, Moments};
use super::told::Told;
use crate::domains::accounts::Viewer;
use crate::domains::shop::{Directory, InContext, ShopError};
use crate::graphql::codes::{CountryCode, LanguageCode};
use crate::graphql::error::{ErrorCode, busy, client_error, internal};
use crate::platform::db::Database;
use crate::platform::hub::{Cursor, Hub};
use crate::platform::outbox::Audience;
use crate::platform::outbox::log::LoggedEvent;
use async_graphql::{Context, Error, Result};
use chrono::{DateTime, Utc};
use following::begin;
use futures_util::Stream;
use futures_util::stream::unfold;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a subscription may take to begin.
const BEGINNING: Duration = Duration::from_secs(10);

/// Where all subscriptions of a process read.
pub struct Sources {
    /// Where events come from.
    pub hub: Hub,
    /// Where the log is.
    pub database: Database,
    /// What answers are read with.
    pub moments: Moments,
    /// Where the facts of the shop are: an answer is given in the context that they make at its moment.
    pub directory: Directory,
}

/// What a subscription needs, beside the schema.
pub struct Live {
    /// Where it reads.
    pub sources: Arc<Sources>,
    /// The country that was asked for.
    pub country: Option<CountryCode>,
    /// The language that was asked for.
    pub language: Option<LanguageCode>,
    /// Whoever is signed in.
    pub viewer: Option<Viewer>,
    /// How far the subscription has come.
    pub thread: Arc<Thread>,
}

/// How far one subscription has come, for the connection that carries it.
#[derive(Debug, Default)]
pub struct Thread {
    /// The cursor that the connection itself named: it goes before an argument.
    pub resume: Option<String>,
    /// Under which the log has what goes wrong.
    request_id: Box<str>,
    at: Mutex<Option<Cursor>>,
}

impl Thread {
    /// Of the operation with this request id, going on from `resume` when there is one.
    #[must_use]
    pub fn new(request_id: &str, resume: Option<String>) -> Self {
        Self {
            resume,
            request_id: request_id.into(),
            at: Mutex::default(),
        }
    }

    /// At the level of errors, so that a line about an error has the request id whatever else is logged. One for each event: a span
    /// takes room, and most of the time nothing happens.
    pub(super) fn span(&self) -> tracing::Span {
        tracing::error_span!("tell", request_id = %self.request_id)
    }

    pub(super) fn reached(&self, cursor: Cursor) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
    }

    /// The cursor of the last event that was answered.
    #[must_use]
    pub fn at(&self) -> Option<Cursor> {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why somebody is told something.
#[derive(Debug, Clone)]
pub enum What {
    /// The subscription begins here.
    Started,
    /// What happened before cannot be told any more.
    Resync,
    /// This happened.
    Happened(Arc<LoggedEvent>),
}

/// What somebody who follows is told next.
#[derive(Clone)]
pub struct Step {
    /// Why.
    pub what: What,
    /// Where to go on after it.
    pub cursor: Cursor,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What is read with.
    pub moment: Arc<Moment>,
    /// Whoever follows, as they stand at this moment.
    pub viewer: Option<Arc<Viewer>>,
}

/// What a subscription answers to somebody who may not see what it is about, as when that is not there.
#[must_use]
pub fn gone(what: &str) -> Error {
    client_error(
        ErrorCode::NotFound,
        format!("There is no such {what}, or you may not see it: check its id."),
    )
}

/// What becomes of a step: an answer and whether it is the last, or nothing when it is of no concern. A step that is refused ends the
/// subscription.
pub trait Teller: Send + Sync + 'static {
    /// The answer.
    type Answer: Send;

    /// Tells the step.
    fn tell(&self, step: Step) -> impl Future<Output = Result<Option<Self::Answer>>> + Send;

    /// Whether nothing can come after this answer.
    fn is_last(_answer: &Self::Answer) -> bool {
        false
    }
}

/// Follows `audience` from now on, or from the cursor `after`.
///
/// # Errors
/// `BAD_USER_INPUT` for a text that is no cursor; whatever `teller` refuses to whoever asks; when the database failed.
pub async fn follow<T: Teller>(
    ctx: &Context<'_>,
    audience: Audience,
    after: Option<String>,
    teller: T,
) -> Result<impl Stream<Item = Result<Told<T::Answer>>> + use<T>> {
    let begins = begin(ctx, audience, after, teller);
    let following = tokio::time::timeout(BEGINNING, begins).await;
    let following = following.unwrap_or_else(|_| Err(busy()))?;
    Ok(unfold(following, |mut following| async move {
        let told = following.next().await?;
        Some((told, following))
    }))
}

impl Live {
    /// In which context the next answer is given.
    async fn context(&self) -> Result<InContext> {
        let facts = self.sources.directory.facts().await;
        let facts = facts.map_err(|error| match error.as_ref() {
            ShopError::Database(cause) => cause.into(),
            ShopError::NoShop => {
                client_error(ErrorCode::ShopNotReady, "This shop is not set up yet.")
            }
        })?;
        let settled = InContext::settle(&facts, self.country, self.language);
        settled.ok_or_else(|| internal("the shop has no default market"))
    }

    /// A step, with whoever follows as they stand now.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when they are signed out, or may do other things than when they began.
    async fn step(
        &self,
        what: What,
        cursor: Cursor,
        at: DateTime<Utc>,
        moment: Arc<Moment>,
    ) -> Result<Step> {
        let viewer = match &self.viewer {
            None => None,
            Some(began) => {
                let stands = moment.viewer(began.session_id).await?;
                let same = stands.filter(|stands| {
                    stands.user_id == began.user_id && stands.grants == began.grants
                });
                Some(same.ok_or_else(|| {
                    client_error(
                        ErrorCode::Unauthenticated,
                        "You are signed out, or what you may do has changed: sign in, and go on from the last cursor.",
                    )
                })?)
            }
        };
        Ok(Step {
            what,
            cursor,
            at,
            moment,
            viewer,
        })
    }
}
