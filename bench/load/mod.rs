//! What a storefront's requests cost, compared with the limit: a server that answers the same values by hand-written statements.

mod client;
mod documents;
mod drive;
mod reading;
mod rows;
mod start;
mod table;

use crate::arguments::Arguments;
use crate::limit::Process;
use crate::report::Section;
use crate::stand::{Serving, Stand};
use drive::in_turns;
use lilium::config::SETTINGS;
use reading::{Ask, Pair};
use rows::Rows;
use std::time::Duration;
use table::{Compared, Table};

/// The setting by which answers are kept; the program may not have it.
const KEEPING: &str = "LILIUM_ANSWERS_MEGABYTES";

/// The rows that there are, in the order in which they are measured.
pub const ROWS: [&str; 3] = ["listing", "product", "start"];

/// The shop under load: the first of the sizes that were asked for.
pub async fn stand(arguments: &Arguments) -> Stand {
    let kept = arguments.kept.as_deref();
    let mut stand = Stand::with(&arguments.server, Some(arguments.products[0]), kept).await;
    stand.settings = settings(arguments);
    stand
}

/// What the server is told: nothing is answered from what it kept, unless it is asked to by name.
fn settings(arguments: &Arguments) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    if SETTINGS.iter().any(|setting| setting.name == KEEPING) {
        settings.push((KEEPING.to_owned(), "0".to_owned()));
    }
    settings.extend(arguments.with.iter().cloned());
    settings
}

/// Measures the rows that are asked for: one table of ratios, and one of starts.
pub async fn run(stand: &Stand, arguments: &Arguments) -> Vec<Section> {
    let load = Load {
        stand,
        arguments,
        serving: stand.serve(),
    };
    let limit = Process::start(stand.url(), &load.serving.origin());
    let mut table = Table::new(arguments);
    let rows = Rows::of(&stand.postgres).await;
    if arguments.wants_row("listing") {
        let what = "listing: 24 products";
        let compared = load.read(&limit, what, &rows.listing().await).await;
        table.add(&compared.at_least(0.7));
    }
    if arguments.wants_row("product") {
        let what = "product page";
        let compared = load.read(&limit, what, &rows.product().await).await;
        table.add(&compared.at_least(0.6));
    }
    let Load { serving, .. } = load;
    drop((serving, limit));
    let mut sections: Vec<Section> = table.section().into_iter().collect();
    if arguments.wants_row("start") {
        sections.push(start::measure(stand, arguments).await);
    }
    sections
}

struct Load<'a> {
    stand: &'a Stand,
    arguments: &'a Arguments,
    serving: Serving,
}

impl Load<'_> {
    /// Both servers are asked the same.
    async fn read(&self, limit: &Process, what: &str, asks: &[Ask]) -> Compared {
        eprintln!("bench: {what}");
        let pair = Pair {
            server: (&self.serving.address, self.serving.process()),
            limit: (&limit.address, limit.process()),
            connections: self.arguments.connections,
        };
        let sides = pair.sides(what, asks).await;
        let long = Duration::from_secs(self.arguments.seconds as u64);
        let [server, limit] = in_turns(sides, self.stand.postmaster, long).await;
        Compared::new(what, server, limit)
    }
}
