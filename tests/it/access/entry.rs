//! One place where the table begins: a field of a root, with what it is asked for and whom that opens.

use super::cell::Cell;
use super::columns::everybody;
use super::tree::{Depth, Known, Tree};
use crate::strangers::asking::told;
use crate::strangers::cast::{Cast, Who};
use crate::strangers::entries::Served;
use crate::strangers::ids::Tried;
use crate::support::Answer;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The variables of one person; `None` where there is nothing to ask with.
pub type Variables = Box<dyn Fn(Who) -> Option<Value> + Send + Sync>;

/// A field of a root, and what it is asked for.
pub struct Entry {
    /// What stands above its lines, such as `order(id: the customer's)`.
    pub title: &'static str,
    /// 0 query, 1 mutation, 2 subscription.
    pub root: usize,
    pub field: &'static str,
    /// As written into the document, with variables.
    pub args: &'static str,
    pub depth: Depth,
    /// Whom it opens. This is the rule; the table is what was measured.
    pub opens: Vec<Who>,
    pub variables: Variables,
    /// The variable whose id is tried: an id of nothing in its place has to be answered alike, to whomever this does not open.
    pub tried: Option<&'static str>,
}

/// A field of the query root that is asked for alone; the rest is said by what follows.
pub fn ask(title: &'static str, field: &'static str, args: &'static str) -> Entry {
    Entry {
        title,
        root: 0,
        field,
        args,
        depth: Depth::Line,
        opens: everybody().collect(),
        variables: Box::new(|_| Some(json!({}))),
        tried: None,
    }
}

/// A field of the subscription root.
pub fn watch(title: &'static str, field: &'static str, args: &'static str) -> Entry {
    Entry {
        root: 2,
        ..ask(title, field, args)
    }
}

impl Entry {
    /// With all that is below it.
    pub fn down(self, depth: Depth) -> Self {
        Self { depth, ..self }
    }

    /// Asked for with the same variables by everybody.
    pub fn with(self, variables: Value) -> Self {
        self.by(move |_| Some(variables.clone()))
    }

    /// Asked for with variables of whoever asks.
    pub fn by(self, variables: impl Fn(Who) -> Option<Value> + Send + Sync + 'static) -> Self {
        let variables = Box::new(variables);
        Self { variables, ..self }
    }

    /// Somebody's, by this variable: for these people alone.
    pub fn only(self, tried: &'static str, opens: &[Who]) -> Self {
        Self {
            tried: Some(tried),
            opens: opens.to_vec(),
            ..self
        }
    }
}

/// A line of the table.
#[derive(Debug, Clone)]
pub struct Line {
    pub path: String,
    pub of: (String, String),
    pub cells: BTreeMap<Who, Cell>,
}

/// An entry's lines, and what was wrong with them besides.
#[derive(Debug, Clone)]
pub struct Lines {
    pub title: &'static str,
    pub opens: Vec<Who>,
    pub lines: Vec<Line>,
    /// The line at which it is seen whom the entry opens.
    pub gate: usize,
    /// Whether it changes something: what a payload says besides is looked at where it is asked for.
    pub is_deed: bool,
    /// Answers to foreign ids that are not those to ids of nothing.
    pub uneven: Vec<String>,
    pub tried: usize,
}

/// The types of the variables that documents may use.
const TYPES: [(&str, &str); 20] = [
    ("after", "String"),
    ("cart", "ID!"),
    ("email", "String!"),
    ("handle", "String!"),
    ("id", "ID!"),
    ("ids", "[ID!]!"),
    ("keyed", "ID!"),
    ("line", "ID!"),
    ("mine", "ID!"),
    ("none", "ID!"),
    ("options", "[SelectedOptionInput!]!"),
    ("order", "ID!"),
    ("other", "ID!"),
    ("part", "ID!"),
    ("password", "String!"),
    ("product", "ID!"),
    ("said", "ID!"),
    ("token", "String!"),
    ("variant", "ID!"),
    ("vendor", "ID!"),
];

/// A document around a selection, with those variables that it uses.
pub fn document(root: usize, selection: &str) -> String {
    let kind = ["query", "mutation", "subscription"][root];
    let mut words: Vec<_> = selection
        .split(|letter: char| !(letter == '$' || letter.is_alphanumeric()))
        .collect();
    words.sort_unstable();
    words.dedup();
    let used = words.iter().filter_map(|word| word.strip_prefix('$'));
    let defined = used.map(|used| {
        let found = TYPES.iter().find(|(known, _)| *known == used);
        let (name, kind) = found.unwrap_or_else(|| panic!("what is the type of ${used}?"));
        format!("${name}: {kind}")
    });
    let defined: Vec<_> = defined.collect();
    let defined = match defined.is_empty() {
        true => String::new(),
        false => format!("({})", defined.join(", ")),
    };
    format!("{kind}{defined} {{ {selection} }}")
}

