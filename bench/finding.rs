//! What finding costs in shops of several sizes, by each engine that is at hand: searches, narrowed lists, pages far behind, a change
//! until it is found, an index built anew.

use crate::arguments::Arguments;
use crate::process;
use crate::report::Section;
use crate::searching::{Asked, Searching};
use crate::spread::Spread;
use crate::stand::{Engine, Stand};
use lilium::platform::db::{Database, Statement};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// How often the round trip is made.
const TRIPS: usize = 200;

/// The goal for a search: so many times the engine's own time for it and a round trip to PostgreSQL. And that for a list of many
/// products: so many times what it takes of few.
const GOAL: f64 = 1.3;

/// Measures shops of all sizes that were asked for, from the smallest on; two tables. They are told `so_far`, too, as it goes on: a
/// large shop takes an hour.
pub async fn run(arguments: &Arguments, so_far: impl Fn([Section; 2])) -> [Section; 2] {
    let mut found = Vec::new();
    let mut indexes = Vec::new();
    let mut notes = Vec::new();
    for &products in &arguments.products {
        let begin = Instant::now();
        let kept = arguments.kept.as_deref();
        let mut stand = Stand::with(&arguments.server, Some(products), kept).await;
        if kept.is_none() {
            notes.push(format!(
                "{products} products were seeded in {:.0} s, PostgreSQL's start included.",
                begin.elapsed().as_secs_f64()
            ));
        }
        let database = Database::connect(&stand.postgres, 2).unwrap();
        let trip = round_trip(&database).await;
        notes.push(format!(
            "A round trip to PostgreSQL (`SELECT 1`) with {products} products: p50 {:.2} ms.",
            trip.p50()
        ));
        for engine in Engine::at_hand() {
            stand.engine = engine.clone();
            // Meilisearch has nothing before it is built.
            let built = match engine.is_apart() {
                true => Some(reindexed(&stand).await),
                false => None,
            };
            let serving = stand.serve();
            let searching = Searching::at(&serving, stand.postmaster);
            for asked in searching.measured().await {
                found.push(Row {
                    products,
                    engine: engine.name(),
                    trip: trip.p50(),
                    asked,
                });
            }
            so_far([finding(&found), index(indexes.clone(), notes.clone())]);
            let changes = searching
                .changes(&database, &engine.name().to_lowercase())
                .await;
            let rest = process::memory(serving.process());
            drop(serving);
            let built = match built {
                Some(built) => built,
                None => reindexed(&stand).await,
            };
            indexes.push(built.row(engine.name(), products, &changes, rest));
            so_far([finding(&found), index(indexes.clone(), notes.clone())]);
        }
    }
    [finding(&found), index(indexes, notes)]
}

async fn round_trip(database: &Database) -> Spread {
    use diesel_async::RunQueryDsl;
    let mut conn = database.get().await.unwrap();
    let mut times = Vec::new();
    for _ in 0..TRIPS {
        let begin = Instant::now();
        Statement::new("SELECT 1").execute(&mut conn).await.unwrap();
        times.push(i64::try_from(begin.elapsed().as_micros()).unwrap());
    }
    Spread::of(times)
}

/// One thing that was asked again and again.
struct Row {
    products: usize,
    engine: &'static str,
    /// A round trip to PostgreSQL in milliseconds.
    trip: f64,
    asked: Asked,
}

/// A ratio, and what it is by the goal where it has one.
fn judged(ratio: f64, is_goal: bool) -> String {
    match is_goal {
        true if ratio <= GOAL => format!("goal met: {ratio:.2} of at most {GOAL}"),
        true => format!("goal missed: {ratio:.2} of at most {GOAL}"),
        false => format!("{ratio:.2}"),
    }
}

fn finding(rows: &[Row]) -> Section {
    let head = [
        "what",
        "engine",
        "products",
        "p50",
        "p99",
        "mean",
        "the engine's own mean",
        "mean by the engine's own and a round trip",
        "processor time of the server + PostgreSQL",
        "p50 by that of the smallest shop",
    ];
    let mut table = vec![head.map(str::to_owned).to_vec()];
    for row in rows {
        let spread = &row.asked.spread;
        let own = row.asked.own;
        let least = rows
            .iter()
            .find(|other| other.engine == row.engine && other.asked.what == row.asked.what);
        let grown = match least {
            Some(least) if least.products < row.products => {
                let grown = spread.p50() / least.asked.spread.p50();
                // Where no engine is asked it is a list.
                judged(grown, own.is_none())
            }
            _ => String::new(),
        };
        let (own_mean, ratio) = match own {
            None => (String::new(), String::new()),
            Some(own) => {
                let ratio = spread.mean() / (own + row.trip);
                let verdict = judged(ratio, row.asked.is_goal);
                (format!("{own:.1} ms"), verdict)
            }
        };
        table.push(vec![
            row.asked.what.clone(),
            row.engine.to_owned(),
            row.products.to_string(),
            format!("{:.1} ms", spread.p50()),
            format!("{:.1} ms", spread.p99()),
            format!("{:.1} ms", spread.mean()),
            own_mean,
            ratio,
            format!("{:.1} + {:.1} ms", row.asked.cpu.0, row.asked.cpu.1),
            grown,
        ]);
    }
    Section {
        title: "Finding",
        rows: table,
        notes: vec![
            "Requests one after the other over one connection, each with other words; the first ten are not counted. Bench, server, \
             engine and PostgreSQL share the cores."
                .to_owned(),
            "The engine's own time is `lilium_search_seconds`: from the question to the engine until its answer, for PostgreSQL the \
             statements that find, rank and count. What is asked besides it reads the cards of what was found, as they are now."
                .to_owned(),
            "Processor time is for each request; that of Meilisearch is not in it.".to_owned(),
        ],
    }
}

fn index(rows: Vec<Vec<String>>, notes: Vec<String>) -> Section {
    let head = [
        "engine",
        "products",
        "built anew in",
        "memory of `lilium search reindex`, at most",
        "a change until it is found, p50",
        "p99",
        "until the engine itself finds it, p50",
        "p99",
        "memory of the server after all this",
    ];
    let mut table = vec![head.map(str::to_owned).to_vec()];
    table.extend(rows);
    let mut notes = notes;
    notes.push("A new word that Meilisearch was not told of yet PostgreSQL finds; it does so until the index has it.".to_owned());
    Section {
        title: "The index",
        rows: table,
        notes,
    }
}

/// An index was built anew.
struct Built {
    seconds: f64,
    /// The most resident memory in kB.
    most: u64,
}

impl Built {
    fn row(&self, engine: &str, products: usize, changes: &[Spread; 2], rest: u64) -> Vec<String> {
        vec![
            engine.to_owned(),
            products.to_string(),
            format!("{:.1} s", self.seconds),
            format!("{:.0} MB", self.most as f64 / 1024.0),
            format!("{:.0} ms", changes[0].p50()),
            format!("{:.0} ms", changes[0].p99()),
            format!("{:.0} ms", changes[1].p50()),
            format!("{:.0} ms", changes[1].p99()),
            format!("{:.0} MB", rest as f64 / 1024.0),
        ]
    }
}

async fn reindexed(stand: &Stand) -> Built {
    eprintln!("bench: the index of {} is built anew", stand.engine.name());
    let mut command = stand.command("search");
    let begin = Instant::now();
    let mut child = command
        .arg("reindex")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        most = most.max(process::most_memory(child.id()).unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(status.success(), "the index could not be built");
    Built {
        seconds: begin.elapsed().as_secs_f64(),
        most,
    }
}
