//! Programs that start at the same moment on an empty database, and clients that come before anything is there.

use super::early::{Early, Told, port};
use crate::buying::{count, row};
use crate::programs::{Folder, Said, Serving, lilium, url_of};
use crate::support::{Contents, TOKEN_KEYS, database, whole_in};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::block_in_place;

/// How long people go on asking after the last program has told its address.
const MORE: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_start_at_once_make_one_shop_and_tell_early_clients_to_wait() {
    let server = database(Contents::Bare).await;
    let (folder, url) = (Folder::with_pictures().await, url_of(&server).await);
    let ports = [port().await, port().await, port().await];
    let (over, told) = (Told::default(), [(); 3].map(|()| Told::default()));
    let asking = [0, 1, 2].map(|at: usize| {
        // The third one serves whatever is there: a shop, when one of the others has filled it.
        let there = match at {
            2 => vec![told[0].clone(), told[2].clone()],
            at => vec![told[at].clone()],
        };
        Early::come(ports[at], there, 3, over.clone())
    });
    let start = |at: usize, arguments: &[&str]| {
        let port = ports[at].to_string();
        let settings = [
            ("DATABASE_URL", url.as_str()),
            ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
            ("LILIUM_LOG", "error"),
            ("PORT", port.as_str()),
        ];
        let serving = Serving::start(&folder, arguments, &settings);
        told[at].store(true, Ordering::SeqCst);
        serving
    };
    // Two fill the shop, or find it filled.
    let programs = block_in_place(|| {
        std::thread::scope(|scope| {
            let all = [
                scope.spawn(|| start(0, &["--demo"])),
                scope.spawn(|| start(1, &["--demo"])),
                scope.spawn(|| start(2, &[])),
            ];
            all.map(|one| one.join().unwrap())
        })
    });
    tokio::time::sleep(MORE).await;
    over.store(true, Ordering::Relaxed);
    let mut orders = Vec::new();
    for asked in asking {
        let heard = asked.await.unwrap();
        heard.was_clear(&programs);
        orders.extend(heard.orders);
    }
    // What was acknowledged is there.
    let ids: BTreeSet<String> = orders.iter().map(|id| row(id).to_string()).collect();
    let listed: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    assert!(!listed.is_empty(), "nobody bought anything");
    let there = format!(
        "SELECT count(*) FROM orders WHERE id IN ({})",
        listed.join(", ")
    );
    let sql = server.client().await.unwrap();
    let there = usize::try_from(count(&sql, &there).await).unwrap();
    assert_eq!((there, ids.len()), (orders.len(), orders.len()));
    whole_in(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    block_in_place(|| Said::by(&mut lilium(&folder, &["doctor"], &settings))).well();
    programs.iter().for_each(super::is_calm);
}
