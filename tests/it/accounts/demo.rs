//! The people of the demo shop.

use super::{VIEWER, number, sign_in, who, wrong};
use crate::support::{Contents, Shop};
use lilium::demo::people::PASSWORD;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_of_the_demo_shop_signs_in_and_is_what_their_address_says() {
    let shop = Shop::open().await;
    for (email, grants, permissions) in [
        (
            "ada@example.com",
            json!([{ "role": "CUSTOMER", "vendor": null }]),
            json!([]),
        ),
        (
            "owner@tuesday-kiln.example",
            json!([{ "role": "CUSTOMER", "vendor": null }, { "role": "VENDOR_OWNER", "vendor": { "handle": "tuesday-kiln" } }]),
            json!([]),
        ),
        (
            "clerk@ninth-hour.example",
            json!([{ "role": "CUSTOMER", "vendor": null }, { "role": "VENDOR_STAFF", "vendor": { "handle": "ninth-hour" } }]),
            json!([]),
        ),
        (
            "admin@example.com",
            json!([{ "role": "CUSTOMER", "vendor": null }, { "role": "ADMIN", "vendor": null }]),
            json!([
                "VENDOR_ORDERS_READ",
                "VENDOR_ORDERS_WORK",
                "ORDERS_READ",
                "ORDERS_CANCEL",
                "SEARCH_TUNE",
                "SEARCH_ANALYTICS_READ",
                "CACHE_FOLLOW"
            ]),
        ),
    ] {
        let token = shop.sign_in(email, PASSWORD).await;
        let query = "{ viewer { grants { role vendor { handle } } permissions } }";
        let viewer = shop.ask_as(&token, query, json!({})).await.body["data"]["viewer"].clone();
        assert_eq!(
            viewer,
            json!({ "grants": grants, "permissions": permissions }),
            "{email}"
        );
    }
    assert_eq!(number(&shop, "SELECT count(*) FROM users").await, 28);
    assert_eq!(number(&shop, "SELECT count(*) FROM customers").await, 28);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_many_vendors_has_people_for_its_own_ones_only() {
    let shop = Shop::with(Contents::TenThousand, &[]).await;
    assert!(number(&shop, "SELECT count(*) FROM vendors").await > 12);
    assert_eq!(
        number(&shop, "SELECT count(DISTINCT vendor_id) FROM grants").await,
        12
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_without_data_has_nobody() {
    let shop = Shop::with(Contents::Empty, &[]).await;
    assert_eq!(number(&shop, "SELECT count(*) FROM users").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_is_signed_in_is_not_another() {
    let shop = Shop::open().await;
    let (ada, chen) = (
        shop.sign_in("ada@example.com", PASSWORD).await,
        shop.sign_in("chen@example.com", PASSWORD).await,
    );
    assert_eq!(who(&shop, &ada).await.as_deref(), Some("ada@example.com"));
    assert_eq!(who(&shop, &chen).await.as_deref(), Some("chen@example.com"));
    let ids = [&ada, &chen].map(async |token| {
        shop.ask_as(token, VIEWER, json!({})).await.body["data"]["viewer"]["id"].clone()
    });
    let [one, other] = ids;
    assert_ne!(one.await, other.await);
    assert_eq!(
        wrong(&sign_in(&shop, "bilal@example.com", "lilium-demo ").await).0,
        "UNIDENTIFIED_CUSTOMER"
    );
}
