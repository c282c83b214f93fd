//! A large shop, where some products are looked at for all: the demo shop, with limits as small as it is.

use crate::support::Shop;
use lilium::domains::listing::{Filter, Filters, Narrowing};
use lilium::domains::search::{
    Ask, Engine, FacetCounts, Found, Limits, Page, Postgres, SearchSort, Unavailable,
};
use lilium::domains::shop::{Directory, InContext};
use lilium::platform::db::Database;
use std::collections::{BTreeMap, HashSet};

/// So many products are counted one by one.
const COUNTED: i64 = 40;

/// Words in so many texts are ranked.
const RANKED: i64 = 8;

struct Large {
    shop: Shop,
    /// As a large shop is searched, and as this one is.
    large: Postgres,
    small: Postgres,
    context: InContext,
    /// Vendors, types, tags and colours.
    filters: Vec<Filter>,
    /// Kind and name of each value.
    fields: BTreeMap<i32, (String, String)>,
}

impl Large {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let sql = shop.sql().await;
        // How many texts there are is what the database reckons.
        sql.batch_execute("ANALYZE product_texts").await.unwrap();
        let named = "SELECT kind::text, value_name FROM facet_values WHERE kind IN ('TYPE', 'TAG') AND value_name IS NOT NULL ORDER BY id";
        let rows = sql.query(named, &[]).await.unwrap();
        let mut filters: Vec<Filter> = rows
            .iter()
            .map(|row| (row.get::<_, String>(0), row.get::<_, String>(1)))
            .map(|(kind, name)| match kind.as_str() {
                "TYPE" => Filter::Type(name),
                _ => Filter::Tag(name),
            })
            .collect();
        let vendors = sql.query("SELECT name FROM vendors ORDER BY id", &[]);
        filters.extend(
            vendors
                .await
                .unwrap()
                .iter()
                .map(|row| Filter::Vendor(row.get(0))),
        );
        let rows = sql
            .query("SELECT id, kind::text, field FROM facet_values", &[])
            .await
            .unwrap();
        let fields = rows
            .iter()
            .map(|row| (row.get(0), (row.get(1), row.get(2))));
        let database = Database::connect(&shop.server, 4).unwrap();
        let facts = Directory::new(database.clone()).facts().await.unwrap();
        let limits = Limits {
            counted: COUNTED,
            ranked: RANKED,
            sample: 60,
        };
        Self {
            large: Postgres::within(database.clone(), limits),
            small: Postgres::new(database),
            context: InContext::settle(&facts, None, None).unwrap(),
            filters,
            fields: fields.collect(),
            shop,
        }
    }

    async fn narrowing(&self, filters: Vec<Filter>) -> Narrowing {
        let database = Database::connect(&self.shop.server, 1).unwrap();
        let mut conn = database.get().await.unwrap();
        Narrowing::of(&mut conn, &Filters(filters), &self.context)
            .await
            .unwrap()
    }

    /// What a large shop finds, and what there is.
    async fn both(&self, ask: &Ask) -> (Found, Found) {
        let large = self.large.find(ask, &self.context).await.unwrap();
        let small = self.small.find(ask, &self.context).await.unwrap();
        (large, small)
    }

    /// Values of what was chosen from, and the others.
    fn parted(&self, counts: &FacetCounts, chosen: &Narrowing) -> [BTreeMap<i32, u64>; 2] {
        let mut parted = [BTreeMap::new(), BTreeMap::new()];
        for (value, count) in &counts.values {
            let (kind, field) = &self.fields[value];
            let own = chosen
                .groups
                .iter()
                .any(|group| (group.kind.code(), &group.field) == (kind.as_str(), field));
            parted[usize::from(!own)].insert(*value, *count);
        }
        parted
    }
}

