//! A program that is attacked, and somebody beside the attack who only wants an answer.

use crate::programs::{Folder, Serving, proved, url_of};
use crate::support::raw::{Raw, RawAnswer, post};
use crate::support::{Contents, database};
use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::json;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

/// The longest that the healthy client may wait for an answer, on a machine whose two cores are busy with the attack itself. What is
/// not optimised takes many times as long.
fn quick() -> Duration {
    Duration::from_secs(if proved().is_some() { 3 } else { 12 })
}

/// The memory that no attack gets beyond, in MB.
const MOST_MEMORY: u64 = 600;

/// A program with a demo shop.
pub struct Victim {
    serving: Serving,
    _folder: Folder,
}

/// What the healthy client saw.
#[derive(Debug)]
struct Beside {
    answers: usize,
    slowest: Duration,
}

impl Victim {
    /// Starts one with these settings beside the usual ones.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let (folder, server) = (Folder::new(), database(Contents::Demo).await);
        let url = url_of(&server).await;
        let mut all = vec![("DATABASE_URL", url.as_str())];
        all.extend_from_slice(settings);
        let serving = Serving::start(&folder, &[], &all);
        let victim = Self {
            serving,
            _folder: folder,
        };
        // Whatever is done once is done.
        victim.answers(&mut victim.connect().await).await;
        victim
    }

    /// Where it answers.
    pub fn address(&self) -> &str {
        &self.serving.address
    }

    /// A connection to it.
    pub async fn connect(&self) -> Raw {
        Raw::to(self.address()).await
    }

    /// The same, where it may be that nobody is let in.
    pub async fn try_connect(&self) -> std::io::Result<Raw> {
        Raw::try_to(self.address()).await
    }

    /// Sends bytes on a connection of their own. The answer, when there is one before the connection ends, and how long that took.
    pub async fn told(&self, request: impl AsRef<[u8]>) -> (Option<RawAnswer>, Duration) {
        let (mut connection, began) = (self.connect().await, Instant::now());
        let answer = connection.ask(request).await;
        (answer, began.elapsed())
    }

    /// Fails the test unless an ordinary request on this connection is answered in time.
    pub async fn answers(&self, connection: &mut Raw) -> Duration {
        let began = Instant::now();
        let asks =
            post(&json!({ "query": "{ shop { name } products(first: 3) { nodes { title } } }" }));
        let answer = timeout(Duration::from_secs(30), connection.ask(&asks)).await;
        let answer = answer.expect("no answer").expect("the connection ended");
        assert_eq!(answer.status, 200, "{:?}", answer.json());
        assert_eq!(answer.json()["data"]["shop"]["name"], "Lilium");
        began.elapsed()
    }

    /// Does what an attacker does, while somebody else asks now and then, half of the time by a connection of their own. Fails the test
    /// when that one has to wait, or when the program takes too much memory.
    pub async fn stands<T>(&self, attack: impl Future<Output = T>) -> T {
        let (done, over) = oneshot::channel::<()>();
        let (result, beside) = tokio::join!(
            async {
                let result = attack.await;
                drop(done);
                result
            },
            self.beside(over)
        );
        println!("{beside:?}, at most {} MB", self.peak_memory());
        assert!(beside.answers > 0 && beside.slowest < quick(), "{beside:?}");
        assert!(
            self.peak_memory() < MOST_MEMORY,
            "{} MB",
            self.peak_memory()
        );
        // And afterwards it is as before.
        let took = self.answers(&mut self.connect().await).await;
        assert!(took < quick(), "{took:?}");
        result
    }

    async fn beside(&self, mut over: oneshot::Receiver<()>) -> Beside {
        let mut kept = self.connect().await;
        let mut beside = Beside {
            answers: 0,
            slowest: Duration::ZERO,
        };
        loop {
            let took = if beside.answers.is_multiple_of(2) {
                self.answers(&mut kept).await
            } else {
                let began = Instant::now();
                let mut own = self.connect().await;
                self.answers(&mut own).await;
                began.elapsed()
            };
            beside.answers += 1;
            beside.slowest = beside.slowest.max(took);
            tokio::select! {
                _ = &mut over => return beside,
                () = sleep(Duration::from_millis(40)) => {}
            }
        }
    }

    /// The most memory that it has had, in MB.
    pub fn peak_memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.serving.process().as_raw_nonzero());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
        kilobytes.parse::<u64>().unwrap() / 1024
    }

    /// Files and connections that it has open.
    pub fn open_files(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.serving.process().as_raw_nonzero());
        std::fs::read_dir(folder).unwrap().count()
    }

    /// Has the system give it no more files and connections than these.
    pub fn may_open(&self, files: u64) {
        let limit = Rlimit {
            current: Some(files),
            maximum: Some(files),
        };
        prlimit(Some(self.serving.process()), Resource::Nofile, limit).unwrap();
    }

    /// How long processors have worked for it.
    pub fn processor_time(&self) -> Duration {
        let file = format!("/proc/{}/stat", self.serving.process().as_raw_nonzero());
        let text = std::fs::read_to_string(file).unwrap();
        let fields = text.rsplit_once(')').unwrap().1.split_whitespace();
        let ticks = fields.skip(11).take(2).map(|it| it.parse::<u64>().unwrap());
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// Ends it in good order, with nothing in its log that says it panicked.
    pub fn ends(self) {
        let said = tokio::task::block_in_place(|| self.serving.stop()).well();
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }
}
