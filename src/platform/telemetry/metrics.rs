//! The numbers of this process. There is one set of them, as there is one process.

mod made;
mod open;

pub use open::Open;

use super::family::{Family, labelled, only};
use super::names;
use super::operations::{Operations, kind_at};
use super::process::{Process, tasks};
use super::roots::RootFields;
use ::metrics::{Counter, Gauge, Histogram, Label};
use metrics_exporter_prometheus::{PrometheusHandle, PrometheusRecorder};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The close codes that this program sends, and those that clients send as a rule; others are one.
const CODES: [(u16, &str); 17] = [
    (1000, "1000"),
    (1001, "1001"),
    (1002, "1002"),
    (1005, "1005"),
    (1006, "1006"),
    (1007, "1007"),
    (1009, "1009"),
    (1011, "1011"),
    (1013, "1013"),
    (4400, "4400"),
    (4401, "4401"),
    (4403, "4403"),
    (4406, "4406"),
    (4408, "4408"),
    (4409, "4409"),
    (4429, "4429"),
    (4499, "4499"),
];

/// What this process has counted so far.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    started: Instant,
    operations: Operations,
    roots: RootFields,
    seconds: [Histogram; 4],
    cost: [Histogram; 4],
    spent: [Histogram; 4],
    errors: Family<&'static str, Counter>,
    http: Family<(&'static str, u16), Counter>,
    http_seconds: Family<&'static str, Histogram>,
    rate_limited: Family<&'static str, Counter>,
    batches: Family<&'static str, Histogram>,
    cache: [Counter; 2],
    answers: Family<&'static str, Counter>,
    answers_bypassed: Family<&'static str, Counter>,
    /// Answers that were thrown out of memory because there was no room.
    pub answers_evicted: Counter,
    rows: Family<(&'static str, &'static str), Counter>,
    /// Rows that were thrown out of memory because there was no room.
    pub rows_evicted: Counter,
    documents: Family<&'static str, Counter>,
    /// Documents that were not kept as they were parsed, or not any longer, because there was no room.
    pub documents_evicted: Counter,
    closes: Family<&'static str, Counter>,
    consumers: Family<String, Gauge>,
    connection_seconds: Histogram,
    connections_refused: Counter,
    statements: Family<&'static str, Counter>,
    statement_errors: Counter,
    statement_seconds: Histogram,
    /// WebSockets that are open.
    pub sockets: Gauge,
    /// Event streams that are open.
    pub streams: Gauge,
    /// Subscriptions that are followed.
    pub subscriptions: Gauge,
    /// Events that subscriptions were told.
    pub events_told: Counter,
    /// Events that this instance gave a position.
    pub relayed: Counter,
    /// How often this instance could give none.
    pub relay_failures: Counter,
    searches: Family<(&'static str, bool), Counter>,
    search_seconds: Family<&'static str, Histogram>,
    /// Searches that PostgreSQL answered because the engine of the settings did not.
    pub search_fallbacks: Counter,
    /// Documents that were given to the search engine.
    pub search_fed: Counter,
    /// How often it could not be fed.
    pub search_feed_failures: Counter,
}

/// An operation that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// Its name; empty where it has none.
    pub name: &'a str,
    /// What kind it is: `query`, `mutation`, `subscription`; anything else where it could not be read.
    pub kind: &'a str,
    /// What it asks for.
    pub cost: u64,
    /// SQL statements that it took.
    pub statements: u32,
    /// Whether the answer has errors.
    pub errors: bool,
    /// How long it took.
    pub took: Duration,
}

/// The numbers of this process.
#[must_use]
pub fn metrics() -> &'static Metrics {
    static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);
    &METRICS
}

impl Metrics {
    /// Counts an operation that was answered, or a subscription that has ended. A subscription lasts as long as it is followed, so
    /// that its time says nothing.
    pub fn answered(&self, answered: Answered<'_>) {
        let kind = kind_at(answered.kind);
        self.operations
            .count(&self.recorder, answered.name, kind, answered.errors);
        let record = |all: &[Histogram], number: f64| {
            if let Some(histogram) = all.get(kind) {
                histogram.record(number);
            }
        };
        record(&self.cost, number(answered.cost));
        record(&self.spent, f64::from(answered.statements));
        if answered.kind != "subscription" {
            record(&self.seconds, answered.took.as_secs_f64());
        }
    }

