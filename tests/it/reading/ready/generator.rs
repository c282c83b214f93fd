//! Documents by chance over a schema: fragments, aliases, fields twice, directives, variables, arguments good and bad.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The types of a schema by name.
pub struct Kinds(BTreeMap<String, TypeDefinition>);

impl Kinds {
    /// Reads them.
    pub fn of(sdl: &str) -> Self {
        let definitions = parse_schema(sdl).unwrap().definitions;
        let types = definitions.into_iter().filter_map(|it| match it {
            TypeSystemDefinition::Type(kind) => Some((kind.node.name.node.to_string(), kind.node)),
            _ => None,
        });
        Self(types.collect())
    }

    fn kind(&self, name: &str) -> Option<&TypeKind> {
        self.0.get(name).map(|it| &it.kind)
    }

    /// The names of a type's fields.
    pub fn fields(&self, name: &str) -> BTreeSet<String> {
        let fields = self.definitions(name).into_iter();
        fields.map(|it| it.name.node.to_string()).collect()
    }

    fn definitions(&self, name: &str) -> Vec<&FieldDefinition> {
        match self.kind(name) {
            Some(TypeKind::Object(it)) => it.fields.iter().map(|it| &it.node).collect(),
            Some(TypeKind::Interface(it)) => it.fields.iter().map(|it| &it.node).collect(),
            _ => Vec::new(),
        }
    }

