//! Redis is absent at the start, comes, is slow, is emptied, and goes: nobody who buys or reads notices more than a moment.

use super::is_calm;
use super::proxy::{Beyond, Proxy, Way};
use super::scene::{HEALS, LASTING, SHORT, Scale, Scene};
use crate::programs::{Folder, Redis, there_is};
use crate::support::{Contents, database};
use std::time::{Duration, Instant};

/// What Redis may cost somebody who is not told of it: an answer of the shop, and a busy machine.
const COSTS: Duration = Duration::from_secs(12);

async fn empty(port: u16) {
    let client = redis::Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let () = redis::cmd("FLUSHALL")
        .query_async(&mut redis)
        .await
        .unwrap();
}

/// Waits until the program says that its cache is in `state`.
async fn cache_is(address: &str, state: &str) {
    let (http, begin) = (crate::support::http::client(), Instant::now());
    loop {
        let answer = http.get(format!("{address}/readyz")).send().await.unwrap();
        assert_eq!(answer.status(), 200, "it serves without Redis");
        let body: serde_json::Value = answer.json().await.unwrap();
        if body["cache"]["state"] == state {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{body}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn comes_and_goes(scale: Scale, lasts: Duration) {
    if !there_is("redis-server", "a Redis that comes and goes") {
        return;
    }
    let folder = Folder::new();
    let proxy = Proxy::before(Beyond::Socket(folder.path().join("redis.sock"))).await;
    let url = format!("redis://127.0.0.1:{}", proxy.port);
    let settings = [("REDIS_URL", url.as_str())];
    let scene = Scene::on(database(Contents::Demo).await, &settings, false).await;
    // Absent at the start.
    let serving = scene.serve();
    let crowd = scene.crowd(scale).await;
    let patience = Duration::from_secs(30);
    crowd.bought(3, patience).await;
    cache_is(&serving.address, "unreachable").await;

    let server = Redis::start(folder.path());
    cache_is(&serving.address, "ok").await;
    crowd.bought(2, patience).await;
    empty(proxy.port).await;
    crowd.bought(2, patience).await;
    for way in [Way::Slow(Duration::from_millis(300)), Way::Held, Way::Cut] {
        proxy.turn(way);
        crowd.bought(2, patience).await;
        tokio::time::sleep(lasts).await;
    }
    proxy.turn(Way::Open);
    server.stop();
    crowd.bought(2, patience).await;
    let _server = Redis::start(folder.path());
    cache_is(&serving.address, "ok").await;

    // Nobody was told anything of all this.
    let record = &scene.asking.record;
    assert_eq!(record.told(), Vec::<String>::new(), "{}", record.tail());
    assert!(record.slowest() < COSTS, "{}", record.tail());
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_comes_and_goes_and_nobody_is_told() {
    // More carts than a quick machine buys until the last of it.
    let scale = Scale {
        carts: 600,
        ..SHORT
    };
    comes_and_goes(scale, Duration::from_millis(500)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn redis_comes_and_goes_under_many() {
    comes_and_goes(LASTING, Duration::from_secs(10)).await;
}
