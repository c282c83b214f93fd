//! One order: who may see it, and what it shows.

use super::fixture::{Placed, Wish, place};
use super::inside::{Inside, viewer};
use crate::support::Shop;
use lilium::domains::accounts::Role;
use lilium::domains::orders::OrderState;
use lilium::platform::secret::Secret;
use serde_json::{Value, json};
use uuid::Uuid;

const ID: &str = "query One($id: ID!) { order(id: $id) { id } node(id: $id) { id } }";

/// All that an order shows but its variants.
pub const WHOLE: &str = "id name orderNumber state email phone processedAt canceledAt cancelReason cancellable currencyCode customerLocale
    note edited financialStatus fulfillmentStatus statusUrl paymentMethod customAttributes { key value }
    subtotalPrice { amount currencyCode } totalPrice { amount } totalTax { amount } totalShippingPrice { amount } totalRefunded { amount }
    originalTotalPrice { amount } currentSubtotalPrice { amount } currentTotalPrice { amount } currentTotalShippingPrice { amount }
    currentTotalTax { amount }
    lineItems(first: 10) { nodes { title variantTitle sku quantity currentQuantity state unitPrice { amount } originalTotalPrice { amount }
        discountedTotalPrice { amount } image { url altText } customAttributes { key } variant { id } } }
    vendorOrders { id name vendorName state cancellable endNote trackingCompany trackingNumber updatedAt vendor { name }
        lines { title quantity } cost { subtotal { amount } delivery { amount } tax { amount } discount { amount } total { amount } } }
    payment { state amount { amount } paid { amount } refunded { amount } owed { amount } cardBrand cardLastDigits }
    shippingAddress { id name firstName lastName company address1 address2 city province zip country countryCodeV2 phone formattedArea
        formatted named: formatted(withName: true) }
    timeline { kind state actor happenedAt vendorOrder { name } }";

