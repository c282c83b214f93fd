//! How pictures are asked for in GraphQL.

use crate::domains::media::Picture;
use crate::domains::media::graphql::Image;
use crate::graphql::links::Links;
use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema};
use uuid::Uuid;

struct Query;

#[Object]
impl Query {
    async fn image(&self) -> Image {
        let alt = Some("A flag".to_owned());
        Image(Picture {
            file_id: Uuid::nil(),
            width: 1200,
            height: 800,
            alt,
            id: Uuid::nil(),
        })
    }
}

/// What `{ image { ... } }` answers, as JSON text.
async fn answer(selection: &str) -> String {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription)
        .data(Links::new("http://shop.test", "http://front.test"))
        .finish();
    let request = Request::new(format!("query {{ image {{ {selection} }} }}"));
    let response = schema.execute(request).await;
    match response.errors.first() {
        Some(error) => error.message.clone(),
        None => response.data.to_string(),
    }
}

#[tokio::test]
async fn an_image_in_the_schema() {
    assert_eq!(
        answer("id altText width height").await,
        r#"{image: {id: "gid://lilium/ProductImage/00000000-0000-0000-0000-000000000000", altText: "A flag", width: 1200, height: 800}}"#
    );
    let file = "http://shop.test/media/00000000-0000-0000-0000-000000000000";
    for (field, name) in [
        ("url", "original.jpg"),
        ("url: src", "original.jpg"),
        ("url: originalSrc", "original.jpg"),
        ("url(transform: {maxWidth: 300})", "384w.jpg"),
        ("url(transform: {maxWidth: 300, scale: 2})", "640w.jpg"),
        ("url(transform: {maxWidth: 300, scale: null})", "384w.jpg"),
        (
            "url(transform: {preferredContentType: WEBP})",
            "original.webp",
        ),
        (
            "url(transform: {crop: LEFT, maxWidth: 500, maxHeight: 500, preferredContentType: PNG})",
            "512x512-left.png",
        ),
        (
            "url: transformedSrc(maxWidth: 100, maxHeight: 100, crop: CENTER)",
            "128x128-center.jpg",
        ),
        ("url: transformedSrc", "original.jpg"),
    ] {
        assert_eq!(
            answer(field).await,
            format!("{{image: {{url: \"{file}/{name}\"}}}}"),
            "{field}"
        );
    }
}

#[tokio::test]
async fn what_no_picture_can_be_is_refused_in_a_sentence() {
    for (field, sentence) in [
        (
            "url(transform: {maxWidth: 0})",
            "`maxWidth` may be 1 to 5760, not 0.",
        ),
        (
            "url(transform: {maxHeight: -1})",
            "`maxHeight` may be 1 to 5760, not -1.",
        ),
        (
            "url(transform: {maxWidth: 5761})",
            "`maxWidth` may be 1 to 5760, not 5761.",
        ),
        (
            "url(transform: {scale: 4})",
            "`scale` may be 1 to 3, not 4.",
        ),
        ("transformedSrc(scale: 0)", "`scale` may be 1 to 3, not 0."),
    ] {
        assert_eq!(answer(field).await, sentence);
    }
}
