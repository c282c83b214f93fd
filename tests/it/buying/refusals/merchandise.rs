//! What is not sold any more, or not so many of it.

use super::one;
use crate::buying::counter::refusals;
use crate::buying::{Goods, by_card, card, carts, cash, goods, kept, line, open, row, stock};
use crate::support::whole;
use serde_json::json;

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
    let two = carts(&sql, 1, &[(&some[0], 1), (&some[1], 1)]).await;
    let many = carts(&sql, 1, &[(&some[0], 1_000_000), (&some[1], 1_000_000)]).await;
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
    sql.execute(more, &[&row(&json!(both)), &some[2].variant])
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
