//! How soon a change is seen at every instance, by hand or by a sale: what `docs/CACHING.md` promises is held by most changes.

use super::{KEEPS, LATEST, text, until_kept};
use crate::buying::counter::Counter;
use crate::buying::{Goods, cash, goods, line};
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// How soon a change is seen, as it is promised. Hundreds of other tests run meanwhile: so this is asked of half of the changes.
const PROMISED: Duration = Duration::from_secs(1);

/// How often it is looked.
const OFTEN: Duration = Duration::from_millis(5);

/// Changes of each way.
const CHANGES: u8 = 10;

/// Two instances over one database, which may be asked as often as anybody likes.
async fn instances(keeps: (&str, &str)) -> [Shop; 2] {
    let settings = [
        keeps,
        ("LILIUM_RATE_REQUESTS", "off"),
        ("LILIUM_RATE_COST", "off"),
    ];
    let one = Shop::with(Contents::Demo, &settings).await;
    let other = one.again(&settings).await;
    [one, other]
}

/// What both instances answer without a statement: nothing but a change ends it.
async fn kept(shops: &[Shop; 2], query: &str) -> Value {
    let [one, other] = shops;
    let data = until_kept(one, query, json!({})).await;
    assert_eq!(until_kept(other, query, json!({})).await, data);
    data
}

/// How long it takes from now on until both instances say this.
async fn seen(shops: &[Shop; 2], query: &str, said: &str) -> Duration {
    let [one, other] = shops;
    let begin = Instant::now();
    let (first, second) = tokio::join!(
        seen_at(one, query, said, begin),
        seen_at(other, query, said, begin),
    );
    first.max(second)
}

/// How long after `begin` an instance says this.
async fn seen_at(shop: &Shop, query: &str, said: &str, begin: Instant) -> Duration {
    loop {
        let data = shop.data(query, json!({})).await;
        let took = begin.elapsed();
        assert!(took < LATEST, "{said} is not said in time: {data:#}");
        if data.to_string().contains(said) {
            return took;
        }
        tokio::time::sleep(OFTEN).await;
    }
}

/// Changes a page by hand, of which its trigger tells: how long that takes to be seen.
async fn by_hand(shops: &[Shop; 2], sql: &Client, page: &str, at: u8) -> Duration {
    let query = format!("{{ page(id: \"gid://lilium/Page/{page}\") {{ title }} }}");
    let said = format!("Change {at} by hand");
    let before = kept(shops, &query).await;
    assert!(!before.to_string().contains(&said), "{before:#}");
    let change = format!("UPDATE pages SET title = '{said}' WHERE id = '{page}'");
    sql.batch_execute(&change).await.unwrap();
    seen(shops, &query, &said).await
}

/// Sells one at this instance: how long it takes until there is one less.
async fn by_sale(shops: &[Shop; 2], at: &Shop, sold: &Goods) -> Duration {
    let query = format!(
        "{{ product(id: \"gid://lilium/Product/{}\") {{ totalInventory }} }}",
        sold.product
    );
    let counter = Counter::at(&at.address);
    let cart = counter.cart(&[line(sold, 1)]).await;
    let before = kept(shops, &query).await;
    let units = before["product"]["totalInventory"].as_i64().unwrap();
    counter.buy(cash(&cart)).await;
    let said = json!({ "product": { "totalInventory": units - 1 } });
    seen(shops, &query, &said.to_string()).await
}

/// The page that is changed.
async fn page(sql: &Client) -> String {
    let first = "SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 1";
    text(sql, first).await
}

/// Half of the changes were seen as soon as it is promised.
fn judge(way: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let (median, longest) = (took[took.len() / 2], took[took.len() - 1]);
    println!("{way}: seen after {median:?}, and after {longest:?} at the latest");
    assert!(median < PROMISED, "{way}: {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_seen_at_every_instance_within_a_second() {
    let shops = instances(KEEPS).await;
    let sql = shops[0].sql().await;
    let page = page(&sql).await;
    let some = goods(&sql, i64::from(CHANGES)).await;
    let (mut hands, mut sales) = (Vec::new(), Vec::new());
    for (at, sold) in (0..CHANGES).zip(&some) {
        hands.push(by_hand(&shops, &sql, &page, at).await);
        let where_sold = &shops[usize::from(at % 2)];
        sales.push(by_sale(&shops, where_sold, sold).await);
    }
    judge("a change by hand of what is kept", hands);
    judge("a sale of what is kept", sales);
}

#[tokio::test(flavor = "multi_thread")]
async fn and_so_is_a_change_of_rows_that_are_remembered() {
    // Answers are not kept here.
    let shops = instances(("LILIUM_ROWS_MEGABYTES", "4")).await;
    let sql = shops[0].sql().await;
    let page = page(&sql).await;
    let mut hands = Vec::new();
    for at in 0..CHANGES {
        hands.push(by_hand(&shops, &sql, &page, at).await);
    }
    judge("a change by hand of what is remembered", hands);
}
