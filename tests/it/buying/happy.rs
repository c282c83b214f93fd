//! The whole way of an order that nothing goes wrong with.

use super::{
    Client, Counter, Goods, by_card, card, cash, count, decimal, goods, keyless, level, line,
    of_one_vendor, open, price, row, stock, until, with,
};
use crate::support::{Shop, moved, whole};
use serde_json::{Value, json};
use std::time::Duration;

/// What the timeline says, without the times: what, the state, who, and which part of the order, none for the whole.
fn timeline(order: &Value) -> Vec<(String, String, String, Option<usize>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parts = order["vendorOrders"].as_array().unwrap();
    let entry = |entry: &Value| {
        let part = &entry["vendorOrder"]["id"];
        let at = parts.iter().position(|other| &other["id"] == part);
        assert_eq!(part.is_null(), at.is_none());
        (
            text(&entry["kind"]),
            text(&entry["state"]),
            text(&entry["actor"]),
            at,
        )
    };
    let entries = order["timeline"].as_array().unwrap();
    entries.iter().map(entry).collect()
}

fn entries(
    expected: &[(&str, &str, &str, Option<usize>)],
) -> Vec<(String, String, String, Option<usize>)> {
    expected
        .iter()
        .map(|(kind, state, actor, part)| {
            (
                (*kind).to_owned(),
                (*state).to_owned(),
                (*actor).to_owned(),
                *part,
            )
        })
        .collect()
}

/// The events of an order in their order: what, which part it happened to, and which vendors may see it. Everybody else who may is
/// the same each time.
async fn events(sql: &Client, order: &Value) -> Vec<(String, Option<usize>, Vec<usize>)> {
    moved(sql).await;
    let id = row(&order["id"]);
    let customer: uuid::Uuid = sql
        .query_one("SELECT customer_id FROM orders WHERE id = $1", &[&id])
        .await
        .unwrap()
        .get(0);
    let told = "SELECT kind, subject_id, audiences FROM events WHERE facts ->> 'order' = $1 ORDER BY position";
    let parts = order["vendorOrders"].as_array().unwrap();
    let mut found = Vec::new();
    for event in sql.query(told, &[&id.to_string()]).await.unwrap() {
        let subject: uuid::Uuid = event.get(1);
        let part = parts.iter().position(|part| row(&part["id"]) == subject);
        assert!(part.is_some() || subject == id);
        let mut audiences: Vec<String> = event.get(2);
        for everybody in [
            format!("order:{id}"),
            format!("customer:{customer}"),
            "staff".to_owned(),
        ] {
            let at = audiences.iter().position(|one| *one == everybody);
            audiences.remove(at.unwrap());
        }
        let vendor = |audience: &String| {
            let vendors = parts
                .iter()
                .map(|part| format!("vendor:{}", row(&part["vendor"]["id"])));
            vendors
                .into_iter()
                .position(|one| one == *audience)
                .unwrap()
        };
        found.push((
            event.get(0),
            part,
            audiences.iter().map(vendor).collect::<Vec<_>>(),
        ));
    }
    found
}

fn told(expected: &[(&str, Option<usize>, &[usize])]) -> Vec<(String, Option<usize>, Vec<usize>)> {
    expected
        .iter()
        .map(|(kind, part, vendors)| ((*kind).to_owned(), *part, vendors.to_vec()))
        .collect()
}

async fn is_listed(counter: &Counter, sql: &Client, goods: &Goods) -> bool {
    let listed = "SELECT bool_and(in_stock), bool_or(in_stock) FROM listings WHERE product_id = $1";
    let found = sql.query_one(listed, &[&goods.product]).await.unwrap();
    assert_eq!(found.get::<_, bool>(0), found.get::<_, bool>(1));
    let id = format!("gid://lilium/Product/{}", goods.product);
    let query = "query($id: ID!) { product(id: $id) { availableForSale } }";
    let data = counter.data(query, json!({ "id": id })).await;
    assert_eq!(data["product"]["availableForSale"], found.get::<_, bool>(0));
    found.get(0)
}

