//! What is asked for under one entry of the schema: every field below it, as lines of the table and as a document.

use super::cell::Cell;
use crate::strangers::entries::{Served, list, name, within};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How far an entry is unfolded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Its own line alone.
    Line,
    /// Each type once, where it is nearest, if no entry before unfolded it.
    Once,
    /// Every type wherever it comes, but for those that were unfolded once.
    Whole,
    /// Every type that no entry before unfolded.
    New,
    /// What a change answers, and every type below that no entry before showed.
    Deed,
    /// What leads to one field.
    Path(&'static str),
}

/// The types that were unfolded before.
#[derive(Default)]
pub struct Known {
    /// Those of the catalogue.
    once: BTreeSet<String>,
    all: BTreeSet<String>,
    /// Fields that changes showed, with their types.
    shown: BTreeSet<(String, String)>,
}

impl Known {
    fn folds(&self, kind: &str, depth: Depth) -> bool {
        match depth {
            Depth::Line => true,
            Depth::Once | Depth::Whole => self.once.contains(kind),
            Depth::New | Depth::Deed => self.all.contains(kind),
            Depth::Path(_) => false,
        }
    }

    /// Of changes, those count that somebody was shown: see [`Known::show`].
    fn learn(&mut self, kinds: BTreeSet<String>, depth: Depth) {
        if depth == Depth::Once {
            self.once.extend(kinds.clone());
        }
        if depth != Depth::Deed {
            self.all.extend(kinds);
        }
    }

    /// Somebody was shown a field.
    pub fn show(&mut self, field: &(String, String)) {
        self.all.insert(field.0.clone());
        self.shown.insert(field.clone());
    }

    /// Whether somebody was shown a field by a change before.
    pub fn was_shown(&self, field: &(String, String)) -> bool {
        self.shown.contains(field)
    }
}

/// A field at its place below an entry.
pub struct Node {
    /// From the entry on, such as `shippingAddress.phone`; empty for the entry itself.
    pub path: String,
    /// The type that has the field, and the field.
    pub of: (String, String),
    /// The type it has itself, within lists.
    pub kind: String,
    /// The type that it is asked of, below an interface or union.
    on: Option<String>,
    args: String,
    pub above: Option<usize>,
    pub below: Vec<usize>,
}

/// An entry with all that is below it. The first node is the entry itself.
pub struct Tree {
    pub nodes: Vec<Node>,
}

/// The arguments that a field cannot be asked without, and those that give it something to say.
const ARGUMENTS: [(&str, &str); 8] = [
    ("BaseCartLine.attribute", "(key: \"card\")"),
    ("Cart.attribute", "(key: \"gift\")"),
    ("CartLine.attribute", "(key: \"card\")"),
    (
        "Product.variantBySelectedOptions",
        "(selectedOptions: $options)",
    ),
    ("SearchTuning.changes", "(first: 10)"),
    ("VendorDesk.order", "(id: $part)"),
    ("VendorDesk.orders", "(first: 10)"),
    ("Viewer.orders", "(first: 10)"),
];

fn arguments(kind: &str, field: &Value) -> String {
    let path = format!("{kind}.{}", name(field));
    if let Some((_, known)) = ARGUMENTS.iter().find(|(known, _)| *known == path) {
        return (*known).to_owned();
    }
    let args = list(&field["args"]);
    let needed = args.iter().find(|arg| arg["type"]["kind"] == "NON_NULL");
    assert!(
        needed.is_none_or(|arg| !arg["defaultValue"].is_null()),
        "{path} cannot be asked without arguments: write them into ARGUMENTS of tests/it/access/tree.rs"
    );
    let paged = args.iter().any(|arg| name(arg) == "first");
    if paged { "(first: 3)" } else { "" }.to_owned()
}