/// The same id with another row: of nothing.
fn of_nothing(id: &str) -> (String, Uuid, Uuid) {
    let (plain, key) = id
        .split_once('?')
        .map_or((id, None), |(plain, key)| (plain, Some(key)));
    let (kind, row) = plain.rsplit_once('/').unwrap();
    let none = Uuid::now_v7();
    let key = key.map_or_else(String::new, |key| format!("?{key}"));
    (format!("{kind}/{none}{key}"), row.parse().unwrap(), none)
}

impl Entry {
    /// Asks as everybody.
    pub async fn measure(&self, served: &Served, cast: &Cast, known: &mut Known) -> Lines {
        let root = served.roots()[self.root].as_str();
        let tree = Tree::grow(served, (root, self.field, self.args), self.depth, known);
        let order = tree.in_order();
        let line = |at: &usize| Line {
            path: tree.nodes[*at].path.clone(),
            of: tree.nodes[*at].of.clone(),
            cells: BTreeMap::new(),
        };
        let mut lines: Vec<Line> = order.iter().map(line).collect();
        let (mut uneven, mut tried) = (Vec::new(), 0);
        for who in everybody() {
            let Some(variables) = (self.variables)(who) else {
                for line in &mut lines {
                    line.cells.insert(who, Cell::Untried);
                }
                continue;
            };
            let cells = Asking {
                entry: self,
                served,
                cast,
                tree: &tree,
                who,
            };
            let cells = cells.cells(&variables).await;
            for (line, at) in lines.iter_mut().zip(&order) {
                line.cells.insert(who, cells[*at].clone());
            }
            if let Some(name) = self.tried.filter(|_| !self.opens.contains(&who)) {
                uneven.extend(
                    self.uneven(cast, served, &tree, who, (&variables, name))
                        .await,
                );
                tried += 1;
            }
        }
        let gate = if matches!(self.depth, Depth::Path(_)) {
            lines.len() - 1
        } else {
            0
        };
        Lines {
            title: self.title,
            opens: self.opens.clone(),
            lines,
            gate,
            is_deed: false,
            uneven,
            tried,
        }
    }

    /// What differs between a foreign id and one of nothing.
    async fn uneven(
        &self,
        cast: &Cast,
        served: &Served,
        tree: &Tree,
        who: Who,
        (variables, name): (&Value, &str),
    ) -> Option<String> {
        let text = document(self.root, &tree.selection(served, &BTreeSet::new()));
        let foreign = variables[name].as_str().unwrap();
        let (none, row, none_row) = of_nothing(foreign);
        let mut other = variables.clone();
        other[name] = json!(none);
        let said = |answer: Answer, id: &str, row| {
            told(
                &answer,
                &Tried {
                    id: id.to_owned(),
                    words: String::new(),
                    row,
                },
            )
        };
        let foreign = said(cast.ask(who, &text, variables.clone()).await, foreign, row);
        let missing = said(cast.ask(who, &text, other).await, &none, none_row);
        (foreign != missing)
            .then(|| format!("{}: {who:?}: {foreign} instead of {missing}", self.title))
    }
}

/// One person at one entry.
struct Asking<'a> {
    entry: &'a Entry,
    served: &'a Served,
    cast: &'a Cast,
    tree: &'a Tree,
    who: Who,
}

impl Asking<'_> {
    /// What every node came to. Where a field is refused, the others are asked for without it: an error may take what is around it along.
    async fn cells(&self, variables: &Value) -> Vec<Cell> {
        let mut refused: BTreeMap<usize, String> = BTreeMap::new();
        loop {
            let without = refused.keys().copied().collect();
            let text = document(self.entry.root, &self.tree.selection(self.served, &without));
            let body = self.cast.ask(self.who, &text, variables.clone()).await.body;
            let before = refused.len();
            for error in body["errors"].as_array().into_iter().flatten() {
                let code = error["extensions"]["code"].as_str().unwrap().to_owned();
                assert!(
                    error.get("path").is_some(),
                    "{}: {error}\n{text}",
                    self.entry.title
                );
                for at in self.tree.at_path(error["path"].as_array().unwrap()) {
                    refused.insert(at, code.clone());
                }
            }
            if refused.len() == before || refused.contains_key(&0) {
                return self.tree.read(&body["data"], &refused);
            }
        }
    }
}
