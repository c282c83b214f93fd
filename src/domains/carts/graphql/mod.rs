//! Carts in the schema.

mod cart;
mod group;
mod inputs;
mod line;
mod mutation;
mod payload;
mod query;
mod ready;
mod subscription;

pub use cart::Cart;
pub use line::{BaseCartLine, CartLine, Merchandise};
pub use mutation::CartMutation;
pub use payload::{CartUserError, CartWarning};
pub use query::{CartQuery, cart_by_id};
pub use ready::ready_types;
pub use subscription::CartSubscription;
