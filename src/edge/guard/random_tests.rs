//! The guard against a slow and obvious counter, on documents that nobody wrote.

use super::*;
use async_graphql::parser::{
    parse_query,
    types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql::{Name, Value, Variables};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// Small, so that documents of a few lines are on both sides of every limit.
const SMALL: Limits = Limits {
    document_bytes: 65_536,
    tokens: 4_000,
    brackets: 60,
    name_bytes: 128,
    depth: 4,
    nesting: 6,
    fields: 25,
    aliases: 3,
    directives: 3,
    cost: 300,
    page_size: 250,
    variable_depth: 20,
    variable_values: 2_000,
    variable_text: 20_000,
};

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
    fn of(
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
fn counted(
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

const fn called(violation: &Violation) -> &'static str {
    match violation {
        Violation::FragmentCycle(_) => "cycle",
        Violation::Depth(_) => "depth",
        Violation::Nesting(_) => "nesting",
        Violation::Introspection(_) => "introspection",
        Violation::Fields(_) => "fields",
        Violation::Cost { .. } => "cost",
        Violation::Aliases(_) => "aliases",
        Violation::Directives(_) => "directives",
        _ => "something else",
    }
}

/// A field as it begins, or a fragment as it is spread: most are plain.
fn head() -> impl Strategy<Value = String> {
    let alias = prop_oneof![8 => Just(""), 1 => Just("other: ")];
    let names = [
        "a",
        "b",
        "items",
        "fields",
        "possibleTypes",
        "__typename",
        "__schema",
        "__type",
    ];
    let arguments = prop_oneof![
        6 => Just(String::new()),
        1 => (0..400_u32).prop_map(|rows| format!("(first: {rows})")),
        1 => (0..400_u32).prop_map(|rows| format!("(last: {rows}, limit: 3)")),
        1 => prop::sample::select(vec!["(first: $n)", "(first: $d)", "(ids: $ids)", "(ids: [1, 2, $n])", "(first: null)", "(first: -4)", "(a: 9)", "(first: $no)"]).prop_map(str::to_owned),
    ];
    let directive = prop_oneof![9 => Just(""), 1 => Just(" @skip(if: true)")];
    (
        alias,
        prop::sample::select(names.to_vec()),
        arguments,
        directive,
    )
        .prop_map(|(alias, name, arguments, directive)| {
            format!("{alias}{name}{arguments}{directive}")
        })
}

/// The inside of a selection set.
fn selections() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        5 => head(),
        2 => (0..5_u8, prop::bool::weighted(0.1)).prop_map(|(number, directive)| {
            format!("...f{number}{}", if directive { " @include(if: false)" } else { "" })
        }),
    ];
    let set = prop::collection::vec(leaf, 1..4).prop_map(|items| items.join(" "));
    set.prop_recursive(4, 24, 3, |inner| {
        let below = prop_oneof![
            4 => (head(), inner.clone()).prop_map(|(head, inner)| format!("{head} {{ {inner} }}")),
            1 => inner.clone().prop_map(|inner| format!("... on X {{ {inner} }}")),
            1 => inner.clone().prop_map(|inner| format!("... @skip(if: $n) {{ {inner} }}")),
            2 => inner,
        ];
        prop::collection::vec(below, 1..3).prop_map(|items| items.join(" "))
    })
}

