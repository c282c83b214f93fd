//! What is told of accounts.

use super::model::UserId;
use crate::platform::outbox::{Audience, Event};
use serde_json::json;

/// Sessions of a user have ended, or what the user may do has changed: whoever serves the user at this moment looks again.
pub(super) fn access_changed(user: UserId) -> Event {
    Event {
        kind: "account.access.changed",
        subject_id: user.0,
        audiences: vec![Audience::User(user.0)],
        facts: json!({}),
    }
}
