//! How sockets end.

mod handshake;

use super::{
    live::{Client, LONG, Live},
    *,
};
use tokio_tungstenite::tungstenite::{Error, Message};

const INIT: &str = r#"{"type":"connection_init"}"#;

fn short() -> LiveSettings {
    LiveSettings {
        init_deadline: Duration::from_millis(50),
        ping_interval: Duration::from_millis(40),
        silence: Duration::from_millis(150),
        write_deadline: Duration::from_millis(100),
        close_deadline: Duration::from_millis(300),
        drain: Duration::from_millis(100),
        ..LiveSettings::default()
    }
}

#[tokio::test]
async fn without_init_in_time() {
    let live = Live::with(short()).await;
    let mut client = live.socket().await;
    client.say(json!({ "type": "ping" })).await;
    client.hear().await;
    assert_eq!(client.is_closed().await.0, 4408);
    live.is_quiet().await;
}

#[tokio::test]
async fn an_init_in_time_keeps_it_open() {
    let live = Live::with(short()).await;
    let mut client = live.acknowledged().await;
    client.subscribe("q", "subscription { quiet }").await;
    // Longer than the deadline of the init and than the silence: pings are answered by the client's library.
    let quiet = tokio::time::timeout(Duration::from_millis(400), client.next()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    assert_eq!(live.subscriptions(), 1);
}

#[tokio::test]
async fn a_second_init() {
    let live = Live::start().await;
    let mut client = live.acknowledged().await;
    client.send(Message::text(INIT)).await;
    assert_eq!(client.is_closed().await.0, 4429);
    // Also while the first is still looked at.
    let mut client = live.socket().await;
    client
        .say(json!({ "type": "connection_init", "payload": { "authorization": "Bearer slow" } }))
        .await;
    client.send(Message::text(INIT)).await;
    assert_eq!(client.is_closed().await.0, 4429);
}

#[tokio::test]
async fn an_operation_before_the_acknowledgement() {
    let live = Live::start().await;
    let mut client = live.socket().await;
    client.subscribe("x", "{ item { name } }").await;
    assert_eq!(client.is_closed().await.0, 4401);
    let mut client = live.socket().await;
    client
        .say(json!({ "type": "connection_init", "payload": { "authorization": "Bearer slow" } }))
        .await;
    client.subscribe("x", "{ item { name } }").await;
    assert_eq!(client.is_closed().await.0, 4401);
}

#[tokio::test]
async fn an_id_that_is_active() {
    let live = Live::start().await;
    let mut client = live.acknowledged().await;
    client.subscribe("x", "subscription { quiet }").await;
    client.subscribe("x", "{ item { name } }").await;
    assert_eq!(client.is_closed().await.0, 4409);
    live.is_quiet().await;
}

#[tokio::test]
async fn what_is_no_message() {
    let live = Live::start().await;
    let long = "i".repeat(256);
    let texts = [
        "",
        "{",
        "1",
        "[]",
        "null",
        "{}",
        r#"{"type":1}"#,
        r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
        r#"{"type":"next","id":"1"}"#,
        r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
        &format!(r#"{{"type":"subscribe","id":"{long}","payload":{{"query":"{{a}}"}}}}"#),
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":"{a}"}"#,
        r#"{"type":"subscribe","id":"1","payload":[]}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":""}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":"x"}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":1}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":[]}}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"complete","id":""}"#,
        r#"{"type":"ping","payload":1}"#,
        r#"{"type":"pong","payload":"x"}"#,
        r#"{"type":"connection_init","payload":"x"}"#,
    ];
    for text in texts {
        let mut client = live.acknowledged().await;
        client.send(Message::text(text)).await;
        assert_eq!(client.is_closed().await.0, 4400, "{text}");
    }
    let mut client = live.acknowledged().await;
    client.send(Message::binary(INIT)).await;
    assert_eq!(client.is_closed().await.0, 4400);
    let mut client = live.socket().await;
    client
        .say(json!({ "type": "connection_init", "payload": { "Authorization": 1 } }))
        .await;
    assert_eq!(client.is_closed().await.0, 4400);
    live.is_quiet().await;
}

#[tokio::test]
async fn a_text_that_is_not_utf_8() {
    use tokio_tungstenite::tungstenite::protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    };
    let live = Live::with(short()).await;
    let mut client = live.acknowledged().await;
    let frame = Frame::message(&b"{\"type\":\"\xff\"}"[..], OpCode::Data(Data::Text), true);
    client.send(Message::Frame(frame)).await;
    assert_eq!(client.is_closed().await.0, 1007);
}

#[tokio::test]
async fn a_message_over_the_limit() {
    let settings = LiveSettings {
        message_bytes: 1_000,
        close_deadline: Duration::from_millis(300),
        ..LiveSettings::default()
    };
    let live = Live::with(settings).await;
    for length in [1_001, 100_000, 1_000_000] {
        let mut client = live.acknowledged().await;
        client.send(Message::text("x".repeat(length))).await;
        assert_eq!(
            client.is_closed().await,
            (1009, "A message has 1000 bytes at the most.".to_owned()),
            "{length}"
        );
    }
    // In parts, none of which is over it.
    use tokio_tungstenite::tungstenite::protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    };
    let mut client = live.acknowledged().await;
    for (at, data) in [Data::Text, Data::Continue, Data::Continue]
        .into_iter()
        .enumerate()
    {
        let frame = Frame::message(vec![b'x'; 400], OpCode::Data(data), at == 2);
        client.send(Message::Frame(frame)).await;
    }
    assert_eq!(client.is_closed().await.0, 1009);
    // What is just within it is read.
    let mut client = live.acknowledged().await;
    let text = format!(
        "{{\"type\":\"ping\",\"payload\":{{\"a\":\"{}\"}}}}",
        "x".repeat(900)
    );
    client.send(Message::text(text)).await;
    assert_eq!(client.hear().await["type"], "pong");
}

