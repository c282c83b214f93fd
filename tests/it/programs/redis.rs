//! A Redis of a test's own.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A Redis on a socket only; ended when the test forgets it.
pub struct Redis(Child);

impl Redis {
    /// Starts one in `folder`, which it may have been in before.
    pub fn start(folder: &Path) -> Self {
        let server = Command::new("redis-server")
            .args(["--port", "0", "--unixsocket", "redis.sock", "--save", ""])
            .current_dir(folder)
            .stdout(Stdio::null())
            .spawn();
        Self(server.unwrap())
    }

    /// Where the one in `folder` answers.
    pub fn url(folder: &Path) -> String {
        format!("redis+unix://{}/redis.sock", folder.display())
    }

    /// Ends it at once.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
