//! Every row of the protocol's table, by raw frames: the code, a reason that fits, and nobody else is touched.

use super::client::{Heard, init};
use super::{Socket, Stream, Watch, open, proving};
use crate::buying::{carts, goods};
use crate::support::Shop;
use serde_json::{Value, json};
use tokio_postgres::Client;
use tokio_tungstenite::tungstenite::Message;

/// A cart that can be watched.
pub async fn cart(sql: &Client) -> Watch {
    let some = goods(sql, 1).await;
    Watch::cart(&carts(sql, 1, &[(&some[0], 1)]).await[0])
}

/// A shop, and somebody on another socket who must not notice anything.
pub struct Street {
    pub shop: Shop,
    pub watch: Watch,
    neighbour: Socket,
}

impl Street {
    pub async fn open() -> Self {
        let (shop, sql) = open().await;
        let (shop, watch) = (proving(shop).await, cart(&sql).await);
        let mut neighbour = Socket::join(&shop.address, None).await;
        neighbour.watch("n", &watch, None).await;
        assert_eq!(neighbour.told("n").await.kind, "STARTED");
        Self {
            shop,
            watch,
            neighbour,
        }
    }

    /// A socket that is acknowledged and watches as `1`.
    async fn watching(&self) -> Socket {
        let mut socket = Socket::join(&self.shop.address, None).await;
        socket.watch("1", &self.watch, None).await;
        assert_eq!(socket.told("1").await.kind, "STARTED");
        socket
    }

    /// Fails the test unless the neighbour is as well as before.
    pub async fn is_well(&mut self) {
        self.neighbour.is_well().await;
    }
}

