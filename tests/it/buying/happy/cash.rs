//! Bought in cash, of two vendors.

use super::{entries, events, timeline, told};
use crate::buying::{
    Counter, cash, count, decimal, goods, keyless, level, line, open, price, with,
};
use crate::support::whole;
use serde_json::{Value, json};

async fn state(counter: &Counter, order: &Value) -> String {
    let order = counter.order(order["id"].as_str().unwrap()).await;
    let states = order["vendorOrders"].as_array().unwrap().iter();
    let states: Vec<&str> = states.map(|part| part["state"].as_str().unwrap()).collect();
    format!(
        "{} of {}",
        order["state"].as_str().unwrap(),
        states.join(" ")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_buys_of_two_vendors_in_cash_and_each_brings_its_part() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let [a, b] = [&some[0], &some[1]];
    let before = [level(&sql, a).await, level(&sql, b).await];
    let [of_a, of_b] = [
        2 * price(&sql, a, "USD").await,
        3 * price(&sql, b, "USD").await,
    ];
    let cart = guest
        .cart_of(json!({ "lines": [line(a, 2), line(b, 3)], "note": "Ring twice", "attributes": [{ "key": "gift", "value": "yes" }] }))
        .await;
    let total = json!({ "amount": decimal(of_a + of_b, 2), "currencyCode": "USD" });
    let order = guest
        .buy(with(cash(&cart), "/expectedTotal", total.clone()))
        .await;
    let id = order["id"].as_str().unwrap();
    assert_eq!(
        (
            &order["state"],
            &order["financialStatus"],
            &order["fulfillmentStatus"],
            &order["totalPrice"],
            &order["email"],
            &order["note"]
        ),
        (
            &json!("PENDING"),
            &json!("PENDING"),
            &json!("UNFULFILLED"),
            &total,
            &json!("guest@example.com"),
            &json!("Ring twice")
        )
    );
    assert_eq!(
        order["customAttributes"],
        json!([{ "key": "gift", "value": "yes" }])
    );
    let parts = order["vendorOrders"].as_array().unwrap();
    assert_eq!(parts.len(), 2);
    for (part, (goods, sum, units)) in parts.iter().zip([(a, of_a, 2), (b, of_b, 3)]) {
        assert_eq!(part["vendor"]["id"], goods.vendor_gid());
        assert_eq!(part["cost"]["total"]["amount"], decimal(sum, 2));
        assert_eq!(part["lines"].as_array().unwrap().len(), 1);
        assert_eq!(part["lines"][0]["quantity"], units);
    }
    // The stock is promised, and the cart is gone.
    assert_eq!(level(&sql, a).await, (before[0].0, before[0].1 + 2));
    assert_eq!(level(&sql, b).await, (before[1].0, before[1].1 + 3));
    let gone = guest
        .data(
            "query($id: ID!) { cart(id: $id) { id } }",
            json!({ "id": cart }),
        )
        .await;
    assert_eq!(gone["cart"], Value::Null);

    // Whoever has the key reads it, and nobody else.
    let [owner_a, owner_b, stranger, admin] = [
        guest.sign_in(&a.owner()).await,
        guest.sign_in(&b.owner()).await,
        guest.sign_in("ada@example.com").await,
        guest.sign_in("admin@example.com").await,
    ];
    assert_eq!(guest.order(id).await, order);
    assert_eq!(admin.order(&keyless(id)).await["name"], order["name"]);
    let other = guest.buy(cash(&guest.cart(&[line(a, 1)]).await)).await;
    let wrong = format!(
        "{}?key={}",
        keyless(id),
        other["id"].as_str().unwrap().split_once("?key=").unwrap().1
    );
    assert_eq!(guest.order(&wrong).await, Value::Null);
    for nobody in [&guest, &owner_a, &owner_b, &stranger] {
        assert_eq!(nobody.order(&keyless(id)).await, Value::Null);
    }

    // Each desk shows its own part.
    let desk = owner_a.desk(&a.vendor_gid()).await;
    let names: Vec<&Value> = desk.iter().map(|part| &part["id"]).collect();
    assert_eq!(names, [&other["vendorOrders"][0]["id"], &parts[0]["id"]]);
    assert_eq!(
        (
            &desk[1]["amountToCollect"]["amount"],
            &desk[1]["contact"]["name"],
            &desk[1]["steps"],
            &desk[1]["note"]
        ),
        (
            &json!(decimal(of_a, 2)),
            &json!("Ann Weaver"),
            &json!(["ACCEPT", "REJECT"]),
            &json!("Ring twice")
        )
    );
    let desk = owner_b.desk(&b.vendor_gid()).await;
    assert_eq!(desk.len(), 1);
    assert_eq!(desk[0]["id"], parts[1]["id"]);
    assert!(!desk[0].to_string().contains(a.handle.as_str()));

    // Both work at their own pace, and the order is as far as the slower one.
    owner_a.stepped("Accept", &parts[0]).await;
    owner_a.stepped("Prepare", &parts[0]).await;
    assert_eq!(state(&guest, &order).await, "PENDING of PREPARING PENDING");
    owner_b.stepped("Accept", &parts[1]).await;
    assert_eq!(
        state(&guest, &order).await,
        "ACCEPTED of PREPARING ACCEPTED"
    );
    let said = json!({ "trackingCompany": "Loom Post", "trackingNumber": "LP 1" });
    let sent = owner_a.step("Ship", &parts[0], said).await["vendorOrder"].clone();
    assert_eq!(
        (&sent["trackingCompany"], &sent["version"]),
        (&json!("Loom Post"), &json!(4))
    );
    assert_eq!(level(&sql, a).await, (before[0].0 - 2, before[0].1 + 1));
    let sold = "SELECT count(*) FROM stock_movements m JOIN stock_reservations r ON r.id = m.reservation_id \
        WHERE m.kind = 'SALE' AND m.quantity = -2 AND m.quantity = -r.quantity AND r.state = 'FULFILLED' AND m.actor_id IS NOT NULL";
    assert_eq!(count(&sql, sold).await, 1);
    let delivered = owner_a.stepped("Deliver", &parts[0]).await;
    assert_eq!(
        (&delivered["steps"], &delivered["amountToCollect"]["amount"]),
        (&json!([]), &json!("0.00"))
    );
    let now = guest.order(id).await;
    assert_eq!(
        (
            &now["state"],
            &now["financialStatus"],
            &now["fulfillmentStatus"]
        ),
        (
            &json!("ACCEPTED"),
            &json!("PARTIALLY_PAID"),
            &json!("PARTIALLY_FULFILLED")
        )
    );
    assert_eq!(now["payment"]["paid"]["amount"], decimal(of_a, 2));
    for step in ["Prepare", "Ship", "Deliver"] {
        owner_b.stepped(step, &parts[1]).await;
    }
    let done = guest.order(id).await;
    assert_eq!(
        (
            &done["state"],
            &done["financialStatus"],
            &done["fulfillmentStatus"]
        ),
        (&json!("DELIVERED"), &json!("PAID"), &json!("FULFILLED"))
    );
    assert_eq!(done["payment"]["owed"]["amount"], "0.00");
    assert_eq!(level(&sql, b).await, (before[1].0 - 3, before[1].1));

    let (first, second) = (Some(0), Some(1));
    assert_eq!(
        timeline(&done),
        entries(&[
            ("PLACED", "PENDING", "CUSTOMER", None),
            ("PLACED", "PENDING", "CUSTOMER", first),
            ("PLACED", "PENDING", "CUSTOMER", second),
            ("ACCEPTED", "ACCEPTED", "VENDOR", first),
            ("PREPARED", "PREPARING", "VENDOR", first),
            ("ACCEPTED", "ACCEPTED", "VENDOR", second),
            ("SHIPPED", "SHIPPED", "VENDOR", first),
            ("DELIVERED", "DELIVERED", "VENDOR", first),
            ("PREPARED", "PREPARING", "VENDOR", second),
            ("SHIPPED", "SHIPPED", "VENDOR", second),
            ("DELIVERED", "DELIVERED", "VENDOR", second),
        ])
    );
    assert_eq!(
        events(&sql, &done).await,
        told(&[
            ("order.placed", None, &[0, 1]),
            ("order.part.accepted", first, &[0]),
            ("order.part.prepared", first, &[0]),
            ("order.part.accepted", second, &[1]),
            ("order.changed", None, &[]),
            ("order.part.shipped", first, &[0]),
            ("order.part.delivered", first, &[0]),
            ("order.part.prepared", second, &[1]),
            ("order.changed", None, &[]),
            ("order.part.shipped", second, &[1]),
            ("order.changed", None, &[]),
            ("order.part.delivered", second, &[1]),
            ("order.changed", None, &[]),
        ])
    );
    whole(&shop).await;
}
