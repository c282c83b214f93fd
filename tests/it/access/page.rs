//! The table as people read it: a text file for each part, kept in `docs/access`.

use super::columns::{COLUMNS, everybody};
use super::entry::{Line, Lines};
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
            text.push_str(&format!("# {column:<10} {about}\n"));
        }
        text.push_str("# The demo shop has no VENDOR_MANAGER, DRIVER, SUPPORT or SUPER_ADMIN: the test makes them. A DRIVER has no permission yet.\n");
        // Entries of one line stand together.
        for block in self
            .entries
            .chunk_by(|one, next| one.lines.len() == 1 && next.lines.len() == 1)
        {
            write(block, &mut text);
        }
        text
    }
}

/// A line's name and what stands in its columns.
type Row = (String, Vec<String>);

fn rows(block: &[Lines]) -> Vec<Row> {
    let columns = COLUMNS.iter().map(|(_, column, _)| (*column).to_owned());
    let mut rows = vec![(String::new(), columns.collect())];
    for entry in block {
        for line in &entry.lines {
            let name = match line.path.as_str() {
                "" => entry.title.to_owned(),
                path => format!("  {path}"),
            };
            rows.push((name, cells(line)));
        }
    }
    rows
}

fn cells(line: &Line) -> Vec<String> {
    everybody()
        .map(|who| line.cells[&who].to_string())
        .collect()
}

fn write(block: &[Lines], text: &mut String) {
    let rows = rows(block);
    let widest = |texts: &mut dyn Iterator<Item = &String>| {
        texts
            .map(|text| text.chars().count())
            .max()
            .unwrap_or_default()
    };
    let first = widest(&mut rows.iter().map(|(name, _)| name));
    let wide: Vec<usize> = (0..COLUMNS.len())
        .map(|at| widest(&mut rows.iter().map(|(_, cells)| &cells[at])))
        .collect();
    text.push('\n');
    for (name, cells) in &rows {
        let mut line = format!("{name:<first$}");
        for (cell, wide) in cells.iter().zip(&wide) {
            line.push_str(&format!("  {cell:<wide$}"));
        }
        text.push_str(line.trim_end());
        text.push('\n');
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
