//! Answers that are kept for guests.
//!
//! An answer is kept under what was asked ([`Question`]) with what it was made of, and where the log of events ended before that
//! ([`Kept`]). It is given again as long as the log has told of none of these rows since: each instance asks what it has heard itself
//! ([`Touched`]), so that nothing has to be thrown away for it to be right, neither here nor in Redis. Guests who ask the same at one time
//! are answered together ([`flights`]).

mod flights;
mod kept;
mod question;
#[cfg(test)]
mod tests;

pub use self::flights::Lead;
pub use self::kept::Kept;
pub use self::question::{Bypass, Key, Question, Stamp};

use self::flights::{Flights, Place};
use crate::config::Config;
use crate::graphql::tags::{Kind, Tag};
use crate::platform::cache::Cache as Shared;
use crate::platform::clock;
use crate::platform::outbox::log::Head;
use crate::platform::telemetry::metrics;
use crate::platform::touched::Touched;
use bytes::Bytes;
use moka::future::Cache;
use moka::notification::RemovalCause;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest body that is kept, in bytes.
pub const LONGEST: usize = 1024 * 1024;

/// The longest body that is brought to Redis, in bytes: others keep pictures and limits there.
const LONGEST_FAR: usize = 128 * 1024;

/// How long Redis may take: an answer is made in a few milliseconds.
const QUICK: Duration = Duration::from_millis(50);

/// How long somebody waits for others' answers before they make their own: most are made in a few milliseconds, and one who hangs shall
/// not have the others hang.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often they wait: whoever led may have gone away, or made what held no more when it was ready. Then one of those who waited leads.
const ROUNDS: usize = 3;

/// How far another instance's clock may be ahead.
const AHEAD: Duration = Duration::from_secs(5);

/// How long it is remembered that the answer to a question cannot be kept, so that nobody waits for it.
const BARREN: Duration = Duration::from_secs(10);

/// The same when it went wrong, which may be over soon.
const FAILED: Duration = Duration::from_secs(1);

/// Of how many questions.
const MOST_BARREN: u64 = 10_000;

/// The answers of this instance. Clones are the same.
#[derive(Clone)]
pub struct Answers(Arc<Shelves>);

struct Shelves {
    touched: Arc<Touched<Tag>>,
    near: Cache<Key, Arc<Kept>>,
    far: Option<Shared>,
    /// Until when nobody waits for the answer to a question.
    barren: Cache<Key, Instant>,
    flights: Flights,
    /// How long an answer is kept at the most: what shows or ends at a time is told by nobody.
    lasts: Duration,
}

/// What is known of a question's answer.
pub enum Asked {
    /// It was kept, or another guest asked at the same time.
    Kept(Arc<Kept>),
    /// It is to be made. Others may wait for whoever leads.
    Make(Option<Lead>),
}

impl Answers {
    /// As the settings say; nothing when none are kept. `touched` knows what holds. To be called within the runtime.
    #[must_use]
    pub fn of(config: &Config, touched: &Arc<Touched<Tag>>) -> Option<Self> {
        let megabytes = u64::from(config.answers_megabytes.0);
        if megabytes == 0 {
            return None;
        }
        let far = config.redis_url.as_ref();
        // The other cache has read the address before.
        let far = far.and_then(|url| Shared::redis_within(&url.0, QUICK).ok());
        let lasts = Duration::from_secs(u64::from(config.answers_seconds.0));
        let touched = Arc::clone(touched);
        Some(Self::on(touched, near(megabytes, lasts), far, lasts))
    }

    fn on(
        touched: Arc<Touched<Tag>>,
        near: Cache<Key, Arc<Kept>>,
        far: Option<Shared>,
        lasts: Duration,
    ) -> Self {
        let barren = Cache::builder().max_capacity(MOST_BARREN);
        Self(Arc::new(Shelves {
            touched,
            near,
            far,
            barren: barren.time_to_live(BARREN).build(),
            flights: Flights::default(),
            lasts,
        }))
    }

    /// Where the log of events ends, for whoever asks something now; nothing while it is not heard from.
    #[must_use]
    pub fn now(&self) -> Option<Head> {
        self.0.touched.now()
    }

    /// What is known of the answer to this question. Waits for whoever makes it, but not for long. Whoever is to make it after they waited
    /// asks it anew: their answer begins with what is known by then.
    pub async fn ask(&self, question: &mut Question) -> Asked {
        let key = question.key;
        if let Some(kept) = self.near(&key).await {
            return given("memory", kept);
        }
        let begin = Instant::now();
        for round in 0..ROUNDS {
            if self.is_barren(&key).await {
                return made("unkept", None);
            }
            match self.0.flights.place(key) {
                Place::Leads(lead) if round == 0 || self.ask_anew(question) => {
                    return self.look_once_more(&key, lead).await;
                }
                Place::Leads(_) => break,
                Place::Follows(follower) => {
                    let left = PATIENCE.saturating_sub(begin.elapsed());
                    let landed = tokio::time::timeout(left, follower.answer()).await;
                    let Ok(landed) = landed else { break };
                    if let Some(kept) = landed.filter(|kept| self.is_for(kept, question)) {
                        return given("together", kept);
                    }
                }
            }
        }
        made("made", None)
    }

