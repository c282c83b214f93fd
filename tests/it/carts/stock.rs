//! A cart takes what there is, and says so when that is less than was wanted.

use super::{
    add, begin, create, goods, line_id, quantities, read, stock, update, variants, wanted,
};
use crate::support::Shop;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_line_gets_what_there_is() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 2).await;
    stock(&client, some[0], 5).await;
    let answer = create(
        &shop,
        json!({ "lines": [wanted(some[0], 9), wanted(some[1], 1)] }),
    )
    .await;
    let id = answer["cart"]["id"].as_str().unwrap().to_owned();
    assert_eq!(answer["userErrors"], json!([]));
    assert_eq!(quantities(&answer["cart"]), [5, 1]);
    let line = line_id(&answer["cart"], 0);
    assert_eq!(answer["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(
        answer["warnings"][0]["code"],
        "MERCHANDISE_NOT_ENOUGH_STOCK"
    );
    assert_eq!(answer["warnings"][0]["target"], line);

    let answer = add(&shop, &id, json!([wanted(some[0], 1)])).await;
    assert_eq!(quantities(&answer["cart"]), [5, 1]);
    assert_eq!(
        answer["warnings"][0]["code"],
        "MERCHANDISE_NOT_ENOUGH_STOCK"
    );
    let answer = update(&shop, &id, json!([{ "id": line, "quantity": 3 }])).await;
    assert_eq!(
        (quantities(&answer["cart"]), &answer["warnings"]),
        (vec![3, 1], &json!([]))
    );
    let answer = update(&shop, &id, json!([{ "id": line, "quantity": 1_000_000 }])).await;
    assert_eq!(quantities(&answer["cart"]), [5, 1]);

    // Another line of the same variant gets only what the first leaves.
    let other = json!([{ "merchandiseId": goods(some[0]), "attributes": [{ "key": "text", "value": "x" }] }]);
    let answer = add(&shop, &id, other).await;
    assert_eq!(quantities(&answer["cart"]), [5, 1]);
    assert_eq!(answer["warnings"][0]["code"], "MERCHANDISE_OUT_OF_STOCK");
    assert_eq!(answer["warnings"][0]["target"], goods(some[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_sold_out_nothing_is_added() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 2).await;
    let id = begin(&shop, json!({ "lines": [wanted(some[0], 4)] })).await;
    stock(&client, some[0], 0).await;
    stock(&client, some[1], 0).await;
    let before = super::kept(&client).await;
    let answer = add(&shop, &id, json!([wanted(some[0], 1), wanted(some[1], 1)])).await;
    assert_eq!(answer["userErrors"], json!([]));
    let codes: Vec<_> = answer["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["code"].as_str().unwrap(),
                it["target"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            ("MERCHANDISE_OUT_OF_STOCK", goods(some[0])),
            ("MERCHANDISE_OUT_OF_STOCK", goods(some[1]))
        ]
    );
    assert_eq!(quantities(&answer["cart"]), [4]);
    assert_eq!(super::kept(&client).await, before);

    // Less of it may still be wanted; another variant that is sold out does not take its place.
    let line = line_id(&read(&shop, &id).await, 0);
    let answer = update(
        &shop,
        &id,
        json!([{ "id": line, "merchandiseId": goods(some[1]) }]),
    )
    .await;
    assert_eq!(
        (quantities(&answer["cart"]), line_id(&answer["cart"], 0)),
        (vec![4], line.clone())
    );
    assert_eq!(super::kept(&client).await, before);
    let answer = update(&shop, &id, json!([{ "id": line, "quantity": 2 }])).await;
    assert_eq!(quantities(&answer["cart"]), [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_were_promised_is_not_there() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    stock(&client, some[0], 8).await;
    let sql = "UPDATE stock_levels SET reserved = 6 WHERE variant_id = $1 AND on_hand = 8";
    assert_eq!(client.execute(sql, &[&some[0]]).await.unwrap(), 1);
    let answer = create(&shop, json!({ "lines": [wanted(some[0], 3)] })).await;
    assert_eq!(quantities(&answer["cart"]), [2]);
}
