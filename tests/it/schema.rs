//! The schema as clients see it: written down, described, and closed where strangers come by.

use crate::support::{Contents, Shop, TOKEN_KEYS};
use lilium::schema;
use serde_json::{Value, json};
use std::path::Path;

/// What a production server is set to at least.
const PRODUCTION: [(&str, &str); 3] = [
    ("LILIUM_PROFILE", "production"),
    ("PUBLIC_URL", "https://api.example.com"),
    ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
];

#[test]
fn the_file_in_the_repository_is_the_schema_that_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let sdl = schema::sdl(&schema::build(true));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &sdl).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    let differs = kept
        .lines()
        .zip(sdl.lines())
        .enumerate()
        .find(|(_, (kept, served))| kept != served);
    assert!(
        kept == sdl,
        "schema.graphql is not what is served (first difference: {differs:?}): run the tests once with UPDATE=1"
    );
}

const INTROSPECTION: &str = "{ __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types {
        kind name description
        fields(includeDeprecated: true) {
            name description isDeprecated deprecationReason
            args(includeDeprecated: true) { name description isDeprecated deprecationReason }
        }
        inputFields(includeDeprecated: true) { name description isDeprecated deprecationReason }
        enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
    }
    directives { name description locations args { name description type { kind name } } }
} }";

async fn introspected() -> Value {
    let shop = Shop::open().await;
    shop.data(INTROSPECTION, json!({})).await["__schema"].clone()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// What GraphQL itself brings, which the library describes or not.
fn is_built_in(kind: &Value) -> bool {
    let name = kind["name"].as_str().unwrap();
    name.starts_with("__") || ["ID", "String", "Int", "Float", "Boolean"].contains(&name)
}

/// Everything of our schema that has a description, by its full name.
fn items(schema: &Value) -> Vec<(String, &Value)> {
    let mut items = Vec::new();
    let mut enter = |path: String, item| items.push((path, item));
    for kind in list(&schema["types"]).iter().filter(|it| !is_built_in(it)) {
        let name = kind["name"].as_str().unwrap();
        enter(name.to_owned(), kind);
        for part in ["fields", "inputFields", "enumValues"] {
            for member in list(&kind[part]) {
                let path = format!("{name}.{}", member["name"].as_str().unwrap());
                for argument in list(&member["args"]) {
                    let argument_name = argument["name"].as_str().unwrap();
                    enter(format!("{path}({argument_name}:)"), argument);
                }
                enter(path, member);
            }
        }
    }
    for directive in list(&schema["directives"]) {
        let path = format!("@{}", directive["name"].as_str().unwrap());
        for argument in list(&directive["args"]) {
            let argument_name = argument["name"].as_str().unwrap();
            enter(format!("{path}({argument_name}:)"), argument);
        }
        enter(path, directive);
    }
    items
}

fn is_empty(text: &Value) -> bool {
    text.as_str().is_none_or(|text| text.trim().is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_described() {
    let schema = introspected().await;
    let items = items(&schema);
    assert!(items.len() > 900, "{}", items.len());
    let silent: Vec<&str> = items
        .iter()
        .filter(|(_, item)| is_empty(&item["description"]))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(silent, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deprecated_says_what_to_use_instead() {
    let schema = introspected().await;
    let items = items(&schema);
    let deprecated: Vec<_> = items
        .iter()
        .filter(|(_, item)| item["isDeprecated"] == true)
        .collect();
    assert!(deprecated.len() >= 10, "{deprecated:?}");
    for (path, item) in deprecated {
        let reason = item["deprecationReason"].as_str().unwrap_or_default();
        assert!(
            !reason.trim().is_empty() && reason != "No longer supported",
            "{path}: {reason}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_may_be_put_in_a_context() {
    let schema = introspected().await;
    let directive = list(&schema["directives"])
        .iter()
        .find(|it| it["name"] == "inContext")
        .unwrap();
    assert_eq!(
        directive["locations"],
        json!(["QUERY", "MUTATION", "SUBSCRIPTION"])
    );
    let arguments: Vec<(&str, &str)> = list(&directive["args"])
        .iter()
        .map(|it| {
            // Neither must be given.
            assert_eq!(it["type"]["kind"], "ENUM");
            (
                it["name"].as_str().unwrap(),
                it["type"]["name"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        arguments,
        [("country", "CountryCode"), ("language", "LanguageCode")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_cannot_ask_for_the_schema_in_production() {
    let shop = Shop::with(Contents::Demo, &PRODUCTION).await;
    for query in [
        INTROSPECTION,
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"Shop\") { name } }",
        "{ shop { name } s: __schema { queryType { name } } }",
        "query Q { ...F } fragment F on QueryRoot { __type(name: \"Shop\") { name } }",
    ] {
        let answer = shop.ask(query, json!({})).await;
        let error = &answer.body["errors"][0];
        assert_eq!(
            error["extensions"]["code"], "INTROSPECTION_DISABLED",
            "{query}\n{:#}",
            answer.body
        );
        assert_eq!(answer.body.get("data"), None, "{query}");
    }
    // What clients put into every query is no introspection.
    let data = shop
        .data("{ __typename shop { __typename } }", json!({}))
        .await;
    assert_eq!(
        data,
        json!({ "__typename": "QueryRoot", "shop": { "__typename": "Shop" } })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_do_not_tell_a_stranger_of_other_names() {
    let misspelt = [
        "{ shop { nam } }",
        "{ shp { name } }",
        "{ product(handel: \"x\") { id } }",
        "{ products(first: 1, sortKey: PRCE) { nodes { id } } }",
        "{ ...F } fragment F on Prodct { id }",
        "query Q($c: CuntryCode) { shop { name } }",
        "{ products(first: 1, filters: [{ avilable: true }]) { nodes { id } } }",
        "{ shop @inContxt { name } }",
    ];
    let names = [
        "name",
        "shop",
        "handle",
        "PRICE",
        "Product\"",
        "CountryCode",
        "available",
        "inContext",
    ];
    let open = Shop::open().await;
    let (_, message) = open.refusal(misspelt[0], json!({})).await;
    assert!(message.contains("Did you mean"), "{message}");

    let shop = Shop::with(Contents::Demo, &PRODUCTION).await;
    for (query, name) in misspelt.into_iter().zip(names) {
        let answer = shop.ask(query, json!({})).await;
        let errors = answer.body["errors"].to_string();
        assert!(errors.len() > 20, "{query}: {errors}");
        assert!(
            !errors.contains("Did you mean") && !errors.contains(&format!("\"{name}")),
            "{query}: {errors}"
        );
    }
}
