//! Many at once: nothing is sold twice, nobody waits for ever, and nobody is refused for want of anything but goods.

use super::counter::refusals;
use super::{
    Client, Counter, Goods, carts, cash, chance::Chance, count, goods, level, open, stock,
};
use crate::support::whole;
use futures_util::future::{BoxFuture, join_all};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Buys all these carts at once; the payloads.
async fn rush(guest: &Counter, carts: &[String]) -> Vec<Value> {
    let each = carts.iter().map(|cart| {
        let (guest, input) = (guest.clone(), cash(cart));
        tokio::spawn(async move { guest.rush(input).await })
    });
    let answers = join_all(each).await.into_iter();
    answers.map(Result::unwrap).collect()
}

/// How many were sold; all others were told that there is not enough.
fn sold(answers: &[Value]) -> usize {
    let (sold, refused): (Vec<&Value>, Vec<&Value>) = answers
        .iter()
        .partition(|answer| !answer["order"].is_null());
    for answer in refused {
        let short = ("NOT_ENOUGH_STOCK".to_owned(), "input.cartId".to_owned());
        assert_eq!(refusals(answer, "order"), [short]);
    }
    sold.len()
}

async fn deadlocks(sql: &Client) -> i64 {
    // What other connections counted is there when they were idle for a moment.
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    count(
        sql,
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_who_want_the_last_one_make_one_order() {
    let (shop, sql, guest) = open().await;
    let last = &goods(&sql, 1).await[0];
    stock(&sql, last.variant, 1).await;
    let carts = carts(&sql, 200, &[(last, 1)]).await;
    let answers = rush(&guest, &carts).await;
    assert_eq!(sold(&answers), 1);
    assert_eq!(level(&sql, last).await, (1, 1));
    assert_eq!(count(&sql, "SELECT count(*) FROM orders").await, 1);
    let open = "SELECT count(*) FROM carts WHERE state = 'OPEN' AND version = 1";
    assert_eq!(count(&sql, open).await, 199);
    assert_eq!(
        count(&sql, "SELECT count(*) FROM idempotency_keys").await,
        1
    );
    assert_eq!(deadlocks(&sql).await, 0);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_who_want_the_last_ten_make_ten_orders() {
    let (shop, sql, guest) = open().await;
    let last = &goods(&sql, 1).await[0];
    stock(&sql, last.variant, 10).await;
    let carts = carts(&sql, 100, &[(last, 1)]).await;
    let answers = rush(&guest, &carts).await;
    assert_eq!(sold(&answers), 10);
    assert_eq!(level(&sql, last).await, (10, 10));
    let numbers = "SELECT count(DISTINCT number) FROM orders";
    assert_eq!(count(&sql, numbers).await, 10);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn carts_with_the_same_lines_in_opposite_order_never_lock_each_other_out() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 3).await;
    for goods in &some {
        stock(&sql, goods.variant, 1000).await;
    }
    // There is just enough: at the very end it is sold out, with everything that follows from that.
    let there: Vec<(&Goods, i32)> = some.iter().map(|goods| (goods, 1)).collect();
    let back: Vec<(&Goods, i32)> = there.iter().rev().copied().collect();
    let mut all = carts(&sql, 500, &there).await;
    for (at, cart) in carts(&sql, 500, &back).await.into_iter().enumerate() {
        all.insert(2 * at + 1, cart);
    }
    for crowd in all.chunks(50) {
        assert_eq!(sold(&rush(&guest, crowd).await), crowd.len());
    }
    for goods in &some {
        assert_eq!(level(&sql, goods).await, (1000, 1000));
    }
    assert_eq!(deadlocks(&sql).await, 0);
    whole(&shop).await;
}

/// Two variants of one product that has no others to sell.
async fn siblings(sql: &Client) -> [Goods; 2] {
    for goods in goods(sql, 40).await {
        let siblings = "SELECT id FROM variants WHERE product_id = $1 AND id <> $2 ORDER BY id";
        let others = sql
            .query(siblings, &[&goods.product, &goods.variant])
            .await
            .unwrap();
        if others.is_empty() {
            continue;
        }
        for other in &others[1..] {
            stock(sql, other.get(0), 0).await;
        }
        let sibling = Goods {
            variant: others[0].get(0),
            ..goods.clone()
        };
        return [goods, sibling];
    }
    panic!("no product has two variants")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_variants_that_are_sold_out_at_the_same_moment_leave_nothing_listed() {
    let (shop, sql, guest) = open().await;
    let pair = siblings(&sql).await;
    let listed = format!(
        "SELECT count(*) FROM listings WHERE in_stock AND product_id = '{}'",
        pair[0].product
    );
    let markets = count(&sql, "SELECT count(*) FROM markets").await;
    for goods in &pair {
        stock(&sql, goods.variant, 2).await;
    }
    for round in 0..30 {
        let mut both = carts(&sql, 1, &[(&pair[0], 2)]).await;
        both.extend(carts(&sql, 1, &[(&pair[1], 2)]).await);
        let answers = rush(&guest, &both).await;
        assert_eq!(sold(&answers), 2);
        assert_eq!(count(&sql, &listed).await, 0, "round {round}");
        // And given back at the same moment.
        let back = answers.iter().map(|answer| {
            let (guest, id) = (guest.clone(), answer["order"]["id"].as_str().unwrap());
            async move { guest.cancel(id, None).await }
        });
        for answer in join_all(back).await {
            assert_eq!(answer["userErrors"], json!([]));
        }
        assert_eq!(count(&sql, &listed).await, markets, "round {round}");
    }
    // The one is given back while the other is sold out.
    for round in 0..10 {
        let first = carts(&sql, 1, &[(&pair[0], 2)]).await;
        let sold_first = rush(&guest, &first).await;
        let id = sold_first[0]["order"]["id"].as_str().unwrap();
        let second = carts(&sql, 1, &[(&pair[1], 2)]).await;
        let (back, answers) = tokio::join!(guest.cancel(id, None), rush(&guest, &second));
        assert_eq!((sold(&answers), &back["userErrors"]), (1, &json!([])));
        assert_eq!(count(&sql, &listed).await, markets, "round {round}");
        let id = answers[0]["order"]["id"].as_str().unwrap();
        guest.cancel(id, None).await;
    }
    assert_eq!(deadlocks(&sql).await, 0);
    whole(&shop).await;
}

/// Takes every step and calls off everything at once, over and over, until nothing more can be done; what came of each.
async fn scramble(actors: &[Counter], guest: &Counter, order: &Value) -> BTreeMap<String, usize> {
    let mut outcomes = BTreeMap::new();
    let parts = order["vendorOrders"].as_array().unwrap();
    let id = order["id"].as_str().unwrap();
    for _ in 0..4 {
        let mut all: Vec<BoxFuture<'_, (String, Value)>> = Vec::new();
        for (owner, part) in actors.iter().zip(parts) {
            for step in ["Accept", "Prepare", "Ship", "Deliver", "Reject"] {
                all.push(Box::pin(async move {
                    (step.to_owned(), owner.step(step, part, json!({})).await)
                }));
            }
            let cancel = async move {
                (
                    "Cancel".to_owned(),
                    guest.cancel(id, Some(&part["id"])).await,
                )
            };
            all.push(Box::pin(cancel));
        }
        for (step, answer) in join_all(all).await {
            let errors = answer["userErrors"].as_array().unwrap();
            let outcome = match errors.first() {
                None => step,
                Some(error) => error["code"].as_str().unwrap().to_owned(),
            };
            *outcomes.entry(outcome).or_default() += 1;
        }
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_cancellations_of_one_order_at_once_end_where_they_may() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let mut actors = Vec::new();
    for goods in &some {
        stock(&sql, goods.variant, 100).await;
        actors.push(guest.sign_in(&goods.owner()).await);
    }
    for _ in 0..10 {
        let cart = carts(&sql, 1, &[(&some[0], 1), (&some[1], 2)]).await;
        let order = guest.buy(cash(&cart[0])).await;
        let outcomes = scramble(&actors, &guest, &order).await;
        let once = |steps: &[&str]| {
            let each = steps.iter().filter_map(|step| outcomes.get(*step));
            each.sum::<usize>()
        };
        // Each part ends once, and each step happened at most once to each.
        assert!(once(&["Cancel", "Reject", "Deliver"]) <= 2, "{outcomes:?}");
        for step in ["Accept", "Prepare", "Ship"] {
            assert!(once(&[step]) <= 2, "{outcomes:?}");
        }
        let known = [
            "Accept",
            "Prepare",
            "Ship",
            "Deliver",
            "Reject",
            "Cancel",
            "INVALID_STEP",
        ];
        assert!(
            outcomes.keys().all(|one| known.contains(&one.as_str())),
            "{outcomes:?}"
        );
        let id = super::row(&order["id"]);
        let written =
            "SELECT count(*) FROM order_timeline WHERE order_id = $1 AND kind <> 'PLACED'";
        let written: i64 = sql.query_one(written, &[&id]).await.unwrap().get(0);
        assert_eq!(written, i64::try_from(once(&known[..6])).unwrap());
    }
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_part_is_sent_while_the_other_is_called_off() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    for goods in &some {
        stock(&sql, goods.variant, 100).await;
    }
    let owner = guest.sign_in(&some[0].owner()).await;
    for _ in 0..10 {
        let cart = carts(&sql, 1, &[(&some[0], 3), (&some[1], 1)]).await;
        let order = guest.buy(cash(&cart[0])).await;
        let parts = order["vendorOrders"].as_array().unwrap();
        owner.stepped("Accept", &parts[0]).await;
        owner.stepped("Prepare", &parts[0]).await;
        let id = order["id"].as_str().unwrap();
        let (sent, called_off) = tokio::join!(
            owner.step("Ship", &parts[0], json!({})),
            guest.cancel(id, Some(&parts[1]["id"]))
        );
        assert_eq!(
            (&sent["userErrors"], &called_off["userErrors"]),
            (&json!([]), &json!([]))
        );
        let now = guest.order(id).await;
        assert_eq!(
            (&now["state"], &now["vendorOrders"][1]["state"]),
            (&json!("SHIPPED"), &json!("CANCELLED"))
        );
    }
    assert_eq!(level(&sql, &some[0]).await, (70, 0));
    assert_eq!(level(&sql, &some[1]).await, (100, 0));
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_anybody_tries_everything_stays_whole() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 3).await;
    let mut people = vec![
        guest.clone(),
        guest.sign_in("ada@example.com").await,
        guest.sign_in("admin@example.com").await,
    ];
    for goods in &some {
        stock(&sql, goods.variant, 60).await;
        people.push(guest.sign_in(&goods.owner()).await);
        people.push(guest.sign_in(&goods.clerk()).await);
    }
    let seed = u64::from_be_bytes(Uuid::now_v7().as_bytes()[..8].try_into().unwrap()) | 1;
    println!("seed {seed}");
    let mut chance = Chance(seed);
    let mut orders = Vec::new();
    for _ in 0..40 {
        let lines: Vec<(&Goods, i32)> = some
            .iter()
            .filter_map(|goods| {
                (chance.below(3) > 0)
                    .then_some((goods, 1 + i32::try_from(chance.below(2)).unwrap()))
            })
            .collect();
        let lines = if lines.is_empty() {
            vec![(&some[0], 1)]
        } else {
            lines
        };
        let cart = carts(&sql, 1, &lines).await;
        let card = [super::card::APPROVE, super::card::LOSE_ANSWER][chance.below(2)];
        let input = if chance.below(2) == 0 {
            cash(&cart[0])
        } else {
            super::by_card(&cart[0], card)
        };
        orders.push(guest.buy(input).await);
    }
    let mut tries = Vec::new();
    for _ in 0..600 {
        let order = &orders[chance.below(orders.len())];
        let parts = order["vendorOrders"].as_array().unwrap();
        let part = &parts[chance.below(parts.len())];
        let who = &people[chance.below(people.len())];
        let steps = [
            "Accept",
            "Accept",
            "Prepare",
            "Prepare",
            "Ship",
            "Ship",
            "Deliver",
            "Deliver",
            "Reject",
            "Cancel",
            "CancelAll",
        ];
        tries.push((steps[chance.below(steps.len())], order, part, who));
    }
    for together in tries.chunks(12) {
        join_all(together.iter().map(async |(step, order, part, who)| {
            let id = order["id"].as_str().unwrap();
            let variables = json!({ "input": super::counter::step_input(part, json!({})) });
            match *step {
                "Cancel" => drop(who.cancel(id, Some(&part["id"])).await),
                "CancelAll" => drop(who.cancel(id, None).await),
                // Somebody who is not signed in is answered with an error: that is no panic.
                step => drop(
                    who.ask(&super::counter::step_document(step, None), variables)
                        .await,
                ),
            }
        }))
        .await;
    }
    // Money that is to be given back is on its way for a moment.
    let open = "SELECT count(*) FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN')";
    super::until(&sql, open, 0, std::time::Duration::from_secs(20)).await;
    let moved = count(
        &sql,
        "SELECT count(*) FROM order_timeline WHERE kind <> 'PLACED'",
    )
    .await;
    assert!(moved > 60, "seed {seed}: {moved}");
    let owed = "SELECT count(*) FROM payments WHERE method = 'TEST' AND refunded <> forgone";
    assert_eq!(count(&sql, owed).await, 0, "seed {seed}");
    whole(&shop).await;
}
