//! Products with all that a storefront shows of them. What a product has several of stands in arrays of its one row: joined flat, ten
//! variants and five pictures would be fifty rows.

use super::Limit;
use super::asked::Asked;
use super::listing::{ORDERS, SEEN, Sorted};
use super::shape::{Edges, Money, Picture, PriceRange, answer, gid, money, original};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{DateTime, SecondsFormat, Utc};
use lilium::graphql::html::plain;
use serde::Serialize;
use std::sync::Arc;
use tokio_postgres::Row;
use uuid::Uuid;

/// A product; `$1` is the market, `$2` its price list, `$3` the language.
pub const COLUMNS: &str = "p.id, coalesce(t.handle, p.handle) AS handle, coalesce(t.title, p.title) AS title, \
     coalesce(t.description_html, p.description_html) AS description_html, p.tags, \
     coalesce(t.seo_title, p.seo_title) AS seo_title, coalesce(t.seo_description, p.seo_description) AS seo_description, \
     l.in_stock, l.updated_at, l.min_amount, l.max_amount, va.*, im.*, op.*";

/// What of a listing decides whether it is seen, and what is read of it.
pub const LISTED: &str = "l.product_id, l.in_stock, l.updated_at, lp.min_amount, lp.max_amount";

/// The joins to what decides it.
pub const DECIDING: &str = " JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' \
     JOIN listing_prices lp ON lp.product_id = l.product_id AND lp.price_list_id = $2";

/// What a product `l` is joined to.
pub const PARTS: &str = " JOIN products p ON p.id = l.product_id LEFT JOIN product_translations t ON t.product_id = l.product_id AND t.language = $3 \
     CROSS JOIN LATERAL (SELECT array_agg(x.id) AS va_ids, array_agg(x.amount) AS va_amounts, array_agg(x.available) AS va_available, \
       array_agg(x.value1_id) AS va_first, array_agg(x.value2_id) AS va_second, array_agg(x.value3_id) AS va_third \
       FROM (SELECT w.id, wp.amount, w.value1_id, w.value2_id, w.value3_id, \
         coalesce((SELECT sum(s.on_hand - s.reserved) FROM stock_levels s WHERE s.variant_id = w.id), 0) > 0 AS available \
         FROM variants w JOIN variant_prices wp ON wp.variant_id = w.id AND wp.price_list_id = $2 \
         WHERE w.product_id = l.product_id ORDER BY w.position LIMIT 250) x) va \
     CROSS JOIN LATERAL (SELECT array_agg(x.alt_text) AS im_alts, array_agg(x.id) AS im_files, array_agg(x.width) AS im_widths, \
       array_agg(x.height) AS im_heights \
       FROM (SELECT i.alt_text, f.id, f.width, f.height FROM product_images i JOIN files f ON f.id = i.file_id \
         WHERE i.product_id = l.product_id ORDER BY i.position LIMIT 20) x) im \
     CROSS JOIN LATERAL (SELECT array_agg(x.option_id) AS op_ids, array_agg(x.option_name) AS op_names, \
       array_agg(x.value_id) AS op_value_ids, array_agg(x.value_name) AS op_value_names \
       FROM (SELECT o.id AS option_id, coalesce(ot.name, o.name) AS option_name, ov.id AS value_id, coalesce(xt.name, ov.name) AS value_name \
         FROM product_options o JOIN option_values ov ON ov.option_id = o.id \
         LEFT JOIN product_option_translations ot ON ot.option_id = o.id AND ot.language = $3 \
         LEFT JOIN option_value_translations xt ON xt.value_id = ov.id AND xt.language = $3 \
         WHERE o.product_id = l.product_id ORDER BY o.position, ov.position) x) op";

/// The product of a handle, `$4`, in the reader's language or the base language.
const FOUND: &str = "(SELECT h.product_id FROM (SELECT product_id, 0 AS place FROM product_translations WHERE language = $3 AND handle = $4 \
     UNION ALL SELECT id, 1 FROM products WHERE handle = $4) h ORDER BY h.place LIMIT 1) found JOIN listings l ON l.product_id = found.product_id";

