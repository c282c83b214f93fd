//! Somebody who follows: event by event, and answer by answer.

use super::{Live, Step, Teller, What};
use crate::domains::live::moment::Lead;
use crate::domains::live::told::Told;
use crate::graphql::error::{ErrorCode, busy, client_error};
use crate::platform::hub::{Cursor, Follower, News};
use crate::platform::outbox::Audience;
use crate::platform::outbox::log::LoggedEvent;
use crate::platform::{chance, clock};
use async_graphql::{Context, Error, Result, Value};
use chrono::{DateTime, Utc};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// The longest wait for a database that fails.
const LONGEST: Duration = Duration::from_secs(5);

/// How long somebody reads together with others: one of them may be held up by what only concerns itself.
const TOGETHER: Duration = Duration::from_secs(2);

/// What becomes of a step.
struct Answered<T: Teller> {
    step: Step,
    answer: T::Answer,
    lead: Option<Lead>,
}

pub(super) struct Following<T: Teller> {
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
    pub(super) async fn next(&mut self) -> Option<Result<Told<T::Answer>>> {
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

pub(super) async fn begin<T: Teller>(
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

/// Whether an error is of the kind that passes by itself.
fn passes(error: &Error) -> bool {
    let code = error.extensions.as_ref().and_then(|it| it.get("code"));
    let passing = [ErrorCode::ServiceUnavailable, ErrorCode::Timeout];
    matches!(code, Some(Value::String(code)) if passing.iter().any(|it| it.as_str() == code))
}
