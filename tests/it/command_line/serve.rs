//! `lilium serve` over a private PostgreSQL: how it starts, how it shares, how it ends.

use crate::programs::{Folder, Serving};
use rustix::process::{Signal, kill_process, test_kill_process};
use serde_json::json;
use std::time::Duration;

const SHOP: &str =
    "{ shop { name } products(first: 24) { nodes { title featuredImage { url } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_shop_answers_and_ends_in_good_order() {
    let folder = Folder::with_pictures().await;
    let serving = Serving::start(&folder, &["--demo"], &[]);
    let address = serving.address.clone();
    for line in [
        format!("GraphiQL   {address}/graphiql"),
        format!("API        {address}/graphql"),
        format!("{address}/api/2026-04/graphql.json"),
        "Sign in as ada@example.com (a customer), owner@tuesday-kiln.example (a vendor) or admin@example.com (runs the shop), \
         with the password lilium-demo."
            .to_owned(),
        "Press Ctrl-C to stop.".to_owned(),
    ] {
        assert!(serving.welcome.contains(&line), "{}", serving.welcome);
    }
    let (status, body) = serving.ask(SHOP).await;
    assert_eq!((status, body.get("errors")), (200, None));
    let nodes = body["data"]["products"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 24);
    for node in nodes {
        let picture = node["featuredImage"]["url"].as_str().unwrap();
        assert!(
            picture.starts_with(&format!("{address}/media/")),
            "{picture}"
        );
        let answer = crate::support::http::client()
            .get(picture)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{picture}");
    }
    let sign_in = r#"mutation { accountSignIn(email: "ada@example.com", password: "lilium-demo") { viewer { email } userErrors { code } } }"#;
    let (_, signed_in) = serving.ask(sign_in).await;
    assert_eq!(
        signed_in["data"]["accountSignIn"]["viewer"]["email"],
        "ada@example.com"
    );
    // The log knows nothing of it, and the key is nobody else's.
    assert!(
        !serving.log().contains("lilium-demo") && !serving.log().contains("ada@"),
        "{}",
        serving.log()
    );
    let key = std::fs::metadata(folder.data().join("token.key")).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&key) & 0o777, 0o600);
    for said in ["PostgreSQL", "in the process"] {
        assert!(serving.log().contains(said), "{}", serving.log());
    }

    let postgres = folder.postgres().unwrap();
    let said = serving.stop().well();
    assert!(said.out.ends_with("Stopped.\n"), "{}", said.out);
    assert!(test_kill_process(postgres).is_err());
    assert_eq!(folder.postgres(), None);

    // The shop is still there, and is not filled again.
    let serving = Serving::start(&folder, &["--demo"], &[]);
    let (_, again) = serving.ask(SHOP).await;
    assert_eq!(titles(&again), titles(&body));
    serving.stop().well();
}

