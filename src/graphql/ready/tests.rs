//! What ready objects answer: the same as ordinary ones, in the order of the selection, and without their resolvers.

mod things;

use super::{Ordinary, Stop};
use crate::graphql::budget::AnswerBudget;
use crate::graphql::error::{ErrorCode, client_error};
use async_graphql::{EmptyMutation, EmptySubscription, Request, Response, Schema, Variables};
use serde_json::json;
use std::sync::atomic::Ordering;
use things::{Calls, Named, Query, loud};

struct Answered {
    response: Response,
    text: String,
    calls: usize,
}

async fn run(document: &str, variables: &serde_json::Value, ordinary: bool) -> Answered {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription)
        .register_output_type::<Named>()
        .directive(loud)
        .finish();
    let calls = Calls::default();
    let request = Request::new(document)
        .variables(Variables::from_json(variables.clone()))
        .data(calls.clone());
    let request = if ordinary {
        request.data(Ordinary)
    } else {
        request
    };
    let response = schema.execute(request).await;
    Answered {
        text: serde_json::to_string(&response.data).unwrap(),
        response,
        calls: calls.0.load(Ordering::Relaxed),
    }
}

/// What a document is answered; both ways answer the same, whatever the order of keys.
async fn both(document: &str, variables: serde_json::Value) -> Answered {
    let ready = run(document, &variables, false).await;
    let ordinary = run(document, &variables, true).await;
    let errors = |answered: &Answered| {
        let errors = answered.response.errors.iter();
        let mut errors: Vec<String> = errors
            .map(|error| serde_json::to_string(error).unwrap())
            .collect();
        errors.sort();
        errors
    };
    assert_eq!(errors(&ready), errors(&ordinary), "{document}");
    let (a, b) = (&ready.response.data, &ordinary.response.data);
    assert_eq!(
        a.clone().into_json().unwrap(),
        b.clone().into_json().unwrap(),
        "{document}"
    );
    ready
}

/// Asserts what a document is answered, and how many resolvers of things were called for it.
async fn assert_answer(document: &str, wanted: &str, calls: usize) {
    let answered = both(document, json!({})).await;
    assert_eq!(answered.text, wanted, "{document}");
    assert_eq!(answered.calls, calls, "{document}");
}

#[tokio::test]
async fn what_is_held_is_answered_without_resolvers_in_the_order_of_the_selection() {
    assert_answer(
        "{ thing { b: name __typename number a: below { kind: __typename number below { name } } } }",
        r#"{"thing":{"b":"thing 3","__typename":"Thing","number":3,"a":{"kind":"Thing","number":2,"below":{"name":"thing 1"}}}}"#,
        0,
    )
    .await;
    assert_answer(
        "{ things { number below { below { below { number } } } } }",
        r#"{"things":[{"number":1,"below":{"below":null}},{"number":2,"below":{"below":{"below":null}}},{"number":3,"below":{"below":{"below":{"number":0}}}}]}"#,
        0,
    )
    .await;
}

#[tokio::test]
async fn equal_keys_are_merged_where_the_first_of_them_stands() {
    assert_answer(
        "{ thing { below { number } name below { name number below { name } } ...More } } fragment More on Thing { name below { below { number } } }",
        r#"{"thing":{"below":{"number":2,"name":"thing 2","below":{"name":"thing 1","number":1}},"name":"thing 3"}}"#,
        0,
    )
    .await;
}

#[tokio::test]
async fn fragments_are_taken_by_the_name_of_the_type_and_of_its_interfaces() {
    assert_answer(
        "{ thing { ...A ... on Named { n: name } ... { number } ... on Thing { m: name } } } fragment A on Thing { ...B a: number } fragment B on Named { b: name }",
        r#"{"thing":{"b":"thing 3","a":3,"n":"thing 3","number":3,"m":"thing 3"}}"#,
        0,
    )
    .await;
    assert_answer(
        "{ mixture { items { __typename ... on Thing { number below { number } } ... on Other { name } ... on Either { kind: __typename } } } }",
        r#"{"mixture":{"items":[{"__typename":"Thing","number":1,"below":{"number":0},"kind":"Thing"},{"__typename":"Other","name":"other","kind":"Other"},{"__typename":"Thing","number":2,"below":{"number":1},"kind":"Thing"}]}}"#,
        0,
    )
    .await;
}

#[tokio::test]
async fn what_is_skipped_is_left_out() {
    let document = "query($yes: Boolean!, $no: Boolean = false) { thing { a: name @include(if: $yes) b: name @skip(if: $yes) c: name @include(if: $no)
        ... @skip(if: true) { d: name } ...E @include(if: true) below { name @skip(if: true) } } } fragment E on Thing { e: name @skip(if: false) }";
    let answered = both(document, json!({ "yes": true, "no": false })).await;
    assert_eq!(
        answered.text,
        r#"{"thing":{"a":"thing 3","e":"thing 3","below":null}}"#
    );
    assert_eq!(answered.calls, 0);
}

