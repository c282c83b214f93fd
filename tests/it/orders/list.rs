//! A customer's orders, page by page.

use super::fixture::{Wish, customer, place};
use super::inside::{Inside, viewer};
use super::reading::WHOLE;
use lilium::domains::accounts::Role;
use lilium::domains::orders::OrderState;
use serde_json::{Value, json};

fn page(arguments: &str) -> String {
    format!(
        "query Page($customer: String!, $first: Int, $after: String, $last: Int, $before: String) {{
            ordersOf(customer: $customer, first: $first, after: $after, last: $last, before: $before {arguments}) {{
                nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    )
}

fn ids(page: &Value) -> Vec<String> {
    let nodes = page["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Walks through the list in both directions.
async fn walk(shop: &Inside, customer: &str, arguments: &str) -> Vec<String> {
    let document = page(arguments);
    let (mut forward, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "customer": customer, "first": 3, "after": after });
        let page = shop.data(None, &document, variables).await["ordersOf"].clone();
        forward.extend(ids(&page));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let (mut backward, mut before) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "customer": customer, "last": 3, "before": before });
        let page = shop.data(None, &document, variables).await["ordersOf"].clone();
        backward.splice(0..0, ids(&page));
        before = page["pageInfo"]["startCursor"].clone();
        if page["pageInfo"]["hasPreviousPage"] == false {
            break;
        }
    }
    assert_eq!(forward, backward, "{arguments}");
    forward
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_orders_are_walked_through_in_every_order() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let (ann, bob) = (customer(&sql).await, customer(&sql).await);
    let mut placed = Vec::new();
    for at in 0..7_i64 {
        let wish = Wish {
            customer: Some(ann),
            // Two of each amount, so that ties are settled.
            scale: (at * 3 % 7) / 2 + 1,
            states: if at % 3 == 0 {
                [OrderState::Delivered; 2]
            } else {
                [OrderState::Pending; 2]
            },
            ..Wish::default()
        };
        placed.push((wish.scale, at % 3 == 0, place(&sql, &wish).await.gid()));
        let wish = Wish {
            customer: Some(bob),
            ..Wish::default()
        };
        place(&sql, &wish).await;
    }
    let ann = ann.to_string();
    let all: Vec<String> = placed.iter().map(|(_, _, id)| id.clone()).collect();
    let newest: Vec<String> = all.iter().rev().cloned().collect();
    let mut by_total: Vec<(i64, usize)> = placed
        .iter()
        .enumerate()
        .map(|(at, (scale, _, _))| (*scale, at))
        .collect();
    by_total.sort_unstable();
    let by_total: Vec<String> = by_total.iter().map(|(_, at)| all[*at].clone()).collect();
    let delivered: Vec<String> = placed
        .iter()
        .filter(|(_, delivered, _)| *delivered)
        .map(|(_, _, id)| id.clone())
        .collect();
    for (arguments, expected) in [
        ("", &all),
        (", sortKey: ID", &all),
        (", sortKey: PROCESSED_AT", &all),
        (", sortKey: PROCESSED_AT, reverse: true", &newest),
        (", sortKey: TOTAL_PRICE", &by_total),
        (", states: []", &all),
        (", states: [PENDING, DELIVERED, PENDING]", &all),
        (", states: [DELIVERED]", &delivered),
        (", states: [RETURNED]", &Vec::new()),
    ] {
        assert_eq!(&walk(&shop, &ann, arguments).await, expected, "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_orders_costs_the_same_however_many_there_are() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let ann = customer(&sql).await;
    let wish = Wish {
        customer: Some(ann),
        ..Wish::default()
    };
    for _ in 0..20 {
        place(&sql, &wish).await;
    }
    let owner = viewer(ann, Role::Customer, None);
    for first in [1, 5, 20] {
        let document = format!(
            "query Page($customer: String!) {{ ordersOf(customer: $customer, first: {first}) {{ nodes {{ {WHOLE} }} }} }}"
        );
        let answer = shop
            .ask(
                Some(&owner),
                &document,
                json!({ "customer": ann.to_string() }),
            )
            .await;
        assert!(answer.body.get("errors").is_none(), "{:#}", answer.body);
        let nodes = answer.body["data"]["ordersOf"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), first);
        assert_eq!(answer.statements, 9, "{first} orders");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_order_is_refused() {
    let shop = Inside::open().await;
    let sql = shop.sql().await;
    let ann = customer(&sql).await;
    let wish = Wish {
        customer: Some(ann),
        ..Wish::default()
    };
    place(&sql, &wish).await;
    let variables = json!({ "customer": ann.to_string(), "first": 1 });
    let found = shop.data(None, &page(""), variables).await;
    let cursor = &found["ordersOf"]["pageInfo"]["endCursor"];
    let variables = json!({ "customer": ann.to_string(), "first": 1, "after": cursor });
    let code = shop
        .refusal(None, &page(", sortKey: TOTAL_PRICE"), variables)
        .await;
    assert_eq!(code, "INVALID_CURSOR");
}
