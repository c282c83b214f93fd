//! `lilium user`: accounts and roles from the terminal.

use crate::programs::{Folder, Said, lilium, url_of};
use crate::support::{Contents, Shop};
use serde_json::json;
use std::io::Write;
use std::process::Stdio;

const PASSWORD: &str = "a good password";

struct Terminal {
    shop: Shop,
    folder: Folder,
    url: String,
}

impl Terminal {
    async fn open() -> Self {
        let shop = Shop::with(Contents::Demo, &[]).await;
        let url = url_of(&shop.server).await;
        Self {
            shop,
            folder: Folder::new(),
            url,
        }
    }

    /// What `lilium user` says, with `typed` on its standard input.
    fn user_with(&self, arguments: &[&str], typed: &[u8]) -> Said {
        let settings = [("DATABASE_URL", self.url.as_str()), ("LILIUM_LOG", "warn")];
        let mut command = lilium(&self.folder, &[&["user"], arguments].concat(), &settings);
        let mut running = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read it may be gone already.
        let _ = running.stdin.take().unwrap().write_all(typed);
        running.wait_with_output().unwrap().into()
    }

    fn user(&self, arguments: &[&str]) -> Said {
        self.user_with(arguments, b"")
    }

    fn create(&self, arguments: &[&str]) -> Said {
        let arguments = [&["create"], arguments, &["--password-stdin"]].concat();
        self.user_with(&arguments, format!("{PASSWORD}\n").as_bytes())
    }

