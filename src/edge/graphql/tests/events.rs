//! Operations by server-sent events.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{live::Live, *};

/// A stream of events, as it comes from the wire.
struct Events {
    stream: TcpStream,
    head: String,
    body: String,
    /// Whether the body came to its end as HTTP has it.
    whole: bool,
}

impl Events {
    /// Sends a request and reads until `enough` is so, or the connection is closed.
    async fn of(live: &Live, request: String, enough: impl Fn(&str) -> bool) -> Self {
        let mut stream = TcpStream::connect(live.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut events = Self {
            stream,
            head: String::new(),
            body: String::new(),
            whole: false,
        };
        let mut raw = String::new();
        let mut buffer = vec![0; 65_536];
        let read = async {
            while !(events.whole || (!events.head.is_empty() && enough(&events.body))) {
                match events.stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => return,
                    Ok(count) => raw.push_str(&String::from_utf8_lossy(&buffer[..count])),
                }
                events.decode(&raw);
            }
        };
        let read = tokio::time::timeout(live::LONG, read).await;
        assert!(read.is_ok(), "nothing more came after {raw}");
        events
    }

    /// Takes the chunks out of what was read.
    fn decode(&mut self, raw: &str) {
        let Some((head, mut rest)) = raw.split_once("\r\n\r\n") else {
            return;
        };
        self.head = head.to_ascii_lowercase();
        if !self.head.contains("transfer-encoding: chunked") {
            rest.clone_into(&mut self.body);
            self.whole = true;
            return;
        }
        self.body.clear();
        while let Some((length, after)) = rest.split_once("\r\n") {
            let length = usize::from_str_radix(length, 16).unwrap();
            let Some(chunk) = after.get(..length) else {
                return;
            };
            self.whole = length == 0;
            self.body.push_str(chunk);
            rest = after.get(length + 2..).unwrap_or_default();
        }
    }

    fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The events without comments: name, id, data.
    fn events(&self) -> Vec<(String, Option<String>, Json)> {
        let of = |event: &str| {
            let field = |name: &str| {
                let mut lines = event.lines();
                lines.find_map(|it| Some(it.strip_prefix(name)?.trim().to_owned()))
            };
            let data = field("data:").map(|it| serde_json::from_str(&it).unwrap_or_default());
            Some((field("event:")?, field("id:"), data?))
        };
        self.body.split("\n\n").filter_map(of).collect()
    }

    /// The code of the first error of the only event, after which it is complete.
    fn refusal(&self) -> String {
        let events = self.events();
        assert_eq!(
            (self.status(), events.len(), events[1].0.as_str()),
            ("200", 2, "complete")
        );
        let code = events[0].2.pointer("/errors/0/extensions/code");
        assert_eq!(events[0].2.get("data"), None);
        code.and_then(Json::as_str).unwrap().to_owned()
    }
}

