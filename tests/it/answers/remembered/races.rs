//! What is remembered beside what is read afresh, while both change.

use super::{Person, REMEMBERS, TITLE, remembering, text};
use crate::answers::{KEEPS, LATEST, SOON, until_takes};
use crate::buying::counter::Counter;
use crate::buying::{goods, line};
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn whose_vendor_sells_again_is_never_a_product_without_one() {
    let shop = remembering().await;
    let person = Person::at(&shop).await;
    let sql = shop.sql().await;
    let some = goods(&sql, 1).await.remove(0);
    let vendor = format!(
        "{{ vendor(id: \"gid://lilium/Vendor/{}\") {{ name }} }}",
        some.vendor
    );
    let product = format!(
        "{{ product(id: \"gid://lilium/Product/{}\") {{ soldBy {{ name }} }} }}",
        some.product
    );
    let state = async |state: &str| {
        let change = format!(
            "UPDATE vendors SET state = '{state}' WHERE id = '{}'",
            some.vendor
        );
        sql.batch_execute(&change).await.unwrap();
    };
    for _ in 0..3 {
        state("PAUSED").await;
        person.until_told(&vendor, "{\"vendor\":null}").await;
        person.asks(&vendor).await;
        // Before this process has heard of it: the product is there, or is not, and there is no error.
        state("ACTIVE").await;
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(600) {
            person.asks(&product).await;
            // Within what one address may ask.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        person.until_told(&product, "\"soldBy\"").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_while_it_changed_is_not_remembered_for_long() {
    let shop = remembering().await;
    let mut sql = shop.sql().await;
    let id = text(
        &sql,
        "SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 1",
    )
    .await;
    let query = format!("{{ page(id: \"gid://lilium/Page/{id}\") {{ title }} }}");
    let person = Person::at(&shop).await;
    let update = |title: &str| format!("UPDATE pages SET title = '{title}' WHERE id = '{id}'");

    // Read after it was changed and before that could be seen.
    let change = sql.transaction().await.unwrap();
    change.batch_execute(&update(TITLE)).await.unwrap();
    let before = person.until_remembered(&query).await;
    assert_ne!(before["page"]["title"], TITLE);
    change.commit().await.unwrap();
    person.until_told(&query, TITLE).await;

    // Read all the time while it changes all the time: in the end the last one is told, and goes on being told.
    let readers = async {
        let begin = Instant::now();
        while begin.elapsed() < SOON {
            let asked = futures_util::future::join_all((0..8).map(|_| person.asks(&query)));
            asked.await;
            // Within what one address may ask.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let writer = async {
        let begin = Instant::now();
        let mut count = 0;
        while begin.elapsed() < SOON {
            count += 1;
            let title = format!("Change {count}.");
            sql.batch_execute(&update(&title)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        format!("Change {count}.")
    };
    let ((), last) = tokio::join!(readers, writer);
    person.until_told(&query, &last).await;
    let data = person.until_remembered(&query).await;
    assert_eq!(data["page"]["title"], last);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_reads_what_stands_after_it() {
    let shop = remembering().await;
    let person = Person::at(&shop).await;
    let (mut relay, sql) = (shop.sql().await, shop.sql().await);
    let some = goods(&sql, 1).await.remove(0);
    let query = format!(
        "{{ vendor(id: \"gid://lilium/Vendor/{}\") {{ name }} }}",
        some.vendor
    );
    person.until_remembered(&query).await;
    // The turn of the relays: what is changed now is told by nobody yet, and what is remembered still counts for a moment.
    let held = relay.transaction().await.unwrap();
    let turn = "SELECT pg_advisory_xact_lock(74101, 3)";
    held.batch_execute(turn).await.unwrap();
    let change = format!(
        "UPDATE vendors SET name = '{TITLE}' WHERE id = '{}'",
        some.vendor
    );
    sql.batch_execute(&change).await.unwrap();
    let create = "mutation($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) {
        cart { vendorGroups { vendor { name } } } userErrors { message } } }";
    let counter = Counter::at(&shop.address);
    let data = counter
        .data(create, json!({ "lines": [line(&some, 1)] }))
        .await;
    assert_eq!(
        data["cartCreate"]["cart"]["vendorGroups"][0]["vendor"]["name"], TITLE,
        "{data:#}"
    );
    held.rollback().await.unwrap();
    person.until_told(&query, TITLE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_made_of_what_is_remembered_are_kept_and_end_with_it() {
    let keeps = [REMEMBERS, KEEPS];
    let shop = Shop::with(Contents::Demo, &keeps).await;
    let sql = shop.sql().await;
    let vendor = text(
        &sql,
        "SELECT id::text FROM vendors WHERE state = 'ACTIVE' ORDER BY id LIMIT 1",
    )
    .await;
    let known = format!("{{ vendor(id: \"gid://lilium/Vendor/{vendor}\") {{ name }} }}");
    let person = Person::at(&shop).await;
    person.until_remembered(&known).await;
    // Made by a guest of what a person asked for; something else happened meanwhile, so that the answer counts from a later place.
    sql.batch_execute("UPDATE pages SET title = title")
        .await
        .unwrap();
    tokio::time::sleep(SOON).await;
    let body = json!({
        "query": known.replace("name", "name handle"),
        "extensions": { "cacheTags": true },
    });
    let ask = || async {
        let request = shop.http().post(format!("{}/graphql", shop.address));
        let answer = request.json(&body).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    let from_memory = known.replace("name", "name city");
    until_takes(&shop, &from_memory, 0).await;
    let told = ask().await;
    let tags = told["extensions"]["cacheTags"].as_array().unwrap();
    assert!(
        tags.contains(&json!(format!("vendor:{vendor}"))),
        "{told:#}"
    );
    assert_eq!(ask().await, told);
    let change = format!("UPDATE vendors SET name = '{TITLE}' WHERE id = '{vendor}'");
    sql.batch_execute(&change).await.unwrap();
    let begin = Instant::now();
    while ask().await["data"]["vendor"]["name"] != TITLE {
        assert!(begin.elapsed() < LATEST);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
