//! How people ask in bad times: whatever program is there, once, and what that came to.

use super::doors::Doors;
use super::record::{ANSWERED, Known, LONGEST, Purchase, Record};
use super::shelf::Shelf;
use crate::buying::chance::Chance;
use crate::buying::counter::Counter;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What may be said of something that is away for the moment, and what each of these says that is to be done.
const PASSES: [(&str, &[&str]); 4] = [
    ("SERVICE_UNAVAILABLE", &["try again", "read the cart again"]),
    ("REQUEST_IN_PROGRESS", &["send it again"]),
    ("SHOP_NOT_READY", &["not set up yet"]),
    ("TIMEOUT", &["took too long"]),
];

/// Whether an error is one of these, and tells a client what to do in words that are meant for it.
fn is_clear(error: &Value) -> bool {
    let (code, message) = (&error["extensions"]["code"], error["message"].as_str());
    let says = |words: &&str| message.is_some_and(|message| message.contains(words));
    let mut known = PASSES.iter().filter(|(known, _)| code == known);
    known.any(|(_, words)| words.iter().any(says))
}

/// Whether whoever is refused for the moment is told when to come again.
fn tells_when(answer: &reqwest::Response) -> bool {
    answer.status() != 503 || answer.headers().contains_key("retry-after")
}

/// What is read, each with what stands at the end of its answer.
const READINGS: [(&str, &str); 4] = [
    (
        "{ products(first: 5) { nodes { title } } }",
        "/products/nodes/4/title",
    ),
    (
        "{ products(first: 12, sortKey: PRICE) { nodes { title variants(first: 5) { nodes { title price { amount } } } } } }",
        "/products/nodes/11/variants/nodes/0/title",
    ),
    (
        "{ search(query: \"mug\", first: 5) { nodes { __typename } } }",
        "/search/nodes/0/__typename",
    ),
    (
        "{ product(handle: \"morning-person-mug\") { title } collection(handle: \"bestsellers\") { products(first: 3) { nodes { title } } } }",
        "/collection/products/nodes/2/title",
    ),
];

/// Somebody who asks and writes down what comes.
#[derive(Clone)]
pub struct Asking {
    http: reqwest::Client,
    pub doors: Doors,
    pub record: Record,
    /// What is sold.
    pub shelf: Arc<Shelf>,
    /// Whether it may be that nobody answers: a program is killed, or leaves.
    silence: bool,
}

impl Asking {
    /// Of programs that are always there, unless `silence` is to be borne.
    pub fn new(shelf: Shelf, silence: bool) -> Self {
        Self {
            http: crate::support::http::client(),
            doors: Doors::default(),
            record: Record::default(),
            shelf: Arc::new(shelf),
            silence,
        }
    }

    /// What was answered; nothing when it has to be asked again.
    pub async fn ask(
        &self,
        who: &str,
        address: &str,
        token: Option<&str>,
        query: &str,
        variables: Value,
    ) -> Option<Value> {
        let began = Instant::now();
        let mut request = self.http.post(format!("{address}/graphql"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let body = json!({ "query": query, "variables": variables });
        let request = request
            .json(&body)
            .timeout(LONGEST + Duration::from_secs(4));
        let answer = match request.send().await {
            Ok(response) => {
                let tells_when = tells_when(&response);
                let body = response.json::<Value>().await;
                body.map(|body| (body, tells_when))
            }
            Err(error) => Err(error),
        };
        let note = |came: &str, passes| self.record.note(who, came, began.elapsed(), passes);
        let Ok((mut answer, tells_when)) = answer else {
            note("nothing", self.silence);
            return None;
        };
        let Some(errors) = answer["errors"].as_array() else {
            note(ANSWERED, true);
            return Some(answer["data"].take());
        };
        let code = errors[0]["extensions"]["code"].as_str();
        match errors.iter().all(is_clear) && tells_when {
            true => note(code.unwrap(), true),
            false => note(&format!("{errors:?}, {tells_when}"), false),
        }
        None
    }

    /// Asks for a purchase once.
    pub async fn buy(&self, address: &str, purchase: &mut Purchase) {
        purchase.asked += 1;
        let query = Counter::checkout(Some(&purchase.key));
        let variables = json!({ "input": purchase.input });
        let token = purchase.token.as_deref();
        let asked = self.ask("buyer", address, token, &query, variables);
        let Some(mut data) = asked.await else {
            return;
        };
        purchase.known = match data["done"]["userErrors"][0]["code"].as_str() {
            Some(code) => Known::Refused(code.to_owned()),
            None => Known::Order(data["done"]["order"].take()),
        };
    }

    /// Reads a purchase whose order was acknowledged, once; false when it was not answered. Fails the test when it is not that order.
    pub async fn sees(&self, address: &str, purchase: &Purchase) -> bool {
        let Known::Order(order) = &purchase.known else {
            panic!("{purchase:#?}");
        };
        let query = "query($id: ID!) { order(id: $id) { orderNumber name totalPrice { amount } } }";
        let (token, variables) = (purchase.token.as_deref(), json!({ "id": order["id"] }));
        let asked = self.ask("buyer", address, token, query, variables);
        asked.await.is_some_and(|data| {
            let found = &data["order"];
            for field in ["orderNumber", "name"] {
                assert_eq!(found[field], order[field], "{}", self.record.tail());
            }
            let price = |order: &Value| order["totalPrice"]["amount"].clone();
            assert_eq!(price(found), price(order), "{}", self.record.tail());
            true
        })
    }

    /// Reads something once; whether it was answered.
    pub async fn read(&self, address: &str, chance: &mut Chance) -> bool {
        let (query, last) = READINGS[chance.below(READINGS.len())];
        let data = self.ask("reader", address, None, query, json!({})).await;
        data.is_some_and(|data| {
            let text = data.pointer(last).and_then(Value::as_str);
            assert!(text.is_some(), "{query}\n{data:#}");
            true
        })
    }

    /// Asks as a guest how much is left of what is sold, once; nothing when it was not answered.
    pub async fn left(&self, address: &str) -> Option<Vec<i64>> {
        let query = &self.shelf.query;
        let asked = self.ask("reader", address, None, query, json!({}));
        asked.await.map(|data| self.shelf.told(&data))
    }

    /// Takes a vendor's step once; whether it is known to be taken.
    pub async fn step(&self, address: &str, token: &str, query: &str, input: Value) -> bool {
        let variables = json!({ "input": input });
        let data = self
            .ask("vendor", address, Some(token), query, variables)
            .await;
        data.is_some_and(|data| {
            assert_eq!(
                data["done"]["userErrors"],
                json!([]),
                "{data:#}\n{}",
                self.record.tail()
            );
            true
        })
    }

    /// Whether the program at an address says that it can serve.
    pub async fn is_ready(&self, address: &str) -> bool {
        let asked = self.http.get(format!("{address}/readyz"));
        let answer = asked.timeout(Duration::from_secs(5)).send().await;
        answer.is_ok_and(|answer| answer.status() == 200)
    }
}