    fn interfaces(&self, name: &str) -> Vec<String> {
        match self.kind(name) {
            Some(TypeKind::Object(it)) => {
                it.implements.iter().map(|it| it.node.to_string()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What may stand behind a union or an interface.
    fn members(&self, name: &str) -> Vec<String> {
        match self.kind(name) {
            Some(TypeKind::Union(it)) => it.members.iter().map(|it| it.node.to_string()).collect(),
            Some(TypeKind::Interface(_)) => {
                let implementing = self.0.keys();
                let of = |it: &&String| self.interfaces(it).iter().any(|it| it == name);
                implementing.filter(of).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    fn values(&self, name: &str) -> Vec<String> {
        match self.kind(name) {
            Some(TypeKind::Enum(it)) => {
                let values = it.values.iter();
                values.map(|it| it.node.value.node.to_string()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn has_selection(&self, name: &str) -> bool {
        matches!(
            self.kind(name),
            Some(TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_))
        )
    }
}

fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

/// Chance with a seed, and what was made of it so far.
pub struct Generator<'a> {
    kinds: &'a Kinds,
    state: u64,
    /// Fields that were selected, as `Type.field`.
    pub selected: BTreeSet<String>,
    fragments: Vec<(String, String)>,
    texts: String,
    variables: Map<String, Value>,
    declared: String,
    /// Whether this document may have arguments that are refused.
    bad: bool,
}

/// A document with its variables.
pub struct Document {
    /// Its text.
    pub text: String,
    /// Its variables.
    pub variables: Value,
}

/// How deep selections are.
const DEPTH: usize = 6;

impl<'a> Generator<'a> {
    /// Begins.
    pub fn new(kinds: &'a Kinds, seed: u64) -> Self {
        Self {
            kinds,
            state: seed,
            selected: BTreeSet::new(),
            fragments: Vec::new(),
            texts: String::new(),
            variables: Map::new(),
            declared: String::new(),
            bad: false,
        }
    }

    /// A number below `bound` (splitmix64).
    pub fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// A document that selects from each of these root fields, given with the type behind it. A quarter of them may have arguments that
    /// are refused.
    pub fn document(&mut self, roots: &[(&str, &str)]) -> Document {
        self.fragments.clear();
        self.texts.clear();
        self.variables.clear();
        self.declared.clear();
        self.bad = self.one_in(4);
        let mut body = String::new();
        for (at, (field, kind)) in roots.iter().enumerate() {
            let selection = self.selection(kind, DEPTH, false);
            write!(body, "r{at}: {field} {selection} ").unwrap();
        }
        let declared = match self.declared.is_empty() {
            true => String::new(),
            false => format!("({})", self.declared),
        };
        Document {
            text: format!("query Q{declared} {{ {body}}}{}", self.texts),
            variables: Value::Object(std::mem::take(&mut self.variables)),
        }
    }

    /// A selection of a type. Keys are told apart by type where several may stand in one place.
    fn selection(&mut self, kind: &str, depth: usize, apart: bool) -> String {
        let mut text = String::from("{ ");
        if self.kinds.members(kind).is_empty() {
            for _ in 0..=self.below(6) {
                let part = self.part(kind, depth, apart);
                text.push_str(&part);
            }
        } else {
            for member in self.kinds.members(kind) {
                if !self.one_in(4) {
                    let below = self.selection(&member, depth, true);
                    write!(text, "... on {member} {below} ").unwrap();
                }
            }
            if self.one_in(2) {
                write!(text, "... on {kind} {{ a{kind}: __typename }} ").unwrap();
            }
        }
        // No object is empty: the library makes null of one, and what has the same key is not merged into it.
        text.push_str("__typename ");
        text.push('}');
        text
    }

    /// A field, or a fragment with some.
    fn part(&mut self, kind: &str, depth: usize, apart: bool) -> String {
        match self.below(12) {
            0 if depth > 1 => {
                let (below, only) = (self.selection(kind, depth - 1, apart), self.directive());
                format!("... on {kind} {only}{below} ")
            }
            1 if depth > 1 => {
                let (below, only) = (self.selection(kind, depth - 1, apart), self.directive());
                format!("... {only}{below} ")
            }
            2 if depth > 1 => self.fragment(kind, depth - 1, apart),
            3 => match self.kinds.interfaces(kind).first() {
                Some(interface) => {
                    let interface = interface.clone();
                    format!("... on {interface} {{ i{kind}: __typename }} ")
                }
                None => "what_it_is: __typename ".to_owned(),
            },
            _ => self.field(kind, depth, apart),
        }
    }

    /// A fragment with a name: a new one, or one that is there.
    fn fragment(&mut self, kind: &str, depth: usize, apart: bool) -> String {
        let own = format!("{kind}{apart}");
        let known = self.fragments.iter().find(|(of, _)| *of == own);
        let known = known.map(|(_, name)| name.clone());
        let name = match known.filter(|_| self.one_in(2)) {
            Some(name) => name,
            None => {
                let below = self.selection(kind, depth, apart);
                let name = format!("F{}", self.fragments.len());
                write!(self.texts, " fragment {name} on {kind} {below}").unwrap();
                self.fragments.push((own, name.clone()));
                name
            }
        };
        let only = self.directive();
        format!("...{name} {only}")
    }

    fn field(&mut self, kind: &str, depth: usize, apart: bool) -> String {
        let kinds = self.kinds;
        let definitions = kinds.definitions(kind);
        // The one list of a viewer stands among many plain fields.
        let orders = definitions.iter().position(|it| it.name.node == "orders");
        let orders = orders.filter(|_| self.one_in(3));
        let at = orders.unwrap_or_else(|| self.below(definitions.len()));
        let field = definitions[at];
        let (name, of) = (field.name.node.as_str(), named(&field.ty.node));
        let below = kinds.has_selection(of);
        if below && depth == 0 {
            return String::new();
        }
        let given: Vec<&InputValueDefinition> = field.arguments.iter().map(|it| &it.node).collect();
        let Some((key, arguments)) = self.arguments(&given) else {
            return String::new();
        };
        self.selected.insert(format!("{kind}.{name}"));
        // A key stands for one field with certain arguments, so that whatever has the same key can be merged.
        let key = match (apart, key.is_empty(), self.one_in(4)) {
            (true, _, _) => format!("{kind}_{name}{key}: "),
            (false, true, false) => String::new(),
            (false, _, _) => format!("{name}_{key}: "),
        };
        let only = self.directive();
        let selection = match below {
            true => self.selection(of, depth - 1, false),
            false => String::new(),
        };
        format!("{key}{name}{arguments} {only}{selection} ")
    }

    /// `@skip` or `@include`, now and then.
    fn directive(&mut self) -> String {
        if !self.one_in(10) {
            return String::new();
        }
        let name = ["skip", "include"][self.below(2)];
        let yes = self.one_in(2);
        if self.one_in(2) {
            return format!("@{name}(if: {yes}) ");
        }
        let variable = self.variable("Boolean!", json!(yes));
        format!("@{name}(if: {variable}) ")
    }

    fn variable(&mut self, of: &str, value: Value) -> String {
        let name = format!("v{}", self.variables.len());
        write!(self.declared, "${name}: {of} ").unwrap();
        self.variables.insert(name.clone(), value);
        format!("${name}")
    }

    /// Arguments by chance with a key of their own; `None` when they cannot be made up.
    fn arguments(&mut self, given: &[&InputValueDefinition]) -> Option<(String, String)> {
        let has = |name: &str| given.iter().any(|it| it.name.node == name);
        let bad = self.bad && self.one_in(6);
        if has("first") && has("last") {
            let sorting = given.iter().find(|it| it.name.node == "sortKey");
            let sorting = sorting.map_or_else(Vec::new, |it| self.kinds.values(named(&it.ty.node)));
            return Some(self.page(&sorting, bad));
        }
        if has("first") {
            let choices = ["", "(first: 1)", "(first: 0)", "(first: -1)"];
            return Some(self.chosen(&choices, bad));
        }
        if has("truncateAt") {
            let choices = [
                "",
                "(truncateAt: 20)",
                "(truncateAt: null)",
                "(truncateAt: -1)",
            ];
            return Some(self.chosen(&choices, bad));
        }
        if has("transform") {
            if self.one_in(5) {
                let wanted = json!({ "maxWidth": 200, "scale": 2 });
                let variable = self.variable("ImageTransformInput", wanted);
                let key = variable.replace('$', "");
                return Some((key, format!("(transform: {variable})")));
            }
            let choices = [
                "",
                "(transform: { maxWidth: 100, maxHeight: 80, crop: CENTER })",
                "(transform: { preferredContentType: WEBP })",
                "(transform: { maxWidth: 0 })",
            ];
            return Some(self.chosen(&choices, bad));
        }
        if has("maxWidth") {
            let choices = ["", "(maxWidth: 300, crop: TOP)", "(scale: 2)", "(scale: 9)"];
            return Some(self.chosen(&choices, bad));
        }
        if has("selectedOptions") {
            let long = format!(
                "(selectedOptions: [{{ name: \"Size\", value: \"{}\" }}])",
                "m".repeat(300)
            );
            let choices = [
                "(selectedOptions: [])",
                "(selectedOptions: [{ name: \"Size\", value: \"m\" }], caseInsensitiveMatch: true)",
                "(selectedOptions: [{ name: \"Glaze\", value: \"Blue\" }], ignoreUnknownOptions: true)",
                long.as_str(),
            ];
            return Some(self.chosen(&choices, bad));
        }
        if has("key") {
            return Some(self.chosen(
                &["(key: \"gift\")", "(key: \"none\")", "(key: \"gift\")"],
                false,
            ));
        }
        let required =
            |it: &&InputValueDefinition| !it.ty.node.nullable && it.default_value.is_none();
        let can = !given.iter().any(required);
        can.then(Default::default)
    }

    /// One of these, of which the last is refused.
    fn chosen(&mut self, choices: &[&str], bad: bool) -> (String, String) {
        let at = match bad {
            true => choices.len() - 1,
            false => self.below(choices.len() - 1),
        };
        let key = if choices[at].is_empty() {
            String::new()
        } else {
            at.to_string()
        };
        (key, choices[at].to_owned())
    }

    fn page(&mut self, sorting: &[String], bad: bool) -> (String, String) {
        if bad {
            let choices = [
                "",
                "(first: 0)",
                "(first: 1, last: 1)",
                "(first: 2, after: \"none\")",
            ];
            let at = self.below(choices.len());
            return (format!("bad{at}"), choices[at].to_owned());
        }
        if self.one_in(5) {
            let variable = self.variable("Int", json!(self.state % 3 + 1));
            return (variable.replace('$', ""), format!("(first: {variable})"));
        }
        let sorting = match sorting.is_empty() || self.one_in(2) {
            true => "",
            false => sorting[self.below(sorting.len())].as_str(),
        };
        let (many, backwards) = (self.below(3) + 1, self.one_in(3));
        let side = ["first", "last"][self.below(2)];
        let key = format!("{side}{many}{backwards}{sorting}");
        let mut text = format!("({side}: {many}, reverse: {backwards}");
        if !sorting.is_empty() {
            write!(text, ", sortKey: {sorting}").unwrap();
        }
        (key, text + ")")
    }
}
