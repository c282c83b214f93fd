//! The hub's memory, without a database.

use super::*;
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::Value;
use uuid::Uuid;

const EPOCH: Uuid = Uuid::from_u128(7);
const ORDER: Audience = Audience::Order(Uuid::from_u128(1));
const OTHER: Audience = Audience::Order(Uuid::from_u128(2));

fn head(position: i64) -> Head {
    Head {
        epoch: EPOCH,
        position,
    }
}

fn event(position: i64, audience: Audience) -> LoggedEvent {
    LoggedEvent {
        position,
        id: Uuid::from_u128(u128::try_from(position).unwrap()),
        kind: "order.changed".to_owned(),
        subject_id: Uuid::nil(),
        audiences: vec![audience],
        facts: Value::Null,
        told_at: DateTime::<Utc>::UNIX_EPOCH,
    }
}

fn began(position: i64) -> Hub {
    let hub = Hub::default();
    hub.begin(head(position), Vec::new());
    hub
}

/// What a follower gets without asking the log: positions, or what it has to do instead.
fn got(follower: &mut Follower) -> Result<Vec<i64>, &'static str> {
    match follower.remembered() {
        follower::Remembered::Events(events) => {
            Ok(events.iter().map(|event| event.position).collect())
        }
        follower::Remembered::Nothing => Ok(Vec::new()),
        follower::Remembered::Forgotten => Err("asks the log"),
        follower::Remembered::Anew(..) => Err("begins anew"),
    }
}

