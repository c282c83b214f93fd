//! Many connections, and many requests on one.

use super::victim::Victim;
use crate::support::raw::post;
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_idle_connections_are_held_and_let_go() {
    let victim = Victim::start(&[]).await;
    let (before, memory) = (victim.open_files(), victim.peak_memory());
    victim
        .stands(async {
            let mut idle = Vec::new();
            let mut most = 0;
            for at in 0..3_000 {
                idle.push(victim.connect().await);
                if at % 250 == 0 || at > 2_900 {
                    most = most.max(victim.open_files());
                }
            }
            // On a slow machine the first are let go before the last have come.
            assert!(most >= before + 2_000, "{most}");
            // None of them says anything: the time for their first headers is over.
            let began = Instant::now();
            while victim.open_files() > before + 100 {
                assert!(
                    began.elapsed() < Duration::from_secs(30),
                    "{}",
                    victim.open_files()
                );
                sleep(Duration::from_millis(200)).await;
            }
        })
        .await;
    assert!(
        victim.peak_memory() < memory + 100,
        "{} MB",
        victim.peak_memory()
    );
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_bound_it_is_said_at_once_and_later_there_is_room_again() {
    let victim = Victim::start(&[("LILIUM_CONNECTIONS", "40")]).await;
    let mut inside = Vec::new();
    for _ in 0..40 {
        let mut connection = victim.connect().await;
        victim.answers(&mut connection).await;
        inside.push(connection);
    }
    let outside = (0..500).map(|_| async {
        let (began, mut told) = (Instant::now(), false);
        // In so great a crowd some are not even told.
        if let Ok(mut connection) = victim.try_connect().await {
            let asks = post(&json!({ "query": "{ __typename }" }));
            if let Some(answer) = connection.ask(&asks).await {
                assert_eq!(answer.status, 503);
                assert_eq!(answer.header("retry-after"), "2");
                assert_eq!(
                    answer.json()["errors"][0]["extensions"]["code"],
                    "SERVICE_UNAVAILABLE"
                );
                told = true;
            }
        }
        (began.elapsed(), told)
    });
    let outside = join_all(outside).await;
    assert!(
        outside.iter().all(|it| it.0 < Duration::from_secs(5)),
        "{outside:?}"
    );
    // As many as are told at a time, at least by half: others take the place of who was told.
    let told = outside.iter().filter(|it| it.1).count();
    assert!(told >= 32, "{told}");
    // Who is inside notices nothing.
    for connection in &mut inside {
        victim.answers(connection).await;
    }
    let (told, _) = victim
        .told(post(&json!({ "query": "{ __typename }" })))
        .await;
    assert_eq!(told.unwrap().status, 503);
    drop(inside);
    sleep(Duration::from_millis(500)).await;
    victim.answers(&mut victim.connect().await).await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_files_neither_end_it_nor_keep_it_busy() {
    // Fewer files than connections: the system itself refuses.
    let victim = Victim::start(&[]).await;
    victim.may_open(120);
    let mut crowd = Vec::new();
    for _ in 0..300 {
        crowd.extend(victim.try_connect().await.ok());
    }
    let began = victim.processor_time();
    sleep(Duration::from_secs(2)).await;
    let busy = victim.processor_time() - began;
    assert!(busy < Duration::from_secs(1), "{busy:?}");
    drop(crowd);
    sleep(Duration::from_secs(2)).await;
    victim.answers(&mut victim.connect().await).await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_pipelined_requests_is_answered_one_by_one() {
    let victim = Victim::start(&[]).await;
    let flood = || async {
        let mut connection = victim.connect().await;
        let asks =
            "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: lilium\r\n\r\n".repeat(200);
        let began = Instant::now();
        // Nothing of what is answered is read: in the end nothing more is taken.
        while began.elapsed() < Duration::from_secs(4) {
            let sent = tokio::time::timeout(Duration::from_secs(1), connection.send(&asks)).await;
            if !matches!(sent, Ok(true)) {
                break;
            }
        }
        connection.answer().await.map(|it| it.status)
    };
    let first = victim.stands(join_all((0..8).map(|_| flood()))).await;
    assert!(
        first.iter().all(|it| it.is_none_or(|it| it == 200)),
        "{first:?}"
    );
    victim.ends();
}
