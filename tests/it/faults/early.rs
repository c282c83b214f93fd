//! Clients who come before anything is there, and ask at a port from the first moment on.

use crate::buying::counter::Counter;
use crate::buying::{cash, key};
use crate::programs::Serving;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

/// What may be said to somebody who comes too early.
const EARLY: [&str; 2] = ["SHOP_NOT_READY", "SERVICE_UNAVAILABLE"];

/// How long somebody waits: a program that is filling its shop lets nobody in, and who is let in is answered.
const PATIENCE: Duration = Duration::from_secs(15);

/// A port that is kept for one program: nobody who asks for any port is given it, neither to listen nor to ask from, and whoever asks
/// there is refused until the program listens, which names it.
pub struct Port {
    pub number: u16,
    _kept: TcpSocket,
}

impl Port {
    /// One that nobody has.
    pub fn free() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        // The program says the same of its own: Linux lets both have the port as long as only one of them listens.
        socket.set_reuseaddr(true).unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        Self {
            number: socket.local_addr().unwrap().port(),
            _kept: socket,
        }
    }
}

/// Set when something was told.
pub type Told = Arc<AtomicBool>;

/// What somebody heard who came early, how often, and the orders that were acknowledged.
#[derive(Debug, Default)]
pub struct Heard {
    /// Before the program told its address.
    before: BTreeMap<String, usize>,
    /// Of what was asked after that.
    after: BTreeMap<String, usize>,
    pub orders: Vec<Value>,
    /// As who they were known at last.
    pub known_as: Option<String>,
}

impl Heard {
    /// Fails the test unless everything was clear, and everything was answered as soon as the address was told.
    pub fn was_clear(&self, programs: &[Serving]) {
        println!("{self:?}");
        let logs = || programs.iter().map(Serving::log).collect::<Vec<_>>();
        let is_clear = |code: &&String| EARLY.contains(&code.as_str());
        let known = ["an answer", "nobody"];
        let mut strange = self
            .before
            .keys()
            .filter(|it| !known.contains(&it.as_str()));
        assert!(
            strange.all(|code| is_clear(&code)),
            "{self:?}\n{:#?}",
            logs()
        );
        let answers = self.after.get("an answer").copied().unwrap_or_default();
        assert!(answers > 0, "nobody asked after that: {self:?}");
        assert_eq!(self.after.len(), 1, "{self:?}\n{:#?}", logs());
    }
}

/// Somebody who has come too early.
pub struct Early {
    http: reqwest::Client,
    url: String,
    /// The program is there when all of these are.
    told: Vec<Told>,
    /// Who signs in as soon as it is, and with which token they ask from then on.
    person: Option<String>,
    token: Option<String>,
    heard: Heard,
}

impl Early {
    /// Asks at a port from the first moment on, until it is over; once there is something to buy, buys it so many times. A `person` with an
    /// account signs in as soon as everything is told, and buys as who they are.
    pub fn come(
        port: u16,
        told: Vec<Told>,
        buys: usize,
        person: Option<&str>,
        over: Told,
    ) -> JoinHandle<Heard> {
        let mut early = Self {
            person: person.map(str::to_owned),
            token: None,
            http: crate::support::http::client(),
            url: format!("http://127.0.0.1:{port}/graphql"),
            told,
            heard: Heard::default(),
        };
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                early.sign_in().await;
                for query in QUERIES {
                    let data = early.ask(query, json!({})).await;
                    let variant = data.pointer("/products/nodes/0/variants/nodes/0/id");
                    let is_known = early.token.is_some() || early.person.is_none();
                    let buys = is_known && early.heard.orders.len() < buys;
                    if let Some(variant) = variant.filter(|_| buys) {
                        early.buy(variant).await;
                    }
                    if let Some(email) = data.pointer("/viewer/email").and_then(Value::as_str) {
                        early.heard.known_as = Some(email.to_owned());
                    }
                    tokio::time::sleep(Duration::from_millis(25)).await;
                }
            }
            early.heard
        })
    }

    fn is_there(&self) -> bool {
        self.told.iter().all(|told| told.load(Ordering::SeqCst))
    }

    /// Signs in, once.
    async fn sign_in(&mut self) {
        let Some(email) = self.person.clone() else {
            return;
        };
        if self.token.is_some() || !self.is_there() {
            return;
        }
        let query = "mutation($email: String!, $password: String!) {
            accountSignIn(email: $email, password: $password) { tokens { accessToken } userErrors { code } } }";
        let password = lilium::demo::people::PASSWORD;
        let variables = json!({ "email": email, "password": password });
        let data = self.ask(query, variables).await;
        let token = data["accountSignIn"]["tokens"]["accessToken"].as_str();
        self.token = Some(token.unwrap_or_else(|| panic!("{data:#}")).to_owned());
    }

    /// What was answered; null when nothing was.
    async fn ask(&mut self, query: &str, variables: Value) -> Value {
        let is_there = self.is_there();
        let mut request = self.http.post(&self.url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let body = json!({ "query": query, "variables": variables });
        let (came, data) = match request.json(&body).timeout(PATIENCE).send().await {
            Ok(answer) => {
                let mut answer: Value = answer.json().await.unwrap();
                (code(&answer), answer["data"].take())
            }
            Err(error) => {
                assert!(!error.is_timeout(), "{error}");
                ("nobody".to_owned(), Value::Null)
            }
        };
        let said = match is_there {
            true => &mut self.heard.after,
            false => &mut self.heard.before,
        };
        *said.entry(came).or_default() += 1;
        data
    }

    async fn buy(&mut self, variant: &Value) {
        let query = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } userErrors { code } } }";
        let input = json!({ "input": { "lines": [{ "merchandiseId": variant, "quantity": 1 }] } });
        let data = self.ask(query, input).await;
        let Some(cart) = data.pointer("/cartCreate/cart/id").and_then(Value::as_str) else {
            return;
        };
        let variables = json!({ "input": cash(cart) });
        let query = Counter::checkout(Some(&key()));
        let mut data = self.ask(&query, variables).await;
        if let Some(order) = data.pointer_mut("/done/order/id") {
            self.heard.orders.push(order.take());
        }
    }
}

/// What they ask for.
const QUERIES: [&str; 5] = [
    "{ shop { name } }",
    "{ products(first: 3) { nodes { title variants(first: 2) { nodes { id } } } } }",
    "mutation { cartCreate { cart { id totalQuantity } userErrors { code } } }",
    "{ viewer { email } }",
    "{ search(query: \"mug\", first: 3) { nodes { __typename } } }",
];

fn code(body: &Value) -> String {
    let code = body["errors"][0]["extensions"]["code"].as_str();
    code.unwrap_or("an answer").to_owned()
}
