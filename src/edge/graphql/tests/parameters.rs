//! Whatever is sent as parameters is read or refused.

use super::super::parameters::Parameters;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The parameters that are texts.
const TEXTS: [&str; 5] = ["query", "operationName", "documentId", "doc_id", "id"];

/// Something like the parameters of a request.
fn fields() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!({})),
        Just(json!([1])),
        Just(json!({ "a": { "b": [1, null, "x"] } })),
        any::<i64>().prop_map(|it| json!(it)),
        ".{0,20}".prop_map(|it| json!(it)),
        Just(json!("{ a }")),
    ];
    let name = prop_oneof![
        prop::sample::select([TEXTS.as_slice(), &["variables", "extensions"]].concat())
            .prop_map(str::to_owned),
        ".{0,8}"
    ];
    prop::collection::btree_map(name, value, 0..6).prop_map(|it| json!(it))
}

proptest! {
    #[test]
    fn bodies_of_all_kinds_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100), text in ".{0,100}", fields in fields()) {
        for body in [bytes, text.into_bytes(), fields.to_string().into_bytes()] {
            let is_object = matches!(serde_json::from_slice(&body), Ok(Value::Object(_)));
            prop_assert!(Parameters::from_json(&body).is_err() || is_object);
        }
    }

    #[test]
    fn an_address_says_what_a_body_says(fields in fields(), junk in "[ -~]{0,60}") {
        let _ = Parameters::from_query_string(&junk);
        let Value::Object(known) = &fields else { unreachable!() };
        let texts_are_texts = TEXTS.iter().all(|name| known.get(*name).is_none_or(Value::is_string));
        prop_assume!(texts_are_texts);
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in known {
            let is_text = TEXTS.contains(&name.as_str());
            let text = value.as_str().filter(|_| is_text).map_or_else(|| value.to_string(), str::to_owned);
            query.append_pair(name, &text);
        }
        let by_address = Parameters::from_query_string(&query.finish());
        let by_body = Parameters::from_json(fields.to_string().as_bytes());
        prop_assert_eq!(by_address.is_ok(), by_body.is_ok(), "{}", fields);
    }
}
