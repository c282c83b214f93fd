//! `lilium search`

use super::Failure;
use crate::app::App;
use crate::config::Config;
use crate::domains::listing::repair::{Repair, repair};
use crate::domains::search::feed::{self, Feed};
use crate::domains::search::{EngineError, Meilisearch};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use meilisearch_sdk::key::{Action, KeyBuilder};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long the server may take to say what it holds.
const PATIENCE: Duration = Duration::from_secs(2);

/// What can be done.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Build what is searched anew, while the shop goes on; without Meilisearch, write the listing tables again
    Reindex,
    /// Compare all that is searched with the products, both ways, and mend what differs; fails when something did
    Verify,
    /// Say which engine searches, what it holds and how far it is behind; fails when it does not answer
    Status,
    /// Make the two keys that may do no more than they need; MEILISEARCH_KEY is the master key meanwhile
    Keys,
}

/// Does it and says what was done.
pub(super) async fn search(config: Config, command: Command) -> Result<ExitCode, Failure> {
    let app = App::start(config).await?;
    let bar = bar();
    let done = run(&app, command, &bar).await;
    bar.finish_and_clear();
    app.stop().await?;
    let (said, code) = done?;
    println!("{said}");
    Ok(code)
}

/// A bar on the terminal; nothing where there is none.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    // The template is ours, so it cannot be wrong; were it, the plain bar would do.
    if let Ok(style) =
        ProgressStyle::with_template("{msg:<22} [{bar:32}] {human_pos}/{human_len} {elapsed}")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

async fn run(
    app: &App,
    command: Command,
    bar: &ProgressBar,
) -> Result<(String, ExitCode), Failure> {
    let progress = |done, whole| {
        bar.set_length(whole);
        bar.set_position(done);
    };
    let feed = app.feed(&app.database);
    let began = Instant::now();
    match (command, feed) {
        (Command::Reindex, Some(feed)) => reindex(&feed, &progress).await,
        (Command::Reindex, None) => {
            let products = repair(&app.database, Repair::Rewrite, &progress)
                .await?
                .products;
            let said = format!(
                "The listing tables of {products} products were written again in {}.",
                seconds(began)
            );
            Ok((said, ExitCode::SUCCESS))
        }
        (Command::Verify, Some(feed)) => {
            // Documents are made of the listings.
            let (listings, wrong) = listings(app, &progress).await?;
            let verified = feed::verify(&feed, &progress).await?;
            let faults = verified.faults() + wrong;
            let said = format!(
                "{listings} {} documents were compared in {}: {} were missing, {} said something else, {} were of products that nobody sees. {} indexes were nobody's.{}",
                verified.documents,
                seconds(began),
                verified.missing,
                verified.different,
                verified.strange,
                verified.indexes,
                mended(faults, verified.refused)
            );
            Ok((said, code(faults)))
        }
        (Command::Verify, None) => {
            let (said, wrong) = listings(app, &progress).await?;
            let said = format!("{said} It took {}.{}", seconds(began), mended(wrong, 0));
            Ok((said, code(wrong)))
        }
        (Command::Status, _) => status(app).await,
        (Command::Keys, _) => Ok((keys(app).await?, ExitCode::SUCCESS)),
    }
}

