//! Whatever guests see is told of when it changes: no table is forgotten.

use crate::support::{Contents, database};
use std::collections::BTreeSet;

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
    // Coming, changing and going: all three.
    let triggered = names(
        "SELECT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
         WHERE p.proname = 'tell_rows_changed' GROUP BY 1 HAVING bit_or(t.tgtype & 28) = 28 AND count(*) = 3",
    )
    .await;
    let told: BTreeSet<String> = TOLD.into_iter().map(str::to_owned).collect();
    let unseen: BTreeSet<String> = UNSEEN.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert!(triggered.is_disjoint(&told) && triggered.is_disjoint(&unseen));
    assert!(told.is_disjoint(&unseen));
    let known: BTreeSet<String> = triggered.into_iter().chain(told).chain(unseen).collect();
    assert_eq!(all, known);
}
