//! One line in the log for each GraphQL request, served or refused; that of a subscription is written when it ends.

use std::time::{Duration, Instant};

use axum::http::StatusCode;

use super::{
    guard::{Measure, Violation},
    request_id::RequestId,
};

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

    /// Writes the line. `statements` are those that the operation sent, none when it was not executed.
    pub fn finish(self, status: StatusCode, errors: usize, statements: u32) {
        let measure = self.measure.unwrap_or_default();
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
}

/// Milliseconds with one decimal; more than a month is a month.
fn milliseconds(elapsed: Duration) -> f64 {
    f64::from(u32::try_from(elapsed.as_micros() / 100).unwrap_or(u32::MAX)) / 10.0
}

/// `name` cut to a line's length, control characters made visible, so that nobody writes lines of their own.
fn printable(name: &str) -> String {
    name.chars()
        .take(LONGEST_NAME)
        .map(|it| {
            if it.is_control() {
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
            printable("a\nlevel=INFO\u{1b}[0m"),
            "a\u{fffd}level=INFO\u{fffd}[0m"
        );
        assert_eq!(printable(&"n".repeat(5_000)).len(), 100);
    }

    #[test]
    fn time_has_one_decimal() {
        assert!((milliseconds(Duration::from_micros(12_345)) - 12.3).abs() < 1e-9);
    }
}
