//! Walking through lists while products come and go: whatever was there all the time is seen exactly once, in its place.

use super::paging::List;
use super::{gid, key, refresh};
use crate::support::Shop;
use serde_json::json;
use tokio_postgres::Client;
use uuid::Uuid;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// A product like another one, with keys of its own: without a choice, with one price.
async fn add(client: &Client, dice: &mut Dice, shelf: &str) -> Uuid {
    let [id, option, value, variant] = [(); 4].map(|()| Uuid::now_v7());
    let title = format!(
        "{} passing guest",
        char::from(b'a' + u8::try_from(dice.below(26)).unwrap())
    );
    let (sold, amount) = (
        i64::try_from(dice.below(4000)).unwrap(),
        i64::try_from(dice.below(20_000)).unwrap(),
    );
    let days = i32::try_from(dice.below(500)).unwrap();
    client
        .batch_execute(&format!(
            "INSERT INTO products SELECT '{id}', vendor_id, category_id, '{id}', '{title}', description_html, product_type, tags, \
                 seo_title, seo_description, 'ACTIVE', 'APPROVED', published_at, NULL, {sold}, now() - {days} * interval '1 day', \
                 now() - {days} * interval '1 hour' FROM products WHERE state = 'ACTIVE' AND moderation = 'APPROVED' AND published_at <= now() ORDER BY id LIMIT 1;
             INSERT INTO product_options VALUES ('{option}', '{id}', 'Title', 1);
             INSERT INTO option_values VALUES ('{value}', '{option}', 'Default Title', NULL, 1);
             INSERT INTO variants SELECT '{variant}', '{id}', vendor_id, NULL, NULL, '{value}', NULL, NULL, NULL, 100, true, true, 1, \
                 now(), now() FROM products WHERE id = '{id}';
             INSERT INTO variant_prices SELECT '{variant}', id, {amount} FROM price_lists;
             INSERT INTO collection_products SELECT id, '{id}', {} FROM collections WHERE handle = '{shelf}';",
            dice.below(30)
        ))
        .await
        .unwrap();
    refresh(client, &[id]).await;
    id
}

async fn remove(client: &Client, id: Uuid) {
    let gone = client
        .execute("DELETE FROM products WHERE id = $1", &[&id])
        .await
        .unwrap();
    assert_eq!(gone, 1);
}

const SHELF: &str = "bestsellers";

/// One step of the world between two pages: a guest comes, and every second time one goes, or one of the old ones that may.
async fn stir(client: &Client, dice: &mut Dice, guests: &mut Vec<Uuid>, mortal: &mut Vec<Uuid>) {
    guests.push(add(client, dice, SHELF).await);
    if dice.below(2) == 0 {
        let guest = guests.swap_remove(dice.below(guests.len()));
        remove(client, guest).await;
    }
    if dice.below(2) == 0 && !mortal.is_empty() {
        let old = mortal.swap_remove(dice.below(mortal.len()));
        remove(client, old).await;
    }
}

/// Walks once through a list in a world that changes, and says what it saw.
async fn walk(
    shop: &Shop,
    list: &List,
    backward: bool,
    dice: &mut Dice,
    mortal: &mut Vec<Uuid>,
) -> Vec<String> {
    let client = shop.sql().await;
    let (mut seen, mut guests, mut place) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        let size = 1 + dice.below(5);
        let (page, more) = if backward {
            let page = list.backward(shop, size, place.as_deref()).await;
            let more = page.previous;
            (page, more)
        } else {
            let page = list.forward(shop, size, place.as_deref()).await;
            let more = page.next;
            (page, more)
        };
        let edge = if backward {
            page.cursors.first()
        } else {
            page.cursors.last()
        };
        place = edge.cloned().or(place);
        if backward {
            seen.splice(0..0, page.ids);
        } else {
            seen.extend(page.ids);
        }
        if !more {
            return seen;
        }
        stir(&client, dice, &mut guests, mortal).await;
    }
}

/// Of a walk, what was there before it and after it, in the order in which it was seen.
fn lasting(walk: &[String], before: &[String], after: &[String]) -> Vec<String> {
    let lasts = |id: &&String| before.contains(id) && after.contains(id);
    walk.iter().filter(lasts).cloned().collect()
}

async fn assert_steady(list: impl Fn() -> List, seed: u64) {
    let shop = Shop::open().await;
    let mut dice = Dice(seed);
    for backward in [false, true] {
        let before = list().forward(&shop, 250, None).await.ids;
        // Every fifth of the old ones may go too.
        let mut mortal: Vec<Uuid> = before.iter().step_by(5).map(|id| key(&json!(id))).collect();
        let walk = walk(&shop, &list(), backward, &mut dice, &mut mortal).await;
        let after = list().forward(&shop, 250, None).await.ids;
        let stayed: Vec<String> = before
            .iter()
            .filter(|id| after.contains(id))
            .cloned()
            .collect();
        assert!(
            stayed.len() > 10 && stayed.len() < before.len(),
            "the world changed"
        );
        assert_eq!(
            lasting(&walk, &before, &after),
            stayed,
            "backward: {backward}"
        );
        let mut distinct = walk.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), walk.len(), "nothing is seen twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_products_stay_in_their_places() {
    for (seed, key) in (1..).zip([
        "ID",
        "TITLE",
        "PRICE",
        "BEST_SELLING",
        "CREATED_AT",
        "UPDATED_AT",
        "VENDOR",
        "PRODUCT_TYPE",
    ]) {
        let reverse = seed % 2 == 0;
        assert_steady(
            || List::root("products", &format!(", sortKey: {key}, reverse: {reverse}")),
            seed,
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_s_products_stay_in_their_places() {
    for (seed, key) in (11..).zip(["MANUAL", "TITLE", "PRICE", "BEST_SELLING", "CREATED", "ID"]) {
        let order = format!(", sortKey: {key}, reverse: {}", seed % 2 == 0);
        let parent = format!(r#"collection(handle: "{SHELF}")"#);
        assert_steady(|| List::inside(&parent, "products", &order), seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_a_product_that_is_gone_still_says_where_the_list_goes_on() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let list = List::root("products", ", sortKey: PRICE");
    let page = list.forward(&shop, 20, None).await;
    remove(&client, key(&json!(page.ids[9]))).await;
    let rest = list.forward(&shop, 10, Some(&page.cursors[9])).await;
    assert_eq!(rest.ids, page.ids[10..]);
    let missing = format!(
        "{{ node(id: \"{}\") {{ id }} }}",
        gid("Product", key(&json!(page.ids[9])))
    );
    assert!(shop.data(&missing, json!({})).await["node"].is_null());
}
