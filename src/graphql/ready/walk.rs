//! One walk over an object and what it holds.

use super::asked::Asked;
use super::plan::{Entry, Place, Plan};
use super::{Holds, Table};
use crate::graphql::batch::{Batch, Known, Loader};
use crate::graphql::budget::{AnswerBudget, Taken};
use async_graphql::indexmap::IndexMap;
use async_graphql::{ContextSelectionSet, Error, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::any::TypeId;
use std::cell::{Cell, RefCell};

/// What an object holds of a field.
pub type Held = Result<Value, Stop>;

/// Why a field is not answered by a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// A loader does not know it yet.
    Lacking,
    /// It is for the ordinary resolver.
    Ordinary,
    /// The answer's budget is used up.
    Over,
}

/// What fails is for the ordinary resolver, which tells it.
impl From<Error> for Stop {
    fn from(_: Error) -> Self {
        Self::Ordinary
    }
}

/// What is lacking, by loader: each fetches all that was asked of it.
pub(super) type Lacks<'a> = Vec<(TypeId, BoxFuture<'a, ()>)>;

/// One walk: what it took of the answer's budget, and what it lacked.
pub(super) struct Walk<'a> {
    pub(super) ctx: &'a ContextSelectionSet<'a>,
    budget: Option<&'a AnswerBudget>,
    taken: Cell<Taken>,
    lacks: RefCell<Lacks<'a>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(ctx: &'a ContextSelectionSet<'a>) -> Self {
        Self {
            ctx,
            budget: ctx.data_opt::<AnswerBudget>(),
            taken: Cell::default(),
            lacks: RefCell::default(),
        }
    }

    /// What has to be fetched before the next walk.
    pub(super) fn lacks(self) -> Lacks<'a> {
        self.lacks.into_inner()
    }

    /// What `work` answers. When it does not, what it took of the budget is given back: it is made again. What is used up stays so:
    /// nobody beside it goes on until the execution is dropped.
    pub(super) fn attempt(&self, work: impl FnOnce() -> Held) -> Held {
        let before = self.taken.get();
        let held = work();
        if !matches!(held, Ok(_) | Err(Stop::Over)) {
            let vain = self.taken.replace(before).less(before);
            if let Some(budget) = self.budget {
                budget.give_back(vain);
            }
        }
        held
    }

    /// Takes from the answer's budget.
    pub(super) fn take(&self, more: Taken) -> Result<(), Stop> {
        let Some(budget) = self.budget else {
            return Ok(());
        };
        self.taken.set(self.taken.get().and(more));
        match budget.take_at_once(more) {
            true => Ok(()),
            false => Err(Stop::Over),
        }
    }

    /// What is selected of an object.
    pub(super) fn object<T: Holds>(&self, object: &T, plan: &Plan<'a>) -> Held {
        let entries = plan.entries();
        let mut fields = IndexMap::with_capacity(entries.len());
        let mut lacking = false;
        for (key, entry) in entries {
            match self.entry(object, entry) {
                Ok(value) => {
                    fields.insert(key.clone(), value);
                }
                // What else is lacking is fetched together with it.
                Err(Stop::Lacking) => lacking = true,
                Err(stop) => return Err(stop),
            }
        }
        match lacking {
            true => Err(Stop::Lacking),
            false if fields.is_empty() => Ok(Value::Null),
            false => Ok(Value::Object(fields)),
        }
    }

    /// One field of an object.
    pub(super) fn entry<T: Holds>(&self, object: &T, entry: &Entry<'a>) -> Held {
        let table: Table<T> = T::FIELDS;
        match entry.place {
            Place::TypeName => Ok(Value::String(T::type_name().into_owned())),
            Place::Table(at) => match table.get(at) {
                Some((_, held)) => held(object, &Asked::of(self, entry)),
                None => Err(Stop::Ordinary),
            },
            Place::Resolver => Err(Stop::Ordinary),
        }
    }

    /// Each item of a list.
    pub(super) fn list<I>(
        &self,
        items: impl ExactSizeIterator<Item = I>,
        mut each: impl FnMut(I) -> Held,
    ) -> Held {
        let mut values = Vec::with_capacity(items.len());
        let mut lacking = false;
        for item in items {
            match each(item) {
                Ok(value) => values.push(value),
                Err(Stop::Lacking) => lacking = true,
                Err(stop) => return Err(stop),
            }
        }
        match lacking {
            true => Err(Stop::Lacking),
            false => Ok(Value::List(values)),
        }
    }

    /// What a loader knows; what it does not is fetched before the next walk.
    pub(super) fn loaded<B: Batch>(&self, key: B::Key) -> Result<Option<B::Value>, Stop> {
        let loader = self.ctx.data::<Loader<B>>()?;
        match loader.known(&key) {
            Known::Value(value) => return Ok(value),
            Known::Failed => return Err(Stop::Ordinary),
            Known::Nothing => {}
        }
        loader.want(key.clone());
        let mut lacks = self.lacks.borrow_mut();
        let of = TypeId::of::<B>();
        if lacks.iter().all(|(asked, _)| *asked != of) {
            // Whoever loads one key has all fetched that are wanted by then.
            let fetched = async move {
                let _ = loader.load(key).await;
            };
            lacks.push((of, fetched.boxed()));
        }
        Err(Stop::Lacking)
    }
}
