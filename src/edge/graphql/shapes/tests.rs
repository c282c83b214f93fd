//! Values of one shape are judged alike by the schema itself.

mod chance;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::*;
use crate::edge::graphql::schema_types;
use crate::schema::{self, sdl};
use async_graphql::parser::{
    parse_query, parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use async_graphql::{
    EmptyMutation, EmptySubscription, ID, Object, ObjectType, OneofObject, Request, Schema,
    SubscriptionType,
};
use futures_util::FutureExt;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Value as Json, json};

/// The types of a variable `$v`, each with an operation that is judged with it, and does nothing.
const ASKED: [(&str, &str); 12] = [
    (
        "CartInput",
        "mutation($v: CartInput) { cartCreate(input: $v) @skip(if: true) { __typename } }",
    ),
    (
        "[CartLineInput!]!",
        "mutation($v: [CartLineInput!]!) { cartLinesAdd(cartId: \"a\", lines: $v) @skip(if: true) { __typename } }",
    ),
    (
        "[CartLineUpdateInput!]!",
        "mutation($v: [CartLineUpdateInput!]!) { cartLinesUpdate(cartId: \"a\", lines: $v) @skip(if: true) { __typename } }",
    ),
    (
        "[ID!]!",
        "mutation($v: [ID!]!) { cartLinesRemove(cartId: \"a\", lineIds: $v) @skip(if: true) { __typename } }",
    ),
    (
        "CartBuyerIdentityInput!",
        "mutation($v: CartBuyerIdentityInput!) { cartBuyerIdentityUpdate(cartId: \"a\", buyerIdentity: $v) @skip(if: true) { __typename } }",
    ),
    (
        "CartDeliveryAddressInput!",
        "mutation($v: CartDeliveryAddressInput!) { checkoutComplete(input: { cartId: \"a\", paymentMethod: TEST, shippingAddress: $v }) @skip(if: true) { __typename } }",
    ),
    (
        "CheckoutCompleteInput!",
        "mutation($v: CheckoutCompleteInput!) { checkoutComplete(input: $v) @skip(if: true) { __typename } }",
    ),
    (
        "SearchRuleSetInput!",
        "mutation($v: SearchRuleSetInput!) { searchRuleSet(input: $v) @skip(if: true) { __typename } }",
    ),
    (
        "[ProductFilter!]",
        "query($v: [ProductFilter!]) { search(query: \"a\", productFilters: $v) @skip(if: true) { __typename } }",
    ),
    (
        "ProductFilter!",
        "query($v: ProductFilter!) { search(query: \"a\", productFilters: [{ tag: \"a\" }, $v]) @skip(if: true) { __typename } }",
    ),
    (
        "[SearchType!]",
        "query($v: [SearchType!]) { search(query: \"a\", types: $v) @skip(if: true) { __typename } }",
    ),
    (
        "ImageTransformInput",
        "query($v: ImageTransformInput) { product(handle: \"a\") @skip(if: true) { featuredImage { url(transform: $v) } } }",
    ),
];

/// The shape of `$v` in a document.
fn shape_of(
    document: &str,
    value: &Json,
    types: &InputTypes,
    hashing: &RandomState,
) -> Option<u64> {
    let document = parse_query(document).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    let variables = Variables::from_json(json!({ "v": value }));
    shape(&operation.node, &variables, types, hashing)
}

/// Whether a schema that validates everything finds a document valid with `$v`.
fn is_valid<Q, M, S>(schema: &Schema<Q, M, S>, document: &str, value: &Json) -> bool
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let request = Request::new(document).variables(Variables::from_json(json!({ "v": value })));
    let answer = schema.execute(request).now_or_never().unwrap();
    answer.errors.is_empty()
}