    /// Whether it is as good as what would be made for this question.
    fn is_for(&self, kept: &Kept, question: &Question) -> bool {
        kept.is_as_new_as(question) || self.holds(kept)
    }

    /// Whether it is asked as of now: its answer holds as long as nothing happens from here on.
    fn ask_anew(&self, question: &mut Question) -> bool {
        let now = self.now().filter(|now| now.epoch == question.at.epoch);
        question.at = now.unwrap_or(question.at);
        now.is_some()
    }

    async fn is_barren(&self, key: &Key) -> bool {
        let until = self.0.barren.get(key).await;
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Whoever was faster may have kept it meanwhile, and so may another instance.
    async fn look_once_more(&self, key: &Key, lead: Lead) -> Asked {
        if let Some(kept) = self.near(key).await {
            return given("memory", kept);
        }
        let Some(kept) = self.far(key).await else {
            return made("made", Some(lead));
        };
        let kept = Arc::new(kept);
        self.0.near.insert(*key, Arc::clone(&kept)).await;
        lead.land(&kept);
        given("redis", kept)
    }

    /// Keeps an answer that is made of these, and gives it to those who wait. Nothing when it is too long, or holds no more.
    pub async fn keep(
        &self,
        question: &Question,
        tags: Vec<Tag>,
        body: Bytes,
        lead: Option<Lead>,
    ) -> Option<Arc<Kept>> {
        if body.len() > LONGEST {
            self.cannot_keep(question).await;
            return None;
        }
        let kept = Arc::new(Kept::new(question, tags, body));
        if !self.holds(&kept) {
            // What sells fast is touched while it is made: those who asked before that need not make it all at once.
            if let Some(lead) = lead {
                lead.land(&kept);
            }
            return None;
        }
        let near = &self.0.near;
        near.insert(question.key, Arc::clone(&kept)).await;
        // Else it is not weighed yet.
        near.run_pending_tasks().await;
        metrics().answers_held(near.weighted_size());
        self.0.barren.invalidate(&question.key).await;
        if let Some(lead) = lead {
            lead.land(&kept);
        }
        let far = self.0.far.clone();
        if let Some(far) = far.filter(|_| kept.body.len() <= LONGEST_FAR) {
            let (name, written, lasts) = (question.key.name(), kept.written(), self.0.lasts);
            // Nobody waits for it.
            tokio::spawn(async move { far.put(&name, written, lasts).await });
        }
        Some(kept)
    }

    /// Remembers for a while that the answer to this question is not to be kept: then nobody waits for it.
    pub async fn cannot_keep(&self, question: &Question) {
        self.is_not_waited_for(question, BARREN).await;
    }

    /// Remembers for a moment that the answer to this question went wrong: those who ask the same need not stand in line to be told so.
    pub async fn failed(&self, question: &Question) {
        self.is_not_waited_for(question, FAILED).await;
    }

    async fn is_not_waited_for(&self, question: &Question, lasts: Duration) {
        if let Some(until) = Instant::now().checked_add(lasts) {
            self.0.barren.insert(question.key, until).await;
        }
    }

    async fn near(&self, key: &Key) -> Option<Arc<Kept>> {
        let kept = self.0.near.get(key).await?;
        if self.holds(&kept) {
            return Some(kept);
        }
        // While the log is not heard from it may hold still.
        if self.now().is_some() {
            self.0.near.invalidate(key).await;
        }
        None
    }

    async fn far(&self, key: &Key) -> Option<Kept> {
        let written = self.0.far.as_ref()?.get(&key.name()).await?;
        // One whose clock is ahead may have seen what is not to be seen yet.
        let latest = clock::now() + AHEAD;
        Kept::read(&written).filter(|kept| kept.made_at <= latest && self.holds(kept))
    }

    fn holds(&self, kept: &Kept) -> bool {
        const SHOP: [Tag; 2] = [Tag::All(Kind::Shop), Tag::Each(Kind::Shop)];
        let touched = &self.0.touched;
        kept.age(clock::now()) <= self.0.lasts
            && touched.holds(kept.epoch, kept.at, kept.tags.iter())
            && touched.holds(kept.epoch, kept.shop_at, SHOP.iter())
    }
}

fn given(from: &'static str, kept: Arc<Kept>) -> Asked {
    metrics().answer(from);
    Asked::Kept(kept)
}

fn made(why: &'static str, lead: Option<Lead>) -> Asked {
    metrics().answer(why);
    Asked::Make(lead)
}

/// Answers in memory, weighed by their bytes; what is asked for least goes first.
fn near(megabytes: u64, lasts: Duration) -> Cache<Key, Arc<Kept>> {
    Cache::builder()
        .max_capacity(megabytes.saturating_mul(1024 * 1024))
        .weigher(|_: &Key, kept: &Arc<Kept>| kept.weight())
        .time_to_live(lasts)
        .eviction_listener(|_, _, cause| {
            if cause == RemovalCause::Size {
                metrics().answers_evicted.increment(1);
            }
        })
        .build()
}
