//! Bodies that are too long, too slow, or no JSON.

use super::victim::Victim;
use crate::support::raw::{Raw, RawAnswer};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const HEAD: &str = "POST /graphql HTTP/1.1\r\nhost: lilium\r\ncontent-type: application/json\r\n";

const MEGABYTE: usize = 1024 * 1024;

fn code(answer: &RawAnswer) -> String {
    let code = &answer.json()["errors"][0]["extensions"]["code"];
    code.as_str().unwrap_or_default().to_owned()
}

/// Sends pieces until nobody takes them any more, at most so many bytes in all; how many were sent.
async fn pour(connection: &mut Raw, piece: &[u8], most: usize) -> usize {
    let mut sent = 0;
    while sent < most && connection.send(piece).await {
        sent += piece.len();
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_megabytes_are_refused_and_not_kept() {
    let victim = Victim::start(&[]).await;
    let one = |head: String, chunked: bool| {
        let victim = &victim;
        async move {
            let mut connection = victim.connect().await;
            let began = Instant::now();
            connection.send(format!("{HEAD}{head}\r\n\r\n")).await;
            let mut piece = vec![b' '; 64 * 1024];
            if chunked {
                piece = [b"10000\r\n".as_slice(), &piece, b"\r\n"].concat();
            }
            pour(&mut connection, &piece, 20 * MEGABYTE).await;
            let answer = connection.answer().await.expect("no clear answer");
            assert_eq!(
                (answer.status, code(&answer)),
                (413, "PAYLOAD_TOO_LARGE".to_owned())
            );
            assert_eq!(answer.header("connection"), "close");
            assert!(answer.body.len() < 500);
            assert!(
                began.elapsed() < Duration::from_secs(10),
                "{:?}",
                began.elapsed()
            );
        }
    };
    let length = format!("content-length: {}", 20 * MEGABYTE);
    let chunked = "transfer-encoding: chunked".to_owned();
    victim
        .stands(async {
            join_all((0..8).map(|at| match at % 2 {
                0 => one(length.clone(), false),
                _ => one(chunked.clone(), true),
            }))
            .await
        })
        .await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_end_is_cut_off() {
    let victim = Victim::start(&[]).await;
    let sent = victim
        .stands(async {
            let mut connection = victim.connect().await;
            connection
                .send(format!("{HEAD}transfer-encoding: chunked\r\n\r\n"))
                .await;
            let piece = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
            let began = Instant::now();
            let sent = pour(&mut connection, &piece, 400 * MEGABYTE).await;
            assert!(began.elapsed() < Duration::from_secs(20));
            sent
        })
        .await;
    // What is let pass after the refusal, and what lies in the buffers of two systems.
    assert!(sent < 100 * MEGABYTE, "{} MB", sent / MEGABYTE);
    // Chunks of one byte, each with a long extension, that are bounded by time and by their number, too.
    victim
        .stands(async {
            let mut connection = victim.connect().await;
            connection
                .send(format!("{HEAD}transfer-encoding: chunked\r\n\r\n"))
                .await;
            let chunk = format!("1;{}\r\n \r\n", "e".repeat(1_000)).repeat(64);
            let began = Instant::now();
            pour(&mut connection, chunk.as_bytes(), 200 * MEGABYTE).await;
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{:?}",
                began.elapsed()
            );
        })
        .await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_byte_a_second_is_answered_in_time() {
    let victim = Victim::start(&[]).await;
    let slow = || async {
        let mut connection = victim.connect().await;
        connection
            .send(format!("{HEAD}content-length: 60\r\n\r\n"))
            .await;
        // The whole would take a minute.
        for byte in std::iter::repeat_n(b" ", 12) {
            connection.send(byte).await;
            sleep(Duration::from_secs(1)).await;
        }
        let answer = connection.answer().await.expect("no clear answer");
        assert_eq!(
            (answer.status, code(&answer)),
            (408, "REQUEST_TIMEOUT".to_owned())
        );
        assert_eq!(answer.header("connection"), "close");
    };
    victim.stands(join_all((0..50).map(|_| slow()))).await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_and_forms_are_not_read() {
    let victim = Victim::start(&[]).await;
    // One file, mapped to two hundred thousand places.
    let map: String = (0..200_000)
        .map(|at| format!("\"variables.f.{at}\","))
        .collect();
    let parts = format!(
        "--x\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{{\"query\":\"mutation {{ a }}\"}}\r\n\
         --x\r\ncontent-disposition: form-data; name=\"map\"\r\n\r\n{{\"0\":[{}]}}\r\n--x--\r\n",
        map.trim_end_matches(',')
    );
    victim
        .stands(async {
            for kind in [
                "multipart/form-data; boundary=x",
                "multipart/form-data",
                "application/x-www-form-urlencoded",
                "text/plain",
                "application/graphql",
                "application/json; charset=utf-7",
            ] {
                let request = format!(
                    "POST /graphql HTTP/1.1\r\nhost: lilium\r\ncontent-type: {kind}\r\nx-lilium-csrf: 1\r\ncontent-length: {}\r\n\r\n{parts}",
                    parts.len()
                );
                let (answer, took) = victim.told(request).await;
                let answer = answer.expect("no clear answer");
                assert_eq!(answer.status, 415, "{kind}");
                assert!(took < Duration::from_secs(5), "{kind}: {took:?}");
                assert!(answer.body.len() < 500);
            }
        })
        .await;
    victim.ends();
}
