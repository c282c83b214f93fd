//! What a search is narrowed to, and what is counted of it.

use super::{Searched, words};
use lilium::domains::listing::{FacetKind, Filter, Group, Narrowing};
use lilium::domains::search::{Ask, Within};
use uuid::Uuid;

/// Every kind of value.
const KINDS: [FacetKind; 7] = [
    FacetKind::Category,
    FacetKind::Vendor,
    FacetKind::Type,
    FacetKind::Tag,
    FacetKind::Option,
    FacetKind::Attribute,
    FacetKind::Rating,
];

#[tokio::test(flavor = "multi_thread")]
async fn no_condition_is_forgotten_however_many_there_are() {
    for searched in Searched::all().await {
        let sql = searched.searching.shop.sql().await;
        let vendors = "SELECT array_agg(id) FROM facet_values WHERE kind = 'VENDOR'";
        let vendors: Vec<i32> = sql.query_one(vendors, &[]).await.unwrap().get(0);
        // Every product is of some vendor.
        let group = |place| Group {
            kind: FacetKind::Attribute,
            field: format!("a{place}"),
            values: vendors.clone(),
        };
        let ask = |many: u32| Ask {
            narrowing: Narrowing {
                groups: (0..many).map(group).collect(),
                prices: vec![(0, 6_000)],
                available: Some(true),
            },
            facets: true,
            ..words("")
        };
        let few = searched.find(&ask(0)).await;
        assert!(few.total.count > 0);
        if searched.searching.remote.is_some() {
            continue;
        }
        let many = searched.find(&ask(70)).await;
        assert_eq!(many.total, few.total);
        assert_eq!(many.hits, few.hits);
        assert_eq!(many.facets.unwrap().available, few.total.count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_a_chosen_group_are_counted_as_if_nothing_of_it_were_chosen() {
    for searched in Searched::all().await {
        let tag = |tag: &str| Filter::Tag(tag.to_owned());
        let chosen = searched
            .narrowing(vec![
                tag("ceramic"),
                Filter::Price {
                    min: 1_000,
                    max: Some(3_000),
                },
                Filter::Available(true),
            ])
            .await;
        let counted = |narrowing: Narrowing| {
            let ask = Ask {
                narrowing,
                facets: true,
                ..words("")
            };
            let searched = &searched;
            async move { searched.find(&ask).await }
        };
        let found = counted(chosen.clone()).await;
        let facets = found.facets.unwrap();
        assert!(facets.exact && found.total.exact);
        assert_eq!(found.total.count, found.hits.len() as u64);
        let without = |change: fn(&mut Narrowing)| {
            let mut narrowing = chosen.clone();
            change(&mut narrowing);
            narrowing
        };
        // Each count is what would be found if that value were chosen instead.
        for (&value, &count) in &facets.values {
            let kind: String = searched
                .searching
                .shop
                .sql()
                .await
                .query_one(
                    "SELECT kind::text FROM facet_values WHERE id = $1",
                    &[&value],
                )
                .await
                .unwrap()
                .get(0);
            let mut instead = chosen.clone();
            if kind == "TAG" {
                instead.groups[0].values = vec![value];
            } else {
                let mut group = instead.groups[0].clone();
                group.kind = KINDS.into_iter().find(|it| it.code() == kind).unwrap();
                group.values = vec![value];
                instead.groups.push(group);
            }
            let found = counted(instead).await;
            assert_eq!(found.total.count, count, "{kind} {value}");
        }
        let any = counted(without(|narrowing| narrowing.available = None))
            .await
            .facets
            .unwrap();
        assert_eq!(
            (facets.available, facets.unavailable),
            (any.available, any.unavailable)
        );
        let any = counted(without(|narrowing| narrowing.prices.clear()))
            .await
            .facets
            .unwrap();
        assert_eq!(facets.prices, any.prices);
        // A range of all prices lets all of them through.
        let (least, most) = facets.prices.unwrap();
        let mut instead = chosen.clone();
        instead.prices = vec![(least, most)];
        assert_eq!(counted(instead).await.total.count, facets.priced);
        assert!(facets.priced > found.total.count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_by_signs_and_by_a_group_without_values() {
    for searched in Searched::all().await {
        for text in ["%", "_", "'", "\"&|!<->:*\\", "(((", "-"] {
            assert_eq!(searched.titles(text).await, Vec::<String>::new(), "{text}");
        }
        let nothing = searched
            .narrowing(vec![Filter::Tag("no product has it".to_owned())])
            .await;
        let found = searched
            .find(&Ask {
                narrowing: nothing,
                ..words("")
            })
            .await;
        assert_eq!((found.hits.len(), found.total.count), (0, 0));
        let long = "a ".repeat(5_000);
        let _ = searched.find(&words(&long)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_products_are_not_found_and_lists_within_are_kept_to() {
    for searched in Searched::all().await {
        let all = searched.find(&words("coffee")).await;
        let first = all.hits[0].id;
        let ask = Ask {
            without: vec![first],
            ..words("coffee")
        };
        let rest = searched.find(&ask).await;
        assert!(rest.hits.iter().all(|hit| hit.id != first));
        assert_eq!(rest.total.count + 1, all.total.count);
        let client = searched.searching.shop.sql().await;
        let sql = "SELECT vendor_id, category_id FROM products WHERE id = $1";
        let row = client.query_one(sql, &[&first]).await.unwrap();
        for within in [
            Within::Vendor(row.get(0)),
            Within::Category(row.get(1)),
            Within::Shelf(row.get(1)),
        ] {
            let ask = Ask {
                within,
                ..words("coffee")
            };
            let found = searched.find(&ask).await;
            assert!(found.hits.iter().any(|hit| hit.id == first), "{within:?}");
            assert!(found.total.count < all.total.count, "{within:?}");
            let nowhere = Ask {
                within: match within {
                    Within::Vendor(_) => Within::Vendor(Uuid::nil()),
                    Within::Category(_) => Within::Category(Uuid::nil()),
                    _ => Within::Shelf(Uuid::nil()),
                },
                ..words("coffee")
            };
            assert_eq!(searched.find(&nowhere).await.total.count, 0);
        }
    }
}
