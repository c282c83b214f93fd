//! Comparing the projection with what it ought to hold, a portion of the products at a time.

use super::refresh::{refresh, refresh_quietly};
use super::{names, words};
use crate::platform::db::{Change, Conn, Database, DbError, Statement, UNATTENDED};
use diesel::sql_types::{BigInt, Uuid as UuidSql};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use std::time::Duration;
use uuid::Uuid;

/// Products of a portion.
const PORTION: i64 = 500;

/// What is done with each portion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repair {
    /// What differs is found, mended, and told of.
    Verify,
    /// Everything is written again, as far as it differs.
    Rewrite,
}

#[derive(QueryableByName)]
struct Product {
    #[diesel(sql_type = UuidSql)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Products that were looked at.
    pub products: u64,
    /// Those of which something was not as it ought to be; not known when everything is written again.
    pub wrong: u64,
    /// Words that no product has any more.
    pub words: u64,
    /// Names of values in another language that no product says any more, and of which nobody knew who said them.
    pub names: u64,
}

/// Goes through what is derived from all products. `progress` is told products that were looked at, of how many.
///
/// # Errors
/// Whatever the database says; what was mended until then is.
pub async fn repair(
    database: &Database,
    repair: Repair,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Repaired, DbError> {
    let mut conn = database.get().await?;
    let counted: Counted = Statement::new("SELECT count(*) AS count FROM products")
        .get_result(&mut *conn)
        .await?;
    let whole = u64::try_from(counted.count).unwrap_or_default();
    let mut after = Uuid::nil();
    // Before the products are compared: what is thrown away though one of them says it is written again.
    let mut repaired = Repaired {
        names: names::settle(database).await?,
        ..Repaired::default()
    };
    loop {
        let page = products_after(&mut conn, after).await?;
        let Some(last) = page.last() else {
            repaired.words = words::prune(database).await?;
            return Ok(repaired);
        };
        after = *last;
        repaired.products += u64::try_from(page.len()).unwrap_or_default();
        let products = match repair {
            Repair::Rewrite => page,
            Repair::Verify => drifted(&mut conn, &page).await?,
        };
        if !products.is_empty() {
            if repair == Repair::Verify {
                repaired.wrong += u64::try_from(products.len()).unwrap_or_default();
            }
            database.make(&Mend { products, repair }).await?;
        }
        progress(repaired.products, whole);
    }
}

async fn products_after(conn: &mut Conn, after: Uuid) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<Product> = Statement::new("SELECT id FROM products WHERE id > ")
        .uuid(after)
        .sql(" ORDER BY id LIMIT ")
        .literal(PORTION)
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The products among these whose listings are not what they ought to be.
async fn drifted(conn: &mut Conn, products: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    let mut statement = Statement::new("SELECT DISTINCT d.id FROM (");
    for (place, (due, have, after)) in COMPARED.into_iter().enumerate() {
        statement = statement
            .sql(if place == 0 { "" } else { " UNION ALL " })
            .sql(due)
            .uuids(products.to_vec())
            .sql(have)
            .uuids(products.to_vec())
            .sql(after);
    }
    let rows: Vec<Product> = statement.sql(") d ORDER BY 1").load(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Each table against its view; the products' ids stand between the texts.
const COMPARED: [(&str, &str, &str); 8] = [
    (
        "SELECT coalesce(due.product_id, have.product_id) AS id FROM (SELECT * FROM listing_prices_due WHERE product_id = ANY(",
        ")) due FULL JOIN (SELECT * FROM listing_prices WHERE product_id = ANY(",
        ")) have USING (price_list_id, product_id) WHERE to_jsonb(due) IS DISTINCT FROM to_jsonb(have)",
    ),
    (
        "SELECT coalesce(due.product_id, have.product_id) FROM (SELECT * FROM listings_due WHERE product_id = ANY(",
        ")) due FULL JOIN (SELECT * FROM listings WHERE product_id = ANY(",
        ")) have USING (market_id, product_id) WHERE to_jsonb(due) IS DISTINCT FROM to_jsonb(have)",
    ),
    (
        "SELECT coalesce(due.product_id, have.product_id) FROM (SELECT * FROM placements_due WHERE product_id = ANY(",
        ")) due FULL JOIN (SELECT * FROM placements WHERE product_id = ANY(",
        ")) have USING (collection_id, market_id, product_id) WHERE to_jsonb(due) IS DISTINCT FROM to_jsonb(have)",
    ),
    (
        "SELECT coalesce(due.product_id, have.product_id) FROM (SELECT * FROM product_texts_due WHERE product_id = ANY(",
        ")) due FULL JOIN (SELECT * FROM product_texts WHERE product_id = ANY(",
        ")) have USING (product_id) WHERE to_jsonb(due) IS DISTINCT FROM to_jsonb(have)",
    ),
    (
        "SELECT due.product_id FROM search_words_due due WHERE due.product_id = ANY(",
        ") AND due.product_id = ANY(",
        ") AND due.word <> '' AND NOT EXISTS (SELECT FROM search_words have WHERE have.word = due.word AND have.visible_from <= due.visible_from)",
    ),
    // Other products may call the same value otherwise: it is called as the one that it says, while that one is listed. A product may spell
    // one value in two ways: one of them does.
    (
        "SELECT l.product_id FROM (SELECT DISTINCT product_id FROM listings WHERE product_id = ANY(",
        ")) l JOIN (SELECT * FROM product_facets_due WHERE product_id = ANY(",
        ")) due ON due.product_id = l.product_id AND due.value_name IS NOT NULL \
         LEFT JOIN facet_values have ON have.kind = due.kind AND have.field = due.field AND have.value = due.value \
         WHERE (have.field_name, have.value_name, have.swatch) IS DISTINCT FROM (due.field_name, due.value_name, due.swatch) \
         AND (have.said_by IS NULL OR have.said_by = due.product_id \
         OR NOT EXISTS (SELECT FROM listings l WHERE l.product_id = have.said_by))",
    ),
    (
        "SELECT due.product_id FROM (SELECT f.id, n.* FROM product_facet_names_due n JOIN facet_values f \
         ON f.kind = n.kind AND f.field = n.field AND f.value = n.value WHERE n.product_id = ANY(",
        ") AND EXISTS (SELECT FROM listings l WHERE l.product_id = n.product_id) AND n.product_id = ANY(",
        ")) due LEFT JOIN facet_value_translations have ON have.facet_id = due.id AND have.language = due.language \
         WHERE have.said_by IS NULL OR have.said_by = due.product_id \
         OR NOT EXISTS (SELECT FROM listings l WHERE l.product_id = have.said_by) GROUP BY due.product_id, due.id, due.language \
         HAVING bool_and((due.field_name, due.value_name) IS DISTINCT FROM (have.field_name, have.value_name))",
    ),
    // What a product said in another language, and says no more.
    (
        "SELECT t.said_by FROM facet_value_translations t JOIN facet_values f ON f.id = t.facet_id \
         LEFT JOIN (SELECT * FROM product_facet_names_due WHERE product_id = ANY(",
        ")) d ON d.product_id = t.said_by AND d.kind = f.kind AND d.field = f.field AND d.value = f.value AND d.language = t.language \
         AND (d.field_name, d.value_name) IS NOT DISTINCT FROM (t.field_name, t.value_name) WHERE t.said_by = ANY(",
        ") AND d.product_id IS NULL",
    ),
];

struct Mend {
    products: Vec<Uuid>,
    repair: Repair,
}

impl Change for Mend {
    type Done = ();
    type Refusal = DbError;
    const LONGEST: Duration = UNATTENDED;

    async fn run(&self, conn: &mut Conn) -> Result<(), DbError> {
        match self.repair {
            Repair::Verify => refresh(conn, &self.products).await?,
            Repair::Rewrite => refresh_quietly(conn, &self.products).await?,
        }
        Ok(())
    }
}
