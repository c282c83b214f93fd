//! Guessing is slow, and nobody is locked out for good.

use super::{PASSWORD, SIGN_IN, SIGN_UP, code, number, session, sign_in, sign_up, wrong};
use crate::support::{Answer, Contents, Shop};
use serde_json::{Value, json};

const ADA: &str = "ada.lovelace@example.com";

async fn guess(shop: &Shop, email: &str) -> Answer {
    shop.ask(
        SIGN_IN,
        json!({ "email": email, "password": "not this one" }),
    )
    .await
}

/// How many guesses get an answer before one is refused.
async fn guesses(shop: &Shop, email: &str) -> usize {
    for count in 0..200 {
        let answer = guess(shop, email).await;
        if let Some(code) = code(&answer) {
            assert_eq!(code, "TOO_MANY_REQUESTS");
            assert_eq!(answer.body["data"]["accountSignIn"], Value::Null);
            return count;
        }
    }
    panic!("nobody stops it");
}

/// Lets time pass for all buckets.
async fn later(shop: &Shop, seconds: i32) {
    let sql =
        format!("UPDATE throttles SET updated_at = updated_at - make_interval(secs => {seconds})");
    shop.sql().await.batch_execute(&sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_is_made_to_wait_and_is_not_locked_out() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    sign_up(&shop, ADA).await;
    assert_eq!(guesses(&shop, ADA).await, 5);
    let answer = guess(&shop, ADA).await;
    let wait = answer.body["errors"][0]["extensions"]["retryAfterSeconds"]
        .as_i64()
        .unwrap();
    assert!((50..=60).contains(&wait), "{wait}");
    // Nothing is hashed for whoever has to wait, and the right password has to wait, too.
    let right = shop
        .ask(SIGN_IN, json!({ "email": ADA, "password": PASSWORD }))
        .await;
    assert_eq!(code(&right), Some("TOO_MANY_REQUESTS"));
    assert_eq!(right.body["errors"][0]["path"], json!(["accountSignIn"]));

    later(&shop, 61).await;
    assert_eq!(guesses(&shop, ADA).await, 1);
    later(&shop, 61).await;
    session(&sign_in(&shop, ADA, PASSWORD).await);
    // The right password emptied the bucket of this account and address.
    assert_eq!(guesses(&shop, ADA).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_counted_as_a_known_one() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    assert_eq!(guesses(&shop, "nobody@example.com").await, 5);
    assert_eq!(guesses(&shop, "NOBODY@example.com ").await, 0);
    assert_eq!(guesses(&shop, "somebody@example.com").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_guesses_at_once_five_are_looked_at() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let answers =
        futures_util::future::join_all((0..50).map(|_| guess(&shop, "nobody@example.com"))).await;
    let looked_at = answers
        .iter()
        .filter(|answer| code(answer).is_none())
        .count();
    assert_eq!(looked_at, 5);
}

/// What others do to an account from elsewhere: its bucket is full.
async fn attacked_from_elsewhere(shop: &Shop, email: &str) {
    use lilium::domains::accounts::{ClientAddress, Password};
    let accounts = shop.accounts();
    let mut refused = 0;
    for host in 1..=4_u8 {
        let address = ClientAddress::own([192, 0, 2, host].into());
        for _ in 0..5 {
            let guess = accounts
                .sign_in(email, Password::new("not this one".to_owned()), address)
                .await;
            refused += usize::from(guess.unwrap_err().to_string().contains("too often"));
        }
    }
    // Ten were looked at, from two addresses.
    assert_eq!(refused, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_attacks_from_elsewhere_does_not_lock_the_owner_out() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    sign_up(&shop, ADA).await;
    attacked_from_elsewhere(&shop, ADA).await;
    // At home nothing is to be waited for.
    session(&sign_in(&shop, ADA, PASSWORD).await);

    // Where the owner never was, half a minute is.
    attacked_from_elsewhere(&shop, "bilal@example.com").await;
    let away = shop
        .ask(
            SIGN_IN,
            json!({ "email": "bilal@example.com", "password": "lilium-demo" }),
        )
        .await;
    assert_eq!(code(&away), Some("TOO_MANY_REQUESTS"));
    let wait = away.body["errors"][0]["extensions"]["retryAfterSeconds"]
        .as_i64()
        .unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    later(&shop, 31).await;
    session(&sign_in(&shop, "bilal@example.com", "lilium-demo").await);
}

/// The tests' own machine is a proxy.
const PROXY: [(&str, &str); 1] = [("LILIUM_TRUSTED_PROXIES", "127.0.0.1")];

/// Whom it asks for.
const CLIENT: &str = "198.51.100.1";

async fn guess_for(shop: &Shop, client: &str, email: &str) -> Answer {
    let variables = json!({ "email": email, "password": "not this one" });
    shop.ask_for(client, SIGN_IN, variables).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_many_accounts_is_stopped_by_the_address() {
    let shop = Shop::with(Contents::Demo, &PROXY).await;
    // A hundred failures of others, counted as if they had been made one by one.
    guess_for(&shop, CLIENT, "nobody@example.com").await;
    shop.sql()
        .await
        .batch_execute("UPDATE throttles SET level = 99.5")
        .await
        .unwrap();
    let answer = guess_for(&shop, CLIENT, "somebody@example.com").await;
    assert_eq!(code(&answer), Some("TOO_MANY_REQUESTS"));
    let wait = answer.body["errors"][0]["extensions"]["retryAfterSeconds"]
        .as_i64()
        .unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    // What was refused counts nowhere.
    assert_eq!(
        number(
            &shop,
            "SELECT count(*) FROM throttles WHERE level > 0.1 AND level < 90"
        )
        .await,
        0
    );
    later(&shop, 10).await;
    assert_eq!(
        code(&guess_for(&shop, CLIENT, "somebody@example.com").await),
        None
    );

    // Who comes from elsewhere does not wait, whatever they say themselves of where they come from.
    shop.sql()
        .await
        .batch_execute("UPDATE throttles SET level = 200")
        .await
        .unwrap();
    let elsewhere = format!("{CLIENT}, 198.51.100.2");
    let answer = guess_for(&shop, CLIENT, "third@example.com").await;
    assert_eq!(code(&answer), Some("TOO_MANY_REQUESTS"));
    let answer = guess_for(&shop, &elsewhere, "third@example.com").await;
    assert_eq!(code(&answer), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ups_from_one_address_are_bounded() {
    let shop = Shop::with(Contents::Demo, &PROXY).await;
    let sign_up = async |name: String| {
        let input = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
        shop.ask_for(CLIENT, SIGN_UP, json!({ "input": input }))
            .await
    };
    for count in 0..20 {
        assert_eq!(code(&sign_up(format!("one{count}")).await), None);
    }
    assert_eq!(
        code(&sign_up("more".to_owned()).await),
        Some("TOO_MANY_REQUESTS")
    );
    assert_eq!(number(&shop, "SELECT count(*) FROM users").await, 48);
    later(&shop, 31).await;
    assert_eq!(code(&sign_up("more".to_owned()).await), None);
    assert_eq!(number(&shop, "SELECT count(*) FROM users").await, 49);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_an_unknown_proxy_nobody_waits_for_what_others_try() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    sign_up(&shop, ADA).await;
    // Whom a peer says to ask for is not believed, and the peer may be everybody.
    for count in 0..25 {
        let email = format!("nobody{count}@example.com");
        assert_eq!(code(&guess_for(&shop, CLIENT, &email).await), None);
    }
    // One bucket for each account, and one for each account from there: none for the address alone, none for sign-ups.
    assert_eq!(number(&shop, "SELECT count(*) FROM throttles").await, 50);
    session(&sign_in(&shop, ADA, PASSWORD).await);
    // An account is guarded all the same.
    assert_eq!(guesses(&shop, ADA).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_change_is_no_way_to_guess() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let token = sign_up(&shop, ADA).await.access;
    let guess = async || {
        let variables = json!({ "current": "not this one", "new": "a better password" });
        shop.ask_as(&token, super::CHANGE, variables).await
    };
    for _ in 0..5 {
        assert_eq!(
            wrong(&guess().await.body["data"]["accountPasswordChange"]).0,
            "UNIDENTIFIED_CUSTOMER"
        );
    }
    assert_eq!(code(&guess().await), Some("TOO_MANY_REQUESTS"));
}
