//! Work that the program does by itself holds up neither whoever gives events their positions nor whoever reads them: else nothing that is
//! kept could be given while that work is slow.

use crate::support::{Contents, Shop};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// What the reader of the log asks last, and what the relay does.
const LOG: [&str; 2] = [
    "interval '800 milliseconds') AS long",
    "WHERE EXISTS (SELECT FROM outbox_new)",
];

/// What other tasks ask, each within seconds.
const OTHERS: [&str; 2] = ["payment_operations", "event_consumers"];

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_connections_that_nobody_else_takes() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let sql = shop.sql().await;
    let said = "SELECT pid, query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let mut log: [BTreeSet<i32>; 2] = Default::default();
    let mut others = BTreeSet::new();
    let begin = Instant::now();
    // By then each has been at it several times.
    while begin.elapsed() < Duration::from_secs(5) {
        for row in sql.query(said, &[]).await.unwrap() {
            let (pid, query): (i32, String) = (row.get(0), row.get(1));
            for (pids, text) in log.iter_mut().zip(LOG) {
                if query.contains(text) {
                    pids.insert(pid);
                }
            }
            if OTHERS.iter().any(|text| query.contains(text)) {
                others.insert(pid);
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!others.is_empty());
    for (pids, text) in log.iter().zip(LOG) {
        assert!(!pids.is_empty(), "{text}");
        assert!(pids.is_disjoint(&others), "{text}: {pids:?} and {others:?}");
    }
}
