//! What is a vendor's and not shown to the vendor is as none to the vendor's own people.

use super::cast::{Cast, Who, gid};
use super::kept::{changed, kept};
use serde_json::{Value, json};
use uuid::Uuid;

const BUY: &str = "mutation($cart: ID!, $card: String!) { checkoutComplete(input: { cartId: $cart, paymentMethod: TEST,
    email: \"buyer@example.com\", testCard: { number: $card },
    shippingAddress: { lastName: \"Weaver\", address1: \"1 Loom Street\", city: \"Springfield\", countryCode: US } }) {
    order { state } userErrors { code } } }";

const READ: &str =
    "query($vendor: ID!, $part: ID!) { vendorDesk(vendorId: $vendor) { order(id: $part) { id } } }";

const CANCEL: &str = "mutation($order: ID!, $part: ID!) { orderCancel(input: { orderId: $order, vendorOrderId: $part }) {
    order { id } userErrors { code field message } } }";

/// The documents of everything that a vendor can do with a part.
fn documents() -> Vec<String> {
    let steps = ["Accept", "Reject", "Prepare", "Ship", "Deliver"];
    let step = |step: &str| {
        format!(
            "mutation($vendor: ID!, $part: ID!) {{ vendorOrder{step}(input: {{ vendorId: $vendor, vendorOrderId: $part }}) {{
            vendorOrder {{ id }} userErrors {{ code field message }} }} }}"
        )
    };
    steps
        .map(step)
        .into_iter()
        .chain([READ.to_owned()])
        .collect()
}

/// The first vendor's part of an order whose payment was declined. No vendor was ever shown it.
async fn declined(cast: &Cast) -> Uuid {
    let cart = &cast.people[&Who::Buyer].things.cart;
    let card = "4000000000000002";
    let variables = json!({ "cart": gid("Cart", cart.id, Some(&cart.key)), "card": card });
    let data = cast.data(Who::Buyer, BUY, variables).await;
    let refused = json!({ "order": null, "userErrors": [{ "code": "PAYMENT_DECLINED" }] });
    assert_eq!(data["checkoutComplete"], refused);
    let part = "SELECT vo.id FROM vendor_orders vo JOIN orders o ON o.id = vo.order_id \
                WHERE o.cart_id = $1 AND vo.vendor_id = $2 AND NOT vo.released";
    let sql = cast.shop.sql().await;
    sql.query_one(part, &[&cart.id, &cast.vendors[0]])
        .await
        .unwrap()
        .get(0)
}

async fn told(cast: &Cast, who: Who, document: &str, part: Uuid) -> (Value, u64) {
    let part = gid("VendorOrder", part, None);
    let own = &cast.people[&Who::Buyer].things.order;
    let variables = json!({
        "vendor": gid("Vendor", cast.vendors[0], None),
        "order": gid("Order", own.id, None),
        "part": part,
    });
    let answer = cast.ask(who, document, variables).await;
    (answer.body, answer.statements)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_never_paid_is_as_none_to_its_own_vendor() {
    let cast = Cast::gather().await;
    let part = declined(&cast).await;
    let sql = cast.shop.sql().await;
    let before = kept(&sql).await;
    for document in documents() {
        for who in [Who::Owner, Who::Clerk] {
            let missing = told(&cast, who, &document, Uuid::now_v7()).await;
            assert_eq!(
                told(&cast, who, &document, part).await,
                missing,
                "{who:?}: {document}"
            );
            // The same people do see what was bought.
            if document == READ {
                let bought = cast.people[&Who::Buyer].things.parts[0];
                assert_ne!(told(&cast, who, &document, bought).await.0, missing.0);
            }
        }
    }
    // A part of another of the customer's own orders is none of this one.
    let missing = told(&cast, Who::Buyer, CANCEL, Uuid::now_v7()).await;
    assert_eq!(told(&cast, Who::Buyer, CANCEL, part).await, missing);
    assert_eq!(changed(&before, &kept(&sql).await), [""; 0]);
}
