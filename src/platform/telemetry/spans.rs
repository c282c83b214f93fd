//! What is remembered of a request for its trace: the statements that it sent and the batches that it asked for. Nothing of it holds a
//! value that was bound, or that a client sent.

use super::traces;
use std::fmt::{Display, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Parts of one request that are remembered.
const MOST: usize = 256;

/// The longest text of a statement that is remembered, in bytes.
const LONGEST: usize = 2_000;

/// Where the values begin in what Diesel shows of a statement.
const VALUES: &str = " -- binds: ";

/// A part of a request.
#[derive(Debug)]
pub struct Part {
    /// When it began.
    pub began: SystemTime,
    /// When it was done.
    pub ended: SystemTime,
    /// What was done.
    pub what: What,
}

/// What was done for a request.
#[derive(Debug)]
pub enum What {
    /// A statement was sent.
    Statement {
        /// Its text, with `$1` where a value is bound.
        text: String,
        /// Whether it failed. Why stays in the log: the database's words quote values.
        failed: bool,
    },
    /// A loader asked for many things at once.
    Batch {
        /// What it loads.
        loader: &'static str,
        /// How many.
        keys: usize,
    },
}

/// The parts of one request.
#[derive(Debug, Default)]
pub struct Trail(Mutex<Vec<Part>>);

impl Trail {
    /// A new one, when traces are wanted.
    #[must_use]
    pub fn begin() -> Option<Arc<Self>> {
        traces::are_on().then(Arc::default)
    }

    /// Adds what has just been done; what is too much is left out.
    pub fn add(&self, began: SystemTime, what: What) {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.len() < MOST {
            let ended = SystemTime::now();
            parts.push(Part { began, ended, what });
        }
    }

    pub(super) fn take(&self) -> Vec<Part> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The text of a statement without its values, which are not even written down.
#[must_use]
pub fn text_of(statement: &dyn Display) -> String {
    let mut text = Text(String::new());
    // Ends with an error where the values begin.
    let _ = write!(text, "{statement}");
    let mut text = text.0;
    if let Some(at) = text.find(VALUES) {
        text.truncate(at);
    }
    text
}

struct Text(String);

impl Write for Text {
    fn write_str(&mut self, more: &str) -> std::fmt::Result {
        for character in more.chars() {
            if self.0.len() >= LONGEST || self.0.ends_with(VALUES) {
                return Err(std::fmt::Error);
            }
            self.0.push(character);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Never;

    impl std::fmt::Debug for Never {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("a value was written")
        }
    }

    struct Shown;

    impl Display for Shown {
        fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(out, "SELECT $1 -- binds: [")?;
            write!(out, "{Never:?}]")
        }
    }

    #[test]
    fn values_are_not_written() {
        assert_eq!(text_of(&Shown), "SELECT $1");
        assert_eq!(text_of(&"SELECT 1 -- binds: [\"secret\"]"), "SELECT 1");
        assert_eq!(text_of(&"SELECT 1"), "SELECT 1");
        assert_eq!(text_of(&"x".repeat(10_000)).len(), LONGEST);
    }

    #[test]
    fn a_request_without_end_is_not_remembered_without_end() {
        let trail = Trail::default();
        for keys in 0..1_000 {
            let what = What::Batch { loader: "x", keys };
            trail.add(SystemTime::now(), what);
        }
        assert_eq!(trail.take().len(), MOST);
        assert!(trail.take().is_empty());
        assert!(Trail::begin().is_none(), "nobody wants traces here");
    }
}
