//! `lilium doctor`: all is well with the demo shop, and each fault is found and named.

mod trade;

use crate::programs::{Folder, Said, lilium, url_of};
use crate::support::{Contents, database};
use lilium::platform::db::Server;
use std::fs;

/// What the doctor says of the shop of `server` whose pictures are in `folder`.
async fn doctor(
    folder: &Folder,
    server: &Server,
    arguments: &[&str],
    settings: &[(&str, &str)],
) -> Said {
    let url = url_of(server).await;
    let arguments: Vec<&str> = ["doctor"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    let mut settings = settings.to_vec();
    settings.extend([("DATABASE_URL", url.as_str()), ("LILIUM_LOG", "warn")]);
    Said::by(&mut lilium(folder, &arguments, &settings))
}

/// What stands in the table about each thing: its name, its state, and the rest.
fn table(said: &Said) -> Vec<(String, String, String)> {
    let rows = said.out.lines().filter(|line| line.len() > 30);
    let cut = |line: &str, from: usize, to: usize| {
        let part: String = line.chars().skip(from).take(to - from).collect();
        part.trim().to_owned()
    };
    rows.map(|line| (cut(line, 0, 23), cut(line, 23, 30), cut(line, 30, 500)))
        .filter(|(_, state, _)| ["ok", "--", "FAULT"].contains(&state.as_str()))
        .collect()
}

/// The things with a fault.
fn faults(said: &Said) -> Vec<String> {
    table(said)
        .into_iter()
        .filter(|(_, state, _)| state == "FAULT")
        .map(|(about, _, _)| about)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_with_the_demo_shop() {
    let (folder, server) = (
        Folder::with_pictures().await,
        database(Contents::Demo).await,
    );
    let said = doctor(&folder, &server, &[], &[]).await.well();
    let about: Vec<String> = table(&said)
        .into_iter()
        .map(|(about, _, _)| about)
        .collect();
    let expected = [
        "database",
        "schema",
        "shop",
        "pictures",
        "stock",
        "stock movements",
        "stock reserved",
        "reservations",
        "lines with stock",
        "listed prices",
        "listings",
        "placements",
        "search texts",
        "facets",
        "names of facets",
        "search words",
        "attributes",
        "choices of variants",
        "carts",
        "orders",
        "vendor orders",
        "order states",
        "timeline",
        "bought together",
        "payments",
        "payments allocated",
        "paid",
        "refunded",
        "forgone",
        "refunds",
        "gateway",
        "events",
        "audiences of events",
        "outbox",
        "idempotency keys",
        "consumers",
        "cache",
        "search",
    ];
    assert_eq!(about, expected, "{}", said.out);
    assert!(
        said.out.ends_with("Everything is as it should be.\n"),
        "{}",
        said.out
    );
    // Nobody signs in to it, so it needs no key of tokens.
    assert!(!folder.data().join("token.key").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_shop_is_no_fault() {
    let said = doctor(&Folder::new(), &database(Contents::Empty).await, &[], &[])
        .await
        .well();
    assert!(
        said.out.contains("run `lilium seed` for the demo shop"),
        "{}",
        said.out
    );
}

/// What breaks each invariant. Checks and keys of the database stand in the way of some, so they are taken away first.
const HARM: [(&str, &str); 16] = [
    (
        "stock",
        "ALTER TABLE stock_levels DROP CONSTRAINT stock_levels_reserved_is_there; \
         UPDATE stock_levels SET reserved = on_hand + 1 WHERE ctid = (SELECT min(ctid) FROM stock_levels)",
    ),
    (
        "listed prices",
        "UPDATE listing_prices SET min_amount = min_amount + 1 WHERE ctid = (SELECT min(ctid) FROM listing_prices)",
    ),
    (
        "listed prices",
        "DELETE FROM listing_prices WHERE ctid = (SELECT min(ctid) FROM listing_prices)",
    ),
    (
        "listings",
        "UPDATE listings SET in_stock = NOT in_stock WHERE ctid = (SELECT min(ctid) FROM listings)",
    ),
    (
        "listings",
        "DELETE FROM listings WHERE ctid = (SELECT min(ctid) FROM listings)",
    ),
    (
        "placements",
        "DELETE FROM placements WHERE ctid = (SELECT min(ctid) FROM placements)",
    ),
    (
        "placements",
        "UPDATE placements SET position = position + 100000 WHERE ctid = (SELECT min(ctid) FROM placements WHERE position IS NOT NULL)",
    ),
    (
        "search texts",
        "UPDATE product_texts SET document = '' WHERE ctid = (SELECT min(ctid) FROM product_texts)",
    ),
    (
        "facets",
        "DELETE FROM facet_values WHERE kind = 'ATTRIBUTE' AND field = 'material' AND value = 'cotton'",
    ),
    (
        "names of facets",
        "UPDATE facet_values SET value_name = 'Nobody says so' WHERE kind = 'TYPE' AND value = 'candle'",
    ),
    (
        "search words",
        "DELETE FROM search_words WHERE word = 'candle'",
    ),
    (
        "attributes",
        "UPDATE product_attributes SET number = NULL, yes = true WHERE ctid = (SELECT min(ctid) FROM product_attributes WHERE number > 0)",
    ),
    (
        "attributes",
        "UPDATE product_attributes pa SET choice_id = (SELECT c.id FROM attribute_choices c WHERE c.attribute_id <> pa.attribute_id LIMIT 1) \
         WHERE ctid = (SELECT min(ctid) FROM product_attributes WHERE choice_id IS NOT NULL)",
    ),
    (
        "attributes",
        "DELETE FROM product_type_attributes WHERE ctid = (SELECT min(ctid) FROM product_type_attributes)",
    ),
    (
        "bought together",
        "INSERT INTO bought_together (product_id, other_id, orders) SELECT min(id::text)::uuid, max(id::text)::uuid, 1 FROM products",
    ),
    (
        "choices of variants",
        "UPDATE variants SET value1_id = (SELECT x.id FROM option_values x JOIN product_options o ON o.id = x.option_id \
         WHERE o.product_id <> variants.product_id LIMIT 1) WHERE ctid = (SELECT min(ctid) FROM variants)",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_broken_invariant_is_named() {
    let folder = Folder::with_pictures().await;
    for (about, harm) in HARM {
        let server = database(Contents::Demo).await;
        let client = server.client().await.unwrap();
        // Neither triggers nor foreign keys mend or prevent the harm.
        let harm = format!("SET session_replication_role = replica; {harm}");
        client.batch_execute(&harm).await.unwrap();
        let said = doctor(&folder, &server, &[], &[]).await;
        assert_eq!(said.code, Some(1), "{harm}\n{}", said.out);
        // What is made of a damaged table differs from it, too.
        let found = faults(&said);
        assert!(found.contains(&about.to_owned()), "{harm}\n{}", said.out);
        let sum = format!("Faults found: {}.\n", found.len());
        assert!(said.out.ends_with(&sum), "{}", said.out);
        // What reads whole tables is left out when it shall be quick.
        doctor(&folder, &server, &["--quick"], &[]).await.well();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_and_a_damaged_picture_are_counted() {
    let (folder, server) = (
        Folder::with_pictures().await,
        database(Contents::Demo).await,
    );
    let mut pictures = fs::read_dir(folder.data().join("media/drawn")).unwrap();
    let mut next = || pictures.next().unwrap().unwrap().path();
    fs::remove_file(next()).unwrap();
    fs::write(next(), "no picture").unwrap();
    let said = doctor(&folder, &server, &[], &[]).await;
    assert_eq!(
        (said.code, faults(&said)),
        (Some(1), vec!["pictures".to_owned()])
    );
    let missing = table(&said)
        .into_iter()
        .find(|(about, _, _)| about == "pictures");
    assert!(missing.unwrap().2.starts_with("2 of "), "{}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_depends_on_is_asked() {
    let (folder, server) = (
        Folder::with_pictures().await,
        database(Contents::Demo).await,
    );
    let nothing = folder.path().join("nothing.sock");
    let redis = format!("redis+unix://{}", nothing.display());
    let settings = [
        ("REDIS_URL", redis.as_str()),
        ("MEILISEARCH_URL", "http://127.0.0.1:9"),
    ];
    let said = doctor(&folder, &server, &[], &settings).await;
    assert_eq!(
        (said.code, faults(&said)),
        (Some(1), vec!["cache".to_owned(), "search".to_owned()]),
        "{}",
        said.out
    );

    let url = "postgres://nobody@127.0.0.1:9/nothing";
    let said = Said::by(&mut lilium(&folder, &["doctor"], &[("DATABASE_URL", url)]));
    assert_eq!(
        (said.code, faults(&said)),
        (Some(1), vec!["database".to_owned()])
    );
    assert!(said.out.contains("cannot be reached"), "{}", said.out);
}
