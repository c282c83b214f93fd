//! The search engine is away: PostgreSQL searches, in time; and when it is back it holds what happened meanwhile.

use super::is_calm;
use super::proxy::{Beyond, Proxy, Way};
use super::scene::{HEALS, LASTING, SHORT, Scale, Scene};
use crate::search::engines::Remote;
use crate::support::{Contents, database};
use serde_json::Value;
use std::time::{Duration, Instant};

const SEARCH: &str = "{ search(query: \"mug\", first: 5) { nodes { __typename } } }";

/// The longest that somebody waits who searches: the budget of the engine, and the search of PostgreSQL on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

async fn searches(serving: &crate::programs::Serving, times: usize) {
    for _ in 0..times {
        let began = Instant::now();
        let (status, body) = serving.ask(SEARCH).await;
        assert_eq!((status, body.get("errors")), (200, None), "{body:#}");
        assert_ne!(body["data"]["search"]["nodes"][0], Value::Null, "{body:#}");
        assert!(began.elapsed() < LONGEST, "{:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_was_never_there_costs_nobody_their_search() {
    // Nobody listens behind it: what is held back would never come.
    let proxy = Proxy::before(Beyond::Port("127.0.0.1:9".to_owned())).await;
    let url = format!("http://127.0.0.1:{}", proxy.port);
    let settings = [
        ("MEILISEARCH_URL", url.as_str()),
        ("LILIUM_SEARCH_MILLISECONDS", "300"),
    ];
    let scene = Scene::on(database(Contents::Demo).await, &settings, false).await;
    let serving = scene.serve();
    let crowd = scene.crowd(SHORT).await;
    for way in [Way::Open, Way::Held, Way::Cut] {
        proxy.turn(way);
        searches(&serving, 4).await;
        crowd.bought(2, Duration::from_secs(30)).await;
    }
    // Nobody who buys or reads was told anything of it.
    let record = &scene.asking.record;
    assert_eq!(record.told(), Vec::<String>::new(), "{}", record.tail());
    scene.heals(HEALS).await;
    scene.agrees(crowd).await;
    scene.doctor_misses("search");
    is_calm(&serving);
}

async fn goes_and_comes(scale: Scale, lasts: Duration) {
    let Some(remote) = Remote::new("an engine that goes and comes back under load") else {
        return;
    };
    let beyond = remote
        .url()
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let proxy = Proxy::before(Beyond::Port(beyond.to_owned())).await;
    let remote = remote.at(format!("http://127.0.0.1:{}", proxy.port));
    let mut settings = remote.settings();
    settings.push(("LILIUM_SEARCH_MILLISECONDS", "500"));
    let scene = Scene::on(database(Contents::Demo).await, &settings, false).await;
    let serving = scene.serve();
    remote.fed(&scene.server).await;
    let crowd = scene.crowd(scale).await;
    for way in [Way::Cut, Way::Held, Way::Mute] {
        crowd.bought(2, Duration::from_secs(30)).await;
        proxy.turn(way);
        searches(&serving, 3).await;
        tokio::time::sleep(lasts).await;
        proxy.turn(Way::Open);
        searches(&serving, 2).await;
    }
    scene.heals(HEALS).await;
    remote.fed(&scene.server).await;
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_goes_and_comes_back_under_load() {
    goes_and_comes(SHORT, Duration::from_secs(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn the_engine_is_away_for_long_under_many() {
    goes_and_comes(LASTING, Duration::from_secs(20)).await;
}
