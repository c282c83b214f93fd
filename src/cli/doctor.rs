//! `lilium doctor`

use super::Failure;
use crate::app::App;
use crate::config::Config;
use crate::platform::db;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_postgres::Client;

/// What was found out about one thing.
struct Finding {
    about: &'static str,
    state: State,
    said: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Well,
    Absent,
    Fault,
}

/// Rules that the database keeps by itself only in part: what is said when rows are found that break them.
const INVARIANTS: [(&str, &str); 6] = [
    (
        "stock",
        "SELECT count(*) FROM stock_levels WHERE reserved > on_hand OR on_hand < 0 OR reserved < 0",
    ),
    (
        "listed prices",
        "SELECT count(*) FROM (TABLE listing_prices EXCEPT TABLE listing_prices_due UNION ALL (TABLE listing_prices_due EXCEPT TABLE listing_prices)) drift",
    ),
    (
        "listings",
        "SELECT count(*) FROM (TABLE listings EXCEPT TABLE listings_due UNION ALL (TABLE listings_due EXCEPT TABLE listings)) drift",
    ),
    (
        "placements",
        "SELECT count(*) FROM (TABLE placements EXCEPT TABLE placements_due UNION ALL (TABLE placements_due EXCEPT TABLE placements)) drift",
    ),
    (
        "search texts",
        "SELECT count(*) FROM product_texts have FULL JOIN product_texts_due due USING (product_id) WHERE have.document IS DISTINCT FROM due.document",
    ),
    (
        "choices of variants",
        "SELECT count(*) FROM variants va JOIN option_values x ON x.id IN (va.value1_id, va.value2_id, va.value3_id) \
      JOIN product_options o ON o.id = x.option_id WHERE o.product_id <> va.product_id",
    ),
];

/// Looks over everything, prints a table, and fails when something is wrong.
pub(super) async fn doctor(config: Config, quick: bool) -> Result<ExitCode, Failure> {
    let app = App::start(config).await?;
    let findings = examine(&app, quick).await;
    app.stop().await?;
    for finding in &findings {
        let state = match finding.state {
            State::Well => "ok",
            State::Absent => "--",
            State::Fault => "FAULT",
        };
        println!("{:<22} {state:<6} {}", finding.about, finding.said);
    }
    let faults = findings
        .iter()
        .filter(|finding| finding.state == State::Fault)
        .count();
    println!(
        "{}",
        if faults == 0 {
            "Everything is as it should be.".to_owned()
        } else {
            format!("Faults found: {faults}.")
        }
    );
    Ok(if faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn examine(app: &App, quick: bool) -> Vec<Finding> {
    let client = match app.server.client().await {
        Ok(client) => client,
        Err(error) => {
            return vec![finding(
                "database",
                State::Fault,
                format!("cannot be reached: {error}"),
            )];
        }
    };
    let mut findings = vec![version(&client).await, steps(app).await];
    let ready = findings.iter().all(|finding| finding.state != State::Fault);
    if ready {
        findings.push(shop(&client).await);
    }
    if quick {
        return findings;
    }
    if ready {
        findings.push(pictures(&client, &app.media_folder()).await);
        for (about, sql) in INVARIANTS {
            findings.push(invariant(&client, about, sql).await);
        }
    }
    findings.push(cache(app).await);
    findings.push(search_engine(&app.config).await);
    findings
}

fn finding(about: &'static str, state: State, said: impl Into<String>) -> Finding {
    Finding {
        about,
        state,
        said: said.into(),
    }
}

async fn version(client: &Client) -> Finding {
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

async fn steps(app: &App) -> Finding {
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

async fn shop(client: &Client) -> Finding {
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

async fn pictures(client: &Client, folder: &Path) -> Finding {
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

async fn invariant(client: &Client, about: &'static str, sql: &str) -> Finding {
    match number(client, sql).await {
        Ok(0) => finding(about, State::Well, "consistent"),
        Ok(rows) => finding(
            about,
            State::Fault,
            format!("{rows} rows are not as they should be"),
        ),
        Err(error) => finding(about, State::Fault, error.to_string()),
    }
}

async fn number(client: &Client, sql: &str) -> Result<i64, tokio_postgres::Error> {
    Ok(client.query_one(sql, &[]).await?.get(0))
}

async fn cache(app: &App) -> Finding {
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

async fn search_engine(config: &Config) -> Finding {
    let Some(url) = &config.meilisearch_url else {
        return finding(
            "search",
            State::Absent,
            "PostgreSQL (MEILISEARCH_URL is not set)",
        );
    };
    match tokio::time::timeout(PATIENCE, healthy(&url.0)).await {
        Ok(Ok(true)) => finding(
            "search",
            State::Well,
            "PostgreSQL; Meilisearch answers, and is not asked yet",
        ),
        Ok(Ok(false)) => finding(
            "search",
            State::Fault,
            "Meilisearch says that it is not well",
        ),
        Ok(Err(error)) => finding(
            "search",
            State::Fault,
            format!("Meilisearch cannot be reached: {error}"),
        ),
        Err(_) => finding(
            "search",
            State::Fault,
            "Meilisearch does not answer in time",
        ),
    }
}

/// Asks `GET /health` by hand: one line of HTTP does not need a client.
async fn healthy(url: &str) -> std::io::Result<bool> {
    let Some(rest) = url.strip_prefix("http://") else {
        return Err(std::io::Error::other("only http:// is asked here"));
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let address = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let mut stream = TcpStream::connect(address).await?;
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("/{path}")
    };
    stream
        .write_all(format!("GET {prefix}/health HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes())
        .await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).split_whitespace().nth(1) == Some("200"))
}