#[derive(Serialize)]
struct Data {
    product: Option<Goods>,
}

#[derive(Serialize)]
struct ListData {
    products: Edges<Goods>,
}

/// A product.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Goods {
    handle: String,
    id: String,
    title: String,
    updated_at: String,
    tags: Vec<String>,
    available_for_sale: bool,
    description_html: String,
    description: String,
    seo: Seo,
    options: Vec<Choice>,
    price_range: PriceRange,
    featured_image: Option<Picture>,
    images: Edges<Picture>,
    variants: Edges<Variant>,
}

#[derive(Serialize)]
struct Seo {
    title: Option<String>,
    description: Option<String>,
}

/// What is chosen, with what can be.
#[derive(Serialize)]
struct Choice {
    values: Vec<String>,
    name: String,
    id: String,
    /// The ids of the values.
    #[serde(skip)]
    ids: Vec<Uuid>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Variant {
    price: Money,
    id: String,
    available_for_sale: bool,
    title: String,
    selected_options: Vec<Selected>,
}

/// A choice that a variant stands for.
#[derive(Serialize, Clone)]
pub struct Selected {
    value: String,
    name: String,
}

/// `/product?handle=...`
pub async fn product(State(limit): State<Arc<Limit>>, RawQuery(query): RawQuery) -> Response {
    let handle = Asked::read(query).get("handle").unwrap();
    let mut db = limit.pool.lend().await;
    let text =
        || format!("SELECT {COLUMNS} FROM (SELECT {LISTED} FROM {FOUND}{DECIDING}{SEEN}) l{PARTS}");
    let statement = db.prepared(("product", 0), text).await;
    let row = db
        .client
        .query_opt(
            &statement,
            &[&limit.market, &limit.price_list, &limit.language, &handle],
        )
        .await
        .unwrap();
    drop(db);
    answer(Data {
        product: row.map(|row| goods(&row, &limit.origin)),
    })
}

/// `/goods?order=PRICE&reverse=true`: a hundred products.
pub async fn list(State(limit): State<Arc<Limit>>, RawQuery(query): RawQuery) -> Response {
    let asked = Asked::read(query);
    let order = asked.order(&ORDERS);
    let reverse = asked.get("reverse").as_deref() == Some("true");
    let mut db = limit.pool.lend().await;
    let kind = order * 2 + usize::from(reverse);
    let statement = db
        .prepared(("goods", kind), || hundred(&ORDERS[order], reverse))
        .await;
    let rows = db
        .client
        .query(
            &statement,
            &[&limit.market, &limit.price_list, &limit.language],
        )
        .await
        .unwrap();
    drop(db);
    answer(ListData {
        products: rows.iter().map(|row| goods(row, &limit.origin)).collect(),
    })
}

/// The places are found first: what belongs to a product is read for a hundred, not for all that is sorted.
fn hundred(sorted: &Sorted, reverse: bool) -> String {
    let Sorted { key, id, .. } = sorted;
    let direction = match sorted.direction.is_empty() == reverse {
        true => " DESC",
        false => "",
    };
    format!(
        "SELECT {COLUMNS} FROM (SELECT {LISTED}, {key} AS key FROM listings l{DECIDING}{SEEN} \
         ORDER BY {key}{direction}, {id}{direction} LIMIT 100) l{PARTS} ORDER BY l.key{direction}, l.product_id{direction}"
    )
}

/// A product of a row of [`COLUMNS`].
pub fn goods(row: &Row, origin: &str) -> Goods {
    let title: String = row.get("title");
    let html: String = row.get("description_html");
    let options = options(row);
    let pictures = pictures(row, origin, &title);
    Goods {
        handle: row.get("handle"),
        id: gid("Product", row.get("id")),
        updated_at: row
            .get::<_, DateTime<Utc>>("updated_at")
            .to_rfc3339_opts(SecondsFormat::Secs, true),
        tags: row.get("tags"),
        available_for_sale: row.get("in_stock"),
        description: plain(&html),
        description_html: html,
        seo: Seo {
            title: row.get("seo_title"),
            description: row.get("seo_description"),
        },
        price_range: PriceRange {
            min_variant_price: money(row.get("min_amount")),
            max_variant_price: money(row.get("max_amount")),
        },
        featured_image: pictures.first().cloned(),
        images: pictures.into_iter().collect(),
        variants: variants(row, &options).into_iter().collect(),
        options,
        title,
    }
}

impl Goods {
    /// The title and the choices of one of its variants.
    pub fn chosen(&self, id: &str) -> (String, Vec<Selected>) {
        let mut variants = self.variants.edges.iter().map(|edge| &edge.node);
        let variant = variants.find(|variant| variant.id == id).unwrap();
        (variant.title.clone(), variant.selected_options.clone())
    }
}

/// An array of which there may be none.
fn array<'a, T>(row: &'a Row, name: &str) -> Vec<T>
where
    Vec<T>: tokio_postgres::types::FromSql<'a>,
{
    row.get::<_, Option<Vec<T>>>(name).unwrap_or_default()
}

