//! Pages of what is found.

use super::{Searched, words};
use lilium::domains::search::{Ask, Page, Ranking, SearchSort, Tuning, Unavailable};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn pages_joined_are_the_whole_list_in_every_order_and_direction() {
    for searched in Searched::all().await {
        for text in ["", "tea"] {
            for sort in [
                SearchSort::Relevance,
                SearchSort::Price,
                SearchSort::BestSelling,
                SearchSort::Created,
                SearchSort::Title,
            ] {
                for (reverse, unavailable) in [
                    (false, Unavailable::Show),
                    (true, Unavailable::Last),
                    (false, Unavailable::Last),
                    (true, Unavailable::Hide),
                ] {
                    let ask = Ask {
                        sort,
                        reverse,
                        unavailable,
                        ..words(text)
                    };
                    whole_by_pages(&searched, &ask).await;
                }
            }
        }
    }
}

async fn whole_by_pages(searched: &Searched, ask: &Ask) {
    let whole = searched.find(ask).await;
    assert!(!whole.more && whole.total.exact);
    assert_eq!(whole.total.count, whole.hits.len() as u64, "{ask:?}");
    assert!(whole.hits.len() > 5, "{ask:?}");
    for keyed in [true, false] {
        for backwards in [false, true] {
            let (mut seen, mut from) = (Vec::new(), None);
            loop {
                let page = Page {
                    limit: 37,
                    from: from.take(),
                    backwards,
                };
                let found = searched
                    .find(&Ask {
                        page,
                        ..ask.clone()
                    })
                    .await;
                seen.extend(found.hits.iter().cloned());
                if !found.more {
                    break;
                }
                from = found.hits.last().map(|hit| hit.mark.clone());
                if let Some(mark) = from.as_mut().filter(|_| !keyed) {
                    mark.key = None;
                }
            }
            if backwards {
                seen.reverse();
            }
            assert_eq!(
                seen, whole.hits,
                "keyed {keyed}, backwards {backwards}, {ask:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_goes_on_where_it_was_though_hits_are_weighed_anew() {
    for searched in Searched::all().await {
        let ask = words("tea");
        let before = searched.find(&ask).await;
        let weighed = Ask {
            tuning: Arc::new(Tuning {
                ranking: Ranking {
                    title: 1,
                    properties: 1,
                    popularity: 0,
                    ..Ranking::default()
                },
                ..Tuning::default()
            }),
            ..ask.clone()
        };
        let by_sales = Ask {
            sort: SearchSort::BestSelling,
            ..ask.clone()
        };
        let sold = searched.find(&by_sales).await;
        // A mark of another weighing, and one of what is not weighed at all, as words are of which there are very many.
        for (now, mark) in [
            (&weighed, &before.hits[4].mark),
            (&ask, &sold.hits[4].mark),
            (&by_sales, &before.hits[4].mark),
        ] {
            let whole = searched.find(now).await;
            assert!(whole.hits.len() > 9, "{}", whole.hits.len());
            let page = Page {
                limit: 5,
                from: Some(mark.clone()),
                backwards: false,
            };
            let next = Ask {
                page,
                ..now.clone()
            };
            let next = searched.find(&next).await;
            assert_eq!(next.hits, whole.hits[5..10]);
        }
    }
}