#[test]
fn values_of_one_shape_have_one_verdict() {
    let schema = schema::build(true);
    let types = schema_types(&sdl(&schema)).unwrap().1;
    let hashing = RandomState::new();
    for (declared, document) in ASKED {
        let seen: RefCell<HashMap<u64, (bool, Json)>> = RefCell::default();
        let counts = RefCell::new([0; 3]);
        let declared = Type::new(declared).unwrap();
        // Given two values that differ in nothing that is judged.
        let twins = chance::twins(&types, &declared);
        let outcome = TestRunner::deterministic().run(&twins, |(one, other)| {
            // When they are looked at, then both have the same shape, and the schema says the same of both,
            let [shape, its] = [&one, &other].map(|it| shape_of(document, it, &types, &hashing));
            let verdict = is_valid(&schema, document, &one);
            if shape != its || verdict != is_valid(&schema, document, &other) {
                return Err(TestCaseError::fail(format!("{one} is not as {other}")));
            }
            // and of everything else that has this shape.
            if let Some(shape) = shape {
                let mut seen = seen.borrow_mut();
                let (known, like) = seen.entry(shape).or_insert((verdict, one.clone()));
                if *known != verdict {
                    return Err(TestCaseError::fail(format!("{one} is as {like}")));
                }
            }
            let mut counts = counts.borrow_mut();
            counts[0] += u32::from(verdict);
            counts[1] += u32::from(!verdict);
            counts[2] += u32::from(verdict && shape.is_some());
            Ok(())
        });
        assert!(outcome.is_ok(), "{declared}: {outcome:?}");
        // Both came up, and most of what is valid has a shape: all but what only its reader refuses, as a list where an object should stand.
        let [valid, invalid, shaped] = counts.into_inner();
        let counted = format!("{declared}: {valid} valid, {invalid} not, {shaped} with a shape");
        assert!(
            valid > 10 && invalid > 10 && shaped * 3 > valid * 2,
            "{counted}"
        );
    }
}

#[test]
fn what_counts_is_told_apart_and_nothing_else() {
    let types = schema_types(&sdl(&schema::build(true))).unwrap().1;
    let hashing = RandomState::new();
    let [_, (_, lines), ..] = ASKED;
    let shape = |value: Json| shape_of(lines, &value, &types, &hashing);
    let line = |id: &str, quantity: i64| json!({ "merchandiseId": id, "quantity": quantity });
    let note =
        |line: &str| json!({ "merchandiseId": line, "attributes": [{ "key": "a", "value": "b" }] });
    // Given a list of lines.
    let one = shape(json!([line("a", 1)]));
    assert!(one.is_some());
    // Then neither their number nor their order counts,
    assert_eq!(one, shape(json!(vec![line("another", 900); 250])));
    let both = shape(json!([line("a", 1), note("b")]));
    assert_eq!(both, shape(json!([note("c"), line("d", 2), note("e")])));
    // and what is in them does.
    for other in [
        json!([]),
        json!(null),
        json!([null]),
        json!(line("a", 1)),
        json!([[line("a", 1)]]),
        json!([line("a", 1), null]),
        json!([line("a", -1)]),
        json!([line("a", 1), note("b")]),
        json!([note("a")]),
        json!([{ "merchandiseId": "a" }]),
        json!([{ "merchandiseId": null, "quantity": 1 }]),
        json!([{ "merchandiseId": "a", "quantity": null }]),
        json!([{ "merchandiseId": "a", "quantity": "1" }]),
        json!([{ "merchandiseId": "a", "quantity": 1.5 }]),
        json!([{ "merchandiseId": 5, "quantity": 1 }]),
        json!([{ "merchandiseId": ["a"], "quantity": 1 }]),
        json!([{ "merchandiseId": "a", "quantity": 1, "attributes": [] }]),
        json!([{ "merchandiseId": "a", "quantity": 1, "none": 1 }]),
    ] {
        assert_ne!(one, shape(other.clone()), "{other}");
    }
}

#[test]
fn what_is_too_much_or_not_the_schemas_has_no_shape() {
    let types = schema_types(&sdl(&schema::build(true))).unwrap().1;
    let hashing = RandomState::new();
    let shape = |declared: &str, value: Json| {
        let document = format!("query($v: {declared}) {{ a(v: $v) }}");
        shape_of(&document, &value, &types, &hashing)
    };
    let nested = |levels: usize| (0..levels).fold(json!("a"), |inner, _| json!([inner]));
    let lists = |levels: usize| format!("{}ID{}", "[".repeat(levels), "]".repeat(levels));
    let codes = |count: usize| json!((0..count).map(|it| format!("A{it}")).collect::<Vec<_>>());
    for (declared, most, more) in [
        (
            "[ID!]",
            json!(vec!["a"; MOST_VALUES - 1]),
            json!(vec!["a"; MOST_VALUES]),
        ),
        ("[CountryCode!]", codes(MOST_KINDS), codes(MOST_KINDS + 1)),
        (
            "[CountryCode!]",
            json!(["A".repeat(LONGEST_VALUE)]),
            json!(["A".repeat(LONGEST_VALUE + 1)]),
        ),
        (
            lists(MOST_LEVELS - 1).as_str(),
            nested(MOST_LEVELS - 1),
            nested(MOST_LEVELS),
        ),
        ("CartInput", json!({}), json!({ "none": 1 })),
        ("CategoryFilter", json!({ "id": "a" }), json!({ "id": {} })),
    ] {
        assert!(shape(declared, most).is_some(), "{declared}");
        assert!(shape(declared, more).is_none(), "{declared}");
    }
    // A type that says more levels than the value has is as deep as it says.
    assert!(shape(&lists(MOST_LEVELS), json!("a")).is_none());
    for declared in ["None", "ID", "CountryCode", "JSON"] {
        assert!(
            shape(declared, json!({ "id": "a" })).is_none(),
            "{declared}"
        );
    }
}

