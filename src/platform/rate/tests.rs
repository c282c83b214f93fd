//! In the process and in Redis the same rule holds: never more is admitted than the rule says, and nobody waits longer than told.

use super::process::InProcess;
use super::shared::Shared;
use super::{Charge, Key, Limiter, Micros, Rule};
use crate::platform::cache::tests::{RedisServer, address};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rustix::process::Signal;
use std::error::Error;
use std::time::{Duration, Instant};

type Outcome = Result<(), Box<dyn Error>>;

const SECOND: Micros = 1_000_000;
/// When the controlled clock begins.
const BEGIN: Micros = 1_000_000 * SECOND;

fn charge(what: &'static str, whose: u128, most: u32, amount: u32) -> Charge {
    Charge {
        key: Key { what, whose },
        rule: Rule::per_minute(most).unwrap(),
        amount,
    }
}

/// A rule's amount a minute, and when how much is asked for: microseconds after the one before.
type Story = (u32, Vec<(Micros, u32)>);

fn stories() -> impl Strategy<Value = Story> {
    let pause = prop_oneof![Just(0), 0..SECOND, 0..40 * SECOND];
    (
        1_u32..100,
        proptest::collection::vec((pause, 1_u32..30), 1..60),
    )
}

/// What was admitted when.
type Admitted = Vec<(Micros, u32)>;

/// In no span of time more than all at once and what was paid back meanwhile.
fn check(most: u32, admitted: &Admitted) {
    for (first, (begin, _)) in admitted.iter().enumerate() {
        let mut spent = 0;
        for (at, amount) in &admitted[first..] {
            spent += u64::from((*amount).min(most));
            let paid_back = (at - begin) * u64::from(most) / (60 * SECOND);
            assert!(
                spent <= u64::from(most) + paid_back,
                "{spent} of {most} in {} microseconds",
                at - begin
            );
        }
    }
}

proptest! {
    #[test]
    fn in_the_process_never_more_is_admitted_and_nobody_waits_longer((most, asked) in stories()) {
        let counts = InProcess::of(100);
        let (mut now, mut admitted) = (BEGIN, Vec::new());
        for (pause, amount) in asked {
            now += pause;
            let charge = charge("test", 7, most, amount);
            if let Err(wait) = counts.take(&[charge], now) {
                prop_assert!(wait.0 > 0 && wait.0 <= charge.takes());
                now += wait.0 - 1;
                prop_assert_eq!(counts.take(&[charge], now).unwrap_err().0, 1);
                now += 1;
                prop_assert!(counts.take(&[charge], now).is_ok());
            }
            admitted.push((now, amount));
        }
        check(most, &admitted);
    }
}

