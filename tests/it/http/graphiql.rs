//! GraphiQL, from the program itself.

use super::header;
use crate::programs::skipped;
use crate::support::{Contents, Shop, TOKEN_KEYS};
use reqwest::Response;

async fn get(shop: &Shop, path: &str) -> Response {
    shop.http()
        .get(format!("{}{path}", shop.address))
        .send()
        .await
        .unwrap()
}

/// The values of `src` and `href` in the page.
fn linked(page: &str) -> Vec<String> {
    ["src=\"", "href=\""]
        .iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

fn assert_guarded(response: &Response) {
    let policy = header(response, "content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(policy.contains("connect-src 'self'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("http") && !policy.contains('*') && !policy.contains("unsafe-eval"));
    assert_eq!(header(response, "x-content-type-options"), "nosniff");
    assert_eq!(header(response, "referrer-policy"), "no-referrer");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_all_it_loads_come_from_here() {
    let shop = Shop::open().await;
    let page = get(&shop, "/graphiql").await;
    if page.status() == 503 {
        let said = page.text().await.unwrap();
        assert!(said.contains("make graphiql"), "{said}");
        skipped("GraphiQL", "its files were not brought before the build");
        return;
    }
    assert_eq!(page.status(), 200);
    assert_eq!(header(&page, "content-type"), "text/html; charset=utf-8");
    assert_guarded(&page);
    let page = page.text().await.unwrap();
    let files = linked(&page);
    assert!(files.len() >= 8, "{files:?}");
    for file in files {
        assert!(
            file.starts_with("graphiql/") && !file.contains("//"),
            "another origin: {file}"
        );
        let response = get(&shop, &format!("/{file}")).await;
        assert_eq!(response.status(), 200, "{file}");
        assert_guarded(&response);
        let kind = match file.rsplit_once('.').unwrap().1 {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("{other}"),
        };
        assert_eq!(header(&response, "content-type"), kind, "{file}");
        assert!(response.bytes().await.unwrap().len() > 100, "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_files_name_no_other_origin() {
    let shop = Shop::open().await;
    for file in [
        "index.html",
        "page.js",
        "live.js",
        "resuming.js",
        "style.css",
        "icon.svg",
        "examples.graphql",
    ] {
        let answer = get(&shop, &format!("/graphiql/{file}")).await;
        assert_eq!(answer.status(), 200, "{file}");
        let text = answer.text().await.unwrap();
        // The name of SVG's vocabulary is no address that is fetched.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for foreign in [
            "http:", "https:", "src=\"//", "url(h", "url(/", "@import", "import(",
        ] {
            assert!(!text.contains(foreign), "{foreign} in {file}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_browser_has_is_not_sent_again() {
    let shop = Shop::open().await;
    for path in ["/graphiql/page.js", "/graphiql/style.css"] {
        let first = get(&shop, path).await;
        assert_eq!(header(&first, "cache-control"), "no-cache");
        let tag = header(&first, "etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 16, "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
            let again = shop
                .http()
                .get(format!("{}{path}", shop.address))
                .header("if-none-match", known);
            let again = again.send().await.unwrap();
            assert_eq!(again.status(), 304);
            assert_eq!(header(&again, "etag"), tag);
            assert_eq!(again.bytes().await.unwrap().len(), 0);
        }
        let other = shop
            .http()
            .get(format!("{}{path}", shop.address))
            .header("if-none-match", "\"another\"");
        assert_eq!(other.send().await.unwrap().status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_page_is_served() {
    let shop = Shop::open().await;
    for file in [
        "..%2Fpackage.json",
        "%2e%2e%2fbuild.mjs",
        "..%5cbuild.mjs",
        "package.json",
        "nothing.js",
        "page.js%00",
    ] {
        let response = get(&shop, &format!("/graphiql/{file}")).await;
        assert_eq!(response.status(), 404, "{file}");
    }
    let own = crate::support::http::client_that_stays();
    let root = own.get(format!("{}/", shop.address)).send().await.unwrap();
    assert_eq!(
        (root.status().as_u16(), header(&root, "location")),
        (307, "/graphiql")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn production_has_no_graphiql() {
    let shop = Shop::with(
        Contents::Demo,
        &[
            ("LILIUM_PROFILE", "production"),
            ("PUBLIC_URL", "https://api.example.com"),
            ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ],
    )
    .await;
    for path in ["/graphiql", "/graphiql/page.js", "/"] {
        assert_eq!(get(&shop, path).await.status(), 404, "{path}");
    }
    let pictures = shop
        .data(
            "{ products(first: 1) { nodes { featuredImage { url } } } }",
            serde_json::json!({}),
        )
        .await;
    let url = pictures["products"]["nodes"][0]["featuredImage"]["url"]
        .as_str()
        .unwrap();
    assert!(url.starts_with("https://api.example.com/media/"), "{url}");
}
