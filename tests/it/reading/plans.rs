//! How PostgreSQL reads lists of ten thousand products: in the order of an index, a page's rows and no more, wherever the page is.

mod probe;

use crate::support::{Contents, database};
use lilium::domains::catalog::loaders::{OptionWith, ProductParts, ProductWithParts};
use lilium::domains::catalog::{Part, Parts};
use lilium::domains::listing::loaders::{CardByHandle, CardById, PageOf};
use lilium::domains::listing::{self, Ask, Card, Filters, Intent, Query, Sort, Source};
use lilium::graphql::batch::Batch;
use lilium::graphql::connection::Placed;
use lilium::graphql::lookup::By;
use lilium::graphql::page_args::{PageArgs, cursor};
use lilium::platform::db::Server;
use probe::Probe;
use std::sync::Arc;
use uuid::Uuid;

/// A page of 24 is read as 26 rows; a few that are not seen may stand between.
const PAGE: i32 = 24;
const MOST: u32 = 30;

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    First,
    After,
    Before,
}

/// A list whose pages are looked at.
#[derive(Clone, Copy)]
struct List {
    source: Source,
    /// The shelf or vendor.
    parent: Option<Uuid>,
    sort: Sort,
    reverse: bool,
}

impl List {
    fn ask(self, page: PageArgs) -> Arc<Ask> {
        let page = PageArgs {
            reverse: Some(self.reverse),
            ..page
        };
        Arc::new(Ask::new(self.source, self.sort, &page, Filters::default(), None).unwrap())
    }

    async fn rows(self, probe: &mut Probe, ask: &Arc<Ask>) -> Vec<Placed<Arc<Card>>> {
        let context = probe.context.clone();
        let Some(parent) = self.parent else {
            let rows = listing::page(&mut probe.conn, ask, &context).await.unwrap();
            return rows.into_iter().map(Placed::shared).collect();
        };
        let key = (parent, Arc::clone(ask));
        let mut pages = PageOf(context)
            .load(&mut probe.conn, vec![key.clone()])
            .await
            .unwrap();
        pages.remove(&key).unwrap_or_default().to_vec()
    }

    /// A cursor far inside the list.
    async fn deep(self, probe: &mut Probe, pages: usize) -> String {
        let mut place = None;
        for _ in 0..pages {
            let ask = self.ask(PageArgs {
                first: Some(250),
                after: place.clone(),
                ..PageArgs::default()
            });
            let rows = self.rows(probe, &ask).await;
            let last = rows
                .get(249)
                .unwrap_or_else(|| panic!("the list ends at {}", rows.len()));
            place = Some(cursor(ask.sort.order(), &last.key, last.id));
        }
        place.unwrap()
    }

    /// Looks at the first page and at those around a place far inside.
    async fn assert_walks_by(self, probe: &mut Probe, index: &str, pages: usize) {
        let place = self.deep(probe, pages).await;
        for way in [Way::First, Way::After, Way::Before] {
            let (first, last) = if way == Way::Before {
                (None, Some(PAGE))
            } else {
                (Some(PAGE), None)
            };
            let after = (way == Way::After).then(|| place.clone());
            let before = (way == Way::Before).then(|| place.clone());
            let ask = self.ask(PageArgs {
                first,
                last,
                after,
                before,
                reverse: None,
            });
            assert!(self.rows(probe, &ask).await.len() > 24);
            let what = format!(
                "{:?} by {:?}, reverse {}, {way:?}",
                self.source, self.sort, self.reverse
            );
            let plan = probe.plan().await;
            plan.assert_ordered_by(index, &what);
            plan.assert_reads(MOST, &what);
        }
    }
}

async fn ten_thousand() -> (Server, Probe) {
    let server = database(Contents::TenThousand).await;
    let probe = Probe::new(&server).await;
    (server, probe)
}

