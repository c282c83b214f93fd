//! Where documents by chance begin.

use super::orders::Customer;
use crate::buying::{carts, cash, goods};
use crate::support::Shop;
use serde_json::json;

/// Root fields to begin with, each with its type: of a cart and of an order by their keys, and of a customer who is signed in.
pub async fn roots(shop: &Shop, customer: &Customer) -> Vec<(String, &'static str)> {
    let sql = shop.sql().await;
    let some = goods(&sql, 3).await;
    let lines: Vec<_> = some.iter().map(|it| (it, 2)).collect();
    let made = carts(&sql, 2, &lines).await;
    let buy = "mutation Buy($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) { order { id } userErrors { message } } }";
    let bought = shop.data(buy, json!({ "input": cash(&made[0]) })).await;
    let order = bought["checkoutComplete"]["order"]["id"].as_str();
    let order = order.unwrap_or_else(|| panic!("{bought:#}"));
    let mug = "handle: \"morning-person-mug\"";
    [
        ("products(first: 4)".to_owned(), "ProductConnection"),
        (
            "products(last: 3, sortKey: PRICE)".to_owned(),
            "ProductConnection",
        ),
        (format!("product({mug})"), "Product"),
        (format!("productByHandle({mug})"), "Product"),
        (
            "productRecommendations(productHandle: \"morning-person-mug\")".to_owned(),
            "Product",
        ),
        (
            "collection(handle: \"bestsellers\")".to_owned(),
            "Collection",
        ),
        ("collections(first: 3)".to_owned(), "CollectionConnection"),
        ("categories".to_owned(), "Collection"),
        ("vendors(first: 3)".to_owned(), "VendorConnection"),
        (
            "search(query: \"mug\", first: 4)".to_owned(),
            "SearchResultItemConnection",
        ),
        (
            "search(query: \"about\", first: 2)".to_owned(),
            "SearchResultItemConnection",
        ),
        (format!("cart(id: \"{}\")", made[1]), "Cart"),
        (format!("order(id: \"{order}\")"), "Order"),
        (
            format!("order(id: \"{}\")", customer.orders[1].gid()),
            "Order",
        ),
        ("viewer".to_owned(), "Viewer"),
    ]
    .to_vec()
}
