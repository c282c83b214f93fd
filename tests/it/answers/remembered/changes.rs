//! A change by hand of whatever is remembered is seen soon, by people at every instance.

use super::{MENU, Person, REMEMBERS, TITLE, remembering, text};
use tokio_postgres::Client;

/// A change by hand: what is asked, what is done, and whether that is said which was changed (`TITLE`) or that there is none.
struct Change {
    query: String,
    sql: String,
    says: &'static str,
}

/// One for each table whose rows are remembered, and of each way to change.
async fn changes(sql: &Client) -> Vec<Change> {
    let id = async |query: &str| text(sql, query).await;
    let collection = id("SELECT id::text FROM collections c WHERE published AND kind = 'COLLECTION'
        AND EXISTS (SELECT FROM collection_translations WHERE collection_id = c.id AND language = 'AR') ORDER BY id LIMIT 1").await;
    let shelf = id(&format!(
        "SELECT handle FROM collections WHERE id = '{collection}'"
    ))
    .await;
    let root = id("SELECT id::text FROM collections WHERE published AND kind = 'CATEGORY' AND parent_id IS NULL ORDER BY position, id LIMIT 1").await;
    let pictured = id("SELECT id::text FROM collections WHERE published AND image_file_id IS NOT NULL ORDER BY id LIMIT 1").await;
    let page = id("SELECT id::text FROM pages WHERE published ORDER BY id LIMIT 1").await;
    let vendor = id("SELECT id::text FROM vendors v WHERE state = 'ACTIVE'
        AND EXISTS (SELECT FROM vendor_translations WHERE vendor_id = v.id AND language = 'AR') ORDER BY id LIMIT 1").await;
    let seller = id(&format!("SELECT handle FROM vendors WHERE id = '{vendor}'")).await;
    let menu = id(MENU).await;
    let by_id = |field: &str, kind: &str, id: &str, shows: &str| {
        format!("{field}(id: \"gid://lilium/{kind}/{id}\") {{ {shows} }}")
    };
    let arabic = |field: String| format!("query @inContext(language: AR) {{ {field} }}");
    let change = |query: String, sql: String| Change {
        query,
        sql,
        says: TITLE,
    };
    let copy = |handle: &str| {
        format!(
            "INSERT INTO pages SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'handle', '{handle}', 'title', '{TITLE}'))).* FROM pages p WHERE id = '{page}'"
        )
    };
    sql.batch_execute(&copy("goes-soon")).await.unwrap();
    vec![
        change(
            format!("{{ {} }}", by_id("collection", "Collection", &collection, "title")),
            format!("UPDATE collections SET title = '{TITLE}' WHERE id = '{collection}'"),
        ),
        change(
            format!("{{ collection(handle: \"{shelf}\") {{ title }} }}"),
            format!("UPDATE collections SET title = '{TITLE}' WHERE id = '{collection}'"),
        ),
        change(
            "{ categories { title } }".to_owned(),
            format!("UPDATE collections SET title = '{TITLE}' WHERE id = '{root}'"),
        ),
        change(
            arabic(by_id("collection", "Collection", &collection, "title")),
            format!("UPDATE collection_translations SET title = '{TITLE}' WHERE collection_id = '{collection}' AND language = 'AR'"),
        ),
        change(
            format!("{{ {} }}", by_id("vendor", "Vendor", &vendor, "name")),
            format!("UPDATE vendors SET name = '{TITLE}' WHERE id = '{vendor}'"),
        ),
        change(
            format!("{{ vendor(handle: \"{seller}\") {{ name }} }}"),
            format!("UPDATE vendors SET name = '{TITLE}' WHERE id = '{vendor}'"),
        ),
        change(
            arabic(by_id("vendor", "Vendor", &vendor, "name")),
            format!("UPDATE vendor_translations SET name = '{TITLE}' WHERE vendor_id = '{vendor}' AND language = 'AR'"),
        ),
        change(
            format!("{{ {} }}", by_id("page", "Page", &page, "title")),
            format!("UPDATE pages SET title = '{TITLE}' WHERE id = '{page}'"),
        ),
        // A translation goes, so that the base language is read; and comes.
        change(
            arabic(by_id("page", "Page", &page, "title")),
            format!("UPDATE pages SET title = '{TITLE}' WHERE id = '{page}'; DELETE FROM page_translations WHERE page_id = '{page}'"),
        ),
        change(
            arabic(by_id("page", "Page", &page, "title")),
            format!(
                "INSERT INTO page_translations SELECT (jsonb_populate_record(t, jsonb_build_object('page_id', '{page}', 'handle', NULL, 'title', '{TITLE}'))).*
                 FROM page_translations t WHERE language = 'AR' LIMIT 1"
            ),
        ),
        // There was none when it was asked for.
        change(
            "{ page(handle: \"came-just-now\") { title } }".to_owned(),
            copy("came-just-now"),
        ),
        Change {
            query: "{ page(handle: \"goes-soon\") { title } }".to_owned(),
            sql: "DELETE FROM pages WHERE handle = 'goes-soon'".to_owned(),
            says: "{\"page\":null}",
        },
        Change {
            query: format!("{{ vendor(handle: \"{seller}\") {{ id }} }}"),
            sql: format!("UPDATE vendors SET state = 'PAUSED' WHERE id = '{vendor}'"),
            says: "{\"vendor\":null}",
        },
        change(
            format!("{{ menu(handle: \"{menu}\") {{ title }} }}"),
            format!("UPDATE menus SET title = '{TITLE}' WHERE handle = '{menu}'"),
        ),
        change(
            arabic(format!("menu(handle: \"{menu}\") {{ items {{ title }} }}")),
            format!("UPDATE menu_item_translations SET title = '{TITLE}' WHERE language = 'AR'"),
        ),
        Change {
            query: format!("{{ {} }}", by_id("collection", "Collection", &pictured, "image { width }")),
            sql: format!("UPDATE files SET width = 4321 WHERE id = (SELECT image_file_id FROM collections WHERE id = '{pictured}')"),
            says: "{\"width\":4321}",
        },
        change(
            format!("{{ menu(handle: \"{menu}\") {{ items {{ title }} }} }}"),
            format!("UPDATE menu_items SET title = '{TITLE}' WHERE menu_id = (SELECT id FROM menus WHERE handle = '{menu}')"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_any_of_them_is_seen_soon_at_every_instance() {
    let one = remembering().await;
    let other = one.again(&[REMEMBERS]).await;
    let people = [Person::at(&one).await, Person::at(&other).await];
    let sql = one.sql().await;
    for (at, change) in changes(&sql).await.into_iter().enumerate() {
        let said = format!("{TITLE} {at}.");
        for person in &people {
            let before = person.until_remembered(&change.query).await;
            let says = change.says.replace(TITLE, &said);
            assert!(!before.to_string().contains(&says), "{before:#}");
        }
        let done = change.sql.replace(TITLE, &said);
        sql.batch_execute(&done).await.unwrap();
        for person in &people {
            let says = change.says.replace(TITLE, &said);
            person.until_told(&change.query, &says).await;
        }
    }
}
