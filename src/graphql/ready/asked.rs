//! What a table is asked: a field, its arguments, and what stands below it.

use super::plan::Entry;
use super::walk::{Held, Stop, Walk};
use super::{Holds, Shown};
use crate::graphql::batch::Batch;
use crate::graphql::budget::Taken;
use crate::graphql::page_args::PageArgs;
use async_graphql::{InputType, Lookahead, Value};
use std::any::Any;

/// A selected field of an object.
#[derive(Clone, Copy)]
pub struct Asked<'w, 'a> {
    walk: &'w Walk<'a>,
    entry: &'w Entry<'a>,
}

impl<'w, 'a> Asked<'w, 'a> {
    pub(super) const fn of(walk: &'w Walk<'a>, entry: &'w Entry<'a>) -> Self {
        Self { walk, entry }
    }

    /// What is selected of the object behind the field.
    ///
    /// # Errors
    /// When not all of it is answered here.
    pub fn object<T: Holds>(&self, object: &T) -> Held {
        self.of_type(None, object)
    }

    /// What is selected of the object behind the field, which the schema calls `within` there: a union or an interface.
    ///
    /// # Errors
    /// When not all of it is answered here.
    pub fn member<T: Holds>(&self, within: &'static str, object: &T) -> Held {
        self.of_type(Some(within), object)
    }

    fn of_type<T: Holds>(&self, within: Option<&'static str>, object: &T) -> Held {
        let plan = self.entry.below::<T>(self.walk.ctx, within);
        self.walk.object(object, plan.ok_or(Stop::Ordinary)?)
    }

    /// The same of an object that may be missing.
    ///
    /// # Errors
    /// When not all of it is answered here.
    pub fn object_or_null<T: Holds>(&self, object: Option<&T>) -> Held {
        object.map_or(Ok(Value::Null), |object| self.object(object))
    }

    /// The same of each item of a list, which [`Asked::charge`] took from the answer's budget when its resolver does.
    ///
    /// # Errors
    /// When not all of it is answered here.
    pub fn list<T: Shown>(&self, items: &[T]) -> Held {
        self.each(items.iter())
    }

    /// The same of items that stand elsewhere.
    ///
    /// # Errors
    /// When not all of it is answered here.
    pub fn each<'i, T: Shown>(&self, items: impl ExactSizeIterator<Item = &'i T>) -> Held {
        self.walk.list(items, |item| item.shown(self))
    }

    /// The same of items that are made here.
    ///
    /// # Errors
    /// When not all of it is answered here.
    pub fn made<T: Shown>(&self, items: impl ExactSizeIterator<Item = T>) -> Held {
        self.walk.list(items, |item| item.shown(self))
    }

    /// An argument, with the default that a missing one has.
    ///
    /// # Errors
    /// When it cannot be read: the ordinary resolver says why.
    pub fn argument<V: InputType>(&self, name: &str) -> Result<V, Stop> {
        let field = self.entry.field();
        if field.node.arguments.is_empty() {
            return V::parse(None).map_err(|_| Stop::Ordinary);
        }
        let ctx = self.walk.ctx.with_field(field);
        let read = ctx.param_value::<V>(name, None);
        read.map(|(_, value)| value).map_err(|_| Stop::Ordinary)
    }

    /// An argument that may be missing or `null`, and what it means then.
    ///
    /// # Errors
    /// When it cannot be read: the ordinary resolver says why.
    pub fn argument_or<V: InputType>(&self, name: &str, missing: V) -> Result<V, Stop> {
        Ok(self.argument::<Option<V>>(name)?.unwrap_or(missing))
    }

    /// The arguments of a page.
    ///
    /// # Errors
    /// When they cannot be read: the ordinary resolver says why.
    pub fn page(&self) -> Result<PageArgs, Stop> {
        Ok(PageArgs {
            first: self.argument("first")?,
            after: self.argument("after")?,
            last: self.argument("last")?,
            before: self.argument("before")?,
            reverse: self.argument("reverse")?,
        })
    }

    /// Whether something is selected below the field.
    #[must_use]
    pub fn looks_ahead(&self, sees: fn(&Lookahead<'_>) -> bool) -> bool {
        let mut fields = self.entry.fields();
        fields.any(|field| sees(&self.walk.ctx.with_field(field).look_ahead()))
    }

    /// What the request or the schema has of this type.
    ///
    /// # Errors
    /// When there is none.
    pub fn data<D: Any + Send + Sync>(&self) -> Result<&'a D, Stop> {
        Ok(self.walk.ctx.data::<D>()?)
    }

    /// What a loader knows by this key.
    ///
    /// # Errors
    /// When it does not know it yet, or its statement failed.
    pub fn loaded<B: Batch>(&self, key: B::Key) -> Result<Option<B::Value>, Stop> {
        self.walk.loaded::<B>(key)
    }

    /// Takes the `items` of a list from the answer's budget, with all that is selected of them: as often as the ordinary resolvers of
    /// all fields with this key would.
    ///
    /// # Errors
    /// When the budget is used up.
    pub fn charge(&self, items: usize) -> Result<(), Stop> {
        let values = self.entry.values(self.walk.ctx);
        self.walk.take(Taken {
            items: items.saturating_mul(self.entry.fields().count()),
            values: items.saturating_mul(values),
            text: 0,
        })
    }

    /// Takes long texts of this many bytes from the answer's budget.
    ///
    /// # Errors
    /// When the budget is used up.
    pub fn charge_bytes(&self, bytes: usize) -> Result<(), Stop> {
        self.walk.take(Taken {
            items: 0,
            values: 0,
            text: bytes.saturating_mul(self.entry.fields().count()),
        })
    }
}
