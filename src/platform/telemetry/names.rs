//! Every metric that is served: its name, what it counts, and how.

/// How a metric is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How many were at most so much, by these bounds.
    Histogram(&'static [f64]),
}

/// A metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub about: &'static str,
    /// How it is counted.
    pub kind: Kind,
}

/// Seconds of requests and of statements.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Costs, as the guard adds them up.
const COSTS: &[f64] = &[
    1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0,
];
/// Statements of a request.
const COUNTS: &[f64] = &[0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0];
/// Keys of a batch.
const SIZES: &[f64] = &[1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 1_000.0];

/// Declares metrics, and the list of all.
macro_rules! metrics {
    ($($constant:ident = $kind:expr, $name:literal, $about:literal;)*) => {
        $(pub(super) const $constant: Metric = Metric { name: $name, about: $about, kind: $kind };)*

        /// Every metric, in the order of the families that it is served in.
        pub const ALL: &[Metric] = &[$($constant),*];
    };
}

metrics! {
    REQUESTS = Kind::Counter, "lilium_graphql_requests_total", "GraphQL operations that were answered, by the operation's name (those beyond the bound as \"other\"), its kind and whether the answer has errors.";
    REQUEST_SECONDS = Kind::Histogram(SECONDS), "lilium_graphql_request_seconds", "Time until a query or mutation was answered.";
    REQUEST_COST = Kind::Histogram(COSTS), "lilium_graphql_request_cost", "What operations asked for, as extensions.cost tells it.";
    REQUEST_STATEMENTS = Kind::Histogram(COUNTS), "lilium_graphql_request_statements", "SQL statements of an operation.";
    ROOT_FIELDS = Kind::Counter, "lilium_graphql_root_fields_total", "Fields at the root of operations that were answered.";
    ERRORS = Kind::Counter, "lilium_graphql_errors_total", "Errors that were answered, by their code.";
    HTTP_RESPONSES = Kind::Counter, "lilium_http_responses_total", "HTTP answers by path and status.";
    HTTP_SECONDS = Kind::Histogram(SECONDS), "lilium_http_response_seconds", "Time until the head of an HTTP answer was there, by path.";
    RATE_LIMITED = Kind::Counter, "lilium_rate_limited_total", "Requests that were refused since they came too often, by the limit that refused them: requests of an address, operations (their cost, or what is dear), attempts to sign in.";
    DATABASE_UP = Kind::Gauge, "lilium_database_up", "Whether the database answered when this was asked.";
    CONNECTIONS = Kind::Gauge, "lilium_database_connections", "Connections of the pool that answers clients, by state: used, idle.";
    CONNECTIONS_MOST = Kind::Gauge, "lilium_database_connections_max", "Connections that this pool may hold.";
    CONNECTIONS_WAITING = Kind::Gauge, "lilium_database_connections_waiting", "Who waits for a connection of this pool.";
    CONNECTION_SECONDS = Kind::Histogram(SECONDS), "lilium_database_connection_wait_seconds", "Time until a connection was lent, by any pool.";
    CONNECTIONS_REFUSED = Kind::Counter, "lilium_database_connections_refused_total", "How often no connection was to be had in time.";
    STATEMENTS = Kind::Counter, "lilium_database_statements_total", "SQL statements that were sent, by what for: requests, live (those who follow something), background, metrics.";
    STATEMENT_ERRORS = Kind::Counter, "lilium_database_statement_errors_total", "SQL statements that failed.";
    STATEMENT_SECONDS = Kind::Histogram(SECONDS), "lilium_database_statement_seconds", "Time until a statement was answered.";
    BATCH_KEYS = Kind::Histogram(SIZES), "lilium_loader_batch_keys", "Keys that a loader asked for by one statement.";
    OUTBOX_WAITING = Kind::Gauge, "lilium_outbox_waiting_events", "Events that have no position yet; no more than 10001 are counted.";
    OUTBOX_AGE = Kind::Gauge, "lilium_outbox_oldest_seconds", "Age of the oldest event that has no position yet.";
    LOG_POSITION = Kind::Gauge, "lilium_events_position", "The last position that was given.";
    CONSUMER_LAG = Kind::Gauge, "lilium_events_consumer_lag", "Positions that a consumer of events is behind.";
    RELAYED = Kind::Counter, "lilium_relay_events_total", "Events that this instance gave a position.";
    RELAY_FAILURES = Kind::Counter, "lilium_relay_failures_total", "How often this instance could give no positions.";
    SOCKETS = Kind::Gauge, "lilium_sockets_open", "WebSockets that are open.";
    STREAMS = Kind::Gauge, "lilium_streams_open", "Event streams that are open.";
    SUBSCRIPTIONS = Kind::Gauge, "lilium_subscriptions_open", "Subscriptions that are followed.";
    EVENTS_TOLD = Kind::Counter, "lilium_subscription_events_total", "Events that subscriptions were told.";
    CLOSES = Kind::Counter, "lilium_socket_closes_total", "WebSockets that were closed, by code.";
    SEARCHES = Kind::Counter, "lilium_search_requests_total", "Searches, by the engine that was asked and whether it answered.";
    SEARCH_SECONDS = Kind::Histogram(SECONDS), "lilium_search_seconds", "Time until an engine answered a search, by engine.";
    SEARCH_FALLBACKS = Kind::Counter, "lilium_search_fallbacks_total", "Searches that PostgreSQL answered because Meilisearch did not.";
    SEARCH_LAG_EVENTS = Kind::Gauge, "lilium_search_lag_events", "Events that the indexes on the Meilisearch server do not hold yet.";
    SEARCH_LAG_SECONDS = Kind::Gauge, "lilium_search_lag_seconds", "Age of the oldest of these events.";
    SEARCH_FED = Kind::Counter, "lilium_search_documents_total", "Documents that this instance gave to the Meilisearch server.";
    SEARCH_FEED_FAILURES = Kind::Counter, "lilium_search_feed_failures_total", "How often this instance could not feed the Meilisearch server.";
    SEARCH_DEAD_LETTERS = Kind::Gauge, "lilium_search_dead_letters", "Documents that the Meilisearch server refused, and that are tried again.";
    CACHE = Kind::Counter, "lilium_cache_reads_total", "Readings of the cache, by whether it knew.";
    ANSWERS = Kind::Counter, "lilium_answers_total", "Queries of guests whose answers may be kept, by where the answer came from: memory, redis, together (with another guest who asked at the same time), made, unkept (made, and known not to be kept).";
    ANSWERS_BYPASSED = Kind::Counter, "lilium_answers_bypassed_total", "Operations whose answers are not kept, by why: person (it says who asks), kind, field, introspection, deaf (the log of events is not heard from), shop.";
    ANSWERS_BYTES = Kind::Gauge, "lilium_answers_bytes", "What the answers that are kept in memory weigh.";
    ANSWERS_EVICTED = Kind::Counter, "lilium_answers_evicted_total", "Answers that were thrown out of memory because there was no room.";
    ROWS = Kind::Counter, "lilium_rows_total", "Rows that change rarely and were asked for by queries, by the loader that reads them and where they came from: memory, database.";
    ROWS_EVICTED = Kind::Counter, "lilium_rows_evicted_total", "Such rows that were thrown out of memory because there was no room.";
    DOCUMENTS = Kind::Counter, "lilium_documents_total", "Documents of operations, by what was known of them: valid (neither parsed nor validated again), parsed (validated again: with such variables it was not found valid before), new.";
    DOCUMENTS_BYTES = Kind::Gauge, "lilium_documents_bytes", "What the documents that are kept as they were parsed weigh.";
    DOCUMENTS_EVICTED = Kind::Counter, "lilium_documents_evicted_total", "Documents that were not kept as they were parsed, or not any longer, because there was no room.";
    PROCESS_CPU = Kind::Gauge, "process_cpu_seconds_total", "Time that processors worked for the program.";
    PROCESS_MEMORY = Kind::Gauge, "process_resident_memory_bytes", "Memory that the program holds.";
    PROCESS_FILES = Kind::Gauge, "process_open_fds", "Files and connections that are open.";
    PROCESS_FILES_MOST = Kind::Gauge, "process_max_fds", "Files and connections that may be open.";
    PROCESS_THREADS = Kind::Gauge, "process_threads", "Threads of the program.";
    TASKS = Kind::Gauge, "lilium_tasks", "Tasks of the program that have not ended: one for each connection, for each change, and for what it does by itself.";
    PROCESS_START = Kind::Gauge, "process_start_time_seconds", "When the program began, in seconds since 1970.";
    UPTIME = Kind::Gauge, "lilium_uptime_seconds", "For how long the program runs.";
    BUILD = Kind::Gauge, "lilium_build_info", "1, with the program's version.";
}
