//! Programs that others wrote for GraphQL servers, run against a shop.

mod breaking;
mod browser;
mod codegen;
mod guide;
mod http;
mod live;
mod next;
mod relay;

use crate::programs::{Said, skipped, there_is};
use crate::support::{Contents, Shop};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::OperationType;
use reqwest::Response;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tokio::time::timeout;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
const EXAMPLES: &str = include_str!("../../web/graphiql/page/examples.graphql");
/// The examples that ask for the token of whoever signed in.
const SIGNED_IN: [&str; 3] = ["VendorsDesk", "WatchTheDesk", "AcceptToDeliver"];

/// Runs a script of `tests/clients` against what answers at `address`; `None`, said in the output, where Node or the packages are missing.
async fn node(address: &str, script: &str) -> Option<Said> {
    script_of(script, &[&format!("{address}/graphql")]).await
}

/// Runs a script of `tests/clients` with these arguments; `None` as above.
async fn script_of(script: &str, arguments: &[&str]) -> Option<Said> {
    if !there_is("node", script) {
        return None;
    }
    if !Path::new(CLIENTS).join("node_modules/graphql-ws").is_dir() {
        skipped(
            script,
            "its npm packages are not installed: make test does it",
        );
        return None;
    }
    let mut command = Command::new("node");
    command.arg(script).args(arguments).current_dir(CLIENTS);
    let said = tokio::task::spawn_blocking(move || Said::by(&mut command));
    Some(said.await.unwrap())
}

