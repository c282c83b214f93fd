//! What stands in the data where a field failed.

use super::*;

#[tokio::test]
async fn a_failed_field_is_null_or_takes_its_parent_along() {
    let similar = json!({ "similar": [{ "rating": null }, null] });
    for (text, data) in [
        ("{ soldOut }", json!({ "soldOut": null })),
        (
            "{ soldOut item { name } }",
            json!({ "soldOut": null, "item": { "name": "lily" } }),
        ),
        ("{ item { rating } }", json!({ "item": { "rating": null } })),
        (
            "{ item { r: rating name } }",
            json!({ "item": { "r": null, "name": "lily" } }),
        ),
        ("{ item { price } }", Json::Null),
        ("{ item { name price } soldOut }", Json::Null),
        (
            "{ item { name favourite { name price } } }",
            json!({ "item": { "name": "lily", "favourite": null } }),
        ),
        (
            "{ item { favourite { rating price } } }",
            json!({ "item": { "favourite": null } }),
        ),
        (
            "{ item { favourite { item: items { price } } } }",
            json!({ "item": { "favourite": null } }),
        ),
        (
            "{ item { similar { rating } } }",
            json!({ "item": similar }),
        ),
        (
            "{ item { similar { price } } }",
            json!({ "item": { "similar": [null, null] } }),
        ),
        (
            "{ item { ...f } } fragment f on Item { favourite { ... on Item { p: price } } favourite { name } }",
            json!({ "item": { "favourite": null } }),
        ),
    ] {
        let reply = query(text).await;
        assert_eq!(reply.status, StatusCode::OK, "{text}");
        assert!(reply.has_data(), "{text}");
        assert_eq!(reply.at("/data"), &data, "{text}");
        assert!(!reply.message().is_empty(), "{text}");
    }
}