#[test]
fn a_cursor_is_read_as_it_was_written_and_no_other_text_is_one() {
    for position in [0, 1, 10, i64::MAX] {
        let cursor = Cursor {
            epoch: EPOCH,
            position,
        };
        assert_eq!(Cursor::read(&cursor.to_string()), Some(cursor));
    }
    let epoch = EPOCH.simple();
    for text in [
        String::new(),
        ".".to_owned(),
        format!("{epoch}"),
        format!("{epoch}."),
        format!("{epoch}.-1"),
        format!("{epoch}.+1"),
        format!("{epoch}.01"),
        format!("{epoch}.1 "),
        format!("{epoch}.9223372036854775808"),
        format!("{EPOCH}.1"),
        format!("{}.1", "x".repeat(32)),
    ] {
        assert_eq!(Cursor::read(&text), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_cursor_leads_back_and_no_other_text_is_one(epoch: u128, position in 0..=i64::MAX, at: prop::sample::Index, bit in 0..8_u32, garbage in ".{0,60}") {
        let cursor = Cursor { epoch: Uuid::from_u128(epoch), position };
        let text = cursor.to_string();
        prop_assert_eq!(Cursor::read(&text), Some(cursor));
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        let cut = String::from_utf8(bytes[..at].to_vec()).unwrap();
        bytes[at] ^= 1 << bit;
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        // A shorter count and other digits are cursors of their own; whatever is read is written the same.
        for text in [cut, changed, garbage] {
            if let Some(read) = Cursor::read(&text) {
                prop_assert_eq!(read.to_string(), text);
                prop_assert_ne!(read, cursor);
            }
        }
    }
}

#[tokio::test]
async fn who_follows_gets_what_is_its_own_in_order_each_once() {
    let hub = began(10);
    let mut follower = hub.follow(ORDER, None).await.unwrap();
    assert_eq!(got(&mut follower), Ok(vec![]));
    hub.take(vec![event(11, ORDER), event(12, OTHER), event(13, ORDER)]);
    assert_eq!(got(&mut follower), Ok(vec![11, 13]));
    assert_eq!(got(&mut follower), Ok(vec![]));
    hub.take(vec![event(14, OTHER)]);
    assert_eq!(got(&mut follower), Ok(vec![]));
    assert_eq!(follower.cursor().position, 14);
}

#[tokio::test]
async fn a_bell_that_is_rung_between_two_looks_is_heard() {
    let hub = began(0);
    let database_is_not_asked = hub.follow(ORDER, None).await.unwrap();
    let bell = Arc::clone(&hub.locked().feeds[&ORDER].bell);
    let rung = bell.notified();
    hub.take(vec![event(1, ORDER)]);
    rung.await;
    drop(database_is_not_asked);
}

#[tokio::test]
async fn one_who_is_slow_asks_the_log_and_holds_nothing() {
    let hub = began(0);
    let mut slow = hub.follow(ORDER, None).await.unwrap();
    let many = i64::try_from(RECENT).unwrap() + 1;
    hub.take((1..=many).map(|at| event(at, ORDER)).collect());
    assert_eq!(got(&mut slow), Err("asks the log"));
    let mut quick = hub.follow(ORDER, None).await.unwrap();
    hub.take(vec![event(many + 1, ORDER)]);
    assert_eq!(got(&mut quick), Ok(vec![many + 1]));
}

#[tokio::test]
async fn one_who_was_idle_while_much_happened_elsewhere_needs_no_log() {
    let hub = began(0);
    let mut idle = hub.follow(ORDER, None).await.unwrap();
    let much = i64::try_from(REMEMBERED).unwrap() * 2;
    hub.take((1..=much).map(|at| event(at, OTHER)).collect());
    hub.take(vec![event(much + 1, ORDER)]);
    assert_eq!(hub.locked().events.len(), REMEMBERED);
    assert_eq!(got(&mut idle), Ok(vec![much + 1]));
}

#[tokio::test]
async fn one_who_comes_back_gets_what_it_missed_from_memory_or_from_the_log() {
    let hub = began(10);
    hub.take(vec![event(11, ORDER), event(12, OTHER), event(13, ORDER)]);
    let at = |position| Some(Cursor::from(head(position)));
    let mut back = hub.follow(ORDER, at(11)).await.unwrap();
    assert_eq!(got(&mut back), Ok(vec![13]));
    let mut long_away = hub.follow(ORDER, at(3)).await.unwrap();
    assert_eq!(got(&mut long_away), Err("asks the log"));
    // Another instance has read further than this one.
    let mut ahead = hub.follow(ORDER, at(14)).await.unwrap();
    hub.take(vec![event(14, ORDER), event(15, ORDER)]);
    assert_eq!(got(&mut ahead), Ok(vec![15]));
}

#[tokio::test]
async fn a_log_that_begins_anew_is_told() {
    let hub = began(10);
    let mut follower = hub.follow(ORDER, None).await.unwrap();
    hub.begin(head(4), Vec::new());
    assert_eq!(got(&mut follower), Err("begins anew"));
}

#[tokio::test]
async fn nothing_is_left_of_those_who_went_away() {
    let hub = began(0);
    let first = hub.follow(ORDER, None).await.unwrap();
    let second = hub.follow(ORDER, None).await.unwrap();
    drop(first);
    assert_eq!(hub.locked().feeds.len(), 1);
    drop(second);
    assert_eq!(hub.locked().feeds.len(), 0);
}

#[tokio::test]
async fn who_acts_on_some_kinds_is_woken_for_those_and_when_the_log_begins_anew() {
    use futures_util::FutureExt;
    let (hub, wake) = (began(0), Wake::default());
    hub.concerns(&["vendor.changed", "category.changed"], wake.clone());
    let woken = || wake.woken().now_or_never().is_some();
    hub.take(vec![event(1, ORDER), event(2, OTHER)]);
    assert!(!woken());
    let vendor = LoggedEvent {
        kind: "vendor.changed".to_owned(),
        ..event(3, OTHER)
    };
    hub.take(vec![vendor, event(4, ORDER)]);
    assert!(woken());
    assert!(!woken());
    hub.begin(head(9), Vec::new());
    assert!(woken());
}

#[tokio::test]
async fn the_reader_is_not_asked_for_what_it_has_read() {
    let hub = began(10);
    assert!(!hub.is_due());
    // Named before it was read, and once more after.
    hub.look(Some(head(11)));
    assert!(hub.is_due());
    hub.take(vec![event(11, ORDER)]);
    assert!(!hub.is_due());
    hub.look(Some(head(11)));
    assert!(!hub.is_due());
    // Somebody who does not know where it ends.
    hub.look(None);
    assert!(hub.is_due());
    hub.begins_to_read();
    assert!(!hub.is_due());
    hub.look(Some(head(12)));
    assert!(hub.is_due());
}
