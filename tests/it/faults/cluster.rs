//! A PostgreSQL of one test's own, to which anything may happen.

use crate::programs::Folder;
use crate::support::fill;
use lilium::platform::db::embedded::{Embedded, Options};
use lilium::platform::db::{Server, ensure_database};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long processes may take to be gone that were killed.
const GONE: Duration = Duration::from_secs(20);

/// A PostgreSQL with the demo shop in it. It and its files are gone when the test forgets it.
pub struct Cluster {
    // Removed when the processes have ended.
    folder: Folder,
    postmaster: Pid,
    /// The shop's database.
    pub server: Server,
}

impl Cluster {
    /// Makes one, with little room for its log of writing: the disks of those who run tests are small.
    pub async fn start() -> Self {
        let folder = Folder::new();
        let (postmaster, server) = launch(&folder).await;
        ensure_database(&server, "lilium").await.unwrap();
        let cluster = Self {
            server: server.database("lilium"),
            postmaster,
            folder,
        };
        let sql = cluster.server.client().await.unwrap();
        for setting in ["min_wal_size = '32MB'", "max_wal_size = '64MB'"] {
            let set = format!("ALTER SYSTEM SET {setting}");
            sql.execute(&set, &[]).await.unwrap();
        }
        sql.execute("SELECT pg_reload_conf()", &[]).await.unwrap();
        fill(&cluster.server).await;
        cluster
    }

    /// Kills all its processes in one moment.
    pub async fn kill(&self) {
        let all = family(self.postmaster);
        for process in &all {
            let _ = kill_process(*process, Signal::KILL);
        }
        let begin = Instant::now();
        // Also until nobody has to notice its end any more: whoever starts the next one looks for it.
        while fs::exists(stat_of(self.postmaster)).unwrap() || all.iter().any(|it| lives(*it)) {
            assert!(begin.elapsed() < GONE, "PostgreSQL does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Starts it again after [`Cluster::kill`], at the same place.
    pub async fn again(&mut self) {
        let (postmaster, server) = launch(&self.folder).await;
        self.postmaster = postmaster;
        self.server = server.database("lilium");
    }

    /// Whether it is there at all: after a crash of its own it may have ended.
    pub fn is_there(&self) -> bool {
        lives(self.postmaster)
    }

    /// Stops the time of all its processes: connections stand, and nothing is answered.
    pub fn pause(&self) {
        // The first of them before the others are looked for, so that none is born meanwhile.
        kill_process(self.postmaster, Signal::STOP).unwrap();
        let all = family(self.postmaster);
        for process in &all {
            // A session may have ended.
            let _ = kill_process(*process, Signal::STOP);
        }
        assert!(all.len() > 1, "the postmaster has no children");
        // They stand as soon as they come out of what they are doing.
        let stands = |process: &Pid| {
            let state = stat(*process).map(|(state, _)| state);
            state.is_none_or(|state| ["T", "Z", "X"].contains(&&*state))
        };
        let begin = Instant::now();
        while !all.iter().all(stands) {
            assert!(begin.elapsed() < GONE, "PostgreSQL does not stand still");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lets them go on.
    pub fn resume(&self) {
        for process in family(self.postmaster) {
            let _ = kill_process(process, Signal::CONT);
        }
    }

    /// Lets no file of it grow beyond so many bytes; none for no bound. What is beyond fails as on a full disk.
    pub fn bound(&self, bytes: Option<u64>) {
        // Those that it begins from now on have it from the first of them.
        assert!(limit(self.postmaster, bytes), "no bound was set");
        for process in family(self.postmaster) {
            // It may have ended.
            let _ = limit(process, bytes);
        }
    }
}

/// Bounds the files of a process, by the user whose it is: root may not bound those of others everywhere.
fn limit(process: Pid, bytes: Option<u64>) -> bool {
    let number = process.as_raw_nonzero();
    let size = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
    let bound = [format!("--pid={number}"), format!("--fsize={size}:")];
    let Ok(about) = fs::metadata(format!("/proc/{number}")) else {
        return false;
    };
    let mut command = Command::new("prlimit");
    if about.uid() != rustix::process::geteuid().as_raw() {
        let (user, group) = (about.uid(), about.gid());
        command = Command::new("setpriv");
        command.args([
            format!("--reuid={user}"),
            format!("--regid={group}"),
            "--clear-groups".to_owned(),
            "prlimit".to_owned(),
        ]);
    }
    command.args(bound).status().unwrap().success()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.resume();
        let all = family(self.postmaster);
        for process in &all {
            let _ = kill_process(*process, Signal::KILL);
        }
        let begin = Instant::now();
        while all.iter().any(|process| lives(*process)) && begin.elapsed() < GONE {
            std::thread::sleep(Duration::from_millis(10));
        }
        // Nobody waits for a server that was killed.
        let _ = fs::remove_file(self.folder.data().join("postgres/postmaster.pid"));
    }
}

async fn launch(folder: &Folder) -> (Pid, Server) {
    let options = Options {
        data: folder.data(),
        bin: None,
        // As a shop's is: else a commit is acknowledged before it is written, and a kill takes the last of them.
        durable: true,
    };
    let embedded = Embedded::start(&options).await.unwrap();
    let place = (embedded.socket_dir(), embedded.port(), embedded.user());
    let server = Server::on_socket(place.0, place.1, place.2, "postgres");
    let postmaster = folder
        .postgres()
        .expect("PostgreSQL's user cannot reach the folder");
    // It goes on without whoever started it.
    drop(embedded);
    (postmaster, server)
}

fn stat_of(process: Pid) -> PathBuf {
    format!("/proc/{}/stat", process.as_raw_nonzero()).into()
}

/// What stands behind the name of a process in its `stat`: its state, and its parent.
fn stat(process: Pid) -> Option<(String, i32)> {
    let text = fs::read_to_string(stat_of(process)).ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

/// Whether a process runs: one that has ended, and waits for its parent to notice, does not.
fn lives(process: Pid) -> bool {
    stat(process).is_some_and(|(state, _)| state != "Z" && state != "X")
}

/// A process and those that it has started.
fn family(parent: Pid) -> Vec<Pid> {
    let mut all = vec![parent];
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.parse().ok());
        let Some(process) = number.and_then(Pid::from_raw) else {
            continue;
        };
        let is_child = |(_, of): (String, i32)| of == parent.as_raw_nonzero().get();
        if stat(process).is_some_and(is_child) {
            all.push(process);
        }
    }
    all
}
