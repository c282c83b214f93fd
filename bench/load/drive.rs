//! The load: so many connections, each of which asks again as soon as it was answered. Two sides take turns in short slices, so that a
//! drift of the machine meets both.

use crate::process;
use crate::spread::Spread;
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

/// Slices of each side.
const ROUNDS: u32 = 3;

/// What is asked before, and not counted.
const WARMING: Duration = Duration::from_secs(2);

/// Somebody who asks for one thing after the other.
pub trait Asker: Send {
    /// Asks for the thing of this number, and checks the answer.
    fn ask(&mut self, number: usize) -> BoxFuture<'_, ()>;
}

/// One of the two that are compared.
pub struct Side {
    /// The process that answers; none where nothing stands between the bench and PostgreSQL.
    process: Option<u32>,
    askers: Vec<Box<dyn Asker>>,
    next: Arc<AtomicUsize>,
    total: Total,
}

/// What a side did in all its slices.
#[derive(Default, Clone)]
pub struct Total {
    times: Vec<i64>,
    seconds: f64,
    /// Milliseconds of the processor.
    server: f64,
    postgres: f64,
}

/// What came of a side.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Things that were done in a second.
    pub rate: f64,
    /// How long one takes.
    pub spread: Spread,
    /// Milliseconds of the processor that one takes of the server; none where there is none.
    pub server: Option<f64>,
    /// The same of PostgreSQL.
    pub postgres: f64,
}

impl Side {
    /// Answered by a process, asked by these.
    pub fn new(process: Option<u32>, askers: Vec<Box<dyn Asker>>) -> Self {
        Self {
            process,
            askers,
            next: Arc::default(),
            total: Total::default(),
        }
    }

    /// Asks for a while; what came of it is added to the total.
    async fn slice(&mut self, postmaster: u32, long: Duration) {
        let before = self.cpu(postmaster);
        let begin = Instant::now();
        let asking: Vec<JoinHandle<Asked>> = self
            .askers
            .drain(..)
            .map(|asker| tokio::spawn(asking(asker, Arc::clone(&self.next), begin + long)))
            .collect();
        for task in asking {
            let (asker, times) = task
                .await
                .expect("what was asked was not answered as it should");
            self.askers.push(asker);
            self.total.times.extend(times);
        }
        self.total.seconds += begin.elapsed().as_secs_f64();
        let after = self.cpu(postmaster);
        self.total.server += after.0 - before.0;
        self.total.postgres += after.1 - before.1;
    }

    fn cpu(&self, postmaster: u32) -> (f64, f64) {
        let server = self.process.map_or(0.0, process::cpu);
        (server, process::cpu_of_family(postmaster))
    }

    fn outcome(&mut self) -> Outcome {
        let total = std::mem::take(&mut self.total);
        let count = total.times.len() as f64;
        Outcome {
            rate: count / total.seconds,
            spread: Spread::of(total.times),
            server: self.process.map(|_| total.server / count),
            postgres: total.postgres / count,
        }
    }
}

/// Who asked, and how long each answer took.
type Asked = (Box<dyn Asker>, Vec<i64>);

async fn asking(mut asker: Box<dyn Asker>, next: Arc<AtomicUsize>, end: Instant) -> Asked {
    let mut times = Vec::new();
    loop {
        let begin = Instant::now();
        if begin >= end {
            return (asker, times);
        }
        asker.ask(next.fetch_add(1, Ordering::Relaxed)).await;
        times.push(i64::try_from(begin.elapsed().as_micros()).unwrap());
    }
}

/// Has all sides asked in turns, each for so long in all; what came of them.
pub async fn in_turns<const N: usize>(
    mut sides: [Side; N],
    (postmaster, sql): (u32, &Client),
    long: Duration,
) -> [Outcome; N] {
    for side in &mut sides {
        side.slice(postmaster, WARMING).await;
        side.total = Total::default();
    }
    for _ in 0..ROUNDS {
        for side in &mut sides {
            told(sql).await;
            side.slice(postmaster, long / ROUNDS).await;
        }
    }
    sides.map(|mut side| side.outcome())
}

/// Waits until all events have their positions: what one side left to do is not done in the other one's time.
async fn told(sql: &Client) {
    let waits = "SELECT EXISTS (SELECT FROM outbox_new)";
    while sql
        .query_one(waits, &[])
        .await
        .expect("the log of events")
        .get::<_, bool>(0)
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
