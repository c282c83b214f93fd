//! The language of searches, the grouping of filters, and what a list can be sorted by.

use super::query_language::Reader;
use super::{Ask, FacetKind, Filters, Group, Narrowing, Query, QueryError, Sort, Source};
use crate::graphql::codes::CurrencyCode;
use crate::graphql::page_args::PageArgs;
use diesel::debug_query;
use diesel::pg::Pg;
use proptest::prelude::*;

const READER: Reader = Reader {
    language: "AR",
    base: "EN",
    currency: CurrencyCode::Usd,
};

/// The SQL of a search without its bound values.
fn sql(text: &str) -> String {
    let query = Query::parse(text).unwrap().unwrap();
    let shown = debug_query::<Pg, _>(&query.condition(READER)).to_string();
    shown.split(" -- binds").next().unwrap().to_owned()
}

#[test]
fn words_side_by_side_must_all_be_found() {
    assert_eq!(sql("blue mug"), sql("blue AND mug"));
    assert!(sql("blue mug").contains(" AND x.document"));
    assert!(sql("blue OR mug").contains(" OR x.document"));
}

#[test]
fn minus_and_not_leave_out() {
    assert_eq!(sql("mug -blue"), sql("mug NOT blue"));
    assert!(sql("-tag:sale").starts_with("NOT coalesce(p.tags"));
    assert_eq!(sql("tag_not:sale"), sql("-tag:sale"));
}

#[test]
fn parentheses_bind_closer_than_words_side_by_side() {
    assert_ne!(sql("a (b OR c)"), sql("a b OR c"));
    assert_eq!(sql("(a) (b)"), sql("a b"));
}

#[test]
fn fields_are_conditions_and_unknown_ones_are_text() {
    assert!(sql("vendor:\"Kiln & Co\"").contains("lower(v.name)"));
    assert!(sql("available_for_sale:true").contains("l.in_stock"));
    assert!(sql("variants.price:>=10.5").contains("qp.amount >= "));
    assert!(sql("created_at:<2026-01-01").contains("l.created_at < "));
    assert_eq!(sql("color:red"), sql("title:red"));
}

#[test]
fn nothing_to_search_for_is_no_search() {
    for text in [
        "",
        "  ",
        "()",
        "-",
        "!!! & | <->",
        "\"\"",
        "OR",
        "AND AND",
        "tag_not",
    ] {
        let query = Query::parse(text).unwrap();
        assert!(query.is_none() || text == "tag_not", "{text}: {query:?}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_a_reason() {
    let long = "a".repeat(1_001);
    let wide = "a ".repeat(21);
    let deep = "(".repeat(20) + "a" + &")".repeat(20);
    for (text, error) in [
        (long.as_str(), QueryError::TooLong),
        (wide.as_str(), QueryError::TooManyTerms),
        (deep.as_str(), QueryError::Parentheses),
        ("a\0b", QueryError::Nul),
        ("(a", QueryError::Parentheses),
        ("a)", QueryError::Parentheses),
        (
            "variants.price:cheap",
            QueryError::Value("variants.price".to_owned()),
        ),
        (
            "available_for_sale:maybe",
            QueryError::Value("available_for_sale".to_owned()),
        ),
        (
            "created_at:yesterday",
            QueryError::Value("created_at".to_owned()),
        ),
    ] {
        assert_eq!(Query::parse(text).unwrap_err(), error, "{text}");
    }
}

#[test]
fn each_group_is_a_condition_and_one_without_values_lets_nothing_pass() {
    let group = |field: &str, values: Vec<i32>| Group {
        kind: FacetKind::Option,
        field: field.to_owned(),
        values,
    };
    let narrowing = Narrowing {
        groups: vec![group("size", vec![3, 5]), group("colour", Vec::new())],
        prices: vec![(100, i64::MAX)],
        available: Some(true),
    };
    let shown: Vec<String> = narrowing
        .conditions()
        .iter()
        .map(|condition| debug_query::<Pg, _>(condition).to_string())
        .collect();
    assert_eq!(shown.len(), 4);
    assert!(
        shown[0].starts_with("l.facets && ARRAY[3,5]::integer[]"),
        "{shown:?}"
    );
    assert!(
        shown[1].starts_with("l.facets && ARRAY[]::integer[]"),
        "{shown:?}"
    );
    assert!(shown[2].contains("fp.amount BETWEEN"), "{shown:?}");
    assert!(shown[3].starts_with("l.in_stock = "), "{shown:?}");
}

#[test]
fn a_list_is_sorted_by_what_it_has() {
    assert_eq!(
        Sort::Relevance.within(&Source::Market, true),
        Sort::Relevance
    );
    assert_eq!(
        Sort::Relevance.within(&Source::Market, false),
        Sort::BestSelling
    );
    assert_eq!(
        Sort::Relevance.within(&Source::Shelf, false),
        Sort::Position
    );
    assert_eq!(
        Sort::Position.within(&Source::Vendor, false),
        Sort::BestSelling
    );
}

#[test]
fn asks_for_the_same_part_are_equal() {
    let ask = |first: i32| {
        let page = PageArgs {
            first: Some(first),
            ..PageArgs::default()
        };
        Ask::new(Source::Shelf, Sort::Price, &page, Filters::default(), None).unwrap()
    };
    assert_eq!(ask(3), ask(3));
    assert_ne!(ask(3), ask(4));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[a-z\u{627}-\u{62a}\"'():<>=!&|*\\\\% -]{0,80}") {
        if let Ok(Some(query)) = Query::parse(&text) {
            let _ = debug_query::<Pg, _>(&query.condition(READER)).to_string();
            let _ = debug_query::<Pg, _>(&query.rank(READER)).to_string();
        }
    }
}
