//! Many at once: nobody costs more than their share, and nothing of them stays. The server is a process of its own, so that what it
//! holds can be seen.

use super::carts::note;
use super::hall::Hall;
use super::{Socket, Watch, head, settled};
use crate::programs::proved;
use crate::support::whole;
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_who_come_again_at_once_all_get_what_they_missed() {
    let hall = Hall::open().await;
    let mut places = Vec::new();
    for _ in 0..10 {
        places.push((Watch::cart(&hall.sale.cart().await), None));
    }
    settled(&hall.serving.address, &places[9].0, &hall.sale.sql).await;
    let mut all = hall.crowd(&places, 1_000, 64).await;
    for socket in &mut all {
        assert_eq!(socket.told("c").await.kind, "STARTED");
    }
    let begin = head(&hall.sale.sql).await;
    drop(all);
    for (watch, _) in &places {
        for at in 0..3 {
            note(&hall.counter, &watch.id, &at.to_string()).await;
        }
    }
    crate::support::moved(&hall.sale.sql).await;
    let after = super::cursor(&hall.sale.sql, begin).await;
    for place in &mut places {
        place.1 = Some(after.clone());
    }
    let came = Instant::now();
    let mut all = hall.crowd(&places, 1_000, 1_000).await;
    println!("a thousand were in after {:?}", came.elapsed());
    let mut wanted = Vec::new();
    for (watch, _) in &places {
        let logged = super::log(&hall.sale.sql, watch, begin).await;
        assert_eq!(logged.len(), 3);
        wanted.push(logged);
    }
    for (at, socket) in all.iter_mut().enumerate() {
        for each in &wanted[at % places.len()] {
            let told = socket.told("c").await;
            assert_eq!(&(told.cursor, told.kind), each);
        }
    }
    println!("and had what they missed after {:?}", came.elapsed());
    assert!(came.elapsed() < Duration::from_secs(30));
    // They are all there for what comes now, and have nothing else before it.
    for (watch, _) in &places {
        note(&hall.counter, &watch.id, "now").await;
    }
    for socket in &mut all {
        assert_eq!(socket.told("c").await.whole["cart"]["note"], "now");
    }
    whole(&hall.sale.shop).await;
}

/// So many idle subscribers, open and closed twice: what they cost, and that nothing of it stays.
async fn idle(many: usize) {
    let hall = Hall::open().await;
    let watch = Watch::cart(&hall.sale.cart().await);
    settled(&hall.serving.address, &watch, &hall.sale.sql).await;
    let (descriptors, connections) = (hall.descriptors(), hall.connections());
    let mut base = hall.memory();
    for round in 0..2 {
        let mut all = hall.crowd(&[], many, 64).await;
        let joined = (hall.memory() - base) * 1_000 / i64::try_from(many).unwrap();
        println!("round {round}: {joined} bytes each before they watch");
        // Some at a time: one after the other they would not be heard of for so long that the first were taken to be gone.
        let watching = stream::iter(&mut all).for_each_concurrent(64, async |socket| {
            socket.watch("c", &watch, None).await;
            assert_eq!(socket.told("c").await.kind, "STARTED");
        });
        watching.await;
        let open = hall.memory();
        let each = (open - base) * 1_000 / i64::try_from(many).unwrap();
        println!(
            "round {round}: {many} open hold {open} kB over {base} kB, {each} bytes each; {} descriptors",
            hall.descriptors()
        );
        assert!(hall.connections() >= many);
        if proved().is_some() && round == 0 {
            assert!(each <= 20_000, "{each} bytes");
        }
        drop(all);
        hall.down_to(connections, Duration::from_secs(30)).await;
        // The pool of the database may have grown meanwhile, and no more.
        assert!(hall.descriptors() <= descriptors + 30, "{descriptors}");
        let spare = i64::try_from(many).unwrap() * 2 + 8_000;
        let begin = Instant::now();
        while hall.memory() > base + spare && begin.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let left = hall.memory();
        println!(
            "round {round}: {left} kB are left after {:?}",
            begin.elapsed()
        );
        // What the allocator keeps after the first time it may keep; the second time adds nothing to it.
        assert!(
            round == 0 || left <= base + spare,
            "{left} kB over {base} kB"
        );
        base = left;
    }
    // It answers as before.
    let mut socket = Socket::join(&hall.serving.address, None).await;
    socket.watch("c", &watch, None).await;
    assert_eq!(socket.told("c").await.kind, "STARTED");
    note(&hall.counter, &watch.id, "after").await;
    assert_eq!(socket.told("c").await.whole["cart"]["note"], "after");
    socket.say(json!({ "id": "c", "type": "complete" })).await;
    whole(&hall.sale.shop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_subscribers_leave_nothing_behind() {
    idle(1_000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn ten_thousand_idle_subscribers_leave_nothing_behind() {
    idle(10_000).await;
}
