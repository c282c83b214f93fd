//! `lilium search`: what it says, how it ends, and what a killed one leaves behind.

use crate::programs::{Folder, Said, lilium, url_of};
use crate::search::engines::{Remote, remote};
use crate::support::{Contents, database};
use lilium::platform::db::Server;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// What `lilium search <command>` says about the shop of `server`.
async fn search(server: &Server, command: &str, settings: &[(&str, &str)]) -> Said {
    let (folder, url) = (Folder::new(), url_of(server).await);
    let mut settings = settings.to_vec();
    settings.extend([("DATABASE_URL", url.as_str()), ("LILIUM_LOG", "warn")]);
    Said::by(&mut lilium(&folder, &["search", command], &settings))
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_the_tables_are_compared_and_written_again() {
    let server = database(Contents::Demo).await;
    let said = search(&server, "status", &[]).await.well();
    assert!(said.out.starts_with("PostgreSQL searches"), "{}", said.out);
    let said = search(&server, "verify", &[]).await.well();
    assert!(
        said.out
            .contains("The listings of 153 products were compared"),
        "{}",
        said.out
    );
    assert!(
        said.out.ends_with("All is as it should be.\n"),
        "{}",
        said.out
    );

    let sql = server.client().await.unwrap();
    let harm = "UPDATE listings SET title_key = 'wrong', in_stock = NOT in_stock";
    let harm = format!("{harm}; UPDATE product_texts SET document = ''; DELETE FROM search_words");
    for mended_by in ["verify", "reindex"] {
        sql.batch_execute(&harm).await.unwrap();
        let said = search(&server, mended_by, &[]).await;
        if mended_by == "verify" {
            assert_eq!(said.code, Some(1), "{said:?}");
            assert!(said.out.ends_with("It was mended.\n"), "{}", said.out);
        } else {
            let said = said.well();
            assert!(
                said.out.contains("of 153 products were written again"),
                "{}",
                said.out
            );
        }
        search(&server, "verify", &[]).await.well();
    }
    let refused = search(&server, "keys", &[]).await.refusal();
    assert!(refused.contains("MEILISEARCH_URL is not set"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_said() {
    let server = database(Contents::Demo).await;
    let nowhere = [("MEILISEARCH_URL", "http://127.0.0.1:9")];
    for command in ["reindex", "keys"] {
        let refused = search(&server, command, &nowhere).await.refusal();
        assert!(!refused.is_empty(), "{command}");
    }
}

/// The names of the shop's indexes.
async fn indexes(remote: &Remote) -> Vec<String> {
    let mut names = remote.client().own_indexes().await.unwrap();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn indexes_are_built_verified_and_told_of() {
    let Some(remote) = remote("the commands") else {
        return;
    };
    let server = database(Contents::Demo).await;
    let sql = server.client().await.unwrap();
    let listed = "SELECT count(DISTINCT l.product_id) FROM listings l JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE'";
    let listed: i64 = sql.query_one(listed, &[]).await.unwrap().get(0);
    let said = search(&server, "status", &remote.settings()).await.well();
    assert!(said.out.contains("No index is whole yet"), "{}", said.out);
    let said = search(&server, "reindex", &remote.settings()).await.well();
    assert!(
        said.out.contains(&format!("with {listed} products "))
            && said.out.contains("0 documents were refused"),
        "{}",
        said.out
    );
    let wanted = ["ar", "en"].map(|code| format!("{}_{code}", remote.prefix()));
    assert_eq!(indexes(&remote).await, wanted);
    let said = search(&server, "status", &remote.settings()).await.well();
    for name in &wanted {
        assert!(
            said.out.contains(&format!("{name}: {listed} documents")),
            "{}",
            said.out
        );
    }
    search(&server, "verify", &remote.settings()).await.well();

    // An index of a language that the shop has not, and one of another shop whose prefix begins alike.
    let (strange, other) = (
        format!("{}_fr", remote.prefix()),
        format!("{}_two_en", remote.prefix()),
    );
    let client = remote.client();
    for name in [&strange, &other] {
        let settings = meilisearch_sdk::settings::Settings::default();
        client.index(name.clone()).make(&settings).await.unwrap();
    }
    // Somebody paused a vendor by hand: the documents are wrong, and so is what nobody uses.
    sql.batch_execute("UPDATE vendors SET state = 'PAUSED' WHERE handle = 'tuesday-kiln'")
        .await
        .unwrap();
    let said = search(&server, "verify", &remote.settings()).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("1 indexes were nobody's"), "{}", said.out);
    search(&server, "verify", &remote.settings()).await.well();
    assert_eq!(client.index(strange).count().await.unwrap(), None);
    assert_eq!(client.index(other.clone()).count().await.unwrap(), Some(0));
    client.index(other).drop().await.unwrap();

    let said = search(&server, "keys", &remote.settings()).await.well();
    let key = |name: &str| {
        let line = said.out.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().to_owned()
    };
    let (feeds, searches) = (key("MEILISEARCH_KEY="), key("MEILISEARCH_SEARCH_KEY="));
    assert_ne!(feeds, searches);
    let mut settings = remote.settings();
    settings.retain(|(name, _)| *name != "MEILISEARCH_KEY");
    settings.push(("MEILISEARCH_KEY", &feeds));
    search(&server, "reindex", &settings).await.well();
    settings.pop();
    settings.push(("MEILISEARCH_KEY", &searches));
    search(&server, "reindex", &settings).await.refusal();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_reindex_leaves_nothing_that_the_next_one_does_not_clear_away() {
    let Some(remote) = remote("killing a reindex") else {
        return;
    };
    let server = database(Contents::Demo).await;
    let (folder, url) = (Folder::new(), url_of(&server).await);
    let mut settings = remote.settings();
    settings.extend([("DATABASE_URL", url.as_str()), ("LILIUM_LOG", "error")]);
    let mut running = lilium(&folder, &["search", "reindex"], &settings)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while indexes(&remote).await.is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Without a chance to tidy up.
    running.kill().unwrap();
    running.wait().unwrap();
    let left = indexes(&remote).await;
    assert!(left.iter().any(|name| name.ends_with("_new")), "{left:?}");
    search(&server, "reindex", &remote.settings()).await.well();
    let wanted = ["ar", "en"].map(|code| format!("{}_{code}", remote.prefix()));
    assert_eq!(indexes(&remote).await, wanted);
    search(&server, "verify", &remote.settings()).await.well();
}
