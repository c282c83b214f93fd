//! WebSockets that are begun and not gone on with.

use super::victim::Victim;
use crate::support::raw::Raw;
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const HANDSHAKE: &str = "GET /graphql HTTP/1.1\r\nhost: lilium\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n";

/// A frame's head with a mask of zeros: what follows is sent as it is.
fn head(opcode: u8, length: u64) -> Vec<u8> {
    let mut head = vec![opcode];
    match length {
        0..=125 => head.push(0x80 | length as u8),
        126..=65_535 => {
            head.push(0x80 | 126);
            head.extend((length as u16).to_be_bytes());
        }
        _ => {
            head.push(0x80 | 127);
            head.extend(length.to_be_bytes());
        }
    }
    head.extend([0; 4]);
    head
}

async fn socket(victim: &Victim) -> Raw {
    let mut connection = victim.connect().await;
    let answer = connection.ask(HANDSHAKE).await.unwrap();
    assert_eq!(answer.status, 101, "{}", answer.head);
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn half_of_a_frame_holds_a_socket_no_longer_than_silence() {
    let victim = Victim::start(&[]).await;
    let init = br#"{"type":"connection_init"}"#;
    let half = [head(0x81, init.len() as u64), init[..10].to_vec()].concat();
    let begun = [head(0x01, 5), b"{\"typ".to_vec()].concat();
    let attacks = [
        ("nothing", Vec::new()),
        ("half a head", vec![0x81]),
        ("half a message", half),
        ("a fragment without an end", begun),
    ];
    let all = attacks.iter().cycle().take(200).map(|(what, bytes)| {
        let victim = &victim;
        async move {
            let mut socket = socket(victim).await;
            socket.send(bytes).await;
            let began = Instant::now();
            let rest = socket.rest().await;
            // 4408: no init came. Where a frame is half read, the connection may end without a word.
            let told = rest.is_empty() || rest.windows(2).any(|it| it == 4408u16.to_be_bytes());
            assert!(told, "{what}: {rest:?}");
            let took = began.elapsed();
            assert!(took < Duration::from_secs(25), "{what}: {took:?}");
        }
    });
    victim.stands(join_all(all)).await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_claim_to_be_huge_are_refused_by_their_head() {
    let victim = Victim::start(&[]).await;
    victim
        .stands(async {
            for length in [300_000, 1 << 31, 1 << 40, u64::MAX >> 1, u64::MAX] {
                let mut socket = socket(&victim).await;
                socket.send(head(0x81, length)).await;
                let began = Instant::now();
                socket.rest().await;
                assert!(began.elapsed() < Duration::from_secs(8), "{length}");
            }
        })
        .await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn fragments_without_end_are_cut_off() {
    let victim = Victim::start(&[]).await;
    victim
        .stands(async {
            for size in [0, 1, 1_000] {
                let mut socket = socket(&victim).await;
                let fragment = [head(0x00, size), vec![b' '; size as usize]].concat();
                socket.send([head(0x01, 1), vec![b'{']].concat()).await;
                let (many, began) = (fragment.repeat(500), Instant::now());
                let mut ended = false;
                while began.elapsed() < Duration::from_secs(25) {
                    let sent = tokio::time::timeout(Duration::from_secs(3), socket.send(&many));
                    if !matches!(sent.await, Ok(true)) {
                        ended = true;
                        break;
                    }
                    sleep(Duration::from_millis(1)).await;
                }
                assert!(ended, "{size}");
            }
        })
        .await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn handshakes_that_are_none_are_refused() {
    let victim = Victim::start(&[]).await;
    for (what, request) in [
        (
            "another version",
            HANDSHAKE.replace("version: 13", "version: 8"),
        ),
        (
            "no key",
            HANDSHAKE.replace("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""),
        ),
        (
            "no connection",
            HANDSHAKE.replace("connection: upgrade\r\n", ""),
        ),
        (
            "a foreign page",
            HANDSHAKE.replace(
                "host: lilium",
                "host: lilium\r\norigin: https://evil.example",
            ),
        ),
    ] {
        let (answer, _) = victim.told(&request).await;
        let status = answer.unwrap().status;
        assert!((400..500).contains(&status), "{what}: {status}");
    }
    victim.ends();
}
