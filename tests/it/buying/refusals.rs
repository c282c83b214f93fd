//! What cannot be bought: each refusal names the field, and nothing was changed.

use super::counter::{Counter, refusals};
use super::{
    Client, Goods, by_card, card, cash, goods, kept, keyless, line, open, stock, until, with,
};
use crate::support::{Shop, TOKEN_KEYS, whole};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

fn one(code: &str, field: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), field.to_owned())]
}

/// The code of the error that an operation must answer.
async fn error(counter: &Counter, query: &str, variables: Value) -> String {
    let body = counter.ask(query, variables).await;
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("{body:#}"))
        .to_owned()
}

/// Another row's id in a global id, the rest as it is.
fn with_row(gid: &str, id: Uuid) -> String {
    let (start, rest) = gid.rsplit_once('/').unwrap();
    format!("{start}/{id}{}", &rest[36..])
}

/// The id of `gid` with the key of `other`.
fn with_key_of(gid: &str, other: &str) -> String {
    let (_, key) = other.split_once("?key=").unwrap();
    format!("{}?key={key}", keyless(gid))
}

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
    assert_eq!(super::count(&sql, orders).await, 1);
    whole(&shop).await;
}

/// What happens to the goods between cart and checkout, how it is undone, and what is answered.
fn harms(goods: &Goods) -> Vec<(String, String, &'static str)> {
    let (variant, product, vendor) = (goods.variant, goods.product, goods.vendor);
    // Both the product and what is listed of it: the program compares the two by itself, some seconds after its start.
    let until = |time: &str| {
        format!(
            "UPDATE products SET visible_until = {time} WHERE id = '{product}'; \
             UPDATE listings SET visible_until = {time} WHERE product_id = '{product}'"
        )
    };
    let (listed, relisted) = (until("now()"), until("NULL"));
    let mut harms = vec![(listed, relisted, "MERCHANDISE_UNAVAILABLE")];
    for state in ["PAUSED", "CLOSED", "PENDING"] {
        harms.push((
            format!("UPDATE vendors SET state = '{state}' WHERE id = '{vendor}'"),
            format!("UPDATE vendors SET state = 'ACTIVE' WHERE id = '{vendor}'"),
            "MERCHANDISE_UNAVAILABLE",
        ));
    }
    harms.push((
        format!("CREATE TABLE away AS SELECT * FROM variant_prices WHERE variant_id = '{variant}'; DELETE FROM variant_prices WHERE variant_id = '{variant}'"),
        "INSERT INTO variant_prices SELECT * FROM away; DROP TABLE away".to_owned(),
        "MERCHANDISE_UNAVAILABLE",
    ));
    harms.push((
        format!("CREATE TABLE away AS SELECT * FROM variant_prices WHERE variant_id = '{variant}'; \
            UPDATE variant_prices SET amount = 1000000000000, compare_at = NULL WHERE variant_id = '{variant}'"),
        format!("DELETE FROM variant_prices WHERE variant_id = '{variant}'; INSERT INTO variant_prices SELECT * FROM away; DROP TABLE away"),
        "TOTAL_TOO_LARGE",
    ));
    harms
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sold_any_more_is_not_bought() {
    let (shop, sql, guest) = open().await;
    // Nobody compares listings with what they are made of meanwhile: what is harmed here stays so.
    sql.batch_execute("SELECT pg_advisory_lock(74101, 8)")
        .await
        .unwrap();
    let some = goods(&sql, 2).await;
    let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 2)]).await;
    for (harm, undo, code) in harms(&some[1]) {
        sql.batch_execute(&harm).await.unwrap();
        let before = kept(&sql).await;
        for input in [cash(&cart), by_card(&cart, card::APPROVE)] {
            assert_eq!(
                guest.refused(input).await,
                one(code, "input.cartId"),
                "{harm}"
            );
        }
        assert_eq!(kept(&sql).await, before, "{harm}");
        sql.batch_execute(&undo).await.unwrap();
    }
    // All that is gone is named, each by itself.
    sql.batch_execute("UPDATE vendors SET state = 'PAUSED'")
        .await
        .unwrap();
    let gone = guest.refused(cash(&cart)).await;
    assert_eq!(gone.len(), 2, "{gone:?}");
    sql.batch_execute("UPDATE vendors SET state = 'ACTIVE' WHERE state = 'PAUSED'")
        .await
        .unwrap();

    // What an order may cost is a bound of the whole, too.
    let dear = "CREATE TABLE away AS SELECT * FROM variant_prices; UPDATE variant_prices SET amount = 600000000000, compare_at = NULL";
    sql.batch_execute(dear).await.unwrap();
    let two = super::carts(&sql, 1, &[(&some[0], 1), (&some[1], 1)]).await;
    let many = super::carts(&sql, 1, &[(&some[0], 1_000_000), (&some[1], 1_000_000)]).await;
    let before = kept(&sql).await;
    for cart in [&two[0], &many[0]] {
        assert_eq!(
            guest.refused(cash(cart)).await,
            one("TOTAL_TOO_LARGE", "input.cartId")
        );
    }
    assert_eq!(kept(&sql).await, before);
    sql.batch_execute(
        "TRUNCATE variant_prices; INSERT INTO variant_prices SELECT * FROM away; DROP TABLE away",
    )
    .await
    .unwrap();
    guest.buy(cash(&cart)).await;
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_meanwhile_is_named_with_what_is_left() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 3).await;
    let cart = guest
        .cart(&[line(&some[0], 3), line(&some[1], 1), line(&some[2], 1)])
        .await;
    stock(&sql, some[0].variant, 4).await;
    stock(&sql, some[1].variant, 1).await;
    let faster = guest.cart(&[line(&some[0], 2), line(&some[1], 1)]).await;
    guest.buy(cash(&faster)).await;
    let before = kept(&sql).await;
    for input in [cash(&cart), by_card(&cart, card::APPROVE)] {
        let answer = guest.complete(input, Some("k")).await;
        let short = ("NOT_ENOUGH_STOCK".to_owned(), "input.cartId".to_owned());
        assert_eq!(refusals(&answer, "order"), [short.clone(), short]);
        let said = |at: usize| answer["userErrors"][at]["message"].as_str().unwrap();
        assert!(said(0).starts_with("There are only 2 of "), "{}", said(0));
        assert!(said(1).ends_with(" is sold out: remove it."), "{}", said(1));
    }
    // Two lines of one variant are counted together.
    let both = guest
        .cart(&[json!({ "merchandiseId": some[2].gid(), "quantity": 5 })])
        .await;
    stock(&sql, some[2].variant, 5).await;
    let more = "INSERT INTO cart_lines (id, cart_id, variant_id, quantity, attributes, created_at) \
        VALUES (gen_random_uuid(), $1, $2, 1, '[{\"key\": \"text\", \"value\": \"x\"}]', now())";
    sql.execute(more, &[&super::row(&json!(both)), &some[2].variant])
        .await
        .unwrap();
    let again = kept(&sql).await;
    assert_ne!(again, before);
    assert_eq!(
        guest.refused(cash(&both)).await,
        one("NOT_ENOUGH_STOCK", "input.cartId")
    );
    assert_eq!(kept(&sql).await, again);
    whole(&shop).await;
}

