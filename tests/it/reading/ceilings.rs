//! How many SQL statements each document of a storefront may take: `ceilings.txt` has a line for each, and a document without one fails.
//!
//! Measured in a program of its own, on a small shop and on one of ten thousand products, with pages as they are asked for and with pages of
//! one: the number is the same, or the document costs a statement for each row.

mod asked;

use crate::carts::{documents as carts, goods, variants};
use crate::programs::{Folder, Serving, url_of};
use crate::support::{Contents, database};
use asked::{examples, of_one, storefront, variables};
use async_graphql::parser::types::OperationType;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

const TABLE: &str = include_str!("ceilings.txt");
const EXAMPLES: &str = include_str!("../../../web/graphiql/page/examples.graphql");

/// What stands in the table for a document.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ceiling {
    Exactly(u64),
    /// For what depends on who else is at work: transactions that are made again, those who follow.
    AtMost(u64),
}

impl Ceiling {
    fn holds(self, statements: u64) -> bool {
        match self {
            Self::Exactly(number) => statements == number,
            Self::AtMost(number) => statements <= number,
        }
    }
}

fn table() -> BTreeMap<&'static str, Ceiling> {
    let lines = TABLE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, number) = line.split_once(' ').unwrap();
            let number = number.trim();
            let ceiling = match number.strip_prefix("<=") {
                Some(most) => Ceiling::AtMost(most.trim().parse().unwrap()),
                None => Ceiling::Exactly(number.parse().unwrap()),
            };
            (name, ceiling)
        })
        .collect()
}

/// A program that is asked for one document after the other.
struct Measured {
    serving: Serving,
    sql: Client,
    http: reqwest::Client,
    token: Option<String>,
    /// What was answered, for those who ask with it.
    known: BTreeMap<&'static str, Value>,
    found: BTreeMap<String, BTreeSet<u64>>,
    _folder: Folder,
}