fn pictures(row: &Row, origin: &str, title: &str) -> Vec<Picture> {
    let alts: Vec<Option<String>> = array(row, "im_alts");
    let files: Vec<Uuid> = array(row, "im_files");
    let widths: Vec<i32> = array(row, "im_widths");
    let heights: Vec<i32> = array(row, "im_heights");
    let pictures = alts
        .into_iter()
        .zip(files)
        .zip(widths.into_iter().zip(heights));
    pictures
        .map(|((alt, file), (width, height))| Picture {
            width,
            height,
            alt_text: alt.unwrap_or_else(|| title.to_owned()),
            url: original(origin, file),
        })
        .collect()
}

fn options(row: &Row) -> Vec<Choice> {
    let ids: Vec<Uuid> = array(row, "op_ids");
    let names: Vec<&str> = array(row, "op_names");
    let value_ids: Vec<Uuid> = array(row, "op_value_ids");
    let values: Vec<String> = array(row, "op_value_names");
    let mut options: Vec<(Uuid, Choice)> = Vec::new();
    for (((id, name), value_id), value) in ids.into_iter().zip(names).zip(value_ids).zip(values) {
        match options.last_mut().filter(|(last, _)| *last == id) {
            Some((_, option)) => {
                option.values.push(value);
                option.ids.push(value_id);
            }
            None => options.push((
                id,
                Choice {
                    values: vec![value],
                    name: name.to_owned(),
                    id: gid("ProductOption", id),
                    ids: vec![value_id],
                },
            )),
        }
    }
    options.into_iter().map(|(_, option)| option).collect()
}

fn variants(row: &Row, options: &[Choice]) -> Vec<Variant> {
    let ids: Vec<Uuid> = array(row, "va_ids");
    let amounts: Vec<i64> = array(row, "va_amounts");
    let available: Vec<bool> = array(row, "va_available");
    let chosen: [Vec<Option<Uuid>>; 3] =
        ["va_first", "va_second", "va_third"].map(|name| array(row, name));
    let variant = |(at, id): (usize, Uuid)| {
        let selected: Vec<Selected> = options
            .iter()
            .filter_map(|option| {
                let is_chosen = |value: &Uuid| chosen.iter().any(|all| all[at] == Some(*value));
                let which = option.ids.iter().position(is_chosen)?;
                Some(Selected {
                    value: option.values[which].clone(),
                    name: option.name.clone(),
                })
            })
            .collect();
        let values: Vec<&str> = selected.iter().map(|it| it.value.as_str()).collect();
        Variant {
            price: money(amounts[at]),
            id: gid("ProductVariant", id),
            available_for_sale: available[at],
            title: values.join(" / "),
            selected_options: selected,
        }
    };
    ids.into_iter().enumerate().map(variant).collect()
}