/// The row with the most products, of the markets' default.
async fn largest(server: &Server, table: &str, column: &str) -> Uuid {
    let sql = format!(
        "SELECT t.{column} FROM {table} t JOIN markets m ON m.id = t.market_id AND m.is_default GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    );
    server
        .client()
        .await
        .unwrap()
        .query_one(&sql, &[])
        .await
        .unwrap()
        .get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn all_products_are_read_in_the_order_of_an_index() {
    let (_server, mut probe) = ten_thousand().await;
    for (sort, index) in [
        (Sort::Id, "listings_p"),
        (Sort::Title, "listings_by_title"),
        (Sort::Type, "listings_by_type"),
        (Sort::Vendor, "listings_by_vendor"),
        (Sort::Price, "listing_prices_by_amount"),
        (Sort::BestSelling, "listings_by_sold"),
        (Sort::Created, "listings_by_creation"),
        (Sort::Updated, "listings_by_update"),
    ] {
        for reverse in [false, true] {
            let list = List {
                source: Source::Market,
                parent: None,
                sort,
                reverse,
            };
            list.assert_walks_by(&mut probe, index, 12).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_category_is_read_in_the_order_of_an_index() {
    let (server, mut probe) = ten_thousand().await;
    let parent = Some(largest(&server, "placements", "collection_id").await);
    for (sort, index) in [
        (Sort::Id, "placements_pkey"),
        (Sort::Title, "placements_by_title"),
        (Sort::Price, "placements_by_amount"),
        (Sort::BestSelling, "placements_by_sold"),
        (Sort::Created, "placements_by_creation"),
        (Sort::Position, "placements_by_position"),
    ] {
        for reverse in [false, true] {
            let list = List {
                source: Source::Shelf,
                parent,
                sort,
                reverse,
            };
            list.assert_walks_by(&mut probe, index, 8).await;
        }
    }
}

/// Gives half of the shop to its largest vendor, so that sorting all that it sells would be felt.
async fn enlarged(server: &Server) -> Uuid {
    let vendor = largest(server, "listings", "vendor_id").await;
    let client = server.client().await.unwrap();
    let sql = "UPDATE listings SET vendor_id = $1 WHERE right(product_id::text, 1) < '8'";
    client.execute(sql, &[&vendor]).await.unwrap();
    client.batch_execute("ANALYZE listings").await.unwrap();
    vendor
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_sells_is_read_in_the_order_of_an_index() {
    let (server, mut probe) = ten_thousand().await;
    let parent = Some(enlarged(&server).await);
    for (sort, index) in [
        (Sort::Id, "listings_of_vendor"),
        (Sort::Vendor, "listings_of_vendor"),
        (Sort::Title, "listings_of_vendor_by_title"),
        (Sort::BestSelling, "listings_of_vendor_by_sold"),
        (Sort::Created, "listings_of_vendor_by_creation"),
    ] {
        for reverse in [false, true] {
            let list = List {
                source: Source::Vendor,
                parent,
                sort,
                reverse,
            };
            list.assert_walks_by(&mut probe, index, 8).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_orders_read_no_more_than_the_vendor_s_own_products() {
    let (server, mut probe) = ten_thousand().await;
    let parent = largest(&server, "listings", "vendor_id").await;
    for sort in [Sort::Price, Sort::Type, Sort::Updated] {
        let list = List {
            source: Source::Vendor,
            parent: Some(parent),
            sort,
            reverse: false,
        };
        let ask = list.ask(PageArgs {
            first: Some(PAGE),
            ..PageArgs::default()
        });
        assert!(list.rows(&mut probe, &ask).await.len() > 24);
        probe.plan().await.assert_reads(100, &format!("{sort:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_many_vendors_read_a_page_of_each() {
    let (server, mut probe) = ten_thousand().await;
    let client = server.client().await.unwrap();
    let rows = client
        .query("SELECT id FROM vendors ORDER BY id LIMIT 50", &[])
        .await
        .unwrap();
    for sort in [Sort::BestSelling, Sort::Title, Sort::Created] {
        let list = List {
            source: Source::Vendor,
            parent: None,
            sort,
            reverse: false,
        };
        let ask = list.ask(PageArgs {
            first: Some(5),
            ..PageArgs::default()
        });
        let keys = rows
            .iter()
            .map(|row| (row.get(0), Arc::clone(&ask)))
            .collect();
        let pages = PageOf(probe.context.clone())
            .load(&mut probe.conn, keys)
            .await
            .unwrap();
        assert_eq!(pages.len(), 50);
        // Five are read as eleven.
        probe
            .plan()
            .await
            .assert_reads(50 * 12, &format!("{sort:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_product_is_looked_up() {
    let (server, mut probe) = ten_thousand().await;
    let sql = "SELECT p.id, p.handle FROM listings l JOIN products p ON p.id = l.product_id ORDER BY l.title_key, p.id LIMIT 1";
    let row = server
        .client()
        .await
        .unwrap()
        .query_one(sql, &[])
        .await
        .unwrap();
    let (id, handle): (Uuid, String) = (row.get(0), row.get(1));
    let context = probe.context.clone();
    let found = CardByHandle(context.clone())
        .load(&mut probe.conn, vec![handle.clone()])
        .await
        .unwrap();
    assert_eq!(found[&handle].id, id);
    probe.plan().await.assert_reads(4, "by handle");
    let found = CardById(context.clone())
        .load(&mut probe.conn, vec![id])
        .await
        .unwrap();
    probe.plan().await.assert_reads(4, "by id");
    for intent in [Intent::Related, Intent::Complementary] {
        let cards = listing::recommended(&mut probe.conn, &context, &found[&id], intent)
            .await
            .unwrap();
        assert_eq!(cards.len(), 10);
        probe.plan().await.assert_reads(400, &format!("{intent:?}"));
    }
}

/// Products with pictures that everybody sees.
async fn pictured(server: &Server, most: i64) -> Vec<Uuid> {
    let sql = "SELECT l.product_id FROM listings l JOIN markets m ON m.id = l.market_id AND m.is_default
        WHERE EXISTS (SELECT 1 FROM product_images i WHERE i.product_id = l.product_id) ORDER BY l.product_id LIMIT $1";
    let client = server.client().await.unwrap();
    let rows = client.query(sql, &[&most]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_read_of_the_products_of_which_they_are_wanted() {
    let (server, mut probe) = ten_thousand().await;
    let products = pictured(&server, 100).await;
    let parts = ProductParts(probe.context.clone());
    for many in [1, 100] {
        let wanted = products.iter().take(many);
        let keys: Vec<_> = wanted
            .flat_map(|id| Part::ALL.map(|part| (*id, part)))
            .collect();
        let found = parts.load(&mut probe.conn, keys.clone()).await.unwrap();
        assert!(keys.iter().all(|key| found.contains_key(key)));
        let most = u32::try_from(60 * many).unwrap();
        probe.plan().await.assert_reads(most, "all parts");
    }
    // Options of some, pictures of the others.
    let (some, others) = products.split_at(70);
    let keys = some.iter().map(|id| (*id, Part::Options));
    let keys = keys.chain(others.iter().map(|id| (*id, Part::Pictures)));
    let keys: Vec<_> = keys.collect();
    let found = parts.load(&mut probe.conn, keys.clone()).await.unwrap();
    assert_eq!(found.len(), keys.len());
    assert!(keys.iter().all(|key| found[key].part() == key.1));
    let plan = probe.plan().await;
    assert_eq!(plan.looks_into("product_options"), Some(70.0), "{plan:?}");
    assert_eq!(plan.looks_into("product_images"), Some(30.0), "{plan:?}");
    assert_eq!(plan.looks_into("variants"), None, "{plan:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_with_its_parts_is_looked_up() {
    let (server, mut probe) = ten_thousand().await;
    let id = pictured(&server, 1).await.remove(0);
    let all = Part::ALL.into_iter().fold(Parts::default(), Parts::with);
    let only = Parts::default().with(Part::Pictures);
    for (parts, options) in [(all, Some(1.0)), (only, None)] {
        let key = (By::Id(id), parts);
        let looked_up = ProductWithParts(probe.context.clone());
        let found = looked_up.load(&mut probe.conn, vec![key.clone()]).await;
        assert!(found.unwrap().contains_key(&key));
        let plan = probe.plan().await;
        plan.assert_reads(60, "with parts");
        assert_eq!(plan.looks_into("product_options"), options, "{plan:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn options_are_looked_up_by_their_own_ids_and_by_those_of_their_values() {
    let (server, mut probe) = ten_thousand().await;
    let sql = "SELECT x.id FROM option_values x ORDER BY x.id LIMIT 20";
    let rows = server
        .client()
        .await
        .unwrap()
        .query(sql, &[])
        .await
        .unwrap();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let context = probe.context.clone();
    let found = OptionWith(context)
        .load(&mut probe.conn, ids.clone())
        .await
        .unwrap();
    assert!(ids.iter().all(|id| found.contains_key(id)));
    probe.plan().await.assert_reads(200, "options");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_begins_with_the_words() {
    let (_server, mut probe) = ten_thousand().await;
    for sort in [Sort::Relevance, Sort::Price, Sort::Id] {
        let query = Query::parse("\"quiet stoneware\"").unwrap();
        let page = PageArgs {
            first: Some(PAGE),
            ..PageArgs::default()
        };
        let ask = Ask::new(Source::Market, sort, &page, Filters::default(), query).unwrap();
        let rows = listing::page(&mut probe.conn, &ask, &probe.context)
            .await
            .unwrap();
        assert!(!rows.is_empty() && rows.len() < 10);
        probe.plan().await.assert_reads(20, &format!("{sort:?}"));
    }
}
