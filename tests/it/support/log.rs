//! Reads the server's own log lines: how many statements a request sent stands only there. And keeps them, when the run wants that: see
//! [`kept`].

pub mod kept;

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{LazyLock, Mutex};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

static STATEMENTS: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);
static LISTENS: LazyLock<()> = LazyLock::new(|| {
    let listener = tracing_subscriber::registry().with(Listener);
    tracing::subscriber::set_global_default(listener).unwrap();
});

/// Begins to listen; may be called often.
pub fn listen() {
    LazyLock::force(&LISTENS);
}

static LINES: LazyLock<Mutex<String>> = LazyLock::new(Mutex::default);

/// Whether a text stands in any line that was logged, of any test.
pub fn has(text: &str) -> bool {
    LINES.lock().unwrap().contains(text)
}

/// How many statements the request of this id sent.
pub fn statements(request_id: &str) -> Option<u64> {
    STATEMENTS.lock().unwrap().get(request_id).copied()
}

struct Listener;

#[derive(Default)]
struct Line {
    request_id: Option<String>,
    statements: Option<u64>,
    text: String,
}

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let ours = event.metadata().target().starts_with("lilium");
        if ours {
            let mut lines = LINES.lock().unwrap();
            lines.push_str(&line.text);
            lines.push('\n');
        }
        // Of others what is logged unless somebody asks for more.
        if ours || *event.metadata().level() <= Level::INFO {
            kept::line(&line.text);
        }
        if let (Some(id), Some(statements)) = (line.request_id, line.statements) {
            STATEMENTS.lock().unwrap().insert(id, statements);
        }
    }
}

impl Visit for Line {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "statements" {
            self.statements = Some(value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.text, "{}={value:?} ", field.name());
        if field.name() == "request_id" {
            self.request_id = Some(format!("{value:?}"));
        }
    }
}
