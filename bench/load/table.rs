//! What was measured, as a table.

use super::drive::Outcome;
use crate::arguments::Arguments;
use crate::report::Section;

/// One thing, done by Lilium and by what it is compared with.
pub struct Compared {
    what: String,
    server: Outcome,
    limit: Outcome,
    goal: Option<f64>,
    /// How many times as slow as in the smallest shop, and how many it may be.
    slower: Option<(f64, f64)>,
}

impl Compared {
    /// Without a goal.
    pub fn new(what: &str, server: Outcome, limit: Outcome) -> Self {
        Self {
            what: what.to_owned(),
            server,
            limit,
            goal: None,
            slower: None,
        }
    }

    /// With what the ratio should reach.
    pub fn at_least(self, goal: f64) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }

    /// With how many times as slow it may be as the same in the smallest shop.
    pub fn at_most_as_slow(self, most: f64, smallest: &Self) -> Self {
        let slower = smallest.server.rate / self.server.rate;
        Self {
            slower: Some((slower, most)),
            ..self
        }
    }

    /// So many times what the limit does in a second.
    fn ratio(&self) -> f64 {
        self.server.rate / self.limit.rate
    }

    fn verdict(&self) -> String {
        let ratio = self.ratio();
        if let Some((slower, most)) = self.slower {
            let word = if slower <= most { "met" } else { "missed" };
            return format!(
                "{ratio:.2}; goal {word}: {slower:.2} times as slow as in the smallest shop, of at most {most}"
            );
        }
        match self.goal {
            None => format!("{ratio:.2}"),
            Some(goal) if ratio >= goal => format!("goal met: {ratio:.2} of at least {goal}"),
            Some(goal) => format!("goal missed: {ratio:.2} of at least {goal}"),
        }
    }

    fn row(&self) -> Vec<String> {
        let (server, limit) = (&self.server, &self.limit);
        vec![
            self.what.clone(),
            format!("{:.0}", server.rate),
            format!("{:.0}", limit.rate),
            self.verdict(),
            times(server),
            times(limit),
            cpu(server),
            cpu(limit),
        ]
    }
}

fn times(outcome: &Outcome) -> String {
    format!(
        "{:.1} / {:.1} ms",
        outcome.spread.p50(),
        outcome.spread.p99()
    )
}

fn cpu(outcome: &Outcome) -> String {
    let server = outcome
        .server
        .map_or("none".to_owned(), |it| format!("{it:.3}"));
    format!("{server} + {:.3} ms", outcome.postgres)
}

/// Rows of one run.
pub struct Table {
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    /// Without rows as yet.
    pub fn new(arguments: &Arguments) -> Self {
        let head = [
            "what",
            "in a second",
            "the limit's",
            "ratio",
            "p50 / p99",
            "the limit's",
            "processor time of the server + PostgreSQL",
            "the limit's",
        ];
        let mut notes = vec![format!(
            "{} connections, each of which asks again as soon as it was answered; {} s of each of the two, in turns of a third. {} products. \
             Bench, both servers and PostgreSQL share the cores; the bench's own work is in no column.",
            arguments.connections, arguments.seconds, arguments.products[0]
        )];
        if !arguments.with.is_empty() {
            let with: Vec<String> = arguments
                .with
                .iter()
                .map(|(name, value)| format!("`{name}={value}`"))
                .collect();
            notes.push(format!(
                "The server had other settings than by default: {}.",
                with.join(", ")
            ));
        }
        Self {
            rows: vec![head.map(str::to_owned).to_vec()],
            notes,
        }
    }

    /// One more row.
    pub fn add(&mut self, compared: &Compared) {
        eprintln!(
            "bench: {}: {} ({:.0} and {:.0} in a second)",
            compared.what,
            compared.verdict(),
            compared.server.rate,
            compared.limit.rate
        );
        self.rows.push(compared.row());
    }

    /// The table; none when it has no rows.
    pub fn section(self) -> Option<Section> {
        (self.rows.len() > 1).then_some(Section {
            title: "Under load",
            rows: self.rows,
            notes: self.notes,
        })
    }
}
