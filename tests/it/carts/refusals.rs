//! What a cart refuses, and that nothing changed then.

mod closed;

use super::{
    add, attributes, begin, create, fault, goods, identify, kept, line_id, note, read, remove,
    stock, update, variants, wanted,
};
use crate::support::Shop;
use serde_json::{Value, json};
use uuid::Uuid;

fn attribute(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": value })
}

/// Lines that are refused, with the code and the field below `lines`.
fn bad_lines(good: Uuid, unsold: Uuid) -> Vec<(Value, &'static str, &'static str)> {
    let with =
        |attributes: Value| json!([{ "merchandiseId": goods(good), "attributes": attributes }]);
    let many = |count: usize| {
        (0..count)
            .map(|key| attribute(&format!("k{key}"), "v"))
            .collect::<Value>()
    };
    vec![
        (
            json!([wanted(good, 0)]),
            "MINIMUM_NOT_MET",
            "lines.0.quantity",
        ),
        (
            json!([wanted(good, 1), wanted(good, -1)]),
            "MINIMUM_NOT_MET",
            "lines.1.quantity",
        ),
        (
            json!([wanted(good, i64::from(i32::MIN))]),
            "MINIMUM_NOT_MET",
            "lines.0.quantity",
        ),
        (
            json!([wanted(good, 1_000_001)]),
            "MAXIMUM_EXCEEDED",
            "lines.0.quantity",
        ),
        (
            json!([wanted(good, i64::from(i32::MAX))]),
            "MAXIMUM_EXCEEDED",
            "lines.0.quantity",
        ),
        (
            json!([wanted(good, 999_998), wanted(good, 3)]),
            "MAXIMUM_EXCEEDED",
            "lines.1.quantity",
        ),
        (
            json!([wanted(good, 1), wanted(Uuid::now_v7(), 1)]),
            "INVALID",
            "lines.1.merchandiseId",
        ),
        (
            json!([wanted(unsold, 1)]),
            "INVALID",
            "lines.0.merchandiseId",
        ),
        (
            Value::Array(vec![wanted(good, 1); 251]),
            "LESS_THAN",
            "lines",
        ),
        (with(many(26)), "LESS_THAN", "lines.0.attributes"),
        (
            with(json!([attribute("", "v")])),
            "INVALID",
            "lines.0.attributes.0.key",
        ),
        (
            with(json!([attribute(&"k".repeat(256), "v")])),
            "INVALID",
            "lines.0.attributes.0.key",
        ),
        (
            with(json!([attribute("k", "v"), attribute("k", "w")])),
            "INVALID",
            "lines.0.attributes.1.key",
        ),
        (
            with(json!([attribute("k", &"v".repeat(1001))])),
            "LESS_THAN",
            "lines.0.attributes.0.value",
        ),
        (
            with(json!([attribute("k", "a\0b")])),
            "INVALID",
            "lines.0.attributes.0.value",
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_cannot_be_are_refused_by_their_field() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 2).await;
    client.execute("UPDATE listings SET visible_until = now() WHERE product_id = (SELECT product_id FROM variants WHERE id = $1)", &[&some[1]]).await.unwrap();
    let id = begin(&shop, json!({ "lines": [wanted(some[0], 2)] })).await;
    let before = kept(&client).await;
    for (lines, code, field) in bad_lines(some[0], some[1]) {
        let answer = add(&shop, &id, lines.clone()).await;
        assert_eq!(
            fault(&answer),
            (code.to_owned(), field.to_owned()),
            "{lines}"
        );
        assert_eq!(answer["cart"]["totalQuantity"], 2);
        let answer = create(&shop, json!({ "lines": lines })).await;
        assert_eq!(
            fault(&answer),
            (code.to_owned(), format!("input.{field}")),
            "{lines}"
        );
        assert_eq!(answer["cart"], Value::Null);
        assert_eq!(kept(&client).await, before, "{lines}");
    }
    // Joined with what is there it is too much for one line, though there were enough.
    stock(&client, some[0], 2_000_000).await;
    let answer = add(&shop, &id, json!([wanted(some[0], 999_999)])).await;
    assert_eq!(
        fault(&answer),
        ("MAXIMUM_EXCEEDED".to_owned(), "lines.0.quantity".to_owned())
    );
    assert_eq!(kept(&client).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_lines_that_are_not_there_are_refused() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    let id = begin(&shop, json!({ "lines": [wanted(some[0], 2)] })).await;
    let other = begin(&shop, json!({ "lines": [wanted(some[0], 1)] })).await;
    let (line, foreign) = (
        line_id(&read(&shop, &id).await, 0),
        line_id(&read(&shop, &other).await, 0),
    );
    let missing = format!("gid://lilium/CartLine/{}", Uuid::now_v7());
    let before = kept(&client).await;
    for strange in [&foreign, &missing] {
        let answer = update(
            &shop,
            &id,
            json!([{ "id": line, "quantity": 1 }, { "id": strange, "quantity": 1 }]),
        )
        .await;
        assert_eq!(
            fault(&answer),
            (
                "INVALID_MERCHANDISE_LINE".to_owned(),
                "lines.1.id".to_owned()
            )
        );
        let answer = remove(&shop, &id, json!([line, strange])).await;
        assert_eq!(
            fault(&answer),
            (
                "INVALID_MERCHANDISE_LINE".to_owned(),
                "lineIds.1".to_owned()
            )
        );
    }
    for (change, code, field) in [
        (
            json!({ "id": line, "quantity": -1 }),
            "MINIMUM_NOT_MET",
            "lines.0.quantity",
        ),
        (
            json!({ "id": line, "quantity": 1_000_001 }),
            "MAXIMUM_EXCEEDED",
            "lines.0.quantity",
        ),
        (
            json!({ "id": line, "merchandiseId": goods(Uuid::now_v7()) }),
            "INVALID",
            "lines.0.merchandiseId",
        ),
        (
            json!({ "id": line, "attributes": [attribute("", "")] }),
            "INVALID",
            "lines.0.attributes.0.key",
        ),
    ] {
        assert_eq!(
            fault(&update(&shop, &id, json!([change])).await),
            (code.to_owned(), field.to_owned())
        );
    }
    assert_eq!(
        fault(&update(&shop, &id, Value::Array(vec![json!({ "id": line }); 251])).await).0,
        "LESS_THAN"
    );
    assert_eq!(
        fault(&remove(&shop, &id, Value::Array(vec![json!(line); 251])).await).1,
        "lineIds"
    );
    assert_eq!(kept(&client).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_buyer_says_has_bounds() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let id = begin(&shop, json!({})).await;
    let before = kept(&client).await;
    let long = format!("{}@example.com", "a".repeat(250));
    let emails = [
        "",
        "a",
        "@",
        "a@b",
        "a@@b.c",
        "a b@c.d",
        "a@b..c",
        "a@-b.c",
        ".a@b.c",
        "a@b.c\0",
        "<a@b.c>",
        "a@b.c\r\nBcc: x@y.z",
        long.as_str(),
    ];
    for email in emails {
        let answer = identify(&shop, &id, json!({ "email": email })).await;
        assert_eq!(
            fault(&answer),
            ("INVALID".to_owned(), "buyerIdentity.email".to_owned()),
            "{email}"
        );
        let answer = create(&shop, json!({ "buyerIdentity": { "email": email } })).await;
        assert_eq!(fault(&answer).1, "input.buyerIdentity.email", "{email}");
    }
    for phone in ["", "1", "call me", "+1 555 0100\0", &"1".repeat(33)] {
        let answer = identify(&shop, &id, json!({ "phone": phone })).await;
        assert_eq!(
            fault(&answer),
            ("INVALID".to_owned(), "buyerIdentity.phone".to_owned()),
            "{phone}"
        );
    }
    assert_eq!(
        fault(&note(&shop, &id, &"n".repeat(5001)).await),
        ("NOTE_TOO_LONG".to_owned(), "note".to_owned())
    );
    assert_eq!(
        fault(&note(&shop, &id, "a\0b").await),
        ("INVALID".to_owned(), "note".to_owned())
    );
    assert_eq!(
        fault(&create(&shop, json!({ "note": "n".repeat(5001) })).await).1,
        "input.note"
    );
    let list = json!([attribute("k", "v"), attribute("k", "v")]);
    assert_eq!(
        fault(&attributes(&shop, &id, list).await),
        ("INVALID".to_owned(), "attributes.1.key".to_owned())
    );
    assert_eq!(kept(&client).await, before);
    assert_eq!(
        note(&shop, &id, &"\u{1f33c}".repeat(5000)).await["userErrors"],
        json!([])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_are_no_ids_are_the_clients_fault() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    let id = begin(&shop, json!({})).await;
    let (_, secret) = id.split_once("?key=").unwrap();
    let before = kept(&client).await;
    let document = "mutation Add($cart: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $cart, lines: $lines) { cart { id } } }";
    let good = json!([wanted(some[0], 1)]);
    for (cart, lines) in [
        ("", &good),
        ("gid://shopify/Cart/1?key=2", &good),
        (goods(some[0]).as_str(), &good),
        (&format!("{id}x"), &good),
        (&format!("{id}&x=1"), &good),
        (
            &id,
            &json!([{ "merchandiseId": "gid://shopify/ProductVariant/1" }]),
        ),
        (&id, &json!([{ "merchandiseId": id }])),
    ] {
        let refusal = shop
            .refusal(document, json!({ "cart": cart, "lines": lines }))
            .await;
        assert_eq!(refusal.0, "INVALID_ID", "{cart} {lines}");
        assert!(!refusal.1.contains(secret), "{}", refusal.1);
    }
    assert_eq!(kept(&client).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_holds_250_lines_and_no_more_money_than_an_order_may() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    stock(&client, some[0], 2_000_000).await;
    let line = |number: usize| json!({ "merchandiseId": goods(some[0]), "attributes": [attribute("n", &number.to_string())] });
    let id = begin(
        &shop,
        json!({ "lines": (0..250).map(line).collect::<Vec<_>>() }),
    )
    .await;
    assert_eq!(read(&shop, &id).await["totalQuantity"], 250);
    let before = kept(&client).await;
    assert_eq!(
        fault(&add(&shop, &id, json!([line(250)])).await),
        ("CART_TOO_LARGE".to_owned(), "lines".to_owned())
    );
    assert_eq!(kept(&client).await, before);
    assert_eq!(
        add(&shop, &id, json!([line(7)])).await["cart"]["totalQuantity"],
        251
    );

    client.execute("UPDATE variant_prices SET amount = 1000000000, compare_at = NULL WHERE variant_id = $1", &[&some[0]]).await.unwrap();
    let before = kept(&client).await;
    assert_eq!(
        fault(&add(&shop, &id, json!([wanted(some[0], 750)])).await).0,
        "CART_TOO_LARGE"
    );
    assert_eq!(
        fault(&create(&shop, json!({ "lines": [wanted(some[0], 1001)] })).await),
        ("CART_TOO_LARGE".to_owned(), "input.lines".to_owned())
    );
    assert_eq!(kept(&client).await, before);
    let cart = &create(&shop, json!({ "lines": [wanted(some[0], 1000)] })).await["cart"];
    assert_eq!(cart["cost"]["totalAmount"]["amount"], "10000000000.00");
}
