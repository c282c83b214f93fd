//! Whose a bought cart was, and whose the order is.

use crate::buying::{by_card, card, cash, goods, open, row};
use crate::support::{Shop, moved};
use serde_json::json;

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
