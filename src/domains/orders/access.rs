//! As whom somebody deals with an order: said once, for reading and for changing.

use super::model::{Actor, ActorKind};
use crate::domains::accounts::{CustomerId, Permission, Viewer};
use crate::platform::secret::Secret;

/// As whom somebody deals with an order: as its customer, who is signed in or knows its secret, or as the marketplace's staff, who
/// need `permission`. `None` for everybody else, and for whoever brings a wrong secret.
pub fn as_whom(
    viewer: Option<&Viewer>,
    secret: Option<&Secret>,
    (secret_hash, customer): (&[u8], CustomerId),
    permission: Permission,
) -> Option<Actor> {
    if secret.is_some_and(|secret| !secret.is_of(secret_hash)) {
        return None;
    }
    let owns = viewer.is_some_and(|viewer| viewer.customer_id == customer);
    let works = viewer.is_some_and(|viewer| viewer.may(permission));
    let kind = match (owns, works) {
        (false, true) => ActorKind::Staff,
        _ if owns || secret.is_some() => ActorKind::Customer,
        _ => return None,
    };
    Some(Actor {
        kind,
        user_id: viewer.map(|viewer| viewer.user_id),
    })
}
