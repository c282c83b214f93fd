//! Whether an account is there is not told by how long the answer takes, nor by what it says.

use super::besieged::Besieged;
use serde_json::{Value, json};
use std::time::Duration;

/// Samples of each kind.
const SAMPLES: usize = 40;

const SIGN_IN: &str = "mutation($email: String!, $password: String!) {
    accountSignIn(email: $email, password: $password) { tokens { accessToken } userErrors { code field message } } }";

/// Accounts with the password of the demo's people, half of them closed.
async fn people(besieged: &Besieged) {
    let sql = besieged.server.client().await.unwrap();
    for at in 0..SAMPLES {
        for (name, state) in [("known", "ACTIVE"), ("closed", "DISABLED")] {
            let made = sql
                .execute(
                    "WITH made AS (INSERT INTO users (id, email, first_name, last_name, state, created_at, updated_at)
                        VALUES (gen_random_uuid(), $1, '', '', $2::text::user_state, now(), now()) RETURNING id)
                    INSERT INTO credentials SELECT made.id, password_hash, now() FROM made, credentials
                        JOIN users ON users.id = user_id WHERE email = 'bilal@example.com'",
                    &[&format!("{name}{at}@example.com"), &state],
                )
                .await
                .unwrap();
            assert_eq!(made, 1);
        }
    }
}

/// What is answered to a wrong password, and how long that takes.
async fn guess(besieged: &Besieged, email: &str, from: usize) -> (Value, Duration) {
    let variables = json!({ "email": email, "password": "not this one" });
    // From an address of its own, so that nobody has to wait for other reasons.
    let request = besieged
        .post()
        .header(
            "x-forwarded-for",
            format!("198.51.{}.{}", from / 250, from % 250),
        )
        .json(&json!({ "query": SIGN_IN, "variables": variables }));
    let reply = besieged.send(request).await;
    (reply.json()["data"].clone(), reply.took)
}

/// The duration that a third of them are below: what else the machine does makes some longer, and none shorter.
fn third(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 3].as_secs_f64()
}

/// How long a third of the answers take at most, of each kind.
async fn measured(besieged: &Besieged, round: usize) -> [f64; 3] {
    let kinds = ["known", "unknown", "closed"];
    let mut times: [Vec<Duration>; 3] = Default::default();
    let mut answers = Vec::new();
    for at in 0..SAMPLES {
        // In turns, each as often the first, so that what the machine does besides meets all alike.
        for turn in 0..3 {
            let kind = (at + turn) % 3;
            let email = format!("{}{at}@example.com", kinds[kind]);
            let from = round * 1_000 + at * 3 + turn;
            let (answer, took) = guess(besieged, &email, from).await;
            times[kind].push(took);
            answers.push(answer);
        }
    }
    // They say the same, word by word.
    let wrong = &answers[0]["accountSignIn"]["userErrors"][0]["code"];
    assert_eq!(wrong, "UNIDENTIFIED_CUSTOMER");
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    times.map(third)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_there_one_that_is_not_and_one_that_is_closed_take_as_long() {
    let besieged = Besieged::start(&[("LILIUM_TRUSTED_PROXIES", "127.0.0.1")]).await;
    people(&besieged).await;
    let mut seen = Vec::new();
    // A machine that is busy may make a difference once. One that is there is there each time: without hashing it is tenfold.
    for round in 0..4 {
        let [known, unknown, closed] = measured(&besieged, round).await;
        println!("known {known:.4} s, unknown {unknown:.4} s, closed {closed:.4} s");
        let alike = |other: f64| (0.75..1.34).contains(&(other / known));
        if alike(unknown) && alike(closed) {
            return;
        }
        seen.push([known, unknown, closed]);
    }
    panic!("{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_by_signing_up_which_accounts_there_are_is_stopped() {
    let besieged = Besieged::start(&[("LILIUM_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let query = "mutation($input: AccountSignUpInput!) { accountSignUp(input: $input) { userErrors { code } } }";
    let (mut told, mut refused) = (0, 0);
    for at in 0..60 {
        let email = [
            "ada@example.com".to_owned(),
            format!("nobody{at}@example.com"),
        ][at % 2]
            .clone();
        let input = json!({ "email": email, "password": "a good password" });
        let request = besieged.post().header("x-forwarded-for", "198.51.100.9");
        let reply = besieged
            .send(request.json(&json!({ "query": query, "variables": { "input": input } })))
            .await;
        if reply.codes() == ["TOO_MANY_REQUESTS"] {
            refused += 1;
            assert!(!reply.text.contains("TAKEN"));
        } else {
            told += 1;
        }
    }
    // Twenty at once, and those that leaked away meanwhile.
    assert!(
        (20..=25).contains(&told) && refused >= 35,
        "{told} {refused}"
    );
}
