//! What was measured on.

use crate::process;
use lilium::platform::db::Server;
use std::fs;
use std::process::Command;

/// Facts about this machine, one sentence each.
pub async fn facts(postgres: &Server) -> Vec<String> {
    let client = postgres.client().await.unwrap();
    let version: String = client
        .query_one("SHOW server_version", &[])
        .await
        .unwrap()
        .get(0);
    let cores = std::thread::available_parallelism().unwrap();
    vec![
        format!("{cores} cores ({}), {} GB of memory", model(), memory()),
        format!("Linux {}", read("/proc/sys/kernel/osrelease")),
        format!("PostgreSQL {version}, {}", rust()),
        format!(
            "{} descriptors for each process",
            process::descriptors_allowed()
                .map_or("any number of".to_owned(), |all| all.to_string())
        ),
        format!("load before the run: {}", load()),
    ]
}

/// How many programs wanted a core: the mean of the last minute, of five and of fifteen.
pub fn load() -> String {
    let line = read("/proc/loadavg");
    line.split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}

fn model() -> String {
    let about = read("/proc/cpuinfo");
    let line = about.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": "));
    name.map_or("of unknown make", |(_, name)| name).to_owned()
}

fn memory() -> u64 {
    let about = read("/proc/meminfo");
    let kb: u64 = about.split_whitespace().nth(1).unwrap().parse().unwrap();
    kb.div_ceil(1_048_576)
}

fn rust() -> String {
    let said = Command::new("rustc").arg("--version").output();
    let said = said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned());
    let words = said.unwrap_or_default();
    words
        .split_whitespace()
        .take(2)
        .collect::<Vec<_>>()
        .join(" ")
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap().trim().to_owned()
}
