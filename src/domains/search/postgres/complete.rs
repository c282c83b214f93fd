//! Texts that a search could be going to be.

use super::{stems, words};
use crate::domains::shop::InContext;
use crate::platform::clock;
use crate::platform::db::{Conn, Statement};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

/// So many products are counted for each text, to put those of many first.
const MOST: i64 = 200;

#[derive(QueryableByName)]
struct Completed {
    #[diesel(sql_type = Text)]
    spelled: String,
}

/// The words typed so far with the last one made whole, by words that products have together with the others.
pub(super) async fn texts(
    conn: &mut Conn,
    text: &str,
    limit: usize,
    context: &InContext,
) -> QueryResult<Vec<String>> {
    let typed = words::of(text);
    let Some((last, before)) = typed.split_last() else {
        return Ok(Vec::new());
    };
    let known = stems::read(conn, typed.iter().cloned(), context).await?;
    let Some(begun) = known.get(last) else {
        return Ok(Vec::new());
    };
    let others: Vec<String> = before
        .iter()
        .filter_map(|word| known.get(word).filter(|stems| stems.tell()))
        .map(|stems| stems.any() + " & ")
        .collect();
    let rows: Vec<Completed> = statement(&begun.folded, &others.concat(), limit, context)
        .load(conn)
        .await?;
    let beginning = before.join(" ");
    let typed = typed.join(" ");
    Ok(rows
        .into_iter()
        .map(|row| {
            format!("{beginning} {}", row.spelled)
                .trim_start()
                .to_owned()
        })
        .filter(|text| *text != typed)
        .take(limit)
        .collect())
}

fn statement(begun: &str, others: &str, limit: usize, context: &InContext) -> Statement {
    let now = clock::now();
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(5);
    Statement::new(
        "SELECT w.spelled FROM (SELECT word, spelled FROM search_words WHERE visible_from <= now() AND word >= ",
    )
    .text(begun)
    .sql(" AND word < ")
    .text(format!("{begun}\u{10ffff}"))
    .sql(" ORDER BY char_length(word), word LIMIT ")
    .literal(most)
    .sql(
        ") w CROSS JOIN LATERAL (SELECT count(*) AS products FROM (SELECT 1 FROM product_texts x \
         JOIN listings l ON l.product_id = x.product_id AND l.market_id = ",
    )
    .uuid(context.market.id)
    .sql(" AND l.visible_from <= ")
    .time(now)
    .sql(" AND (l.visible_until IS NULL OR l.visible_until > ")
    .time(now)
    .sql(") JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' WHERE x.document @@ (")
    .text(others)
    .sql(" || quote_literal(w.word))::tsquery LIMIT ")
    .literal(MOST)
    .sql(") found) found WHERE found.products > 0 ORDER BY found.products DESC, w.word")
}
