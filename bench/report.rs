//! The tables: printed, and kept in the documentation.

use std::path::Path;

const FILE: &str = "docs/PERFORMANCE.md";
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
pub struct Report {
    machine: String,
    /// Titles and tables.
    sections: Vec<(&'static str, String)>,
}

impl Report {
    /// Measured on this machine.
    pub fn of(facts: Vec<String>) -> Self {
        Self {
            machine: format!("Measured on: {}.\n", facts.join("; ")),
            sections: Vec::new(),
        }
    }

    /// One more table.
    pub fn add(&mut self, section: Section) {
        let mut text = format!("\n{}\n", self.machine);
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
        self.sections.push((section.title, text));
    }

    /// Writes it to standard output.
    pub fn print(&self) {
        for (title, text) in &self.sections {
            println!("\n### {title}\n{text}");
        }
    }

    /// Puts each table in the place of what the documentation held of it; the others stay.
    pub fn keep(&self) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let mut kept = std::fs::read_to_string(&file).unwrap();
        for (title, text) in &self.sections {
            let begin = format!("### {title}\n<!-- measured: begin -->\n");
            let (before, rest) = kept.split_once(&begin).expect("the mark where it begins");
            let (_, after) = rest.split_once(END).expect("the mark where it ends");
            kept = format!("{before}{begin}{text}{END}{after}");
        }
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