/// Fails unless a script found so many things as they ought to be, and nothing otherwise.
fn found(said: Said, good: usize) {
    let wrong = said.out.lines().filter(|line| !line.starts_with("ok "));
    assert_eq!(wrong.count(), 0, "{}{}", said.out, said.err);
    assert_eq!(said.out.lines().count(), good, "{}", said.out);
    said.well();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_audits_of_graphql_over_http_pass() {
    let shop = Shop::open().await;
    let Some(said) = node(&shop.address, "audits.mjs").await else {
        return;
    };
    let failed: Vec<&str> = said
        .out
        .lines()
        .filter(|line| !line.starts_with("ok "))
        .collect();
    assert_eq!(failed, ["", "61 of 61 audits passed"]);
    said.well();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_the_storefront_apis_and_what_a_marketplace_adds() {
    let shop = Shop::open().await;
    let Some(said) = node(&shop.address, "schema-compare.mjs").await else {
        return;
    };
    assert!(said.out.ends_with("no differences\n"), "{}", said.out);
    println!("{}", said.out);
    said.well();
}

/// Fails on a page without nodes, wherever it is.
fn assert_no_empty_page(value: &Value, path: &str) {
    if let Some(fields) = value.as_object() {
        for (name, value) in fields {
            let empty = value.as_array().is_some_and(Vec::is_empty);
            assert!(name != "nodes" || !empty, "nothing in {path}.{name}");
            assert_no_empty_page(value, &format!("{path}.{name}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        assert_no_empty_page(item, path);
    }
}

/// What a person who goes through the tabs has pasted so far: an example asks for what an earlier one answered.
#[derive(Default)]
struct Pasted {
    variables: BTreeMap<&'static str, Value>,
    token: Option<String>,
}

impl Pasted {
    fn learn(&mut self, data: &Value) {
        let keep = [
            ("cart", &data["cartCreate"]["cart"]["id"]),
            ("order", &data["checkoutComplete"]["order"]["id"]),
        ];
        for (name, value) in keep {
            if value.is_string() {
                self.variables.insert(name, value.clone());
            }
        }
        let parts = data["checkoutComplete"]["order"]["vendorOrders"].as_array();
        let of_kiln = |part: &&Value| part["vendor"]["handle"] == "tuesday-kiln";
        if let Some(part) = parts.and_then(|parts| parts.iter().find(of_kiln)) {
            self.variables.insert("part", part["id"].clone());
        }
        if let Some(token) = data["accountSignIn"]["tokens"]["accessToken"].as_str() {
            self.token = Some(token.to_owned());
        }
    }
}

/// Runs an operation with what was pasted for those of its variables that ask for it.
async fn run(shop: &Shop, text: &str, operation: &str, pasted: &mut Pasted) {
    let document = parse_query(text).unwrap();
    let mut operations = document.operations.iter();
    let (_, own) = operations
        .find(|(name, _)| name.is_some_and(|name| name == operation))
        .unwrap();
    let asks = own.node.variable_definitions.iter();
    let asks = asks.map(|variable| variable.node.name.node.as_str());
    let variables: serde_json::Map<String, Value> = asks
        .filter_map(|name| Some((name.to_owned(), pasted.variables.get(name)?.clone())))
        .collect();
    let mut request = shop.http().post(format!("{}/graphql", shop.address));
    // As a person does who pastes the token under the headers of the tab.
    if SIGNED_IN.contains(&operation) {
        request = request.bearer_auth(pasted.token.as_ref().unwrap());
    }
    let live = own.node.ty == OperationType::Subscription;
    if live {
        request = request.header("accept", "text/event-stream");
    }
    let body = json!({ "query": text, "operationName": operation, "variables": variables });
    let response = request.json(&body).send().await.unwrap();
    let answer: Value = if live {
        first_event(response).await
    } else {
        response.json().await.unwrap()
    };
    assert_eq!(answer.get("errors"), None, "{operation}");
    let data = answer["data"].as_object().unwrap();
    assert!(!data.is_empty(), "{operation}");
    for (field, value) in data {
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        assert!(!empty, "{operation}.{field} is {value}");
        assert_no_empty_page(value, &format!("{operation}.{field}"));
        let wrong = value.get("userErrors").and_then(Value::as_array);
        assert!(wrong.is_none_or(Vec::is_empty), "{operation}: {value:#}");
        assert!(
            !live || value["kind"] == "STARTED",
            "{operation}: {value:#}"
        );
    }
    pasted.learn(&answer["data"]);
}

/// What the first of the server-sent events says; the rest is not waited for.
async fn first_event(mut response: Response) -> Value {
    let kind = response.headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/event-stream"), "{kind}");
    let mut read = Vec::new();
    loop {
        let more = timeout(Duration::from_secs(10), response.chunk()).await;
        let more = more.expect("no event came").unwrap();
        read.extend_from_slice(&more.expect("it ended before the first event"));
        let text = String::from_utf8_lossy(&read);
        let data = text.split_once("data: ").map(|(_, rest)| rest);
        if let Some((data, _)) = data.and_then(|rest| rest.split_once('\n')) {
            return serde_json::from_str(data).unwrap();
        }
    }
}

/// Runs all examples as they follow one another; each as `text` has it under its name.
async fn run_all<'a>(shop: &Shop, examples: impl Iterator<Item = (&'a str, String)>) {
    let mut pasted = Pasted::default();
    for (text, name) in examples {
        if name == "BuyWithACard" {
            // As its comment says: the cart before it is bought.
            run(shop, EXAMPLES, "FillACart", &mut pasted).await;
        }
        run(shop, text, &name, &mut pasted).await;
    }
    let delivered = "SELECT count(*) FROM vendor_orders WHERE state = 'DELIVERED' AND tracking_number = 'PP-000042'";
    let row = shop.sql().await.query_one(delivered, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);
}

/// The names of a document's operations, in the order of the text.
fn names(text: &str) -> Vec<String> {
    let document = parse_query(text).unwrap();
    let mut found: Vec<_> = document
        .operations
        .iter()
        .map(|(name, operation)| (operation.pos, name.unwrap().to_string()))
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_graphiql_is_answered() {
    let shop = Shop::with(Contents::Trading, &[]).await;
    let names = names(EXAMPLES);
    assert!(names.len() >= 20, "{names:?}");
    run_all(&shop, names.into_iter().map(|name| (EXAMPLES, name))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tab_of_graphiql_stands_alone() {
    let shop = Shop::with(Contents::Trading, &[]).await;
    // As page.js cuts the file: a comment that follows an empty line begins the next tab.
    let tabs: Vec<String> = EXAMPLES
        .split("\n\n#")
        .map(|tab| format!("#{}", tab.trim_start_matches('#')))
        .collect();
    assert_eq!(tabs.len(), names(EXAMPLES).len());
    let one = |tab: &'_ String| {
        let names = names(tab);
        assert_eq!(names.len(), 1, "{tab}");
        // What stands under the headers of the tab asks for the token, and nothing else does.
        let headers = tab.lines().find_map(|line| line.strip_prefix("#headers "));
        let signed_in = SIGNED_IN.contains(&names[0].as_str());
        let asks = signed_in.then(|| json!({ "Authorization": "Bearer ..." }));
        let headers = headers.map(|headers| serde_json::from_str::<Value>(headers).unwrap());
        assert_eq!(headers, asks, "{tab}");
        names[0].clone()
    };
    let examples: Vec<_> = tabs.iter().map(|tab| (tab.as_str(), one(tab))).collect();
    run_all(&shop, examples.into_iter()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_example_shows_24_products_with_pictures_and_prices() {
    let shop = Shop::open().await;
    let tab = EXAMPLES.split("\n\n#").next().unwrap();
    let data = shop.data(tab, json!({})).await;
    let nodes = data["products"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 24);
    for node in nodes {
        let picture = node["featuredImage"]["url"].as_str().unwrap();
        assert!(picture.starts_with(&shop.address), "{picture}");
        let price = &node["priceRange"]["minVariantPrice"];
        assert!(price["amount"].is_string() && price["currencyCode"] == "USD");
    }
}
