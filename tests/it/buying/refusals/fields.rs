//! What a buyer says of themselves and of where it is to be brought.

use super::one;
use crate::buying::{cash, goods, kept, line, open, with};
use crate::support::whole;
use serde_json::{Value, json};

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
