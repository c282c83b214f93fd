//! Random values of the schema's types, good and bad, each with a twin that validation must judge alike.

use super::InputTypes;
use async_graphql::parser::types::{BaseType, Type};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

/// A value and its twin.
type Twins = (Json, Json);

/// A member of each enum that stands in an input.
const MEMBERS: [(&str, &str); 7] = [
    ("CountryCode", "US"),
    ("CropRegion", "CENTER"),
    ("CurrencyCode", "USD"),
    ("ImageContentType", "PNG"),
    ("PaymentMethod", "TEST"),
    ("SearchRuleMatch", "EXACT"),
    ("SearchType", "PRODUCT"),
];

/// Mostly a value of this type, now and then `null` or of another type.
pub fn twins(types: &InputTypes, ty: &Type) -> BoxedStrategy<Twins> {
    let wrong = select(vec![
        json!(true),
        json!("text"),
        json!(7),
        json!(7.5),
        json!([]),
        json!({}),
        json!({ "none": 1 }),
        json!([["a"], 7]),
    ]);
    prop_oneof![
        40 => right(types, ty),
        1 => Just((Json::Null, Json::Null)),
        1 => wrong.prop_map(|it| (it.clone(), it)),
    ]
    .boxed()
}

fn right(types: &InputTypes, ty: &Type) -> BoxedStrategy<Twins> {
    let name = match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => return list(twins(types, item)),
    };
    let pair = |of: BoxedStrategy<Json>| (of.clone(), of).boxed();
    let same = |it: Json| (it.clone(), it);
    match name {
        "String" | "ID" | "Decimal" => pair("[a-z0-9.]{0,5}".prop_map(Json::from).boxed()),
        "Int" => prop_oneof![
            20 => pair((0..100_i32).prop_map(Json::from).boxed()),
            1 => pair((-100..0_i32).prop_map(Json::from).boxed()),
            1 => pair((9_223_372_036_854_775_808_u64..).prop_map(Json::from).boxed()),
        ]
        .boxed(),
        "Float" => prop_oneof![
            1 => pair((0..100_i32).prop_map(Json::from).boxed()),
            1 => pair((0..100_i32).prop_map(|it| json!(f64::from(it) + 0.5)).boxed()),
        ]
        .boxed(),
        "Boolean" => any::<bool>().prop_map(move |it| same(json!(it))).boxed(),
        _ => match types.fields(name) {
            Some(fields) => {
                let mut names: Vec<&String> = fields.keys().collect();
                names.sort();
                let fields = names
                    .into_iter()
                    .map(|it| (it.clone(), twins(types, &fields[it])));
                object(fields.collect())
            }
            None => prop_oneof![
                12 => Just(same(json!(member(name)))),
                1 => Just(same(json!("NONE"))),
            ]
            .boxed(),
        },
    }
}

/// Up to four items, or one without a list; the twin has them the other way round, and once more.
fn list(items: BoxedStrategy<Twins>) -> BoxedStrategy<Twins> {
    let several = vec(items.clone(), 0..5).prop_map(|items| {
        let (ones, others): (Vec<Json>, Vec<Json>) = items.into_iter().unzip();
        let again = others.iter().cloned();
        let turned: Vec<Json> = others.iter().rev().cloned().chain(again).collect();
        (Json::from(ones), Json::from(turned))
    });
    prop_oneof![9 => several, 1 => items].boxed()
}

/// Most of the fields, and now and then one that is not the type's.
fn object(fields: Vec<(String, BoxedStrategy<Twins>)>) -> BoxedStrategy<Twins> {
    let (names, values): (Vec<String>, Vec<_>) = fields.into_iter().unzip();
    let values: Vec<_> = values
        .into_iter()
        .map(|value| option::weighted(0.9, value))
        .collect();
    (values, option::weighted(0.01, Just(())))
        .prop_map(move |(values, unknown)| {
            let (mut one, mut other) = (Map::new(), Map::new());
            for (name, value) in names.iter().zip(values) {
                if let Some((its, twins)) = value {
                    one.insert(name.clone(), its);
                    other.insert(name.clone(), twins);
                }
            }
            if unknown.is_some() {
                one.insert("none".to_owned(), json!(1));
                other.insert("none".to_owned(), json!(2));
            }
            (Json::from(one), Json::from(other))
        })
        .boxed()
}

fn member(of: &str) -> &'static str {
    let member = MEMBERS.iter().find(|(name, _)| *name == of);
    member
        .unwrap_or_else(|| panic!("no member of {of} is known here"))
        .1
}
