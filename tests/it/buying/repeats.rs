//! A request that is sent again is done once, and answers what it answered.

use super::counter::{refusals, step_document, step_input};
use super::{Counter, by_card, card, cash, count, goods, kept, level, line, open, stock, with};
use crate::support::{Shop, whole};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn code(counter: &Counter, query: &str, input: &Value) -> String {
    let body = counter.ask(query, json!({ "input": input })).await;
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("{body:#}"))
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_fifty_times_at_once_makes_one_order_and_fifty_equal_answers() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    for (round, number) in [
        None,
        Some(card::APPROVE),
        Some(card::LOSE_ANSWER),
        Some(card::DELAY),
    ]
    .into_iter()
    .enumerate()
    {
        let before = level(&sql, &some[0]).await;
        let cart = guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await;
        let input = number.map_or_else(|| cash(&cart), |number| by_card(&cart, number));
        let query = Counter::checkout(Some("the same"));
        let all = (0..50).map(|_| {
            let (guest, query, input) = (guest.clone(), query.clone(), input.clone());
            tokio::spawn(async move { guest.ask(&query, json!({ "input": input })).await })
        });
        let answers: Vec<Value> = join_all(all)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert!(
            answers[0]["data"]["done"]["order"]["id"].is_string(),
            "{:#}",
            answers[0]
        );
        for answer in &answers {
            assert_eq!(answer, &answers[0]);
        }
        let orders = i64::try_from(round + 1).unwrap();
        assert_eq!(count(&sql, "SELECT count(*) FROM orders").await, orders);
        assert_eq!(level(&sql, &some[0]).await, (before.0, before.1 + 1));
        // Later, too, and whatever has become of the order.
        let again = guest.ask(&query, json!({ "input": input })).await;
        assert_eq!(again, answers[0]);
    }
    let company = "SELECT count(*) FROM test_gateway_charges WHERE outcome = 'APPROVED'";
    assert_eq!(count(&sql, company).await, 3);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_for_one_input_of_one_cart() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let [one, two] = [
        guest.cart(&[line(&some[0], 1)]).await,
        guest.cart(&[line(&some[0], 2)]).await,
    ];
    let first = guest.complete(cash(&one), Some("k")).await;
    assert_eq!(first["userErrors"], json!([]));
    let before = kept(&sql).await;
    let query = Counter::checkout(Some("k"));
    for other in [
        with(cash(&one), "/note", json!("other")),
        with(cash(&one), "/email", json!("other@example.com")),
        with(cash(&one), "/shippingAddress/zip", json!("62702")),
        with(cash(&one), "/shippingAddress/countryCode", json!("CA")),
        with(
            cash(&one),
            "/expectedTotal",
            json!({ "amount": "1.00", "currencyCode": "USD" }),
        ),
        by_card(&one, card::APPROVE),
    ] {
        assert_eq!(code(&guest, &query, &other).await, "IDEMPOTENCY_KEY_REUSED");
    }
    // Signed in it is another's request.
    let ada = guest.sign_in("ada@example.com").await;
    assert_eq!(
        code(&ada, &query, &cash(&one)).await,
        "IDEMPOTENCY_KEY_REUSED"
    );
    // Without the cart's key nobody learns that there was such a request.
    let (_, wrong) = two.split_once("?key=").unwrap();
    let stranger = cash(&format!("{}?key={wrong}", super::keyless(&one)));
    let answer = guest.complete(stranger, Some("k")).await;
    assert_eq!(
        refusals(&answer, "order"),
        [("INVALID".to_owned(), "input.cartId".to_owned())]
    );
    assert_eq!(kept(&sql).await, before);
    // Another key for the same cart is another request, and so is the same key for another cart.
    let answer = guest.complete(cash(&one), Some("l")).await;
    assert_eq!(refusals(&answer, "order")[0].0, "CART_BOUGHT");
    let second = guest.complete(cash(&two), Some("k")).await;
    assert_ne!(second["order"]["id"], first["order"]["id"]);
    assert_eq!(count(&sql, "SELECT count(*) FROM orders").await, 2);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_kept_under_its_key() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let cart = guest.cart(&[line(&some[0], 5)]).await;
    stock(&sql, some[0].variant, 4).await;
    let answer = guest.complete(cash(&cart), Some("k")).await;
    assert_eq!(refusals(&answer, "order")[0].0, "NOT_ENOUGH_STOCK");
    stock(&sql, some[0].variant, 5).await;
    let answer = guest.complete(cash(&cart), Some("k")).await;
    assert_eq!(answer["userErrors"], json!([]));
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_header_is_the_directives() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    let first = guest.complete(cash(&cart), Some("k")).await;
    let header = guest.keyed("k");
    assert_eq!(header.complete(cash(&cart), None).await, first);
    // Where both are given, the directive counts.
    let both = header.complete(cash(&cart), Some("other")).await;
    assert_eq!(refusals(&both, "order")[0].0, "CART_BOUGHT");
    assert_eq!(
        guest.keyed("other").complete(cash(&cart), Some("k")).await,
        first
    );

    let before = kept(&sql).await;
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    let two = "mutation($input: CheckoutCompleteInput!) { a: checkoutComplete(input: $input) { order { id } } b: checkoutComplete(input: $input) { order { id } } }";
    assert_eq!(code(&header, two, &cash(&cart)).await, "BAD_REQUEST");
    let query = Counter::checkout(None);
    for key in ["x".repeat(256), String::new()] {
        assert_eq!(
            code(&guest.keyed(&key), &query, &cash(&cart)).await,
            "BAD_USER_INPUT"
        );
    }
    for key in [
        String::new(),
        "x".repeat(256),
        "ü".to_owned(),
        "a\0b".to_owned(),
        "a\nb".to_owned(),
    ] {
        let query = Counter::checkout(Some(&key));
        assert_eq!(
            code(&guest, &query, &cash(&cart)).await,
            "BAD_USER_INPUT",
            "{key:?}"
        );
    }
    assert_eq!(count(&sql, "SELECT count(*) FROM orders").await, 1);
    assert_ne!(kept(&sql).await, before);
    // The longest key that may be; two fields of one document, each with its own.
    let answer = guest.complete(cash(&cart), Some(&"x".repeat(255))).await;
    assert_eq!(answer["userErrors"], json!([]));
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    let two = "mutation($input: CheckoutCompleteInput!) { a: checkoutComplete(input: $input) @idempotent(key: \"1\") { order { id } userErrors { code } }
        b: checkoutComplete(input: $input) @idempotent(key: \"1\") { order { id } userErrors { code } } }";
    let data = guest.data(two, json!({ "input": cash(&cart) })).await;
    assert_eq!(data["a"], data["b"]);
    assert!(data["a"]["order"]["id"].is_string());
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_is_answered_again_under_its_key() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 1).await;
    let cart = guest.cart(&[line(&some[0], 1)]).await;
    for number in [card::DECLINE, card::DECLINE_FUNDS, card::LOSE_REQUEST] {
        let declined = guest.complete(by_card(&cart, number), Some(number)).await;
        assert_eq!(refusals(&declined, "order")[0].0, "PAYMENT_DECLINED");
        let before = kept(&sql).await;
        for _ in 0..2 {
            assert_eq!(
                guest.complete(by_card(&cart, number), Some(number)).await,
                declined
            );
        }
        assert_eq!(kept(&sql).await, before);
    }
    let bought = guest
        .complete(by_card(&cart, card::APPROVE), Some("at last"))
        .await;
    assert_eq!(bought["userErrors"], json!([]));
    // What was declined stays declined, though the cart is bought.
    let declined = guest
        .complete(by_card(&cart, card::DECLINE), Some(card::DECLINE))
        .await;
    assert_eq!(refusals(&declined, "order")[0].0, "PAYMENT_DECLINED");
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_or_a_cancellation_with_its_key_is_done_once() {
    let (shop, sql, guest) = open().await;
    let some = goods(&sql, 2).await;
    let order = guest
        .buy(cash(
            &guest.cart(&[line(&some[0], 1), line(&some[1], 1)]).await,
        ))
        .await;
    let [owner, clerk, rival] = [
        guest.sign_in(&some[0].owner()).await,
        guest.sign_in(&some[0].clerk()).await,
        guest.sign_in(&some[1].owner()).await,
    ];
    let [part, other] = [&order["vendorOrders"][0], &order["vendorOrders"][1]];
    let accept = step_document("Accept", Some("k"));
    let input = json!({ "input": step_input(part, json!({ "version": 1 })) });
    let all = (0..20).map(|_| {
        let (owner, accept, input) = (owner.clone(), accept.clone(), input.clone());
        tokio::spawn(async move { owner.ask(&accept, input).await })
    });
    for answer in join_all(all).await {
        let answer = answer.unwrap();
        assert_eq!(
            (
                &answer["data"]["done"]["userErrors"],
                &answer["data"]["done"]["vendorOrder"]["version"]
            ),
            (&json!([]), &json!(2)),
            "{answer:#}"
        );
    }
    let accepted = "SELECT count(*) FROM order_timeline WHERE kind = 'ACCEPTED'";
    assert_eq!(count(&sql, accepted).await, 1);
    // The key is the owner's: the clerk's and the rival's are others. It is of this step, and of this input.
    let before = kept(&sql).await;
    let stale = clerk.data(&accept, input.clone()).await;
    assert_eq!(
        refusals(&stale["done"], "vendorOrder")[0].0,
        "STALE_VERSION"
    );
    let foreign = rival.data(&accept, input.clone()).await;
    assert_eq!(refusals(&foreign["done"], "vendorOrder")[0].0, "NOT_FOUND");
    assert_eq!(
        code(&owner, &accept, &step_input(part, json!({}))).await,
        "IDEMPOTENCY_KEY_REUSED"
    );
    assert_eq!(kept(&sql).await, before);
    let prepare = step_document("Prepare", Some("k"));
    let prepared = owner
        .data(&prepare, json!({ "input": step_input(part, json!({})) }))
        .await;
    assert_eq!(prepared["done"]["vendorOrder"]["state"], "PREPARING");
    // What is answered again is the order as it stands now.
    let again = owner.data(&accept, input).await;
    assert_eq!(again["done"]["vendorOrder"]["state"], "PREPARING");

    let cancel = "mutation($input: OrderCancelInput!) { done: orderCancel(input: $input) @idempotent(key: \"c\") { order { state vendorOrders { state } } userErrors { code field message } } }";
    let input = json!({ "orderId": order["id"], "vendorOrderId": other["id"] });
    let all = (0..20).map(|_| {
        let (guest, input) = (guest.clone(), json!({ "input": input }));
        tokio::spawn(async move { guest.data(cancel, input).await })
    });
    for answer in join_all(all).await {
        let answer = answer.unwrap();
        assert_eq!(
            (
                &answer["done"]["userErrors"],
                &answer["done"]["order"]["vendorOrders"][1]["state"]
            ),
            (&json!([]), &json!("CANCELLED"))
        );
    }
    assert_eq!(
        count(
            &sql,
            "SELECT count(*) FROM order_timeline WHERE kind = 'CANCELLED'"
        )
        .await,
        1
    );
    let before = kept(&sql).await;
    assert_eq!(
        code(&guest, cancel, &with(input, "/note", json!("other"))).await,
        "IDEMPOTENCY_KEY_REUSED"
    );
    assert_eq!(kept(&sql).await, before);
    whole(&shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_where_it_would_do_nothing_is_refused() {
    let shop = Shop::open().await;
    let before = shop
        .sql()
        .await
        .query_one("SELECT count(*) FROM carts", &[])
        .await
        .unwrap()
        .get::<_, i64>(0);
    for document in [
        "mutation { cartCreate @idempotent(key: \"a\") { cart { id } } }",
        "{ viewer @idempotent(key: \"a\") { id } }",
        "mutation { cartCreate { cart @idempotent(key: \"a\") { id } } }",
        "mutation { cartCreate { cart { ...C } } } fragment C on Cart { id @idempotent(key: \"a\") }",
    ] {
        let (code, message) = shop.refusal(document, json!({})).await;
        assert_eq!(code, "BAD_USER_INPUT");
        assert!(message.contains("takes no `@idempotent`"), "{message}");
    }
    let after = shop
        .sql()
        .await
        .query_one("SELECT count(*) FROM carts", &[])
        .await
        .unwrap()
        .get::<_, i64>(0);
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_left_out_is_no_key() {
    let shop = Shop::open().await;
    let document = "mutation Buy($id: ID!, $key: String) { orderCancel(input: { orderId: $id }) @idempotent(key: $key) { userErrors { code } } }";
    let id = "gid://lilium/Order/019a7eb4-c318-795e-914a-a026d73e2e78";
    let (code, message) = shop.refusal(document, json!({ "id": id })).await;
    assert!(
        code == "BAD_USER_INPUT" || code == "GRAPHQL_VALIDATION_FAILED",
        "{code} {message}"
    );
}
