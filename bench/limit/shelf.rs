//! A collection with the products on it that pass three filters.

use super::Limit;
use super::asked::Asked;
use super::listing::{COLUMNS, JOINS, PAGE, Page, SEEN, Sorted, by};
use super::shape::{answer, gid};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;

/// The orders of a shelf.
const ORDERS: [Sorted; 3] = [
    by("TITLE", "pl.title_key", "pl.product_id", ""),
    by("PRICE", "pl.min_amount", "pl.product_id", ""),
    by("BEST_SELLING", "pl.sold", "pl.product_id", " DESC"),
];

/// The collection of a handle, `$4`, in the reader's language or the base language.
const SHELF: &str = "SELECT c.id, coalesce(ct.handle, c.handle), coalesce(ct.title, c.title) FROM collections c \
     LEFT JOIN collection_translations ct ON ct.collection_id = c.id AND ct.language = $3 WHERE c.published AND c.id = \
     (SELECT h.id FROM (SELECT collection_id AS id, 0 AS place FROM collection_translations WHERE language = $3 AND handle = $4 \
      UNION ALL SELECT id, 1 FROM collections WHERE handle = $4) h ORDER BY h.place LIMIT 1)";

/// What passes: it can be bought, has the color of handle `$5`, and a variant that costs `$6` to `$7`.
const PASSING: &str = " AND l.in_stock \
     AND l.facets && ARRAY(SELECT fv.id FROM facet_values fv WHERE fv.kind = 'ATTRIBUTE' AND fv.field = 'color' AND fv.value = $5) \
     AND lp.min_amount <= $7 AND lp.max_amount >= $6 AND (lp.min_amount >= $6 OR lp.max_amount <= $7 OR EXISTS (SELECT 1 FROM variants w \
       JOIN variant_prices wp ON wp.variant_id = w.id AND wp.price_list_id = $2 WHERE w.product_id = l.product_id \
       AND wp.amount BETWEEN $6 AND $7))";

#[derive(Serialize)]
struct Data {
    collection: Option<Shelf>,
}

#[derive(Serialize)]
struct Shelf {
    id: String,
    handle: String,
    title: String,
    products: Page,
}

/// `/shelf?handle=...&order=PRICE&color=blue&min=500&max=20000`
pub async fn shelf(State(limit): State<Arc<Limit>>, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query);
    let order = asked.order(&ORDERS);
    let (handle, color) = (asked.get("handle").unwrap(), asked.get("color").unwrap());
    let minor = |name: &str| asked.get(name).unwrap().parse::<i64>().unwrap();
    let (min, max) = (minor("min"), minor("max"));
    let mut db = limit.pool.lend().await;
    let statement = db.prepared(("shelf", order), || text(&ORDERS[order])).await;
    let rows = db
        .client
        .query(
            &statement,
            &[
                &limit.market,
                &limit.price_list,
                &limit.language,
                &handle,
                &color,
                &min,
                &max,
            ],
        )
        .await
        .unwrap();
    drop(db);
    answer(Data {
        collection: rows.first().map(|row| Shelf {
            id: gid("Collection", row.get(13)),
            handle: row.get(14),
            title: row.get(15),
            products: Page::of(&rows, PAGE, &ORDERS[order], &limit.origin),
        }),
    })
}

fn text(sorted: &Sorted) -> String {
    let Sorted {
        key, id, direction, ..
    } = sorted;
    format!(
        "SELECT x.*, s.* FROM ({SHELF}) s CROSS JOIN LATERAL (SELECT {COLUMNS}, {key} FROM placements pl \
         JOIN listings l ON l.market_id = pl.market_id AND l.product_id = pl.product_id{JOINS}{SEEN} \
         AND pl.market_id = $1 AND pl.collection_id = s.id{PASSING} ORDER BY {key}{direction}, {id}{direction} LIMIT {}) x",
        PAGE + 1
    )
}
