//! This program again, as another process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Another process of this program, which listens; killed when it is forgotten.
pub struct Server {
    child: Child,
    /// Where it listens, such as `127.0.0.1:4000`.
    pub address: String,
}

impl Server {
    /// Starts it as what `flag` says, with these settings besides, and waits until it says where it listens. Its standard input stays
    /// open for as long as this lives.
    pub fn start(flag: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(flag)
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().to_owned();
        assert!(!address.is_empty(), "the server of {flag} ended");
        Self { child, address }
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
