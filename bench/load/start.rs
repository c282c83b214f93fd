//! What a start takes when the schema is in place, and what the server holds while nobody asks.

use super::client::{Connection, post};
use crate::arguments::Arguments;
use crate::process;
use crate::report::{Section, verdict};
use crate::spread::Spread;
use crate::stand::Stand;
use serde_json::json;
use std::time::{Duration, Instant};

/// How often it is started.
const STARTS: usize = 10;

/// Seconds that a start may take.
const LONGEST: f64 = 1.0;

/// Resident memory at rest, in MB.
const MOST: f64 = 60.0;

/// Starts the server again and again.
pub async fn measure(stand: &Stand, arguments: &Arguments) -> Section {
    eprintln!("bench: {STARTS} starts");
    let (mut times, mut memory) = (Vec::new(), 0);
    for number in 0..STARTS {
        let begin = Instant::now();
        let serving = stand.serve();
        let question = post(&serving.address, "{ shop { name } }", &json!({}));
        Connection::open(&serving.address)
            .await
            .ask(&question)
            .await;
        times.push(i64::try_from(begin.elapsed().as_micros()).unwrap());
        if number == 0 {
            tokio::time::sleep(Duration::from_secs(arguments.rest as u64)).await;
            memory = process::memory(serving.process());
        }
    }
    section(&Spread::of(times), memory, arguments)
}

fn section(times: &Spread, memory: u64, arguments: &Arguments) -> Section {
    let head = [
        "starts",
        "start to the first answer, p50",
        "longest",
        "resident memory at rest",
    ];
    let row = vec![
        times.len().to_string(),
        format!("{:.0} ms", times.p50()),
        verdict(times.longest() / 1000.0, LONGEST, "s"),
        verdict(memory as f64 / 1024.0, MOST, "MB"),
    ];
    Section {
        title: "A start",
        rows: vec![head.map(str::to_owned).to_vec(), row],
        notes: vec![format!(
            "From the moment when the process is begun until a document (`shop {{ name }}`) was answered over HTTP, migrations looked \
             through and nothing to do; {} products. Memory is what is resident {} s after that answer (`VmRSS`).",
            arguments.products[0], arguments.rest
        )],
    }
}
