//! Rows that change rarely are remembered by the process, for whoever asks; and never when they are other ones.

mod changes;
mod races;

use super::{LATEST, statements, text, until_takes};
use crate::buying::goods;
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The setting that remembers rows; whole answers are not kept here.
const REMEMBERS: (&str, &str) = ("LILIUM_ROWS_MEGABYTES", "4");

const TITLE: &str = "Touched a moment ago";

/// A menu none of whose lines leads to a product.
const MENU: &str = "SELECT handle FROM menus m WHERE EXISTS (SELECT FROM menu_items WHERE menu_id = m.id)
    AND NOT EXISTS (SELECT FROM menu_items WHERE menu_id = m.id AND product_id IS NOT NULL) ORDER BY handle LIMIT 1";

/// Somebody who is signed in at an instance.
struct Person<'a> {
    shop: &'a Shop,
    token: String,
    /// Statements that find out who asks.
    own: u64,
}

impl<'a> Person<'a> {
    async fn at(shop: &'a Shop) -> Self {
        let token = shop.sign_in("ada@example.com", "lilium-demo").await;
        let own = shop.ask_as(&token, "{ __typename }", json!({})).await;
        Self {
            shop,
            token,
            own: own.statements,
        }
    }

    /// What they are told, and by how many statements beside those that find out who asks.
    async fn asks(&self, query: &str) -> (Value, u64) {
        let answer = self.shop.ask_as(&self.token, query, json!({})).await;
        assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
        (answer.body["data"].clone(), answer.statements - self.own)
    }

    /// Asks until no statement is sent any more.
    async fn until_remembered(&self, query: &str) -> Value {
        self.until_takes(query, 0).await
    }

