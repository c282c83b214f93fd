//! Stock clients of subscriptions: each is a script of `tests/clients/live` that follows an order through broken connections.

use super::{found, node};
use crate::programs::{Folder, Serving, proved, url_of};
use crate::support::{Contents, Shop, database};
use std::path::Path;

const GUIDE: &str = include_str!("../../../docs/LIVE.md");
const RESUMING: &str = include_str!("../../../web/graphiql/page/resuming.js");

/// What a script talks to: a shop within this test, or the program that is to be proved.
enum Counterpart {
    Shop(Shop),
    Program(
        Serving,
        #[expect(dead_code, reason = "it is there as long as the program")] Folder,
    ),
}

impl Counterpart {
    async fn open() -> Self {
        if proved().is_none() {
            return Self::Shop(Shop::open().await);
        }
        let url = url_of(&database(Contents::Demo).await).await;
        let folder = Folder::new();
        Self::Program(
            Serving::start(&folder, &[], &[("DATABASE_URL", &url)]),
            folder,
        )
    }

    fn address(&self) -> &str {
        match self {
            Self::Shop(shop) => &shop.address,
            Self::Program(program, _) => &program.address,
        }
    }
}

/// Runs a script, which must find so many things as they ought to be, and nothing otherwise.
async fn finds(script: &str, good: usize) {
    let counterpart = Counterpart::open().await;
    let script = format!("live/{script}");
    let Some(said) = node(counterpart.address(), &script).await else {
        return;
    };
    found(said, good);
}

#[tokio::test(flavor = "multi_thread")]
async fn graphql_ws_follows_an_order_and_comes_again_with_a_new_token() {
    finds("graphql-ws.mjs", 14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn graphql_sse_follows_an_order() {
    finds("graphql-sse.mjs", 9).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_source_follows_an_order() {
    finds("eventsource.mjs", 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn apollo_client_follows_an_order() {
    finds("apollo.mjs", 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn urql_follows_an_order() {
    finds("urql.mjs", 8).await;
}

/// The lines of a text without what they are indented by.
fn flush(text: &str) -> String {
    text.lines()
        .map(|line| format!("{}\n", line.trim()))
        .collect()
}

/// So the guide cannot be wrong while the scripts pass.
#[test]
fn what_the_guide_shows_is_what_is_run() {
    let scripts = Path::new(super::CLIENTS).join("live");
    let scripts = std::fs::read_dir(scripts).unwrap();
    let scripts: Vec<String> = scripts
        .map(|script| std::fs::read_to_string(script.unwrap().path()).unwrap())
        .map(|script| flush(&script))
        .chain([flush(RESUMING)])
        .collect();
    let shown: Vec<&str> = GUIDE
        .split("\n```js\n")
        .skip(1)
        .map(|rest| rest.split_once("\n```").unwrap().0)
        .collect();
    assert!(shown.len() >= 6, "{}", shown.len());
    for block in shown {
        let block = flush(block);
        assert!(
            scripts.iter().any(|script| script.contains(&block)),
            "no script has this:\n{block}"
        );
    }
}
