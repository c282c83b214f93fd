//! Following something, event by event.

use super::moment::{Lead, Moment, Moments};
use super::told::Told;
use crate::domains::accounts::Viewer;
use crate::domains::shop::{Directory, InContext, ShopError};
use crate::graphql::codes::{CountryCode, LanguageCode};
use crate::graphql::error::{ErrorCode, busy, client_error, internal};
use crate::platform::db::Database;
use crate::platform::hub::{Cursor, Follower, Hub, News};
use crate::platform::outbox::Audience;
use crate::platform::outbox::log::LoggedEvent;
use crate::platform::{chance, clock};
use async_graphql::{Context, Error, Result, Value};
use chrono::{DateTime, Utc};
use futures_util::Stream;
use futures_util::stream::unfold;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tracing::Instrument;

/// The longest wait for a database that fails.
const LONGEST: Duration = Duration::from_secs(5);

/// How long a subscription may take to begin.
const BEGINNING: Duration = Duration::from_secs(10);

/// How long somebody reads together with others: one of them may be held up by what only concerns itself.
const TOGETHER: Duration = Duration::from_secs(2);

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

async fn begin<T: Teller>(
    ctx: &Context<'_>,
    audience: Audience,
    after: Option<String>,
    teller: T,
) -> Result<Following<T>> {
    let live = Arc::clone(ctx.data::<Arc<Live>>()?);
    let after = live.thread.resume.clone().or(after);
    let after = after.as_deref().map(read).transpose()?;
    let follower = live.sources.hub.follow(audience, after).await?;
    // The feed is joined before anything is read: what changes from here on is told.
    let cursor = follower.cursor();
    let moment = live.sources.moments.fresh(&live.context().await?);
    let started = Step {
        what: What::Started,
        cursor,
        at: clock::now(),
        moment,
        // As they were just found to stand.
        viewer: live.viewer.clone().map(Arc::new),
    };
    let first = teller.tell(started.clone()).await?;
    // Who comes back is told what happened, and only when that is nothing, that it is over.
    let waiting = first.filter(|first| after.is_none() || T::is_last(first));
    let waiting = waiting.map(|answer| Answered {
        step: started,
        answer,
        lead: None,
    });
    Ok(Following {
        audience,
        live,
        follower,
        teller,
        waiting,
        resumes: after.is_some(),
        news: None,
        events: VecDeque::new(),
        ended: false,
    })
}

/// A cursor that a client sent.
fn read(text: &str) -> Result<Cursor> {
    let bad = || {
        let message = "That is no cursor: send one that an event came with, as `after` or as `Last-Event-ID`, or none to begin now.";
        client_error(ErrorCode::BadUserInput, message)
    };
    // Longer texts are not looked at.
    let short = Some(text).filter(|text| text.len() <= 64);
    short.and_then(Cursor::read).ok_or_else(bad)
}

/// What becomes of a step.
struct Answered<T: Teller> {
    step: Step,
    answer: T::Answer,
    lead: Option<Lead>,
}

struct Following<T: Teller> {
    audience: Audience,
    live: Arc<Live>,
    follower: Follower,
    teller: T,
    /// The first answer, unless there is something to tell before it.
    waiting: Option<Answered<T>>,
    resumes: bool,
    /// What was found and is to be told.
    news: Option<News>,
    /// What is to be told next: no more than a page.
    events: VecDeque<Arc<LoggedEvent>>,
    ended: bool,
}

impl<T: Teller> Following<T> {
    async fn next(&mut self) -> Option<Result<Told<T::Answer>>> {
        if self.ended {
            return None;
        }
        if let Some(waiting) = self.waiting.take() {
            let before = match self.resumes {
                true => Box::pin(self.follower.already(&self.live.sources.database)).await,
                false => None,
            };
            match before {
                None => return Some(Ok(self.told(waiting))),
                Some(news) => self.news = Some(news),
            }
        }
        loop {
            let (what, cursor, at) = self.what().await;
            // Only while it is told: whoever waits shall take little memory.
            let tells = self.try_tell(&what, cursor, at);
            match Box::pin(tells.instrument(self.live.thread.span())).await {
                Ok(Some(answered)) => return Some(Ok(self.told(answered))),
                Ok(None) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
    }

    fn told(&mut self, answered: Answered<T>) -> Told<T::Answer> {
        self.ended = T::is_last(&answered.answer);
        Told {
            value: answered.answer,
            moment: answered.step.moment,
            cursor: answered.step.cursor,
            thread: Arc::clone(&self.live.thread),
            _lead: answered.lead,
        }
    }

    /// Waits for what is to be told next.
    async fn what(&mut self) -> (What, Cursor, DateTime<Utc>) {
        loop {
            if let Some(event) = self.events.pop_front() {
                let cursor = Cursor {
                    epoch: self.follower.cursor().epoch,
                    position: event.position,
                };
                let at = event.told_at;
                return (What::Happened(event), cursor, at);
            }
            let news = match self.news.take() {
                Some(news) => news,
                None => self.follower.next(&self.live.sources.database).await,
            };
            match news {
                News::Events(events) => self.events = events.into(),
                News::Gap(cursor) => return (What::Resync, cursor, clock::now()),
            }
        }
    }

    /// Tells a step, and waits as long as that fails for reasons that pass: an event is not skipped.
    async fn try_tell(
        &self,
        what: &What,
        cursor: Cursor,
        at: DateTime<Utc>,
    ) -> Result<Option<Answered<T>>> {
        let mut failures = 0_u32;
        loop {
            let told = async {
                let context = self.live.context().await?;
                // Who failed begins with what nobody has read yet.
                let (moment, lead) = match (failures, what) {
                    (0, What::Happened(_)) => {
                        let shared = self
                            .live
                            .sources
                            .moments
                            .at(cursor, self.audience, &context);
                        if shared.1.is_none() {
                            shared.0.led().await;
                        }
                        shared
                    }
                    _ => (self.live.sources.moments.fresh(&context), None),
                };
                let step = self.live.step(what.clone(), cursor, at, moment).await?;
                let answer = self.teller.tell(step.clone()).await?;
                Ok(answer.map(|answer| Answered { step, answer, lead }))
            };
            let told = tokio::time::timeout(TOGETHER, told).await;
            match told.unwrap_or_else(|_| Err(busy())) {
                Err(error) if passes(&error) => {
                    let pause = chance::back_off(failures, LONGEST);
                    tokio::time::sleep(pause + chance::up_to(pause)).await;
                    failures += 1;
                }
                outcome => return outcome,
            }
        }
    }
}

/// Whether an error is of the kind that passes by itself.
fn passes(error: &Error) -> bool {
    let code = error.extensions.as_ref().and_then(|it| it.get("code"));
    let passing = [ErrorCode::ServiceUnavailable, ErrorCode::Timeout];
    matches!(code, Some(Value::String(code)) if passing.iter().any(|it| it.as_str() == code))
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
