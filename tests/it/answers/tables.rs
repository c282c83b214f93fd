//! Whatever guests see is told of when it changes: no table is forgotten.

use crate::support::{Contents, database};
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::Client;

/// Tables that are told of by whoever changes them: `product.changed` (by `listing::refresh` and `restock`), `stock.changed` (by `inventory`).
const TOLD: [&str; 18] = [
    "collection_products",
    "listing_prices",
    "listings",
    "option_value_translations",
    "option_values",
    "placements",
    "product_attribute_translations",
    "product_attributes",
    "product_images",
    "product_option_translations",
    "product_options",
    "product_ratings",
    "product_texts",
    "product_translations",
    "products",
    "stock_levels",
    "variant_prices",
    "variants",
];

/// Tables of which nothing stands in an answer that is kept, each with the reason.
const UNSEEN: [(&str, &str); 46] = [
    ("cart_lines", "carts"),
    ("carts", "carts"),
    ("order_contacts", "orders"),
    ("order_lines", "orders"),
    ("order_timeline", "orders"),
    ("orders", "orders"),
    ("vendor_orders", "orders"),
    ("payment_allocations", "payments"),
    ("payment_operations", "payments"),
    ("payments", "payments"),
    ("test_gateway_charges", "payments"),
    ("credentials", "accounts"),
    ("customers", "accounts"),
    ("familiar_places", "accounts"),
    ("grants", "accounts"),
    ("refresh_tokens", "accounts"),
    ("sessions", "accounts"),
    ("throttles", "accounts"),
    ("users", "accounts"),
    ("event_audiences", "the log itself"),
    ("event_consumers", "the log itself"),
    ("events", "the log itself"),
    ("outbox_new", "the log itself"),
    ("relay_head", "the log itself"),
    ("idempotency_keys", "requests that are repeated"),
    ("locations", "why there is so much, and where"),
    ("stock_movements", "why there is so much, and where"),
    ("stock_reservations", "why there is so much, and where"),
    ("bought_together", "recommendations, which are not kept"),
    (
        "bought_together_orders",
        "recommendations, which are not kept",
    ),
    (
        "bought_together_progress",
        "recommendations, which are not kept",
    ),
    (
        "facet_value_translations",
        "counts of filters, which are not kept",
    ),
    (
        "facet_values",
        "numbers of what is filtered by: they stay, and a new one comes with a product, which is told",
    ),
    ("search_blocked_terms", "searches, which are not kept"),
    ("search_day_totals", "searches, which are not kept"),
    ("search_days", "searches, which are not kept"),
    ("search_dead_letters", "searches, which are not kept"),
    ("search_indexes", "searches, which are not kept"),
    ("search_product_days", "searches, which are not kept"),
    ("search_rule_products", "searches, which are not kept"),
    ("search_rules", "searches, which are not kept"),
    ("search_settings", "searches, which are not kept"),
    ("search_stop_words", "searches, which are not kept"),
    ("search_synonyms", "searches, which are not kept"),
    ("search_tuning_log", "searches, which are not kept"),
    ("search_words", "searches, which are not kept"),
];

#[test]
fn the_manual_names_the_tables_that_do_not_tell_of_themselves() {
    let manual = include_str!("../../../docs/CACHING.md");
    for table in TOLD {
        assert!(manual.contains(&format!("`{table}`")), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_told_of_or_seen_in_nothing_that_is_kept() {
    let client = database(Contents::Empty).await.client().await.unwrap();
    let names = async |query: &str| -> BTreeSet<String> {
        let rows = client.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    let all = names(
        "SELECT relname::text FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
         AND relname <> '__diesel_schema_migrations' AND NOT relispartition",
    )
    .await;
    let told_by_triggers = |triggers: &Vec<Trigger>| triggers.iter().any(|it| it.of != EMPTIED);
    let triggered = triggers(&client).await.into_iter();
    let triggered = triggered.filter(|(_, triggers)| told_by_triggers(triggers));
    let triggered: BTreeSet<String> = triggered.map(|(name, _)| name).collect();
    let told: BTreeSet<String> = TOLD.into_iter().map(str::to_owned).collect();
    let unseen: BTreeSet<String> = UNSEEN.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert!(triggered.is_disjoint(&told) && triggered.is_disjoint(&unseen));
    assert!(told.is_disjoint(&unseen));
    let known: BTreeSet<String> = triggered.into_iter().chain(told).chain(unseen).collect();
    assert_eq!(all, known);
}

/// `TRUNCATE`, as the database marks what a trigger tells of. Of this alone the database tells where others tell of the rest.
const EMPTIED: i32 = 32;

/// A trigger that tells of a table.
#[derive(Debug)]
struct Trigger {
    /// Of what it tells: bits of 4 (INSERT), 8 (DELETE), 16 (UPDATE) and 32 (TRUNCATE).
    of: i32,
    /// Once for a statement, after it, whoever writes.
    is_sound: bool,
    /// Whether it sees the rows as they were, and as they are.
    sees: (bool, bool),
    /// What it says is touched.
    says: Vec<u8>,
}

/// The triggers that tell of tables, as the database has them.
async fn triggers(client: &Client) -> BTreeMap<String, Vec<Trigger>> {
    let query = "SELECT c.relname::text, (t.tgtype & 60)::int, t.tgtype & 67 = 0 AND t.tgenabled = 'O' AND t.tgqual IS NULL AND t.tgattr::text = '',
            t.tgoldtable IS NOT NULL, t.tgnewtable IS NOT NULL, t.tgargs
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = current_schema()::regnamespace
        WHERE t.tgfoid = 'tell_rows_changed'::regproc ORDER BY 1, 2";
    let mut found: BTreeMap<String, Vec<Trigger>> = BTreeMap::new();
    for row in client.query(query, &[]).await.unwrap() {
        found.entry(row.get(0)).or_default().push(Trigger {
            of: row.get(1),
            is_sound: row.get(2),
            sees: (row.get(3), row.get(4)),
            says: row.get(5),
        });
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_a_table_that_tells_of_itself_is_told() {
    let client = database(Contents::Empty).await.client().await.unwrap();
    let found = triggers(&client).await;
    assert!(found.len() >= 25 + TOLD.len(), "{:?}", found.keys());
    for name in TOLD {
        assert!(found.contains_key(name), "{name}");
    }
    for (table, triggers) in found {
        let happens: Vec<_> = triggers.iter().map(|it| (it.of, it.sees)).collect();
        let emptied = (EMPTIED, (false, false));
        // It comes, goes, and changes from what it was to what it is; or all of it is emptied away.
        let whole = [
            (4, (false, true)),
            (8, (true, false)),
            (16, (true, true)),
            emptied,
        ];
        let wanted = match TOLD.contains(&table.as_str()) {
            true => &[emptied][..],
            false => &whole,
        };
        assert_eq!(happens, wanted, "{table}");
        for trigger in &triggers {
            assert!(trigger.is_sound, "{table}: {trigger:?}");
            assert_eq!(trigger.says, triggers[0].says, "{table}");
        }
    }
}
