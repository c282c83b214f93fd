//! Several instances with one Redis count together, and each by itself while it is gone.

use super::{ONE, PROXY, SHOP, admitted};
use crate::programs::{Redis, there_is};
use crate::support::{Contents, Shop, log};
use serde_json::json;
use std::time::{Duration, Instant};

/// Waits until what one instance lets a client spend the other does not.
async fn count_together(one: &Shop, other: &Shop, limit: usize, network: &str) {
    let begin = Instant::now();
    for client in 0..=255 {
        let client = format!("{network}.{client}");
        let spent = admitted(one, &client, SHOP, json!({}), limit).await;
        assert_eq!(spent, limit);
        if admitted(other, &client, SHOP, json!({}), 1).await == 0 {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "they do not");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("they do not");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_share_a_budget_and_redis_may_come_and_go() {
    if !there_is("redis-server", "limits of several instances") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Redis::start(folder.path());
    let url = Redis::url(folder.path());
    let settings = [PROXY, ("REDIS_URL", &*url), ("LILIUM_RATE_REQUESTS", "4")];
    let one = Shop::with(Contents::Demo, &settings).await;
    let other = one.again(&settings).await;
    count_together(&one, &other, 4, "203.0.113").await;

    // Fifty at once at two instances: exactly as many as one instance would admit.
    let asked = [&one, &other].map(|shop| admitted(shop, ONE, SHOP, json!({}), 25));
    let counts = futures_util::future::join_all(asked).await;
    assert_eq!(counts.iter().sum::<usize>(), 4, "{counts:?}");

    server.stop();
    // Whoever has spent it all gets nothing from its going away; others get what each instance admits.
    for shop in [&one, &other] {
        assert_eq!(admitted(shop, ONE, SHOP, json!({}), 10).await, 0);
        assert_eq!(admitted(shop, "198.51.100.9", SHOP, json!({}), 20).await, 4);
    }
    assert!(log::has("the counting in Redis is gone"));
    let _server = Redis::start(folder.path());
    count_together(&one, &other, 4, "192.0.2").await;
}
