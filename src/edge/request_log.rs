//! One line in the log for each GraphQL request, served or refused; that of a subscription is written when it ends. Then the request is
//! counted, too, and its trace is told.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_graphql::Name;
use axum::http::{HeaderMap, StatusCode};

use super::{
    guard::{Measure, Violation},
    request_id::RequestId,
};
use crate::platform::telemetry::spans::Trail;
use crate::platform::telemetry::traces::{self, Parent};
use crate::platform::telemetry::{Answered, RootField, metrics};

/// The longest operation name that is logged, in characters.
const LONGEST_NAME: usize = 100;

/// What is known of a request when its line is written.
#[derive(Debug)]
pub struct RequestLog {
    request_id: RequestId,
    started: Instant,
    operation: String,
    kind: &'static str,
    /// None for what was not measured.
    measure: Option<Measure>,
    roots: Vec<&'static RootField>,
    parent: Option<Parent>,
    trail: Option<Arc<Trail>>,
}

impl RequestLog {
    /// Starts the clock of a request of which nothing is known yet.
    #[must_use]
    pub fn start(request_id: RequestId) -> Self {
        Self {
            request_id,
            started: Instant::now(),
            operation: String::new(),
            kind: "",
            measure: None,
            roots: Vec::new(),
            parent: None,
            trail: None,
        }
    }

    /// The request that the line is for.
    #[must_use]
    pub const fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// Notes the operation that the document names, before it is known to be served.
    pub fn note_operation(&mut self, name: Option<&str>, kind: &'static str) {
        self.operation = name.map(printable).unwrap_or_default();
        self.kind = kind;
    }

    /// Notes what the guard measured, of a document that costs too much its cost.
    pub fn note_measure(&mut self, measured: &Result<Measure, Violation>) {
        self.measure = match measured {
            Ok(measure) => Some(*measure),
            Err(Violation::Cost { requested, .. }) => Some(Measure {
                cost: *requested,
                ..Measure::default()
            }),
            Err(_) => None,
        };
    }

    /// What the operation asks for in rows, once that was measured.
    #[must_use]
    pub fn cost(&self) -> Option<usize> {
        self.measure.map(|measure| measure.cost)
    }

    /// Notes the fields at the root of the operation.
    pub fn note_roots(&mut self, roots: &[Name]) {
        let known = |name: &Name| metrics().roots().find(self.kind, name);
        self.roots = roots.iter().filter_map(known).collect();
    }

    /// Notes what this request is a part of, when the proxy that sent it from `peer` is one that is trusted.
    pub fn note_parent(&mut self, peer: Option<IpAddr>, headers: &HeaderMap) {
        if traces::believe(peer) {
            let header = headers.get("traceparent").and_then(|it| it.to_str().ok());
            self.parent = header.and_then(Parent::read);
        }
    }

    /// Notes where what is done for the request is remembered, when it is.
    pub fn note_trail(&mut self, trail: Option<Arc<Trail>>) {
        self.trail = trail;
    }

    /// Writes the line. `statements` are those that the operation sent, none when it was not executed.
    pub fn finish(self, status: StatusCode, errors: usize, statements: u32) {
        let measure = self.measure.unwrap_or_default();
        self.count(errors, statements);
        self.trace(status, errors, statements);
        tracing::info!(
            request_id = %self.request_id,
            operation = %self.operation,
            kind = self.kind,
            cost = measure.cost,
            fields = measure.fields,
            time_ms = milliseconds(self.started.elapsed()),
            statements,
            errors,
            status = status.as_u16(),
            "graphql"
        );
    }

    fn count(&self, errors: usize, statements: u32) {
        let errors = errors > 0;
        metrics().answered(Answered {
            name: &self.operation,
            kind: self.kind,
            cost: u64::try_from(self.cost().unwrap_or_default()).unwrap_or(u64::MAX),
            statements,
            errors,
            took: self.started.elapsed(),
        });
        self.roots.iter().for_each(|field| field.count(errors));
    }

    fn trace(&self, status: StatusCode, errors: usize, statements: u32) {
        if !traces::are_on() {
            return;
        }
        let request = traces::Request {
            parent: self.parent,
            operation: &self.operation,
            kind: self.kind,
            request_id: self.request_id.as_str(),
            cost: u64::try_from(self.cost().unwrap_or_default()).unwrap_or(u64::MAX),
            statements,
            errors,
            status: status.as_u16(),
            began: SystemTime::now() - self.started.elapsed(),
        };
        traces::tell(&request, self.trail.as_deref().unwrap_or(&Trail::default()));
    }
}

/// Milliseconds with one decimal; more than a month is a month.
fn milliseconds(elapsed: Duration) -> f64 {
    f64::from(u32::try_from(elapsed.as_micros() / 100).unwrap_or(u32::MAX)) / 10.0
}

/// Characters that end a line or turn its direction, and are no control characters.
const TURNS: [char; 13] = [
    '\u{2028}', '\u{2029}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
    '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

/// `name` cut to a line's length, control characters made visible, so that nobody writes lines of their own.
fn printable(name: &str) -> String {
    name.chars()
        .take(LONGEST_NAME)
        .map(|it| {
            if it.is_control() || TURNS.contains(&it) {
                char::REPLACEMENT_CHARACTER
            } else {
                it
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_forge_a_line() {
        assert_eq!(
            printable("a\nlevel=INFO\u{1b}[0m\u{2028}\u{202e}"),
            "a\u{fffd}level=INFO\u{fffd}[0m\u{fffd}\u{fffd}"
        );
        assert_eq!(printable(&"n".repeat(5_000)).len(), 100);
    }

    #[test]
    fn time_has_one_decimal() {
        assert!((milliseconds(Duration::from_micros(12_345)) - 12.3).abs() < 1e-9);
    }
}