/// By what a thing is found.
#[derive(OneofObject)]
enum By {
    /// Its id.
    Id(ID),
    /// Its handle.
    Handle(String),
}

/// A schema with an input of which one field is given.
struct OneOf;

#[Object]
impl OneOf {
    async fn found(&self, by: Vec<By>) -> usize {
        let text = |by: &By| match by {
            By::Id(id) => id.len(),
            By::Handle(handle) => handle.len(),
        };
        by.iter().map(text).sum()
    }
}

#[test]
fn of_an_input_of_one_field_it_counts_which_one_and_that_it_is_alone() {
    let schema = Schema::new(OneOf, EmptyMutation, EmptySubscription);
    let types = schema_types(&schema.sdl()).unwrap().1;
    let hashing = RandomState::new();
    let document = "query($v: [By!]!) { found(by: $v) @skip(if: true) }";
    let (one, other) = (json!({ "id": "a" }), json!({ "handle": "b" }));
    let cases = [
        (json!([one]), json!([{ "id": "c" }, { "id": "d" }]), true),
        (json!([one, other]), json!([other, one, one]), true),
        (json!(one), json!({ "id": "c" }), true),
        (
            json!([{ "id": "a", "handle": "b" }]),
            json!([{ "id": "c", "handle": "d" }]),
            false,
        ),
        (json!([{ "id": null }]), json!([{ "id": null }]), false),
        (json!([{}]), json!([{}, {}]), false),
        (json!([one, {}]), json!([{}, one]), false),
    ];
    let shape = |value: &Json| shape_of(document, value, &types, &hashing).unwrap();
    for (value, twin, wanted) in &cases {
        assert_eq!(shape(value), shape(twin), "{value}");
        assert_eq!(is_valid(&schema, document, value), *wanted, "{value}");
        assert_eq!(is_valid(&schema, document, twin), *wanted, "{twin}");
        let same = cases.iter().filter(|it| shape(&it.0) == shape(value));
        assert_eq!(same.count(), 1, "{value}");
    }
}

/// The library looks nowhere whether a variable is of the right type that stands in an object that stands for a list of itself, as in
/// `filters: { tag: $v }`. So what is expected there must not depend on more than a shape of another type keeps: on no enum.
#[test]
fn no_enum_stands_in_an_object_that_may_stand_for_a_list() {
    let text = sdl(&schema::build(true));
    let types = schema_types(&text).unwrap().1;
    let mut given: Vec<Type> = Vec::new();
    for definition in parse_schema(&text).unwrap().definitions {
        let kind = match definition {
            TypeSystemDefinition::Type(it) => it.node.kind,
            TypeSystemDefinition::Directive(it) => {
                given.extend(it.node.arguments.into_iter().map(|it| it.node.ty.node));
                continue;
            }
            TypeSystemDefinition::Schema(_) => continue,
        };
        match kind {
            TypeKind::Object(it) => {
                let arguments = it.fields.into_iter().flat_map(|it| it.node.arguments);
                given.extend(arguments.map(|it| it.node.ty.node));
            }
            TypeKind::InputObject(it) => {
                given.extend(it.fields.into_iter().map(|it| it.node.ty.node));
            }
            _ => {}
        }
    }
    let mut waiting: Vec<Type> = given
        .into_iter()
        .filter(|it| matches!(&it.base, BaseType::List(item) if types.fields(name(item)).is_some()))
        .collect();
    assert!(waiting.len() > 5, "{waiting:?}");
    let plain = [TEXTS.as_slice(), &NUMBERS, &["Boolean"]].concat();
    let mut seen = HashSet::new();
    while let Some(ty) = waiting.pop() {
        match types.fields(name(&ty)) {
            Some(fields) if seen.insert(name(&ty).to_owned()) => {
                waiting.extend(fields.values().cloned());
            }
            Some(_) => {}
            None => assert!(plain.contains(&name(&ty)), "{ty}"),
        }
    }
}

/// The name inside all the lists.
fn name(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => name(item),
    }
}
