//! Fields in the order of their document.
//!
//! The library has the fields of an object in the order in which they were ready. By the specification ("Serialized Map Ordering") they
//! should stand as they are selected: whoever reads an answer finds them where they asked for them, and data that is the same makes the
//! same bytes, and with that the same `ETag`. Events of subscriptions are left as they are: nobody keeps them, and of their documents no
//! more is held than the text.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Response as Executed, Value,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, Selection, SelectionSet},
};

use super::document;

/// Puts the fields in the data of `response`, the answer to `document`, into the order in which they are selected.
pub(super) fn arrange(
    response: &mut Executed,
    document: &ExecutableDocument,
    operation_name: Option<&str>,
) {
    if let Ok(selected) = document::select(document, operation_name) {
        let root = [&selected.definition.selection_set.node];
        arrange_level(document, &root, vec![&mut response.data]);
    }
}

/// Arranges all values that the same place of a document has, so that what is selected there is looked at once.
fn arrange_level(document: &ExecutableDocument, sets: &[&SelectionSet], values: Vec<&mut Value>) {
    let mut objects = Vec::with_capacity(values.len());
    values
        .into_iter()
        .for_each(|it| find_objects(it, &mut objects));
    if objects.is_empty() {
        return;
    }
    let level = Level::of(document, sets);
    let mut below: Vec<Vec<&mut Value>> = level.fields.iter().map(|_| Vec::new()).collect();
    for object in objects {
        level.put_in_order(object);
        let mut fields = level.fields.iter().zip(&mut below);
        for (key, value) in object {
            let found = fields.find(|(field, _)| field.key == key);
            if let Some((_, values)) = found.filter(|(field, _)| !field.sets.is_empty()) {
                values.push(value);
            }
        }
    }
    for (field, values) in level.fields.iter().zip(below) {
        arrange_level(document, &field.sets, values);
    }
}

/// Adds the objects of which `value` consists: itself, or those of its lists.
fn find_objects<'v>(value: &'v mut Value, found: &mut Vec<&'v mut IndexMap<Name, Value>>) {
    match value {
        Value::Object(object) => found.push(object),
        Value::List(items) => items.iter_mut().for_each(|it| find_objects(it, found)),
        _ => {}
    }
}

/// What a document selects of the objects at one of its places. Fragments count whatever their type is, and fields whatever `@skip` says:
/// an object lacks what is not its own. Of a key that is named twice the first counts, though it may be skipped or another type's: the order
/// is always the same one, and the specification's wherever fields are named once.
struct Level<'a> {
    document: &'a ExecutableDocument,
    fields: Vec<Selected<'a>>,
    places: HashMap<&'a str, usize>,
}

/// A key of an object.
struct Selected<'a> {
    key: &'a str,
    /// What is selected of it: empty for a scalar, several when it is selected several times.
    sets: Vec<&'a SelectionSet>,
}

impl<'a> Level<'a> {
    fn of(document: &'a ExecutableDocument, sets: &[&'a SelectionSet]) -> Self {
        let mut level = Self {
            document,
            fields: Vec::new(),
            places: HashMap::new(),
        };
        let mut seen = HashSet::new();
        sets.iter().for_each(|set| level.add(set, &mut seen));
        level
    }

    fn add(&mut self, set: &'a SelectionSet, seen: &mut HashSet<&'a str>) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    self.add_field(key, &field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => {
                    self.add(&inline.node.selection_set.node, seen);
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let fragment = self.document.fragments.get(name);
                    if let Some(fragment) = fragment.filter(|_| seen.insert(name)) {
                        self.add(&fragment.node.selection_set.node, seen);
                    }
                }
            }
        }
    }

    fn add_field(&mut self, key: &'a str, set: &'a SelectionSet) {
        let place = *self.places.entry(key).or_insert(self.fields.len());
        if place == self.fields.len() {
            let sets = Vec::new();
            self.fields.push(Selected { key, sets });
        }
        if let Some(field) = self.fields.get_mut(place).filter(|_| !set.items.is_empty()) {
            field.sets.push(set);
        }
    }

    fn put_in_order(&self, object: &mut IndexMap<Name, Value>) {
        let mut fields = self.fields.iter();
        let is_in_order = object
            .keys()
            .all(|key| fields.any(|field| field.key == key));
        if !is_in_order {
            object.sort_by_cached_key(|key, _| self.places.get(key.as_str()).copied());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{parser::parse_query, value};

    /// The same with every object's fields the other way round.
    fn turned(value: Value) -> Value {
        match value {
            Value::Object(object) => {
                let fields = object.into_iter().rev();
                Value::Object(fields.map(|(key, value)| (key, turned(value))).collect())
            }
            Value::List(items) => Value::List(items.into_iter().map(turned).collect()),
            other => other,
        }
    }

    fn arranged(text: &str, name: Option<&str>, data: Value) -> String {
        let mut response = Executed::new(data);
        arrange(&mut response, &parse_query(text).unwrap(), name);
        serde_json::to_string(&response.data).unwrap()
    }

    #[track_caller]
    fn check(text: &str, name: Option<&str>, data: &Value) {
        let as_selected = serde_json::to_string(data).unwrap();
        assert_eq!(arranged(text, name, data.clone()), as_selected);
        let turned = turned(data.clone());
        assert_ne!(serde_json::to_string(&turned).unwrap(), as_selected);
        assert_eq!(arranged(text, name, turned), as_selected);
    }

    #[test]
    fn fields_stand_as_they_are_selected() {
        let text = "{ b: x { d c } a e { f { h g } } }";
        let data = value!({ "b": { "d": 1, "c": null }, "a": "s", "e": [[{ "f": null }], [
            { "f": [{ "h": 1, "g": 2 }, null, { "h": 3, "g": 4 }] }, null] ] });
        check(text, None, &data);
    }

    #[test]
    fn those_of_fragments_stand_where_the_fragment_does() {
        let text = "{ z ...Rest ... on Query { k { n } j } a k { m } ...Rest } \
                    fragment Rest on Query { y k { o ...Deep } } fragment Deep on K { q p }";
        let k = value!({ "o": 1, "q": 2, "p": 3, "n": 4, "m": 5 });
        let data = value!({ "z": 1, "y": 2, "k": (k), "j": 3, "a": 4 });
        check(text, None, &data);
    }

    #[test]
    fn objects_of_several_types_lack_what_is_not_their_own() {
        let text = "query A { n } query B { nodes { __typename ... on P { t p } ... on Q { q t } } x @skip(if: true) w }";
        // The first fragment has the order of what both have.
        let data = value!({ "nodes": [{ "__typename": "P", "t": 1, "p": 2 }, { "__typename": "Q", "t": 3, "q": 4 },
            { "__typename": "Q" }], "w": 0 });
        check(text, Some("B"), &data);
    }

    #[test]
    fn a_key_that_is_named_twice_stands_where_it_is_named_first() {
        let data = value!({ "a": 1, "b": 2 });
        check("{ a @skip(if: true) b ... { a } }", None, &data);
    }

    #[test]
    fn what_was_not_executed_is_left_alone() {
        assert_eq!(arranged("{ a b }", None, Value::Null), "null");
        let data = value!({ "b": 1, "a": 2 });
        let before = serde_json::to_string(&data).unwrap();
        let text = "query A { a b } query B { b a }";
        assert_eq!(arranged(text, None, data), before);
    }
}
