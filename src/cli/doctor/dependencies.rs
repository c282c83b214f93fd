//! What the program depends on: the database, its schema, the pictures, the cache, the search engine.

use super::{Finding, State, finding, number};
use crate::app::App;
use crate::platform::db;
use std::path::Path;
use std::time::Duration;
use tokio_postgres::Client;

pub(super) async fn version(client: &Client) -> Finding {
    match number(
        client,
        "SELECT current_setting('server_version_num')::bigint / 10000",
    )
    .await
    {
        Ok(major @ 15..=18) => finding("database", State::Well, format!("PostgreSQL {major}")),
        Ok(major) => finding(
            "database",
            State::Fault,
            format!("PostgreSQL {major}: Lilium is made for 15 to 18"),
        ),
        Err(error) => finding("database", State::Fault, error.to_string()),
    }
}

/// Says so when the server does not speak English: a deadlock and a row that is waited for too long are known by their texts alone,
/// and are then faults to whoever met them.
pub(super) async fn language(client: &Client) -> Option<Finding> {
    let row = match client.query_one("SHOW lc_messages", &[]).await {
        Ok(row) => row,
        Err(error) => return Some(finding("messages", State::Fault, error.to_string())),
    };
    let locale: String = row.get(0);
    (!is_english(&locale)).then(|| {
        finding(
            "messages",
            State::Absent,
            format!(
                "lc_messages is \"{locale}\": set it to C, or changes that meet are not tried again"
            ),
        )
    })
}

/// Whether a server with this `lc_messages` speaks English. An empty one says nothing.
fn is_english(locale: &str) -> bool {
    matches!(locale, "C" | "POSIX" | "en")
        || ["C.", "en_", "en.", "English"]
            .iter()
            .any(|begin| locale.starts_with(begin))
}

pub(super) async fn steps(app: &App) -> Finding {
    match db::pending(&app.server).await {
        Ok(0) => finding("schema", State::Well, "up to date"),
        Ok(steps) => finding(
            "schema",
            State::Fault,
            format!("{steps} steps behind: run `lilium migrate`"),
        ),
        Err(error) => finding("schema", State::Fault, error.to_string()),
    }
}

pub(super) async fn shop(client: &Client) -> Finding {
    match number(client, "SELECT count(*) FROM listings").await {
        Ok(0) => finding(
            "shop",
            State::Absent,
            "nothing is for sale: run `lilium seed` for the demo shop",
        ),
        Ok(listings) => finding("shop", State::Well, format!("{listings} listings")),
        Err(error) => finding("shop", State::Fault, error.to_string()),
    }
}

pub(super) async fn pictures(client: &Client, folder: &Path) -> Finding {
    let rows = match client
        .query("SELECT storage_key, byte_size FROM files", &[])
        .await
    {
        Ok(rows) => rows,
        Err(error) => return finding("pictures", State::Fault, error.to_string()),
    };
    let mut missing = 0_usize;
    for row in &rows {
        let (key, size): (String, i64) = (row.get(0), row.get(1));
        let there = tokio::fs::metadata(folder.join(key))
            .await
            .is_ok_and(|file| i64::try_from(file.len()) == Ok(size));
        missing += usize::from(!there);
    }
    match missing {
        0 => finding("pictures", State::Well, format!("{} originals", rows.len())),
        _ => finding(
            "pictures",
            State::Fault,
            format!(
                "{missing} of {} originals are not in {}",
                rows.len(),
                folder.display()
            ),
        ),
    }
}

pub(super) async fn cache(app: &App) -> Finding {
    match app.cache.ping().await {
        Ok(()) if app.config.redis_url.is_some() => finding("cache", State::Well, "Redis answers"),
        Ok(()) => finding(
            "cache",
            State::Absent,
            "in the process (REDIS_URL is not set)",
        ),
        Err(error) => finding("cache", State::Fault, error.to_string()),
    }
}

/// How long Meilisearch may take to say that it is well.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn search_engine(app: &App) -> Finding {
    let Some(server) = &app.services.meilisearch else {
        return finding(
            "search",
            State::Absent,
            "PostgreSQL (MEILISEARCH_URL is not set)",
        );
    };
    let fault = |said: String| finding("search", State::Fault, said);
    match tokio::time::timeout(PATIENCE, server.client().health()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return fault(format!("Meilisearch cannot be reached: {error}")),
        Err(_) => return fault("Meilisearch does not answer in time".to_owned()),
    }
    let standing = match server.standing(&app.database).await {
        Ok(standing) => standing,
        Err(error) => return fault(error.to_string()),
    };
    for name in &standing.whole {
        match server.index(name.clone()).count().await {
            Ok(Some(_)) => {}
            Ok(None) => {
                return fault(format!(
                    "the index {name} is not there: `lilium search reindex` builds it"
                ));
            }
            Err(error) => return fault(error.to_string()),
        }
        if let Err(error) = server.probe(name).await {
            return fault(format!(
                "PostgreSQL searches, since Meilisearch refuses to: {error} `lilium search verify` mends the settings of indexes; else look at MEILISEARCH_SEARCH_KEY."
            ));
        }
    }
    if standing.dead_letters > 0 {
        return fault(format!(
            "Meilisearch refused {} documents: `lilium search status` tells which",
            standing.dead_letters
        ));
    }
    if standing.whole.is_empty() {
        return finding(
            "search",
            State::Absent,
            "PostgreSQL; Meilisearch answers, and has no index yet: a running program builds it, or `lilium search reindex`",
        );
    }
    finding(
        "search",
        State::Well,
        format!(
            "Meilisearch, {} events behind, else PostgreSQL",
            standing.lag.events
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::is_english;

    #[test]
    fn what_a_server_speaks_is_known_by_its_locale() {
        for (locale, english) in [
            ("C", true),
            ("C.UTF-8", true),
            ("POSIX", true),
            ("en_US.utf8", true),
            ("en_GB", true),
            ("de_DE.UTF-8", false),
            ("Czech", false),
            ("", false),
        ] {
            assert_eq!(is_english(locale), english, "{locale}");
        }
    }
}
