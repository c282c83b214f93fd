//! What the bench is told.

use crate::load::ROWS;
use std::path::PathBuf;

const HELP: &str = "make bench ARGS=\"...\":
  --write          keeps the tables in docs/PERFORMANCE.md
  --only push      what a change costs until its subscribers know of it
  --only memory    what an idle subscriber costs
  --only finding   what searches and filters cost; with Meilisearch, too, when MEILISEARCH_URL is set
  --only load      how many requests of a storefront are answered in a second, by Lilium and by a server written for nothing else
  --rows NAME,...  of the load only these rows: listing, goods, product, collection, cart, checkout, pages, start
  --connections N  connections of the load (32)
  --with NAME=TEXT a setting of the server under load (may be given several times)
  --products N,N   products of the shops that are searched or under load, from the smallest on (10000)
  --kept FOLDER    keeps those shops there, and finds them there the next time: a million products take a quarter of an hour
  --sockets N      subscribers of the pushes (1000)
  --idle N         idle subscribers (10000)
  --seconds N      how long changes are made, or requests sent, for each row (30)
  --rest N         seconds that the server rests before its memory is looked at (5)
  --server FILE    another program than the one that was built";

/// What is run, and on what.
#[derive(Debug)]
pub struct Arguments {
    /// The program that is measured.
    pub server: PathBuf,
    /// Subscribers of the pushes.
    pub sockets: usize,
    /// Idle subscribers.
    pub idle: usize,
    /// How long changes are made, or requests sent, for each row.
    pub seconds: usize,
    /// Seconds that the server rests before its memory is looked at.
    pub rest: usize,
    /// Products of the shops that are searched.
    pub products: Vec<usize>,
    /// Where the shops that are searched stay when the bench has ended.
    pub kept: Option<PathBuf>,
    /// Whether the tables are kept in the documentation.
    pub write: bool,
    /// Whether this process is the loopback's own server.
    pub loopback: bool,
    /// Whether this process is the server that Lilium is compared with.
    pub limit: bool,
    /// Connections of the load.
    pub connections: usize,
    /// Settings of the server under load.
    pub with: Vec<(String, String)>,
    rows: Option<Vec<String>>,
    only: Option<String>,
}

impl Arguments {
    /// Reads the command line; ends the program when it is none.
    pub fn read() -> Self {
        let mut read = Self {
            server: PathBuf::from(env!("CARGO_BIN_EXE_lilium")),
            sockets: 1000,
            idle: 10_000,
            seconds: 30,
            rest: 5,
            products: vec![10_000],
            kept: None,
            write: false,
            loopback: false,
            limit: false,
            connections: 32,
            with: Vec::new(),
            rows: None,
            only: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| wrong(&word));
            match word.as_str() {
                // What `cargo bench` says to every bench.
                "--bench" => {}
                "--write" => read.write = true,
                "--loopback" => read.loopback = true,
                "--limit" => read.limit = true,
                "--connections" => read.connections = number(&value()),
                "--rows" => read.rows = Some(value().split(',').map(row).collect()),
                "--with" => read.with.push(setting(&value())),
                "--only" => read.only = Some(value()),
                "--server" => read.server = PathBuf::from(value()),
                "--kept" => read.kept = Some(PathBuf::from(value())),
                "--sockets" => read.sockets = number(&value()),
                "--idle" => read.idle = number(&value()),
                "--products" => read.products = value().split(',').map(number).collect(),
                "--rest" => read.rest = number(&value()),
                "--seconds" => read.seconds = number(&value()),
                _ => wrong(&word),
            }
        }
        read
    }

    /// Whether this run is asked for.
    pub fn wants(&self, run: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == run)
    }

    /// Whether this run is asked for and no other.
    pub fn wants_nothing_but(&self, run: &str) -> bool {
        self.only.as_deref() == Some(run)
    }

    /// Whether this row of the load is asked for.
    pub fn wants_row(&self, row: &str) -> bool {
        let rows = self.rows.as_ref();
        rows.is_none_or(|rows| rows.iter().any(|it| it == row))
    }
}

fn row(text: &str) -> String {
    if !ROWS.contains(&text) {
        wrong(text);
    }
    text.to_owned()
}

fn setting(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or_else(|| wrong(text));
    (name.to_owned(), value.to_owned())
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or_else(|_| wrong(text))
}

fn wrong(word: &str) -> ! {
    eprintln!("not understood: {word}\n{HELP}");
    std::process::exit(2)
}