/// A variant that is all there is of its product.
async fn only_child(sql: &Client) -> Goods {
    let mut found = None;
    for goods in goods(sql, 40).await {
        let siblings = "SELECT count(*) FROM variants WHERE product_id = $1";
        let row = sql.query_one(siblings, &[&goods.product]).await.unwrap();
        if row.get::<_, i64>(0) == 1 {
            found.get_or_insert(goods);
        }
    }
    found.unwrap()
}

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

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_out_is_listed_so_and_comes_back() {
    let (shop, sql, guest) = open().await;
    let last = only_child(&sql).await;
    stock(&sql, last.variant, 2).await;
    let owner = guest.sign_in(&last.owner()).await;
    assert!(is_listed(&guest, &sql, &last).await);
    let buy = async || guest.buy(cash(&guest.cart(&[line(&last, 2)]).await)).await;

    let order = buy().await;
    assert!(!is_listed(&guest, &sql, &last).await);
    let id = order["id"].as_str().unwrap();
    let cancelled = guest.cancel(id, None).await["order"].clone();
    assert_eq!(
        (&cancelled["state"], &cancelled["financialStatus"]),
        (&json!("CANCELLED"), &json!("VOIDED"))
    );
    assert!(is_listed(&guest, &sql, &last).await);

    let order = buy().await;
    assert!(!is_listed(&guest, &sql, &last).await);
    owner.stepped("Reject", &order["vendorOrders"][0]).await;
    assert!(is_listed(&guest, &sql, &last).await);

    let cart = guest.cart(&[line(&last, 2)]).await;
    let declined = guest.refused(by_card(&cart, card::DECLINE)).await;
    assert_eq!(
        declined,
        [("PAYMENT_DECLINED".to_owned(), "input.testCard".to_owned())]
    );
    assert!(is_listed(&guest, &sql, &last).await);

    // What was sent does not come back, and what is on hand is nothing.
    let order = buy().await;
    for step in ["Accept", "Prepare", "Ship"] {
        owner.stepped(step, &order["vendorOrders"][0]).await;
    }
    assert!(!is_listed(&guest, &sql, &last).await);
    assert_eq!(level(&sql, &last).await, (0, 0));
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_stays_as_it_was_sold_whatever_becomes_of_the_catalogue() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let order = guest
        .buy(cash(
            &guest.cart(&[line(&some[0], 1), line(&some[1], 2)]).await,
        ))
        .await;
    let id = order["id"].as_str().unwrap();
    sql.batch_execute(
        "UPDATE products SET title = 'Something else'; UPDATE product_translations SET title = 'Something else';
         UPDATE variants SET sku = NULL; UPDATE variant_prices SET amount = amount + 777, compare_at = NULL;
         UPDATE order_contacts SET company = company",
    )
    .await
    .unwrap();
    assert_eq!(guest.order(id).await, order);
    let owner = guest.sign_in(&some[0].owner()).await;
    let desk = owner.desk(&some[0].vendor_gid()).await;
    assert_eq!(
        desk[0]["lines"][0]["title"],
        order["vendorOrders"][0]["lines"][0]["title"]
    );
    assert_eq!(
        desk[0]["amountToCollect"]["amount"],
        order["vendorOrders"][0]["cost"]["total"]["amount"]
    );
    drop(shop);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_of_its_market_and_in_the_language_it_was_made_in() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let [one, two] = [
        price(&sql, &some[0], "KWD").await,
        price(&sql, &some[1], "KWD").await,
    ];
    let kuwait = json!({ "lines": [line(&some[0], 3), line(&some[1], 1)], "buyerIdentity": { "countryCode": "KW", "email": "dina@example.com" } });
    let cart = guest.cart_of(kuwait).await;
    let total = json!({ "amount": decimal(3 * one + two, 3), "currencyCode": "KWD" });
    let input = with(
        by_card(&cart, card::APPROVE),
        "/shippingAddress/countryCode",
        json!("KW"),
    );
    let input = with(
        with(input, "/expectedTotal", total.clone()),
        "/email",
        Value::Null,
    );
    let arabic = Counter::checkout(Some("one")).replacen(
        ") {",
        ") @inContext(country: KW, language: AR) {",
        1,
    );
    let answer = guest.data(&arabic, json!({ "input": input })).await["done"].clone();
    let order = &answer["order"];
    assert_eq!(answer["userErrors"], json!([]));
    assert_eq!(
        (&order["totalPrice"], &order["email"]),
        (&total, &json!("dina@example.com"))
    );
    assert_eq!(order["payment"]["paid"]["amount"], total["amount"]);
    assert!(
        order["customerLocale"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .starts_with("ar"),
        "{order:#}"
    );
    for (goods, part) in some.iter().zip(order["vendorOrders"].as_array().unwrap()) {
        let title =
            "SELECT title FROM product_translations WHERE product_id = $1 AND language = 'AR'";
        let title: String = sql
            .query_one(title, &[&goods.product])
            .await
            .unwrap()
            .get(0);
        assert_eq!(part["lines"][0]["title"], title);
    }
    // Read in English, what was sold is still called what it was called.
    let read = guest.order(order["id"].as_str().unwrap()).await;
    assert_eq!(
        read["vendorOrders"][0]["lines"],
        order["vendorOrders"][0]["lines"]
    );
    let dollars = guest
        .buy(cash(&guest.cart(&[line(&some[0], 1)]).await))
        .await;
    assert_eq!(dollars["totalPrice"]["currencyCode"], "USD");
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bought_cart_forgets_its_buyer_and_each_step_of_it_is_told() {
    let (_shop, sql, counter) = open().await;
    let goods = goods(&sql, 1).await;
    let input = json!({ "lines": [{ "merchandiseId": goods[0].gid(), "quantity": 1 }], "note": "ring twice",
        "buyerIdentity": { "email": "buyer@example.com", "phone": "+1 555 0101" } });
    let stands = "SELECT c.email, c.phone, c.note, c.state::text, array(
        SELECT (facts ->> 'version')::int FROM events
        WHERE subject_id = c.id ORDER BY 1), (SELECT note FROM orders WHERE cart_id = c.id ORDER BY id DESC LIMIT 1) FROM carts c WHERE id = $1";
    let stands = async |cart: &str| {
        moved(&sql).await;
        let found = sql.query_one(stands, &[&row(&json!(cart))]).await.unwrap();
        let texts =
            [0, 1, 2, 3, 5].map(|at| found.get::<_, Option<String>>(at).unwrap_or_default());
        (texts, found.get::<_, Vec<i32>>(4))
    };

    let cart = counter.cart_of(input.clone()).await;
    counter.complete(by_card(&cart, card::DECLINE), None).await;
    let kept = [
        "buyer@example.com",
        "+1 555 0101",
        "ring twice",
        "OPEN",
        "ring twice",
    ];
    assert_eq!(
        stands(&cart).await,
        (kept.map(str::to_owned), vec![1, 2, 3])
    );
    counter.buy(by_card(&cart, card::APPROVE)).await;
    let gone = ["", "", "", "BOUGHT", "ring twice"].map(str::to_owned);
    assert_eq!(stands(&cart).await, (gone.clone(), vec![1, 2, 3, 4, 5]));
    let cart = counter.cart_of(input).await;
    counter.buy(cash(&cart)).await;
    assert_eq!(stands(&cart).await, (gone, vec![1, 2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_from_a_stranger_makes_no_order_of_the_strangers() {
    let shop = Shop::open().await;
    let token = shop.sign_in("ada@example.com", "lilium-demo").await;
    let variant: uuid::Uuid = shop.sql().await
        .query_one("SELECT s.variant_id FROM stock_levels s JOIN variants v ON v.id = s.variant_id JOIN listings l ON l.product_id = v.product_id WHERE s.on_hand > 5 ORDER BY 1 LIMIT 1", &[])
        .await.unwrap().get(0);
    let create = "mutation Begin($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines }) { cart { id } } }";
    let lines =
        json!({ "lines": [{ "merchandiseId": format!("gid://lilium/ProductVariant/{variant}") }] });
    let made = shop.ask_as(&token, create, lines).await;
    let cart = made.body["data"]["cartCreate"]["cart"]["id"].clone();
    // A guest buys it, even with the address that the account was signed up with: nobody has shown that it is theirs.
    let buy = "mutation Buy($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { order { name } userErrors { code } } }";
    let input = json!({ "cartId": cart, "email": "ada@example.com", "paymentMethod": "CASH_ON_DELIVERY",
        "shippingAddress": { "lastName": "Victim", "address1": "1 Way", "city": "Town", "countryCode": "US" } });
    let bought = shop.data(buy, json!({ "input": input })).await;
    assert!(
        bought["checkoutComplete"]["order"]["name"].is_string(),
        "{bought:#}"
    );
    let orders = "{ viewer { orders(first: 10) { nodes { name } } } }";
    let seen = shop.ask_as(&token, orders, json!({})).await;
    assert_eq!(seen.body["data"]["viewer"]["orders"]["nodes"], json!([]));
}
