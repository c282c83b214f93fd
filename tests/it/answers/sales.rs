//! A sale is seen where stock is shown, and ends nothing else.

use super::{LATEST, keeping, statements, until_kept};
use crate::buying::counter::Counter;
use crate::buying::{cash, goods, line, stock};
use crate::support::Shop;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_ends_what_shows_its_stock_and_no_list() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let some = goods(&sql, 2).await;
    let (sold, other) = (&some[0], &some[1]);
    let product = |id| {
        format!(
            "{{ product(id: \"gid://lilium/Product/{id}\") {{ totalInventory availableForSale }} }}"
        )
    };
    let (about, of_other) = (product(sold.product), product(other.product));
    let list = "{ products(first: 250) { nodes { id availableForSale } } }";
    let before = until_kept(&shop, &about, json!({})).await;
    for query in [&of_other, list] {
        until_kept(&shop, query, json!({})).await;
    }
    let inventory = |data: &serde_json::Value| data["product"]["totalInventory"].as_i64().unwrap();
    let counter = Counter::at(&shop.address);
    let cart = counter.cart(&[line(sold, 1)]).await;
    counter.buy(cash(&cart)).await;
    let begin = Instant::now();
    loop {
        let now = shop.data(&about, json!({})).await;
        if inventory(&now) == inventory(&before) - 1 {
            break;
        }
        assert!(begin.elapsed() < LATEST, "{now:#}");
    }
    assert_eq!(statements(&shop, &of_other, json!({})).await, 0);
    assert_eq!(statements(&shop, list, json!({})).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_that_is_sold_ends_the_lists_that_show_it() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let sold = goods(&sql, 1).await.remove(0);
    let variants = "SELECT id FROM variants WHERE product_id = $1";
    for row in sql.query(variants, &[&sold.product]).await.unwrap() {
        let variant: uuid::Uuid = row.get(0);
        let units = i32::from(variant == sold.variant);
        stock(&sql, variant, units).await;
    }
    let list = format!(
        "{{ products(first: 250, sortKey: TITLE) {{ nodes {{ id availableForSale }} }}
            one: product(id: \"gid://lilium/Product/{}\") {{ availableForSale }} }}",
        sold.product
    );
    let before = until_kept(&shop, &list, json!({})).await;
    assert_eq!(before["one"]["availableForSale"], true);
    let counter = Counter::at(&shop.address);
    let cart = counter.cart(&[line(&sold, 1)]).await;
    let order = counter.buy(cash(&cart)).await;
    until_told(&shop, &list, "/one/availableForSale", &json!(false)).await;

    // What is given back may be bought again.
    until_kept(&shop, &list, json!({})).await;
    cancelled(&counter, &order).await;
    until_told(&shop, &list, "/one/availableForSale", &json!(true)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_back_ends_what_shows_its_stock_and_no_list() {
    let shop = keeping(&[]).await;
    let sql = shop.sql().await;
    let sold = goods(&sql, 1).await.remove(0);
    let about = format!(
        "{{ product(id: \"gid://lilium/Product/{}\") {{ totalInventory variants(first: 250) {{ nodes {{ quantityAvailable }} }} }} }}",
        sold.product
    );
    let before = until_kept(&shop, &about, json!({})).await;
    let all = before["product"]["totalInventory"].as_i64().unwrap();
    let counter = Counter::at(&shop.address);
    let cart = counter.cart(&[line(&sold, 2)]).await;
    let order = counter.buy(cash(&cart)).await;
    let total = "/product/totalInventory";
    until_told(&shop, &about, total, &json!(all - 2)).await;
    let list = "{ products(first: 250) { nodes { id availableForSale } } }";
    // With what is there after the sale: a cancellation has to end this very answer.
    for query in [about.as_str(), list] {
        until_kept(&shop, query, json!({})).await;
    }
    cancelled(&counter, &order).await;
    until_told(&shop, &about, total, &json!(all)).await;
    assert_eq!(shop.data(&about, json!({})).await, before);
    assert_eq!(statements(&shop, list, json!({})).await, 0);
}

/// A whole order, called off by whoever bought it.
async fn cancelled(counter: &Counter, order: &Value) {
    let id = order["id"].as_str().unwrap();
    let done = counter.cancel(id, None).await;
    assert_eq!(done["order"]["state"], "CANCELLED", "{done:#}");
}

/// Asks until a place of the answer says this, which has to be soon.
async fn until_told(shop: &Shop, query: &str, place: &str, said: &Value) {
    let begin = Instant::now();
    loop {
        let data = shop.data(query, json!({})).await;
        if data.pointer(place) == Some(said) {
            return;
        }
        assert!(begin.elapsed() < LATEST, "{data:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
