//! What happens in a real browser: Chromium, without a window.

use super::{found, script_of};
use crate::programs::skipped;
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

/// A shop as it stands on the open internet, behind TLS, for a storefront of another origin; GraphiQL is there to be framed.
async fn in_public(more: &[(&str, &str)]) -> Shop {
    let mut settings = vec![
        ("LILIUM_PROFILE", "production"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ("PUBLIC_URL", "https://api.shop.example"),
        ("STOREFRONT_URL", "https://www.shop.example"),
        ("LILIUM_GRAPHIQL", "on"),
    ];
    settings.extend(more);
    Shop::with(Contents::Demo, &settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_do_nothing_and_read_nothing() {
    let what = "pages of other origins";
    let Some(browser) = browser(what) else {
        return;
    };
    // It makes the certificate of the sites.
    if Command::new("openssl").arg("version").output().is_err() {
        skipped(what, "openssl is not on this machine");
        return;
    }
    let shop = in_public(&[]).await;
    let endpoint = format!("{}/graphql", shop.address);
    if let Some(said) = script_of("browser/cross-site.mjs", &[&endpoint, browser]).await {
        found(said, 6);
    }
}
