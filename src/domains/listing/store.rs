//! The statements that read cards.

use super::ask::{Ask, Source};
use super::card::{
    Card, CardRow, CardRowSql, CardSql, CardTexts, Extent, PlaceRow, PlaceRowSql, TEXTS, TextsSql,
};
use super::narrowing::Narrowing;
use super::query_language::Reader;
use crate::domains::shop::InContext;
use crate::graphql::connection::Placed;
use crate::platform::clock;
use crate::platform::db::{Conn, KeyKind, Statement};
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as UuidSql};
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use uuid::Uuid;

/// What everything a card needs is joined to; `l` is the listing in the reader's market.
///
/// The table that narrows the list most comes first: with this many tables PostgreSQL keeps to the order they are written in.
fn own(source: Source) -> &'static str {
    match source {
        Source::Shelf => {
            "placements pl JOIN listings l ON l.market_id = pl.market_id AND l.product_id = pl.product_id"
        }
        Source::Market | Source::Vendor => "listings l",
    }
}

/// The joins to what decides whether a product is seen, and by which price it is sorted.
fn deciding(context: &InContext) -> Statement {
    Statement::new(
        " JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' \
         JOIN listing_prices lp ON lp.product_id = l.product_id AND lp.price_list_id = ",
    )
    .uuid(context.market.price_list_id)
}

/// The joins to everything a card needs.
pub(super) fn parts(context: &InContext) -> Statement {
    Statement::new(" JOIN products p ON p.id = l.product_id")
        .append(deciding(context))
        .sql(" LEFT JOIN product_images i ON i.product_id = l.product_id AND i.position = 1 LEFT JOIN files f ON f.id = i.file_id \
          LEFT JOIN product_translations t ON t.product_id = l.product_id AND t.language = ")
    .text(context.language_code())
    .sql(" LEFT JOIN vendor_translations vt ON vt.vendor_id = l.vendor_id AND vt.language = ")
    .text(context.language_code())
    .sql(" LEFT JOIN product_ratings pr ON pr.product_id = l.product_id")
}

/// What every reader may see: listed in the market, within its window.
pub(super) fn visible(context: &InContext) -> Statement {
    let now = clock::now();
    Statement::new(" WHERE l.market_id = ")
        .uuid(context.market.id)
        .sql(" AND l.visible_from <= ")
        .time(now)
        .sql(" AND (l.visible_until IS NULL OR l.visible_until > ")
        .time(now)
        .sql(")")
}

/// The key that the list is sorted by, in the column of its kind.
fn keys(key: &'static str, kind: KeyKind) -> Statement {
    let column = |wanted: KeyKind, null: &'static str| if kind == wanted { key } else { null };
    Statement::new(", ")
        .sql(column(KeyKind::Text, "NULL::text"))
        .sql(" AS key_text, ")
        .sql(column(KeyKind::Int, "NULL::bigint"))
        .sql(" AS key_int, ")
        .sql(column(KeyKind::Time, "NULL::timestamptz"))
        .sql(" AS key_time, ")
        .sql(column(KeyKind::Rank, "NULL::real"))
        .sql(" AS key_rank")
}

fn reader(context: &InContext) -> Reader {
    Reader {
        language: context.language_code(),
        base: context.facts.base_language.code(),
        currency: context.market.currency,
    }
}

/// Whether places are found by a statement of their own. A query looks into more tables than decide a place.
fn is_apart(ask: &Ask) -> bool {
    ask.query.is_none() && !ask.filters.0.is_empty()
}

/// The part of one list that is asked for; on a shelf or of a vendor, of the one whose id `s.id` is.
///
/// Filters are written into the text, which is planned each time it is sent; and to plan ten tables takes longer than to read them: it finds
/// places alone.
fn part(ask: &Ask, narrowing: &Narrowing, context: &InContext) -> Statement {
    let keyset = ask.sort.keyset(&ask.source);
    let (columns, joins) = match is_apart(ask) {
        false => (ask.extent.columns(), parts(context)),
        true => (Statement::new("l.product_id AS id"), deciding(context)),
    };
    let statement = Statement::new("SELECT ")
        .append(columns)
        .append(keys(keyset.key, keyset.kind))
        .sql(" FROM ");
    let statement = match ask.query.as_ref().filter(|query| query.reads_texts()) {
        Some(query) => statement
            .sql("(SELECT ")
            .append(query.rank(reader(context)))
            .sql(" AS words) search CROSS JOIN product_texts x JOIN ")
            .sql(own(ask.source))
            .sql(" ON x.product_id = l.product_id"),
        None => statement.sql(own(ask.source)),
    };
    let mut statement = statement.append(joins).append(visible(context));
    // What a reader composes is not kept, nor are rare shapes of a page: the texts that are kept stay few.
    let rare = ask.slice.from_end || ask.slice.before.is_some();
    if rare || ask.query.is_some() || !ask.filters.0.is_empty() {
        statement = statement.once();
    }
    statement = match ask.source {
        Source::Market => statement,
        Source::Shelf => statement
            .sql(" AND pl.market_id = ")
            .uuid(context.market.id)
            .sql(" AND pl.collection_id = s.id"),
        Source::Vendor => statement.sql(" AND l.vendor_id = s.id"),
    };
    if let Some(query) = &ask.query {
        statement = statement
            .sql(" AND ")
            .append(query.condition(reader(context)));
    }
    for condition in narrowing.conditions() {
        statement = statement.sql(" AND ").append(condition);
    }
    statement
        .append(keyset.bounds(&ask.slice))
        .append(keyset.order(&ask.slice))
}