/// A document of one or two operations and four fragments. Each spreads those after it alone, unless `any`: then there may be circles.
fn document() -> impl Strategy<Value = String> {
    let parts = prop::collection::vec(selections(), 5..=6);
    (parts, prop::bool::weighted(0.15)).prop_map(|(parts, any)| {
        let mut text = format!(
            "query A($n: Int, $d: Int = 7, $ids: [ID!]) {{ {} }}",
            parts[0]
        );
        for (number, part) in parts[1..5].iter().enumerate() {
            let mut part = part.clone();
            if !any {
                // What is spread comes later; the last may be missing.
                for before in (0..5).rev() {
                    let after = format!("...g{}", (before + number + 1).min(4));
                    part = part.replace(&format!("...f{before}"), &after);
                }
                part = part.replace("...g", "...f");
            }
            text.push_str(&format!(" fragment f{number} on X {{ {part} }}"));
        }
        if let Some(other) = parts.get(5) {
            text.push_str(&format!(" query B {{ {other} }}"));
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_guard_counts_what_following_every_spread_counts(text in document(), n in prop::option::of(0..400_u32), ids in prop::option::of(0..300_usize), small: bool) {
        let limits = if small { SMALL } else { Limits { nesting: 30, ..Limits::default() } };
        let parsed = parse_query(&text).unwrap();
        let mut variables = json!({});
        if let Some(n) = n {
            variables["n"] = json!(n);
        }
        if let Some(ids) = ids {
            variables["ids"] = json!(vec!["x"; ids]);
        }
        let variables = Variables::from_json(variables);
        let (_, operation) = parsed.operations.iter().find(|(name, _)| name.is_none_or(|name| name == "A")).unwrap();
        let first = parsed.operations.iter().next().map(|(name, _)| name.map(ToString::to_string));
        prop_assume!(first == Some(Some("A".to_owned())));
        let Some(counted) = counted(&parsed, &variables, &limits) else {
            return Err(TestCaseError::reject("too large to follow"));
        };
        match (measure(&parsed, &operation.node, &variables, &limits), counted) {
            (Ok(measured), Ok(counted)) => prop_assert_eq!(measured, counted, "{}", text),
            (Err(violation), Err(over)) => prop_assert!(over.contains(&called(&violation)), "{:?} and not {:?}: {}", violation, over, text),
            (measured, counted) => prop_assert!(false, "{:?} and not {:?}: {}", measured, counted, text),
        }
    }

    #[test]
    fn whatever_is_sent_as_text_is_scanned(text in prop_oneof![".{0,300}", "[{}()\\[\\]\"#\\\\.a \n-]{0,300}"]) {
        let tiny = Limits { tokens: 60, brackets: 8, name_bytes: 9, ..SMALL };
        // What passes holds no more brackets inside one another than it may, strings and comments aside.
        let open = text.bytes().filter(|byte| b"{[(".contains(byte)).count();
        let passes = check_text(&text, &tiny);
        prop_assert!(passes.is_ok() || open > 8 || text.len() > 9, "{:?}", text);
        if !text.contains(['"', '#']) && passes.is_ok() {
            let mut inside = 0_usize;
            for byte in text.bytes() {
                inside = match byte {
                    b'{' | b'[' | b'(' => inside + 1,
                    b'}' | b']' | b')' => inside.saturating_sub(1),
                    _ => inside,
                };
                prop_assert!(inside <= 8, "{:?}", text);
            }
        }
    }

    #[test]
    fn variables_are_counted_one_by_one(values in prop::collection::vec(value(), 0..6)) {
        let tiny = Limits { variable_depth: 3, variable_values: 12, variable_text: 5, ..SMALL };
        let json: serde_json::Map<_, _> = values.iter().enumerate().map(|(at, value)| (format!("v{at}"), value.clone())).collect();
        let (depth, count, text) = values.iter().map(size).fold((0, 0, 0), |(depth, count, text), (a, b, c)| (depth.max(a), count + b, text.max(c)));
        let fits = depth <= 3 && count <= 12 && text <= 5;
        prop_assert_eq!(check_variables(&Variables::from_json(json.into()), &tiny).is_ok(), fits);
    }
}

/// What the counter and the guard are compared on is not all refused, nor all taken, and meets every limit.
#[test]
fn the_documents_are_on_both_sides_of_every_limit() {
    let mut runner = TestRunner::deterministic();
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..2_000 {
        let text = document().new_tree(&mut runner).unwrap().current();
        let parsed = parse_query(&text).unwrap();
        let variables = Variables::from_json(json!({ "n": 200 }));
        match counted(&parsed, &variables, &SMALL) {
            None => *met.entry("endless").or_default() += 1,
            Some(Ok(_)) => *met.entry("taken").or_default() += 1,
            Some(Err(over)) => over
                .iter()
                .for_each(|what| *met.entry(what).or_default() += 1),
        }
    }
    for what in [
        "taken",
        "aliases",
        "cost",
        "cycle",
        "depth",
        "directives",
        "fields",
        "introspection",
        "nesting",
    ] {
        assert!(
            met.get(what).is_some_and(|times| *times >= 10),
            "{what}: {met:?}"
        );
    }
    assert!(
        met.get("endless").is_none_or(|times| *times < 100),
        "{met:?}"
    );
}

/// A value as a client sends it.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<i32>().prop_map(|it| json!(it)),
        "[a-z]{0,7}".prop_map(|it| json!(it))
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|it| json!(it)),
            prop::collection::btree_map("[a-c]", inner, 0..3).prop_map(|it| json!(it)),
        ]
    })
}

/// Levels, values and longest text of a value.
fn size(value: &serde_json::Value) -> (usize, usize, usize) {
    let below: Vec<&serde_json::Value> = match value {
        serde_json::Value::Array(items) => items.iter().collect(),
        serde_json::Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    };
    let text = value.as_str().map_or(0, str::len);
    let sizes = below.into_iter().map(size);
    let (depth, count, text) = sizes.fold((0, 0, text), |(depth, count, text), (a, b, c)| {
        (depth.max(a), count + b, text.max(c))
    });
    (depth + 1, count + 1, text)
}
