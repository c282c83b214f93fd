//! The vocabulary that every domain's GraphQL shares. Nothing in here knows a domain.

pub mod attribute;
pub mod batch;
pub mod budget;
pub mod codes;
pub mod connection;
mod db_error;
pub mod error;
pub mod gid;
pub mod html;
pub mod idempotent;
pub mod in_context;
pub mod links;
pub mod lookup;
pub mod made_of;
pub mod money;
pub mod page_args;
pub mod ready;
pub mod remembered;
pub mod scalars;
pub mod seo;
pub mod tags;
pub mod user_error;
pub mod words;
