//! What to look at after a product.

use super::card::{Card, CardSql, Extent};
use super::store::{parts, visible};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;

/// What a recommendation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Like the product.
    Related,
    /// Goes with the product.
    Complementary,
}

/// How many products are recommended.
const RECOMMENDED: i64 = 10;

/// At the most so many of what is like a product were bought with it: most are to be like it.
const RELATED_TOGETHER: i64 = 4;

/// What a product has in common with others: a type counts more than a tag, a tag more than an attribute.
const TRAITS: &str = "), traits AS MATERIALIZED (SELECT f.id, CASE f.kind WHEN 'TYPE' THEN 4 WHEN 'TAG' THEN 2 ELSE 1 END AS weight \
     FROM origin JOIN facet_values f ON f.id = ANY(origin.facets) WHERE f.kind IN ('TYPE', 'TAG', 'CATEGORY', 'ATTRIBUTE'))";

/// How much of that the best of the near categories share, and which words of the title.
const ALIKE: &str = "), alike AS (SELECT near.product_id, near.sold, \
     (SELECT coalesce(sum(t.weight), 0) FROM traits t WHERE t.id = ANY(near.facets)) \
     + 2 * (SELECT count(DISTINCT w.word) FROM origin CROSS JOIN unnest(string_to_array(near.title_key, ' ')) w(word) \
         WHERE char_length(w.word) > 3 AND w.word = ANY(origin.words)) AS likeness FROM near)";

/// What is most alike.
const LIKEST: &str = " UNION ALL (SELECT product_id, 2 AS tier, likeness, sold FROM alike ORDER BY likeness DESC, sold DESC, product_id LIMIT 30)";

/// What to look at after a product: what was bought together with it most often, then what is most like it in its own category
/// (or, to go with it, in the neighbouring ones), then of the same vendor, then what sells best; only what can be bought.
///
/// # Errors
/// Whatever the database says.
pub async fn recommended(
    conn: &mut Conn,
    context: &InContext,
    product: &Card,
    intent: Intent,
) -> QueryResult<Vec<Card>> {
    let together = match intent {
        Intent::Related => RELATED_TOGETHER,
        Intent::Complementary => RECOMMENDED,
    };
    origin(context, product)
        .sql(TRAITS)
        .append(near(context, intent))
        .sql(ALIKE)
        .sql(" SELECT ")
        .append(Extent::Whole.columns())
        .sql(" FROM (SELECT ranked.product_id, min(ranked.tier) AS tier, max(ranked.likeness) AS likeness, max(ranked.sold) AS sold FROM (")
        .append(bought_together(together))
        .sql(LIKEST)
        .append(others(context, product))
        .sql(") ranked WHERE ranked.product_id <> ")
        .uuid(product.id)
        .sql(" GROUP BY ranked.product_id) r JOIN listings l ON l.product_id = r.product_id")
        .append(parts(context))
        .append(visible(context))
        .sql(" AND l.in_stock ORDER BY r.tier, r.likeness DESC, r.sold DESC, r.product_id LIMIT ")
        .literal(RECOMMENDED)
        .typed::<CardSql>()
        .load(conn)
        .await
}

/// The product itself, as the reader's market has it.
fn origin(context: &InContext, product: &Card) -> Statement {
    Statement::new(
        "WITH origin AS MATERIALIZED (SELECT l.product_id, l.market_id, l.vendor_id, l.facets, p.category_id, \
         string_to_array(l.title_key, ' ') AS words FROM listings l JOIN products p ON p.id = l.product_id WHERE l.market_id = ",
    )
    .uuid(context.market.id)
    .sql(" AND l.product_id = ")
    .uuid(product.id)
}

/// What sells best where the product stands, or beside it.
fn near(context: &InContext, intent: Intent) -> Statement {
    let (near, of_each) = match intent {
        Intent::Related => ("near.id = origin.category_id", 60),
        Intent::Complementary => (
            "near.id <> origin.category_id AND near.parent_id = (SELECT own.parent_id FROM collections own WHERE own.id = origin.category_id)",
            15,
        ),
    };
    Statement::new(", near AS MATERIALIZED (SELECT best.* FROM origin JOIN collections near ON ")
        .sql(near)
        .sql(" CROSS JOIN LATERAL (SELECT l.product_id, l.sold, l.facets, l.title_key FROM placements pl \
              JOIN listings l ON l.market_id = pl.market_id AND l.product_id = pl.product_id \
              WHERE pl.collection_id = near.id AND pl.market_id = ")
        .uuid(context.market.id)
        .sql(" AND l.in_stock ORDER BY pl.sold DESC, pl.product_id DESC LIMIT ")
        .literal(of_each)
        .sql(") best")
}

/// After those, what the same vendor sells, and what sells best. Market and vendor are bound here as values, not joined: then the
/// best stand first in an index.
fn others(context: &InContext, product: &Card) -> Statement {
    Statement::new(
        " UNION ALL (SELECT l.product_id, 3, 0, l.sold FROM listings l WHERE l.vendor_id = ",
    )
    .uuid(product.vendor_id)
    .sql(" AND l.market_id = ")
    .uuid(context.market.id)
    .sql(
        " AND l.in_stock ORDER BY l.sold DESC, l.product_id DESC LIMIT 30) \
              UNION ALL (SELECT l.product_id, 4, 0, l.sold FROM listings l WHERE l.market_id = ",
    )
    .uuid(context.market.id)
    .sql(" AND l.in_stock ORDER BY l.sold DESC, l.product_id DESC LIMIT 30)")
}

/// What stands in the most orders with the product, as far as it can be bought.
fn bought_together(most: i64) -> Statement {
    Statement::new(
        "(SELECT b.other_id AS product_id, 1 AS tier, b.orders AS likeness, l.sold FROM origin \
         JOIN bought_together b ON b.product_id = origin.product_id \
         JOIN listings l ON l.market_id = origin.market_id AND l.product_id = b.other_id AND l.in_stock \
         ORDER BY b.orders DESC, b.other_id LIMIT ",
    )
    .literal(most)
    .sql(")")
}
