//! Floods on one connection of HTTP/2.

use super::victim::Victim;
use crate::support::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, Frames, GOAWAY, HEADERS, PING, RST_STREAM,
    SETTINGS, WINDOW_UPDATE, block, frame, get, post,
};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_secs(20);

const LISTING: &[u8] =
    br#"{"query":"{ products(first: 50) { nodes { id title variants(first: 10) { nodes { id } } } } }"}"#;

/// Odd, and never the same twice.
fn streams() -> impl Iterator<Item = u32> {
    (1..).step_by(2)
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_is_spoken_at_all() {
    let victim = Victim::start(&[]).await;
    let mut frames = Frames::to(victim.address(), &[]).await;
    frames.send(frame(HEADERS, END_HEADERS, 1, &post())).await;
    frames
        .send(frame(DATA, END_STREAM, 1, br#"{"query":"{__typename}"}"#))
        .await;
    let body = loop {
        let next = frames.next(PATIENCE).await.expect("no answer");
        if next.kind == DATA {
            break String::from_utf8(next.payload).unwrap();
        }
    };
    assert!(
        body.contains("QueryRoot") || body.contains("Query"),
        "{body}"
    );
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_called_off_at_once_end_the_connection() {
    let victim = Victim::start(&[]).await;
    let flood = || async {
        let mut frames = Frames::to(victim.address(), &[]).await;
        let began = Instant::now();
        let mut sent = 0;
        for chunk in streams().take(20_000).collect::<Vec<_>>().chunks(100) {
            let mut bytes = Vec::new();
            for stream in chunk {
                bytes.extend(frame(HEADERS, END_HEADERS, *stream, &post()));
                bytes.extend(frame(DATA, END_STREAM, *stream, LISTING));
                bytes.extend(frame(RST_STREAM, 0, *stream, &8u32.to_be_bytes()));
            }
            if !frames.send(bytes).await {
                break;
            }
            sent += chunk.len();
        }
        // The flood is over before it was sent, and nobody waits for what of it was begun.
        assert!(frames.has_ended(PATIENCE).await, "after {sent}");
        assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    };
    victim.stands(join_all((0..10).map(|_| flood()))).await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_requests_than_may_run_are_refused_one_by_one() {
    let victim = Victim::start(&[]).await;
    let mut frames = Frames::to(victim.address(), &[]).await;
    let mut settings = frames.next(PATIENCE).await.unwrap();
    while settings.kind != SETTINGS || settings.flags == END_STREAM {
        settings = frames.next(PATIENCE).await.unwrap();
    }
    let said = settings.payload.chunks(6).map(|it| {
        let value = u32::from_be_bytes(it[2..].try_into().unwrap());
        (u16::from_be_bytes([it[0], it[1]]), value)
    });
    let said: Vec<(u16, u32)> = said.collect();
    // MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE.
    assert!(said.contains(&(3, 100)), "{said:?}");
    assert!(
        said.iter()
            .any(|(name, value)| *name == 6 && *value <= 128 * 1024),
        "{said:?}"
    );
    // Bodies that never come: a hundred wait for ten seconds, the others are refused.
    let refused = victim
        .stands(async {
            for stream in streams().take(160) {
                frames
                    .send(frame(HEADERS, END_HEADERS, stream, &post()))
                    .await;
            }
            let (began, mut refused) = (Instant::now(), 0);
            while began.elapsed() < Duration::from_secs(3) {
                match frames.next(Duration::from_millis(500)).await {
                    Some(frame) if frame.kind == RST_STREAM => refused += 1,
                    Some(_) => {}
                    None => break,
                }
            }
            refused
        })
        .await;
    assert!(
        refused == 60 || frames.has_ended(PATIENCE).await,
        "{refused}"
    );
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end_are_cut_off() {
    let victim = Victim::start(&[]).await;
    let more = block(&[("x-a", &"b".repeat(4_000))]);
    let flood = |pieces: usize, piece: Vec<u8>| {
        let victim = &victim;
        async move {
            let mut frames = Frames::to(victim.address(), &[]).await;
            frames.send(frame(HEADERS, 0, 1, &post())).await;
            let mut sent = 0;
            while sent < pieces && frames.send(frame(CONTINUATION, 0, 1, &piece)).await {
                sent += 1;
            }
            assert!(frames.has_ended(PATIENCE).await, "after {sent}");
        }
    };
    victim
        .stands(async {
            flood(100_000, more.clone()).await;
            // Frames with nothing in them are endless, too.
            flood(500_000, Vec::new()).await;
        })
        .await;
    // A bomb: one name and value of four thousand bytes, said again in a byte each.
    let mut bomb = post();
    bomb.push(0x40);
    bomb.extend(&block(&[("x-bomb", &"b".repeat(4_000))])[1..]);
    bomb.extend(vec![0x80 | 62; 12_000]);
    victim
        .stands(async {
            for stream in streams().take(50) {
                let mut frames = Frames::to(victim.address(), &[]).await;
                frames
                    .send(frame(HEADERS, END_HEADERS | END_STREAM, stream, &bomb))
                    .await;
                let begun = Instant::now();
                let mut answered = Vec::new();
                while let Some(next) = frames.next(Duration::from_secs(2)).await {
                    if [HEADERS, RST_STREAM, GOAWAY].contains(&next.kind) {
                        answered.push(next.kind);
                        break;
                    }
                }
                assert!(begun.elapsed() < Duration::from_secs(5));
                assert!(!answered.is_empty(), "nothing was said to a bomb");
            }
        })
        .await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_ask_for_answers_do_not_pile_up() {
    let victim = Victim::start(&[]).await;
    let flood = |what: Vec<u8>| {
        let victim = &victim;
        async move {
            let mut frames = Frames::to(victim.address(), &[]).await;
            let (many, began) = (what.repeat(1_000), Instant::now());
            // Nothing of what is answered is read.
            while began.elapsed() < Duration::from_secs(4) && frames.send(&many).await {}
        }
    };
    victim
        .stands(async {
            flood(frame(PING, 0, 0, &[7; 8])).await;
            flood(frame(SETTINGS, 0, 0, &[])).await;
            flood(frame(WINDOW_UPDATE, 0, 0, &1u32.to_be_bytes())).await;
            flood(frame(DATA, 0, 1, &[])).await;
        })
        .await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_takes_are_bounded() {
    let victim = Victim::start(&[]).await;
    victim
        .stands(async {
            let mut readers = Vec::new();
            for at in 0..4 {
                // INITIAL_WINDOW_SIZE: no byte of an answer may be sent, or one.
                let mut frames = Frames::to(victim.address(), &[(4, at % 2)]).await;
                for stream in streams().take(100) {
                    frames
                        .send(frame(HEADERS, END_HEADERS, stream, &post()))
                        .await;
                    frames.send(frame(DATA, END_STREAM, stream, LISTING)).await;
                }
                readers.push(frames);
            }
            sleep(Duration::from_secs(6)).await;
        })
        .await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_this_very_host_may_open_streams_by_http2_too() {
    let victim = Victim::start(&[]).await;
    for (origin, is_admitted) in [
        ("https://lilium", true),
        ("https://elsewhere.example", false),
    ] {
        let mut frames = Frames::to(victim.address(), &[]).await;
        let mut headers = get("/graphql?query=%7B__typename%7D");
        headers.extend(block(&[
            ("accept", "text/event-stream"),
            ("origin", origin),
        ]));
        let asks = frame(HEADERS, END_HEADERS | END_STREAM, 1, &headers);
        frames.send(asks).await;
        let answer = loop {
            let next = frames.next(PATIENCE).await.expect("no answer");
            if next.kind == HEADERS {
                break next.payload;
            }
        };
        // As HPACK has it, 0x88 is 200.
        assert_eq!(answer[0] == 0x88, is_admitted, "{origin}: {answer:?}");
    }
    victim.ends();
}

/// The headers of a query by somebody whom a proxy names.
fn asks() -> Vec<u8> {
    let mut headers = get("/graphql?query=%7Bshop%7Bname%7D%7D");
    headers.extend(block(&[("x-forwarded-for", "203.0.113.7")]));
    headers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_requests_leaves_room_for_others() {
    let settings = [
        ("DATABASE_POOL", "4"),
        ("LILIUM_TRUSTED_PROXIES", "127.0.0.1"),
        ("LILIUM_RATE_REQUESTS", "off"),
        ("LILIUM_RATE_COST", "off"),
    ];
    let victim = Victim::start(&settings).await;
    let flood = || async {
        let mut frames = Frames::to(victim.address(), &[]).await;
        let (began, mut streams, mut answers) = (Instant::now(), streams(), 0);
        let asked = |stream: u32| frame(HEADERS, END_HEADERS | END_STREAM, stream, &asks());
        for stream in streams.by_ref().take(100) {
            frames.send(asked(stream)).await;
        }
        while began.elapsed() < Duration::from_secs(5) {
            let Some(next) = frames.next(Duration::from_secs(5)).await else {
                break;
            };
            if next.kind == DATA && next.flags & END_STREAM != 0 {
                answers += 1;
                // There is always another one.
                let stream = streams.next().unwrap();
                frames.send(asked(stream)).await;
                let room = u32::try_from(next.payload.len()).unwrap().max(1);
                frames
                    .send(frame(WINDOW_UPDATE, 0, 0, &room.to_be_bytes()))
                    .await;
            }
        }
        answers
    };
    // Three hundred at a time, of a hundred and forty-four places.
    let answers = victim.stands(join_all((0..3).map(|_| flood()))).await;
    assert!(answers.iter().all(|it| *it > 100), "{answers:?}");
    victim.ends();
}
