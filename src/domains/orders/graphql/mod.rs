//! Orders in the schema.

mod access;
mod address;
mod desk;
mod desk_order;
mod errors;
mod inputs;
mod line;
mod list;
mod money;
mod mutation;
mod order;
mod part;
mod payment;
mod query;
mod ready;
mod subscription;
#[cfg(test)]
mod tests;
mod update;

pub use address::MailingAddress;
pub use errors::OrderUserError;
pub use list::{OrderSortKeys, orders_of};
pub use mutation::OrderMutation;
pub use order::Order;
pub use query::{OrderQuery, order_by_gid};
pub use ready::ready_types;
pub use subscription::OrderSubscription;
