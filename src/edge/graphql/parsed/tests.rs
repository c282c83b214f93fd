//! What is kept of documents, and what is known of them.

use super::*;
use serde_json::{Value as Json, json};

const LIST: &str = "query($text: String, $many: Int, $order: Order, $all: [Int!]) { list(a: $text, b: $many, c: $order, d: $all) }";

/// What is known when this document comes with these variables.
fn validity(documents: &ParsedDocuments, text: &str, variables: Json) -> Validity {
    let parsed = documents.parse(&text.into(), &Limits::default()).unwrap();
    let selected = document::select(&parsed.document, None).unwrap();
    let variables = Variables::from_json(variables);
    let types = InputTypes::default();
    documents.validity(&parsed, selected.definition, &variables, &types)
}

#[test]
fn what_was_found_valid_is_valid_with_all_values_that_are_judged_alike() {
    let documents = ParsedDocuments::of(1);
    let known = |variables: Json| validity(&documents, LIST, variables).is_known();
    let first = json!({ "text": "soap", "many": 5, "order": "PRICE" });
    assert!(!known(first.clone()));
    validity(&documents, LIST, first.clone()).note();
    assert!(known(first));
    // A comment makes it another document.
    assert!(!validity(&documents, &format!("{LIST} #"), json!({})).is_known());
    for (text, many, order, wanted) in [
        (json!("towel"), json!(7), json!("PRICE"), true),
        (json!("x".repeat(5_000)), json!(0), json!("PRICE"), true),
        (json!("soap"), json!(-1), json!("PRICE"), false),
        (json!("soap"), json!(5), json!("TITLE"), false),
        (json!("soap"), json!(5), json!("price"), false),
        (json!("soap"), json!(5.5), json!("PRICE"), false),
        (json!("soap"), json!("5"), json!("PRICE"), false),
        (json!("soap"), json!(u64::MAX), json!("PRICE"), false),
        (json!(5), json!(5), json!("PRICE"), false),
        (json!(null), json!(5), json!("PRICE"), false),
        (json!(["soap"]), json!(5), json!("PRICE"), false),
        (json!("soap"), json!(null), json!("PRICE"), false),
        (json!("soap"), json!(true), json!("PRICE"), false),
    ] {
        let variables = json!({ "text": text, "many": many, "order": order });
        assert_eq!(known(variables.clone()), wanted, "{variables}");
    }
    assert!(!known(json!({ "text": "soap", "many": 5 })));
    assert!(!known(
        json!({ "text": "soap", "many": 5, "order": "PRICE", "all": null })
    ));
    // One list of whole numbers is as good as any other.
    assert!(!known(json!({ "all": [1] })));
    validity(&documents, LIST, json!({ "all": [1] })).note();
    assert!(known(json!({ "all": [7, 8, 9] })));
    assert!(!known(json!({ "all": [7, "8", 9] })));
}

#[test]
fn what_is_not_plain_is_validated_each_time_and_parsed_once() {
    let documents = ParsedDocuments::of(1);
    let several = "query A { a } query B { b }";
    let first = |text: &str| {
        let parsed = documents.parse(&text.into(), &Limits::default()).unwrap();
        let (_, operation) = parsed.document.operations.iter().next().unwrap();
        let (variables, types) = (Variables::default(), InputTypes::default());
        documents.validity(&parsed, &operation.node, &variables, &types)
    };
    for made in [
        validity(&documents, LIST, json!({ "all": [{}] })),
        validity(&documents, LIST, json!({ "order": "x".repeat(65) })),
        first(several),
    ] {
        made.note();
        assert!(!made.is_known());
    }
    for text in [LIST, several] {
        let parse = || documents.parse(&text.into(), &Limits::default()).unwrap();
        assert!(Arc::ptr_eq(&parse(), &parse()), "{text}");
    }
    // Nobody found that one valid.
    let parse = || documents.parse(&"{ none }".into(), &Limits::default());
    assert!(!Arc::ptr_eq(&parse().unwrap(), &parse().unwrap()));
    assert!(documents.parse(&"{".into(), &Limits::default()).is_err());
}

#[test]
fn shapes_are_bounded_and_room_is_weighed() {
    let documents = ParsedDocuments::of(1);
    let of = |order: usize| json!({ "order": format!("O{order}") });
    for order in 0..MOST_SHAPES {
        validity(&documents, LIST, of(order)).note();
    }
    // What is known already drives out nothing.
    validity(&documents, LIST, of(1)).note();
    assert!(validity(&documents, LIST, of(0)).is_known());
    validity(&documents, LIST, of(MOST_SHAPES)).note();
    assert!(!validity(&documents, LIST, of(0)).is_known());
    assert!(validity(&documents, LIST, of(MOST_SHAPES)).is_known());
    let parsed = documents.parse(&LIST.into(), &Limits::default()).unwrap();
    assert!(weight(&LIST.into(), &parsed) > 20_000);
}

#[test]
fn what_is_known_of_a_document_has_a_word() {
    let documents = ParsedDocuments::of(1);
    let (one, other) = (json!({ "all": [1] }), json!({ "order": "PRICE" }));
    let known = |variables: &Json| validity(&documents, LIST, variables.clone()).known();
    assert_eq!(known(&one), "new");
    assert_eq!(known(&one), "new");
    validity(&documents, LIST, one.clone()).note();
    assert_eq!((known(&one), known(&other)), ("valid", "parsed"));
    // One that has no shape is parsed once.
    assert_eq!(known(&json!({ "all": [{}] })), "parsed");
}

#[test]
fn without_room_nothing_is_kept() {
    let documents = ParsedDocuments::of(0);
    for _ in 0..3 {
        let made = validity(&documents, LIST, json!({ "all": [1] }));
        assert_eq!(made.known(), "new");
        made.note();
        assert_eq!(documents.0.weighted_size(), 0);
    }
}
