//! Walking through lists: forward and backward, page by page.

use crate::support::Shop;
use serde_json::{Map, Value, json};

/// A list that is walked through.
pub struct List {
    /// Declares `$first`, `$after`, `$last` and `$before`, and asks for ids and the page's place.
    document: String,
    /// Where the list stands in the data.
    place: String,
}

/// A page of a list.
pub struct Page {
    pub ids: Vec<String>,
    pub cursors: Vec<String>,
    pub next: bool,
    pub previous: bool,
}

impl List {
    /// A list among the root fields, such as `products`, with its arguments.
    pub fn root(name: &str, arguments: &str) -> Self {
        Self::inside("", name, arguments)
    }

    /// A list of the thing that a root field finds, such as `collection(handle: "sale")`.
    pub fn inside(parent: &str, name: &str, arguments: &str) -> Self {
        let list = format!(
            "{name}(first: $first, after: $after, last: $last, before: $before {arguments}) \
             {{ edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"
        );
        let head = "query Walk($first: Int, $after: String, $last: Int, $before: String)";
        let (root, _) = parent.split_once('(').unwrap_or_default();
        if parent.is_empty() {
            let (document, place) = (format!("{head} {{ {list} }}"), format!("/{name}"));
            Self { document, place }
        } else {
            let (document, place) = (
                format!("{head} {{ {parent} {{ {list} }} }}"),
                format!("/{root}/{name}"),
            );
            Self { document, place }
        }
    }

    /// A page by its arguments.
    pub async fn page(&self, shop: &Shop, arguments: Value) -> Page {
        let data = shop.data(&self.document, arguments).await;
        let page = data
            .pointer(&self.place)
            .unwrap_or_else(|| panic!("{data}"));
        let edges = page["edges"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let cursors: Vec<String> = edges.iter().map(|edge| text(&edge["cursor"])).collect();
        let info = &page["pageInfo"];
        assert_eq!(
            info["startCursor"].as_str(),
            cursors.first().map(String::as_str)
        );
        assert_eq!(
            info["endCursor"].as_str(),
            cursors.last().map(String::as_str)
        );
        Page {
            ids: edges.iter().map(|edge| text(&edge["node"]["id"])).collect(),
            cursors,
            next: info["hasNextPage"].as_bool().unwrap(),
            previous: info["hasPreviousPage"].as_bool().unwrap(),
        }
    }

    /// The page after a cursor.
    pub async fn forward(&self, shop: &Shop, size: usize, after: Option<&str>) -> Page {
        self.page(shop, arguments("first", size, "after", after))
            .await
    }

    /// The page before a cursor.
    pub async fn backward(&self, shop: &Shop, size: usize, before: Option<&str>) -> Page {
        self.page(shop, arguments("last", size, "before", before))
            .await
    }

    /// Walks through the whole list in both directions: every page says what is around it, and together they are `whole`.
    pub async fn assert_walks(&self, shop: &Shop, size: usize, whole: &[String]) {
        let mut seen = Vec::new();
        let mut place: Option<String> = None;
        loop {
            let page = self.forward(shop, size, place.as_deref()).await;
            assert_eq!(page.previous, !seen.is_empty(), "{}", self.document);
            assert!(
                page.ids.len() == size || !page.next,
                "a short page is the last"
            );
            seen.extend(page.ids);
            assert_eq!(page.next, seen.len() < whole.len(), "{}", self.document);
            place = page.cursors.last().cloned();
            if !page.next {
                break;
            }
        }
        assert_eq!(seen, whole, "forward by {size}: {}", self.document);
        self.assert_walks_back(shop, size, whole).await;
    }

    async fn assert_walks_back(&self, shop: &Shop, size: usize, whole: &[String]) {
        let mut seen: Vec<String> = Vec::new();
        let mut place: Option<String> = None;
        loop {
            let page = self.backward(shop, size, place.as_deref()).await;
            assert_eq!(page.next, !seen.is_empty(), "{}", self.document);
            assert!(
                page.ids.len() == size || !page.previous,
                "a short page is the first"
            );
            seen.splice(0..0, page.ids);
            assert_eq!(page.previous, seen.len() < whole.len(), "{}", self.document);
            place = page.cursors.first().cloned();
            if !page.previous {
                break;
            }
        }
        assert_eq!(seen, whole, "backward by {size}: {}", self.document);
    }
}

fn arguments(number: &str, size: usize, cursor: &str, place: Option<&str>) -> Value {
    let mut arguments = Map::new();
    arguments.insert(number.to_owned(), json!(size));
    arguments.insert(cursor.to_owned(), json!(place));
    Value::Object(arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_between_two_cursors_is_exactly_that() {
    let shop = Shop::open().await;
    let list = List::root("products", ", sortKey: TITLE");
    let all = list.forward(&shop, 50, None).await;
    let between = |name: &str, size: usize| {
        let mut arguments = json!({ "after": all.cursors[9], "before": all.cursors[20] });
        arguments[name] = json!(size);
        arguments
    };
    let whole = list.page(&shop, between("first", 50)).await;
    assert_eq!(whole.ids, all.ids[10..20]);
    let front = list.page(&shop, between("first", 4)).await;
    assert_eq!((front.ids.as_slice(), front.next), (&all.ids[10..14], true));
    let end = list.page(&shop, between("last", 4)).await;
    assert_eq!((end.ids.as_slice(), end.previous), (&all.ids[16..20], true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_nothing_is_a_page_of_nothing() {
    let shop = Shop::open().await;
    let list = List::root("products", r#", query: "nothingiscalledthis""#);
    let page = list.forward(&shop, 10, None).await;
    assert!(page.ids.is_empty() && !page.next && !page.previous);
    let page = list.backward(&shop, 10, None).await;
    assert!(page.ids.is_empty() && !page.next && !page.previous);
    let all = List::root("products", "");
    let last = all.backward(&shop, 1, None).await;
    let beyond = all.forward(&shop, 10, Some(&last.cursors[0])).await;
    assert!(beyond.ids.is_empty() && !beyond.next && beyond.previous);
}