impl Measured {
    async fn open(contents: Contents) -> Self {
        let (folder, server) = (Folder::new(), database(contents).await);
        let url = url_of(&server).await;
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("LILIUM_LOG_FORMAT", "json"),
        ];
        let serving = Serving::start(&folder, &[], &settings);
        Self {
            serving,
            sql: server.client().await.unwrap(),
            http: crate::support::http::client(),
            token: None,
            known: BTreeMap::new(),
            found: BTreeMap::new(),
            _folder: folder,
        }
    }

    fn request(&self, id: &str, token: bool, body: &Value) -> reqwest::RequestBuilder {
        let url = format!("{}/graphql", self.serving.address);
        let request = self.http.post(url).header("x-request-id", id).json(body);
        match self.token.as_ref().filter(|_| token) {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Asks, and notes what it took.
    async fn ask(&mut self, name: &str, token: bool, body: &Value) -> Value {
        let id = uuid::Uuid::now_v7().to_string();
        let answer = self.request(&id, token, body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{name}: {answer:#}");
        let statements = self.statements(&id).await;
        self.found
            .entry(name.to_owned())
            .or_default()
            .insert(statements);
        answer["data"].clone()
    }

    /// What the program's log says that a request took.
    async fn statements(&self, id: &str) -> u64 {
        let begin = Instant::now();
        loop {
            let log = self.serving.log();
            let line = log
                .lines()
                .find(|it| it.contains(id) && it.contains("\"statements\""));
            if let Some(line) = line {
                let line: Value = serde_json::from_str(line).unwrap();
                return line["statements"].as_u64().unwrap();
            }
            assert!(
                begin.elapsed() < Duration::from_secs(20),
                "no line of {id}:\n{log}"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Statements that were sent for all who follow something.
    async fn live(&self) -> u64 {
        let url = format!("{}/metrics", self.serving.address);
        let text = self
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let line = text.lines().find(|it| {
            it.starts_with("lilium_database_statements_total") && it.contains("\"live\"")
        });
        line.map_or(0, |it| it.rsplit_once(' ').unwrap().1.parse().unwrap())
    }

    /// Follows until the first event, and notes what that took.
    async fn follow(&mut self, name: &str, token: bool, body: &Value) {
        let before = self.live().await;
        let request = self.request("follows", token, body);
        let request = request.header("accept", "text/event-stream");
        let mut answer = request.send().await.unwrap();
        let mut heard = String::new();
        while !heard.contains("STARTED") {
            let chunk = answer
                .chunk()
                .await
                .unwrap()
                .expect("it ended before the first event");
            heard.push_str(&String::from_utf8_lossy(&chunk));
            assert!(!heard.contains("\"errors\""), "{name}: {heard}");
        }
        let statements = self.live().await - before;
        self.found
            .entry(name.to_owned())
            .or_default()
            .insert(statements);
    }

    /// The documents that a public storefront reads with.
    async fn read_storefront(&mut self) {
        let row = self.sql.query_one(
            "SELECT id FROM products WHERE handle = 'morning-person-mug'",
            &[],
        );
        let product: uuid::Uuid = row.await.unwrap().get(0);
        let product = super::gid("Product", product);
        for (name, text) in storefront() {
            for text in [text.clone(), of_one(&text)] {
                let body = json!({ "query": text, "variables": variables(&name, &product) });
                self.ask(&format!("storefront/{name}"), false, &body).await;
            }
        }
    }

    /// The documents by which it fills a cart.
    async fn fill_a_cart(&mut self, lines: usize) {
        let some = variants(&self.sql, i64::try_from(lines).unwrap() + 1).await;
        let body = |text: &str, variables: Value| json!({ "query": format!("{text} {}", carts::SHOWN), "variables": variables });
        let made = self
            .ask("carts/create", false, &body(carts::CREATE, json!({})))
            .await;
        let cart = made["cartCreate"]["cart"]["id"].clone();
        let many: Vec<Value> = some
            .iter()
            .map(|it| json!({ "merchandiseId": goods(*it) }))
            .collect();
        let filled = self
            .ask(
                "carts/add",
                false,
                &body(carts::ADD, json!({ "cartId": cart, "lines": many })),
            )
            .await;
        let edges = filled["cartLinesAdd"]["cart"]["lines"]["edges"]
            .as_array()
            .unwrap()
            .clone();
        assert_eq!(edges.len(), lines + 1);
        let ids: Vec<Value> = edges.iter().map(|it| it["node"]["id"].clone()).collect();
        let two: Vec<Value> = ids
            .iter()
            .take(lines)
            .map(|id| json!({ "id": id, "quantity": 2 }))
            .collect();
        self.ask(
            "carts/edit",
            false,
            &body(carts::EDIT, json!({ "cartId": cart, "lines": two })),
        )
        .await;
        let last = &ids[lines..];
        self.ask(
            "carts/remove",
            false,
            &body(carts::REMOVE, json!({ "cartId": cart, "lineIds": last })),
        )
        .await;
        self.ask(
            "carts/read",
            false,
            &body(carts::READ, json!({ "cartId": cart })),
        )
        .await;
    }

    /// The examples, as they follow one another.
    async fn run_examples(&mut self) {
        for (name, kind, asks, token) in examples() {
            if name == "BuyWithACard" {
                // As its comment says: the cart before it is bought.
                self.run_example("FillACart", OperationType::Mutation, &[], false)
                    .await;
            }
            self.run_example(&name, kind, &asks, token).await;
        }
    }

    async fn run_example(&mut self, name: &str, kind: OperationType, asks: &[String], token: bool) {
        let variables: Map<String, Value> = asks
            .iter()
            .filter_map(|name| Some((name.clone(), self.known.get(name.as_str())?.clone())))
            .collect();
        let entry = format!("examples/{name}");
        let sized = match kind {
            OperationType::Query => vec![EXAMPLES.to_owned(), of_one(EXAMPLES)],
            _ => vec![EXAMPLES.to_owned()],
        };
        for text in sized {
            let body = json!({ "query": text, "operationName": name, "variables": variables });
            if kind == OperationType::Subscription {
                self.follow(&entry, token, &body).await;
            } else {
                let data = self.ask(&entry, token, &body).await;
                self.learn(&data);
            }
        }
    }

    fn learn(&mut self, data: &Value) {
        for (name, value) in [
            ("cart", &data["cartCreate"]["cart"]["id"]),
            ("order", &data["checkoutComplete"]["order"]["id"]),
        ] {
            if value.is_string() {
                self.known.insert(name, value.clone());
            }
        }
        let parts = data["checkoutComplete"]["order"]["vendorOrders"].as_array();
        let of_kiln = |part: &&Value| part["vendor"]["handle"] == "tuesday-kiln";
        if let Some(part) = parts.and_then(|parts| parts.iter().find(of_kiln)) {
            self.known.insert("part", part["id"].clone());
        }
        if let Some(token) = data["accountSignIn"]["tokens"]["accessToken"].as_str() {
            self.token = Some(token.to_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_document_of_the_storefront_keeps_its_ceiling_however_much_there_is() {
    let mut found: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for (contents, lines) in [(Contents::Trading, 1), (Contents::TenThousand, 30)] {
        let mut measured = Measured::open(contents).await;
        // What a program reads once is read before.
        let warm = json!({ "query": "{ shop { name } }" });
        measured.request("warm", false, &warm).send().await.unwrap();
        measured.read_storefront().await;
        measured.fill_a_cart(lines).await;
        measured.run_examples().await;
        for (name, statements) in measured.found {
            found.entry(name).or_default().extend(statements);
        }
    }
    let table = table();
    let mut faults = Vec::new();
    for (name, statements) in &found {
        match table.get(name.as_str()) {
            None => faults.push(format!(
                "{name} has no ceiling: add it to tests/it/reading/ceilings.txt; it took {statements:?}"
            )),
            Some(ceiling) if statements.iter().all(|it| ceiling.holds(*it)) => {}
            Some(ceiling) => faults.push(format!("{name} took {statements:?}: {ceiling:?}")),
        }
    }
    for name in table.keys().filter(|name| !found.contains_key(**name)) {
        faults.push(format!(
            "{name} has a ceiling, and there is no such document"
        ));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_list_is_sized() {
    assert_eq!(
        of_one("a(first: 24) { b(first: $n) c(last: 3, first: 5) }"),
        "a(first: 1) { b(first: $n) c(last: 3, first: 1) }"
    );
    let documents = storefront();
    assert_eq!(documents.len(), 12, "{:?}", documents.keys());
    assert_eq!(
        examples().len(),
        EXAMPLES.matches("\nmutation ").count()
            + EXAMPLES.matches("\nquery ").count()
            + EXAMPLES.matches("\nsubscription ").count()
    );
}
