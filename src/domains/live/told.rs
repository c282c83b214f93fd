//! The answer of a subscription to one event.

use super::follow::Thread;
use super::moment::{Lead, Moment};
use crate::graphql::budget::AnswerBudget;
use crate::graphql::error::{ErrorCode, request_error};
use crate::platform::hub::Cursor;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

/// How long the fields of one event may take.
const LONGEST: Duration = Duration::from_secs(15);

/// An answer with the moment it belongs to: its fields are resolved with what that moment reads with.
pub struct Told<T> {
    pub(super) value: T,
    pub(super) moment: Arc<Moment>,
    pub(super) cursor: Cursor,
    pub(super) thread: Arc<Thread>,
    /// Held until the fields are resolved.
    pub(super) _lead: Option<Lead>,
}

impl<T: OutputType> OutputType for Told<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        // Only while it is resolved: the stream keeps room for what is not boxed as long as it lives.
        Box::pin(self.resolved(ctx, field).instrument(self.thread.span())).await
    }
}

impl<T: OutputType> Told<T> {
    async fn resolved(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut scope: ContextSelectionSet<'_> = ctx.clone();
        scope.execute_data = Some(self.moment.data());
        self.thread.reached(self.cursor);
        let Some(budget) = scope.data_opt::<AnswerBudget>() else {
            return self.value.resolve(&scope, field).await;
        };
        budget.renew();
        let over = budget.over();
        tokio::select! {
            value = self.value.resolve(&scope, field) => value,
            error = over.happens() => Err(error),
            () = tokio::time::sleep(LONGEST) => Err(request_error(
                ErrorCode::ServiceUnavailable,
                "This took too long: try again in a moment, or ask for less.",
            )),
        }
    }
}