fn text(frame: &Value) -> Message {
    Message::text(frame.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_waited_for_only_so_long() {
    let mut street = Street::open().await;
    let mut socket = Socket::open(&street.shop.address).await;
    let (code, reason) = socket.closed().await;
    assert_eq!(code, 4408, "{reason}");
    assert!(!reason.is_empty());
    street.is_well().await;
}

/// Frames that nobody may send on an acknowledged socket that watches as `1`, and what each closes it with.
fn wrong() -> Vec<(Message, u16)> {
    let query = json!({ "query": "{ shop { name } }" });
    let mut all = vec![
        (text(&init(None)), 4429),
        (
            text(&json!({ "id": "1", "type": "subscribe", "payload": query })),
            4409,
        ),
        (Message::text("a".repeat(3 << 20)), 1009),
        (Message::binary(vec![0; 3 << 20]), 1009),
    ];
    let malformed = [
        "not json",
        "",
        "{",
        "[]",
        "1",
        "null",
        "\"text\"",
        "{}",
        r#"{"type":null}"#,
        r#"{"type":1}"#,
        r#"{"type":"start"}"#,
        r#"{"type":"next","id":"1"}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"complete","id":5}"#,
        r#"{"type":"complete","id":""}"#,
        r#"{"type":"ping","payload":5}"#,
        r#"{"type":"subscribe","payload":{"query":"{ shop { name } }"}}"#,
        r#"{"id":"","type":"subscribe","payload":{"query":"{ shop { name } }"}}"#,
        r#"{"id":7,"type":"subscribe","payload":{"query":"{ shop { name } }"}}"#,
        r#"{"id":"2","type":"subscribe"}"#,
        r#"{"id":"2","type":"subscribe","payload":null}"#,
        r#"{"id":"2","type":"subscribe","payload":[]}"#,
        r#"{"id":"2","type":"subscribe","payload":"{ shop { name } }"}"#,
        r#"{"id":"2","type":"subscribe","payload":{}}"#,
        r#"{"id":"2","type":"subscribe","payload":{"query":""}}"#,
        r#"{"id":"2","type":"subscribe","payload":{"query":5}}"#,
        r#"{"id":"2","type":"subscribe","payload":{"query":null}}"#,
        r#"{"id":"2","type":"subscribe","payload":{"query":"{ shop { name } }","variables":[]}}"#,
        r#"{"id":"2","type":"subscribe","payload":{"query":"{ shop { name } }","operationName":5}}"#,
        r#"{"id":"2","type":"subscribe","payload":{"query":"{ shop { name } }","extensions":5}}"#,
    ];
    all.extend(malformed.map(|frame| (Message::text(frame), 4400)));
    let noise: Vec<u8> = (0..200_u8).map(|it| it.wrapping_mul(37)).collect();
    all.push((Message::binary(noise), 4400));
    all.push((Message::binary(b"{\"type\":\"ping\"}".to_vec()), 4400));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_protocol_does_not_allow_is_closed_by_its_code() {
    let mut street = Street::open().await;
    let mut faults = Vec::new();
    for (frame, wanted) in wrong() {
        let words: String = frame
            .to_text()
            .unwrap_or("noise")
            .chars()
            .take(100)
            .collect();
        let mut socket = street.watching().await;
        socket.send(frame).await;
        let (code, reason) = socket.closed().await;
        if code != wanted || reason.is_empty() || reason.len() >= 123 {
            faults.push(format!("{words}: {code} and not {wanted}: {reason}"));
        }
        street.is_well().await;
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_before_the_acknowledgement_is_closed() {
    let mut street = Street::open().await;
    let query = json!({ "query": "{ shop { name } }" });
    for (frame, wanted) in [
        (
            json!({ "id": "1", "type": "subscribe", "payload": query }),
            4401,
        ),
        (
            json!({ "type": "connection_init", "payload": "text" }),
            4400,
        ),
        (json!({ "type": "connection_init", "payload": [] }), 4400),
        (json!({ "type": "subscribe" }), 4400),
        (init(Some("no token")), 4403),
        (init(Some("")), 4403),
        (
            json!({ "type": "connection_init", "payload": { "Authorization": 5 } }),
            4400,
        ),
        (
            json!({ "type": "connection_init", "payload": { "authorization": "Basic YTpi" } }),
            4403,
        ),
    ] {
        let mut socket = Socket::open(&street.shop.address).await;
        socket.say(frame.clone()).await;
        let (code, reason) = socket.closed().await;
        assert_eq!(code, wanted, "{frame}: {reason}");
        assert!(!reason.is_empty());
    }
    street.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_may_not_run_is_an_error_and_the_socket_lives() {
    let mut street = Street::open().await;
    let mut socket = street.watching().await;
    let deep = format!("{{ shop {}{} }}", "{ a ".repeat(40), "}".repeat(40));
    let long = format!("{{ shop {{ name }} }} #{}", "x".repeat(70_000));
    let many = "subscription($id: ID!) { a: cartUpdated(cartId: $id) { kind } b: cartUpdated(cartId: $id) { kind } }";
    for (query, wanted) in [
        ("{", None),
        ("{ nothing }", None),
        ("subscription { nothing }", None),
        ("subscription { cartUpdated { kind } }", None),
        (many, None),
        (deep.as_str(), Some("DOCUMENT_TOO_DEEP")),
        (long.as_str(), Some("DOCUMENT_TOO_LARGE")),
    ] {
        let payload = json!({ "query": query, "variables": { "id": street.watch.id } });
        socket
            .say(json!({ "id": "bad", "type": "subscribe", "payload": payload }))
            .await;
        let (code, message) = socket.refused("bad").await;
        assert!(!message.is_empty());
        if let Some(wanted) = wanted {
            assert_eq!(code, wanted);
        }
        // No `complete` comes after it, and the id is free again.
        socket.is_well().await;
    }
    street.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_carries_fifty_operations_and_says_so_to_the_next() {
    let mut street = Street::open().await;
    let mut socket = Socket::join(&street.shop.address, None).await;
    for at in 0..50 {
        let id = at.to_string();
        socket.watch(&id, &street.watch, None).await;
        assert_eq!(socket.told(&id).await.kind, "STARTED");
    }
    for _ in 0..2 {
        socket.watch("more", &street.watch, None).await;
        assert_eq!(socket.refused("more").await.0, "TOO_MANY_SUBSCRIPTIONS");
    }
    socket.say(json!({ "id": "7", "type": "complete" })).await;
    socket.watch("more", &street.watch, None).await;
    assert_eq!(socket.told("more").await.kind, "STARTED");
    street.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_is_answered() {
    let street = Street::open().await;
    let mut socket = street.watching().await;
    for payload in [None, Some(json!({ "a": [1] }))] {
        let mut ping = json!({ "type": "ping" });
        if let Some(payload) = payload {
            ping["payload"] = payload;
        }
        socket.say(ping).await;
        let Heard::Frame(pong) = socket.hear().await else {
            panic!("closed");
        };
        assert_eq!(pong["type"], "pong");
    }
    // What is nothing to anybody.
    socket.say(json!({ "type": "pong" })).await;
    socket
        .say(json!({ "type": "complete", "id": "never" }))
        .await;
    socket.is_well().await;
    // An id is free once it was completed.
    socket.say(json!({ "type": "complete", "id": "1" })).await;
    socket.watch("1", &street.watch, None).await;
    assert_eq!(socket.told("1").await.kind, "STARTED");
    // Mutations run here, too; what they change is told.
    let note = "mutation($id: ID!) { cartNoteUpdate(cartId: $id, note: \"by socket\") { userErrors { code } } }";
    let payload = json!({ "query": note, "variables": { "id": street.watch.id } });
    socket
        .say(json!({ "id": "m", "type": "subscribe", "payload": payload }))
        .await;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let Heard::Frame(frame) = socket.hear().await else {
            panic!("closed");
        };
        heard.push(frame);
    }
    let of = |id: &str| -> Vec<&Value> { heard.iter().filter(|it| it["id"] == id).collect() };
    assert_eq!(
        of("m")[0]["payload"]["data"],
        json!({ "cartNoteUpdate": { "userErrors": [] } })
    );
    assert_eq!(of("m")[1]["type"], "complete");
    assert_eq!(
        of("1")[0]["payload"]["data"]["happened"]["cart"]["note"],
        "by socket"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_refused_as_a_request_is() {
    let street = Street::open().await;
    let address = &street.shop.address;
    let watch = &street.watch;
    let refused = Stream::try_watch(address, Some("no token"), watch, None, None).await;
    let response = refused.unwrap();
    assert!([200, 401].contains(&response.status().as_u16()));
    assert!(response.text().await.unwrap().contains("UNAUTHENTICATED"));
    // A page of another site can begin nothing by GET.
    let query = format!(
        "{address}/graphql?query={}",
        "mutation%7BaccountSignOut%7BuserErrors%7Bcode%7D%7D%7D"
    );
    let get = street.shop.http().get(query);
    let response = get.header("accept", "text/event-stream").send().await;
    assert_eq!(response.unwrap().status(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_source_watches_by_get() {
    let street = Street::open().await;
    let request = street.watch.request(None);
    let variables = request["variables"].to_string();
    let pairs = [
        ("query", request["query"].as_str().unwrap()),
        ("variables", variables.as_str()),
    ];
    let encoded: String = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}&", escaped(value)))
        .collect();
    let url = format!("{}/graphql?{encoded}", street.shop.address);
    let get = street.shop.http().get(url);
    let response = get.header("accept", "text/event-stream").send().await;
    let mut stream = Stream::of(response.unwrap());
    assert_eq!(stream.told().await.kind, "STARTED");
}

/// As a part of a query string.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}
