//! What a signed-in customer reads of their orders, page by page, is answered alike both ways.

use super::{Asked, Document};
use crate::orders::fixture::{Placed, Wish, place};
use crate::orders::reading::WHOLE;
use crate::reading::field;
use crate::support::{Contents, Shop};
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::Viewer;
use lilium::domains::orders::OrderState;
use serde_json::{Value, json};

/// A customer who is signed in, with several orders.
pub struct Customer {
    /// As whom they ask.
    pub viewer: Viewer,
    /// What they bought, the earliest first.
    pub orders: Vec<Placed>,
}

/// Where the parts of each order stand, and what it is paid in.
const BOUGHT: [([OrderState; 2], &str); 5] = [
    ([OrderState::Pending, OrderState::Pending], "USD"),
    ([OrderState::Delivered, OrderState::Rejected], "KWD"),
    ([OrderState::Accepted, OrderState::Pending], "USD"),
    ([OrderState::Cancelled, OrderState::Cancelled], "JPY"),
    ([OrderState::Delivered, OrderState::Delivered], "USD"),
];

impl Customer {
    /// Signs in one of the demo shop, who has bought nothing yet, and places their orders: each comes to less than the one before.
    pub async fn of(shop: &Shop) -> Self {
        let token = shop.sign_in("ada@example.com", PASSWORD).await;
        let viewer = shop.accounts().authenticate(&token).await.unwrap().unwrap();
        let sql = shop.sql().await;
        let (mut orders, mut scale) = (Vec::new(), 5);
        for (states, currency) in BOUGHT {
            let wish = Wish {
                states,
                customer: Some(viewer.customer_id.0),
                currency,
                scale,
                ..Wish::default()
            };
            orders.push(place(&sql, &wish).await);
            scale -= 1;
        }
        Self { viewer, orders }
    }
}

/// Fields that all stand in tables, over several loaders: of these a whole page is one walk.
const HELD: &str = "id name orderNumber state processedAt canceledAt cancelReason cancellable currencyCode note financialStatus
    fulfillmentStatus paymentMethod customAttributes { key value } totalPrice { amount currencyCode } totalRefunded { amount }
    currentTotalPrice { amount } lineItems(first: 2) { nodes { title quantity currentQuantity state unitPrice { amount }
        image { url(transform: { maxWidth: 64 }) } variant { id title } } pageInfo { hasNextPage } }
    vendorOrders { name state vendor { name handle } cost { total { amount } } lines { sku } }";

fn page(arguments: &str, shown: &str) -> Document {
    Document {
        text: format!(
            "{{ viewer {{ orders({arguments}) {{ edges {{ cursor node {{ {shown} }} }} nodes {{ id }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
        ),
        variables: json!({}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_customers_orders_are_answered_alike() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let customer = Customer::of(&shop).await;
    let all: Vec<String> = customer.orders.iter().map(Placed::gid).collect();
    let asked = Asked::of(&shop).await.by(customer.viewer);
    let two = asked.both(&page("first: 2", "id")).await;
    let second = two.data["viewer"]["orders"]["pageInfo"]["endCursor"].as_str();
    let second = second.unwrap_or_else(|| panic!("{}", two.text));
    for (arguments, places) in [
        ("first: 9".to_owned(), vec![0, 1, 2, 3, 4]),
        ("first: 3".to_owned(), vec![0, 1, 2]),
        (format!("first: 2, after: \"{second}\""), vec![2, 3]),
        (format!("last: 4, before: \"{second}\""), vec![0]),
        (
            "last: 2, reverse: true, sortKey: TOTAL_PRICE".to_owned(),
            vec![3, 4],
        ),
        ("first: 9, states: [DELIVERED]".to_owned(), vec![1, 4]),
        ("first: 9, states: [RETURNED]".to_owned(), vec![]),
    ] {
        let wanted: Vec<String> = places.iter().map(|at: &usize| all[*at].clone()).collect();
        for shown in [HELD, WHOLE] {
            let document = page(&arguments, shown);
            let answered = asked.both(&document).await;
            assert!(!answered.failed, "{}", answered.text);
            let list = &answered.data["viewer"]["orders"];
            assert_eq!(field(&list["nodes"], "id"), wanted, "{arguments}");
            let edges = list["edges"].as_array().unwrap();
            let nodes: Value = edges.iter().map(|edge| edge["node"].clone()).collect();
            assert_eq!(field(&nodes, "id"), wanted, "{arguments}");
            asked.bounded(&document, answered.held).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_of_orders_stands_alike_beside_their_data() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let customer = Customer::of(&shop).await;
    let bought = customer.orders.len();
    let asked = Asked::of(&shop).await.by(customer.viewer);
    for (arguments, refused) in [
        // A page without a size in each order, no width in each picture, a cursor that is none.
        ("first: 9", "lines: lineItems { nodes { title } }"),
        (
            "first: 9",
            "vendorOrders { name lines { title image { url(transform: { maxWidth: 0 }) } } }",
        ),
        (
            "last: 9",
            "email lines: lineItems(first: 2, after: \"none\") { pageInfo { endCursor } } timeline { kind }",
        ),
    ] {
        let document = page(
            arguments,
            &format!("name {refused} totalPrice {{ amount }}"),
        );
        let answered = asked.both(&document).await;
        let errors = answered.text.matches(r#""code":""#).count();
        assert!(errors >= bought, "{errors} errors: {}", answered.text);
        let edges = &answered.data["viewer"]["orders"]["edges"];
        let edges = edges.as_array().unwrap();
        let nodes: Value = edges.iter().map(|edge| edge["node"].clone()).collect();
        assert_eq!(field(&nodes, "name").len(), bought, "{}", answered.text);
    }
    let document = Document {
        text: "{ viewer { email none: orders(first: 0) { nodes { name } } orders(last: 9) { nodes { name } } } }"
            .to_owned(),
        variables: json!({}),
    };
    let answered = asked.both(&document).await;
    assert!(answered.failed, "{}", answered.text);
    let viewer = &answered.data["viewer"];
    assert_eq!(field(&viewer["orders"]["nodes"], "name").len(), bought);
    assert_eq!(viewer["email"], "ada@example.com");
}
