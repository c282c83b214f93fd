//! A step of an order that cannot be taken: not now, or not by this one.

use super::{error, one, with_key_of, with_row};
use crate::buying::counter::{Counter, refusals, step_document, step_input};
use crate::buying::{Client, Goods, cash, goods, kept, keyless, line, open};
use crate::support::{Shop, whole};
use serde_json::{Value, json};
use uuid::Uuid;

struct Sold {
    shop: Shop,
    sql: Client,
    guest: Counter,
    some: Vec<Goods>,
    order: Value,
}

/// A shop that sold something of two vendors.
async fn sold() -> Sold {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
    let order = guest.buy(cash(&cart)).await;
    Sold {
        shop,
        sql,
        guest,
        some,
        order,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_cannot_be_taken_is_refused() {
    let sold = sold().await;
    let (sql, guest, part) = (&sold.sql, &sold.guest, &sold.order["vendorOrders"][0]);
    let (owner, clerk) = (
        guest.sign_in(&sold.some[0].owner()).await,
        guest.sign_in(&sold.some[0].clerk()).await,
    );
    let all = ["Accept", "Prepare", "Ship", "Deliver", "Reject"];
    for (legal, step) in [
        (&["Accept", "Reject"][..], "Accept"),
        (&["Prepare", "Reject"], "Prepare"),
        (&["Ship", "Reject"], "Ship"),
        (&["Deliver"], "Deliver"),
        (&[], ""),
    ] {
        let before = kept(sql).await;
        for other in all.iter().filter(|other| !legal.contains(other)) {
            let answer = owner.step(other, part, json!({})).await;
            assert_eq!(
                refusals(&answer, "vendorOrder"),
                one("INVALID_STEP", "input.vendorOrderId"),
                "{other} before {step}"
            );
        }
        assert_eq!(kept(sql).await, before, "before {step}");
        if !step.is_empty() {
            clerk.stepped(step, part).await;
        }
    }
    let answer = owner
        .step("Ship", &sold.order["vendorOrders"][0], json!({}))
        .await;
    let said = answer["userErrors"][0]["message"].as_str().unwrap();
    assert_eq!(
        said,
        "This order is DELIVERED: nothing more can be done with it."
    );
    whole(&sold.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_somebody_else_or_of_another_time_is_refused() {
    let sold = sold().await;
    let (sql, guest) = (&sold.sql, &sold.guest);
    let [part, other] = [
        &sold.order["vendorOrders"][0],
        &sold.order["vendorOrders"][1],
    ];
    let [owner, rival, ada] = [
        guest.sign_in(&sold.some[0].owner()).await,
        guest.sign_in(&sold.some[1].owner()).await,
        guest.sign_in("ada@example.com").await,
    ];
    let missing = json!({ "id": format!("gid://lilium/VendorOrder/{}", Uuid::now_v7()), "vendor": part["vendor"] });
    let taken = json!({ "id": part["id"], "vendor": other["vendor"] });
    let nowhere = json!({ "id": part["id"], "vendor": { "id": format!("gid://lilium/Vendor/{}", Uuid::now_v7()) } });
    let before = kept(sql).await;
    let not_found = one("NOT_FOUND", "input.vendorOrderId");
    for step in ["Accept", "Reject", "Prepare", "Ship", "Deliver"] {
        for (who, part) in [
            (&rival, part),
            (&rival, &taken),
            (&rival, &nowhere),
            (&owner, &missing),
            (&owner, &taken),
            (&owner, other),
            (&ada, part),
        ] {
            let answer = who.step(step, part, json!({})).await;
            assert_eq!(
                refusals(&answer, "vendorOrder"),
                not_found,
                "{step} {part:#}"
            );
        }
        let input = json!({ "input": step_input(part, json!({})) });
        let query = step_document(step, None);
        assert_eq!(error(guest, &query, input).await, "UNAUTHENTICATED");
    }
    // A foreign order answers as a missing one, word by word.
    let foreign = rival.step("Accept", &taken, json!({})).await;
    assert_eq!(foreign, owner.step("Accept", &missing, json!({})).await);

    for (step, more, code, field) in [
        (
            "Accept",
            json!({ "version": 2 }),
            "STALE_VERSION",
            "input.version",
        ),
        (
            "Accept",
            json!({ "version": 0 }),
            "STALE_VERSION",
            "input.version",
        ),
        (
            "Reject",
            json!({ "note": "x".repeat(501) }),
            "TOO_LONG",
            "input.note",
        ),
        (
            "Ship",
            json!({ "trackingCompany": "x".repeat(101) }),
            "TOO_LONG",
            "input.trackingCompany",
        ),
        (
            "Ship",
            json!({ "trackingNumber": "x".repeat(101) }),
            "TOO_LONG",
            "input.trackingNumber",
        ),
    ] {
        let answer = owner.step(step, part, more.clone()).await;
        assert_eq!(
            refusals(&answer, "vendorOrder"),
            one(code, field),
            "{step} {more}"
        );
    }
    assert_eq!(kept(sql).await, before);
    let at_its_bound = json!({ "note": "ش".repeat(500), "version": 1 });
    let answer = owner.step("Reject", part, at_its_bound).await;
    assert_eq!(answer["userErrors"], json!([]));
    whole(&sold.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_called_off_only_in_time_and_by_whoever_may() {
    let sold = sold().await;
    let (sql, guest, order) = (&sold.sql, &sold.guest, &sold.order);
    let id = order["id"].as_str().unwrap();
    let another = guest
        .buy(cash(&guest.cart(&[line(&sold.some[0], 1)]).await))
        .await;
    let [owner, ada] = [
        guest.sign_in(&sold.some[0].owner()).await,
        guest.sign_in("ada@example.com").await,
    ];
    let part = &order["vendorOrders"][0];
    let foreign = &another["vendorOrders"][0]["id"];
    let wrong = with_key_of(id, another["id"].as_str().unwrap());
    let missing = with_row(id, Uuid::now_v7());
    let before = kept(sql).await;
    for (who, id) in [
        (guest, &keyless(id)),
        (guest, &wrong),
        (guest, &missing),
        (&ada, &keyless(id)),
        (&ada, &wrong),
        (&owner, &keyless(id)),
        (&owner, &wrong),
    ] {
        for part in [None, Some(&part["id"])] {
            let answer = who.cancel(id, part).await;
            assert_eq!(
                refusals(&answer, "order"),
                one("NOT_FOUND", "input.orderId")
            );
        }
    }
    for part in [
        foreign,
        &json!(format!("gid://lilium/VendorOrder/{}", Uuid::now_v7())),
    ] {
        let answer = guest.cancel(id, Some(part)).await;
        assert_eq!(
            refusals(&answer, "order"),
            one("NOT_FOUND", "input.vendorOrderId")
        );
    }
    assert_eq!(kept(sql).await, before);

    // One part that is too far keeps the whole from being called off, and not the other part.
    for step in ["Accept", "Prepare"] {
        owner.stepped(step, part).await;
    }
    let before = kept(sql).await;
    for part in [None, Some(&part["id"])] {
        let field = part.map_or("input.orderId", |_| "input.vendorOrderId");
        let answer = guest.cancel(id, part).await;
        assert_eq!(refusals(&answer, "order"), one("INVALID_STEP", field));
    }
    assert_eq!(kept(sql).await, before);
    let other = &order["vendorOrders"][1]["id"];
    assert_eq!(guest.cancel(id, Some(other)).await["userErrors"], json!([]));
    let before = kept(sql).await;
    for part in [None, Some(other)] {
        let field = part.map_or("input.orderId", |_| "input.vendorOrderId");
        let answer = guest.cancel(id, part).await;
        assert_eq!(refusals(&answer, "order"), one("INVALID_STEP", field));
    }
    assert_eq!(kept(sql).await, before);

    // The whole, twice.
    let id = another["id"].as_str().unwrap();
    assert_eq!(guest.cancel(id, None).await["userErrors"], json!([]));
    let before = kept(sql).await;
    let answer = guest.cancel(id, None).await;
    assert_eq!(
        refusals(&answer, "order"),
        one("INVALID_STEP", "input.orderId")
    );
    assert_eq!(kept(sql).await, before);
    whole(&sold.shop).await;
}
