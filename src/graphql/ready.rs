//! Ready objects: what a row holds is answered at once, without a resolver for each field.
//!
//! The library makes a future for each field of each object. In a list of cards that costs more than everything else (measured in
//! `docs/decisions/0016-ready-objects.md`). A type whose rows hold what is asked says so in a table, [`Holds`]: the name of a field,
//! and what a row has for it. Where such an object stands in a [`Ready`], its selection is walked without a future: over the object, what it
//! holds, and what that holds.
//!
//! - What the table reads from a loader that does not know it yet is *lacking*: it is fetched for the whole walk at once, and
//!   the walk is made again. So there are as many statements as there were.
//! - What is not in the table, and whatever could fail, is left to the *ordinary* resolver of that one field. An error is made nowhere
//!   else, and so is what it was: its text, its path, its place in the document, the nulls it leaves.
//! - A selection that is strange here (directives that are left after `@skip` and `@include`) is ordinary as a whole.
//! - Neither guards nor extensions look into a walk. Only what all who may see the object may see stands in a table.

mod asked;
mod list;
mod plan;
mod resolve;
#[cfg(test)]
mod tests;
mod values;
mod walk;

pub use asked::Asked;
pub use list::ReadyList;
pub use values::{text, text_or_null, value};
pub use walk::{Held, Stop};

use crate::graphql::attribute::Attribute;
use crate::graphql::connection::PageInfo;
use crate::graphql::money::MoneyV2;
use crate::graphql::seo::Seo;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult,
    Value,
};
use futures_util::FutureExt;
use std::borrow::Cow;

/// Fields of a type by name, each with what a row has for it.
pub type Table<T> = &'static [(&'static str, fn(&T, &Asked<'_, '_>) -> Held)];

/// An object that holds what is asked of it.
pub trait Holds: ObjectType + 'static {
    /// What it holds: only what all who may see the object may see.
    const FIELDS: Table<Self>;
    /// What it does not hold, and leaves to its resolvers.
    const ORDINARY: &'static [&'static str] = &[];
}

/// What can stand below a ready object: such an object itself, or one of several behind an interface or a union.
pub trait Shown: OutputType + 'static {
    /// What is selected of it.
    ///
    /// # Errors
    /// When it is not answered here.
    fn shown(&self, asked: &Asked<'_, '_>) -> Held;
}

impl<T: Holds> Shown for T {
    fn shown(&self, asked: &Asked<'_, '_>) -> Held {
        asked.object(self)
    }
}

/// In the data of a schema or of a request: every object is resolved the ordinary way. For tests and measurements, which compare.
#[derive(Debug, Clone, Copy)]
pub struct Ordinary;

/// An object whose fields are answered at once as far as it holds them.
#[derive(Debug, Clone)]
pub struct Ready<T>(pub T);

impl<T> From<T> for Ready<T> {
    fn from(object: T) -> Self {
        Self(object)
    }
}

impl<T: Holds> Shown for Ready<T> {
    fn shown(&self, asked: &Asked<'_, '_>) -> Held {
        asked.object(&self.0)
    }
}

impl<T: Holds> OutputType for Ready<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        if is_ordinary(ctx) {
            return resolve_container(ctx, &self.0).boxed().await;
        }
        resolve::object(ctx, &self.0).await
    }
}

impl<T: Holds> ContainerType for Ready<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

impl<T: Holds> ObjectType for Ready<T> {}

fn is_ordinary(ctx: &ContextSelectionSet<'_>) -> bool {
    ctx.data_opt::<Ordinary>().is_some()
}

/// A ready type, for the tests that hold it against the schema.
#[derive(Debug, Clone)]
pub struct Described {
    /// What the schema calls it.
    pub name: String,
    /// Fields that it holds.
    pub held: Vec<&'static str>,
    /// Fields that it leaves to its resolvers.
    pub ordinary: Vec<&'static str>,
}

impl Described {
    /// What is said of a type in its table.
    #[must_use]
    pub fn of<T: Holds>() -> Self {
        Self {
            name: T::type_name().into_owned(),
            held: T::FIELDS.iter().map(|(name, _)| *name).collect(),
            ordinary: T::ORDINARY.to_vec(),
        }
    }
}

/// The types whose tables stand in this vocabulary, for the test that holds them against the schema.
#[must_use]
pub fn ready_types() -> Vec<Described> {
    vec![
        Described::of::<Attribute>(),
        Described::of::<MoneyV2>(),
        Described::of::<PageInfo>(),
        Described::of::<Seo>(),
    ]
}
