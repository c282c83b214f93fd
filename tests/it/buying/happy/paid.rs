//! Paid by card, and given back.

use super::{entries, events, timeline, told};
use crate::buying::{
    by_card, card, count, decimal, goods, keyless, level, line, of_one_vendor, open, price, until,
    with,
};
use crate::support::whole;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_pays_by_card_at_once_and_gets_it_back_when_the_vendor_rejects() {
    let (shop, sql, guest) = open().await;
    let some = of_one_vendor(&sql).await;
    let before = level(&sql, &some[0]).await;
    let sum = price(&sql, &some[0], "USD").await + price(&sql, &some[1], "USD").await;
    let [ada, bilal, clerk] = [
        guest.sign_in("ada@example.com").await,
        guest.sign_in("bilal@example.com").await,
        guest.sign_in(&some[0].clerk()).await,
    ];
    let cart = ada.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
    let order = ada
        .buy(with(by_card(&cart, card::APPROVE), "/email", Value::Null))
        .await;
    assert_eq!(
        (&order["state"], &order["financialStatus"], &order["email"]),
        (&json!("PENDING"), &json!("PAID"), &json!("ada@example.com"))
    );
    assert_eq!(
        (
            &order["payment"]["cardBrand"],
            &order["payment"]["cardLastDigits"]
        ),
        (&json!("Visa"), &json!("4242"))
    );
    assert_eq!(order["payment"]["paid"]["amount"], decimal(sum, 2));
    let parts = order["vendorOrders"].as_array().unwrap();
    assert_eq!(
        (parts.len(), parts[0]["lines"].as_array().unwrap().len()),
        (1, 2)
    );

    // Its owner needs no key; another customer sees nothing, whatever they ask.
    let id = order["id"].as_str().unwrap();
    let mine = "{ viewer { orders(first: 10) { nodes { name } } } }";
    let named = |data: Value| data["viewer"]["orders"]["nodes"].clone();
    assert_eq!(ada.order(&keyless(id)).await["name"], order["name"]);
    assert_eq!(
        named(ada.data(mine, json!({})).await),
        json!([{ "name": order["name"] }])
    );
    assert_eq!(bilal.order(&keyless(id)).await, Value::Null);
    assert_eq!(named(bilal.data(mine, json!({})).await), json!([]));

    let desk = clerk.desk(&some[0].vendor_gid()).await;
    assert_eq!(desk[0]["amountToCollect"]["amount"], "0.00");
    clerk.stepped("Accept", &parts[0]).await;
    let said = json!({ "note": "It broke" });
    let rejected = clerk.step("Reject", &parts[0], said).await["vendorOrder"].clone();
    assert_eq!(
        (&rejected["state"], &rejected["endNote"]),
        (&json!("REJECTED"), &json!("It broke"))
    );
    assert_eq!(level(&sql, &some[0]).await, before);
    let refunded = "SELECT count(*) FROM payments WHERE refunded = amount AND paid = amount AND forgone = amount";
    until(&sql, refunded, 1, Duration::from_secs(8)).await;
    let done = ada.order(id).await;
    assert_eq!(
        (
            &done["state"],
            &done["financialStatus"],
            &done["cancelReason"]
        ),
        (&json!("REJECTED"), &json!("REFUNDED"), &json!("INVENTORY"))
    );
    assert_eq!(done["totalRefunded"]["amount"], decimal(sum, 2));
    let company = "SELECT count(*) FROM test_gateway_charges WHERE outcome = 'APPROVED'";
    assert_eq!(count(&sql, company).await, 2);

    assert_eq!(
        timeline(&done),
        entries(&[
            ("PLACED", "AWAITING_PAYMENT", "CUSTOMER", None),
            ("PLACED", "AWAITING_PAYMENT", "CUSTOMER", Some(0)),
            ("RELEASED", "PENDING", "SYSTEM", Some(0)),
            ("ACCEPTED", "ACCEPTED", "VENDOR", Some(0)),
            ("REJECTED", "REJECTED", "VENDOR", Some(0)),
        ])
    );
    assert_eq!(
        events(&sql, &done).await,
        told(&[
            ("order.placed", None, &[]),
            ("order.part.released", Some(0), &[0]),
            ("order.changed", None, &[]),
            ("order.part.accepted", Some(0), &[0]),
            ("order.changed", None, &[]),
            ("order.part.rejected", Some(0), &[0]),
            ("order.changed", None, &[]),
        ])
    );
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_called_off_one_by_one_and_each_is_given_back() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let before = [level(&sql, &some[0]).await, level(&sql, &some[1]).await];
    let sums = [
        price(&sql, &some[0], "USD").await,
        price(&sql, &some[1], "USD").await,
    ];
    let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
    let order = guest.buy(by_card(&cart, card::APPROVE)).await;
    let id = order["id"].as_str().unwrap();
    let parts = order["vendorOrders"].as_array().unwrap();
    let half = guest.cancel(id, Some(&parts[0]["id"])).await["order"].clone();
    assert_eq!(
        (
            &half["state"],
            &half["currentTotalPrice"]["amount"],
            &half["cancelReason"]
        ),
        (&json!("PENDING"), &json!(decimal(sums[1], 2)), &Value::Null)
    );
    let refunds =
        "SELECT count(*) FROM payment_operations WHERE kind = 'REFUND' AND state = 'DONE'";
    until(&sql, refunds, 1, Duration::from_secs(8)).await;
    let half = guest.order(id).await;
    assert_eq!(
        (&half["financialStatus"], &half["totalRefunded"]["amount"]),
        (&json!("PARTIALLY_REFUNDED"), &json!(decimal(sums[0], 2)))
    );
    assert_eq!(
        [level(&sql, &some[0]).await, level(&sql, &some[1]).await],
        [before[0], (before[1].0, before[1].1 + 1)]
    );

    let all = guest.cancel(id, None).await["order"].clone();
    assert_eq!(
        (&all["state"], &all["cancelReason"], &all["cancellable"]),
        (&json!("CANCELLED"), &json!("CUSTOMER"), &json!(false))
    );
    until(&sql, refunds, 2, Duration::from_secs(8)).await;
    assert_eq!(guest.order(id).await["financialStatus"], "REFUNDED");
    assert_eq!(
        [level(&sql, &some[0]).await, level(&sql, &some[1]).await],
        before
    );
    // The vendor was shown it, and is shown what became of it.
    let owner = guest.sign_in(&some[0].owner()).await;
    assert_eq!(
        owner.desk(&some[0].vendor_gid()).await[0]["state"],
        "CANCELLED"
    );
    whole(&shop).await;
}
