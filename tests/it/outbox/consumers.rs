//! Reading the log: by audience, and by consumers that keep how far they have come.

use super::{conn, open, relay, told};
use lilium::platform::outbox::Audience;
use lilium::platform::outbox::log::{self, Advance, Consumer, Head, Standing, Start};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn each_audience_reads_its_own_events() {
    let (_, database) = open().await;
    let [one, two] = [(); 2].map(|()| Audience::Vendor(Uuid::now_v7()));
    let stranger = Audience::Customer(Uuid::now_v7());
    for place in 0..30 {
        let audiences = match place % 3 {
            0 => vec![one],
            1 => vec![two],
            _ => vec![one, two, Audience::Staff],
        };
        told(&database, Uuid::now_v7(), audiences).await;
    }
    relay(&database).pass().await.unwrap();
    let mut conn = conn(&database).await;
    let mut positions = async |audiences: &[Audience], position, limit| -> Vec<i64> {
        let events = log::after_for(&mut conn, audiences, position, limit).await;
        events
            .unwrap()
            .iter()
            .map(|event| {
                assert!(audiences.iter().any(|one| event.audiences.contains(one)));
                event.position
            })
            .collect()
    };
    assert_eq!(positions(&[one], 0, 5).await, [1, 3, 4, 6, 7]);
    assert_eq!(positions(&[one], 7, 5).await, [9, 10, 12, 13, 15]);
    assert_eq!(positions(&[two], 27, 5).await, [29, 30]);
    // An event for both is told once.
    assert_eq!(positions(&[one, two], 2, 4).await, [3, 4, 5, 6]);
    assert_eq!(
        positions(&[Audience::Staff, one], 24, 9).await,
        [25, 27, 28, 30]
    );
    assert_eq!(positions(&[stranger], 0, 5).await, [0; 0]);
    assert_eq!(positions(&[], 0, 5).await, [0; 0]);
    assert_eq!(positions(&[one], 30, 5).await, [0; 0]);
    // A foolish limit is brought within bounds.
    assert_eq!(positions(&[one], 0, -1).await, [1]);
    assert_eq!(positions(&[one], 0, i64::MAX).await.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_goes_forwards_only() {
    let (_, database) = open().await;
    for _ in 0..9 {
        told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    }
    relay(&database).pass().await.unwrap();
    let mut conn = conn(&database).await;
    let head = log::head(&mut conn).await.unwrap();
    let at = |position| Standing::At(Head { position, ..head });
    let late = Consumer {
        name: "mail",
        start: Start::Head,
    };
    let early = Consumer {
        name: "search",
        start: Start::Oldest,
    };
    assert_eq!(late.position(&mut conn).await.unwrap(), at(9));
    assert_eq!(early.position(&mut conn).await.unwrap(), at(0));

    for (position, outcome, stands) in [
        (4, Advance::Done, 4),
        (4, Advance::NotForwards, 4),
        (3, Advance::NotForwards, 4),
        (-1, Advance::NotForwards, 4),
        // Beyond the head.
        (10, Advance::NotForwards, 4),
        (i64::MAX, Advance::NotForwards, 4),
        (9, Advance::Done, 9),
    ] {
        let advanced = early.advance(&mut conn, head.epoch, position).await;
        assert_eq!(advanced.unwrap(), outcome, "{position}");
        assert_eq!(early.position(&mut conn).await.unwrap(), at(stands));
    }
    // The other one was not moved by it.
    told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    relay(&database).pass().await.unwrap();
    assert_eq!(late.position(&mut conn).await.unwrap(), at(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_epoch_is_told() {
    let (server, database) = open().await;
    for _ in 0..3 {
        told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    }
    relay(&database).pass().await.unwrap();
    let mut conn = conn(&database).await;
    let consumer = Consumer {
        name: "search",
        start: Start::Oldest,
    };
    let old = log::head(&mut conn).await.unwrap();
    let advanced = consumer.advance(&mut conn, old.epoch, 2).await;
    assert_eq!(
        advanced.unwrap(),
        Advance::NotForwards,
        "one that never asked is not there"
    );
    let advanced = consumer.advance(&mut conn, old.epoch, 2).await;
    assert_eq!(advanced.unwrap(), Advance::Done);
    let foreign = consumer.advance(&mut conn, Uuid::now_v7(), 3).await;
    assert_eq!(foreign.unwrap(), Advance::OtherEpoch);

    let client = server.client().await.unwrap();
    let restored = "UPDATE relay_head SET epoch = gen_random_uuid(), position = 1";
    client.batch_execute(restored).await.unwrap();
    let head = log::head(&mut conn).await.unwrap();
    assert_ne!(head.epoch, old.epoch);
    let stands = consumer.position(&mut conn).await.unwrap();
    assert_eq!(stands, Standing::OtherEpoch { head });
    for epoch in [old.epoch, head.epoch] {
        let advanced = consumer.advance(&mut conn, epoch, 1).await;
        assert_eq!(advanced.unwrap(), Advance::OtherEpoch);
    }
    consumer.restart(&mut conn, head).await.unwrap();
    let stands = consumer.position(&mut conn).await.unwrap();
    assert_eq!(stands, Standing::At(head));
}
