//! The rows that a search reads.

use super::breadth::Breadth;
use crate::domains::search::{Ask, Unavailable, Within};
use crate::domains::shop::InContext;
use crate::platform::clock;
use crate::platform::db::Statement;

/// ` FROM ... WHERE ...`: everything that the reader sees there and that has the words, before anything is narrowed down.
pub(super) fn rows(ask: &Ask, context: &InContext, breadth: &Breadth<'_>) -> Statement {
    let now = clock::now();
    let mut from = Statement::new(" FROM listings l").once();
    if breadth.words.is_some() {
        from = from.sql(" JOIN product_texts x ON x.product_id = l.product_id");
    }
    if let Within::Shelf(shelf) = ask.within {
        from = from
            .sql(" JOIN placements pl ON pl.market_id = l.market_id AND pl.product_id = l.product_id AND pl.collection_id = ")
            .uuid(shelf);
    }
    from = from
        .sql(
            " JOIN vendors v ON v.id = l.vendor_id AND v.state = 'ACTIVE' \
              JOIN listing_prices lp ON lp.product_id = l.product_id AND lp.price_list_id = ",
        )
        .uuid(context.market.price_list_id)
        .sql(" WHERE l.market_id = ")
        .uuid(context.market.id)
        .sql(" AND l.visible_from <= ")
        .time(now)
        .sql(" AND (l.visible_until IS NULL OR l.visible_until > ")
        .time(now)
        .sql(")");
    if let Some((words, _)) = breadth.words {
        from = from.sql(" AND x.document @@ ").text(words).sql("::tsquery");
    }
    from = match ask.within {
        Within::Market | Within::Shelf(_) => from,
        Within::Vendor(vendor) => from.sql(" AND l.vendor_id = ").uuid(vendor),
        Within::Category(category) => from
            .sql(" AND l.facets && ARRAY(SELECT f.id FROM facet_values f WHERE f.kind = 'CATEGORY' AND f.field = '' AND f.value = ")
            .text(category.to_string())
            .sql(")"),
    };
    if ask.unavailable == Unavailable::Hide {
        from = from.sql(" AND l.in_stock");
    }
    if !ask.without.is_empty() {
        from = from
            .sql(" AND l.product_id <> ALL(")
            .uuids(ask.without.clone())
            .sql(")");
    }
    from
}
