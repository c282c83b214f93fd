//! Operations by socket.

use tokio_tungstenite::tungstenite::Message;

use super::{live::Live, *};

#[tokio::test]
async fn a_subscription_says_what_happens_and_then_that_it_is_complete() {
    let mut client = Live::start().await.acknowledged().await;
    client.subscribe("a", "subscription { ticks(to: 2) }").await;
    for tick in 1..=2 {
        let payload = client.hears("next", "a").await;
        let cost = json!({ "requested": 0, "limit": 5_000 });
        assert_eq!(
            payload,
            json!({ "data": { "ticks": tick }, "extensions": { "cost": cost } })
        );
    }
    assert_eq!(client.hears("complete", "a").await, Json::Null);
}

#[tokio::test]
async fn queries_and_mutations_are_answered_too() {
    let mut client = Live::start().await.acknowledged().await;
    for (id, query, data) in [
        (
            "q",
            "{ item { name } }",
            json!({ "item": { "name": "lily" } }),
        ),
        ("m", "mutation { touch }", json!({ "touch": 1 })),
    ] {
        client.subscribe(id, query).await;
        let payload = client.hears("next", id).await;
        assert_eq!(payload["data"], data);
        assert!(
            payload["extensions"]["cost"]["requested"].is_u64(),
            "{payload}"
        );
        client.hears("complete", id).await;
    }
}

#[tokio::test]
async fn variables_and_names_are_read() {
    let mut client = Live::start().await.acknowledged().await;
    let query = "query A { item { name } } subscription B($to: Int!) { ticks(to: $to) }";
    client
        .say(json!({ "id": "1", "type": "subscribe", "payload":
            { "query": query, "operationName": "B", "variables": { "to": 1 }, "extensions": {} } }))
        .await;
    assert_eq!(
        client.hears("next", "1").await["data"],
        json!({ "ticks": 1 })
    );
    client.hears("complete", "1").await;
}

#[tokio::test]
async fn operations_run_side_by_side_and_end_one_by_one() {
    let live = Live::start().await;
    let mut client = live.acknowledged().await;
    for id in ["a", "b", "c"] {
        client.subscribe(id, "subscription { quiet }").await;
    }
    client.subscribe("d", "{ echo(text: \"still\") }").await;
    assert_eq!(client.hears("next", "d").await["data"]["echo"], "still");
    client.hears("complete", "d").await;
    assert_eq!(live.subscriptions(), 3);
    client.say(json!({ "id": "b", "type": "complete" })).await;
    client
        .say(json!({ "id": "nobody", "type": "complete" }))
        .await;
    live.has_subscriptions(2).await;
    // An id that was ended is free again.
    client.subscribe("b", "subscription { ticks(to: 0) }").await;
    client.hears("complete", "b").await;
    drop(client);
    live.is_quiet().await;
}

#[tokio::test]
async fn a_request_that_is_refused_is_an_error_without_complete() {
    let live = Live::start().await;
    let mut client = live.acknowledged().await;
    for (query, code) in [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: String!) { echo(text: $a) }", "BAD_USER_INPUT"),
        ("subscription { refused }", "BAD_USER_INPUT"),
    ] {
        client.subscribe("x", query).await;
        let payload = client.hears("error", "x").await;
        assert_eq!(payload[0]["extensions"]["code"], code, "{query}: {payload}");
        assert!(payload[0]["message"].is_string() && payload.as_array().unwrap().len() == 1);
    }
    // Nothing came after the last, and the id is free.
    client.subscribe("x", "mutation { touch }").await;
    client.hears("next", "x").await;
    assert_eq!(live.subscriptions(), 0);
}