/// A path below the input, a value for it that is none, and what is answered.
fn bad_fields() -> Vec<(&'static str, Value, &'static str)> {
    let long = |letters: usize| json!("x".repeat(letters));
    let mut bad = Vec::new();
    for email in [
        "nobody",
        "a@b",
        "a b@c.example",
        "@c.example",
        "a@",
        "a@.example",
        "a@b..example",
        "a@b@c.example",
        "a\0@c.example",
        "a\n@c.example",
    ] {
        bad.push(("/email", json!(email), "INVALID"));
    }
    let letters = format!("{}@c.example", "x".repeat(250));
    bad.push(("/email", json!(letters), "INVALID"));
    for blank in ["", "  "] {
        for field in [
            "/email",
            "/shippingAddress/lastName",
            "/shippingAddress/address1",
            "/shippingAddress/city",
        ] {
            bad.push((field, json!(blank), "BLANK"));
        }
    }
    for field in [
        "/email",
        "/shippingAddress/lastName",
        "/shippingAddress/address1",
        "/shippingAddress/city",
        "/shippingAddress/countryCode",
    ] {
        bad.push((field, Value::Null, "BLANK"));
    }
    for (field, most) in [
        ("/shippingAddress/firstName", 255),
        ("/shippingAddress/lastName", 255),
        ("/shippingAddress/company", 255),
        ("/shippingAddress/address1", 255),
        ("/shippingAddress/address2", 255),
        ("/shippingAddress/city", 255),
        ("/shippingAddress/provinceCode", 32),
        ("/shippingAddress/zip", 32),
    ] {
        bad.push((field, long(most + 1), "TOO_LONG"));
        bad.push((field, json!("a\u{7}b"), "INVALID"));
        bad.push((field, json!("a\0b"), "INVALID"));
    }
    for phone in ["call me", "12", "555\u{660}"] {
        bad.push(("/shippingAddress/phone", json!(phone), "INVALID"));
    }
    bad.push(("/note", long(5001), "TOO_LONG"));
    bad.push(("/note", json!("a\0b"), "INVALID"));
    bad.push(("/shippingAddress/countryCode", json!("KW"), "OTHER_MARKET"));
    bad
}

/// The path of an answer for a JSON pointer.
fn path(pointer: &str) -> String {
    format!("input{}", pointer.replace('/', "."))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_is_checked_alone_and_all_are_named_together() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    let before = kept(&sql).await;
    for (field, value, code) in bad_fields() {
        let input = with(cash(&cart), field, value.clone());
        assert_eq!(
            guest.refused(input).await,
            one(code, &path(field)),
            "{field} {value}"
        );
    }
    let all = json!({ "cartId": cart, "email": "none", "paymentMethod": "CASH_ON_DELIVERY", "shippingAddress": {
        "firstName": "x".repeat(256), "lastName": "", "company": "\u{1}", "address1": " ", "address2": "\0",
        "city": null, "provinceCode": "x".repeat(33), "zip": "\n1\n2", "phone": "none" } });
    let mut found = guest.refused(all).await;
    found.sort();
    let mut expected: Vec<(String, String)> = [
        ("TOO_LONG", "firstName"),
        ("BLANK", "lastName"),
        ("INVALID", "company"),
        ("BLANK", "address1"),
        ("INVALID", "address2"),
        ("BLANK", "city"),
        ("TOO_LONG", "provinceCode"),
        ("INVALID", "zip"),
        ("INVALID", "phone"),
        ("BLANK", "countryCode"),
    ]
    .map(|(code, field)| (code.to_owned(), format!("input.shippingAddress.{field}")))
    .to_vec();
    expected.push(("INVALID".to_owned(), "input.email".to_owned()));
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(kept(&sql).await, before);

    // At the bound it is taken: letters are counted, not bytes.
    let input = with(
        cash(&cart),
        "/shippingAddress/lastName",
        json!("ش".repeat(255)),
    );
    let input = with(input, "/note", json!("ش".repeat(5000)));
    guest.buy(input).await;
    whole(&shop).await;
}

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
    let amount = super::decimal(super::price(&sql, &some[0], "USD").await, 2);
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
        let input = json!({ "input": super::counter::step_input(part, json!({})) });
        let query = super::counter::step_document(step, None);
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
