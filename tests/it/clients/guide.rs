//! The page for those who write storefronts: every example of it is run, as it stands there.

use super::{found, node, script_of};
use crate::programs::Folder;
use crate::support::Shop;

const PAGE: &str = include_str!("../../../docs/API.md");

/// How many blocks of the page are run: all but the answers, which belong to the block before them.
fn examples() -> usize {
    let begins = PAGE
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("```"));
    let kinds: Vec<&str> = begins.step_by(2).collect();
    assert!(kinds.len() > 20, "{kinds:?}");
    kinds
        .iter()
        .filter(|kind| !["json", "http"].contains(kind))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_page_does_what_it_shows() {
    let shop = Shop::open().await;
    let endpoint = format!("{}/graphql", shop.address);
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/API.md");
    if let Some(said) = script_of("guide/run.mjs", &[&endpoint, page]).await {
        // And that no block was left out.
        found(said, examples() + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storefront_renews_its_tokens_as_the_page_shows() {
    let shop = Shop::open().await;
    if let Some(said) = node(&shop.address, "guide/session.mjs").await {
        found(said, 7);
    }
}

/// A page on which nothing is right.
const WRONG: &str = r#"
```graphql
query Name { shop { name } }
```

```json
{ "data": { "shop": { "name": "Lotus" } } }
```

```graphql
query Unanswered { shop { name } }
```

```sh
echo HTTP/1.1 404 Not Found
```

```http
HTTP/1.1 200 OK
```

```js
const nobody = 'runs this';
```

```python
print("nor this")
```
"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_on_a_page_or_run_by_nobody_is_found() {
    let shop = Shop::open().await;
    let folder = Folder::new();
    let page = folder.path().join("page.md");
    std::fs::write(&page, WRONG).unwrap();
    let endpoint = format!("{}/graphql", shop.address);
    let Some(said) = script_of("guide/run.mjs", &[&endpoint, page.to_str().unwrap()]).await else {
        return;
    };
    let wrong = said
        .out
        .lines()
        .filter(|line| line.starts_with("not ok line "));
    assert_eq!(wrong.count(), 5, "{}", said.out);
    assert_eq!(said.code, Some(1));
}
