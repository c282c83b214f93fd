//! What happens in a real browser: Chromium, without a window.

use super::{found, script_of};
use crate::programs::{Said, skipped};
use crate::support::{Contents, Shop, TOKEN_KEYS};
use std::process::Command;

/// The names that it has on machines.
const BROWSERS: [&str; 3] = ["chromium", "google-chrome", "chromium-browser"];

/// The browser of this machine; `None`, said in the output, where there is none.
fn browser(what: &str) -> Option<&'static str> {
    let is_here = |name: &&str| {
        Command::new(name)
            .arg("--version")
            .output()
            .is_ok_and(|said| said.status.success())
    };
    let found = BROWSERS.into_iter().find(is_here);
    if found.is_none() {
        skipped(what, "chromium is not on this machine");
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn graphiql_works_in_chromium_and_asks_nobody_else() {
    let Some(browser) = browser("GraphiQL in a browser") else {
        return;
    };
    let shop = Shop::open().await;
    let page = shop.http().get(format!("{}/graphiql", shop.address));
    if page.send().await.unwrap().status() == 503 {
        let why = "GraphiQL's files were not brought before the build";
        skipped("GraphiQL in a browser", why);
        return;
    }
    let endpoint = format!("{}/graphql", shop.address);
    if let Some(said) = script_of("browser/graphiql.mjs", &[&endpoint, browser]).await {
        found(said, 9);
    }
}

/// A shop as it stands on the open internet, behind TLS, for a storefront of another origin.
async fn in_public(more: &[(&str, &str)]) -> Shop {
    let mut settings = vec![
        ("LILIUM_PROFILE", "production"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ("PUBLIC_URL", "https://api.shop.example"),
        ("STOREFRONT_URL", "https://www.shop.example"),
    ];
    settings.extend(more);
    Shop::with(Contents::Demo, &settings).await
}

/// What a script of pages of several origins finds of a shop; `None`, said in the output, where it cannot be run.
async fn visit(shop: &Shop, script: &str, more: &[&str]) -> Option<Said> {
    let browser = browser(script)?;
    // It makes the certificate of the sites.
    if Command::new("openssl").arg("version").output().is_err() {
        skipped(script, "openssl is not on this machine");
        return None;
    }
    let endpoint = format!("{}/graphql", shop.address);
    let arguments = [&[endpoint.as_str(), browser], more].concat();
    script_of(script, &arguments).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_do_nothing_and_read_nothing() {
    // Pages that are listed may send cookies then, so that more could go wrong.
    let shop = in_public(&[("LILIUM_COOKIES", "on")]).await;
    if let Some(said) = visit(&shop, "browser/cross-site.mjs", &["all"]).await {
        found(said, 8);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn graphiql_is_framed_by_nobody() {
    let shop = Shop::open().await;
    if let Some(said) = visit(&shop, "browser/cross-site.mjs", &["frames"]).await {
        found(said, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_listed_origin_can_do_what_others_cannot() {
    let shop = in_public(&[]).await;
    if let Some(said) = visit(&shop, "browser/storefront.mjs", &[]).await {
        found(said, 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storefront_signs_in_with_cookies_that_no_script_reads() {
    let shop = in_public(&[("LILIUM_COOKIES", "on")]).await;
    if let Some(said) = visit(&shop, "browser/cookies.mjs", &[]).await {
        found(said, 15);
    }
}