    async fn grants(&self, token: &str) -> serde_json::Value {
        let query = "{ viewer { displayName grants { role vendor { handle } } } }";
        self.shop.ask_as(token, query, json!({})).await.body["data"]["viewer"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_and_is_what_it_was_made_for() {
    let terminal = Terminal::open().await;
    let said = terminal
        .create(&[
            "dora@example.com",
            "--first-name",
            "Dora",
            "--last-name",
            "Diaz",
        ])
        .well();
    assert_eq!(said.out, "dora@example.com has an account.\n");
    let arguments = [
        "emil@example.com",
        "--role",
        "VENDOR_OWNER",
        "--vendor",
        "tuesday-kiln",
    ];
    terminal.create(&arguments).well();
    terminal
        .create(&["faye@example.com", "--role", "SUPER_ADMIN"])
        .well();

    let dora = terminal.shop.sign_in("dora@example.com", PASSWORD).await;
    let customer = json!({ "role": "CUSTOMER", "vendor": null });
    let expected = json!({ "displayName": "Dora Diaz", "grants": [customer] });
    assert_eq!(terminal.grants(&dora).await, expected);
    let emil = terminal.shop.sign_in("emil@example.com", PASSWORD).await;
    let owner = json!({ "role": "VENDOR_OWNER", "vendor": { "handle": "tuesday-kiln" } });
    let expected = json!({ "displayName": "emil", "grants": [customer, owner] });
    assert_eq!(terminal.grants(&emil).await, expected);

    let listed = terminal.user(&["list"]).well().out;
    assert!(
        listed.contains("\nemil@example.com  CUSTOMER VENDOR_OWNER@tuesday-kiln\n"),
        "{listed}"
    );
    assert!(
        listed.contains("\nfaye@example.com  CUSTOMER SUPER_ADMIN\n"),
        "{listed}"
    );
    assert_eq!(listed.lines().count(), 31);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_given_and_taken_away() {
    let terminal = Terminal::open().await;
    let token = terminal
        .shop
        .sign_in("ada@example.com", "lilium-demo")
        .await;
    let said = terminal
        .user(&[
            "grant",
            "Ada@example.com",
            "VENDOR_STAFF",
            "--vendor",
            "ninth-hour",
        ])
        .well();
    assert_eq!(
        said.out,
        "Ada@example.com is VENDOR_STAFF at ninth-hour now.\n"
    );
    let staff = json!({ "role": "VENDOR_STAFF", "vendor": { "handle": "ninth-hour" } });
    assert_eq!(terminal.grants(&token).await["grants"][1], staff);
    let said = terminal
        .user(&[
            "grant",
            "ada@example.com",
            "VENDOR_STAFF",
            "--vendor",
            "ninth-hour",
        ])
        .well();
    assert!(said.out.contains("nothing to do"), "{said:#?}");

    terminal
        .user(&[
            "revoke",
            "ada@example.com",
            "VENDOR_STAFF",
            "--vendor",
            "ninth-hour",
        ])
        .well();
    assert_eq!(
        terminal.grants(&token).await["grants"],
        json!([{ "role": "CUSTOMER", "vendor": null }])
    );
    let said = terminal
        .user(&["revoke", "ada@example.com", "ADMIN"])
        .refusal();
    assert_eq!(
        said,
        "lilium: ada@example.com is not ADMIN: `lilium user list` shows who is what\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_closed_and_opened() {
    let terminal = Terminal::open().await;
    let token = terminal
        .shop
        .sign_in("ada@example.com", "lilium-demo")
        .await;
    let said = terminal.user(&["disable", "ada@example.com"]).well();
    assert_eq!(
        said.out,
        "ada@example.com is closed, and signed in nowhere.\n"
    );
    let answer = terminal
        .shop
        .ask_as(&token, "{ viewer { id } }", json!({}))
        .await;
    assert_eq!(
        answer.body["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    let sql = "SELECT count(*) FROM sessions WHERE end_reason = 'DISABLED'";
    let row = terminal.shop.sql().await.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>(0), 1);
    assert!(
        terminal
            .user(&["list"])
            .well()
            .out
            .contains("ada@example.com  CUSTOMER  (closed)")
    );

    let said = terminal.user(&["enable", "ada@example.com"]).well();
    assert_eq!(said.out, "ada@example.com is open again.\n");
    // The session that was ended stays so.
    let answer = terminal
        .shop
        .ask_as(&token, "{ viewer { id } }", json!({}))
        .await;
    assert_eq!(
        answer.body["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    terminal
        .shop
        .sign_in("ada@example.com", "lilium-demo")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_says_what_to_do_and_does_nothing() {
    let terminal = Terminal::open().await;
    let count = async || -> (i64, i64) {
        let sql = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM grants)";
        let row = terminal.shop.sql().await.query_one(sql, &[]).await.unwrap();
        (row.get(0), row.get(1))
    };
    let before = count().await;
    for (arguments, told) in [
        (&["ada"][..], "write it like ada@example.com"),
        (&["ada@example.com"], "`lilium user grant` gives it a role"),
        (
            &["dora@example.com", "--role", "VENDOR_OWNER"],
            "name it with --vendor",
        ),
        (
            &[
                "dora@example.com",
                "--role",
                "VENDOR_OWNER",
                "--vendor",
                "nowhere",
            ],
            "there is no vendor nowhere",
        ),
        (
            &[
                "dora@example.com",
                "--role",
                "ADMIN",
                "--vendor",
                "ninth-hour",
            ],
            "leave --vendor out",
        ),
    ] {
        let said = terminal.create(arguments).refusal();
        assert!(said.contains(told), "{said}");
    }
    for (typed, told) in [
        (&b"short\n"[..], "at least 8"),
        (b"", "at least 8"),
        (&[b'a'; 5_000], "at most 128"),
        (b"\xff\xfe\n", "UTF-8"),
    ] {
        let said = terminal
            .user_with(&["create", "dora@example.com", "--password-stdin"], typed)
            .refusal();
        assert!(said.contains(told), "{said}");
    }
    let said = terminal.user(&["create", "dora@example.com"]).refusal();
    assert!(said.contains("pass --password-stdin"), "{said}");
    for arguments in [
        &["grant", "nobody@example.com", "ADMIN"][..],
        &["revoke", "nobody@example.com", "ADMIN"],
        &["disable", "nobody@example.com"],
        &["enable", "nobody@example.com"],
    ] {
        let said = terminal.user(arguments).refusal();
        assert!(
            said.contains("no account of nobody@example.com: `lilium user list`"),
            "{said}"
        );
    }
    let said = terminal.user(&["grant", "ada@example.com", "KING"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("SUPER_ADMIN"), "{}", said.err);
    assert_eq!(count().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_schema_migrating_is_advised() {
    let server = crate::support::database(Contents::Empty)
        .await
        .database("without_schema");
    lilium::platform::db::ensure_database(&server.database("postgres"), "without_schema")
        .await
        .unwrap();
    let (folder, url) = (Folder::new(), url_of(&server).await);
    let settings = [("DATABASE_URL", url.as_str()), ("LILIUM_LOG", "error")];
    let said = Said::by(&mut lilium(&folder, &["user", "list"], &settings)).refusal();
    assert_eq!(
        said,
        "lilium: the database has no accounts yet: run `lilium migrate` first\n"
    );
}
