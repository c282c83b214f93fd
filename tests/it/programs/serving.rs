//! A program that answers until it is told to end.

use super::{Folder, Said, lilium};
use crate::support::log::kept;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Where a program writes its log, and what removes that.
fn log_file() -> (PathBuf, Option<tempfile::TempPath>) {
    if let Some(kept) = kept::of_program() {
        return (kept, None);
    }
    let own = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    (own.to_path_buf(), Some(own))
}

/// How long a program may take until it tells its addresses: it may have to be built first, and to fill a shop.
const WELCOME: Duration = Duration::from_secs(15 * 60);

/// The same for a program that is there, on a machine that is busy with all other tests.
const STARTED: Duration = Duration::from_secs(180);

/// The lines of a program's standard output, as they come.
fn lines(stdout: ChildStdout) -> Mutex<Receiver<String>> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        while stdout.read_line(&mut line).is_ok_and(|read| read > 0) {
            if sender.send(std::mem::take(&mut line)).is_err() {
                return;
            }
        }
    });
    Mutex::new(lines)
}

/// `lilium serve` as a process; killed when the test forgets it.
pub struct Serving {
    child: Child,
    out: Mutex<Receiver<String>>,
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
        Self::within(STARTED, lilium(folder, &arguments, settings))
    }

    /// Starts `command`, which ends up serving, and waits for the addresses.
    pub fn run(command: Command) -> Self {
        Self::within(WELCOME, command)
    }

    fn within(patience: Duration, mut command: Command) -> Self {
        let (log, own) = log_file();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut serving = Self {
            out: lines(child.stdout.take().unwrap()),
            child,
            log,
            _log: own,
            welcome: String::new(),
            address: String::new(),
        };
        serving.read_welcome(patience);
        serving
    }

    /// Fails the test when the program ends before it answers, or takes longer than `patience`.
    fn read_welcome(&mut self, patience: Duration) {
        let end = Instant::now() + patience;
        while !self.welcome.contains("Ctrl-C") {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.out.get_mut().unwrap().recv_timeout(left);
            let Ok(line) = line else {
                let why = line.unwrap_err();
                panic!("no addresses, {why}: {}\n{}", self.welcome, self.log());
            };
            self.welcome.push_str(&line);
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
        Said {
            code: status.code(),
            // Whatever came until its end.
            out: self.out.get_mut().unwrap().iter().collect(),
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