/// Whether a way leads through a place.
fn leads(way: &str, place: &str) -> bool {
    let rest = way.strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Tree {
    /// Unfolds a field of a root type. `known` are types that were unfolded before; those of this one join them.
    pub fn grow(
        served: &Served,
        (root, field, args): (&str, &str, &str),
        depth: Depth,
        known: &mut Known,
    ) -> Self {
        let kind = within(&served.field(root, field)["type"]).0.to_owned();
        let first = Node {
            path: String::new(),
            of: (root.to_owned(), field.to_owned()),
            kind,
            on: None,
            args: args.to_owned(),
            above: None,
            below: Vec::new(),
        };
        let mut tree = Self { nodes: vec![first] };
        if depth != Depth::Line {
            tree.unfold(served, depth, known);
        }
        tree
    }

    fn unfold(&mut self, served: &Served, depth: Depth, known: &mut Known) {
        let mut own = BTreeSet::new();
        let mut open = VecDeque::from([0]);
        while let Some(at) = open.pop_front() {
            let kind = self.nodes[at].kind.clone();
            let folds = self.nodes[at].of.0.ends_with("Edge");
            let several = served.possible(&kind);
            let kinds = match several.is_empty() {
                true => vec![(kind.as_str(), None)],
                false => several.iter().map(|kind| (*kind, Some(*kind))).collect(),
            };
            for (kind, on) in kinds {
                let met = match depth {
                    Depth::Once => !own.insert(kind.to_owned()),
                    _ => {
                        own.insert(kind.to_owned());
                        self.is_within(at, kind)
                    }
                };
                let is_payload = at == 0 && depth == Depth::Deed;
                if is_payload || !(folds || met || known.folds(kind, depth)) {
                    open.extend(self.fields(served, at, (kind, on), depth));
                }
            }
        }
        known.learn(own, depth);
    }

    /// Whether a type stands above a node already.
    fn is_within(&self, at: usize, kind: &str) -> bool {
        let mut above = self.nodes[at].above;
        while let Some(one) = above {
            if self.nodes[one].kind == kind || self.nodes[one].on.as_deref() == Some(kind) {
                return true;
            }
            above = self.nodes[one].above;
        }
        false
    }

    fn fields(
        &mut self,
        served: &Served,
        at: usize,
        (kind, on): (&str, Option<&str>),
        depth: Depth,
    ) -> Vec<usize> {
        let mut added = Vec::new();
        for field in served.fields(kind) {
            let above = &self.nodes[at].path;
            let on_type = on.map_or_else(String::new, |on| format!("<{on}>"));
            let dot = if above.is_empty() && on.is_none() {
                ""
            } else {
                "."
            };
            let node = Node {
                path: format!("{above}{on_type}{dot}{}", name(field)),
                of: (kind.to_owned(), name(field).to_owned()),
                kind: within(&field["type"]).0.to_owned(),
                on: on.map(str::to_owned),
                args: arguments(kind, field),
                above: Some(at),
                below: Vec::new(),
            };
            if matches!(depth, Depth::Path(path) if !leads(path, &node.path)) {
                continue;
            }
            self.nodes.push(node);
            let place = self.nodes.len() - 1;
            self.nodes[at].below.push(place);
            added.push(place);
        }
        added
    }

    /// The nodes in the order in which they are read: each with all that is below it.
    pub fn in_order(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut open = vec![0];
        while let Some(at) = open.pop() {
            order.push(at);
            open.extend(self.nodes[at].below.iter().rev());
        }
        order
    }

    /// The selection, but for the nodes in `without`.
    pub fn selection(&self, served: &Served, without: &BTreeSet<usize>) -> String {
        self.selected(served, 0, without)
    }

    fn selected(&self, served: &Served, at: usize, without: &BTreeSet<usize>) -> String {
        let node = &self.nodes[at];
        let (field, args) = (&node.of.1, &node.args);
        if served.is_leaf(&node.kind) {
            return format!("{field}{args}");
        }
        let code = if node.kind.ends_with("UserError") {
            " code"
        } else {
            ""
        };
        let mut text = format!("{field}{args} {{ __typename{code}");
        for below in node.below.iter().filter(|below| !without.contains(below)) {
            let inner = self.selected(served, *below, without);
            match &self.nodes[*below].on {
                Some(on) => text.push_str(&format!(" ... on {on} {{ {inner} }}")),
                None => text.push_str(&format!(" {inner}")),
            }
        }
        text + " }"
    }

    /// Whether a node belongs to a value of this type.
    pub fn is_of(&self, at: usize, value: &Value) -> bool {
        let on = self.nodes[at].on.as_deref();
        on.is_none_or(|on| value["__typename"] == on)
    }

    /// The nodes that an error's path leads to.
    pub fn at_path(&self, path: &[Value]) -> Vec<usize> {
        let mut keys = path.iter().filter_map(Value::as_str);
        if keys.next() != Some(&self.nodes[0].of.1) {
            return vec![0];
        }
        let mut here = vec![0];
        for key in keys {
            let below = here.iter().flat_map(|at| &self.nodes[*at].below);
            let named = below.filter(|at| self.nodes[**at].of.1 == key);
            here = named.copied().collect();
        }
        here
    }

    /// What every node came to in an answer, but for those that were refused with a code.
    pub fn read(&self, data: &Value, refused: &BTreeMap<usize, String>) -> Vec<Cell> {
        let mut cells = vec![Cell::Above; self.nodes.len()];
        let mut open = vec![(0, vec![data])];
        while let Some((at, above)) = open.pop() {
            let key = &self.nodes[at].of.1;
            let of = above.iter().filter(|value| self.is_of(at, value));
            let found: Vec<&Value> = of.filter_map(|value| value.get(key)).collect();
            let mut values = Vec::new();
            for value in &found {
                flatten(value, &mut values);
            }
            cells[at] = match refused.get(&at) {
                Some(code) => Cell::Code(code.clone()),
                None if values.iter().any(|value| !value.is_null()) => Cell::Value,
                None if !values.is_empty() => Cell::Null,
                None if !found.is_empty() => Cell::Empty,
                None => Cell::Above,
            };
            values.retain(|value| value.is_object());
            open.extend(
                self.nodes[at]
                    .below
                    .iter()
                    .map(|below| (*below, values.clone())),
            );
        }
        cells
    }
}

/// The items of lists within lists.
fn flatten<'a>(value: &'a Value, into: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(item, into)),
        other => into.push(other),
    }
}
