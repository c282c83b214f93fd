//! What a storefront's requests cost, compared with the limit: a server that answers the same values by hand-written statements.

mod carts;
mod checkout;
mod client;
mod documents;
mod drive;
mod reading;
mod recording;
mod replay;
mod rows;
mod start;
mod table;

use crate::arguments::Arguments;
use crate::child::Server;
use crate::limit;
use crate::report::Section;
use crate::stand::{Serving, Stand};
use drive::{Side, in_turns};
use lilium::config::SETTINGS;
use reading::{Ask, Pair};
use rows::Rows;
use std::time::Duration;
use table::{Compared, Table};

/// The setting by which answers are kept; the program may not have it.
const KEEPING: &str = "LILIUM_ANSWERS_MEGABYTES";

/// Megabytes of answers that are kept where they are.
const KEPT: &str = "64";

/// The rows that there are, in the order in which they are measured.
pub const ROWS: [&str; 8] = [
    "listing",
    "goods",
    "product",
    "collection",
    "cart",
    "checkout",
    "pages",
    "start",
];

/// How many times as slow a page of a larger shop may be.
const SLOWER: f64 = 1.3;

/// The shop under load: the first of the sizes that were asked for.
pub async fn stand(arguments: &Arguments) -> Stand {
    shop(arguments, arguments.products[0]).await
}

async fn shop(arguments: &Arguments, products: usize) -> Stand {
    let kept = arguments.kept.as_deref();
    let mut stand = Stand::with(&arguments.server, Some(products), kept).await;
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
    let limit = limit::start(stand.url(), &load.serving.origin());
    let mut table = Table::new(arguments);
    let rows = Rows::of(&stand.postgres).await;
    if arguments.wants_row("listing") {
        let what = "listing: 24 products";
        let compared = load.read(&limit, what, &rows.listing().await).await;
        table.add(&compared.at_least(0.7));
        if SETTINGS.iter().any(|setting| setting.name == KEEPING) {
            table.add(&kept(stand, arguments, &rows).await);
        }
    }
    if arguments.wants_row("goods") {
        let what = "100 products with pictures and variants";
        table.add(&load.read(&limit, what, &rows.goods()).await);
    }
    if arguments.wants_row("product") {
        let what = "product page";
        let compared = load.read(&limit, what, &rows.product().await).await;
        table.add(&compared.at_least(0.6));
    }
    if arguments.wants_row("collection") {
        let what = "collection: 24 products, three filters";
        table.add(&load.read(&limit, what, &rows.shelf().await).await);
    }
    if arguments.wants_row("cart") {
        table.add(&load.carts(&limit).await.at_least(0.5));
    }
    if arguments.wants_row("checkout") {
        table.add(&load.checkouts().await.at_least(0.5));
    }
    let firsts = match arguments.wants_row("pages") {
        true => load.pages(&limit, &mut table, None).await,
        false => Vec::new(),
    };
    let Load { serving, .. } = load;
    drop((serving, limit));
    if arguments.wants_row("pages") {
        larger(arguments, &mut table, &firsts).await;
    }
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

/// The listing from a server that keeps its answers.
async fn kept(stand: &Stand, arguments: &Arguments, rows: &Rows) -> Compared {
    let load = Load {
        stand,
        arguments,
        serving: stand.serve_with(&[(KEEPING, KEPT)]),
    };
    let limit = limit::start(stand.url(), &load.serving.origin());
    let what = "listing, kept: the same from kept answers";
    let compared = load.read(&limit, what, &rows.listing().await).await;
    compared.at_least(3.0)
}

/// The pages of the larger shops that were asked for, by those of the smallest.
async fn larger(arguments: &Arguments, table: &mut Table, firsts: &[Compared]) {
    for &products in arguments.products.iter().skip(1) {
        let stand = shop(arguments, products).await;
        let load = Load {
            stand: &stand,
            arguments,
            serving: stand.serve(),
        };
        let limit = limit::start(stand.url(), &load.serving.origin());
        load.pages(&limit, table, Some((products, firsts))).await;
    }
}

impl Load<'_> {
    /// The first page of the listing and one far behind; of a larger shop, by those of the smallest.
    async fn pages(
        &self,
        limit: &Server,
        table: &mut Table,
        larger: Option<(usize, &[Compared])>,
    ) -> Vec<Compared> {
        let products = larger.map_or(self.arguments.products[0], |(products, _)| products);
        let rows = Rows::of(&self.stand.postgres).await;
        let mut found = Vec::new();
        for (at, (number, asks)) in rows.far().await.into_iter().enumerate() {
            let what = format!("listing by tens of {products} products: page {number}");
            let compared = self.read(limit, &what, &asks).await;
            let compared = match larger {
                Some((_, firsts)) => compared.at_most_as_slow(SLOWER, &firsts[at]),
                None => compared,
            };
            table.add(&compared);
            found.push(compared);
        }
        found
    }

    /// Both servers are asked the same.
    async fn read(&self, limit: &Server, what: &str, asks: &[Ask]) -> Compared {
        eprintln!("bench: {what}");
        let sides = self.pair(limit).sides(what, asks).await;
        self.compared(what, sides).await
    }

    /// Carts are begun, filled and read.
    async fn carts(&self, limit: &Server) -> Compared {
        let what = "cart: created, a line added, read";
        eprintln!("bench: {what}");
        let sides = carts::sides(&self.pair(limit), &self.stand.postgres).await;
        self.compared(what, sides).await
    }

    /// Carts are begun and bought; the limit is the statements of that by themselves.
    async fn checkouts(&self) -> Compared {
        let what = "checkout: a cart with a line of each of 2 vendors, begun and bought";
        eprintln!("bench: {what}");
        let connections = self.arguments.connections;
        let sides = checkout::sides(self.stand, &self.serving, connections).await;
        self.compared(what, sides).await
    }

    fn pair<'a>(&'a self, limit: &'a Server) -> Pair<'a> {
        Pair {
            server: (&self.serving.address, self.serving.process()),
            limit: (&limit.address, limit.process()),
            connections: self.arguments.connections,
        }
    }

    async fn compared(&self, what: &str, sides: [Side; 2]) -> Compared {
        let long = Duration::from_secs(self.arguments.seconds as u64);
        let sql = self.stand.postgres.client().await.expect("PostgreSQL");
        let [server, limit] = in_turns(sides, (self.stand.postmaster, &sql), long).await;
        Compared::new(what, server, limit)
    }
}
