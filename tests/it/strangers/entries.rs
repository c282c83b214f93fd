//! Every place of the schema that takes an id, read from the schema itself.

use async_graphql::Request;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A type within lists and `!` three times over.
const INTROSPECTION: &str = "{ __schema { queryType { name } mutationType { name } subscriptionType { name } types { kind name
    possibleTypes { name }
    fields(includeDeprecated: true) { name type { ...of } args(includeDeprecated: true) { name type { ...of } } }
    inputFields(includeDeprecated: true) { name type { ...of } } } } }
    fragment of on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The schema, by its types.
pub struct Served {
    roots: [String; 3],
    types: BTreeMap<String, Value>,
}

/// The items of a list, or none.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

/// Name of the type within lists and `!`, and how it is written: `[]` where it is a list.
pub fn within(kind: &Value) -> (&str, &'static str) {
    match kind["kind"].as_str().unwrap() {
        "NON_NULL" => within(&kind["ofType"]),
        "LIST" => (within(&kind["ofType"]).0, "[]"),
        _ => (name(kind), ""),
    }
}

impl Served {
    /// Asks the schema for itself.
    pub async fn read() -> Self {
        let schema = lilium::schema::build(true);
        let answer = schema.execute(Request::new(INTROSPECTION)).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let data = serde_json::to_value(answer.data).unwrap();
        let schema = &data["__schema"];
        let root = |which: &str| name(&schema[which]).to_owned();
        let types = list(&schema["types"]).iter();
        Self {
            roots: [
                root("queryType"),
                root("mutationType"),
                root("subscriptionType"),
            ],
            types: types
                .map(|kind| (name(kind).to_owned(), kind.clone()))
                .collect(),
        }
    }

    /// The fields of a type, by name.
    pub fn fields(&self, kind: &str) -> &[Value] {
        list(&self.types[kind]["fields"])
    }

    /// A field of a type.
    pub fn field(&self, kind: &str, field: &str) -> &Value {
        let mut fields = self.fields(kind).iter();
        fields
            .find(|known| name(known) == field)
            .unwrap_or_else(|| panic!("no {kind}.{field}"))
    }

    /// Whether a type has no fields.
    pub fn is_leaf(&self, kind: &str) -> bool {
        self.fields(kind).is_empty() && self.possible(kind).is_empty()
    }

    /// The names of query, mutation and subscription.
    pub const fn roots(&self) -> &[String; 3] {
        &self.roots
    }

    /// The object types of an interface or union; none for others.
    pub fn possible(&self, kind: &str) -> Vec<&str> {
        list(&self.types[kind]["possibleTypes"])
            .iter()
            .map(name)
            .collect()
    }

    /// Every object type that an operation can come to, but for the three it begins with.
    pub fn objects(&self) -> Vec<&str> {
        let found = self.reachable().into_iter();
        let objects = found.filter(|kind| self.types[*kind]["kind"] == "OBJECT");
        objects
            .filter(|kind| !self.roots.iter().any(|root| root == kind))
            .collect()
    }

    /// The types that implement an interface.
    pub fn implementing(&self, interface: &str) -> Vec<String> {
        let types = list(&self.types[interface]["possibleTypes"]);
        types.iter().map(|kind| name(kind).to_owned()).collect()
    }

    /// The types that an operation can come to.
    fn reachable(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = self.roots.iter().map(String::as_str).collect();
        while let Some(at) = open.pop() {
            if found.insert(at) {
                let kind = &self.types[at];
                open.extend(list(&kind["possibleTypes"]).iter().map(name));
                open.extend(
                    list(&kind["fields"])
                        .iter()
                        .map(|field| within(&field["type"]).0),
                );
            }
        }
        found
    }

    /// Every place that takes an id, as `Type.field(argument.path)`.
    pub fn entries(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for at in self.reachable() {
            for field in list(&self.types[at]["fields"]) {
                for arg in list(&field["args"]) {
                    for path in self.ids(arg, &mut Vec::new()) {
                        found.insert(format!("{at}.{}({path})", name(field)));
                    }
                }
            }
        }
        found
    }

    /// A selection of everything that a type says, but for what needs arguments of its own. Of the `outside` types, and of a type
    /// within itself, names alone; of lists by pages, the first ten.
    pub fn selection(&self, kind: &str, outside: &[&str]) -> String {
        self.selected(kind, outside, &mut Vec::new())
    }

    fn selected<'a>(&'a self, kind: &'a str, outside: &[&str], above: &mut Vec<&'a str>) -> String {
        let whole = &self.types[kind];
        if list(&whole["fields"]).is_empty() {
            return String::new();
        }
        if outside.contains(&kind) {
            return "{ __typename id }".to_owned();
        }
        if above.contains(&kind) {
            return "{ __typename }".to_owned();
        }
        above.push(kind);
        let fields = list(&whole["fields"]).iter().filter(|field| {
            let args = list(&field["args"]).iter();
            // The edges of a page say what its nodes say.
            !args.clone().any(|arg| arg["type"]["kind"] == "NON_NULL") && name(field) != "edges"
        });
        let mut text = "{ __typename".to_owned();
        for field in fields {
            let is_page = list(&field["args"]).iter().any(|arg| name(arg) == "first");
            let page = if is_page { "(first: 10)" } else { "" };
            let below = self.selected(within(&field["type"]).0, outside, above);
            text.push_str(&format!(" {}{page} {below}", name(field)));
        }
        above.pop();
        text.push_str(" }");
        text
    }

    /// The paths of the ids in an argument or input field. An input type within itself is gone through once.
    fn ids<'a>(&'a self, value: &'a Value, above: &mut Vec<&'a str>) -> Vec<String> {
        let (kind, many) = within(&value["type"]);
        let here = format!("{}{many}", name(value));
        if kind == "ID" {
            return vec![here];
        }
        if above.contains(&kind) {
            return Vec::new();
        }
        above.push(kind);
        let below = list(&self.types[kind]["inputFields"]).iter();
        let paths = below
            .flat_map(|field| self.ids(field, above))
            .map(|path| format!("{here}.{path}"))
            .collect();
        above.pop();
        paths
    }
}