fn titles(body: &serde_json::Value) -> Vec<String> {
    let nodes = body["data"]["products"]["nodes"].as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_not_set_up_says_so() {
    let folder = Folder::new();
    let serving = Serving::start(&folder, &[], &[]);
    let (_, body) = serving.ask("{ shop { name } }").await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "SHOP_NOT_READY");
    let ready = crate::support::http::client()
        .get(format!("{}/readyz", serving.address))
        .send()
        .await
        .unwrap();
    assert_eq!(ready.status(), 503);
    assert!(ready.text().await.unwrap().contains("run `lilium seed`"));
    let live = crate::support::http::client()
        .get(format!("{}/healthz", serving.address))
        .send()
        .await;
    assert_eq!(live.unwrap().status(), 200);
    serving.stop().well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_a_killed_server_left_is_adopted() {
    let folder = Folder::new();
    let serving = Serving::start(&folder, &[], &[]);
    let postgres = folder.postgres().unwrap();
    let killed = serving.process();
    let said = serving.end(|| kill_process(killed, Signal::KILL).unwrap());
    assert_eq!(said.code, None);
    assert_eq!(folder.postgres(), Some(postgres));

    let serving = Serving::start(&folder, &[], &[]);
    assert_eq!(folder.postgres(), Some(postgres));
    assert!(
        serving.log().contains("of its own, found running"),
        "{}",
        serving.log()
    );
    let (_, body) = serving.ask("{ __typename }").await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "SHOP_NOT_READY");
    serving.stop().well();
    assert_eq!(folder.postgres(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_one_postgresql_which_the_last_one_stops() {
    let folder = Folder::with_pictures().await;
    // Both at once: one makes the cluster and fills the shop, the other finds both done.
    let (first, second) = std::thread::scope(|scope| {
        let start = || Serving::start(&folder, &["--demo"], &[]);
        let (first, second) = (scope.spawn(start), scope.spawn(start));
        (first.join().unwrap(), second.join().unwrap())
    });
    assert_ne!(first.address, second.address);
    let expected = first.ask(SHOP).await.1;
    assert_eq!(titles(&second.ask(SHOP).await.1), titles(&expected));

    first.stop().well();
    let postgres = folder.postgres();
    assert!(postgres.is_some());
    assert_eq!(titles(&second.ask(SHOP).await.1), titles(&expected));
    second.stop().well();
    assert_eq!(folder.postgres(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_runs_is_finished_before_the_end() {
    let folder = Folder::with_pictures().await;
    let serving = Serving::start(&folder, &["--demo"], &[]);
    let process = serving.process();
    // Some hundred milliseconds of work.
    let nested = "{ products(first: 250) { nodes { variants(first: 250) { nodes { product { variants(first: 250) { nodes { id } } } } } } } }";
    let (answer, ()) = tokio::join!(serving.ask(nested), async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        kill_process(process, Signal::INT).unwrap();
    });
    assert_eq!((answer.0, answer.1.get("errors")), (200, None));
    assert_ne!(answer.1["data"], json!(null));
    serving.end(|| ()).well();
    assert_eq!(folder.postgres(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_however_talkative_knows_a_secret() {
    let folder = Folder::new();
    let server = crate::support::database(crate::support::Contents::Demo).await;
    let url = crate::programs::url_of(&server).await;
    let serving = Serving::start(
        &folder,
        &[],
        &[("DATABASE_URL", &url), ("LILIUM_LOG", "trace")],
    );
    let (_, body) = serving.ask(r#"mutation { accountSignUp(input: { email: "dora@example.com", password: "hunter2hunter2" }) {
        tokens { accessToken refreshToken } userErrors { code } } }"#).await;
    let tokens = &body["data"]["accountSignUp"]["tokens"];
    let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (access, refresh) = (token("accessToken"), token("refreshToken"));
    for mutation in [
        r#"mutation { accountSignIn(email: "dora@example.com", password: "hunter2hunter3") { userErrors { code } } }"#.to_owned(),
        r#"mutation { accountSignIn(email: "dora@example.com", password: ["hunter2hunter3"]) { userErrors { code } } }"#.to_owned(),
        format!(r#"mutation {{ accountTokenRefresh(refreshToken: "{refresh}") {{ userErrors {{ code }} }} }}"#),
        format!(r#"mutation {{ accountTokenRefresh(refreshToken: "{refresh}") {{ userErrors {{ code }} }} }}"#),
    ] {
        serving.ask(&mutation).await;
    }
    let http = crate::support::http::client();
    let signed_in = http
        .post(format!("{}/graphql", serving.address))
        .bearer_auth(&access);
    let query = json!({ "query": "{ viewer { email } }" });
    signed_in.json(&query).send().await.unwrap();
    let log = serving.log().to_owned();
    assert!(log.contains("a refresh token was used twice"), "{log}");
    for secret in ["hunter2", "dora@", access.as_str(), refresh.as_str()] {
        assert!(!log.contains(secret), "{secret}\n{log}");
    }
    serving.stop().well();
}
