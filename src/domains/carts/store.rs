//! Every statement of this room.

use super::draft::Difference;
use super::model::{CartId, CartRow, CartState, LineRow, LockedCart, TextRow};
use super::offer::{Offer, OfferedLine};
use crate::platform::clock;
use crate::platform::db::{Conn, Statement, tables};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// The cart of this id, locked until the transaction ends: the first lock of whatever takes several.
///
/// # Errors
/// Whatever the database says.
pub async fn lock_cart(conn: &mut Conn, id: CartId) -> QueryResult<Option<LockedCart>> {
    kept(id)
        .sql(" FOR NO KEY UPDATE")
        .get_result(conn)
        .await
        .optional()
}

fn kept(id: CartId) -> Statement {
    Statement::new(
        "SELECT id, secret_hash, state, market_id, country::text AS country, user_id, email, phone, note, attributes, version, last_edit \
         FROM carts WHERE id = ",
    )
    .uuid(id.0)
}

/// What the secret of a cart is known by; it never changes.
///
/// # Errors
/// Whatever the database says.
pub async fn secret_hash_of(conn: &mut Conn, id: CartId) -> QueryResult<Option<Vec<u8>>> {
    use tables::carts::dsl as c;
    c::carts
        .find(id.0)
        .select(c::secret_hash)
        .first(conn)
        .await
        .optional()
}

/// The lines of a cart as they are kept, in order. They change only under the lock of their cart.
///
/// # Errors
/// Whatever the database says.
pub async fn lines_of(conn: &mut Conn, id: CartId) -> QueryResult<Vec<LineRow>> {
    Statement::new("SELECT id, variant_id, quantity, attributes FROM cart_lines WHERE cart_id = ")
        .uuid(id.0)
        .sql(" ORDER BY id")
        .load(conn)
        .await
}

/// A cart that somebody wants to change.
#[derive(QueryableByName)]
pub(super) struct Claim {
    /// Whether they have the right to, until the transaction ends; nobody else has it then.
    #[diesel(sql_type = Bool)]
    pub got: bool,
    /// The cart, locked, if they have the right and there is one.
    #[diesel(embed)]
    pub cart: Option<LockedCart>,
}

/// The cart of this id with the right to change it. Whoever waits for the row would hold a connection meanwhile: the right is asked
/// for first, and the row only with it.
pub(super) async fn claim_cart(conn: &mut Conn, id: CartId) -> QueryResult<Claim> {
    Statement::new("SELECT r.got, c.* FROM (SELECT pg_try_advisory_xact_lock(hashtextextended(")
        .text(format!("cart:{id}"))
        .sql(", 74101)) AS got) r LEFT JOIN LATERAL (")
        .append(kept(id))
        .sql(" AND r.got FOR NO KEY UPDATE) c ON true")
        .get_result(conn)
        .await
}

/// Changes the state of a cart that is locked; its version then. A bought one forgets its buyer.
pub(super) async fn set_state(conn: &mut Conn, id: CartId, state: CartState) -> QueryResult<i32> {
    use tables::carts::dsl as c;
    let nobody = (state == CartState::Bought).then(|| {
        (
            c::email.eq(None::<String>),
            c::phone.eq(None::<String>),
            c::note.eq(""),
        )
    });
    diesel::update(c::carts.find(id.0))
        .set((
            c::state.eq(state),
            nobody,
            c::updated_at.eq(clock::now()),
            c::version.eq(c::version + 1),
        ))
        .returning(c::version)
        .get_result(conn)
        .await
}

/// Carts as readers see them, with the size of what they hold beside.
pub(super) async fn carts(conn: &mut Conn, ids: Vec<Uuid>) -> QueryResult<Vec<CartRow>> {
    Statement::new(
        "SELECT c.id, c.secret_hash, c.state, c.market_id, pl.currency::text AS currency, c.country::text AS country, c.email, c.phone, \
         c.created_at, c.updated_at, held.line_count, \
         c.note <> '' OR c.attributes <> '[]' AS has_texts, \
         (octet_length(c.note) + octet_length(c.attributes::text) + held.bytes)::bigint AS bytes \
         FROM carts c JOIN markets m ON m.id = c.market_id JOIN price_lists pl ON pl.id = m.price_list_id \
         CROSS JOIN LATERAL (SELECT count(*) AS line_count, coalesce(sum(octet_length(l.attributes::text)), 0) AS bytes \
         FROM cart_lines l WHERE l.cart_id = c.id) held WHERE c.id = ANY(",
    )
    .uuids(ids)
    .sql(")")
    .load(conn)
    .await
}

/// The long texts of carts.
pub(super) async fn texts(conn: &mut Conn, ids: Vec<Uuid>) -> QueryResult<Vec<TextRow>> {
    Statement::new("SELECT id, note, attributes FROM carts WHERE id = ANY(")
        .uuids(ids)
        .sql(")")
        .load(conn)
        .await
}

const OFFER: &str = "va.id AS variant_id, va.vendor_id, p.title, vp.amount, vp.compare_at, \
     l.product_id IS NOT NULL AS seen, v.state = 'ACTIVE' AS selling, coalesce(s.available, 0) AS available";

/// What a variant `va` is joined to, so that it is an offer to a market `m`.
fn offered() -> Statement {
    let now = clock::now();
    Statement::new(" JOIN products p ON p.id = va.product_id JOIN vendors v ON v.id = va.vendor_id")
        .sql(
            " LEFT JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id \
             LEFT JOIN listings l ON l.market_id = m.id AND l.product_id = va.product_id AND l.visible_from <= ",
        )
        .time(now)
        .sql(" AND (l.visible_until IS NULL OR l.visible_until > ")
        .time(now)
        .sql(
            ") LEFT JOIN LATERAL (SELECT sum(on_hand - reserved)::bigint AS available FROM stock_levels WHERE variant_id = va.id) s ON true",
        )
}