fn counted(text: &str, narrowing: Narrowing) -> Ask {
    Ask {
        narrowing,
        facets: true,
        ..Ask::of_words(text, 250)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_counted_is_and_the_rest_is_an_estimate() {
    let large = Large::open().await;
    let mut kinds = BTreeMap::new();
    let price = || Filter::Price {
        min: 500,
        max: Some(9_000),
    };
    let mut asked: Vec<(&str, Vec<Filter>)> = vec![
        ("", vec![]),
        ("leather", vec![]),
        ("", vec![price()]),
        ("", vec![Filter::Available(true), price()]),
    ];
    for (place, filter) in large.filters.iter().enumerate() {
        asked.push(("", vec![filter.clone()]));
        let other = large.filters[(place * 7 + 3) % large.filters.len()].clone();
        asked.push(("", vec![filter.clone(), other, Filter::Available(true)]));
        asked.push((
            ["black", "leather", "wool"][place % 3],
            vec![filter.clone(), price()],
        ));
    }
    for (text, filters) in asked {
        let narrowing = large.narrowing(filters.clone()).await;
        let (found, truth) = large.both(&counted(text, narrowing.clone())).await;
        let (told, true_) = (found.facets.unwrap(), truth.facets.unwrap());
        assert!(truth.total.exact && true_.exact && true_.own_exact);
        let about = format!(
            "{text} {filters:?} {} of {}",
            found.total.count, truth.total.count
        );
        *kinds.entry((told.exact, told.own_exact)).or_insert(0) += 1;
        assert_eq!(found.total.exact, told.exact, "{about}");
        let [own, others] = large.parted(&told, &narrowing);
        let [own_truth, others_truth] = large.parted(&true_, &narrowing);
        if told.exact {
            assert_eq!(found.total, truth.total, "{about}");
            assert_eq!(others, others_truth, "{about}");
            // Whatever was chosen is counted of the hits.
            for value in narrowing.groups.iter().flat_map(|group| &group.values) {
                assert_eq!(own.get(value), own_truth.get(value), "{about}");
            }
        } else {
            assert!(truth.total.count > 0, "{about}");
        }
        if told.own_exact {
            assert_eq!(own, own_truth, "{about}");
            assert_eq!(told.prices, true_.prices, "{about}");
            assert_eq!(
                (told.available, told.unavailable, told.priced),
                (true_.available, true_.unavailable, true_.priced),
                "{about}"
            );
        }
        // Few hits are always counted.
        if truth.total.count == 0 {
            assert!(told.exact, "{about}");
        }
    }
    for kind in [(false, false), (true, false), (true, true)] {
        assert!(kinds.contains_key(&kind), "never {kind:?}: {kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_is_near_what_there_is() {
    let large = Large::open().await;
    let (found, truth) = large.both(&counted("", Narrowing::default())).await;
    assert!(!found.total.exact);
    let (told, there) = (found.total.count, truth.total.count);
    assert!(there / 2 < told && told < there * 2, "{told} for {there}");
    let (told, true_) = (found.facets.unwrap(), truth.facets.unwrap());
    let sum = |counts: &FacetCounts| counts.values.values().sum::<u64>();
    let (told, there) = (sum(&told), sum(&true_));
    assert!(there / 2 < told && told < there * 2, "{told} for {there}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_a_word_that_is_everywhere_are_the_whole_list_by_sales() {
    let large = Large::open().await;
    for unavailable in [Unavailable::Show, Unavailable::Last] {
        let ask = Ask {
            unavailable,
            ..Ask::of_words("leather", 250)
        };
        let (whole, truth) = large.both(&ask).await;
        let ids = |found: &Found| found.hits.iter().map(|hit| hit.id).collect::<Vec<_>>();
        let known: HashSet<_> = ids(&truth).into_iter().collect();
        assert_eq!(ids(&whole).into_iter().collect::<HashSet<_>>(), known);
        assert!(known.len() > usize::try_from(RANKED).unwrap());
        let by_sales = Ask {
            sort: SearchSort::BestSelling,
            ..ask.clone()
        };
        assert_eq!(ids(&large.both(&by_sales).await.1), ids(&whole));
        let (mut seen, mut from) = (Vec::new(), None);
        loop {
            let page = Page {
                limit: 3,
                from: from.take(),
                backwards: false,
            };
            let part = Ask {
                page,
                ..ask.clone()
            };
            let found = large.large.find(&part, &large.context).await.unwrap();
            seen.extend(found.hits.iter().map(|hit| hit.id));
            if !found.more {
                break;
            }
            from = found.hits.last().map(|hit| hit.mark.clone());
        }
        assert_eq!(seen, ids(&whole));
    }
}
