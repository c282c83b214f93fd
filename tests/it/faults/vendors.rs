//! Vendors who take their steps whatever happens, and keep a record of them.

use super::asking::Asking;
use crate::buying::counter::{step_document, step_input};
use crate::buying::{key, row};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio_postgres::Client;

const STEPS: [&str; 4] = ["Accept", "Prepare", "Ship", "Deliver"];

/// Steps that are taken at a time when all that is left is to be done.
const HANDS: usize = 4;

/// What a part is in before the first step, and after each.
const STATES: [&str; 5] = ["PENDING", "ACCEPTED", "PREPARING", "SHIPPED", "DELIVERED"];

/// One vendor's part of an order, and how far it is known to be.
#[derive(Clone)]
struct Part {
    part: Value,
    keys: [String; STEPS.len()],
    done: usize,
}

/// All that vendors have to do.
#[derive(Clone)]
pub struct Vendors {
    tokens: Arc<HashMap<String, String>>,
    parts: Arc<Mutex<VecDeque<Part>>>,
}

impl Vendors {
    /// With the tokens of their owners, by the vendors' ids.
    pub fn new(tokens: HashMap<String, String>) -> Self {
        Self {
            tokens: Arc::new(tokens),
            parts: Arc::default(),
        }
    }

    /// An order came, and is theirs from now on.
    pub fn hear(&self, order: &Value) {
        let parts = order["vendorOrders"].as_array().unwrap().iter();
        let parts = parts.map(|part| Part {
            part: part.clone(),
            keys: std::array::from_fn(|_| key()),
            done: 0,
        });
        self.parts.lock().unwrap().extend(parts);
    }

    /// Takes the next step with some part; false when there is nothing to do.
    pub async fn step(&self, asking: &Asking, address: &str) -> bool {
        let next = {
            let mut parts = self.parts.lock().unwrap();
            let at = parts.iter().position(|part| part.done < STEPS.len());
            at.and_then(|at| parts.remove(at))
        };
        let Some(mut part) = next else {
            return false;
        };
        let query = step_document(STEPS[part.done], Some(&part.keys[part.done]));
        let input = step_input(&part.part, json!({}));
        let vendor = part.part["vendor"]["id"].as_str().unwrap();
        let token = &self.tokens[vendor];
        let taken = asking.step(address, token, &query, input).await;
        part.done += usize::from(taken);
        self.parts.lock().unwrap().push_back(part);
        true
    }

    /// Takes all steps that are left, some at a time, and fails the test unless every part is where its vendor knows it to be.
    pub async fn agree(&self, asking: &Asking, address: &str, sql: &Client) {
        let left = self.parts.lock().unwrap().len() * STEPS.len();
        let asked = AtomicUsize::new(0);
        let hands = (0..HANDS).map(async |_| {
            while self.step(asking, address).await {
                let asked = asked.fetch_add(1, Ordering::Relaxed);
                let tail = || asking.record.tail();
                assert!(asked < left + 50, "vendors come to no end\n{}", tail());
            }
        });
        join_all(hands).await;
        let parts = self.parts.lock().unwrap().clone();
        for part in &parts {
            let id = row(&part.part["id"]);
            let text = "SELECT state::text, (SELECT count(*) FROM order_timeline t WHERE t.vendor_order_id = v.id AND t.state = v.state)
                FROM vendor_orders v WHERE id = $1";
            let found = sql.query_one(text, &[&id]).await.unwrap();
            let (state, times): (String, i64) = (found.get(0), found.get(1));
            assert_eq!((state.as_str(), times), (STATES[part.done], 1), "{id}");
        }
        println!("{} parts were delivered", parts.len());
    }
}
