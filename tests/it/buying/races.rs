//! One cart that several things are done with at the same moment, and buyers who go away.

use super::counter::refusals;
use super::{
    Counter, by_card, card, carts, cash, count, goods, key, level, line, open, stock, until,
};
use crate::support::{log, whole};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_is_bought_ten_times_at_once_makes_one_order() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    for goods in &some {
        stock(&sql, goods.variant, 500).await;
    }
    let numbers = [card::APPROVE, card::LOSE_ANSWER, card::DECLINE];
    for cart in carts(&sql, 20, &[(&some[0], 1), (&some[1], 1)]).await {
        let all = (0..10).map(|at| {
            let input = match at % 4 {
                3 => cash(&cart),
                at => by_card(&cart, numbers[at]),
            };
            let guest = guest.clone();
            tokio::spawn(async move { guest.complete(input, Some(&key())).await })
        });
        let answers: Vec<Value> = join_all(all)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let sold = answers.iter().filter(|answer| !answer["order"].is_null());
        assert!(sold.count() <= 1, "{answers:#?}");
        for answer in answers.iter().filter(|answer| answer["order"].is_null()) {
            let code = refusals(answer, "order")[0].0.clone();
            let known = ["CART_BOUGHT", "CART_PAYING", "PAYMENT_DECLINED"];
            assert!(known.contains(&code.as_str()), "{code}");
        }
    }
    let twice = "SELECT count(*) FROM (SELECT cart_id FROM orders WHERE cancel_reason IS DISTINCT FROM 'DECLINED' GROUP BY cart_id HAVING count(*) > 1) x";
    assert_eq!(count(&sql, twice).await, 0);
    whole(&shop).await;
}

