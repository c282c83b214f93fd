//! An order stays what it was when it was made.

use crate::buying::{Counter, by_card, card, cash, decimal, goods, line, open, price, with};
use crate::support::whole;
use serde_json::{Value, json};

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
