//! `make bench`: how fast and how frugal the release program is, measured from outside on this machine.
//!
//! The bench starts a PostgreSQL and a server of its own, opens sockets to it, and prints a table. Speed is compared with what the
//! loopback interface itself takes on the same machine in the same run. Nothing here is a test: a goal that is missed is said, and
//! the run ends well.
//!
//! - `stand`: PostgreSQL and the server that are measured; `shop`: what is asked of it by HTTP.
//! - `socket`, `crowd`: subscribers; `loopback`: the comparison; `child`: this program again, as what is compared with.
//! - `pushing`, `memory`, `finding` (which asks by `searching`), `load` (which compares with `limit`): the runs; `process`, `machine`, `spread`: what is read off.
//! - `report`: the table.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a measurement that does not go as planned is worth nothing: it ends at once"
)]

mod arguments;
mod child;
mod crowd;
mod finding;
mod limit;
mod load;
mod loopback;
mod machine;
mod memory;
mod process;
mod pushing;
mod report;
mod searching;
mod shop;
mod socket;
mod spread;
mod stand;

/// As the program that is measured has it: the limit shall not lose by its allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use arguments::Arguments;
use report::Report;
use stand::Stand;

fn main() {
    let arguments = Arguments::read();
    process::raise_descriptors();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if arguments.loopback {
        runtime.block_on(loopback::serve());
    } else if arguments.limit {
        runtime.block_on(limit::serve());
    } else {
        runtime.block_on(async {
            tokio::select! {
                () = run(&arguments) => {}
                _ = tokio::signal::ctrl_c() => eprintln!("bench: stopped"),
            }
        });
    }
}

async fn run(arguments: &Arguments) {
    let alone = arguments.wants_nothing_but("load");
    let stand = match alone {
        true => load::stand(arguments).await,
        false => Stand::build(&arguments.server).await,
    };
    let facts = machine::facts(&stand.postgres).await;
    let mut report = Report::of(facts.clone());
    if arguments.wants("finding") {
        let so_far = |tables| {
            let mut report = Report::of(facts.clone());
            for table in tables {
                report.add(table);
            }
            if arguments.write {
                report.keep();
            }
        };
        for table in finding::run(arguments, so_far).await {
            report.add(table);
        }
    }
    if arguments.wants("push") {
        report.add(pushing::run(&stand, arguments).await);
    }
    if arguments.wants("memory") {
        report.add(memory::run(&stand, arguments).await);
    }
    if arguments.wants("load") {
        let own = match alone {
            true => None,
            false => Some(load::stand(arguments).await),
        };
        for table in load::run(own.as_ref().unwrap_or(&stand), arguments).await {
            report.add(table);
        }
    }
    drop(stand);
    report.print();
    if arguments.write {
        report.keep();
    }
}