#[tokio::test]
async fn an_init_that_is_refused() {
    let live = Live::start().await;
    for (token, code) in [
        ("Bearer bad", 4403),
        ("Bearer\n", 4403),
        ("Bearer lost", 1013),
        ("Bearer panics", 1013),
    ] {
        let mut client = live.socket().await;
        client
            .say(json!({ "type": "connection_init", "payload": { "authorization": token } }))
            .await;
        assert_eq!(client.is_closed().await.0, code, "{token}");
    }
    live.is_quiet().await;
}

#[tokio::test]
async fn a_token_that_expires() {
    let live = Live::start().await;
    let mut client = live
        .admitted(json!({ "Authorization": "Bearer short" }))
        .await;
    client.subscribe("x", "subscription { quiet }").await;
    let (code, reason) = client.is_closed().await;
    assert_eq!(
        (code, reason.starts_with("The access token has expired")),
        (4403, true)
    );
    live.is_quiet().await;
}

#[tokio::test]
async fn an_answer_that_says_that_nobody_is_signed_in() {
    let live = Live::start().await;
    let mut client = live
        .admitted(json!({ "Authorization": "Bearer stale" }))
        .await;
    client.subscribe("x", "{ item { name } }").await;
    assert_eq!(client.is_closed().await.0, 4403);
}

#[tokio::test]
async fn somebody_who_is_not_there_any_more() {
    let live = Live::with(short()).await;
    let mut client = live.acknowledged().await;
    client.subscribe("x", "subscription { quiet }").await;
    // Pings are answered while the client reads: so it does not.
    live.has_ended().await;
    assert_eq!(client.is_closed().await.0, 1013);
}

#[tokio::test]
async fn a_reader_that_does_not_read() {
    let live = Live::with(LiveSettings {
        silence: Duration::from_secs(40),
        ..short()
    })
    .await;
    let mut client = live.acknowledged().await;
    client.subscribe("x", "subscription { flood }").await;
    client.subscribe("y", "subscription { flood }").await;
    // What it held is free, whether it reads or not.
    live.is_quiet().await;
    drop(client);
}

#[tokio::test]
async fn a_reader_that_reads_again_is_told_why() {
    let settings = LiveSettings {
        silence: Duration::from_secs(40),
        close_deadline: Duration::from_secs(3),
        ..short()
    };
    let live = Live::with(settings).await;
    let mut client = live.acknowledged().await;
    client.subscribe("x", "subscription { flood }").await;
    live.has_ended().await;
    loop {
        match client.next().await {
            Some(Ok(Message::Text(_))) => {}
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!(u16::from(frame.code), 1013);
                break;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_program_ends() {
    let live = Live::with(LiveSettings {
        init_deadline: LONG,
        ..short()
    })
    .await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = live.acknowledged().await;
        client.subscribe("x", "subscription { quiet }").await;
        clients.push(client);
    }
    let mut silent = live.socket().await;
    let streams = live.streams.clone();
    let drained = tokio::spawn(async move { streams.drain(LONG).await });
    for client in &mut clients {
        let closed = client.is_closed().await;
        assert_eq!(
            closed,
            (
                1001,
                "Going down: connect again, and go on from the last cursor.".to_owned()
            )
        );
    }
    assert_eq!(silent.is_closed().await.0, 1001);
    assert_eq!(drained.await.unwrap(), 0);
    assert_eq!(live.subscriptions(), 0);
    assert_eq!(status(live.handshake(&[]).await), 503);
}

#[tokio::test]
async fn a_client_that_closes_is_answered() {
    let live = Live::start().await;
    let mut client = live.acknowledged().await;
    client.subscribe("x", "subscription { quiet }").await;
    client.0.close(None).await.unwrap();
    assert!(matches!(
        client.next().await,
        Some(Ok(Message::Close(None)))
    ));
    assert!(client.next().await.is_none());
    live.is_quiet().await;
}

fn status<T>(refused: Result<(Client, T), Error>) -> u16 {
    match refused {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("let in"),
    }
}
