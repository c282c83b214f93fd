//! Headers that are too many, too long, or too slow.

use super::victim::Victim;
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, sleep};

#[tokio::test(flavor = "multi_thread")]
async fn one_byte_a_second_does_not_hold_a_connection() {
    let victim = Victim::start(&[]).await;
    let slow = |text: &'static str| {
        let victim = &victim;
        async move {
            let (mut connection, began) = (victim.connect().await, Instant::now());
            for byte in text.bytes() {
                if !connection.send([byte]).await {
                    break;
                }
                sleep(Duration::from_secs(1)).await;
                if began.elapsed() > Duration::from_secs(14) {
                    break;
                }
            }
            let said = String::from_utf8(connection.rest().await).unwrap();
            assert!(
                said.is_empty() || said.starts_with("HTTP/1.1 408"),
                "{said}"
            );
            let took = began.elapsed();
            assert!(took < Duration::from_secs(20), "{took:?}");
        }
    };
    let requests = [
        "POST /graphql HTTP/1.1\r\nhost: lilium\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
        "",
    ];
    let all = (0..100).map(|at| slow(requests[at % requests.len()]));
    victim.stands(join_all(all)).await;
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_headers_of_a_later_request_have_no_more_time() {
    let victim = Victim::start(&[]).await;
    let mut connection = victim.connect().await;
    victim.answers(&mut connection).await;
    let began = Instant::now();
    connection.send("POST /graphql HTTP/1.1\r\n").await;
    assert_eq!(connection.rest().await, b"");
    let took = began.elapsed();
    assert!(
        took > Duration::from_secs(8) && took < Duration::from_secs(16),
        "{took:?}"
    );
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_and_too_long_headers_are_refused_at_once() {
    let victim = Victim::start(&[]).await;
    let with = |target: &str, headers: &str| {
        format!("GET {target} HTTP/1.1\r\nhost: lilium\r\n{headers}\r\n")
    };
    let many = |count: usize| -> String { (0..count).map(|at| format!("x-{at}: y\r\n")).collect() };
    let requests = [
        ("a hundred and one", with("/healthz", &many(101)), 431),
        ("five thousand", with("/healthz", &many(5_000)), 431),
        (
            "a long one",
            with("/healthz", &format!("x: {}\r\n", "y".repeat(40_000))),
            431,
        ),
        (
            "a longer one",
            with("/healthz", &format!("x: {}\r\n", "y".repeat(2_000_000))),
            431,
        ),
        (
            "a long name",
            with("/healthz", &format!("{}: y\r\n", "x".repeat(70_000))),
            400,
        ),
        (
            "many cookies",
            with("/healthz", &"cookie: a=b\r\n".repeat(200)),
            431,
        ),
        (
            "a long address",
            with(&format!("/healthz?{}", "a".repeat(70_000)), ""),
            414,
        ),
        ("no name", with("/healthz", ": y\r\n"), 400),
        (
            "a space before the colon",
            with("/healthz", "x : y\r\n"),
            400,
        ),
        ("a control character", with("/healthz", "x: \0\r\n"), 400),
        ("a folded line", with("/healthz", "x: y\r\n z\r\n"), 400),
    ];
    victim
        .stands(async {
            for (what, request, status) in &requests {
                let (answer, took) = victim.told(request).await;
                assert!(took < Duration::from_secs(3), "{what}: {took:?}");
                // Where more was sent than is read, the connection may end before the answer is heard.
                match answer {
                    Some(answer) => {
                        let refused = [*status, 400, 431].contains(&answer.status);
                        assert!(refused, "{what}: {}", answer.head);
                        assert!(answer.body.len() < 500, "{what}");
                    }
                    None => assert!(request.len() > 60_000, "{what}"),
                }
            }
        })
        .await;
    victim.ends();
}
