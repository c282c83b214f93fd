//! What a vendor's staff sees, and that nobody else does.

use super::fixture::{Placed, Wish, place, vendors};
use super::inside::{Inside, viewer};
use lilium::domains::accounts::{Role, Viewer};
use lilium::domains::orders::OrderState;
use serde_json::{Value, json};
use uuid::Uuid;

fn clerk(vendor: Uuid) -> Viewer {
    viewer(Uuid::now_v7(), Role::VendorStaff, Some(vendor))
}

fn list(arguments: &str) -> String {
    format!(
        "query Desk($vendor: ID!) {{ vendorDesk(vendorId: $vendor) {{ orders(first: 50 {arguments}) {{ nodes {{ id }} }} }} }}"
    )
}

async fn listed(shop: &Inside, viewer: &Viewer, vendor: &str, arguments: &str) -> Vec<String> {
    let data = shop
        .data(Some(viewer), &list(arguments), json!({ "vendor": vendor }))
        .await;
    let nodes = data["vendorDesk"]["orders"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["id"].as_str().unwrap().to_owned())
        .collect()
}

const ORDER: &str = "id name state version steps note placedAt updatedAt trackingCompany trackingNumber endNote paymentMethod
    amountToCollect { amount currencyCode } cost { total { amount } }
    lines { title variantTitle sku quantity unitPrice { amount } totalPrice { amount } image { url } customAttributes { key } }
    contact { name phone address { address1 formatted } } timeline { kind state actor happenedAt }";

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_is_for_its_own_staff() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let placed = place(&sql, &Wish::default()).await;
    let open = "query Desk($vendor: ID!) { vendorDesk(vendorId: $vendor) { vendor { id name handle state } } }";
    let own = json!({ "vendor": placed.vendor(0) });
    for id in [placed.vendor(0), "nonsense".to_owned()] {
        let code = shop.refusal(None, open, json!({ "vendor": id })).await;
        assert_eq!(code, "UNAUTHENTICATED");
    }
    let stranger = Uuid::now_v7();
    let missing = Uuid::now_v7();
    let nothing = json!({ "vendorDesk": null });
    for viewer in [
        viewer(placed.customer, Role::Customer, None),
        viewer(stranger, Role::Driver, None),
        clerk(placed.vendors[1]),
    ] {
        assert_eq!(shop.data(Some(&viewer), open, own.clone()).await, nothing);
    }
    let gone = json!({ "vendor": format!("gid://lilium/Vendor/{missing}") });
    let admin = viewer(stranger, Role::Admin, None);
    assert_eq!(shop.data(Some(&admin), open, gone.clone()).await, nothing);
    assert_eq!(shop.data(Some(&clerk(missing)), open, gone).await, nothing);
    // A vendor that does not sell for now still has its desk.
    let pause = "UPDATE vendors SET state = 'PAUSED' WHERE id = $1";
    sql.execute(pause, &[&placed.vendors[0]]).await.unwrap();
    for viewer in [
        clerk(placed.vendors[0]),
        viewer(stranger, Role::Support, None),
        admin,
    ] {
        let desk = shop.data(Some(&viewer), open, own.clone()).await;
        let vendor = &desk["vendorDesk"]["vendor"];
        assert_eq!(vendor["id"], json!(placed.vendor(0)));
        assert_eq!(vendor["state"], "PAUSED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_sees_its_own_part_and_nothing_unpaid() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let shown = place(&sql, &Wish::default()).await;
    let unpaid = Wish {
        states: [OrderState::AwaitingPayment; 2],
        released: false,
        ..Wish::default()
    };
    let unpaid = place(&sql, &unpaid).await;
    let declined = Wish {
        states: [OrderState::Cancelled; 2],
        released: false,
        ..Wish::default()
    };
    let declined = place(&sql, &declined).await;
    let cancelled = Wish {
        states: [OrderState::Cancelled; 2],
        ..Wish::default()
    };
    let cancelled = place(&sql, &cancelled).await;
    for at in [0, 1] {
        let clerk = clerk(shown.vendors[at]);
        let vendor = shown.vendor(at);
        assert_eq!(
            listed(&shop, &clerk, &vendor, "").await,
            [cancelled.part(at), shown.part(at)]
        );
        assert_eq!(
            listed(&shop, &clerk, &vendor, ", states: [AWAITING_PAYMENT]").await,
            [""; 0]
        );
        let one = "query One($vendor: ID!, $id: ID!) { vendorDesk(vendorId: $vendor) { order(id: $id) { id } orderCounts { state count } } }";
        for (id, sees) in [
            (shown.part(at), true),
            (cancelled.part(at), true),
            (shown.part(1 - at), false),
            (unpaid.part(at), false),
            (declined.part(at), false),
            (
                format!("gid://lilium/VendorOrder/{}", Uuid::now_v7()),
                false,
            ),
        ] {
            let found = shop
                .data(Some(&clerk), one, json!({ "vendor": vendor, "id": id }))
                .await;
            let desk = &found["vendorDesk"];
            assert_eq!(desk["order"]["id"].is_string(), sees, "{id}");
            assert_eq!(
                desk["orderCounts"],
                json!([{ "state": "PENDING", "count": 1 }, { "state": "CANCELLED", "count": 1 }])
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_order_says_what_to_do_with_it() {
    let shop = Inside::open().await;
    let wish = Wish {
        states: [OrderState::Accepted, OrderState::Shipped],
        currency: "KWD",
        ..Wish::default()
    };
    let placed = place(&shop.sql().await, &wish).await;
    let document = format!(
        "query One($vendor: ID!, $id: ID!) {{ vendorDesk(vendorId: $vendor) {{ order(id: $id) {{ {ORDER} }} }} }}"
    );
    let variables = json!({ "vendor": placed.vendor(0), "id": placed.part(0) });
    let found = shop
        .data(Some(&clerk(placed.vendors[0])), &document, variables)
        .await;
    let order = &found["vendorDesk"]["order"];
    for (field, value) in [
        ("name", json!(format!("#{}", placed.number))),
        ("state", json!("ACCEPTED")),
        ("version", json!(1)),
        ("steps", json!(["PREPARE", "REJECT"])),
        ("note", json!("Ring twice")),
        ("paymentMethod", json!("CASH_ON_DELIVERY")),
        (
            "amountToCollect",
            json!({ "amount": "5.850", "currencyCode": "KWD" }),
        ),
        ("cost", json!({ "total": { "amount": "5.850" } })),
    ] {
        assert_eq!(order[field], value, "{field}");
    }
    assert_eq!(order["contact"]["name"], "Ann Weaver");
    assert_eq!(order["contact"]["phone"], "+1 555 0100");
    assert_eq!(order["contact"]["address"]["address1"], "1 Loom Street");
    let lines = order["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["unitPrice"]["amount"], "1.250");
    assert!(lines[0]["image"]["url"].is_string());
    let kinds: Vec<&Value> = order["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["kind"])
        .collect();
    assert_eq!(kinds, [&json!("RELEASED"), &json!("ACCEPTED")]);
    // An address to write to is not among what a vendor needs.
    assert!(!found.to_string().contains("ann@example.com"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_courier_collects_ends_with_the_order() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let document = "query One($vendor: ID!, $id: ID!) { vendorDesk(vendorId: $vendor) { order(id: $id) { amountToCollect { amount } steps } } }";
    for (method, state, amount) in [
        ("CASH_ON_DELIVERY", OrderState::Pending, "58.50"),
        ("CASH_ON_DELIVERY", OrderState::Shipped, "58.50"),
        ("CASH_ON_DELIVERY", OrderState::Delivered, "0.00"),
        ("CASH_ON_DELIVERY", OrderState::Rejected, "0.00"),
        ("TEST", OrderState::Shipped, "0.00"),
    ] {
        let wish = Wish {
            method,
            states: [state, OrderState::Pending],
            ..Wish::default()
        };
        let placed = place(&sql, &wish).await;
        let variables = json!({ "vendor": placed.vendor(0), "id": placed.part(0) });
        let found = shop
            .data(Some(&clerk(placed.vendors[0])), document, variables)
            .await;
        let order = &found["vendorDesk"]["order"];
        assert_eq!(
            order["amountToCollect"]["amount"], amount,
            "{method} {state:?}"
        );
        let ends = order["steps"].as_array().unwrap().is_empty();
        assert_eq!(ends, state.is_end(), "{state:?}");
    }
}

async fn buyer(sql: &tokio_postgres::Client, name: [&'static str; 2], state: OrderState) -> Placed {
    let wish = Wish {
        name,
        states: [state, OrderState::Pending],
        ..Wish::default()
    };
    place(sql, &wish).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_is_searched_by_state_number_name_and_time() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let ann = buyer(&sql, ["Ann", "Weaver"], OrderState::Pending).await;
    let bob = buyer(&sql, ["Bob", "Wea%r"], OrderState::Accepted).await;
    let eva = buyer(&sql, ["Eva", "Öz"], OrderState::Delivered).await;
    let old = "UPDATE vendor_orders SET placed_at = '2026-01-01T00:00:00Z' WHERE order_id = $1";
    assert_eq!(sql.execute(old, &[&ann.id]).await.unwrap(), 2);
    let clerk = clerk(ann.vendors[0]);
    let [a, b, e] = [&ann, &bob, &eva].map(|placed| placed.part(0));
    let number = format!(", query: \"#{}-1\"", bob.number);
    let other_number = format!(", query: \"{}\"", eva.number);
    for (arguments, expected) in [
        ("", vec![&e, &b, &a]),
        (", reverse: true", vec![&a, &b, &e]),
        (", states: []", vec![&e, &b, &a]),
        (", states: [ACCEPTED]", vec![&b]),
        (", states: [ACCEPTED, PENDING, PENDING]", vec![&b, &a]),
        (number.as_str(), vec![&b]),
        (other_number.as_str(), vec![&e]),
        (", query: \"weaver\"", vec![&a]),
        (", query: \" WEA\"", vec![&b, &a]),
        // What would be a pattern is a text.
        (", query: \"wea%\"", vec![&b]),
        (", query: \"_ea\"", vec![]),
        (", query: \"ann wea\"", vec![&a]),
        (", query: \"öz\"", vec![&e]),
        (", query: \"\"", vec![&e, &b, &a]),
        (", query: \"'; DROP\"", vec![]),
        (", placedBefore: \"2026-01-02T00:00:00Z\"", vec![&a]),
        (", placedAfter: \"2026-01-02T00:00:00Z\"", vec![&e, &b]),
        (
            ", placedAfter: \"2026-01-02T00:00:00Z\", states: [DELIVERED], query: \"eva\"",
            vec![&e],
        ),
    ] {
        let found = listed(&shop, &clerk, &ann.vendor(0), arguments).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{arguments}");
    }
    let long = format!(", query: \"{}\"", "a".repeat(101));
    for arguments in [
        long.as_str(),
        ", query: \"a\\u0000\"",
        ", placedAfter: \"-5000-01-01T00:00:00Z\"",
    ] {
        let variables = json!({ "vendor": ann.vendor(0) });
        let code = shop
            .refusal(Some(&clerk), &list(arguments), variables)
            .await;
        assert_eq!(code, "BAD_USER_INPUT", "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_is_walked_through_and_costs_the_same_on_every_page() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let own = vendors(&sql).await;
    let mut parts = Vec::new();
    for _ in 0..20 {
        parts.insert(0, place(&sql, &Wish::default()).await.part(0));
    }
    let clerk = clerk(own[0]);
    let vendor = format!("gid://lilium/Vendor/{}", own[0]);
    let document = format!(
        "query Desk($vendor: ID!, $first: Int, $after: String) {{ vendorDesk(vendorId: $vendor) {{ vendor {{ name }} orderCounts {{ count }}
            orders(first: $first, after: $after) {{ nodes {{ {ORDER} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
    );
    for size in [3, 7, 20] {
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "vendor": vendor, "first": size, "after": after });
            let answer = shop.ask(Some(&clerk), &document, variables).await;
            assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
            // The vendor, the counts, the page, lines, contacts, timelines.
            assert_eq!(answer.statements, 6, "{size}");
            let page = &answer.body["data"]["vendorDesk"]["orders"];
            for node in page["nodes"].as_array().unwrap() {
                seen.push(node["id"].as_str().unwrap().to_owned());
            }
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen, parts, "{size}");
    }
}

const STEPS: [(&str, &str); 5] = [
    ("vendorOrderAccept", "VendorOrderStepInput"),
    ("vendorOrderPrepare", "VendorOrderStepInput"),
    ("vendorOrderDeliver", "VendorOrderStepInput"),
    ("vendorOrderReject", "VendorOrderRejectInput"),
    ("vendorOrderShip", "VendorOrderShipInput"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_step_with_a_strangers_order_is_one_with_a_missing_order() {
    let shop = Inside::open().await;
    let placed = place(&shop.sql().await, &Wish::default()).await;
    let missing = format!("gid://lilium/VendorOrder/{}", Uuid::now_v7());
    let nowhere = format!("gid://lilium/Vendor/{}", Uuid::now_v7());
    let clerk = clerk(placed.vendors[0]);
    for (mutation, input) in STEPS {
        let document = format!(
            "mutation Step($input: {input}!) {{ {mutation}(input: $input) {{ vendorOrder {{ id }} userErrors {{ code field message }} }} }}"
        );
        let mut answers = Vec::new();
        for (vendor, order) in [
            (placed.vendor(0), placed.part(1)),
            (placed.vendor(0), missing.clone()),
            (placed.vendor(1), placed.part(1)),
            (placed.vendor(1), placed.part(0)),
            (nowhere.clone(), placed.part(0)),
        ] {
            let variables = json!({ "input": { "vendorId": vendor, "vendorOrderId": order } });
            let code = shop.refusal(None, &document, variables.clone()).await;
            assert_eq!(code, "UNAUTHENTICATED");
            let answer = shop.data(Some(&clerk), &document, variables).await[mutation].clone();
            assert_eq!(answer["vendorOrder"], Value::Null);
            let error = &answer["userErrors"][0];
            assert_eq!(error["code"], "NOT_FOUND");
            assert_eq!(error["field"], json!(["input", "vendorOrderId"]));
            answers.push(answer);
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_an_order_cannot_call_it_off() {
    let shop = Inside::open().await;
    let placed = place(&shop.sql().await, &Wish::default()).await;
    let document = "mutation Cancel($input: OrderCancelInput!) { orderCancel(input: $input) { order { id } userErrors { code field } } }";
    let other = format!("{}?key={}", placed.gid(), "A".repeat(22));
    let stranger = viewer(Uuid::now_v7(), Role::Customer, None);
    let support = viewer(Uuid::now_v7(), Role::Support, None);
    for (viewer, id) in [
        (None, placed.gid()),
        (None, other),
        (Some(&stranger), placed.gid()),
        // Support sees orders, and does not call them off.
        (Some(&support), placed.gid()),
        (None, format!("gid://lilium/Order/{}", Uuid::now_v7())),
    ] {
        let variables = json!({ "input": { "orderId": id } });
        let answer = shop.data(viewer, document, variables).await;
        assert_eq!(
            answer["orderCancel"],
            json!({ "order": null, "userErrors": [{ "code": "NOT_FOUND", "field": ["input", "orderId"] }] })
        );
    }
}