async fn add(guest: &Counter, cart: &str, lines: Value) -> bool {
    let query = "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) { cart { id } userErrors { code } } }";
    let data = guest
        .data(query, json!({ "id": cart, "lines": lines }))
        .await;
    data["cartLinesAdd"]["userErrors"] == json!([]) && !data["cartLinesAdd"]["cart"].is_null()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_while_the_cart_is_bought_is_bought_or_refused() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    for goods in &some {
        stock(&sql, goods.variant, 500).await;
    }
    for (at, cart) in carts(&sql, 40, &[(&some[0], 1)]).await.iter().enumerate() {
        let input = if at % 2 == 0 {
            cash(cart)
        } else {
            by_card(cart, card::APPROVE)
        };
        let adding = async {
            tokio::time::sleep(Duration::from_millis(u64::try_from(at).unwrap())).await;
            add(&guest, cart, json!([line(&some[1], 2)])).await
        };
        let (order, added) = tokio::join!(guest.buy(input), adding);
        assert_eq!(
            order["vendorOrders"].as_array().unwrap().len(),
            1 + usize::from(added),
            "{order:#}"
        );
        assert!(!add(&guest, cart, json!([line(&some[1], 2)])).await);
    }
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_finished_though_the_buyer_goes_away() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    for number in [
        None,
        Some(card::APPROVE),
        Some(card::LOSE_ANSWER),
        Some(card::DELAY),
    ] {
        let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
        let input = number.map_or_else(|| cash(&cart), |number| by_card(&cart, number));
        let query = Counter::checkout(Some("k"));
        let begun = count(&sql, "SELECT count(*) FROM orders").await;
        // It is given up as soon as the order is there, or even before.
        let asking = guest.ask(&query, json!({ "input": input }));
        let there = until(
            &sql,
            "SELECT count(*) FROM orders",
            begun + 1,
            Duration::from_secs(10),
        );
        tokio::select! { _ = asking => {}, () = there => {} }
        let bought = "SELECT count(*) FROM carts WHERE state = 'BOUGHT'";
        until(&sql, bought, begun + 1, Duration::from_secs(10)).await;
        // Whoever comes back is told.
        let answer = guest.complete(input, Some("k")).await;
        assert_eq!(answer["order"]["state"], "PENDING");
    }
    assert_eq!(count(&sql, "SELECT count(*) FROM orders").await, 4);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_nothing_is_asked_of_nobody() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let free = |at: usize| {
        format!(
            "UPDATE variant_prices SET amount = 0, compare_at = NULL WHERE variant_id = '{}'",
            some[at].variant
        )
    };
    sql.batch_execute("CREATE TABLE away AS SELECT * FROM variant_prices")
        .await
        .unwrap();
    sql.batch_execute(&free(0)).await.unwrap();
    let owner = guest.sign_in(&some[0].owner()).await;

    // One part is free: the other is paid for, and nothing is given back for the free one.
    let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
    let order = guest.buy(by_card(&cart, card::APPROVE)).await;
    assert_eq!(order["financialStatus"], "PAID");
    owner
        .step("Reject", &order["vendorOrders"][0], json!({}))
        .await;
    assert_eq!(
        count(
            &sql,
            "SELECT count(*) FROM payment_operations WHERE kind = 'REFUND'"
        )
        .await,
        0
    );
    guest.cancel(order["id"].as_str().unwrap(), None).await;
    until(
        &sql,
        "SELECT count(*) FROM payments WHERE refunded = amount",
        1,
        Duration::from_secs(8),
    )
    .await;

    // All of it is free.
    let charged = count(&sql, "SELECT count(*) FROM test_gateway_charges").await;
    for card in [card::APPROVE, card::DECLINE, card::GO_AWAY] {
        let order = guest
            .buy(by_card(&guest.cart(&[line(&some[0], 1)]).await, card))
            .await;
        assert_eq!(
            (&order["state"], &order["financialStatus"]),
            (&json!("PENDING"), &json!("PAID")),
            "{order:#}"
        );
        for step in ["Accept", "Prepare", "Ship", "Deliver"] {
            owner.stepped(step, &order["vendorOrders"][0]).await;
        }
    }
    let order = guest
        .buy(cash(&guest.cart(&[line(&some[0], 1)]).await))
        .await;
    let cancelled = guest.cancel(order["id"].as_str().unwrap(), None).await;
    assert_eq!(cancelled["order"]["state"], "CANCELLED");
    assert_eq!(
        count(&sql, "SELECT count(*) FROM test_gateway_charges").await,
        charged
    );
    sql.batch_execute(
        "TRUNCATE variant_prices; INSERT INTO variant_prices SELECT * FROM away; DROP TABLE away",
    )
    .await
    .unwrap();
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_about_a_person_or_a_card_stands_where_it_should_not() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let ada = guest.sign_in("ada@example.com").await;
    let private = |cart: &str, number: &str| {
        let input = by_card(cart, number);
        let input = super::with(input, "/email", json!("unheard.of@example.com"));
        let input = super::with(input, "/note", json!("under the blue stone"));
        let input = super::with(input, "/shippingAddress/lastName", json!("Quixotica"));
        super::with(input, "/shippingAddress/phone", json!("+1 555 0199 77"))
    };
    let mut secrets = Vec::new();
    for (who, number) in [
        (&guest, card::APPROVE),
        (&ada, card::LOSE_ANSWER),
        (&guest, card::DECLINE),
        (&guest, card::GO_AWAY),
    ] {
        let cart = who.cart(&[line(&some[0], 1)]).await;
        secrets.push(cart.split_once("?key=").unwrap().1.to_owned());
        let answer = who.complete(private(&cart, number), Some("private")).await;
        if let Some(id) = answer["order"]["id"].as_str() {
            secrets.push(id.split_once("?key=").unwrap().1.to_owned());
            who.order(id).await;
            who.cancel(id, None).await;
        }
        // What is refused is not repeated either.
        who.complete(
            super::with(
                private(&cart, "4012888888881881"),
                "/shippingAddress/city",
                Value::Null,
            ),
            None,
        )
        .await;
        who.ask(&Counter::checkout(None), json!({ "input": super::with(private(&cart, number), "/paymentMethod", json!("Quixotica")) })).await;
    }
    until(
        &sql,
        "SELECT count(*) FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN')",
        0,
        Duration::from_secs(15),
    )
    .await;
    whole(&shop).await;

    let texts = [
        "unheard.of",
        "blue stone",
        "Quixotica",
        "0199 77",
        "4012888888881881",
    ]
    .map(str::to_owned);
    let forbidden = || texts.iter().chain(&secrets);
    let logged: Vec<&String> = forbidden().filter(|text| log::has(text)).collect();
    assert_eq!(logged, [""; 0]);
    // What stands in which table: the person in the order's contact, the note in the order, a card nowhere.
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'spatial%'";
    for table in sql.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        let rows = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t");
        let held: String = sql.query_one(&rows, &[]).await.unwrap().get(0);
        for text in forbidden() {
            let expected = matches!(
                (table.as_str(), text.as_str()),
                ("order_contacts", "unheard.of" | "Quixotica" | "0199 77")
                    | ("orders", "blue stone")
            );
            assert_eq!(held.contains(text.as_str()), expected, "{table}: {text}");
        }
        assert!(
            !held.contains("4242424242424242") && !held.contains("4000000000000119"),
            "{table}"
        );
    }
    assert_eq!(level(&sql, &some[0]).await.1, 1);
}
