//! Messages whose end two readers may see at two places.
//!
//! Where a proxy and the program disagree about where a request ends, the rest of one client's request becomes the beginning of
//! another's. So what is ambiguous is refused, or read by the one rule there is and nothing after it on the same connection.

use super::victim::Victim;
use std::time::Duration;

/// What must never be taken for a request.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nhost: lilium\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ambiguous_has_one_answer_and_nothing_after_it() {
    let victim = Victim::start(&[]).await;
    let json = r#"{"query":"{__typename}"}"#;
    let post = |headers: &str, body: &str| {
        format!(
            "POST /graphql HTTP/1.1\r\nhost: lilium\r\ncontent-type: application/json\r\n{headers}\r\n\r\n{body}"
        )
    };
    let (length, whole) = (json.len(), format!("{json}{HIDDEN}"));
    let chunked = format!("{:x}\r\n{json}\r\n0\r\n\r\n{HIDDEN}", json.len());
    let long = whole.len();
    let requests = [
        (
            "two lengths",
            post(
                &format!("content-length: {length}\r\ncontent-length: {long}"),
                &whole,
            ),
            400,
        ),
        (
            "two lengths in one line",
            post(&format!("content-length: {length}, {long}"), &whole),
            400,
        ),
        (
            "a signed length",
            post(&format!("content-length: +{length}"), &whole),
            400,
        ),
        ("a negative length", post("content-length: -1", &whole), 400),
        (
            "a length in hexadecimal",
            post("content-length: 0x18", &whole),
            400,
        ),
        (
            "a length beyond numbers",
            post("content-length: 99999999999999999999999", &whole),
            400,
        ),
        (
            "length, then chunks",
            post(
                &format!("content-length: {length}\r\ntransfer-encoding: chunked"),
                &chunked,
            ),
            200,
        ),
        (
            "chunks, then length",
            post(
                &format!("transfer-encoding: chunked\r\ncontent-length: {length}"),
                &chunked,
            ),
            200,
        ),
        (
            "an unknown encoding",
            post("transfer-encoding: identity", &whole),
            400,
        ),
        (
            "an encoding in disguise",
            post("transfer-encoding: xchunked", &chunked),
            400,
        ),
        (
            "chunks not at last",
            post("transfer-encoding: chunked, identity", &chunked),
            400,
        ),
        (
            "a space before the colon",
            post("transfer-encoding : chunked", &chunked),
            400,
        ),
        (
            "another line's end",
            post(
                "x: y\ntransfer-encoding: chunked\r\ncontent-length: 4",
                &chunked,
            ),
            200,
        ),
        (
            "a size that overflows",
            post(
                "transfer-encoding: chunked",
                &format!("10000000000000000\r\n{json}\r\n0\r\n\r\n{HIDDEN}"),
            ),
            400,
        ),
        (
            "a size that is none",
            post(
                "transfer-encoding: chunked",
                &format!("zz\r\n{json}\r\n0\r\n\r\n{HIDDEN}"),
            ),
            400,
        ),
    ];
    victim
        .stands(async {
            for (what, request, status) in &requests {
                let mut connection = victim.connect().await;
                connection.send(request).await;
                let said = tokio::time::timeout(Duration::from_secs(20), connection.rest()).await;
                let said = said.unwrap_or_else(|_| panic!("{what}: the connection stays open"));
                let said = String::from_utf8(said).unwrap();
                assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "{what}: {said}");
                assert!(
                    said.starts_with(&format!("HTTP/1.1 {status} ")),
                    "{what}: {said}"
                );
            }
        })
        .await;
    // Encoded twice, or by HTTP/1.0, which knows no chunks.
    for request in [
        post(
            "transfer-encoding: chunked\r\ntransfer-encoding: identity",
            &chunked,
        ),
        post("transfer-encoding: chunked", &chunked)
            .replace("HTTP/1.1\r\nhost", "HTTP/1.0\r\nhost"),
    ] {
        let mut connection = victim.connect().await;
        connection.send(&request).await;
        let said = String::from_utf8(connection.rest().await).unwrap();
        assert!(
            said.starts_with("HTTP/1.1 400") || said.starts_with("HTTP/1.0 400"),
            "{request}: {said}"
        );
        assert_eq!(said.matches("HTTP/1.").count(), 1, "{said}");
    }
    victim.ends();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cannot_be_split() {
    let victim = Victim::start(&[]).await;
    for id in [
        "a%0d%0ainjected: yes",
        "a\u{b}injected: yes",
        "a\tinjected: yes",
    ] {
        let request = format!(
            "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: lilium\r\nx-request-id: {id}\r\n\r\n"
        );
        let (answer, _) = victim.told(request).await;
        if let Some(answer) = answer {
            assert_eq!(answer.header("injected"), "", "{}", answer.head);
            assert!(!answer.head.contains("yes"), "{}", answer.head);
        }
    }
    victim.ends();
}