fn posted(query: &str, headers: &str) -> String {
    let body = json!({ "query": query }).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn got(query: &str, headers: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!(
        "GET /graphql?query={query} HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n{headers}\r\n"
    )
}

/// All that comes.
fn all(_: &str) -> bool {
    false
}

#[tokio::test]
async fn events_come_by_post_and_by_get_with_their_cursors() {
    let live = Live::start().await;
    let query = "subscription { ticks(to: 2) }";
    for request in [posted(query, ""), got(query, "")] {
        let heard = Events::of(&live, request, all).await;
        assert!(heard.whole && heard.body.starts_with(":\n\n"));
        let cost = json!({ "requested": 0, "limit": 5_000 });
        let next = |id: i32| {
            (
                "next".to_owned(),
                Some(id.to_string()),
                json!({ "data": { "ticks": id }, "extensions": { "cost": cost } }),
            )
        };
        assert_eq!(
            heard.events(),
            [next(1), next(2), ("complete".to_owned(), None, Json::Null)]
        );
        for header in [
            "content-type: text/event-stream; charset=utf-8",
            "cache-control: no-store",
            "x-accel-buffering: no",
            "x-content-type-options: nosniff",
            "x-request-id: ",
        ] {
            assert!(heard.head.contains(header), "{header} in {}", heard.head);
        }
    }
    live.is_quiet().await;
}

#[tokio::test]
async fn a_query_is_one_event_and_a_mutation_needs_post() {
    let live = Live::start().await;
    let query = "{ item { name } }";
    for request in [
        posted(query, ""),
        got(query, ""),
        posted("mutation { touch }", ""),
    ] {
        let heard = Events::of(&live, request, all).await;
        let events = heard.events();
        assert_eq!(
            (events.len(), events[0].1.as_deref(), events[1].0.as_str()),
            (2, None, "complete")
        );
        assert!(events[0].2["data"].is_object() && events[0].2["extensions"]["cost"].is_object());
    }
    let heard = Events::of(&live, got("mutation { touch }", ""), all).await;
    assert_eq!(heard.status(), "405");
    assert!(heard.head.contains("allow: post") && heard.head.contains("application/json"));
}

#[tokio::test]
async fn it_goes_on_from_the_last_event() {
    let live = Live::start().await;
    let query = "subscription { ticks(to: 3) }";
    for (id, ticks) in [
        ("last-event-id: 2\r\n", &[3][..]),
        ("last-event-id: \r\n", &[1, 2, 3]),
    ] {
        let heard = Events::of(&live, got(query, id), all).await;
        let mut heard: Vec<Json> = heard.events().into_iter().map(|it| it.2).collect();
        assert_eq!(heard.pop(), Some(Json::Null));
        let expected: Vec<Json> = ticks
            .iter()
            .map(|it| json!({ "data": { "ticks": it }, "extensions": { "cost": { "requested": 0, "limit": 5_000 } } }))
            .collect();
        assert_eq!(heard, expected);
    }
    let heard = Events::of(&live, got(query, "last-event-id: garbage\r\n"), all).await;
    assert_eq!(heard.refusal(), "BAD_USER_INPUT");
    let long = format!("last-event-id: {}\r\n", "1".repeat(201));
    assert_eq!(
        Events::of(&live, got(query, &long), all).await.status(),
        "400"
    );
}

#[tokio::test]
async fn what_is_wrong_with_the_operation_is_an_event() {
    let live = Live::start().await;
    for (request, code) in [
        (posted("subscription {", ""), "GRAPHQL_PARSE_FAILED"),
        (
            posted("subscription { nothing }", ""),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            posted("subscription { a: quiet b: quiet }", ""),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (got("subscription { refused }", ""), "BAD_USER_INPUT"),
        (
            got("subscription { quiet }", "authorization: Bearer bad\r\n"),
            "UNAUTHENTICATED",
        ),
        (
            got("subscription { quiet }", "authorization: Bearer panics\r\n"),
            "INTERNAL_SERVER_ERROR",
        ),
        (
            posted("{ item { name } }", "authorization: Bearer stale\r\n"),
            "UNAUTHENTICATED",
        ),
    ] {
        let heard = Events::of(&live, request.clone(), all).await;
        assert_eq!(heard.refusal(), code, "{request}");
    }
    // What passes by itself is broken off without a word: the client comes again.
    let lost = got("subscription { quiet }", "authorization: Bearer lost\r\n");
    let heard = Events::of(&live, lost, all).await;
    assert_eq!((heard.status(), heard.events().len()), ("200", 0));
    let heard = Events::of(&live, got("subscription { failsLater }", ""), all).await;
    let events = heard.events();
    assert_eq!(events[0].2["data"], json!({ "failsLater": 1 }));
    assert_eq!(
        (&events[1].2["errors"][0]["message"], events[2].0.as_str()),
        (&json!("Not any more."), "complete")
    );
    live.is_quiet().await;
}

#[tokio::test]
async fn what_is_wrong_with_the_request_keeps_its_status() {
    let live = Live::start().await;
    let typed = posted("{ item { name } }", "").replace("application/json", "text/plain");
    let garbled = posted("{ item { name } }", "").replace("{\"query", "[\"query");
    let head = got("{ item { name } }", "").replace("GET", "DELETE");
    for (request, status) in [
        (typed, "415"),
        (garbled, "400"),
        (head, "405"),
        (
            "GET /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n".to_owned(),
            "400",
        ),
        (
            got("{ item { name } }", "origin: https://evil.example\r\n"),
            "403",
        ),
    ] {
        let heard = Events::of(&live, request.clone(), all).await;
        assert_eq!(heard.status(), status, "{request}");
        assert!(
            heard
                .head
                .contains("content-type: application/json; charset=utf-8"),
            "{}",
            heard.head
        );
        assert!(heard.body.contains("\"errors\":[{"));
    }
    let heard = Events::of(&live, got("{ item { name } }", "origin: http://x\r\n"), all).await;
    assert_eq!(heard.status(), "200");
}

#[tokio::test]
async fn a_stream_that_has_nothing_to_say_says_so() {
    let live = Live::with(LiveSettings {
        heartbeat: Duration::from_millis(20),
        ..LiveSettings::default()
    })
    .await;
    let beats = |body: &str| body == ":\n\n:\n\n:\n\n";
    let heard = Events::of(&live, got("subscription { quiet }", ""), beats).await;
    assert_eq!(
        (heard.status(), live.subscriptions(), live.streams.open()),
        ("200", 1, 1)
    );
    // Whoever goes away is not waited for.
    drop(heard);
    live.is_quiet().await;
}

#[tokio::test]
async fn a_token_that_expires_is_the_last_event() {
    let live = Live::start().await;
    let request = got("subscription { quiet }", "authorization: Bearer short\r\n");
    let heard = Events::of(&live, request, all).await;
    assert_eq!(heard.refusal(), "UNAUTHENTICATED");
    live.is_quiet().await;
}

#[tokio::test]
async fn when_the_program_ends_the_stream_breaks_off_without_complete() {
    let live = Live::start().await;
    let request = got("subscription { quiet }", "");
    let heard = Events::of(&live, request, all);
    let drained = async {
        live.has_subscriptions(1).await;
        live.streams.drain(live::LONG).await
    };
    let (heard, open) = tokio::join!(heard, drained);
    assert_eq!(
        (heard.events().len(), open, live.subscriptions()),
        (0, 0, 0)
    );
    let refused = Events::of(&live, got("subscription { quiet }", ""), all).await;
    assert_eq!(refused.status(), "503");
    assert!(refused.head.contains("retry-after: "));
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_given_up() {
    let live = Live::with(LiveSettings {
        write_deadline: Duration::from_millis(100),
        ..LiveSettings::default()
    })
    .await;
    let mut stream = TcpStream::connect(live.address).await.unwrap();
    stream
        .write_all(got("subscription { flood }", "").as_bytes())
        .await
        .unwrap();
    live.has_ended().await;
    // What was written before is followed by no end.
    let mut heard = Vec::new();
    let read = tokio::time::timeout(live::LONG, stream.read_to_end(&mut heard)).await;
    assert!(read.is_ok() && heard.starts_with(b"HTTP/1.1 200"));
    assert!(!heard.ends_with(b"\r\n0\r\n\r\n"));
    // Its place was taken for as long as something waited for it.
    live.is_quiet().await;
}

#[tokio::test]
async fn a_single_answer_is_still_what_others_get() {
    let reply = post(JSON, json!({ "query": "subscription { quiet }" })).await;
    assert_eq!(reply.code(), "OPERATION_RESOLUTION_FAILURE");
    assert!(reply.message().contains("text/event-stream") && reply.message().contains("WebSocket"));
}
