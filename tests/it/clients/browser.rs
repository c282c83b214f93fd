//! What happens in a real browser: Chromium, without a window.

use super::{found, script_of};
use crate::programs::skipped;
use crate::support::Shop;
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
