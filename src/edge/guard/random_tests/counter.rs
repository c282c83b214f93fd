//! A slow and obvious counter: it does what the document says.

use super::super::{Limits, Measure};
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Value, Variables};
use std::collections::BTreeSet;
use std::convert::Infallible;

/// Steps after which the counter gives up: then the document is not compared.
const PATIENCE: usize = 20_000;

/// Counts by doing what the document says: every spread is followed, every time.
struct Counter<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    operation: Option<&'a OperationDefinition>,
    page_size: usize,
    steps: usize,
    fields: usize,
    cost: usize,
    depth: usize,
    sets: usize,
    introspects: bool,
    lists: usize,
    cycle: bool,
}

/// Where the counter is.
#[derive(Clone)]
struct Place {
    depth: usize,
    sets: usize,
    /// Lists of introspected types above, below an entry to the schema.
    lists: Option<usize>,
    /// Fragments above.
    fragments: Vec<String>,
}

impl<'a> Counter<'a> {
    pub(super) fn of(
        document: &'a ExecutableDocument,
        set: &'a SelectionSet,
        (operation, variables, page_size): (Option<&'a OperationDefinition>, &'a Variables, usize),
        above: Vec<String>,
    ) -> Self {
        let mut counter = Self {
            document,
            variables,
            operation,
            page_size,
            steps: 0,
            fields: 0,
            cost: 0,
            depth: 0,
            sets: 0,
            introspects: false,
            lists: 0,
            cycle: false,
        };
        let place = Place {
            depth: 0,
            sets: 1,
            lists: None,
            fragments: above,
        };
        counter.set(set, &place);
        counter
    }

    fn set(&mut self, set: &'a SelectionSet, place: &Place) {
        self.sets = self.sets.max(place.sets);
        for item in &set.items {
            self.steps += 1;
            if self.steps > PATIENCE {
                return;
            }
            let below = Place {
                sets: place.sets + 1,
                ..place.clone()
            };
            match &item.node {
                Selection::Field(field) => self.field(&field.node, below),
                Selection::InlineFragment(inline) => {
                    self.set(&inline.node.selection_set.node, &below);
                }
                Selection::FragmentSpread(spread) => {
                    self.spread(spread.node.fragment_name.node.as_str(), below);
                }
            }
        }
    }

    fn spread(&mut self, name: &str, mut below: Place) {
        let Some(fragment) = self.document.fragments.get(name) else {
            self.fields += 1;
            return;
        };
        if below.fragments.iter().any(|above| above == name) {
            self.cycle = true;
            return;
        }
        below.fragments.push(name.to_owned());
        self.set(&fragment.node.selection_set.node, &below);
    }

    fn field(&mut self, field: &'a Field, mut below: Place) {
        let name = field.name.node.as_str();
        below.depth += 1;
        self.fields += 1;
        self.depth = self.depth.max(below.depth);
        if name == "__schema" || name == "__type" {
            self.introspects = true;
            below.lists = below.lists.or(Some(0));
        }
        let is_list = ["fields", "inputFields", "interfaces", "possibleTypes"].contains(&name);
        below.lists = below.lists.map(|lists| lists + usize::from(is_list));
        self.lists = self.lists.max(below.lists.unwrap_or(0));
        self.cost += self.rows(field);
        if !field.selection_set.node.items.is_empty() {
            self.set(&field.selection_set.node, &below);
        }
    }

    /// What a field's own arguments ask for.
    fn rows(&self, field: &Field) -> usize {
        let pages = ["first", "last", "limit", "ids"];
        let pages = pages.iter().filter_map(|page| field.get_argument(page));
        let values = pages.map(|value| {
            let with = |name: Name| Ok::<_, Infallible>(self.variable(&name));
            value.node.clone().into_const_with(with).unwrap()
        });
        let asked = values.filter_map(|value| match value {
            Value::Number(number) => Some(usize::try_from(number.as_u64().unwrap_or(0)).unwrap()),
            Value::List(items) => Some(items.len()),
            _ => None,
        });
        let default = usize::from(!field.selection_set.node.items.is_empty());
        asked.max().map_or(default, |rows| rows.min(self.page_size))
    }

    /// What was sent, or stands there by default, or nothing.
    fn variable(&self, name: &Name) -> Value {
        let mut defined = self
            .operation
            .iter()
            .flat_map(|it| &it.variable_definitions);
        let default = || {
            let defined = defined.find(|it| it.node.name.node == *name)?;
            Some(defined.node.default_value.as_ref()?.node.clone())
        };
        let sent = self.variables.get(name).cloned();
        sent.or_else(default).unwrap_or(Value::Null)
    }
}

/// What a document is, all told: what was measured of its first operation, or every limit that it is over.
pub(super) fn counted(
    document: &ExecutableDocument,
    variables: &Variables,
    limits: &Limits,
) -> Option<Result<Measure, Vec<&'static str>>> {
    let mut over = BTreeSet::new();
    let (mut all_fields, mut executed) = (0, None);
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set.node;
        // The first operation is executed: variables mean nothing to the others.
        let of = executed.is_none().then_some(&operation.node);
        let with = (of, variables, limits.page_size);
        let counter = Counter::of(document, set, with, Vec::new());
        note(&counter, limits, &mut over)?;
        all_fields += counter.fields;
        executed = executed.or(Some(Measure {
            fields: counter.fields,
            depth: counter.depth,
            cost: counter.cost,
            introspects: counter.introspects,
        }));
    }
    for (name, fragment) in &document.fragments {
        let set = &fragment.node.selection_set.node;
        let with = (None, variables, limits.page_size);
        let counter = Counter::of(document, set, with, vec![name.to_string()]);
        note(&counter, limits, &mut over)?;
        // A fragment alone may hold as many fields as everything.
        if counter.fields > limits.fields {
            over.insert("fields");
        }
    }
    let executed = executed?;
    let text = format!("{document:?}");
    let written = |what: &str| text.matches(what).count();
    for (what, count, limit) in [
        ("fields", all_fields, limits.fields),
        ("cost", executed.cost, limits.cost),
        ("aliases", written("alias: Some("), limits.aliases),
        ("directives", written("Directive {"), limits.directives),
    ] {
        if count > limit {
            over.insert(what);
        }
    }
    Some(match over.is_empty() {
        true => Ok(executed),
        false => Err(over.into_iter().collect()),
    })
}

/// Notes what one expansion is over; `None` when it had no end.
fn note(counter: &Counter<'_>, limits: &Limits, over: &mut BTreeSet<&'static str>) -> Option<()> {
    for (what, is) in [
        ("cycle", counter.cycle),
        ("depth", counter.depth > limits.depth),
        ("nesting", counter.sets > limits.nesting),
        ("introspection", counter.lists > 2),
    ] {
        if is {
            over.insert(what);
        }
    }
    (counter.steps <= PATIENCE).then_some(())
}
