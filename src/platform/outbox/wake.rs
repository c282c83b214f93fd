//! Waking a task of this process, and how often it goes round when it is woken often.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How long a task rests after a round that it was woken for. What it is woken for meanwhile is done by one round, so that a busy shop
/// asks the database no more than so often; after a quiet while the first wake is served at once.
pub const TOGETHER: Duration = Duration::from_millis(10);

/// Wakes a task of this process, such as the relay after the commit of what was told. It carries nothing, and none that is lost is
/// missed for long: who is woken looks by itself, too.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Wakes it.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits to be woken.
    pub async fn woken(&self) {
        self.0.notified().await;
    }
}

/// The rounds of a task that is woken.
#[derive(Debug)]
pub struct Rounds {
    wake: Wake,
    /// Whether the last round was one that it was woken for.
    woken: bool,
}

impl Rounds {
    /// Of the task that this wakes.
    #[must_use]
    pub const fn of(wake: Wake) -> Self {
        Self { wake, woken: false }
    }

    /// There was nothing to do in the round that it was woken for: it does not rest after it.
    pub fn skip(&mut self) {
        self.woken = false;
    }

    /// Waits for the next round: until it is woken, which is answered with true, but no longer than `patience`. A wake that comes during
    /// a round, or while this rests after it, leads to another round.
    pub async fn next(&mut self, patience: Duration) -> bool {
        if std::mem::take(&mut self.woken) {
            tokio::time::sleep(TOGETHER).await;
        }
        let woken = tokio::time::timeout(patience, self.wake.woken()).await;
        self.woken = woken.is_ok();
        self.woken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::pin::pin;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Instant;

    /// Longer than any test waits.
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_wake_after_a_quiet_while_is_served_at_once() {
        let wake = Wake::default();
        let mut rounds = Rounds::of(wake.clone());
        assert!(!rounds.next(Duration::from_millis(1)).await);
        wake.wake();
        assert_eq!(rounds.next(LONG).now_or_never(), Some(true));
    }

    #[tokio::test]
    async fn wakes_of_a_round_and_of_the_rest_after_it_lead_to_one_more() {
        let wake = Wake::default();
        let mut rounds = Rounds::of(wake.clone());
        wake.wake();
        assert!(rounds.next(LONG).await);
        let began = Instant::now();
        // While the round is made.
        wake.wake();
        wake.wake();
        {
            let mut next = pin!(rounds.next(LONG));
            assert_eq!((&mut next).now_or_never(), None, "it rests");
            wake.wake();
            assert!(next.await);
        }
        assert!(began.elapsed() >= TOGETHER);
        assert!(!rounds.next(3 * TOGETHER).await, "one was enough");
        // While it rests, and not before.
        wake.wake();
        assert!(rounds.next(LONG).await);
        {
            let mut next = pin!(rounds.next(LONG));
            assert_eq!((&mut next).now_or_never(), None, "it rests");
            wake.wake();
            assert!(next.await);
        }
    }

    #[tokio::test]
    async fn after_a_round_that_was_none_it_does_not_rest() {
        let wake = Wake::default();
        let mut rounds = Rounds::of(wake.clone());
        wake.wake();
        assert!(rounds.next(LONG).await);
        rounds.skip();
        wake.wake();
        assert_eq!(rounds.next(LONG).now_or_never(), Some(true));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_last_of_many_wakes_is_never_lost() {
        let (wake, done) = (Wake::default(), Arc::new(AtomicU32::new(0)));
        let (wakes, made) = (wake.clone(), Arc::clone(&done));
        let others = tokio::spawn(async move {
            for count in 1..=200 {
                made.store(count, Ordering::SeqCst);
                wakes.wake();
                tokio::time::sleep(Duration::from_micros(u64::from(count % 7) * 300)).await;
            }
        });
        let (mut rounds, mut seen, mut count) = (Rounds::of(wake), 0, 0);
        let began = Instant::now();
        while seen < 200 {
            assert!(rounds.next(LONG).await);
            seen = done.load(Ordering::SeqCst);
            count += 1;
        }
        others.await.unwrap();
        let most = began.elapsed().as_millis() / TOGETHER.as_millis() + 2;
        assert!(count <= most, "{count} rounds where {most} fit in");
    }
}
