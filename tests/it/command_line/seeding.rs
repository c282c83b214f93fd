//! `lilium migrate` and `lilium seed`: what is done once is not done twice, and nothing is lost by mistake.

use crate::programs::{Folder, Said, lilium, url_of};
use crate::support::{Contents, TOKEN_KEYS, database};
use lilium::demo::seed::least_products;
use lilium::platform::db::{Server, ensure_database};

/// A command over the test's own database.
fn run(folder: &Folder, url: &str, arguments: &[&str]) -> Said {
    Said::by(&mut lilium(
        folder,
        arguments,
        &[("DATABASE_URL", url), ("LILIUM_LOG", "warn")],
    ))
}

async fn products(server: &Server) -> i64 {
    count(server, "SELECT count(*) FROM products").await
}

async fn count(server: &Server, sql: &str) -> i64 {
    let client = server.client().await.unwrap();
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_does_nothing_the_second_time() {
    let server = database(Contents::Empty).await.database("unmigrated");
    ensure_database(&server.database("postgres"), "unmigrated")
        .await
        .unwrap();
    let (folder, url) = (Folder::new(), url_of(&server).await);

    let said = run(&folder, &url, &["doctor"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains("steps behind: run `lilium migrate`"),
        "{said:#?}"
    );

    let said = run(&folder, &url, &["migrate"]).well();
    assert!(
        said.out.starts_with("Ran ") && said.out.contains("20261121000001"),
        "{said:#?}"
    );
    let said = run(&folder, &url, &["migrate"]).well();
    assert_eq!(said.out, "The schema is up to date.\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_seeded_once_unless_it_is_reset() {
    let server = database(Contents::Empty).await;
    let (folder, url) = (Folder::with_pictures().await, url_of(&server).await);
    let least = least_products().unwrap();

    let said = run(&folder, &url, &["seed", "--products", "10"]).refusal();
    assert_eq!(
        said,
        format!("lilium: 10 products are too few: the demo shop has {least} of its own\n")
    );
    assert_eq!(products(&server).await, 0);

    let said = run(&folder, &url, &["seed"]).well();
    assert!(
        said.out
            .starts_with(&format!("The shop has {least} products")),
        "{said:#?}"
    );
    let seeded = products(&server).await;
    assert!(
        said.out.contains("with the password lilium-demo."),
        "{said:#?}"
    );
    assert_eq!(count(&server, "SELECT count(*) FROM orders").await, 24);
    run(&folder, &url, &["doctor"]).well();

    let said = run(&folder, &url, &["seed"]).refusal();
    assert_eq!(
        said,
        "lilium: the shop has data: `lilium seed --reset` deletes it and seeds anew\n"
    );
    assert_eq!(products(&server).await, seeded);

    let more = (least + 20).to_string();
    run(&folder, &url, &["seed", "--products", &more, "--reset"]).well();
    assert_eq!(products(&server).await, seeded + 20);
    assert_eq!(count(&server, "SELECT count(*) FROM orders").await, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_shop_in_production_has_no_accounts_of_known_password() {
    let server = database(Contents::Empty).await;
    let (folder, url) = (Folder::with_pictures().await, url_of(&server).await);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_PROFILE", "production"),
        ("PUBLIC_URL", "https://api.example.com"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    let said = Said::by(&mut lilium(&folder, &["seed"], &settings)).well();
    assert!(
        said.out
            .contains("no accounts: make your own by `lilium user create`"),
        "{said:#?}"
    );
    assert_eq!(count(&server, "SELECT count(*) FROM users").await, 0);
    assert_eq!(count(&server, "SELECT count(*) FROM orders").await, 0);
    // A key that the settings have is not made.
    assert!(!folder.data().join("token.key").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_in_production_is_not_reset() {
    let server = database(Contents::Demo).await;
    let before = products(&server).await;
    let url = url_of(&server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_PROFILE", "production"),
        ("PUBLIC_URL", "https://api.example.com"),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    let said = Said::by(&mut lilium(&Folder::new(), &["seed", "--reset"], &settings)).refusal();
    assert!(said.contains("in production"), "{said}");
    assert_eq!(products(&server).await, before);
}