/// These variants as a market may buy them at this moment.
pub(super) async fn offers(
    conn: &mut Conn,
    market: Uuid,
    variants: Vec<Uuid>,
) -> QueryResult<Vec<Offer>> {
    Statement::new("SELECT ")
        .sql(OFFER)
        .sql(" FROM variants va JOIN markets m ON m.id = ")
        .uuid(market)
        .append(offered())
        .sql(" WHERE va.id = ANY(")
        .uuids(variants)
        .sql(")")
        .load(conn)
        .await
}

/// The lines of carts with what they are offered for to the market beside each, in order.
pub(super) async fn offered_lines(
    conn: &mut Conn,
    carts: Vec<Uuid>,
    markets: Vec<Uuid>,
) -> QueryResult<Vec<OfferedLine>> {
    Statement::new("SELECT cl.cart_id, cl.id, cl.quantity, cl.attributes, ")
        .sql(OFFER)
        .sql(" FROM unnest(")
        .uuids(carts)
        .sql(", ")
        .uuids(markets)
        .sql(
            ") AS wanted(cart_id, market_id) JOIN markets m ON m.id = wanted.market_id \
             JOIN cart_lines cl ON cl.cart_id = wanted.cart_id JOIN variants va ON va.id = cl.variant_id",
        )
        .append(offered())
        .sql(" ORDER BY cl.id")
        .load(conn)
        .await
}

/// Writes a new cart; `false` when it is there already.
pub(super) async fn insert(conn: &mut Conn, cart: &LockedCart) -> QueryResult<bool> {
    use tables::carts::dsl as c;
    let now = clock::now();
    let written = diesel::insert_into(c::carts)
        .values((
            c::id.eq(cart.id.0),
            c::secret_hash.eq(&cart.secret_hash),
            c::market_id.eq(cart.market_id),
            c::country.eq(&cart.country),
            c::user_id.eq(cart.user_id.map(|user| user.0)),
            c::email.eq(&cart.email),
            c::phone.eq(&cart.phone),
            c::note.eq(&cart.note),
            c::attributes.eq(&cart.attributes),
            c::created_at.eq(now),
            c::updated_at.eq(now),
            c::version.eq(cart.version),
        ))
        .on_conflict(c::id)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(written == 1)
}

/// Writes what may change of a cart that is locked; its version grows.
pub(super) async fn save(conn: &mut Conn, cart: &LockedCart) -> QueryResult<()> {
    use tables::carts::dsl as c;
    diesel::update(c::carts.find(cart.id.0))
        .set((
            c::market_id.eq(cart.market_id),
            c::country.eq(&cart.country),
            c::user_id.eq(cart.user_id.map(|user| user.0)),
            c::email.eq(&cart.email),
            c::phone.eq(&cart.phone),
            c::note.eq(&cart.note),
            c::attributes.eq(&cart.attributes),
            c::updated_at.eq(clock::now()),
            c::version.eq(c::version + 1),
            c::last_edit.eq(cart.last_edit),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes what changed of the lines of a cart that is locked.
pub(super) async fn write_lines(
    conn: &mut Conn,
    cart: CartId,
    difference: &Difference,
) -> QueryResult<()> {
    if !difference.gone.is_empty() {
        remove(conn, cart, difference).await?;
    }
    if !difference.counted.is_empty() {
        count(conn, cart, difference).await?;
    }
    if !difference.new.is_empty() {
        put(conn, cart, &difference.new).await?;
    }
    Ok(())
}

async fn remove(conn: &mut Conn, cart: CartId, difference: &Difference) -> QueryResult<usize> {
    Statement::new("DELETE FROM cart_lines WHERE cart_id = ")
        .uuid(cart.0)
        .sql(" AND id = ANY(")
        .uuids(difference.gone.iter().map(|id| id.0).collect())
        .sql(")")
        .execute(conn)
        .await
}

async fn count(conn: &mut Conn, cart: CartId, difference: &Difference) -> QueryResult<usize> {
    let (ids, quantities) = difference
        .counted
        .iter()
        .map(|(id, quantity)| (id.0, *quantity))
        .unzip();
    Statement::new("UPDATE cart_lines cl SET quantity = n.quantity FROM unnest(")
        .uuids(ids)
        .sql(", ")
        .integers(quantities)
        .sql(") AS n(id, quantity) WHERE cl.id = n.id AND cl.cart_id = ")
        .uuid(cart.0)
        .execute(conn)
        .await
}

async fn put(conn: &mut Conn, cart: CartId, lines: &[LineRow]) -> QueryResult<usize> {
    Statement::new("INSERT INTO cart_lines (id, cart_id, variant_id, quantity, attributes, created_at) SELECT n.id, ")
        .uuid(cart.0)
        .sql(", n.variant_id, n.quantity, n.attributes::jsonb, ")
        .time(clock::now())
        .sql(" FROM unnest(")
        .uuids(lines.iter().map(|line| line.id.0).collect())
        .sql(", ")
        .uuids(lines.iter().map(|line| line.variant_id).collect())
        .sql(", ")
        .integers(lines.iter().map(|line| line.quantity).collect())
        .sql(", ")
        .texts(lines.iter().map(|line| line.attributes.to_string()).collect())
        .sql(") AS n(id, variant_id, quantity, attributes)")
        .execute(conn)
        .await
}
