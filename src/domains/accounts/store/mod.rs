//! Every statement of this room.

pub(super) mod sessions;
pub(super) mod throttles;
pub(super) mod users;
