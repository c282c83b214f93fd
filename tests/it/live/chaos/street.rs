//! What people do while programs come and go: they ask whatever program is there, until somebody answers.

use super::super::follower::Follower;
use super::millis;
use crate::buying::chance::Chance;
use crate::buying::counter::{Counter, step_document, step_input};
use crate::buying::{Goods, cash, key};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Where the programs answer that are up.
#[derive(Clone, Default)]
pub struct Addresses(pub Arc<Mutex<Vec<Option<String>>>>);

impl Addresses {
    /// One of them, by chance.
    pub fn any(&self, chance: &mut Chance) -> String {
        let up: Vec<String> = self.0.lock().unwrap().iter().flatten().cloned().collect();
        up[chance.below(up.len())].clone()
    }

    pub fn set(&self, at: usize, address: Option<String>) {
        self.0.lock().unwrap()[at] = address;
    }
}

/// Everything that a task needs to know.
#[derive(Clone)]
pub struct Street {
    pub addresses: Addresses,
    pub http: reqwest::Client,
    pub some: Arc<Vec<Goods>>,
    /// Tokens of the vendors' owners and of clerks, by vendor.
    pub owners: Arc<Vec<String>>,
    pub clerks: Arc<Vec<String>>,
    pub over: Arc<AtomicBool>,
}

impl Street {
    /// What is answered, by whatever program is there: asks until somebody answers.
    async fn ask(
        &self,
        chance: &mut Chance,
        token: Option<&str>,
        query: &str,
        variables: Value,
    ) -> Value {
        loop {
            let address = self.addresses.any(chance);
            let mut request = self.http.post(format!("{address}/graphql"));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let body = json!({ "query": query, "variables": variables });
            let answer = match request
                .json(&body)
                .timeout(Duration::from_secs(10))
                .send()
                .await
            {
                Ok(response) => response.json::<Value>().await,
                Err(error) => Err(error),
            };
            let Ok(answer) = answer else {
                tokio::time::sleep(Duration::from_millis(30)).await;
                continue;
            };
            match answer["errors"][0]["extensions"]["code"].as_str() {
                Some("SERVICE_UNAVAILABLE" | "REQUEST_IN_PROGRESS" | "SHOP_NOT_READY") => {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                Some(_) => panic!("{answer:#}"),
                None => return answer["data"]["done"].clone(),
            }
        }
    }

    /// Buys a cart; the order.
    pub async fn buy(&self, chance: &mut Chance, cart: &str) -> Value {
        let query = Counter::checkout(Some(&key()));
        let done = self
            .ask(chance, None, &query, json!({ "input": cash(cart) }))
            .await;
        assert_eq!(done["userErrors"], json!([]), "{done:#}");
        done["order"].clone()
    }

    /// A vendor's step with a part of an order.
    pub async fn step(&self, chance: &mut Chance, step: &str, part: &Value) {
        let vendor = &part["vendor"]["id"];
        let at = self
            .some
            .iter()
            .position(|goods| *vendor == json!(goods.vendor_gid()));
        let query = step_document(step, Some(&key()));
        let input = json!({ "input": step_input(part, json!({})) });
        let token = Some(self.owners[at.unwrap()].as_str());
        let done = self.ask(chance, token, &query, input).await;
        assert_eq!(done["userErrors"], json!([]), "{step}: {done:#}");
    }

    pub async fn note(&self, chance: &mut Chance, cart: &str, text: &str) {
        let query = "mutation($id: ID!, $text: String!) { done: cartNoteUpdate(cartId: $id, note: $text) { userErrors { code } } }";
        let variables = json!({ "id": cart, "text": text });
        let done = self.ask(chance, None, query, variables).await;
        assert_eq!(done["userErrors"], json!([]));
    }

    /// Follows until it is over.
    pub fn follow(&self, mut follower: Follower) -> JoinHandle<Follower> {
        let street = self.clone();
        tokio::spawn(async move {
            while !street.over.load(Ordering::Relaxed) && !follower.has_ended() {
                let address = street.addresses.any(&mut follower.chance);
                // Most stay a while, some only for a moment, in which the first word may not have come yet.
                let stay = [20, 300, 1_500, 4_000][follower.chance.below(4)];
                let stay = millis(follower.chance.below(stay));
                follower.come(&address, Instant::now() + stay).await;
                let away = [1, 50, 1_000][follower.chance.below(3)];
                tokio::time::sleep(millis(follower.chance.below(away))).await;
            }
            follower
        })
    }
}
