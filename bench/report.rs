//! The tables: printed, and kept in the documentation.

use std::path::Path;

const FILE: &str = "docs/PERFORMANCE.md";
const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// A table with how it was measured.
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// The first is the head.
    pub rows: Vec<Vec<String>>,
    /// How it was measured, and what it means.
    pub notes: Vec<String>,
}

/// All that was measured, and on what.
pub struct Report(String);

impl Report {
    /// Measured on this machine.
    pub fn of(facts: Vec<String>) -> Self {
        Self(format!("Measured on: {}.\n", facts.join("; ")))
    }

    /// One more table.
    pub fn add(&mut self, section: Section) {
        let mut text = format!("\n### {}\n\n", section.title);
        for (at, row) in section.rows.iter().enumerate() {
            text += &format!("| {} |\n", row.join(" | "));
            if at == 0 {
                text += &format!("|{}\n", " --- |".repeat(row.len()));
            }
        }
        text.push('\n');
        for note in &section.notes {
            text += &format!("- {note}\n");
        }
        self.0 += &text;
    }

    /// Writes it to standard output.
    pub fn print(&self) {
        println!("\n{}", self.0);
    }

    /// Puts it in the place of what the documentation held.
    pub fn keep(&self) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let text = std::fs::read_to_string(&file).unwrap();
        let (before, rest) = text.split_once(BEGIN).expect("the mark where it begins");
        let (_, after) = rest.split_once(END).expect("the mark where it ends");
        let kept = format!("{before}{BEGIN}{}{END}{after}", self.0);
        std::fs::write(&file, kept).unwrap();
        eprintln!("bench: kept in {FILE}");
    }
}

/// Whether a goal is met, with what was found.
pub fn verdict(found: f64, most: f64, unit: &str) -> String {
    let word = if found <= most {
        "goal met"
    } else {
        "goal missed"
    };
    format!("{word}: {found:.1} {unit} of at most {most} {unit}")
}
