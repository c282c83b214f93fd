//! Pages of cards: one joined statement for each order, for the first page and for those behind.

use super::Limit;
use super::asked::Asked;
use super::shape::{Money, Picture, PriceRange, answer, gid, money, original};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// Cards of a page.
pub const PAGE: usize = 24;

/// Cards of a page where pages are turned: ten thousand products have a thousand such pages.
pub const SMALL_PAGE: usize = 10;

/// The columns of a card; where a page goes on stands behind them.
pub const COLUMNS: &str = "p.id, coalesce(t.handle, p.handle), coalesce(t.title, p.title), coalesce(vt.name, v.name), \
     lp.min_amount, lp.max_amount, i.alt_text, f.id, f.width, f.height, r.reviews, r.stars";

/// What a card is joined to: `$1` is the market, `$2` its price list, `$3` the language.
pub const JOINS: &str = " JOIN products p ON p.id = l.product_id JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' \
     JOIN listing_prices lp ON lp.product_id = l.product_id AND lp.price_list_id = $2 \
     LEFT JOIN product_images i ON i.product_id = l.product_id AND i.position = 1 LEFT JOIN files f ON f.id = i.file_id \
     LEFT JOIN product_translations t ON t.product_id = l.product_id AND t.language = $3 \
     LEFT JOIN vendor_translations vt ON vt.vendor_id = l.vendor_id AND vt.language = $3 \
     LEFT JOIN product_ratings r ON r.product_id = l.product_id";

/// What the market sees.
pub const SEEN: &str = " WHERE l.market_id = $1 AND l.visible_from <= now() AND (l.visible_until IS NULL OR l.visible_until > now())";

/// What a list is sorted by.
pub struct Sorted {
    /// As the document names it.
    pub name: &'static str,
    /// The column.
    pub key: &'static str,
    /// The column that settles ties.
    pub id: &'static str,
    /// Nothing, or ` DESC`.
    pub direction: &'static str,
}

/// An order of a list.
pub const fn by(
    name: &'static str,
    key: &'static str,
    id: &'static str,
    direction: &'static str,
) -> Sorted {
    Sorted {
        name,
        key,
        id,
        direction,
    }
}

/// The orders of the market's own list.
pub const ORDERS: [Sorted; 4] = [
    by("TITLE", "l.title_key", "l.product_id", ""),
    by("PRICE", "lp.min_amount", "lp.product_id", ""),
    by("CREATED_AT", "l.created_at", "l.product_id", ""),
    by("BEST_SELLING", "l.sold", "l.product_id", " DESC"),
];

/// A card.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Card {
    id: String,
    handle: String,
    title: String,
    vendor: String,
    price_range: PriceRange,
    featured_image: Option<Picture>,
    rating: Option<Rating>,
}

#[derive(Serialize)]
struct Rating {
    average: f64,
    count: i32,
}

#[derive(Serialize)]
struct Data {
    products: Page,
}

/// A page of cards.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    nodes: Vec<Card>,
    page_info: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// `/listing?order=PRICE&after=...`
pub async fn listing(State(limit): State<Arc<Limit>>, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query);
    let order = asked.order(&ORDERS);
    let size = match asked.get("small") {
        Some(_) => SMALL_PAGE,
        None => PAGE,
    };
    let rows = rows(&limit, order, size, asked.get("after").as_deref()).await;
    answer(Data {
        products: Page::of(&rows, size, &ORDERS[order], &limit.origin),
    })
}

impl Page {
    /// Of rows with one more than the page has, when it goes on.
    pub fn of(rows: &[Row], size: usize, sorted: &Sorted, origin: &str) -> Self {
        let has_next_page = rows.len() > size;
        let rows = &rows[..rows.len().min(size)];
        Self {
            nodes: rows.iter().map(|row| card(row, origin)).collect(),
            page_info: PageInfo {
                has_next_page,
                end_cursor: rows.last().map(|row| cursor(sorted, row)),
            },
        }
    }
}

async fn rows(limit: &Limit, order: usize, size: usize, after: Option<&str>) -> Vec<Row> {
    let mut db = limit.pool.lend().await;
    let kind = order * 2 + usize::from(after.is_some());
    let name = if size == PAGE { "listing" } else { "small" };
    let statement = db
        .prepared((name, kind), || text(&ORDERS[order], size, after.is_some()))
        .await;
    let mut values: Vec<&(dyn ToSql + Sync)> =
        vec![&limit.market, &limit.price_list, &limit.language];
    let place = after.map(|after| place(&ORDERS[order], after));
    if let Some((key, id)) = &place {
        values.push(key.as_ref());
        values.push(id);
    }
    db.client.query(&statement, &values).await.unwrap()
}

fn text(sorted: &Sorted, size: usize, behind: bool) -> String {
    let Sorted {
        key, id, direction, ..
    } = sorted;
    let comparison = if direction.is_empty() { ">" } else { "<" };
    let after = match behind {
        true => format!(" AND ({key}, {id}) {comparison} ($4, $5)"),
        false => String::new(),
    };
    format!(
        "SELECT {COLUMNS}, {key} FROM listings l{JOINS}{SEEN}{after} ORDER BY {key}{direction}, {id}{direction} LIMIT {}",
        size + 1
    )
}

/// Reads a cursor.
fn place(sorted: &Sorted, cursor: &str) -> (Box<dyn ToSql + Sync + Send>, Uuid) {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
    let (name, key, id): (String, Value, Uuid) = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(name, sorted.name);
    let key: Box<dyn ToSql + Sync + Send> = match sorted.name {
        "TITLE" => Box::new(key.as_str().unwrap().to_owned()),
        "CREATED_AT" => {
            Box::new(DateTime::<Utc>::from_timestamp_micros(key.as_i64().unwrap()).unwrap())
        }
        _ => Box::new(key.as_i64().unwrap()),
    };
    (key, id)
}

/// Writes the cursor of a row.
fn cursor(sorted: &Sorted, row: &Row) -> String {
    let id: Uuid = row.get(0);
    let key = match sorted.name {
        "TITLE" => json!(row.get::<_, &str>(12)),
        "CREATED_AT" => json!(row.get::<_, DateTime<Utc>>(12).timestamp_micros()),
        _ => json!(row.get::<_, i64>(12)),
    };
    URL_SAFE_NO_PAD.encode(json!([sorted.name, key, id]).to_string())
}

/// A card of a row that begins with [`COLUMNS`].
fn card(row: &Row, origin: &str) -> Card {
    let title: String = row.get(2);
    let image: Option<Uuid> = row.get(7);
    let money = |at: usize| -> Money { money(row.get(at)) };
    let reviews: Option<i32> = row.get(10);
    Card {
        id: gid("Product", row.get(0)),
        handle: row.get(1),
        vendor: row.get(3),
        price_range: PriceRange {
            min_variant_price: money(4),
            max_variant_price: money(5),
        },
        featured_image: image.map(|file| Picture {
            width: row.get(8),
            height: row.get(9),
            alt_text: row
                .get::<_, Option<String>>(6)
                .unwrap_or_else(|| title.clone()),
            url: original(origin, file),
        }),
        rating: reviews.map(|count| Rating {
            average: (f64::from(row.get::<_, i32>(11)) / f64::from(count) * 100.0).round() / 100.0,
            count,
        }),
        title,
    }
}