#[tokio::test]
async fn arguments_are_read_as_resolvers_read_them() {
    let document = "query($at: Int!, $default: Int! = 2) { thing { a: cut(at: $at) b: cut(at: 1) c: cut(at: $default) } }";
    let answered = both(document, json!({ "at": 4 })).await;
    assert_eq!(answered.text, r#"{"thing":{"a":"thin","b":"t","c":"th"}}"#);
    assert_eq!(answered.calls, 0);
}

#[tokio::test]
async fn what_is_not_held_is_resolved_alone_and_stands_where_it_was_selected() {
    assert_answer(
        "{ thing { number slow { number below { number } } name } }",
        r#"{"thing":{"number":3,"slow":{"number":103,"below":{"number":102}},"name":"thing 3"}}"#,
        1,
    )
    .await;
    // Each item of a list by itself.
    assert_answer(
        "{ things { slow { number } number } }",
        r#"{"things":[{"slow":{"number":101},"number":1},{"slow":{"number":102},"number":2},{"slow":{"number":103},"number":3}]}"#,
        3,
    )
    .await;
    // Equal keys of what is resolved are merged, too.
    let merged = both("{ thing { slow { number } slow { name } } }", json!({})).await;
    assert_eq!(
        merged.text,
        r#"{"thing":{"slow":{"number":103,"name":"thing 103"}}}"#
    );
}

#[tokio::test]
async fn errors_are_those_of_the_resolvers() {
    let document = "{ thing { name a: cut(at: -1) below { cut(at: -2) number } } things { b: cut(at: -3) number } }";
    let answered = both(document, json!({})).await;
    assert_eq!(answered.response.errors.len(), 5);
    let paths = answered
        .response
        .errors
        .iter()
        .map(|error| (error.path.len(), error.locations.len()));
    assert!(paths.clone().all(|(path, places)| path >= 2 && places == 1));
    assert_eq!(paths.filter(|(path, _)| *path == 3).count(), 4);
}

#[tokio::test]
async fn a_selection_with_a_directive_of_another_kind_is_resolved_as_a_whole() {
    let answered = both("{ thing { name @loud number } }", json!({})).await;
    assert_eq!(answered.text, r#"{"thing":{"name":"THING 3","number":3}}"#);
    assert_eq!(answered.calls, 2);
    // One that stands deeper leaves what stands above it as it was.
    let deeper = both("{ thing { number below { name @loud } } }", json!({})).await;
    assert_eq!(
        deeper.text,
        r#"{"thing":{"number":3,"below":{"name":"THING 2"}}}"#
    );
    assert_eq!(deeper.calls, 2);
}

#[tokio::test]
async fn a_page_holds_its_edges() {
    assert_answer(
        "{ page(first: 2) { pageInfo { hasNextPage hasPreviousPage } edges { node { number } } nodes { name } } }",
        r#"{"page":{"pageInfo":{"hasNextPage":true,"hasPreviousPage":false},"edges":[{"node":{"number":1}},{"node":{"number":2}}],"nodes":[{"name":"thing 1"},{"name":"thing 2"}]}}"#,
        0,
    )
    .await;
    let cursors = both(
        "{ page(first: 1) { edges { cursor __typename } pageInfo { startCursor endCursor } __typename } }",
        json!({}),
    )
    .await;
    assert!(cursors.text.contains("ThingEdge") && cursors.text.contains("ThingConnection"));
    assert_eq!(cursors.calls, 0);
}

/// Whether the answer to a document fits in its budget.
async fn fits(document: &str, ordinary: bool) -> bool {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).finish();
    let budget = AnswerBudget::default();
    let over = budget.over();
    let request = Request::new(document).data(budget).data(Calls::default());
    let request = if ordinary {
        request.data(Ordinary)
    } else {
        request
    };
    tokio::select! {
        response = schema.execute(request) => {
            assert!(response.errors.is_empty(), "{:?}", response.errors);
            true
        }
        _ = over.happens() => false,
    }
}

#[tokio::test]
async fn a_budget_is_used_up_by_the_same_documents() {
    for (document, wanted) in [
        ("{ thing { many(count: 100000) { number } } }", true),
        ("{ thing { many(count: 100001) { number } } }", false),
        // Three values each.
        (
            "{ thing { many(count: 100000) { number name a: name } } }",
            true,
        ),
        (
            "{ thing { many(count: 75001) { number name a: name ... { b: name } } } }",
            false,
        ),
        // Equal keys count as often as they stand there.
        (
            "{ thing { many(count: 50000) { number } many(count: 50000) { name } } }",
            true,
        ),
        (
            "{ thing { many(count: 50001) { number } many(count: 50001) { name } } }",
            false,
        ),
        // What is walked over twice counts once.
        (
            "{ thing { many(count: 60000) { number slow { number } } } }",
            true,
        ),
        (
            "{ things { many(count: 30000) { number } slow { number } } }",
            true,
        ),
        (
            "{ things { many(count: 34000) { number } slow { number } } }",
            false,
        ),
    ] {
        assert_eq!(fits(document, true).await, wanted, "ordinary: {document}");
        assert_eq!(fits(document, false).await, wanted, "{document}");
    }
}

#[test]
fn what_fails_is_for_the_resolver() {
    let failed: Result<(), async_graphql::Error> = Err(client_error(ErrorCode::BadUserInput, "no"));
    assert_eq!(failed.map_err(Stop::from), Err(Stop::Ordinary));
}
