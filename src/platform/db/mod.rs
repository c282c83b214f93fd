//! PostgreSQL: the pool, statements written as text, migrations, and the private cluster that Lilium can run itself.

mod change;
mod create;
pub mod embedded;
mod id;
mod keyset;
mod migrate;
mod pool;
mod server;
mod statement;
#[rustfmt::skip]
#[expect(missing_docs, reason = "made by diesel; what it documents is what the database comments")]
pub mod tables;
mod typed;

pub use change::{Change, Refusal, UNATTENDED};
pub use create::{CreateError, ensure_database};
pub(crate) use id::id_types;
pub use keyset::{Key, KeyKind, Keyset, Slice};
pub use migrate::{MigrateError, migrate, pending};
pub use pool::{Conn, Database, DbError, Loan, StatementCount};
pub use server::Server;
pub use statement::Statement;
pub use typed::Typed;
