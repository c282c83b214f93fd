//! Every way in which a payment company answers, or does not.

use super::counter::refusals;
use super::{by_card, card, cash, count, goods, kept, level, line, open, until};
use crate::support::whole;
use serde_json::json;
use std::time::{Duration, Instant};

const CHARGED: &str =
    "SELECT count(*) FROM test_gateway_charges WHERE kind = 'CHARGE' AND outcome = 'APPROVED'";

#[tokio::test(flavor = "multi_thread")]
async fn after_a_decline_all_is_given_back_and_the_cart_is_usable() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let before = [level(&sql, &some[0]).await, level(&sql, &some[1]).await];
    let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 2)]).await;
    let owner = guest.sign_in(&some[0].owner()).await;
    for (number, said) in [
        (card::DECLINE, "declined"),
        (card::DECLINE_FUNDS, "too little"),
        (card::LOSE_REQUEST, "nothing was charged"),
    ] {
        let answer = guest.complete(by_card(&cart, number), Some(number)).await;
        assert_eq!(
            refusals(&answer, "order"),
            [("PAYMENT_DECLINED".to_owned(), "input.testCard".to_owned())]
        );
        let message = answer["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
        assert_eq!(
            [level(&sql, &some[0]).await, level(&sql, &some[1]).await],
            before
        );
        let cart = guest
            .data(
                "query($id: ID!) { cart(id: $id) { totalQuantity } }",
                json!({ "id": cart }),
            )
            .await;
        assert_eq!(cart["cart"]["totalQuantity"], 3);
    }
    // No vendor ever learns of it.
    assert_eq!(
        owner.desk(&some[0].vendor_gid()).await,
        [serde_json::Value::Null; 0]
    );
    let told = "SELECT count(*) FROM events WHERE EXISTS (SELECT FROM unnest(audiences) a WHERE a LIKE 'vendor:%')";
    crate::support::moved(&sql).await;
    assert_eq!(count(&sql, told).await, 0);
    let declined = "SELECT count(*) FROM orders o JOIN payments p ON p.order_id = o.id \
        WHERE o.state = 'CANCELLED' AND cancel_reason = 'DECLINED' AND p.state = 'DECLINED' AND p.paid = 0";
    assert_eq!(count(&sql, declined).await, 3);
    assert_eq!(count(&sql, CHARGED).await, 0);
    let voided = "SELECT count(*) FROM test_gateway_charges WHERE outcome = 'VOIDED'";
    assert_eq!(count(&sql, voided).await, 1);

    // It can be changed and bought after all.
    let add = "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) { cart { totalQuantity } userErrors { code } } }";
    let added = guest
        .data(add, json!({ "id": cart, "lines": [line(&some[0], 1)] }))
        .await;
    assert_eq!(added["cartLinesAdd"]["cart"]["totalQuantity"], 4);
    let order = guest.buy(cash(&cart)).await;
    assert_eq!(order["state"], "PENDING");
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_waited_for_and_nothing_else_waits() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    // More than the pool has connections, and than may buy at once.
    let slow = super::carts(&sql, 40, &[(&some[0], 1)]).await;
    super::stock(&sql, some[0].variant, 40).await;
    let cart = guest.cart(&[line(&some[1], 1)]).await;
    let begin = Instant::now();
    let all = slow
        .iter()
        .map(|cart| guest.buy(by_card(cart, card::DELAY)));
    let slow = futures_util::future::join_all(all);
    let quick = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let begin = Instant::now();
        let order = guest.buy(cash(&cart)).await;
        assert_eq!(order["state"], "PENDING");
        begin.elapsed()
    };
    let (orders, quick) = tokio::join!(slow, quick);
    assert!(quick < Duration::from_secs(3), "{quick:?}");
    assert!(begin.elapsed() >= Duration::from_secs(3));
    for order in &orders {
        assert_eq!(
            (&order["state"], &order["financialStatus"]),
            (&json!("PENDING"), &json!("PAID"))
        );
    }
    assert_eq!(count(&sql, CHARGED).await, 40);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_and_charged_once() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
    let order = guest.buy(by_card(&cart, card::LOSE_ANSWER)).await;
    assert_eq!(
        (&order["state"], &order["financialStatus"]),
        (&json!("PENDING"), &json!("PAID"))
    );
    assert_eq!(count(&sql, CHARGED).await, 1);
    let same = "SELECT count(*) FROM test_gateway_charges g JOIN payment_operations o ON o.id = g.operation_id JOIN payments p ON p.id = o.payment_id \
        WHERE g.amount = p.amount AND p.paid = p.amount AND o.state = 'DONE'";
    assert_eq!(count(&sql, same).await, 1);
    // Its refund is not lost.
    guest.cancel(order["id"].as_str().unwrap(), None).await;
    until(
        &sql,
        "SELECT count(*) FROM payments WHERE refunded = amount",
        1,
        Duration::from_secs(8),
    )
    .await;
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_gateway_is_away_nobody_but_the_buyer_knows() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
    let owner = guest.sign_in(&some[0].owner()).await;
    let answer = guest
        .complete(by_card(&cart, card::GO_AWAY), Some("k"))
        .await;
    let order = &answer["order"];
    let id = order["id"].as_str().unwrap();
    assert_eq!(
        (
            &order["state"],
            &order["fulfillmentStatus"],
            &order["cancellable"]
        ),
        (&json!("AWAITING_PAYMENT"), &json!("ON_HOLD"), &json!(false))
    );
    assert_eq!(owner.desk(&some[0].vendor_gid()).await.len(), 0);
    let part = &order["vendorOrders"][0];
    let step = owner.step("Accept", part, json!({})).await;
    assert_eq!(refusals(&step, "vendorOrder")[0].0, "NOT_FOUND");
    for part in [None, Some(&part["id"])] {
        let cancelled = guest.cancel(id, part).await;
        assert_eq!(refusals(&cancelled, "order")[0].0, "BEING_PAID");
    }
    let change = "mutation($id: ID!) { cartNoteUpdate(cartId: $id, note: \"x\") { cart { id } userErrors { code } } }";
    let changed = guest.data(change, json!({ "id": cart })).await;
    assert_ne!(changed["cartNoteUpdate"]["userErrors"], json!([]));
    let reserved = level(&sql, &some[0]).await;

    let begin = Instant::now();
    until(
        &sql,
        "SELECT count(*) FROM orders WHERE state = 'PENDING'",
        1,
        Duration::from_secs(15),
    )
    .await;
    assert!(begin.elapsed() < Duration::from_secs(12));
    let now = guest.order(id).await;
    assert_eq!(
        (&now["state"], &now["financialStatus"]),
        (&json!("PENDING"), &json!("PAID"))
    );
    assert_eq!(owner.desk(&some[0].vendor_gid()).await.len(), 1);
    assert_eq!(count(&sql, CHARGED).await, 1);
    assert_eq!(level(&sql, &some[0]).await, reserved);
    // The same request, and nothing happens any more.
    let before = kept(&sql).await;
    let again = guest
        .complete(by_card(&cart, card::GO_AWAY), Some("k"))
        .await;
    assert_eq!(again["order"]["state"], "PENDING");
    assert_eq!(kept(&sql).await, before);
    owner.stepped("Accept", part).await;
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_that_settle_the_same_payments_do_it_once() {
    let (shop, sql, guest) = open().await;
    let second = shop.again(&[]).await;
    let third = shop.again(&[]).await;
    let some = goods(&sql, 2).await;
    super::stock(&sql, some[0].variant, 30).await;
    for (at, cart) in super::carts(&sql, 30, &[(&some[0], 1)])
        .await
        .iter()
        .enumerate()
    {
        let number = [card::GO_AWAY, card::APPROVE, card::LOSE_ANSWER][at % 3];
        let order = guest.buy(by_card(cart, number)).await;
        if at % 2 == 0 && number != card::GO_AWAY {
            guest.cancel(order["id"].as_str().unwrap(), None).await;
        }
    }
    until(
        &sql,
        "SELECT count(*) FROM payment_operations WHERE state IN ('PLANNED', 'UNKNOWN')",
        0,
        Duration::from_secs(20),
    )
    .await;
    let same = "SELECT count(*) FROM payments p WHERE p.paid <> p.amount OR p.refunded <> p.forgone OR p.paid <> \
        (SELECT sum(g.amount) FROM test_gateway_charges g JOIN payment_operations o ON o.id = g.operation_id WHERE o.payment_id = p.id AND g.kind = 'CHARGE')";
    assert_eq!(count(&sql, same).await, 0);
    let released = "SELECT count(*) FROM order_timeline WHERE kind = 'RELEASED'";
    assert_eq!(count(&sql, released).await, 30);
    drop((second, third));
    whole(&shop).await;
}
