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

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_concern_a_consumer_is_passed_over_unless_somebody_moved_it() {
    let (_, database) = open().await;
    for _ in 0..9 {
        told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    }
    relay(&database).pass().await.unwrap();
    let mut conn = conn(&database).await;
    let consumer = Consumer {
        name: "search",
        start: Start::Oldest,
    };
    let (stands, head) = consumer.look(&mut conn).await.unwrap();
    assert_eq!(head, log::head(&mut conn).await.unwrap());
    let at = |position| Head { position, ..head };
    assert_eq!(stands, Standing::At(at(0)));
    let foreign = Head {
        epoch: Uuid::now_v7(),
        position: 5,
    };
    for (from, to, passed, stands) in [
        (at(0), 5, true, 5),
        // Somebody else was faster, or took it back.
        (at(0), 7, false, 5),
        (at(6), 7, false, 5),
        // Neither back nor beyond the end.
        (at(5), 5, false, 5),
        (at(5), 4, false, 5),
        (at(5), 10, false, 5),
        (foreign, 9, false, 5),
        (at(5), 9, true, 9),
    ] {
        let done = consumer.pass_over(&mut conn, from, to).await.unwrap();
        assert_eq!(done, passed, "{from:?} {to}");
        let now = consumer.position(&mut conn).await.unwrap();
        assert_eq!(now, Standing::At(at(stands)), "{from:?} {to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_some_kinds_are_found_in_order_and_how_far_there_are_no_others() {
    const KINDS: [&str; 2] = ["product.changed", "vendor.changed"];
    let (server, database) = open().await;
    let client = server.client().await.unwrap();
    // Every thousandth is of one kind, those right after of the other.
    let history = "INSERT INTO events SELECT n, gen_random_uuid(), CASE n % 1000 WHEN 0 THEN 'product.changed' WHEN 1 THEN 'vendor.changed' ELSE 'cart.changed' END, \
        gen_random_uuid(), '{}', '{}', now() FROM generate_series(1, 25000) n; UPDATE relay_head SET position = 25000";
    client.batch_execute(history).await.unwrap();
    let mut conn = conn(&database).await;
    for (kinds, position, head, limit, found, to) in [
        (
            &KINDS[..],
            0,
            2_500,
            100,
            vec![1, 1_000, 1_001, 2_000, 2_001],
            2_500,
        ),
        (&KINDS[..1], 0, 2_500, 100, vec![1_000, 2_000], 2_500),
        // Those at the ends.
        (&KINDS[..1], 1_000, 2_000, 100, vec![2_000], 2_000),
        // More than are asked for: it is not known what comes after the last.
        (&KINDS[..], 0, 25_000, 2, vec![1, 1_000], 1_000),
        (&KINDS[..], 1_000, 25_000, 1, vec![1_001], 1_001),
        (&KINDS[..1], 2_000, 2_999, 100, vec![], 2_999),
        (&["page.changed"][..], 0, 9_000, 100, vec![], 9_000),
        // A long way is gone in stretches.
        (&["page.changed"][..], 5, 25_000, 100, vec![], 10_005),
        (&["page.changed"][..], 20_005, 25_000, 100, vec![], 25_000),
        (&KINDS[..], 25_000, 25_000, 100, vec![], 25_000),
    ] {
        let passage = log::passage(&mut conn, kinds, position, head, limit)
            .await
            .unwrap();
        let positions: Vec<i64> = passage.events.iter().map(|event| event.position).collect();
        assert_eq!((positions, passage.to), (found, to), "{position} {head}");
        assert!(
            passage
                .events
                .iter()
                .all(|event| kinds.contains(&event.kind.as_str()))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_log_is_read_with_what_stands_before_it() {
    let (_, database) = open().await;
    let mut conn = conn(&database).await;
    let empty = log::tail(&mut conn, 0).await.unwrap();
    assert_eq!((empty.head.position, empty.events.len()), (0, 0));
    for _ in 0..1_200 {
        told(&database, Uuid::now_v7(), vec![Audience::Staff]).await;
    }
    relay(&database).pass().await.unwrap();
    let head = log::head(&mut conn).await.unwrap();
    assert_eq!(head.position, 1_200);
    for (position, found) in [(0, 1..=1_000), (300, 300..=1_200), (1_200, 1_200..=1_200)] {
        let tail = log::tail(&mut conn, position).await.unwrap();
        assert_eq!(tail.head, head);
        let read: Vec<i64> = tail.events.iter().map(|event| event.position).collect();
        assert_eq!(read, Vec::from_iter(found));
        let after = log::after(&mut conn, position - 1, log::MOST)
            .await
            .unwrap();
        assert_eq!(tail.events, after);
    }
    let beyond = log::tail(&mut conn, 1_201).await.unwrap();
    assert_eq!((beyond.head, beyond.events.len()), (head, 0));
}
