//! Programs that start at the same moment on an empty database, and clients that come before anything is there.

use super::doctor::finds_all_whole;
use super::early::{Early, Port, Told};
use super::scene::{BUYER, token};
use crate::buying::counter::Counter;
use crate::buying::{carts, cash, count, goods, keyless, row};
use crate::programs::{Folder, Serving, url_of};
use crate::support::{Contents, TOKEN_KEYS, database, whole_in};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::block_in_place;
use tokio_postgres::Client;

/// How long people go on asking after the last program has told its address.
const MORE: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_start_at_once_make_one_shop_and_tell_early_clients_to_wait() {
    let server = database(Contents::Bare).await;
    let (folder, url) = (Folder::with_pictures().await, url_of(&server).await);
    let ports = [Port::free(), Port::free(), Port::free()];
    let people = lilium::demo::people::some().unwrap();
    let (over, told) = (Told::default(), [(); 3].map(|()| Told::default()));
    let asking = [0, 1, 2].map(|at: usize| {
        // The third one serves whatever is there: a shop, when one of the others has filled it.
        let there = match at {
            2 => vec![told[0].clone(), told[2].clone()],
            at => vec![told[at].clone()],
        };
        // A customer, a vendor, and somebody whom nobody knows.
        let person = (at < 2).then(|| people[at].as_str());
        Early::come(ports[at].number, there, 3, person, over.clone())
    });
    let start = |at: usize, arguments: &[&str]| {
        let port = ports[at].number.to_string();
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
    for (at, asked) in asking.into_iter().enumerate() {
        let heard = asked.await.unwrap();
        heard.was_clear(&programs);
        let person = (at < 2).then(|| people[at].clone());
        assert_eq!(heard.known_as, person);
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
    everybody_is_known(&sql, &programs).await;
    whole_in(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    finds_all_whole(&folder, &settings);
    programs.iter().for_each(super::is_calm);
}

/// Who signed in at one program buys at another, and a vendor who signed in there works at the third, where the buyer sees it.
async fn everybody_is_known(sql: &Client, programs: &[Serving; 3]) {
    let at = |which: usize| Counter::at(&programs[which].address);
    let some = goods(sql, 1).await.remove(0);
    let buyer = token(&programs[0].address, BUYER).await;
    let owner = token(&programs[1].address, &some.owner()).await;
    let cart = carts(sql, 1, &[(&some, 1)]).await.remove(0);
    let order = at(1).of(&buyer).buy(cash(&cart)).await;
    let part = &order["vendorOrders"][0];
    at(2).of(&owner).stepped("Accept", part).await;
    let id = keyless(order["id"].as_str().unwrap());
    let seen = at(2).of(&buyer).order(&id).await;
    assert_eq!(seen["state"], "ACCEPTED", "{seen:#}");
    assert_eq!(at(2).order(&id).await, Value::Null);
}
