//! A shop that is served by an old schema is brought to the newest one, over what it holds, by two programs that start at once.

use super::doctor::finds_all_whole;
use super::early::{Early, Port, Told};
use super::is_calm;
use super::kept::Kept;
use super::record::payments_settle;
use super::scene::{HEALS, SHORT, Scene};
use crate::buying::count;
use crate::programs::{Folder, Said, Serving, lilium, url_of};
use crate::support::{Contents, TOKEN_KEYS, database, whole_in};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, pin_mut};
use lilium::platform::db::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::block_in_place;
use tokio_postgres::{Client, CopyInSink};

/// The first step after which a shop can trade.
const TRADES: &str = "2026-11-21-000011_payments";

/// The first step after which there are lists of products.
const LISTS: &str = "2026-11-21-000005_listing";

/// Tables of a shop that trades which no program changes by itself.
const SETTLED: [&str; 5] = [
    "order_contacts",
    "order_lines",
    "users",
    "variant_prices",
    "variants",
];

/// No table of which anything is lost.
const NOTHING: [&str; 0] = [];

/// The folders of all steps, in their order.
fn steps() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let all = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = all.filter(|path| path.join("up.sql").is_file()).collect();
    all.sort();
    all
}

/// The same by their names.
fn names() -> Vec<String> {
    let steps = steps().into_iter();
    let names = steps.map(|step| step.file_name().unwrap().to_str().unwrap().to_owned());
    names.collect()
}

/// An empty database as programs left it whose newest step was `last`.
async fn schema_of(last: &str) -> Server {
    let server = database(Contents::Bare).await;
    let sql = server.client().await.unwrap();
    let kept = "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL,
        run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)";
    sql.batch_execute(kept).await.unwrap();
    let mut steps = steps().into_iter();
    loop {
        let step = steps
            .next()
            .unwrap_or_else(|| panic!("there is no step {last}"));
        let name = step.file_name().unwrap().to_str().unwrap().to_owned();
        let up = fs::read_to_string(step.join("up.sql")).unwrap();
        sql.batch_execute(&format!("BEGIN;\n{up}\n;COMMIT"))
            .await
            .unwrap();
        let version = name.split('_').next().unwrap().replace('-', "");
        let ran = "INSERT INTO __diesel_schema_migrations (version) VALUES ($1)";
        sql.execute(ran, &[&version]).await.unwrap();
        if name == last {
            return server;
        }
    }
}