    /// Asks until so many statements are sent.
    async fn until_takes(&self, query: &str, wanted: u64) -> Value {
        let begin = Instant::now();
        loop {
            let (data, statements) = self.asks(query).await;
            if statements == wanted {
                return data;
            }
            let late = begin.elapsed() > Duration::from_secs(15);
            assert!(!late, "it takes {statements}: {query}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Asks until the data say this, which is soon.
    async fn until_told(&self, query: &str, said: &str) {
        let begin = Instant::now();
        loop {
            let (data, _) = self.asks(query).await;
            if data.to_string().contains(said) {
                return;
            }
            assert!(begin.elapsed() < LATEST, "{said} is not said: {data:#}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A shop that remembers rows, and has heard from the log.
async fn remembering() -> Shop {
    let shop = Shop::with(Contents::Demo, &[REMEMBERS]).await;
    Person::at(&shop)
        .await
        .until_remembered("{ categories { title } }")
        .await;
    shop
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_before_takes_fewer_statements() {
    let shop = remembering().await;
    let plain = shop.again(&[]).await;
    let person = Person::at(&shop).await;
    let sql = shop.sql().await;
    let menu = text(&sql, MENU).await;
    let vendor = text(
        &sql,
        "SELECT handle FROM vendors WHERE state = 'ACTIVE' ORDER BY id LIMIT 1",
    )
    .await;
    let shelf = text(
        &sql,
        "SELECT c.handle FROM collections c JOIN products p ON p.category_id = c.id JOIN listings l ON l.product_id = p.id
         JOIN markets m ON m.id = l.market_id AND m.is_default WHERE c.published ORDER BY c.id LIMIT 1",
    )
    .await;
    for (query, before, after) in [
        (
            format!("{{ menu(handle: \"{menu}\") {{ title items {{ title type }} }} }}"),
            2,
            0,
        ),
        (format!("{{ vendor(handle: \"{vendor}\") {{ name }} }}"), 1, 0),
        ("{ page(handle: \"about\") { title body } }".to_owned(), 1, 0),
        ("{ categories { title children { title } } }".to_owned(), 1, 0),
        // A page of a category: its list is read afresh, and nothing else.
        (
            format!(
                "{{ collection(handle: \"{shelf}\") {{ title ancestors {{ title }}
                    products(first: 3) {{ nodes {{ title soldBy {{ name }} category {{ name }} }} }} }} }}"
            ),
            4,
            1,
        ),
        // In one round: what a walk lacks is fetched, and here it lacks nothing.
        (
            "{ products(first: 10) { nodes { title soldBy { name } category { name } } } }".to_owned(),
            3,
            1,
        ),
        // Two of one kind are one statement, remembered or not.
        (
            format!("{{ one: vendor(handle: \"{vendor}\") {{ name }} none: vendor(handle: \"nobody\") {{ name }} }}"),
            1,
            0,
        ),
    ] {
        for _ in 0..2 {
            assert_eq!(statements(&plain, &query, json!({})).await, before, "{query}");
        }
        let fresh = plain.data(&query, json!({})).await;
        // What one guest asked for is known when a person asks, and the other way round.
        until_takes(&shop, &query, after).await;
        assert_eq!(person.until_takes(&query, after).await, fresh, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_has_rows_of_its_own() {
    let shop = remembering().await;
    let person = Person::at(&shop).await;
    let query = |language: &str| {
        format!(
            "query @inContext(language: {language}) {{ categories {{ title }} page(handle: \"about\") {{ title }} }}"
        )
    };
    let english = person.until_remembered(&query("EN")).await;
    let (arabic, taken) = person.asks(&query("AR")).await;
    assert!(taken > 0);
    assert_ne!(english, arabic);
    assert_eq!(person.until_remembered(&query("EN")).await, english);
    assert_eq!(person.until_remembered(&query("AR")).await, arabic);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_at_a_set_time_is_not_remembered() {
    let shop = remembering().await;
    let sql = shop.sql().await;
    let menu = text(&sql, MENU).await;
    let query = format!("{{ menu(handle: \"{menu}\") {{ items {{ title }} }} }}");
    let person = Person::at(&shop).await;
    person.until_remembered(&query).await;
    let product = goods(&sql, 1).await.remove(0).product;
    sql.batch_execute(&format!(
        "INSERT INTO menu_items SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'parent_id', NULL, 'title', '{TITLE}',
            'kind', 'PRODUCT', 'collection_id', NULL, 'page_id', NULL, 'url', NULL, 'product_id', '{product}', 'position', 99))).*
         FROM menu_items i WHERE menu_id = (SELECT id FROM menus WHERE handle = '{menu}') LIMIT 1"
    ))
    .await
    .unwrap();
    person.until_told(&query, TITLE).await;
    for _ in 0..3 {
        let (_, taken) = person.asks(&query).await;
        assert!(taken > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_remembered_while_the_log_is_silent() {
    let shop = remembering().await;
    let person = Person::at(&shop).await;
    let query = "{ categories { title } }";
    person.until_remembered(query).await;
    let mut sql = shop.sql().await;
    let held = sql.transaction().await.unwrap();
    let lock = "LOCK relay_head IN ACCESS EXCLUSIVE MODE";
    held.batch_execute(lock).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_700)).await;
    for _ in 0..3 {
        let (_, taken) = person.asks(query).await;
        assert!(taken > 0);
    }
    held.rollback().await.unwrap();
    person.until_remembered(query).await;
}

/// What `/metrics` says so far of rows of this loader that came from there.
async fn counted(shop: &Shop, loader: &str, from: &str) -> f64 {
    let numbers = shop.http().get(format!("{}/metrics", shop.address));
    let text = numbers.send().await.unwrap().text().await.unwrap();
    let labels = [format!("loader=\"{loader}\""), format!("from=\"{from}\"")];
    let is_it = |line: &&str| {
        line.starts_with("lilium_rows_total{") && labels.iter().all(|it| line.contains(it))
    };
    let number = text
        .lines()
        .find(is_it)
        .and_then(|line| line.split(' ').next_back());
    number.map_or(0.0, |number| number.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_rows_come_from_is_counted() {
    let shop = remembering().await;
    let query = "{ categories { title } }";
    // Other tests of this process count, too.
    let before = counted(&shop, "CategoryTree", "memory").await;
    assert!(counted(&shop, "CategoryTree", "database").await > 0.0);
    Person::at(&shop).await.until_remembered(query).await;
    assert!(counted(&shop, "CategoryTree", "memory").await > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_remembered_when_the_setting_says_so() {
    let shop = Shop::open().await;
    let person = Person::at(&shop).await;
    for _ in 0..3 {
        let (_, taken) = person.asks("{ categories { title } }").await;
        assert_eq!(taken, 1);
    }
}