fn whole() -> String {
    format!("query Whole($id: ID!) {{ order(id: $id) {{ {WHOLE} }} }}")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_read_by_its_key_and_by_nothing_else() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let (placed, other) = (
        place(&sql, &Wish::default()).await,
        place(&sql, &Wish::default()).await,
    );
    let keyed = placed.keyed();
    let found = shop.data(ID, json!({ "id": keyed })).await;
    // The id that comes back opens it again.
    assert_eq!(
        found,
        json!({ "order": { "id": keyed }, "node": { "id": keyed } })
    );
    let missing = Placed {
        id: Uuid::now_v7(),
        ..placed.clone()
    };
    let mut answers = Vec::new();
    for id in [
        placed.gid(),
        format!("{}?key={}", placed.gid(), Secret::new().unwrap().text()),
        format!("{}?key={}", placed.gid(), other.secret.text()),
        missing.gid(),
        missing.keyed(),
    ] {
        let answer = shop.ask(ID, json!({ "id": id })).await;
        assert_eq!(answer.body["data"], json!({ "order": null, "node": null }));
        answers.push((answer.status, answer.body, answer.statements));
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_id_of_an_order_is_refused() {
    let shop = Shop::open().await;
    let placed = place(&shop.sql().await, &Wish::default()).await;
    for id in [
        String::new(),
        "1001".to_owned(),
        placed.part(0),
        format!("{}?key=", placed.gid()),
        format!("{}?key=short", placed.gid()),
        format!("{}&more=1", placed.keyed()),
        format!("{}\0", placed.keyed()),
    ] {
        let (code, _) = shop
            .refusal(
                "query One($id: ID!) { order(id: $id) { id } }",
                json!({ "id": id }),
            )
            .await;
        assert_eq!(code, "INVALID_ID", "{id}");
    }
    // Parts and addresses of an order are seen through it only.
    for id in [
        placed.part(0),
        format!("gid://lilium/MailingAddress/{}", placed.id),
    ] {
        let node = "query One($id: ID!) { node(id: $id) { id } }";
        let found = shop.data(node, json!({ "id": id })).await;
        assert_eq!(found["node"], Value::Null, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_shows_what_was_bought_and_of_whom() {
    let shop = Shop::open().await;
    let wish = Wish {
        states: [OrderState::Delivered, OrderState::Rejected],
        ..Wish::default()
    };
    let placed = place(&shop.sql().await, &wish).await;
    let order = shop.data(&whole(), json!({ "id": placed.keyed() })).await["order"].clone();
    let (number, name) = (placed.number, format!("#{}", placed.number));
    let amount = |amount: &str| json!({ "amount": amount });
    for (field, value) in [
        ("name", json!(name)),
        ("orderNumber", json!(number)),
        ("state", json!("DELIVERED")),
        ("email", json!("ann@example.com")),
        ("phone", json!("+1 555 0100")),
        ("canceledAt", Value::Null),
        ("cancellable", json!(false)),
        ("currencyCode", json!("USD")),
        ("customerLocale", json!("EN")),
        ("note", json!("Ring twice")),
        ("edited", json!(false)),
        ("financialStatus", json!("PAID")),
        ("fulfillmentStatus", json!("FULFILLED")),
        ("paymentMethod", json!("CASH_ON_DELIVERY")),
        (
            "customAttributes",
            json!([{ "key": "gift", "value": "yes" }, { "key": "bare", "value": null }]),
        ),
        (
            "subtotalPrice",
            json!({ "amount": "70.00", "currencyCode": "USD" }),
        ),
        ("totalPrice", amount("78.00")),
        ("totalTax", amount("1.00")),
        ("totalShippingPrice", amount("7.50")),
        ("originalTotalPrice", amount("78.00")),
        ("currentSubtotalPrice", amount("55.00")),
        ("currentTotalPrice", amount("58.50")),
        ("currentTotalShippingPrice", amount("2.50")),
        ("currentTotalTax", amount("1.00")),
    ] {
        assert_eq!(order[field], value, "{field}");
    }
    let url = order["statusUrl"].as_str().unwrap();
    let end = format!("/orders/{}?key={}", placed.id, placed.secret.text());
    assert!(url.ends_with(&end), "{url}");
    let address = &order["shippingAddress"];
    assert_eq!(address["company"], Value::Null);
    assert_eq!(
        address["named"],
        json!([
            "Ann Weaver",
            "1 Loom Street",
            "Springfield IL 62701",
            "United States"
        ])
    );
    assert_eq!(address["formattedArea"], "Springfield, IL, United States");
    assert_lines(&order);
}

fn assert_lines(order: &Value) {
    let lines = order["lineItems"]["nodes"].as_array().unwrap();
    let short: Vec<Value> = lines
        .iter()
        .map(|line| {
            assert!(line["variant"]["id"].is_string() && line["image"]["url"].is_string());
            json!([
                line["title"],
                line["quantity"],
                line["currentQuantity"],
                line["state"],
                line["unitPrice"]["amount"],
                line["originalTotalPrice"]["amount"],
                line["discountedTotalPrice"]["amount"]
            ])
        })
        .collect();
    assert_eq!(
        short,
        [
            json!(["Thing 1", 2, 2, "DELIVERED", "12.50", "25.00", "25.00"]),
            json!(["Thing 2", 1, 1, "DELIVERED", "30.00", "30.00", "30.00"]),
            json!(["Thing 3", 3, 0, "REJECTED", "5.00", "15.00", "14.50"]),
        ]
    );
    let parts = order["vendorOrders"].as_array().unwrap();
    let cost: Vec<&Value> = parts
        .iter()
        .map(|part| &part["cost"]["total"]["amount"])
        .collect();
    assert_eq!(cost, [&json!("58.50"), &json!("19.50")]);
    assert_eq!(parts[0]["lines"].as_array().unwrap().len(), 2);
    assert_eq!(
        parts[1]["lines"],
        json!([{ "title": "Thing 3", "quantity": 3 }])
    );
    let payment = &order["payment"];
    assert_eq!(payment["state"], "PAID");
    assert_eq!(payment["paid"]["amount"], "58.50");
    assert_eq!(payment["owed"]["amount"], "0.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timeline_tells_each_step_and_no_person() {
    let shop = Shop::open().await;
    let wish = Wish {
        states: [OrderState::Accepted, OrderState::Pending],
        ..Wish::default()
    };
    let placed = place(&shop.sql().await, &wish).await;
    let order = shop.data(&whole(), json!({ "id": placed.keyed() })).await["order"].clone();
    let entries = order["timeline"].as_array().unwrap();
    let short: Vec<Value> = entries
        .iter()
        .map(|entry| {
            json!([
                entry["kind"],
                entry["state"],
                entry["actor"],
                entry["vendorOrder"]
            ])
        })
        .collect();
    let part = |at: usize| json!({ "name": format!("#{}-{at}", placed.number) });
    assert_eq!(
        short,
        [
            json!(["PLACED", "AWAITING_PAYMENT", "CUSTOMER", null]),
            json!(["RELEASED", "PENDING", "SYSTEM", part(1)]),
            json!(["ACCEPTED", "ACCEPTED", "VENDOR", part(1)]),
            json!(["RELEASED", "PENDING", "SYSTEM", part(2)]),
        ]
    );
    // Nobody's id stands in it: the type has no field for one.
    let fields = shop
        .data(
            "{ __type(name: \"OrderTimelineEntry\") { fields { name } } }",
            json!({}),
        )
        .await;
    let names: Vec<&str> = fields["__type"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["kind", "state", "vendorOrder", "actor", "happenedAt"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn money_has_the_digits_of_the_orders_currency() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    for (currency, total, price) in [
        ("KWD", "7.800", "1.250"),
        ("USD", "78.00", "12.50"),
        ("JPY", "7800.0", "1250.0"),
    ] {
        let wish = Wish {
            currency,
            ..Wish::default()
        };
        let placed = place(&sql, &wish).await;
        let order = shop.data(&whole(), json!({ "id": placed.keyed() })).await["order"].clone();
        assert_eq!(order["currencyCode"], currency);
        assert_eq!(order["totalPrice"]["amount"], total);
        assert_eq!(order["lineItems"]["nodes"][0]["unitPrice"]["amount"], price);
        assert_eq!(order["payment"]["amount"]["amount"], total);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_blanked_is_absent() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let placed = place(&sql, &Wish::default()).await;
    let blank = "UPDATE order_contacts SET email = '', first_name = '', last_name = '', address1 = '', city = '', province = '', \
         zip = '', phone = '' WHERE order_id = $1";
    assert_eq!(sql.execute(blank, &[&placed.id]).await.unwrap(), 1);
    let order = shop.data(&whole(), json!({ "id": placed.keyed() })).await["order"].clone();
    assert_eq!(order["email"], Value::Null);
    assert_eq!(order["phone"], Value::Null);
    assert_eq!(order["shippingAddress"]["name"], Value::Null);
    assert_eq!(
        order["shippingAddress"]["formatted"],
        json!(["United States"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variant_that_is_no_longer_seen_is_absent_and_the_line_stays() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let placed = place(&sql, &Wish::default()).await;
    let pause = "UPDATE vendors SET state = 'PAUSED' WHERE id = $1";
    sql.execute(pause, &[&placed.vendors[0]]).await.unwrap();
    let order = shop.data(&whole(), json!({ "id": placed.keyed() })).await["order"].clone();
    let lines = order["lineItems"]["nodes"].as_array().unwrap();
    let seen: Vec<bool> = lines
        .iter()
        .map(|line| line["variant"].is_object())
        .collect();
    assert_eq!(seen, [false, false, true]);
    assert_eq!(lines[0]["title"], "Thing 1");
    let parts = order["vendorOrders"].as_array().unwrap();
    assert_eq!(parts[0]["vendor"], Value::Null);
    assert!(!parts[0]["vendorName"].as_str().unwrap().is_empty());
    assert!(parts[1]["vendor"]["name"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_for_its_owner_and_for_staff_who_may() {
    let shop = Inside::open().await;
    let placed = place(&shop.sql().await, &Wish::default()).await;
    let stranger = Uuid::now_v7();
    let wrong = format!("{}?key={}", placed.gid(), Secret::new().unwrap().text());
    for (who, viewer, sees) in [
        ("owner", viewer(placed.customer, Role::Customer, None), true),
        ("support", viewer(stranger, Role::Support, None), true),
        ("administrator", viewer(stranger, Role::Admin, None), true),
        ("stranger", viewer(stranger, Role::Customer, None), false),
        ("driver", viewer(stranger, Role::Driver, None), false),
        (
            "vendor",
            viewer(stranger, Role::VendorOwner, Some(placed.vendors[0])),
            false,
        ),
    ] {
        let found = shop
            .data(Some(&viewer), ID, json!({ "id": placed.gid() }))
            .await;
        let expected = if sees {
            json!({ "id": placed.gid() })
        } else {
            Value::Null
        };
        assert_eq!(found["order"], expected, "{who}");
        assert_eq!(found["node"], expected, "{who}");
        let found = shop.data(Some(&viewer), ID, json!({ "id": wrong })).await;
        assert_eq!(found["order"], Value::Null, "{who} with a wrong key");
        let found = shop
            .data(Some(&viewer), ID, json!({ "id": placed.keyed() }))
            .await;
        assert_eq!(
            found["order"]["id"],
            json!(placed.keyed()),
            "{who} with the key"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_costs_the_same_statements_as_many() {
    let shop = Shop::open().await;
    let sql = shop.sql().await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(place(&sql, &Wish::default()).await.keyed());
    }
    let document =
        format!("query Some($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Order {{ {WHOLE} }} }} }}");
    for count in [1, 5, 20] {
        let answer = shop.ask(&document, json!({ "ids": ids[..count] })).await;
        assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
        let found = answer.body["data"]["nodes"].as_array().unwrap();
        assert!(found.len() == count && found.iter().all(|order| order["name"].is_string()));
        // Orders, contacts, parts, payments, timelines, lines, vendors, variants, their products.
        assert_eq!(answer.statements, 9, "{count} orders");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_mutation_answers_is_read_after_its_change() {
    let shop = Inside::open().await;
    let placed = place(&shop.sql().await, &Wish::default()).await;
    let document = "query Changed($id: String!) { changed(id: $id) { id note } }";
    let found = shop
        .data(None, document, json!({ "id": placed.keyed() }))
        .await;
    assert_eq!(
        found["changed"],
        json!([{ "id": placed.keyed(), "note": "Ring twice" }, { "id": placed.keyed(), "note": "Changed" }])
    );
}
