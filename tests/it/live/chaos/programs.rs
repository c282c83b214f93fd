//! Three programs on one database, killed and started again.

use super::street::Addresses;
use super::{SEED, millis};
use crate::buying::chance::Chance;
use crate::programs::{Folder, Redis, Serving, url_of};
use crate::support::TOKEN_KEYS;
use lilium::platform::db::Server;
use rustix::process::{Signal, kill_process};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Three programs, which are killed and started again.
pub struct Programs {
    folder: Folder,
    settings: Vec<(String, String)>,
    pub running: Vec<Option<Serving>>,
    pub addresses: Addresses,
}

impl Programs {
    pub async fn start(server: &Server, redis: Option<&str>) -> Self {
        let mut settings = vec![
            ("DATABASE_URL".to_owned(), url_of(server).await),
            ("LILIUM_TOKEN_KEYS".to_owned(), TOKEN_KEYS.to_owned()),
            ("LILIUM_LOG".to_owned(), "error".to_owned()),
        ];
        settings.extend(redis.map(|url| ("REDIS_URL".to_owned(), url.to_owned())));
        let addresses = Addresses::default();
        *addresses.0.lock().unwrap() = vec![None; 3];
        let mut programs = Self {
            folder: Folder::new(),
            settings,
            running: vec![None, None, None],
            addresses,
        };
        for at in 0..3 {
            programs.raise(at);
        }
        programs
    }

    fn raise(&mut self, at: usize) {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let serving = Serving::start(&self.folder, &[], &settings);
        self.addresses.set(at, Some(serving.address.clone()));
        self.running[at] = Some(serving);
    }

    /// Kills one, and starts it again after a while. Nobody is told before: who asks there meanwhile gets no answer.
    fn kill(&mut self, at: usize, away: Duration) {
        let serving = self.running[at].take().unwrap();
        let process = serving.process();
        let said = serving.end(|| kill_process(process, Signal::KILL).unwrap());
        assert_eq!(said.code, None, "{said:#?}");
        assert!(!said.err.contains("panicked"), "{}", said.err);
        self.addresses.set(at, None);
        std::thread::sleep(away);
        self.raise(at);
    }

    /// Kills one after the other until it is over; how often.
    pub fn reign(
        mut self,
        over: Arc<AtomicBool>,
        redis: Option<(Redis, Folder)>,
    ) -> JoinHandle<(Self, usize)> {
        let mut chance = Chance(SEED);
        tokio::task::spawn_blocking(move || {
            let (mut kills, mut redis) = (0, redis);
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(millis(700 + chance.below(1_500)));
                self.kill(chance.below(3), millis(chance.below(700)));
                kills += 1;
                redis = redis.map(|(redis, folder)| {
                    drop(redis);
                    std::thread::sleep(millis(chance.below(300)));
                    (Redis::start(folder.path()), folder)
                });
            }
            (self, kills)
        })
    }
}