/// The waits of charges in Redis, once it answers.
async fn told(shared: &Shared, charges: &[Charge], now: Micros) -> Vec<Micros> {
    let start = Instant::now();
    loop {
        if let Some(waits) = shared.take(charges, now).await {
            return waits;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "Redis is silent");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn in_redis_never_more_is_admitted_and_nobody_waits_longer() -> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(_server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let shared = Shared::open(&address(folder.path()))?;
    let mut runner = TestRunner::deterministic();
    for whose in 0..40 {
        let (most, asked) = stories().new_tree(&mut runner).unwrap().current();
        let (mut now, mut admitted) = (BEGIN, Vec::new());
        for (pause, amount) in asked {
            now += pause;
            let charges = [charge("test", whose, most, amount)];
            let wait = told(&shared, &charges, now).await[0];
            if wait > 0 {
                assert!(wait <= charges[0].takes());
                assert_eq!(told(&shared, &charges, now + wait - 1).await, [1]);
                now += wait;
                assert_eq!(told(&shared, &charges, now).await, [0]);
            }
            admitted.push((now, amount));
        }
        check(most, &admitted);
    }
    Ok(())
}

#[test]
fn all_charges_are_counted_or_none() {
    let counts = InProcess::of(100);
    let (plenty, scarce) = (charge("plenty", 1, 10, 1), charge("scarce", 1, 2, 1));
    for admitted in [true, true, false, false] {
        assert_eq!(counts.take(&[plenty, scarce], BEGIN).is_ok(), admitted);
    }
    // Eight are left of what was there plenty of.
    let eight = charge("plenty", 1, 10, 8);
    assert!(counts.take(&[eight], BEGIN).is_ok());
    assert!(counts.take(&[plenty], BEGIN).is_err());
}

#[test]
fn one_minute_is_given_back_in_a_minute_and_not_more() {
    let counts = InProcess::of(100);
    let one = charge("test", 1, 6, 1);
    let admitted = |now: Micros| (0..20).filter(|_| counts.take(&[one], now).is_ok()).count();
    assert_eq!(admitted(BEGIN), 6);
    assert_eq!(admitted(BEGIN + 10 * SECOND - 1), 0);
    assert_eq!(admitted(BEGIN + 10 * SECOND), 1);
    assert_eq!(admitted(BEGIN + 3_600 * SECOND), 6);
}

#[test]
fn a_charge_of_more_than_there_can_be_takes_all_there_is() {
    let counts = InProcess::of(100);
    let huge = charge("test", 1, 6, u32::MAX);
    assert!(counts.take(&[huge], BEGIN).is_ok());
    assert_eq!(counts.take(&[huge], BEGIN).unwrap_err().seconds(), 60);
    assert!(counts.take(&[huge], BEGIN + 60 * SECOND).is_ok());
}

#[test]
fn keys_are_bounded_and_whoever_owes_most_is_remembered() {
    let counts = InProcess::of(1_000);
    let debtor = charge("test", u128::MAX, 60, 60);
    assert!(counts.take(&[debtor], BEGIN).is_ok());
    for whose in 0..50_000 {
        // Each owes a second.
        assert!(counts.take(&[charge("test", whose, 60, 1)], BEGIN).is_ok());
        assert!(counts.keys() <= 1_100, "{}", counts.keys());
    }
    assert!(counts.take(&[debtor], BEGIN).is_err());
}

#[tokio::test]
async fn of_many_at_once_in_two_processes_exactly_so_many_are_admitted() -> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(_server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let (one, other) = (
        Limiter::redis(&address(folder.path()))?,
        Limiter::redis(&address(folder.path()))?,
    );
    for limiter in [&one, &other] {
        told(
            limiter.0.shared.as_ref().unwrap(),
            &[charge("warm", 1, 100, 1)],
            0,
        )
        .await;
    }
    let charges = [charge("few", 1, 7, 1), charge("plenty", 1, 100, 1)];
    let asked = (0..50).map(|at| {
        let limiter = if at % 2 == 0 { &one } else { &other };
        limiter.settle(None, &charges)
    });
    let answers = futures_util::future::join_all(asked).await;
    assert_eq!(answers.iter().filter(|it| it.is_ok()).count(), 7);
    // What was refused has moved nothing.
    let rest = [charge("plenty", 1, 100, 93)];
    assert!(one.settle(None, &rest).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_redis_that_goes_away_gives_nobody_more_than_the_process_admits_and_is_used_again()
-> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let url = address(folder.path());
    let (one, other) = (Limiter::redis(&url)?, Limiter::redis(&url)?);
    let few = [charge("few", 1, 5, 1)];
    for limiter in [&one, &other] {
        told(
            limiter.0.shared.as_ref().unwrap(),
            &[charge("warm", 1, 100, 1)],
            0,
        )
        .await;
    }
    for _ in 0..5 {
        assert!(one.settle(None, &few).await.is_ok());
    }
    // The other process learns of it from Redis.
    assert!(other.settle(None, &few).await.is_err());
    drop(server);
    for _ in 0..20 {
        assert!(one.settle(None, &few).await.is_err());
        assert!(other.settle(None, &few).await.is_err());
    }
    // Without Redis each process counts for itself.
    let others = [charge("few", 2, 5, 1)];
    for limiter in [&one, &other] {
        for admitted in [true, true, true, true, true, false] {
            assert_eq!(limiter.settle(None, &others).await.is_ok(), admitted);
        }
    }
    let Some(_server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let start = Instant::now();
    let mut whose = 100;
    // Redis is used again when what one has spent the other may not spend.
    loop {
        whose += 1;
        let all = [charge("few", whose, 5, 5)];
        assert!(one.settle(None, &all).await.is_ok());
        if other.settle(None, &all).await.is_err() {
            return Ok(());
        }
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "Redis is not used again"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_redis_that_hangs_is_waited_for_once() -> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let limiter = Limiter::redis(&address(folder.path()))?;
    let warm = [charge("warm", 1, 1_000, 1)];
    told(limiter.0.shared.as_ref().unwrap(), &warm, 0).await;
    server.signal(Signal::STOP)?;
    let start = Instant::now();
    for _ in 0..200 {
        assert!(limiter.settle(None, &warm).await.is_ok());
    }
    assert!(
        start.elapsed() < Duration::from_millis(600),
        "{:?}",
        start.elapsed()
    );
    server.signal(Signal::CONT)?;
    told(limiter.0.shared.as_ref().unwrap(), &warm, 0).await;
    Ok(())
}

#[tokio::test]
async fn keys_in_redis_leave_by_themselves() -> Outcome {
    let folder = tempfile::tempdir()?;
    let Some(_server) = RedisServer::start(folder.path())? else {
        return Ok(());
    };
    let url = address(folder.path());
    let shared = Shared::open(&url)?;
    // Paid back after a tenth of a second.
    assert_eq!(told(&shared, &[charge("short", 1, 600, 1)], 0).await, [0]);
    let client = crate::platform::redis::client(&url)?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    let start = Instant::now();
    loop {
        let keys: Vec<String> = redis::cmd("KEYS")
            .arg("*")
            .query_async(&mut connection)
            .await?;
        if keys.is_empty() {
            return Ok(());
        }
        assert_eq!(keys, ["lilium:rate:short:1"]);
        assert!(start.elapsed() < Duration::from_secs(10), "{keys:?} stay");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
