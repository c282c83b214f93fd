//! Carts that are not there to be changed: of others, bought, or being paid.

use super::attribute;
use crate::carts::{
    add, attributes, begin, fault, identify, kept, line_id, note, read, remove, update, variants,
    wanted,
};
use crate::support::Shop;
use serde_json::{Value, json};
use uuid::Uuid;

/// Each change there is, on the cart of this id.
async fn all_changes(shop: &Shop, id: &str, variant: Uuid, line: &str) -> Vec<Value> {
    vec![
        add(shop, id, json!([wanted(variant, 1)])).await,
        update(shop, id, json!([{ "id": line, "quantity": 1 }])).await,
        remove(shop, id, json!([line])).await,
        identify(shop, id, json!({ "email": "x@example.com" })).await,
        note(shop, id, "x").await,
        attributes(shop, id, json!([attribute("k", "v")])).await,
        // What is wrong with the input is not told to whoever may not open the cart.
        add(shop, id, json!([wanted(variant, 0)])).await,
        note(shop, id, &"n".repeat(5001)).await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_without_its_secret_a_bought_one_and_none_are_all_the_same() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    let id = begin(&shop, json!({ "lines": [wanted(some[0], 2)] })).await;
    let bought = begin(&shop, json!({ "lines": [wanted(some[0], 2)] })).await;
    let line = line_id(&read(&shop, &id).await, 0);
    let (bare, _) = id.split_once('?').unwrap();
    let (bought_bare, bought_key) = bought.split_once('?').unwrap();
    let uuid: Uuid = bought_bare.rsplit_once('/').unwrap().1.parse().unwrap();
    client
        .execute("UPDATE carts SET state = 'BOUGHT' WHERE id = $1", &[&uuid])
        .await
        .unwrap();
    let missing = format!("gid://lilium/Cart/{}?{bought_key}", Uuid::now_v7());
    let before = kept(&client).await;
    let mut answers = Vec::new();
    for strange in [
        bare,
        &format!("{bare}?{bought_key}"),
        bought_bare,
        &bought,
        &missing,
    ] {
        assert_eq!(read(&shop, strange).await, Value::Null, "{strange}");
        for answer in all_changes(&shop, strange, some[0], &line).await {
            assert_eq!(
                fault(&answer),
                ("INVALID".to_owned(), "cartId".to_owned()),
                "{strange}"
            );
            answers.push(answer);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(kept(&client).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_waits_for_its_payment_is_read_and_not_changed() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    let id = begin(&shop, json!({ "lines": [wanted(some[0], 2)] })).await;
    let line = line_id(&read(&shop, &id).await, 0);
    client
        .execute("UPDATE carts SET state = 'PAYING'", &[])
        .await
        .unwrap();
    let before = kept(&client).await;
    for answer in all_changes(&shop, &id, some[0], &line).await {
        let (code, field) = fault(&answer);
        assert_eq!((code.as_str(), field.as_str()), ("CART_PAYING", "cartId"));
        assert_eq!(answer["cart"]["totalQuantity"], 2);
    }
    assert_eq!(kept(&client).await, before);
}
