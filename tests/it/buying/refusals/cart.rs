//! A cart that cannot be bought.

use super::{error, one, with_key_of, with_row};
use crate::buying::counter::Counter;
use crate::buying::{by_card, card, cash, count, goods, kept, keyless, line, open, until};
use crate::support::whole;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_cannot_be_bought_is_refused() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    let (empty, bought) = (
        guest.cart(&[]).await,
        guest.cart(&[line(&some[1], 1)]).await,
    );
    guest.buy(cash(&bought)).await;
    let before = kept(&sql).await;
    let missing = with_row(&cart, Uuid::now_v7());
    for (id, code) in [
        (&missing, "INVALID"),
        (&keyless(&cart), "INVALID"),
        (&keyless(&missing), "INVALID"),
        (&with_key_of(&cart, &bought), "INVALID"),
        (&with_key_of(&bought, &cart), "INVALID"),
        (&empty, "CART_EMPTY"),
        (&bought, "CART_BOUGHT"),
    ] {
        for input in [cash(id), by_card(id, card::APPROVE)] {
            assert_eq!(
                guest.refused(input).await,
                one(code, "input.cartId"),
                "{id}"
            );
        }
    }
    // A foreign cart answers as one that is not there, word by word.
    let foreign = guest
        .complete(cash(&with_key_of(&cart, &bought)), None)
        .await;
    assert_eq!(foreign, guest.complete(cash(&missing), None).await);
    // A signed-in customer has no more right to it, and neither has staff.
    for who in ["ada@example.com", "admin@example.com"] {
        let who = guest.sign_in(who).await;
        assert_eq!(
            who.refused(cash(&keyless(&cart))).await,
            one("INVALID", "input.cartId")
        );
    }
    for id in [
        "",
        "nonsense",
        "gid://lilium/Cart/1",
        &some[0].gid(),
        &format!("{}?key=short", keyless(&cart)),
        &format!("{cart}x"),
        &format!("{cart}\0"),
    ] {
        let code = error(
            &guest,
            &Counter::checkout(None),
            json!({ "input": cash(id) }),
        )
        .await;
        assert_eq!(code, "INVALID_ID", "{id:?}");
    }
    assert_eq!(kept(&sql).await, before);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_is_being_paid_is_not_sold_again() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    let order = guest.buy(by_card(&cart, card::GO_AWAY)).await;
    assert_eq!(order["state"], "AWAITING_PAYMENT");
    for input in [cash(&cart), by_card(&cart, card::APPROVE)] {
        assert_eq!(
            guest.refused(input).await,
            one("CART_PAYING", "input.cartId")
        );
    }
    until(
        &sql,
        "SELECT count(*) FROM carts WHERE state = 'BOUGHT'",
        1,
        Duration::from_secs(15),
    )
    .await;
    assert_eq!(
        guest.refused(cash(&cart)).await,
        one("CART_BOUGHT", "input.cartId")
    );
    let orders = "SELECT count(*) FROM orders";
    assert_eq!(count(&sql, orders).await, 1);
    whole(&shop).await;
}
