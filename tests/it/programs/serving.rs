//! A program that answers until it is told to end.

use super::{Folder, Said, lilium};
use crate::support::log::kept;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Where a program writes its log, and what removes that.
fn log_file() -> (PathBuf, Option<tempfile::TempPath>) {
    if let Some(kept) = kept::of_program() {
        return (kept, None);
    }
    let own = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    (own.to_path_buf(), Some(own))
}

/// `lilium serve` as a process; killed when the test forgets it.
pub struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    log: PathBuf,
    /// Removes the log with this, unless the run keeps logs.
    _log: Option<tempfile::TempPath>,
    /// What it has printed until it answered.
    pub welcome: String,
    /// Where it answers, without a path.
    pub address: String,
}

impl Serving {
    /// Starts `lilium serve` and waits for its addresses.
    pub fn start(folder: &Folder, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let arguments: Vec<&str> = ["serve"]
            .into_iter()
            .chain(arguments.iter().copied())
            .collect();
        Self::run(lilium(folder, &arguments, settings))
    }

    /// Starts `command`, which ends up serving, and waits for the addresses.
    pub fn run(mut command: Command) -> Self {
        let (log, own) = log_file();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut serving = Self {
            child,
            stdout,
            log,
            _log: own,
            welcome: String::new(),
            address: String::new(),
        };
        serving.read_welcome();
        serving
    }

    fn read_welcome(&mut self) {
        while !self.welcome.contains("Ctrl-C") {
            let read = self.stdout.read_line(&mut self.welcome).unwrap();
            assert!(read > 0, "it ended: {}\n{}", self.welcome, self.log());
        }
        let api = self
            .welcome
            .lines()
            .find(|line| line.trim().starts_with("API"));
        let url = api.unwrap().split_whitespace().last().unwrap();
        self.address = url.strip_suffix("/graphql").unwrap().to_owned();
    }

    /// What it has written to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Its process.
    pub fn process(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// The whole answer to a query, with the status.
    pub async fn ask(&self, query: &str) -> (u16, Value) {
        let response = crate::support::http::client()
            .post(format!("{}/graphql", self.address))
            .json(&json!({ "query": query }))
            .send()
            .await
            .unwrap_or_else(|error| panic!("{error}\n{}", self.log()));
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Tells it to end as a service manager does.
    pub fn stop(self) -> Said {
        let process = self.process();
        self.end(|| kill_process(process, Signal::TERM).unwrap())
    }

    /// Ends it by `signal` and waits: not for ever, a program that does not end fails the test.
    pub fn end(mut self, signal: impl FnOnce()) -> Said {
        signal();
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "it does not end:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        };
        let mut out = String::new();
        self.stdout.read_to_string(&mut out).unwrap();
        Said {
            code: status.code(),
            out,
            err: self.log(),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // What `make` has started goes with it, when it leads a group of its own.
            let _ = kill_process_group(self.process(), Signal::KILL);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
