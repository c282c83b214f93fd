//! What is selected of a type, read from the document once for all objects of a list.

use super::Holds;
use crate::graphql::budget::values_below;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet, TypeCondition};
use async_graphql::{ContextSelectionSet, Name, Positioned};
use std::any::TypeId;
use std::sync::OnceLock;

/// The fields that are selected of a type, in the order of the answer.
pub(super) struct Plan<'a> {
    entries: IndexMap<&'a Name, Entry<'a>>,
}

/// One key of the answer.
pub(super) struct Entry<'a> {
    first: &'a Positioned<Field>,
    /// Further fields with the same key, which the specification merges with the first.
    more: Vec<&'a Positioned<Field>>,
    pub(super) place: Place,
    below: OnceLock<Box<Below<'a>>>,
    values: OnceLock<usize>,
}

/// Where the value of a field comes from.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// `__typename`.
    TypeName,
    /// The table, at this place.
    Table(usize),
    /// The ordinary resolver.
    Resolver,
}

/// What is selected below a field, of one of the types that stand there.
struct Below<'a> {
    of: TypeId,
    plan: Option<Plan<'a>>,
    other: OnceLock<Box<Below<'a>>>,
}

impl<'a> Plan<'a> {
    /// What the selection of `ctx` asks of a type; `None` when it is strange.
    pub(super) fn of<T: Holds>(ctx: &ContextSelectionSet<'a>) -> Option<Self> {
        Self::collect::<T>(ctx, None, [&ctx.item.node].into_iter())
    }

    fn collect<T: Holds>(
        ctx: &ContextSelectionSet<'a>,
        within: Option<&'static str>,
        sets: impl Iterator<Item = &'a SelectionSet>,
    ) -> Option<Self> {
        let name = T::type_name();
        let mut collector = Collector {
            ctx,
            name: &name,
            place: place::<T>,
            entries: IndexMap::new(),
        };
        for set in sets {
            collector.add(set, within)?;
        }
        Some(Self {
            entries: collector.entries,
        })
    }

    /// The keys of the answer, each with where its value comes from.
    pub(super) fn entries(&self) -> impl ExactSizeIterator<Item = (&'a Name, &Entry<'a>)> {
        self.entries.iter().map(|(key, entry)| (*key, entry))
    }
}

impl<'a> Entry<'a> {
    fn of(first: &'a Positioned<Field>, place: Place) -> Self {
        Self {
            first,
            more: Vec::new(),
            place,
            below: OnceLock::new(),
            values: OnceLock::new(),
        }
    }

    /// The field; the first of those with the same key, which all have the same arguments.
    pub(super) const fn field(&self) -> &'a Positioned<Field> {
        self.first
    }

    /// All fields with this key.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'a Positioned<Field>> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    /// The values that one item below this field has, as the answer's budget counts them.
    pub(super) fn values(&self, ctx: &ContextSelectionSet<'a>) -> usize {
        let fragments = &ctx.query_env.fragments;
        let count = || {
            let each = self
                .fields()
                .map(|field| values_below(&field.node.selection_set.node, fragments));
            each.fold(0, usize::saturating_add)
        };
        *self.values.get_or_init(count)
    }

    /// What is selected below this field of objects of a type, which stand there by themselves or `within` a union or an interface;
    /// `None` when it is strange.
    pub(super) fn below<T: Holds>(
        &self,
        ctx: &ContextSelectionSet<'a>,
        within: Option<&'static str>,
    ) -> Option<&Plan<'a>> {
        let of = TypeId::of::<T>();
        let make = || {
            let sets = self.fields().map(|field| &field.node.selection_set.node);
            Box::new(Below {
                of,
                plan: Plan::collect::<T>(ctx, within, sets),
                other: OnceLock::new(),
            })
        };
        let mut below = self.below.get_or_init(make);
        while below.of != of {
            below = below.other.get_or_init(make);
        }
        below.plan.as_ref()
    }
}

fn place<T: Holds>(name: &str) -> Place {
    if name == "__typename" {
        return Place::TypeName;
    }
    let found = T::FIELDS.iter().position(|(field, _)| *field == name);
    found.map_or(Place::Resolver, Place::Table)
}

/// Reads selection sets as the library does.
struct Collector<'a, 'c> {
    ctx: &'c ContextSelectionSet<'a>,
    name: &'c str,
    place: fn(&str) -> Place,
    entries: IndexMap<&'a Name, Entry<'a>>,
}

impl<'a> Collector<'a, '_> {
    fn add(&mut self, set: &'a SelectionSet, within: Option<&'static str>) -> Option<()> {
        for selection in &set.items {
            // `@skip` and `@include` are obeyed and taken out before anything is resolved.
            if !selection.node.directives().is_empty() {
                return None;
            }
            let (condition, set) = match &selection.node {
                Selection::Field(field) => {
                    self.field(field);
                    continue;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = &self.ctx.query_env.fragments.get(name)?.node;
                    (Some(&fragment.type_condition), &fragment.selection_set)
                }
                Selection::InlineFragment(fragment) => (
                    fragment.node.type_condition.as_ref(),
                    &fragment.node.selection_set,
                ),
            };
            match condition {
                Some(condition) if self.is_met(&condition.node) => self.add(&set.node, None)?,
                Some(condition) if within == Some(condition.node.on.node.as_str()) => {
                    self.add(&set.node, within)?;
                }
                Some(_) => {}
                None => self.add(&set.node, within)?,
            }
        }
        Some(())
    }

    fn field(&mut self, field: &'a Positioned<Field>) {
        let key = &field.node.response_key().node;
        let place = (self.place)(&field.node.name.node);
        self.entries
            .entry(key)
            .and_modify(|entry| entry.more.push(field))
            .or_insert_with(|| Entry::of(field, place));
    }

    /// Whether an object of this type is what a fragment is for: by its own name, or by that of an interface.
    fn is_met(&self, condition: &TypeCondition) -> bool {
        let on = condition.on.node.as_str();
        let implements = || {
            let interfaces = self.ctx.schema_env.registry.implements.get(self.name);
            interfaces.is_some_and(|interfaces| interfaces.contains(on))
        };
        on == self.name || implements()
    }
}
