//! A list of ready objects where no ready object stands above it.

use super::plan::Plan;
use super::resolve::{MOST_ROUNDS, fetched, over};
use super::walk::{Lacks, Stop, Walk};
use super::{Held, Holds, Ready, is_ordinary};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_list;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use std::borrow::Cow;

/// A list of ready objects: one walk for all of them.
#[derive(Debug, Clone)]
pub struct ReadyList<T>(Vec<Ready<T>>);

impl<T> FromIterator<T> for ReadyList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().map(Ready).collect())
    }
}

impl<T: Holds> OutputType for ReadyList<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        if !is_ordinary(ctx)
            && let Some(value) = self.whole(ctx).await
        {
            return Ok(value);
        }
        resolve_list(ctx, field, &self.0, Some(self.0.len()))
            .boxed()
            .await
    }
}

impl<T: Holds> ReadyList<T> {
    /// The list, when its items hold all that is selected of them, or lack nothing but what can be fetched.
    async fn whole(&self, ctx: &ContextSelectionSet<'_>) -> Option<Value> {
        let mut rounds = 0;
        loop {
            let (held, lacks) = self.walk(ctx);
            match held {
                Ok(value) => return Some(value),
                Err(Stop::Lacking) if !lacks.is_empty() && rounds < MOST_ROUNDS => {
                    fetched(lacks).boxed().await;
                }
                Err(Stop::Over) => over().await,
                Err(_) => return None,
            }
            rounds += 1;
        }
    }

    fn walk<'a>(&self, ctx: &'a ContextSelectionSet<'a>) -> (Held, Lacks<'a>) {
        let Some(plan) = Plan::of::<T>(ctx) else {
            return (Err(Stop::Ordinary), Vec::new());
        };
        let walk = Walk::new(ctx);
        let items = || walk.list(self.0.iter(), |item| walk.object(&item.0, &plan));
        let held = walk.attempt(items);
        (held, walk.lacks())
    }
}