/// The part of the market's own list that is asked for, with one row more when it goes on.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    conn: &mut Conn,
    ask: &Ask,
    context: &InContext,
) -> QueryResult<Vec<Placed<Card>>> {
    let narrowing = Narrowing::of(conn, &ask.filters, context).await?;
    let statement = Statement::new("SELECT NULL::uuid AS parent_id, c.* FROM (")
        .append(part(ask, &narrowing, context))
        .sql(") c");
    let rows = rows(conn, statement, ask, context).await?;
    Ok(rows.into_iter().map(|row| placed(row, ask)).collect())
}

/// The same part of several shelves' or vendors' lists, by one statement.
pub(super) async fn pages(
    conn: &mut Conn,
    ask: &Ask,
    context: &InContext,
    parents: Vec<Uuid>,
) -> QueryResult<HashMap<Uuid, Vec<Placed<Card>>>> {
    let narrowing = Narrowing::of(conn, &ask.filters, context).await?;
    let statement = Statement::new("SELECT s.id AS parent_id, c.* FROM unnest(")
        .uuids(parents)
        .sql(") AS s(id) CROSS JOIN LATERAL (")
        .append(part(ask, &narrowing, context))
        .sql(") c");
    let rows = rows(conn, statement, ask, context).await?;
    let mut pages: HashMap<Uuid, Vec<Placed<Card>>> = HashMap::new();
    for row in rows {
        if let Some(parent) = row.parent_id {
            pages.entry(parent).or_default().push(placed(row, ask));
        }
    }
    Ok(pages)
}

/// How often places are looked for again when a product is taken off before its card is read.
const MOST_TRIES: usize = 3;

/// The cards in their places.
///
/// Where places are found by a statement of their own, a product may be taken off before its card is read. A list that was one card
/// short would look as if it ended there: it is read again.
async fn rows(
    conn: &mut Conn,
    statement: Statement,
    ask: &Ask,
    context: &InContext,
) -> QueryResult<Vec<CardRow>> {
    if !is_apart(ask) {
        return statement.typed::<CardRowSql>().load(conn).await;
    }
    let statement = &statement.typed::<PlaceRowSql>();
    let mut rows = Vec::new();
    for _ in 0..MOST_TRIES {
        let places: Vec<PlaceRow> = statement.load(conn).await?;
        let whole = places.len();
        let ids = places.iter().map(|place| place.id).collect();
        let cards = by_ids(conn, context, ask.extent, ids).await?;
        let cards: HashMap<Uuid, Card> = cards.into_iter().map(|card| (card.id, card)).collect();
        let row = |place: PlaceRow| {
            let card = cards.get(&place.id)?.clone();
            Some(CardRow {
                parent_id: place.parent_id,
                card,
                keys: place.keys,
            })
        };
        rows = places.into_iter().filter_map(row).collect();
        if rows.len() == whole {
            break;
        }
    }
    Ok(rows)
}

fn placed(row: CardRow, ask: &Ask) -> Placed<Card> {
    Placed {
        key: row.keys.of(ask.sort.order().kind),
        id: row.card.id,
        item: row.card,
    }
}

/// The cards of these products, as far as the reader may see them, in no order.
pub(super) async fn by_ids(
    conn: &mut Conn,
    context: &InContext,
    extent: Extent,
    ids: Vec<Uuid>,
) -> QueryResult<Vec<Card>> {
    cards_by_ids(context, extent, ids)
        .typed::<CardSql>()
        .load(conn)
        .await
}

/// The statement of the cards of these products, for whoever reads more beside them.
pub(crate) fn cards_by_ids(context: &InContext, extent: Extent, ids: Vec<Uuid>) -> Statement {
    cards(context, extent)
        .sql(" AND l.product_id = ANY(")
        .uuids(ids)
        .sql(")")
}

/// The whole cards of these handles, in the reader's language or the base language.
pub(super) async fn by_handles(
    conn: &mut Conn,
    context: &InContext,
    handles: Vec<String>,
) -> QueryResult<Vec<(String, Card)>> {
    cards_by_handles(context, handles)
        .typed::<(Text, CardSql)>()
        .load(conn)
        .await
}

/// The statement of the whole cards of these handles, each after the one that it was asked by, for whoever reads more beside them.
pub(crate) fn cards_by_handles(context: &InContext, handles: Vec<String>) -> Statement {
    Statement::new("SELECT asked.handle AS asked, ").append(Extent::Whole.columns()).sql(" FROM unnest(").texts(handles)
        .sql(") AS asked(handle) CROSS JOIN LATERAL (SELECT h.product_id FROM (SELECT product_id, 0 AS place FROM product_translations WHERE language = ")
        .text(context.language_code())
        .sql(" AND handle = asked.handle UNION ALL SELECT id, 1 FROM products WHERE handle = asked.handle) h ORDER BY h.place LIMIT 1) found \
              JOIN listings l ON l.product_id = found.product_id").append(parts(context)).append(visible(context))
}

/// The texts of these products. Whoever asks was shown their cards.
pub(super) async fn texts(
    conn: &mut Conn,
    context: &InContext,
    products: Vec<Uuid>,
) -> QueryResult<Vec<(Uuid, CardTexts)>> {
    Statement::new("SELECT p.id, ")
        .sql(TEXTS)
        .sql(" FROM products p LEFT JOIN product_translations t ON t.product_id = p.id AND t.language = ")
        .text(context.language_code())
        .sql(" WHERE p.id = ANY(")
        .uuids(products)
        .sql(")")
        .typed::<(UuidSql, TextsSql)>()
        .load(conn)
        .await
}

/// The beginning of every statement that reads cards of certain products.
pub(super) fn cards(context: &InContext, extent: Extent) -> Statement {
    Statement::new("SELECT ")
        .append(extent.columns())
        .sql(" FROM ")
        .sql(own(Source::Market))
        .append(parts(context))
        .append(visible(context))
}
