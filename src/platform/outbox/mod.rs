//! What must happen after a change is an event, told in the transaction of the change.
//!
//! An event has no position when it is told: positions are given after the commit, by the [`relay`]. Who acts on events reads the
//! [`log`].

pub mod log;
pub mod relay;
mod wake;

pub use wake::{Rounds, TOGETHER, Wake};

use super::clock;
use super::db::{Conn, Statement};
use diesel::QueryResult;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// What, such as `order.placed`.
    pub kind: &'static str,
    /// To what.
    pub subject_id: Uuid,
    /// Who may see it.
    pub audiences: Vec<Audience>,
    /// Ids and states; no personal data.
    pub facts: Value,
}

/// Who may see an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// A customer.
    Customer(Uuid),
    /// The staff of a vendor.
    Vendor(Uuid),
    /// Whoever may read an order.
    Order(Uuid),
    /// Whoever may read a cart.
    Cart(Uuid),
    /// Whoever is signed in as this user, and the program itself: what they may do has changed.
    User(Uuid),
    /// Those who run the marketplace.
    Staff,
    /// Programs that keep what guests see: which rows of it were touched.
    Storefronts,
}

impl std::fmt::Display for Audience {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Customer(id) => write!(out, "customer:{id}"),
            Self::Vendor(id) => write!(out, "vendor:{id}"),
            Self::Order(id) => write!(out, "order:{id}"),
            Self::Cart(id) => write!(out, "cart:{id}"),
            Self::User(id) => write!(out, "user:{id}"),
            Self::Staff => out.write_str("staff"),
            Self::Storefronts => out.write_str("storefronts"),
        }
    }
}

impl Audience {
    /// Reads what `Display` wrote; nothing when it is of another make.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "staff" => return Some(Self::Staff),
            "storefronts" => return Some(Self::Storefronts),
            _ => {}
        }
        let (kind, id) = text.split_once(':')?;
        let id = Uuid::try_parse(id).ok()?;
        match kind {
            "customer" => Some(Self::Customer(id)),
            "vendor" => Some(Self::Vendor(id)),
            "order" => Some(Self::Order(id)),
            "user" => Some(Self::User(id)),
            "cart" => Some(Self::Cart(id)),
            _ => None,
        }
    }
}

/// Tells what happened, as the last thing that a transaction writes.
///
/// # Errors
/// Whatever the database says.
pub async fn tell(conn: &mut Conn, event: Event) -> QueryResult<()> {
    let audiences = event.audiences.iter().map(ToString::to_string).collect();
    Statement::new(
        "INSERT INTO outbox_new (id, kind, subject_id, audiences, facts, told_at) VALUES (",
    )
    .uuid(Uuid::now_v7())
    .sql(", ")
    .text(event.kind)
    .sql(", ")
    .uuid(event.subject_id)
    .sql(", ")
    .texts(audiences)
    .sql(", ")
    .json(event.facts)
    .sql(", ")
    .time(clock::now())
    .sql(")")
    .execute(conn)
    .await?;
    Ok(())
}
