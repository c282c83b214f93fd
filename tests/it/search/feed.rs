//! What Meilisearch is told of changes, and that its indexes hold what the database holds.

use super::engines::{Remote, remote};
use crate::support::{Contents, Shop};
use lilium::domains::listing::refresh::refresh;
use lilium::domains::search::feed::{self, Feed, FeedError, Verified};
use lilium::domains::search::{Meilisearch, Tuner};
use lilium::platform::db::{Database, Server};
use meilisearch_sdk::key::{Action, KeyBuilder};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

const NOBODY_LOOKS: fn(u64, u64) = |_, _| {};

fn feed_of(remote: &Remote, server: &Server) -> Feed {
    let database = Database::connect(server, 4).unwrap();
    let tuner = Tuner::new(database.clone());
    Feed::new(remote.client(), server.clone(), database, tuner)
}

/// What a verification finds that is not as it should be; it mends it.
async fn verified(remote: &Remote, server: &Server) -> Verified {
    let feed = feed_of(remote, server);
    feed::verify(&feed, &NOBODY_LOOKS).await.unwrap()
}

fn english(remote: &Remote) -> String {
    format!("{}_en", remote.prefix())
}

/// Changes some products by SQL, and tells it as whoever changes products does.
async fn change(server: &Server, sql: &str, products: &[Uuid]) {
    let client = server.client().await.unwrap();
    assert!(client.execute(sql, &[&products]).await.unwrap() > 0);
    let database = Database::connect(server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    refresh(&mut conn, products).await.unwrap();
}

async fn some_products(server: &Server, most: i64) -> Vec<Uuid> {
    let client = server.client().await.unwrap();
    let sql = "SELECT DISTINCT product_id FROM listings ORDER BY 1 LIMIT $1";
    let rows = client.query(sql, &[&most]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn title(client: &Meilisearch, remote: &Remote, product: Uuid) -> Option<String> {
    let index = client.index(english(remote));
    let found = index.of_ids(&[product]).await.unwrap();
    Some(found.first()?["title"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_come_in_their_order_and_nothing_is_left_out() {
    let Some(remote) = remote("the feed") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let first = verified(&remote, &shop.server).await;
    assert_eq!(first.faults(), 0, "{first:?}");
    assert!(first.documents > 200, "{first:?}");

    let client = remote.client();
    let products = some_products(&shop.server, 20).await;
    for turn in 0..10 {
        let sql = format!("UPDATE products SET title = 'Turn {turn}' WHERE id = ANY($1)");
        change(&shop.server, &sql, &products).await;
    }
    remote.fed(&shop.server).await;
    for product in &products {
        let title = title(&client, &remote, *product).await;
        assert_eq!(title.as_deref(), Some("Turn 9"));
    }
    // What nobody sees any more is gone.
    let sql = "UPDATE products SET state = 'ARCHIVED' WHERE id = ANY($1)";
    change(&shop.server, sql, &products[..5]).await;
    remote.fed(&shop.server).await;
    assert_eq!(title(&client, &remote, products[0]).await, None);
    assert_eq!(verified(&remote, &shop.server).await.faults(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_found_both_ways_and_mended() {
    let Some(remote) = remote("verifying") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let client = remote.client();
    let products = some_products(&shop.server, 3).await;
    let index = client.client().index(english(&remote));
    let wait = async |task: meilisearch_sdk::task_info::TaskInfo| {
        let done = task.wait_for_completion(client.client(), None, None).await;
        assert!(done.unwrap().is_success());
    };
    // One is gone, one says something else, one is of a product that was never there.
    wait(index.delete_document(products[0]).await.unwrap()).await;
    let lie = serde_json::json!([{ "id": products[1], "sold": 99_999 }]);
    let lie = lie.as_array().unwrap();
    wait(index.add_or_update(lie, Some("id")).await.unwrap()).await;
    // So are two that are of nothing that could be a product.
    let strange = serde_json::json!([
        { "id": Uuid::now_v7(), "title": "Nobody sells it" },
        { "id": "somebody-elses", "title": "Nor this" },
        { "id": 17, "title": "Nor this" },
    ]);
    let strange = strange.as_array().unwrap();
    wait(index.add_or_replace(strange, Some("id")).await.unwrap()).await;

    let found = verified(&remote, &shop.server).await;
    assert_eq!((found.missing, found.different, found.strange), (1, 1, 3));
    assert_eq!(verified(&remote, &shop.server).await.faults(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_are_swapped_while_products_change_and_none_is_lost() {
    let Some(remote) = remote("rebuilding under writes") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let server = shop.server.clone();
    let products = some_products(&server, 50).await;
    let writer = tokio::spawn(async move {
        let begin = Instant::now();
        let mut turn = 0;
        while begin.elapsed() < Duration::from_secs(5) {
            let some = &products[turn % 40..turn % 40 + 10];
            let sql = format!("UPDATE products SET sold = {turn} WHERE id = ANY($1)");
            change(&server, &sql, some).await;
            turn += 1;
        }
        turn
    });
    let (mut built, client) = (0, remote.client());
    while !writer.is_finished() {
        let feed = feed_of(&remote, &shop.server);
        let rebuilt = feed::rebuild(&feed, &NOBODY_LOOKS).await.unwrap();
        built += u32::from(rebuilt.is_some());
        // The live index is whole at any time.
        let count = client.index(english(&remote)).count().await.unwrap();
        assert!(count.unwrap() > 100, "{count:?}");
    }
    assert!(built > 0 && writer.await.unwrap() > 3);
    remote.fed(&shop.server).await;
    let found = verified(&remote, &shop.server).await;
    assert_eq!(found.faults(), 0, "{found:?}");
    let new = client.index(format!("{}_new", english(&remote)));
    assert_eq!(new.count().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_was_emptied_or_thrown_away_is_built_anew() {
    let Some(remote) = remote("healing") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let client = remote.client();
    let whole = client
        .index(english(&remote))
        .count()
        .await
        .unwrap()
        .unwrap();
    let index = client.client().index(english(&remote));
    for harm in ["emptied", "thrown away"] {
        let task = match harm {
            "emptied" => index.delete_all_documents().await.unwrap(),
            _ => index.clone().delete().await.unwrap(),
        };
        let done = task.wait_for_completion(client.client(), None, None).await;
        assert!(done.unwrap().is_success());
        let begin = Instant::now();
        while client.index(english(&remote)).count().await.unwrap() != Some(whole) {
            assert!(begin.elapsed() < Duration::from_secs(60), "{harm}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    // Another epoch: nothing of what was told before holds.
    let sql = shop.sql().await;
    let change = "UPDATE relay_head SET epoch = gen_random_uuid()";
    sql.execute(change, &[]).await.unwrap();
    remote.fed(&shop.server).await;
    assert_eq!(verified(&remote, &shop.server).await.faults(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_of_a_later_version_are_left_alone() {
    let Some(remote) = remote("a later version") else {
        return;
    };
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let (sql, product) = (shop.sql().await, some_products(&shop.server, 1).await[0]);
    let later = "UPDATE search_indexes SET format = format + 1";
    assert!(sql.execute(later, &[]).await.unwrap() > 0);
    // Whoever has a turn meanwhile may have looked before.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let refused = "INSERT INTO search_dead_letters (index_name, product_id, reason, attempts, first_at, last_at, next_at) \
                   VALUES ($1, $2, 'too large', 1, now(), now(), '2026-01-01')";
    let name = english(&remote);
    sql.execute(refused, &[&name, &product]).await.unwrap();
    let mut feed = feed_of(&remote, &shop.server);
    assert!(!feed.step().await.unwrap());
    let kept = "SELECT attempts FROM search_dead_letters WHERE product_id = $1";
    let kept: i32 = sql.query_one(kept, &[&product]).await.unwrap().get(0);
    assert_eq!(kept, 1);
    let verified = feed::verify(&feed, &NOBODY_LOOKS).await;
    assert!(matches!(verified, Err(FeedError::NotOurs)), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_with_the_least_rights_are_enough() {
    let Some(remote) = remote("the rights of keys") else {
        return;
    };
    let (master, prefix) = (remote.client(), remote.prefix().to_owned());
    let key = async |actions: Vec<Action>| {
        let mut builder = KeyBuilder::new();
        builder
            .with_actions(actions)
            .with_index(format!("{prefix}_*"));
        master.client().create_key(&builder).await.unwrap().key
    };
    let feeding = key(lilium::cli::search::feeding()).await;
    let searching = key(vec![Action::Search]).await;
    let mut settings = remote.settings();
    settings.retain(|(name, _)| *name != "MEILISEARCH_KEY");
    settings.push(("MEILISEARCH_KEY", &feeding));
    settings.push(("MEILISEARCH_SEARCH_KEY", &searching));
    let shop = Shop::with(Contents::Demo, &settings).await;
    remote.fed(&shop.server).await;
    // Who searches cannot write.
    let config = crate::support::config(&[
        ("MEILISEARCH_URL", remote.url()),
        ("MEILISEARCH_KEY", &searching),
        ("LILIUM_SEARCH_PREFIX", remote.prefix()),
    ]);
    let weak = Arc::new(Meilisearch::of(&config).unwrap().unwrap());
    let refused = weak
        .index(english(&remote))
        .remove(&[Uuid::now_v7().to_string()])
        .await;
    assert!(refused.is_err());
    assert!(weak.index(english(&remote)).count().await.is_err());
}
