//! How people ask in bad times: whatever program is there, once, and what that came to.

use super::record::{Known, LONGEST, Purchase, Record};
use crate::buying::chance::Chance;
use crate::buying::counter::Counter;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What may be said of something that is away for the moment: try again.
const PASSES: [&str; 4] = [
    "SERVICE_UNAVAILABLE",
    "REQUEST_IN_PROGRESS",
    "SHOP_NOT_READY",
    "TIMEOUT",
];

/// Where programs answer.
#[derive(Clone, Default)]
pub struct Doors(Arc<Mutex<Vec<String>>>);

impl Doors {
    /// One more.
    pub fn open(&self, address: &str) {
        self.0.lock().unwrap().push(address.to_owned());
    }

    /// Nobody is led there any more.
    pub fn shut(&self, address: &str) {
        self.0.lock().unwrap().retain(|it| it != address);
    }

    /// All of them.
    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// One of them by chance, or none.
    pub fn any(&self, chance: &mut Chance) -> Option<String> {
        let all = self.all();
        (!all.is_empty()).then(|| all[chance.below(all.len())].clone())
    }
}

/// Somebody who asks and writes down what comes.
#[derive(Clone)]
pub struct Asking {
    http: reqwest::Client,
    pub doors: Doors,
    pub record: Record,
    /// Whether it may be that nobody answers: a program is killed, or leaves.
    silence: bool,
}

impl Asking {
    /// Of programs that are always there, unless `silence` is to be borne.
    pub fn new(silence: bool) -> Self {
        Self {
            http: crate::support::http::client(),
            doors: Doors::default(),
            record: Record::default(),
            silence,
        }
    }

    /// What was answered; nothing when it has to be asked again.
    async fn ask(
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
            Ok(response) => response.json::<Value>().await,
            Err(error) => Err(error),
        };
        let note = |came: &str, passes| self.record.note(who, came, began.elapsed(), passes);
        let Ok(mut answer) = answer else {
            note("nothing", self.silence);
            return None;
        };
        match answer["errors"][0]["extensions"]["code"].as_str() {
            Some(code) => {
                note(code, PASSES.contains(&code));
                None
            }
            None => {
                note("an answer", true);
                Some(answer["data"].take())
            }
        }
    }

    /// Asks for a purchase once.
    pub async fn buy(&self, address: &str, purchase: &mut Purchase) {
        purchase.asked += 1;
        let query = Counter::checkout(Some(&purchase.key));
        let variables = json!({ "input": purchase.input });
        let Some(mut data) = self.ask("buyer", address, None, &query, variables).await else {
            return;
        };
        purchase.known = match data["done"]["userErrors"][0]["code"].as_str() {
            Some(code) => Known::Refused(code.to_owned()),
            None => Known::Order(data["done"]["order"].take()),
        };
    }

    /// Reads a list once.
    pub async fn read(&self, address: &str) {
        let query = "{ products(first: 5) { nodes { title } } }";
        let data = self.ask("reader", address, None, query, json!({})).await;
        if let Some(data) = data {
            assert_eq!(data["products"]["nodes"].as_array().unwrap().len(), 5);
        }
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
