//! What buying the last of something does to its listing.

use crate::buying::{Client, Counter, Goods, by_card, card, cash, goods, level, line, open, stock};
use crate::support::whole;
use serde_json::json;

async fn is_listed(counter: &Counter, sql: &Client, goods: &Goods) -> bool {
    let listed = "SELECT bool_and(in_stock), bool_or(in_stock) FROM listings WHERE product_id = $1";
    let found = sql.query_one(listed, &[&goods.product]).await.unwrap();
    assert_eq!(found.get::<_, bool>(0), found.get::<_, bool>(1));
    let id = format!("gid://lilium/Product/{}", goods.product);
    let query = "query($id: ID!) { product(id: $id) { availableForSale } }";
    let data = counter.data(query, json!({ "id": id })).await;
    assert_eq!(data["product"]["availableForSale"], found.get::<_, bool>(0));
    found.get(0)
}

/// A variant that is all there is of its product.
async fn only_child(sql: &Client) -> Goods {
    let mut found = None;
    for goods in goods(sql, 40).await {
        let siblings = "SELECT count(*) FROM variants WHERE product_id = $1";
        let row = sql.query_one(siblings, &[&goods.product]).await.unwrap();
        if row.get::<_, i64>(0) == 1 {
            found.get_or_insert(goods);
        }
    }
    found.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_out_is_listed_so_and_comes_back() {
    let (shop, sql, guest) = open().await;
    let last = only_child(&sql).await;
    stock(&sql, last.variant, 2).await;
    let owner = guest.sign_in(&last.owner()).await;
    assert!(is_listed(&guest, &sql, &last).await);
    let buy = async || guest.buy(cash(&guest.cart(&[line(&last, 2)]).await)).await;

    let order = buy().await;
    assert!(!is_listed(&guest, &sql, &last).await);
    let id = order["id"].as_str().unwrap();
    let cancelled = guest.cancel(id, None).await["order"].clone();
    assert_eq!(
        (&cancelled["state"], &cancelled["financialStatus"]),
        (&json!("CANCELLED"), &json!("VOIDED"))
    );
    assert!(is_listed(&guest, &sql, &last).await);

    let order = buy().await;
    assert!(!is_listed(&guest, &sql, &last).await);
    owner.stepped("Reject", &order["vendorOrders"][0]).await;
    assert!(is_listed(&guest, &sql, &last).await);

    let cart = guest.cart(&[line(&last, 2)]).await;
    let declined = guest.refused(by_card(&cart, card::DECLINE)).await;
    assert_eq!(
        declined,
        [("PAYMENT_DECLINED".to_owned(), "input.testCard".to_owned())]
    );
    assert!(is_listed(&guest, &sql, &last).await);

    // What was sent does not come back, and what is on hand is nothing.
    let order = buy().await;
    for step in ["Accept", "Prepare", "Ship"] {
        owner.stepped(step, &order["vendorOrders"][0]).await;
    }
    assert!(!is_listed(&guest, &sql, &last).await);
    assert_eq!(level(&sql, &last).await, (0, 0));
    whole(&shop).await;
}