    /// The fields at the roots of the schema.
    #[must_use]
    pub const fn roots(&self) -> &RootFields {
        &self.roots
    }

    /// Names the fields at the roots of the schema, each with its kind of operation. Only the first call counts.
    pub fn know_roots<'a>(&self, fields: impl Iterator<Item = (&'static str, &'a str)>) {
        self.roots.know(&self.recorder, fields);
    }

    /// Gives an operation of a trusted document a series of its own.
    pub fn trust_operation(&self, name: &str) {
        self.operations.trust(name);
    }

    /// Gives the names of others series, too, as many as there is room for: who has the program to themselves wants to see them.
    pub fn name_strangers(&self) {
        self.operations.name_strangers();
    }

    /// Counts an error that was answered. The code is one of the program's list.
    pub fn error(&self, code: &'static str) {
        self.errors.of(&self.recorder, code).increment(1);
    }

    /// Counts an HTTP answer. The path is one of the program's list.
    pub fn http(&self, path: &'static str, status: u16, took: Duration) {
        self.http.of(&self.recorder, (path, status)).increment(1);
        let seconds = self.http_seconds.of(&self.recorder, path);
        seconds.record(took.as_secs_f64());
    }

    /// Counts a request that was refused since requests came too often; `limit` names which limit it was, one of a fixed set.
    pub fn rate_limited(&self, limit: &'static str) {
        self.rate_limited.of(&self.recorder, limit).increment(1);
    }

    /// Counts a statement of a loader that asked for so many keys at once.
    pub fn batch(&self, loader: &'static str, keys: usize) {
        let histogram = self.batches.of(&self.recorder, loader);
        histogram.record(f64::from(u32::try_from(keys).unwrap_or(u32::MAX)));
    }

    /// Counts a reading of the cache.
    pub fn cache_read(&self, knew: bool) {
        if let Some(counter) = self.cache.get(usize::from(knew)) {
            counter.increment(1);
        }
    }

    /// Counts a query of a guest by where its answer came from, one of a fixed set.
    pub fn answer(&self, from: &'static str) {
        self.answers.of(&self.recorder, from).increment(1);
    }

    /// Counts an operation whose answer is not kept, by why, one of a fixed set.
    pub fn answer_bypassed(&self, reason: &'static str) {
        self.answers_bypassed
            .of(&self.recorder, reason)
            .increment(1);
    }

    /// Counts rows that change rarely by their loader and where they came from, one of a fixed set.
    pub fn rows(&self, loader: &'static str, from: &'static str, count: usize) {
        let counter = self.rows.of(&self.recorder, (loader, from));
        counter.increment(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// Sets what the answers that are kept in memory weigh.
    pub fn answers_held(&self, bytes: u64) {
        self.gauge(
            names::ANSWERS_BYTES,
            f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)),
        );
    }

    /// Counts the document of an operation by what was known of it, one of a fixed set.
    pub fn document(&self, known: &'static str) {
        self.documents.of(&self.recorder, known).increment(1);
    }

    /// Sets what the documents weigh that are kept as they were parsed.
    pub fn documents_held(&self, bytes: u64) {
        self.gauge(
            names::DOCUMENTS_BYTES,
            f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)),
        );
    }

    /// Counts a socket that was closed.
    pub fn closed(&self, code: u16) {
        let known = CODES.iter().find(|(it, _)| *it == code);
        let code = known.map_or("other", |(_, text)| text);
        self.closes.of(&self.recorder, code).increment(1);
    }

    /// Counts a connection that was lent after so long, or that was not to be had.
    pub fn lent(&self, lent: bool, waited: Duration) {
        self.connection_seconds.record(waited.as_secs_f64());
        if !lent {
            self.connections_refused.increment(1);
        }
    }

    /// What counts the statements that are sent for this purpose, one of a fixed set.
    pub fn statements_for(&self, purpose: &'static str) -> Counter {
        self.statements.of(&self.recorder, purpose)
    }

    /// Notes a statement that was answered.
    pub fn statement(&self, failed: bool, took: Duration) {
        self.statement_seconds.record(took.as_secs_f64());
        if failed {
            self.statement_errors.increment(1);
        }
    }

    /// Counts a search that an engine, one of a fixed set, answered or did not.
    pub fn searched(&self, engine: &'static str, answered: bool, took: Duration) {
        let counter = self.searches.of(&self.recorder, (engine, answered));
        counter.increment(1);
        let seconds = self.search_seconds.of(&self.recorder, engine);
        seconds.record(took.as_secs_f64());
    }

    /// Sets how far the search engine is behind, in events and seconds, and how many documents it refused.
    pub fn search_standing(&self, events: u64, seconds: u64, dead_letters: u64) {
        self.gauge(names::SEARCH_LAG_EVENTS, number(events));
        self.gauge(names::SEARCH_LAG_SECONDS, number(seconds));
        self.gauge(names::SEARCH_DEAD_LETTERS, number(dead_letters));
    }

    /// Sets what is known of the pool that answers clients: used, idle, most, waiting.
    pub fn pool(&self, [used, idle, most, waiting]: [usize; 4]) {
        let count = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
        let state = |state: &'static str| -> Gauge {
            let labels = vec![Label::from_static_parts("state", state)];
            labelled(&self.recorder, names::CONNECTIONS, labels)
        };
        state("used").set(count(used));
        state("idle").set(count(idle));
        self.gauge(names::CONNECTIONS_MOST, count(most));
        self.gauge(names::CONNECTIONS_WAITING, count(waiting));
    }

    /// Sets what the database says of events; nothing where it does not answer.
    pub fn events(&self, backlog: Option<&Backlog>) {
        self.gauge(
            names::DATABASE_UP,
            if backlog.is_some() { 1.0 } else { 0.0 },
        );
        // What is not known is no number: yesterday's would look as if all were well.
        let told = |told: fn(&Backlog) -> f64| backlog.map_or(f64::NAN, told);
        self.gauge(names::OUTBOX_WAITING, told(|it| it.waiting));
        self.gauge(names::OUTBOX_AGE, told(|it| it.oldest_seconds));
        self.gauge(names::LOG_POSITION, told(|it| it.position));
        let consumers = backlog.map_or(&[][..], |it| &it.consumers);
        for (name, behind) in consumers {
            let gauge = self.consumers.of(&self.recorder, name.clone());
            gauge.set(*behind);
        }
        // Nor is what is not told of any more, as of a consumer that was taken away.
        self.consumers.each(|name, gauge| {
            if !consumers.iter().any(|(told, _)| told == name) {
                gauge.set(f64::NAN);
            }
        });
    }

    /// Everything, as Prometheus reads it.
    #[must_use]
    pub fn render(&self) -> String {
        let process = Process::now();
        let told = [
            (names::PROCESS_CPU, process.cpu_seconds),
            (names::PROCESS_MEMORY, process.memory_bytes),
            (names::PROCESS_THREADS, process.threads),
            (names::PROCESS_FILES, process.files),
            (names::PROCESS_FILES_MOST, process.files_most),
            (names::TASKS, tasks()),
            (names::UPTIME, Some(self.started.elapsed().as_secs_f64())),
        ];
        for (metric, number) in told {
            if let Some(number) = number {
                self.gauge(metric, number);
            }
        }
        self.handle.render()
    }

    /// Brings together what histograms were told, which takes memory until then. To be called every few seconds.
    pub fn tidy(&self) {
        self.handle.run_upkeep();
    }

    fn gauge(&self, metric: names::Metric, number: f64) {
        only::<Gauge>(&self.recorder, metric).set(number);
    }
}

/// What the database says of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Backlog {
    /// Events without a position.
    pub waiting: f64,
    /// The age of the oldest of them.
    pub oldest_seconds: f64,
    /// The last position that was given.
    pub position: f64,
    /// Consumers, and how many positions each is behind.
    pub consumers: Vec<(String, f64)>,
}

fn number(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