#[tokio::test]
async fn a_subscription_has_one_root_field() {
    let mut client = Live::start().await.acknowledged().await;
    for query in [
        "subscription { quiet item { name } }",
        "subscription { a: quiet b: quiet }",
        "subscription { quiet quiet }",
        "subscription { quiet ...One } fragment One on Subscription { quiet }",
        "subscription { ...Both } fragment Both on Subscription { quiet item { name } }",
        "subscription { ... on Subscription { quiet item { name } } }",
        "subscription { __typename }",
        "subscription { quiet __typename }",
        "subscription { quiet @include(if: true) }",
        "subscription { quiet @skip(if: false) }",
        "subscription { ... @include(if: true) { quiet } }",
        "subscription { ...One @skip(if: false) } fragment One on Subscription { quiet }",
    ] {
        client.subscribe("x", query).await;
        let payload = client.hears("error", "x").await;
        assert_eq!(
            payload[0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED",
            "{query}"
        );
    }
    for query in [
        "subscription { ...One } fragment One on Subscription { ticks(to: 1) }",
        "subscription { ... on Subscription { ticks(to: 1) } }",
        "subscription { ... { ...One } } fragment One on Subscription { ticks(to: 1) }",
    ] {
        client.subscribe("x", query).await;
        client.hears("next", "x").await;
        client.hears("complete", "x").await;
    }
}

#[tokio::test]
async fn an_event_with_errors_has_nulls_where_they_belong() {
    let mut client = Live::start().await.acknowledged().await;
    client
        .subscribe("x", "subscription S { item { name rating } }")
        .await;
    let payload = client.hears("next", "x").await;
    assert_eq!(
        payload["data"],
        json!({ "item": { "name": "lily", "rating": null } })
    );
    assert_eq!(payload["errors"][0]["path"], json!(["item", "rating"]));
    assert_eq!(payload["extensions"]["cost"]["requested"], 1);
}

#[tokio::test]
async fn an_event_without_data_is_the_last() {
    let live = Live::start().await;
    let mut client = live.acknowledged().await;
    client.subscribe("f", "subscription { failsLater }").await;
    assert_eq!(client.hears("next", "f").await["data"]["failsLater"], 1);
    let payload = client.hears("error", "f").await;
    assert_eq!(payload[0]["message"], "Not any more.");
    assert_eq!(live.subscriptions(), 0);
    client.subscribe("p", "subscription { panicsLater }").await;
    client.hears("next", "p").await;
    let payload = client.hears("error", "p").await;
    assert_eq!(payload[0]["extensions"]["code"], "INTERNAL_SERVER_ERROR");
    assert!(payload[0]["extensions"]["requestId"].is_string());
    assert!(!payload.to_string().contains("swordfish"));
    // A panic is one operation's.
    client.subscribe("q", "{ item { name } }").await;
    client.hears("next", "q").await;
}

#[tokio::test]
async fn so_many_operations_and_no_more() {
    let live = Live::with(LiveSettings {
        operations: 3,
        ..LiveSettings::default()
    })
    .await;
    let mut client = live.acknowledged().await;
    for id in ["1", "2", "3"] {
        client.subscribe(id, "subscription { quiet }").await;
    }
    client.subscribe("4", "subscription { quiet }").await;
    let payload = client.hears("error", "4").await;
    assert_eq!(payload[0]["extensions"]["code"], "TOO_MANY_SUBSCRIPTIONS");
    client.say(json!({ "id": "1", "type": "complete" })).await;
    client.subscribe("4", "{ item { name } }").await;
    client.hears("next", "4").await;
    client.hears("complete", "4").await;
    // The one that was ended may have been at its beginning: it is let go of a little later.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    client.subscribe("5", "{ item { name } }").await;
    client.hears("next", "5").await;
    assert_eq!(live.subscriptions(), 2);
}

#[tokio::test]
async fn of_many_queries_some_run_at_a_time_and_all_are_answered() {
    let mut client = Live::start().await.acknowledged().await;
    let started = std::time::Instant::now();
    for id in 0..17 {
        client.subscribe(&id.to_string(), "{ slow }").await;
    }
    for _ in 0..17 {
        let said = client.hear().await;
        let code = &said["payload"][0]["extensions"]["code"];
        assert_eq!((&said["type"], code), (&json!("error"), &json!("TIMEOUT")));
    }
    // Eight, eight, and one.
    let took = started.elapsed() / 500;
    assert_eq!(took.as_millis(), 3);
}

#[tokio::test]
async fn what_has_begun_goes_on_whoever_else_is_heard() {
    let mut client = Live::start().await.acknowledged().await;
    client
        .subscribe("t", "subscription { ticks(to: 2000) }")
        .await;
    for id in 0..40 {
        let takes = 20 + 37 * id % 100;
        let query = format!("{{ flight(takes: {takes}) }}");
        client.subscribe(&id.to_string(), &query).await;
    }
    let mut flown = 0;
    while flown < 40 {
        let said = client.hear().await;
        let flight = &said["payload"]["data"]["flight"];
        if let (Some(late), Some(others)) = (flight[0].as_u64(), flight[1].as_u64()) {
            flown += 1;
            assert!(late < 150, "{said}");
            // One of another test may be among them.
            assert!(others <= 8, "{said}");
        }
    }
}

#[tokio::test]
async fn an_operation_that_is_not_wanted_any_more_comes_to_its_end_and_is_not_heard() {
    let mut client = Live::start().await.acknowledged().await;
    client.subscribe("x", "{ flight(takes: 100) }").await;
    client.say(json!({ "id": "x", "type": "complete" })).await;
    // Its id is free at once.
    client.subscribe("x", "{ item { name } }").await;
    let payload = client.hears("next", "x").await;
    assert_eq!(payload["data"]["item"]["name"], "lily");
    assert_eq!(client.hear().await["type"], "complete");
    tokio::time::sleep(Duration::from_millis(200)).await;
    client.say(json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await["type"], "pong");
}

#[tokio::test]
async fn a_subscription_that_is_not_wanted_any_more_may_begin_and_makes_room_then() {
    let live = Live::with(LiveSettings {
        operations: 2,
        ..LiveSettings::default()
    })
    .await;
    let mut client = live.acknowledged().await;
    for _ in 0..2 {
        client.subscribe("x", "subscription { quiet }").await;
        client.say(json!({ "id": "x", "type": "complete" })).await;
    }
    // Whatever is read for them is not cut off.
    client.subscribe("y", "{ item { name } }").await;
    let payload = client.hears("error", "y").await;
    assert_eq!(payload[0]["extensions"]["code"], "TOO_MANY_SUBSCRIPTIONS");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    client.subscribe("y", "{ item { name } }").await;
    client.hears("next", "y").await;
    client.hears("complete", "y").await;
    assert_eq!(live.subscriptions(), 0);
}

#[tokio::test]
async fn a_ping_is_answered_and_a_pong_is_not() {
    let mut client = Live::start().await.socket().await;
    // Also before anything else was said.
    client.say(json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await, json!({ "type": "pong" }));
    client.say(json!({ "type": "pong" })).await;
    client
        .say(json!({ "type": "pong", "payload": { "a": 1 } }))
        .await;
    client
        .say(json!({ "type": "ping", "payload": { "a": 1 } }))
        .await;
    assert_eq!(
        client.hear().await,
        json!({ "type": "pong", "payload": { "a": 1 } })
    );
    client.send(Message::Ping("x".into())).await;
    assert_eq!(
        client.next().await.unwrap().unwrap(),
        Message::Pong("x".into())
    );
}

#[tokio::test]
async fn the_token_in_the_payload_goes_before_that_of_the_handshake() {
    let live = Live::start().await;
    let headers = [
        ("sec-websocket-protocol", "graphql-transport-ws"),
        ("authorization", "Bearer bad"),
        ("idempotency-key", "one"),
    ];
    let mut client = live.handshake(&headers).await.unwrap().0;
    client
        .say(json!({ "type": "connection_init", "payload": { "AUTHORIZATION": "Bearer good" } }))
        .await;
    assert_eq!(client.hear().await["type"], "connection_ack");
    client.subscribe("x", "{ headers }").await;
    let payload = client.hears("next", "x").await;
    assert_eq!(
        payload["data"]["headers"],
        json!([
            "authorization: Bearer good",
            &format!("host: {}", live.address)
        ])
    );
}
