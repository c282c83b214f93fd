//! What administrators read of it.

use chrono::NaiveDate;
use uuid::Uuid;

/// What was looked for in some days.
#[derive(Debug, Clone)]
pub struct Report {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// How often something was looked for.
    pub searches: i64,
    /// How often nothing was found.
    pub without_result: i64,
    /// How often a hit was opened.
    pub clicks: i64,
    /// What was looked for most, most first.
    pub popular: Vec<Asked>,
    /// What was looked for most and not found, most first.
    pub in_vain: Vec<Asked>,
    /// The products that were opened most, most first.
    pub opened: Vec<Opened>,
}

/// A term that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// In which language; a code.
    pub language: String,
    /// The term.
    pub term: String,
    /// How often it was looked for.
    pub searches: i64,
    /// How often nothing was found.
    pub without_result: i64,
    /// How often a hit was opened.
    pub clicks: i64,
}

/// A product that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Which.
    pub product: Uuid,
    /// How often.
    pub clicks: i64,
}
