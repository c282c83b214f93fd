//! Cursors that nobody can go on from: garbage is refused, and whoever is too far behind is told to read afresh.

use super::protocol::cart;
use super::{Sent, Socket, Stream, Watch, cursor, head, open, tell};
use crate::support::Shop;
use serde_json::json;
use tokio_postgres::Client;
use uuid::Uuid;

/// What a change of a cart tells.
const KIND: &str = "cart.changed";

async fn street() -> (Shop, Client, Watch, Socket) {
    let (shop, sql) = open().await;
    let watch = cart(&sql).await;
    let socket = Socket::join(&shop.address, None).await;
    (shop, sql, watch, socket)
}

/// Tells of this cart so many times.
async fn change(sql: &Client, watch: &Watch, times: i32) {
    let facts = json!({ "version": 1, "state": "OPEN" });
    tell(sql, &watch.audience(), KIND, &facts, times).await;
}

/// Watches after this cursor, and must be told to read afresh; goes on live after it.
async fn reads_afresh(sql: &Client, watch: &Watch, socket: &mut Socket, after: &str) {
    let id = Uuid::now_v7().to_string();
    socket.watch(&id, watch, Some(after)).await;
    let told = socket.told(&id).await;
    assert_eq!(told.kind, "RESYNC", "{after}");
    assert_eq!(told.cursor, cursor(sql, head(sql).await).await);
    assert_eq!(told.whole["cart"]["totalQuantity"], 1);
    change(sql, watch, 1).await;
    let next = socket.told(&id).await;
    assert_eq!(next.kind, "CHANGED");
    assert_eq!(next.cursor, cursor(sql, head(sql).await).await);
    socket.say(json!({ "id": id, "type": "complete" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused() {
    let (shop, sql, watch, mut socket) = street().await;
    let good = cursor(&sql, head(&sql).await).await;
    let epoch = good.split_once('.').unwrap().0;
    let long = "9".repeat(5_000);
    for garbage in [
        "".to_owned(),
        ".".to_owned(),
        "garbage".to_owned(),
        epoch.to_owned(),
        format!("{epoch}."),
        format!("{epoch}.-1"),
        format!("{epoch}.1.1"),
        format!("{epoch}. 1"),
        format!("{epoch}.one"),
        format!("{epoch}.99999999999999999999"),
        format!("{epoch}.{long}"),
        format!("{}.1", &epoch[1..]),
        format!("{}g.1", &epoch[1..]),
        format!("{good}\u{0}"),
        format!("{good}💐"),
    ] {
        socket.watch("1", &watch, Some(&garbage)).await;
        assert_eq!(
            socket.refused("1").await.0,
            "BAD_USER_INPUT",
            "{garbage:.100}"
        );
        let response = Stream::try_watch(&shop.address, None, &watch, Some(&garbage), None).await;
        let body = response.unwrap().text().await.unwrap();
        assert!(body.contains("BAD_USER_INPUT"), "{garbage:.100}: {body}");
    }
    // What a browser keeps is garbage alike.
    let response = Stream::try_watch(&shop.address, None, &watch, None, Some("garbage")).await;
    let body = response.unwrap().text().await.unwrap();
    assert!(body.contains("BAD_USER_INPUT"), "{body}");
    socket.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_epoch_or_past_the_head_is_read_afresh() {
    let (shop, sql, watch, mut socket) = street().await;
    change(&sql, &watch, 3).await;
    let other = format!("{}.1", Uuid::new_v4().simple());
    reads_afresh(&sql, &watch, &mut socket, &other).await;
    let past = cursor(&sql, head(&sql).await + 1).await;
    reads_afresh(&sql, &watch, &mut socket, &past).await;
    let far = cursor(&sql, i64::MAX).await;
    reads_afresh(&sql, &watch, &mut socket, &far).await;
    // A restore of an older copy begins another epoch: what was good is not any more, for those who come after it.
    let before = cursor(&sql, head(&sql).await).await;
    sql.execute("UPDATE relay_head SET epoch = gen_random_uuid()", &[])
        .await
        .unwrap();
    let shop = super::another(&shop).await;
    let mut socket = Socket::join(&shop.address, None).await;
    reads_afresh(&sql, &watch, &mut socket, &before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_more_than_a_thousand_behind_reads_afresh() {
    let (shop, sql, watch, mut socket) = street().await;
    let begin = cursor(&sql, head(&sql).await).await;
    change(&sql, &watch, 1_000).await;
    // Of others' events there may be any number.
    let other = cart(&sql).await;
    change(&sql, &other, 300).await;
    let wanted = super::log(&sql, &watch, super::position(&begin)).await;
    assert_eq!(wanted.len(), 1_000);
    socket.watch("all", &watch, Some(&begin)).await;
    for each in &wanted {
        let told = socket.told("all").await;
        assert_eq!((told.cursor, told.kind), each.clone());
    }
    let mut stream = Stream::watch(&shop.address, None, &watch, Some(&begin)).await;
    for each in &wanted {
        assert_eq!(&stream.told().await.cursor, &each.0);
    }
    drop(stream);
    socket.say(json!({ "id": "all", "type": "complete" })).await;
    change(&sql, &watch, 1).await;
    let one = super::position(&begin) + 1;
    let mut late = Socket::join(&shop.address, None).await;
    late.watch("one", &watch, Some(&cursor(&sql, one).await))
        .await;
    assert_eq!(late.told("one").await.cursor, wanted[1].0);
    let mut socket = Socket::join(&shop.address, None).await;
    reads_afresh(&sql, &watch, &mut socket, &begin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_behind_what_is_kept_reads_afresh() {
    let (_shop, sql, watch, mut socket) = street().await;
    change(&sql, &watch, 5).await;
    let old = cursor(&sql, head(&sql).await - 2).await;
    // A million events later the old ones are dropped.
    sql.batch_execute(
        "SELECT event_partition(1000000), event_partition(2000000); UPDATE relay_head SET position = 1000010",
    )
    .await
    .unwrap();
    change(&sql, &watch, 2).await;
    let kept = cursor(&sql, head(&sql).await - 1).await;
    let dropped: i32 = sql
        .query_one("SELECT events_forget(now() + interval '1 minute')", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(dropped, 1);
    reads_afresh(&sql, &watch, &mut socket, &old).await;
    reads_afresh(&sql, &watch, &mut socket, &cursor(&sql, 0).await).await;
    socket.watch("kept", &watch, Some(&kept)).await;
    let told = socket.told("kept").await;
    assert_eq!(
        (told.kind.as_str(), told.position()),
        ("CHANGED", super::position(&kept) + 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_remembers_goes_before_the_argument() {
    let (shop, sql, watch, _socket) = street().await;
    let begin = head(&sql).await;
    change(&sql, &watch, 4).await;
    let after = cursor(&sql, begin).await;
    let last = cursor(&sql, begin + 3).await;
    let response = Stream::try_watch(&shop.address, None, &watch, Some(&after), Some(&last)).await;
    let mut stream = Stream::of(response.unwrap());
    assert_eq!(stream.told().await.position(), begin + 4);
    // Nothing else comes.
    let more = stream
        .sent_within(std::time::Duration::from_millis(300))
        .await;
    assert_eq!(more, None::<Sent>);
}
