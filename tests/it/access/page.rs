//! The table as people read it: a text file for each part, kept in `docs/access`.

use super::columns::{COLUMNS, everybody};
use super::entry::{Line, Lines};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A part of the table.
pub struct Page {
    /// The file's name.
    pub file: &'static str,
    /// What it is about.
    pub about: &'static str,
    pub entries: Vec<Lines>,
}

const LEGEND: &str = "\
# Measured by `cargo test --test it access` against a running shop, and compared with what is measured at every run.
# After a change, `UPDATE=1 cargo test --test it access` writes this file: read the difference before you commit it.
#
# value  something      []  a list without items      null  nothing, as for a missing thing      .  what it hangs under is not there
# DONE   was changed    !CODE  an error of this code      CODE  a user error of this code        /  nobody of this kind has one to ask with
# A line is a field below the entry above it; <Type> is the type it is asked of. A type of the public catalogue is unfolded once, in
# catalogue.txt, and is one line elsewhere.
";

impl Page {
    /// Where it is kept.
    pub fn path(&self) -> PathBuf {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/access");
        docs.join(self.file)
    }

    /// The whole file.
    pub fn text(&self) -> String {
        let mut text = format!("# {}\n#\n{LEGEND}#\n", self.about);
        for (_, column, about) in COLUMNS {
            writeln!(text, "# {column:<10} {about}").unwrap();
        }
        text.push_str("# There is no DRIVER, MANAGER or SUPPORT at the demo shop: the test hires them. A closed account is nobody: tests/it/strangers.\n");
        for entry in &self.entries {
            entry.write(&mut text);
        }
        text
    }
}

impl Lines {
    fn write(&self, text: &mut String) {
        let first = format!("\n{}", self.title);
        let path = |line: &Line| line.path.chars().count() + 2;
        let least = self.title.chars().count();
        let width = self.lines.iter().map(path).fold(least, usize::max);
        let width_of = |(who, column, _): &(_, &str, _)| {
            let cells = self
                .lines
                .iter()
                .map(|line| line.cells[who].to_string().len());
            cells.fold(column.len(), usize::max)
        };
        let widths: Vec<usize> = COLUMNS.iter().map(width_of).collect();
        let mut row = |head: &str, cells: Vec<String>| {
            let mut line = format!(
                "{head:<width$}",
                width = width + usize::from(head.starts_with('\n'))
            );
            for (cell, wide) in cells.iter().zip(&widths) {
                write!(line, "  {cell:<wide$}").unwrap();
            }
            writeln!(text, "{}", line.trim_end()).unwrap();
        };
        row(
            &first,
            COLUMNS
                .iter()
                .map(|(_, column, _)| (*column).to_owned())
                .collect(),
        );
        for line in &self.lines {
            let head = if line.path.is_empty() {
                "  (itself)".to_owned()
            } else {
                format!("  {}", line.path)
            };
            row(
                &head,
                everybody()
                    .map(|who| line.cells[&who].to_string())
                    .collect(),
            );
        }
    }
}

/// The first lines that differ, as a person compares them.
pub fn difference(kept: &str, measured: &str) -> Vec<String> {
    let mut kept_lines: Vec<_> = kept.lines().collect();
    let mut found = Vec::new();
    for line in measured.lines() {
        match kept_lines.iter().position(|kept| *kept == line) {
            Some(at) => {
                kept_lines.remove(at);
            }
            None => found.push(format!("+ {line}")),
        }
    }
    found.extend(kept_lines.iter().map(|line| format!("- {line}")));
    found
}
