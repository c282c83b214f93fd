//! A payment that cannot be.

use super::{error, one};
use crate::buying::counter::Counter;
use crate::buying::{by_card, card, cash, decimal, goods, kept, line, open, price, with};
use crate::support::{TOKEN_KEYS, whole};
use serde_json::{Value, json};

async fn refuses_payments(guest: &Counter, cart: &str, table: &[(Value, &str, &str)]) {
    for (input, code, field) in table {
        assert_eq!(
            guest.refused(input.clone()).await,
            one(code, field),
            "{input} {cart}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_cannot_be_is_refused() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    let amount = decimal(price(&sql, &some[0], "USD").await, 2);
    let before = kept(&sql).await;
    let test = |number: &str| by_card(&cart, number);
    let expects = |amount: &str, currency: &str| {
        let total = json!({ "amount": amount, "currencyCode": currency });
        with(cash(&cart), "/expectedTotal", total)
    };
    let (number, total) = ("input.testCard.number", "input.expectedTotal");
    let table = [
        (
            with(test(""), "/testCard", Value::Null),
            "INVALID",
            "input.testCard",
        ),
        (
            with(cash(&cart), "/testCard", json!({ "number": card::APPROVE })),
            "INVALID",
            "input.testCard",
        ),
        (test(""), "INVALID", number),
        (test("1"), "INVALID", number),
        (test("4242424242424241"), "INVALID", number),
        (test("4012888888881881"), "INVALID", number),
        (test("４２４２４２４２４２４２４２４２"), "INVALID", number),
        (test("4242-4242-4242-4242"), "INVALID", number),
        (test("4242424242424242\0"), "INVALID", number),
        (test(&"4".repeat(10_000)), "INVALID", number),
        (expects("0.01", "USD"), "TOTAL_CHANGED", total),
        (expects(&amount, "KWD"), "TOTAL_CHANGED", total),
        (
            expects("-1.00", "USD"),
            "INVALID",
            "input.expectedTotal.amount",
        ),
        (
            expects("1.001", "USD"),
            "INVALID",
            "input.expectedTotal.amount",
        ),
        (
            expects(&"9".repeat(40), "USD"),
            "INVALID",
            "input.expectedTotal.amount",
        ),
    ];
    refuses_payments(&guest, &cart, &table).await;
    let checkout = Counter::checkout(None);
    for method in [json!("CREDIT"), json!(1), Value::Null] {
        let input = with(cash(&cart), "/paymentMethod", method);
        let code = error(&guest, &checkout, json!({ "input": input })).await;
        assert!(
            ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code.as_str()),
            "{code}"
        );
    }
    assert_eq!(kept(&sql).await, before);

    let strict = [
        ("LILIUM_PROFILE", "production"),
        ("PUBLIC_URL", "https://api.example.com"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    let production = Counter::at(&shop.again(&strict).await.address);
    let table = [(test(card::APPROVE), "INVALID", "input.paymentMethod")];
    refuses_payments(&production, &cart, &table).await;
    assert_eq!(kept(&sql).await, before);
    // A number may be written with spaces; a shown total may have fewer digits.
    guest
        .buy(with(
            test("4242 4242 4242 4242"),
            "/expectedTotal",
            json!({ "amount": amount, "currencyCode": "USD" }),
        ))
        .await;
    whole(&shop).await;
}
