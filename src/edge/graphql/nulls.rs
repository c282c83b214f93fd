//! Nulls where fields failed.
//!
//! The library leaves a field that failed out of its object, whatever the field's type is. By the specification a
//! nullable field that failed is `null`, and one that is not nullable takes its parent with it, up to the next that is
//! nullable: a client with generated types relies on both. So the answer is set right afterwards, by the paths of
//! the errors; an answer without errors costs nothing.

use async_graphql::{
    Name, PathSegment, Response as Executed, Value,
    parser::{
        parse_query,
        types::{BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type},
    },
};

use super::{document, output_types::OutputTypes};

/// Sets the nulls in the data of `response`, the answer to `document`.
pub(super) fn restore(
    response: &mut Executed,
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    types: &OutputTypes,
) {
    if !has_failed_fields(response) {
        return;
    }
    let Ok(selected) = document::select(document, operation_name) else {
        return;
    };
    let root = types.root(selected.definition.ty);
    let fields = vec![(root, &selected.definition.selection_set.node)];
    let answer = Selected {
        document,
        types,
        fields,
    };
    let failed = response.errors.iter().map(|it| it.path.as_slice());
    let mut nulls: Vec<Vec<PathSegment>> = failed
        .filter_map(|path| answer.null_for(path, &response.data))
        .map(<[_]>::to_vec)
        .collect();
    // What is null further up hides what is null below it, so it comes last.
    nulls.sort_by_key(|path| std::cmp::Reverse(path.len()));
    for path in nulls {
        put_null(&mut response.data, &path);
    }
}

/// The same for an event of a subscription, which lives too long to keep its document in more than its text.
pub(super) fn restore_by_text(
    response: &mut Executed,
    text: &str,
    operation_name: Option<&str>,
    types: &OutputTypes,
) {
    if has_failed_fields(response)
        && let Ok(document) = parse_query(text)
    {
        restore(response, &document, operation_name, types);
    }
}

fn has_failed_fields(response: &Executed) -> bool {
    response.errors.iter().any(|it| !it.path.is_empty())
}

/// What was selected, and where from.
struct Selected<'a> {
    document: &'a ExecutableDocument,
    types: &'a OutputTypes,
    /// Selection sets, each with the type it is selected from.
    fields: Vec<(&'a str, &'a SelectionSet)>,
}

impl<'a> Selected<'a> {
    /// Where null stands when what is at `path` failed; nowhere when it has a value all the same.
    fn null_for<'p>(&self, path: &'p [PathSegment], data: &Value) -> Option<&'p [PathSegment]> {
        if path.is_empty() || value_at(data, path).is_some_and(|it| *it != Value::Null) {
            return None;
        }
        let nullable = self.nullable_along(path);
        let deepest = nullable.iter().rposition(|it| *it);
        path.get(..deepest.map_or(0, |it| it + 1))
    }

    /// For each step of `path`, whether what it leads to may be null.
    fn nullable_along(&self, path: &[PathSegment]) -> Vec<bool> {
        let mut sets = self.fields.clone();
        let mut reached: Option<&Type> = None;
        let mut step = |segment: &PathSegment| {
            match segment {
                PathSegment::Field(key) => {
                    let found = self.called(key, &sets);
                    reached = found
                        .first()
                        .and_then(|(parent, it)| self.types.field(parent, &it.name.node));
                    let parent = reached.map(named).unwrap_or_default();
                    sets = found
                        .iter()
                        .map(|(_, it)| (parent, &it.selection_set.node))
                        .collect();
                }
                PathSegment::Index(_) => reached = reached.and_then(item),
            }
            reached.is_none_or(|it| it.nullable)
        };
        path.iter().map(&mut step).collect()
    }

    /// The fields that the answer has under `key`, each with the type it is selected from.
    fn called(&self, key: &str, sets: &[(&'a str, &'a SelectionSet)]) -> Vec<(&'a str, &'a Field)> {
        let mut found = Vec::new();
        for (parent, set) in sets {
            self.find(key, parent, set, &mut found);
        }
        found
    }

    fn find(
        &self,
        key: &str,
        parent: &'a str,
        set: &'a SelectionSet,
        found: &mut Vec<(&'a str, &'a Field)>,
    ) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if field.node.response_key().node == key => {
                    found.push((parent, &field.node));
                }
                Selection::Field(_) => {}
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let parent = condition.map_or(parent, |it| it.node.on.node.as_str());
                    self.find(key, parent, &inline.node.selection_set.node, found);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name) {
                        let parent = fragment.node.type_condition.node.on.node.as_str();
                        self.find(key, parent, &fragment.node.selection_set.node, found);
                    }
                }
            }
        }
    }
}

/// The name inside all the lists.
fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => named(item),
    }
}

fn item(ty: &Type) -> Option<&Type> {
    match &ty.base {
        BaseType::Named(_) => None,
        BaseType::List(item) => Some(item),
    }
}

fn value_at<'v>(data: &'v Value, path: &[PathSegment]) -> Option<&'v Value> {
    path.iter()
        .try_fold(data, |value, segment| match (value, segment) {
            (Value::Object(fields), PathSegment::Field(key)) => fields.get(key.as_str()),
            (Value::List(items), PathSegment::Index(index)) => items.get(*index),
            _ => None,
        })
}

/// Puts null at `path`. An object on the way of which every field failed is not there yet.
fn put_null(value: &mut Value, path: &[PathSegment]) {
    match (path.split_first(), value) {
        (Some((PathSegment::Field(key), rest)), Value::Object(fields)) => {
            put_null(fields.entry(Name::new(key)).or_default(), rest);
        }
        (Some((PathSegment::Index(index), rest)), Value::List(items)) => {
            if let Some(item) = items.get_mut(*index) {
                put_null(item, rest);
            }
        }
        (Some((PathSegment::Field(key), rest)), value) => {
            let mut inner = Value::Null;
            put_null(&mut inner, rest);
            *value = Value::Object([(Name::new(key), inner)].into_iter().collect());
        }
        (_, value) => *value = Value::Null,
    }
}
