//! Following what is touched, for storefronts that keep answers themselves.

use super::{everything, touched};
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::{forbidden, permitted};
use crate::domains::live::{Step, Teller, Told, What, follow};
use crate::graphql::scalars::DateTime;
use crate::graphql::tags::Tag;
use crate::platform::outbox::Audience;
use async_graphql::{Context, Enum, Result, SimpleObject, Subscription};
use futures_util::Stream;

/// Subscriptions about answers that are kept.
#[derive(Default)]
pub struct CacheSubscription;

/// Subscriptions about answers that are kept.
#[Subscription]
impl CacheSubscription {
    /// Which answers hold no more: those whose `extensions.cacheTags` name one of these tags. For programs that keep answers of the
    /// catalogue, such as a storefront's server: see `Permission.CACHE_FOLLOW`. How much there is of a product is not told of.
    async fn cache_invalidated(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The cursor of the last event that was seen: what came after it is told first. Without it the subscription begins now."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Told<CacheInvalidation>>>> {
        permitted(ctx, Permission::CacheFollow)?;
        Box::pin(follow(ctx, Audience::Storefronts, after, Touches)).await
    }
}

/// Why answers hold no more.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheInvalidationKind {
    /// The subscription begins here. Sent first to whoever names no cursor: since nobody knows what was missed, every tag is named.
    Started,
    /// What happened since the cursor cannot be told any more: every tag is named, so that nothing that was kept is used.
    Resync,
    /// Rows were touched.
    Touched,
}

/// Tags whose answers hold no more.
#[derive(SimpleObject)]
pub struct CacheInvalidation {
    /// Where to go on after this: `after` of another subscription.
    pub cursor: String,
    /// Why.
    pub kind: CacheInvalidationKind,
    /// When it happened.
    pub happened_at: DateTime,
    /// The tags, as `extensions.cacheTags` has them.
    pub tags: Vec<String>,
}

/// Tells what is touched.
struct Touches;

impl Teller for Touches {
    type Answer = CacheInvalidation;

    async fn tell(&self, step: Step) -> Result<Option<CacheInvalidation>> {
        let viewer = step.viewer.as_deref();
        if !viewer.is_some_and(|viewer| viewer.may(Permission::CacheFollow)) {
            return Err(forbidden());
        }
        let (kind, tags) = match &step.what {
            What::Started => (CacheInvalidationKind::Started, everything()),
            What::Resync => (CacheInvalidationKind::Resync, everything()),
            What::Happened(event) => (CacheInvalidationKind::Touched, touched(event)),
        };
        let told = tags.into_iter().filter(|tag| tag.is_public());
        let tags: Vec<String> = told.map(|tag: Tag| tag.to_string()).collect();
        // Not of an event that this program does not know.
        Ok((!tags.is_empty()).then(|| CacheInvalidation {
            cursor: step.cursor.to_string(),
            kind,
            happened_at: DateTime(step.at),
            tags,
        }))
    }
}
