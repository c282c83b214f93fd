//! What is refused changes nothing, and tells a stranger nothing.

use super::{PASSWORD, SIGN_IN, SIGN_UP, code, number, session, sign_in, sign_up, wrong};
use crate::support::{Contents, Shop};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ADA: &str = "ada.lovelace@example.com";

async fn try_sign_up(shop: &Shop, input: Value) -> Value {
    let data = shop.data(SIGN_UP, json!({ "input": input })).await;
    data["accountSignUp"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_is_wrong_names_the_field_and_makes_nobody() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let before = number(&shop, "SELECT count(*) FROM users").await;
    let long = "a".repeat(101);
    for (email, password, first, code, field) in [
        ("", PASSWORD, "", "INVALID", "email"),
        ("ada", PASSWORD, "", "INVALID", "email"),
        ("ada@example", PASSWORD, "", "INVALID", "email"),
        ("a da@example.com", PASSWORD, "", "INVALID", "email"),
        ("ada\0@example.com", PASSWORD, "", "INVALID", "email"),
        (
            &format!("{}@example.com", "a".repeat(15_000)),
            PASSWORD,
            "",
            "INVALID",
            "email",
        ),
        (ADA, "1234567", "", "PASSWORD_UNFIT", "password"),
        (ADA, "          ", "", "PASSWORD_UNFIT", "password"),
        (ADA, ADA, "", "PASSWORD_UNFIT", "password"),
        (ADA, &"a".repeat(20_000), "", "PASSWORD_UNFIT", "password"),
        (ADA, &"字".repeat(129), "", "PASSWORD_UNFIT", "password"),
        (ADA, PASSWORD, &long, "TOO_LONG", "firstName"),
        (ADA, PASSWORD, "A\0da", "TOO_LONG", "firstName"),
        (ADA, PASSWORD, "A\nda", "TOO_LONG", "firstName"),
        ("ada@example.com", PASSWORD, "", "TAKEN", "email"),
        (" ADA@Example.COM ", PASSWORD, "", "TAKEN", "email"),
    ] {
        let input = json!({ "email": email, "password": password, "firstName": first });
        let refused = wrong(&try_sign_up(&shop, input).await);
        assert_eq!(
            refused,
            (code.to_owned(), json!(["input", field])),
            "{email:.40} {password:.40} {first:.40}"
        );
    }
    assert_eq!(number(&shop, "SELECT count(*) FROM users").await, before);
    assert_eq!(number(&shop, "SELECT count(*) FROM sessions").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_who_sign_up_with_one_address_at_once_make_one_account() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let input = json!({ "email": ADA, "password": PASSWORD });
    let all =
        futures_util::future::join_all((0..20).map(|_| try_sign_up(&shop, input.clone()))).await;
    let made = all
        .iter()
        .filter(|payload| payload["userErrors"] == json!([]))
        .count();
    let taken = all
        .iter()
        .filter(|payload| payload["userErrors"][0]["code"] == "TAKEN")
        .count();
    assert_eq!((made, taken), (1, 19));
    assert_eq!(
        number(
            &shop,
            "SELECT count(*) FROM users WHERE email LIKE 'ada.l%'"
        )
        .await,
        1
    );
    assert_eq!(number(&shop, "SELECT count(*) FROM customers").await, 29);
    assert_eq!(number(&shop, "SELECT count(*) FROM sessions").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_by_invitation_takes_no_sign_ups() {
    let shop = Shop::with(Contents::Demo, &[("LILIUM_SIGN_UP", "invite")]).await;
    let refused = wrong(&try_sign_up(&shop, json!({ "email": ADA, "password": PASSWORD })).await);
    assert_eq!(refused, ("SIGN_UP_CLOSED".to_owned(), Value::Null));
    assert_eq!(number(&shop, "SELECT count(*) FROM users").await, 28);
    shop.sign_in("ada@example.com", "lilium-demo").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_of_password_is_refused_before_anything_is_done() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let huge = "a".repeat(1_000_000);
    let input = json!({ "input": { "email": ADA, "password": huge } });
    for (query, variables) in [
        (SIGN_UP, input),
        (
            SIGN_IN,
            json!({ "email": "ada@example.com", "password": huge }),
        ),
    ] {
        let answer = shop.ask(query, variables).await;
        assert_eq!(
            (code(&answer), answer.statements),
            (Some("DOCUMENT_TOO_LARGE"), 0)
        );
        assert!(answer.body.to_string().len() < 1_000);
    }
    // What the endpoint lets through is refused by the room, without a look at the database.
    let long = "a".repeat(20_000);
    let answer = shop
        .ask(
            SIGN_IN,
            json!({ "email": "ada@example.com", "password": long }),
        )
        .await;
    assert_eq!(answer.statements, 0);
    assert_eq!(
        wrong(&answer.body["data"]["accountSignIn"]).0,
        "UNIDENTIFIED_CUSTOMER"
    );
    assert_eq!(number(&shop, "SELECT count(*) FROM throttles").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_answered_as_a_wrong_password_is() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    // Nobody signed in to either from here: at home an account waits for nobody else's guesses.
    let known = "ada@example.com";
    let mut times = [Vec::new(), Vec::new()];
    let mut bodies = Vec::new();
    for round in 0..4 {
        for (email, times) in [known, "nobody@example.com"].into_iter().zip(&mut times) {
            let begun = Instant::now();
            let answer = shop
                .ask(
                    SIGN_IN,
                    json!({ "email": email, "password": format!("not this {round}") }),
                )
                .await;
            times.push(begun.elapsed());
            assert_eq!(answer.status, 200);
            bodies.push((answer.body, answer.statements));
        }
    }
    assert!(
        bodies.windows(2).all(|pair| pair[0] == pair[1]),
        "{bodies:#?}"
    );
    assert_eq!(
        wrong(&bodies[0].0["data"]["accountSignIn"]),
        ("UNIDENTIFIED_CUSTOMER".to_owned(), Value::Null)
    );
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    // A hash is made for both: without one the answer takes a tenth of the time. Generous, for the machine has other work.
    let least = Duration::from_millis(5);
    assert!(
        known > least && unknown > least && known < unknown * 4 && unknown < known * 4,
        "{known:?} {unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_at_all_is_nobodys() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    for email in [
        "",
        "ada",
        "a\0da@example.com",
        "' OR 1=1 --",
        "%",
        &"a".repeat(20_000),
    ] {
        let refused = wrong(&sign_in(&shop, email, "lilium-demo").await);
        assert_eq!(refused.0, "UNIDENTIFIED_CUSTOMER", "{email:.40}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_hashed_weakly_is_hashed_again() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    sign_up(&shop, ADA).await;
    let weak = weak_hash();
    let sql = shop.sql().await;
    let of_ada = "user_id = (SELECT id FROM users WHERE email LIKE 'ada.l%')";
    sql.execute(
        &format!("UPDATE credentials SET password_hash = $1 WHERE {of_ada}"),
        &[&weak],
    )
    .await
    .unwrap();
    let kept = async || -> String {
        let row = sql
            .query_one(
                &format!("SELECT password_hash FROM credentials WHERE {of_ada}"),
                &[],
            )
            .await;
        row.unwrap().get(0)
    };
    assert_eq!(
        wrong(&sign_in(&shop, ADA, "not this").await).0,
        "UNIDENTIFIED_CUSTOMER"
    );
    assert_eq!(kept().await, weak);
    session(&sign_in(&shop, ADA, PASSWORD).await);
    assert!(kept().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    session(&sign_in(&shop, ADA, PASSWORD).await);
}

/// The same password with less memory and one round.
fn weak_hash() -> String {
    use argon2::password_hash::PasswordHasher;
    use argon2::password_hash::phc::PasswordHash;
    use argon2::{Algorithm, Argon2, Params, Version};
    let params = Params::new(8_192, 1, 1, None).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2.hash_password(PASSWORD.as_bytes()).unwrap();
    hash.to_string()
}
