//! What the system says of this process.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is known of the process; a part is absent where the system does not tell it.
#[derive(Debug, Default)]
pub(super) struct Process {
    pub cpu_seconds: Option<f64>,
    pub memory_bytes: Option<f64>,
    pub threads: Option<f64>,
    pub files: Option<f64>,
    pub files_most: Option<f64>,
}

impl Process {
    /// Asks the system.
    pub(super) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        Self {
            cpu_seconds: cpu_seconds(),
            memory_bytes: after(&status, "VmRSS:").map(|kilobytes| kilobytes * 1024.0),
            threads: after(&status, "Threads:"),
            files: files(),
            files_most: after(&limits, "Max open files"),
        }
    }
}

/// The number that follows `label` in a text of lines.
fn after(text: &str, label: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    line.split_whitespace().next()?.parse().ok()
}

fn files() -> Option<f64> {
    let open = fs::read_dir("/proc/self/fd").ok()?.count();
    // The folder itself is one of them while it is read.
    u32::try_from(open.saturating_sub(1)).ok().map(f64::from)
}

/// Time in the program and in the system for it, which the system counts in ticks.
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets, and may have anything in it.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: f64 = ticks.filter_map(|it| it.parse::<f64>().ok()).sum();
    let second = u32::try_from(rustix::param::clock_ticks_per_second()).ok()?;
    Some(ticks / f64::from(second))
}

/// Tasks of the runtime that asks, which have not ended.
pub(super) fn tasks() -> Option<f64> {
    let runtime = tokio::runtime::Handle::try_current().ok()?;
    let alive = runtime.metrics().num_alive_tasks();
    u32::try_from(alive).ok().map(f64::from)
}

/// Seconds since 1970.
pub(super) fn seconds_now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_of_this_process() {
        let process = Process::now();
        assert!(process.memory_bytes.unwrap() > 1e6);
        assert!(process.threads.unwrap() >= 1.0);
        assert!(process.files.unwrap() >= 3.0);
        assert!(process.files_most.unwrap() >= process.files.unwrap());
        assert!(process.cpu_seconds.unwrap() >= 0.0);
        assert!(seconds_now() > 1.7e9);
    }

    #[tokio::test]
    async fn tasks_are_counted_until_they_end() {
        let before = tasks().unwrap();
        let waits = tokio::spawn(std::future::pending::<()>());
        assert_eq!(tasks(), Some(before + 1.0));
        waits.abort();
        assert!(waits.await.is_err());
        assert_eq!(tasks(), Some(before));
    }

    #[test]
    fn without_a_runtime_there_are_none_to_count() {
        assert_eq!(tasks(), None);
    }

    #[test]
    fn a_number_is_found_by_its_label() {
        let text = "Threads:\t7\nVmRSS:\t  12 kB\n";
        assert_eq!(after(text, "VmRSS:"), Some(12.0));
        assert_eq!(after(text, "VmSize:"), None);
    }
}