/// Compares what is derived from products with them: what is said of it, and how much was not as it should be.
async fn listings(
    app: &App,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(String, u64), Failure> {
    let done = repair(&app.database, Repair::Verify, progress).await?;
    let said = format!(
        "The listings of {} products were compared: those of {} were not as they should be. {} words and {} names that are no product's any more were thrown away.",
        done.products, done.wrong, done.words, done.names
    );
    // Words are left over in ordinary life, and go by themselves once an hour.
    Ok((said, done.wrong))
}

async fn reindex(
    feed: &Feed,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(String, ExitCode), Failure> {
    let began = Instant::now();
    let Some(built) = feed::rebuild(feed, progress).await? else {
        return Err("the indexes are being built by somebody else: `lilium search status` tells how far they are.".into());
    };
    let said = format!(
        "The indexes were built with {} products in {}; {} documents were refused.",
        built.products,
        seconds(began),
        built.refused
    );
    Ok((said, code(built.refused)))
}

fn seconds(began: Instant) -> String {
    format!("{:.1} s", began.elapsed().as_secs_f64())
}

fn mended(faults: u64, refused: u64) -> String {
    match (faults, refused) {
        (0, _) => " All is as it should be.".to_owned(),
        (_, 0) => " It was mended.".to_owned(),
        (_, refused) => format!(
            " It was mended but for {refused} documents that were refused: `lilium search status` says why."
        ),
    }
}

fn code(faults: u64) -> ExitCode {
    if faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn status(app: &App) -> Result<(String, ExitCode), Failure> {
    let Some(server) = &app.services.meilisearch else {
        let said = "PostgreSQL searches, in the listing tables themselves: it is never behind. MEILISEARCH_URL is not set.";
        return Ok((said.to_owned(), ExitCode::SUCCESS));
    };
    let mut code = ExitCode::SUCCESS;
    let client = app.server.client().await?;
    let standing = server.standing(&app.database).await?;
    let mut lines = vec![format!(
        "Meilisearch searches; PostgreSQL does while it does not answer.\nIt is {} events behind, the oldest told {} s ago. Documents that it refused: {}.",
        standing.lag.events, standing.lag.seconds, standing.dead_letters
    )];
    let listed = "SELECT count(DISTINCT product_id) FROM listings";
    let listed: i64 = client.query_one(listed, &[]).await?.get(0);
    lines.push(format!("Products that are listed: {listed}."));
    if standing.whole.is_empty() {
        lines.push("No index is whole yet: the server builds them by itself, `lilium search reindex` at once.".to_owned());
    }
    for name in &standing.whole {
        let counts = tokio::time::timeout(PATIENCE, async {
            let live = server.index(name.clone()).count().await?;
            server.probe(name).await?;
            let built = server.index(format!("{name}_new")).count().await?;
            Ok::<_, EngineError>((live, built))
        });
        match counts.await {
            Ok(Ok((live, built))) => {
                let live = live.map_or("not there".to_owned(), |it| format!("{it} documents"));
                lines.push(format!("{name}: {live}"));
                lines.extend(built.map(|it| format!("{name}_new: {it} documents, being built")));
            }
            failed => {
                code = ExitCode::FAILURE;
                lines.push(match failed {
                    Ok(Err(error)) => format!("{name}: {error}"),
                    _ => format!("{name}: the server does not answer"),
                });
            }
        }
    }
    let dead = "SELECT product_id::text, index_name, attempts, reason FROM search_dead_letters ORDER BY first_at LIMIT 20";
    for row in client.query(dead, &[]).await? {
        let (product, index, tries, why): (String, String, i32, String) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        lines.push(format!(
            "refused {tries} times by {index}: {product}: {why}"
        ));
    }
    Ok((lines.join("\n"), code))
}

/// What a key that keeps the indexes may do.
#[must_use]
pub fn feeding() -> Vec<Action> {
    vec![
        Action::DocumentsAdd,
        Action::DocumentsGet,
        Action::DocumentsDelete,
        Action::IndexesCreate,
        Action::IndexesGet,
        Action::IndexesDelete,
        // The client does not know its name.
        Action::Unknown("indexes.swap".to_owned()),
        Action::SettingsUpdate,
        Action::StatsGet,
        Action::TasksGet,
    ]
}

async fn keys(app: &App) -> Result<String, Failure> {
    let Some(server) = &app.services.meilisearch else {
        return Err("MEILISEARCH_URL is not set: PostgreSQL needs no keys.".into());
    };
    let feed = key(server, "Lilium feeds", feeding()).await?;
    let search = key(server, "Lilium searches", vec![Action::Search]).await?;
    Ok(format!(
        "These keys may do no more than they need. Put them where the settings are, and the master key away:\nMEILISEARCH_KEY={feed}\nMEILISEARCH_SEARCH_KEY={search}"
    ))
}

async fn key(server: &Meilisearch, name: &str, actions: Vec<Action>) -> Result<String, Failure> {
    let mut builder = KeyBuilder::new();
    builder
        .with_name(format!("{name} ({})", server.prefix()))
        .with_description("Made by `lilium search keys`.")
        .with_actions(actions)
        .with_index(format!("{}_*", server.prefix()));
    let made = tokio::time::timeout(
        Duration::from_secs(10),
        server.client().create_key(&builder),
    );
    let made = made
        .await
        .map_err(|_| "Meilisearch does not answer in time.")?
        .map_err(|error| {
            format!("Meilisearch makes no keys: {error}. It does so for its master key only.")
        })?;
    Ok(made.key)
}
