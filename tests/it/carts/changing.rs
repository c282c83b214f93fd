//! Lines are put in, joined, changed and taken out; what is known of the buyer is written down.

use super::{
    add, attributes, begin, create, goods, identify, line_id, note, quantities, read, remove,
    update, variants, wanted,
};
use crate::support::Shop;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_variant_with_the_same_attributes_is_one_line() {
    let shop = Shop::open().await;
    let some = variants(&shop.sql().await, 2).await;
    let id = begin(
        &shop,
        json!({ "lines": [wanted(some[0], 1), wanted(some[1], 1), wanted(some[0], 2)] }),
    )
    .await;
    assert_eq!(quantities(&read(&shop, &id).await), [3, 1]);

    let engraved = |order: [&str; 2]| {
        let attributes: Vec<_> = order
            .iter()
            .map(|key| json!({ "key": key, "value": "x" }))
            .collect();
        json!([{ "merchandiseId": goods(some[0]), "quantity": 1, "attributes": attributes }])
    };
    let answer = add(&shop, &id, engraved(["text", "font"])).await;
    assert_eq!(quantities(&answer["cart"]), [3, 1, 1]);
    assert_eq!(
        answer["cart"]["lines"]["nodes"][2]["attributes"],
        json!([{ "key": "font", "value": "x" }, { "key": "text", "value": "x" }])
    );
    let answer = add(&shop, &id, engraved(["font", "text"])).await;
    assert_eq!(quantities(&answer["cart"]), [3, 1, 2]);
    let answer = add(&shop, &id, json!([wanted(some[0], 1)])).await;
    assert_eq!(quantities(&answer["cart"]), [4, 1, 2]);
    assert_eq!(answer["cart"]["totalQuantity"], 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_changed_and_those_that_become_equal_are_joined() {
    let shop = Shop::open().await;
    let some = variants(&shop.sql().await, 3).await;
    let id = begin(
        &shop,
        json!({ "lines": [wanted(some[0], 1), wanted(some[1], 2), wanted(some[2], 3)] }),
    )
    .await;
    let cart = read(&shop, &id).await;
    let lines = [line_id(&cart, 0), line_id(&cart, 1), line_id(&cart, 2)];

    // Two lines change places: neither is in the other's way.
    let swap = json!([{ "id": lines[0], "merchandiseId": goods(some[1]) }, { "id": lines[1], "merchandiseId": goods(some[0]) }]);
    let answer = update(&shop, &id, swap).await;
    assert_eq!(answer["userErrors"], json!([]));
    assert_eq!(quantities(&answer["cart"]), [1, 2, 3]);
    assert_eq!(
        [line_id(&answer["cart"], 0), line_id(&answer["cart"], 1)],
        [lines[0].clone(), lines[1].clone()]
    );

    // One becomes like another, and a third goes.
    let join = json!([{ "id": lines[1], "merchandiseId": goods(some[1]), "quantity": 4 }, { "id": lines[2], "quantity": 0 }]);
    let answer = update(&shop, &id, join).await;
    assert_eq!(quantities(&answer["cart"]), [5]);
    assert_eq!(line_id(&answer["cart"], 0), lines[0]);

    let answer = update(
        &shop,
        &id,
        json!([{ "id": lines[0], "attributes": [{ "key": "k", "value": "v" }] }]),
    )
    .await;
    assert_eq!(
        answer["cart"]["lines"]["nodes"][0]["attributes"],
        json!([{ "key": "k", "value": "v" }])
    );
    let answer = remove(&shop, &id, json!([lines[0]])).await;
    assert_eq!(quantities(&answer["cart"]), [0_i64; 0]);
    assert_eq!(answer["cart"]["cost"]["totalAmount"]["amount"], "0.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_the_buyer_is_written_down_and_forgotten() {
    let shop = Shop::open().await;
    let new = json!({ "note": "ring twice", "attributes": [{ "key": "gift", "value": "yes" }],
        "buyerIdentity": { "email": "tove@example.com", "phone": "+1 555 0100" } });
    let answer = create(&shop, new).await;
    let id = answer["cart"]["id"].as_str().unwrap().to_owned();
    assert_eq!(answer["cart"]["note"], "ring twice");
    assert_eq!(
        answer["cart"]["attributes"],
        json!([{ "key": "gift", "value": "yes" }])
    );

    let who = "query Who($id: ID!) { cart(id: $id) { gift: attribute(key: \"gift\") { value } none: attribute(key: \"none\") { value }
        buyerIdentity { email phone countryCode } } }";
    let cart = shop.data(who, json!({ "id": id })).await["cart"].clone();
    assert_eq!(
        cart,
        json!({ "gift": { "value": "yes" }, "none": null,
        "buyerIdentity": { "email": "tove@example.com", "phone": "+1 555 0100", "countryCode": "US" } })
    );

    identify(&shop, &id, json!({ "email": null, "phone": "+1 555 0199" })).await;
    assert_eq!(note(&shop, &id, "").await["cart"]["note"], json!(null));
    assert_eq!(
        attributes(&shop, &id, json!([])).await["cart"]["attributes"],
        json!([])
    );
    let cart = shop.data(who, json!({ "id": id })).await["cart"].clone();
    assert_eq!(
        cart["buyerIdentity"],
        json!({ "email": null, "phone": "+1 555 0199", "countryCode": "US" })
    );
    assert_eq!(cart["gift"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_come_in_pages_both_ways() {
    let shop = Shop::open().await;
    let some = variants(&shop.sql().await, 3).await;
    let lines: Vec<_> = some
        .iter()
        .zip(1..)
        .map(|(variant, units)| wanted(*variant, units))
        .collect();
    let id = begin(&shop, json!({ "lines": lines })).await;
    let page = async |arguments: &str| {
        let document = format!("query Page($id: ID!) {{ cart(id: $id) {{ lines({arguments}) {{
            nodes {{ quantity }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}");
        let data = shop.data(&document, json!({ "id": id })).await;
        data["cart"]["lines"].clone()
    };
    let units = |page: &serde_json::Value| -> Vec<i64> {
        page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["quantity"].as_i64().unwrap())
            .collect()
    };
    let first = page("first: 2").await;
    assert_eq!(units(&first), [1, 2]);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let end = first["pageInfo"]["endCursor"].as_str().unwrap();
    assert_eq!(
        units(&page(&format!("first: 2, after: \"{end}\"")).await),
        [3]
    );
    assert_eq!(units(&page("last: 2").await), [2, 3]);
    assert_eq!(units(&page("first: 2, reverse: true").await), [3, 2]);
    let refusal = shop
        .refusal(
            "query P($id: ID!) { cart(id: $id) { lines { nodes { id } } } }",
            json!({ "id": id }),
        )
        .await;
    assert_eq!(refusal.0, "BAD_USER_INPUT");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_told_to_those_who_read_the_cart() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 1).await;
    let id = begin(&shop, json!({})).await;
    add(&shop, &id, json!([wanted(some[0], 1)])).await;
    note(&shop, &id, "soon").await;
    let sql = "SELECT facts->>'version', audiences = ARRAY['cart:' || subject_id], facts::text FROM (
        SELECT facts, audiences, subject_id, id FROM outbox_new UNION ALL SELECT facts, audiences, subject_id, id FROM events) told
        WHERE subject_id = (SELECT id FROM carts) ORDER BY told.id";
    let rows = client.query(sql, &[]).await.unwrap();
    let versions: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(versions, ["1", "2", "3"]);
    assert!(rows.iter().all(|row| row.get(1)));
    let version: i32 = client
        .query_one("SELECT version FROM carts", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(version, 3);
}
