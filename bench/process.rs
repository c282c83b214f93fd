//! What the kernel knows of a process: memory, descriptors, time of the processor.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs;

/// Kernel ticks in a second: what Linux tells every program.
const TICKS: f64 = 100.0;

/// Lets this process, and those that it starts, hold as many descriptors as it may.
pub fn raise_descriptors() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, all).unwrap();
}

/// How many descriptors this process may hold.
pub fn descriptors_allowed() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Resident memory in kB.
pub fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kb = line.unwrap().split_whitespace().nth(1);
    kb.unwrap().parse().unwrap()
}

/// The most resident memory that it ever had, in kB; none when the process has ended.
pub fn most_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Open descriptors.
pub fn descriptors(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

/// Milliseconds of the processor that a process took.
pub fn cpu(process: u32) -> f64 {
    times(&stat(process).unwrap(), 2)
}

/// Milliseconds of the processor that a process took with its children, those that have ended included.
pub fn cpu_of_family(parent: u32) -> f64 {
    let own = times(&stat(parent).unwrap(), 4);
    let children = numbers().filter_map(stat).filter(|stat| {
        let its_parent = stat.get(1).and_then(|word| word.parse().ok());
        its_parent == Some(parent)
    });
    own + children.map(|stat| times(&stat, 2)).sum::<f64>()
}

/// The sum of the first `count` of a process's times: user, system, those of its children that have ended.
fn times(stat: &[String], count: usize) -> f64 {
    let ticks = stat[11..11 + count].iter();
    ticks.map(|word| word.parse::<f64>().unwrap()).sum::<f64>() * 1000.0 / TICKS
}

/// The words of a process's `stat` from its state on; none when it has ended.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    let (_, rest) = text.rsplit_once(") ")?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn numbers() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}