/// The columns of every table of rows, those that are computed left out.
async fn columns(sql: &Client) -> Vec<(String, Vec<String>)> {
    let text = "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname <> '__diesel_schema_migrations' GROUP BY c.relname ORDER BY 1";
    let rows = sql.query(text, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Writes into an old schema what a shop of the newest one holds, as far as the old one has room for it.
async fn carry(from: &Client, into: &Client) {
    let newest = columns(from).await;
    // Rows are those of a shop that kept every rule: no trigger has to look at them one by one.
    into.batch_execute("SET session_replication_role = replica")
        .await
        .unwrap();
    for (table, old) in columns(into).await {
        let Some((_, new)) = newest.iter().find(|(name, _)| *name == table) else {
            continue;
        };
        let both: Vec<String> = old
            .iter()
            .filter(|it| new.contains(it))
            .map(|it| format!("\"{it}\""))
            .collect();
        let both = both.join(", ");
        into.batch_execute(&format!("DELETE FROM {table}"))
            .await
            .unwrap();
        let out = format!("COPY (SELECT {both} FROM {table}) TO STDOUT (FORMAT binary)");
        let rows = from.copy_out(&out).await.unwrap();
        let sink: CopyInSink<Bytes> = into
            .copy_in(&format!("COPY {table} ({both}) FROM STDIN (FORMAT binary)"))
            .await
            .unwrap();
        pin_mut!(rows, sink);
        while let Some(some) = rows.next().await {
            sink.send(some.unwrap()).await.unwrap();
        }
        sink.close()
            .await
            .unwrap_or_else(|error| panic!("{table}: {error}"));
    }
    let numbers = "SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL";
    for row in from.query(numbers, &[]).await.unwrap() {
        let (name, last): (String, i64) = (row.get(0), row.get(1));
        let set = "SELECT setval(to_regclass($1), $2) WHERE to_regclass($1) IS NOT NULL";
        into.query(set, &[&name, &last]).await.unwrap();
    }
}

/// What must be the same before and after.
async fn held(sql: &Client) -> [i64; 5] {
    let mut held = [0; 5];
    let tables = ["products", "variants", "orders", "order_lines", "users"];
    for (at, table) in tables.into_iter().enumerate() {
        held[at] = count(sql, &format!("SELECT count(*) FROM {table}")).await;
    }
    held
}

/// The tables of rows.
async fn tables(sql: &Client) -> Vec<String> {
    let all = columns(sql).await.into_iter();
    all.map(|(table, _)| table).collect()
}

/// The database of a shop that was served by the schema whose newest step was `last`, with what it holds of `newest`.
async fn old_shop(last: &str, newest: &Server) -> Server {
    let server = schema_of(last).await;
    let (from, into) = (
        newest.client().await.unwrap(),
        server.client().await.unwrap(),
    );
    carry(&from, &into).await;
    server
}

/// Whether every step has run.
async fn is_newest(sql: &Client) {
    let ran = count(sql, "SELECT count(*) FROM __diesel_schema_migrations").await;
    assert_eq!(usize::try_from(ran).unwrap(), steps().len());
}

/// Brings a shop of an old schema to the newest one, and fails the test when a row of it is lost or says something else, or when the
/// doctor finds fault with what a program serves then.
async fn is_brought_along(last: &str, newest: &Server, folder: &Folder) {
    let server = old_shop(last, newest).await;
    let sql = server.client().await.unwrap();
    let kept = Kept::of(&sql, tables(&sql).await).await;
    assert!(kept.rows > 0, "{last}");
    lilium::platform::db::migrate(&server).await.unwrap();
    is_newest(&sql).await;
    assert_eq!(kept.lost(&sql, last).await, NOTHING, "{last}");

    let url = url_of(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
        ("LILIUM_LOG", "error"),
    ];
    if last < LISTS {
        // Its products stood in no list: there were none. It says by its exit that this was so.
        block_in_place(|| Said::by(&mut lilium(folder, &["search", "verify"], &settings)));
    }
    let serving = block_in_place(|| Serving::start(folder, &[], &settings));
    payments_settle(&sql).await;
    whole_in(&server).await;
    finds_all_whole(folder, &settings);
    is_calm(&serving);
}

/// Starts two programs at once over an old database while clients ask for both: whoever asks is answered as soon as an address was told.
/// These people sign in, at one of them each.
async fn start_two(folder: &Folder, url: &str, people: &[String]) -> [Serving; 2] {
    let ports = [Port::free(), Port::free()];
    let (over, told) = (Told::default(), [Told::default(), Told::default()]);
    let asking = [0, 1].map(|at: usize| {
        // They buy nothing: what the shop holds is compared.
        let person = people.get(at).map(String::as_str);
        let told = vec![told[at].clone()];
        Early::come(ports[at].number, told, 0, person, over.clone())
    });
    let start = |at: usize| {
        let port = ports[at].number.to_string();
        let settings = [
            ("DATABASE_URL", url),
            ("LILIUM_LOG", "error"),
            ("PORT", port.as_str()),
        ];
        let serving = Serving::start(folder, &[], &settings);
        told[at].store(true, Ordering::SeqCst);
        serving
    };
    let programs = block_in_place(|| {
        std::thread::scope(|scope| {
            let (one, two) = (scope.spawn(|| start(0)), scope.spawn(|| start(1)));
            [one.join().unwrap(), two.join().unwrap()]
        })
    });
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    over.store(true, Ordering::Relaxed);
    for (at, asked) in asking.into_iter().enumerate() {
        let heard = asked.await.unwrap();
        heard.was_clear(&programs);
        assert_eq!(heard.known_as.as_ref(), people.get(at));
    }
    programs.iter().for_each(is_calm);
    programs
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_an_old_schema_is_brought_to_the_newest_by_two_programs_at_once() {
    let newest = database(Contents::Trading).await;
    let server = old_shop(TRADES, &newest).await;
    let sql = server.client().await.unwrap();
    let before = held(&sql).await;
    assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
    // What no program changes by itself: payments are settled meanwhile.
    let kept = Kept::of(&sql, SETTLED.map(str::to_owned).into()).await;
    // A customer and a vendor, who had their accounts before.
    let people = lilium::demo::people::some().unwrap();
    let url = url_of(&server).await;
    start_two(&Folder::new(), &url, &people[..2]).await;
    assert_eq!(held(&sql).await, before);
    assert_eq!(kept.lost(&sql, TRADES).await, NOTHING);
    is_newest(&sql).await;

    // And it trades: what was there and what comes.
    let scene = Scene::on(server, &[], false).await;
    let serving = scene.serve();
    scene.asking.record.begins(&sql).await;
    let crowd = scene.crowd(SHORT).await;
    crowd.bought(3, Duration::from_secs(30)).await;
    scene.heals(HEALS).await;
    scene.is_whole(crowd).await;
    is_calm(&serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_the_first_schema_is_brought_to_the_newest_by_two_programs_at_once() {
    let newest = database(Contents::Demo).await;
    let server = old_shop(&names()[0], &newest).await;
    let sql = server.client().await.unwrap();
    let kept = Kept::of(&sql, tables(&sql).await).await;
    assert!(kept.rows > 0);
    let (folder, url) = (Folder::with_pictures().await, url_of(&server).await);
    let _programs = start_two(&folder, &url, &[]).await;
    assert_eq!(kept.lost(&sql, &names()[0]).await, NOTHING);
    is_newest(&sql).await;
    whole_in(&server).await;
    finds_all_whole(&folder, &[("DATABASE_URL", url.as_str())]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: make prove"]
async fn a_shop_of_every_old_schema_loses_nothing() {
    let (shop, trading) = (
        database(Contents::Demo).await,
        database(Contents::Trading).await,
    );
    let folder = Folder::with_pictures().await;
    let names = names();
    let (_, old) = names.split_last().unwrap();
    for name in old {
        // Orders take all that belongs to them.
        let newest = match name.as_str() < TRADES {
            true => &shop,
            false => &trading,
        };
        is_brought_along(name, newest, &folder).await;
    }
}
