//! Pictures over HTTP: what a query's addresses give.

use super::header;
use crate::support::{Contents, Shop};
use image::{GenericImageView, ImageFormat};
use reqwest::{Method, Response};
use serde_json::{Value, json};

async fn fetch(shop: &Shop, method: Method, url: &str) -> Response {
    shop.http().request(method, url).send().await.unwrap()
}

/// The picture of the first product that has one, asked for with `fields`.
async fn picture(shop: &Shop, fields: &str) -> Value {
    let query = format!("{{ products(first: 1) {{ nodes {{ featuredImage {{ {fields} }} }} }} }}");
    let data = shop.data(&query, json!({})).await;
    data["products"]["nodes"][0]["featuredImage"].clone()
}

fn assert_kept_for_good(response: &Response) {
    assert_eq!(
        header(response, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(header(response, "x-content-type-options"), "nosniff");
    assert_eq!(header(response, "access-control-allow-origin"), "*");
    assert!(header(response, "etag").starts_with('"'));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_original_is_as_large_as_the_query_says() {
    let shop = Shop::open().await;
    let asked = picture(&shop, "url width height originalSrc src").await;
    assert_eq!(
        (&asked["originalSrc"], &asked["src"]),
        (&asked["url"], &asked["url"])
    );
    let response = fetch(&shop, Method::GET, asked["url"].as_str().unwrap()).await;
    assert_eq!(
        (
            response.status().as_u16(),
            header(&response, "content-type")
        ),
        (200, "image/jpeg")
    );
    assert_kept_for_good(&response);
    let bytes = response.bytes().await.unwrap();
    let decoded = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
    let (width, height) = decoded.dimensions();
    assert_eq!(
        (asked["width"].as_u64(), asked["height"].as_u64()),
        (Some(width.into()), Some(height.into()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transformed_picture_is_what_was_asked_for() {
    let shop = Shop::open().await;
    // The tests' originals are 320 by 320. Sides are rounded up to those that there are.
    for (transform, kind, dimensions) in [
        ("maxWidth: 64", "image/jpeg", (64, 64)),
        ("maxWidth: 100", "image/jpeg", (128, 128)),
        ("maxHeight: 256", "image/jpeg", (256, 256)),
        ("maxWidth: 64, scale: 2", "image/jpeg", (128, 128)),
        (
            "maxWidth: 192, preferredContentType: PNG",
            "image/png",
            (192, 192),
        ),
        ("preferredContentType: WEBP", "image/webp", (320, 320)),
        (
            "maxWidth: 256, maxHeight: 128, crop: CENTER, preferredContentType: WEBP",
            "image/webp",
            (256, 128),
        ),
        (
            "maxWidth: 96, maxHeight: 192, crop: TOP",
            "image/jpeg",
            (96, 192),
        ),
        // Never enlarged.
        ("maxWidth: 5760", "image/jpeg", (320, 320)),
    ] {
        let asked = picture(&shop, &format!("url(transform: {{ {transform} }})")).await;
        let url = asked["url"].as_str().unwrap();
        let response = fetch(&shop, Method::GET, url).await;
        assert_eq!(
            (
                response.status().as_u16(),
                header(&response, "content-type")
            ),
            (200, kind),
            "{transform}"
        );
        assert_kept_for_good(&response);
        let bytes = response.bytes().await.unwrap();
        let format = ImageFormat::from_mime_type(kind).unwrap();
        let decoded = image::load_from_memory_with_format(&bytes, format).unwrap();
        assert_eq!(decoded.dimensions(), dimensions, "{transform}: {url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_browser_has_is_not_sent_again() {
    let shop = Shop::open().await;
    let asked = picture(&shop, "url small: url(transform: { maxWidth: 64 })").await;
    let mut tags = Vec::new();
    for url in [&asked["url"], &asked["small"]] {
        let url = url.as_str().unwrap();
        let first = fetch(&shop, Method::GET, url).await;
        let tag = header(&first, "etag").to_owned();
        let again = shop.http().get(url).header("if-none-match", &tag);
        let again = again.send().await.unwrap();
        assert_eq!(again.status(), 304);
        assert_kept_for_good(&again);
        assert_eq!(again.bytes().await.unwrap().len(), 0);
        let other = shop.http().get(url).header("if-none-match", "\"another\"");
        assert_eq!(other.send().await.unwrap().status(), 200);
        tags.push(tag);
    }
    assert_ne!(tags[0], tags[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_tells_what_get_would() {
    let shop = Shop::open().await;
    let asked = picture(&shop, "url small: url(transform: { maxWidth: 64 })").await;
    for url in [&asked["url"], &asked["small"]] {
        let url = url.as_str().unwrap();
        let get = fetch(&shop, Method::GET, url).await;
        let head = fetch(&shop, Method::HEAD, url).await;
        assert_eq!(head.status(), 200);
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(header(&head, name), header(&get, name), "{name}");
        }
        assert_eq!(head.bytes().await.unwrap().len(), 0);
        let post = fetch(&shop, Method::POST, url).await;
        assert_eq!(post.status(), 405);
        assert!(header(&post, "allow").contains("GET"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_not_is_404() {
    let shop = Shop::open().await;
    let url = picture(&shop, "url").await["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let (file, _) = url.rsplit_once('/').unwrap();
    let (media, id) = file.rsplit_once('/').unwrap();
    let unknown = uuid::Uuid::now_v7();
    for address in [
        // Sizes, formats and spellings that are not given out; one that would enlarge.
        format!("{file}/65w.jpg"),
        format!("{file}/0w.jpg"),
        format!("{file}/064w.jpg"),
        format!("{file}/-64w.jpg"),
        format!("{file}/99999999999999999999w.jpg"),
        format!("{file}/640w.jpg"),
        format!("{file}/64x64.jpg"),
        format!("{file}/64x64-middle.jpg"),
        format!("{file}/64w.gif"),
        format!("{file}/64w.JPG"),
        format!("{file}/64w"),
        format!("{file}/original.jpg.jpg"),
        format!("{file}/%ff%fe"),
        format!("{file}/%00.jpg"),
        format!("{file}/..%2f..%2f..%2fetc%2fpasswd"),
        // Files that there are not.
        format!("{media}/{unknown}/original.jpg"),
        format!("{media}/{}/original.jpg", id.to_uppercase()),
        format!("{media}/{{{id}}}/original.jpg"),
        format!("{media}/1/original.jpg"),
        format!("{media}/..%2f/original.jpg"),
    ] {
        let response = fetch(&shop, Method::GET, &address).await;
        assert_eq!(response.status(), 404, "{address}");
        assert_eq!(header(&response, "cache-control"), "no-store", "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_get_the_same_picture() {
    let shop = Shop::open().await;
    let asked = picture(&shop, "url(transform: { maxWidth: 200 })").await;
    let url = asked["url"].as_str().unwrap();
    let all = futures_util::future::join_all((0..40).map(|_| async {
        let response = fetch(&shop, Method::GET, url).await;
        (response.status(), response.bytes().await.unwrap())
    }))
    .await;
    assert!(all.iter().all(|(status, _)| *status == 200));
    assert!(all.iter().all(|answer| answer == &all[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_original_is_our_fault_and_says_nothing_of_our_disk() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let shop = Shop::with(Contents::Demo, &[("LILIUM_DATA", data)]).await;
    let asked = picture(&shop, "url small: url(transform: { maxWidth: 64 })").await;
    for url in [&asked["url"], &asked["small"]] {
        let response = fetch(&shop, Method::GET, url.as_str().unwrap()).await;
        assert_eq!(response.status(), 500);
        assert_eq!(header(&response, "cache-control"), "no-store");
        let text = response.text().await.unwrap();
        assert_eq!(text, "This picture could not be made.");
    }
}
