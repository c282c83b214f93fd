//! What is read of a request, and what is refused.

use futures_util::stream;

use super::*;

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    for accept in [GRAPHQL, JSON] {
        let post = query("{ item { name } }").await;
        let get = get(
            accept,
            &[
                ("query", "query Q($t: String!) { echo(text: $t) }"),
                ("variables", r#"{"t":"x"}"#),
            ],
        )
        .await;
        assert_eq!(post.at("/data"), &json!({ "item": { "name": "lily" } }));
        assert_eq!(get.at("/data"), &json!({ "echo": "x" }));
        assert_eq!(
            get.header("content-type"),
            format!("{accept}; charset=utf-8")
        );
    }
}

#[tokio::test]
async fn a_mutation_needs_post() {
    let get = get(JSON, &[("query", "mutation { touch }")]).await;
    assert_eq!(
        (get.status, get.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "POST")
    );
    assert!(!get.has_data());
    let post = query("mutation { touch }").await;
    assert_eq!(post.at("/data"), &json!({ "touch": 1 }));
}

#[tokio::test]
async fn other_methods_are_told_which_would_do() {
    for method in ["PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"] {
        let reply = send(request(
            method,
            "/graphql?query={item{name}}",
            &[],
            Body::empty(),
        ))
        .await;
        assert_eq!(
            (reply.status, reply.header("allow")),
            (StatusCode::METHOD_NOT_ALLOWED, "GET, POST")
        );
        assert_eq!(reply.code(), "METHOD_NOT_ALLOWED");
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let body = json!({ "query": "{ item { name } }" }).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let headers = [(header::CONTENT_TYPE, content_type)];
        let reply = send(request("POST", "/graphql", &headers, body.clone().into())).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE")
        );
    }
}

#[tokio::test]
async fn an_answer_nobody_accepts_is_not_made() {
    let reply = post("text/html", json!({ "query": "{ item { name } }" })).await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE")
    );
}

#[tokio::test]
async fn bodies_and_parameters_at_fault_are_400_for_every_client() {
    let query = "{ item { name } }";
    let deep = format!(
        "{{\"query\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    for body in [
        String::new(),
        "{ \"not a JSON".to_owned(),
        "\"text\"".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        json!([{ "query": query }]).to_string(),
        json!({ "qeury": query }).to_string(),
        json!({ "query": "" }).to_string(),
        json!({ "query": 1 }).to_string(),
        json!({ "query": query, "operationName": {} }).to_string(),
        json!({ "query": query, "variables": "{}" }).to_string(),
        json!({ "query": query, "extensions": [] }).to_string(),
        deep,
    ] {
        for accept in [GRAPHQL, JSON] {
            let reply = post_bytes(accept, body.clone()).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
                "{body:.60}"
            );
            assert!(!reply.has_data());
        }
    }
}

#[tokio::test]
async fn query_strings_at_fault_are_400() {
    let query = ("query", "{ item { name } }");
    for parameters in [
        &[][..],
        &[("operation_name", "x")],
        &[query, query],
        &[query, ("variables", "[1]")],
        &[query, ("variables", "{")],
        &[query, ("extensions", "1")],
    ] {
        let reply = get("text/html, */*;q=0.8", parameters).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
            "{parameters:?}"
        );
    }
    assert!(
        get(JSON, &[query, ("variables", ""), ("operationName", "")])
            .await
            .has_data()
    );
}

#[tokio::test]
async fn a_body_of_bytes_that_are_no_text_is_400() {
    let reply = post_bytes(JSON, b"{\"query\":\"\xff\xfe\"}".to_vec()).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 65_536]));
    let reply = post_bytes(JSON, Body::from_stream(endless)).await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE")
    );
    assert_eq!(reply.header("connection"), "close");
    let declared = [
        (header::CONTENT_TYPE, JSON),
        (header::CONTENT_LENGTH, "20000000"),
    ];
    let reply = send(request("POST", "/graphql", &declared, Body::empty())).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_must_arrive_in_time() {
    let reply = post_bytes(
        JSON,
        Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>()),
    )
    .await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT")
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_400() {
    let broken = stream::iter([Ok(vec![b'{']), Err(std::io::Error::other("gone"))]);
    assert_eq!(
        post_bytes(JSON, Body::from_stream(broken)).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn the_operation_is_found_by_its_name() {
    let several = "query A { item { name } } query B { echo(text: \"b\") }";
    let named = |name: Json| post(GRAPHQL, json!({ "query": several, "operationName": name }));
    assert_eq!(named(json!("B")).await.at("/data"), &json!({ "echo": "b" }));
    for name in [json!("C"), Json::Null] {
        let reply = named(name).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::BAD_REQUEST, "OPERATION_RESOLUTION_FAILURE")
        );
    }
    let anonymous = post(
        GRAPHQL,
        json!({ "query": "{ item { name } }", "operationName": "A" }),
    )
    .await;
    assert_eq!(anonymous.code(), "OPERATION_RESOLUTION_FAILURE");
}
