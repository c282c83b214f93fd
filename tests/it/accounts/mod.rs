//! People: who they are, and for how long that is believed.

mod cookies;
mod demo;
mod heads;
mod lost;
mod refusals;
mod sessions;
mod throttling;
mod tokens;

use crate::support::{Answer, Shop};
use serde_json::{Value, json};

pub const SIGN_UP: &str = "mutation($input: AccountSignUpInput!) { accountSignUp(input: $input) {
    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt } viewer { id email } userErrors { code field message } } }";
pub const SIGN_IN: &str = "mutation($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) {
    tokens { accessToken refreshToken } viewer { id email } userErrors { code field message } } }";
pub const REFRESH: &str = "mutation($token: String!) { accountTokenRefresh(refreshToken: $token) {
    tokens { accessToken refreshToken } viewer { email } userErrors { code field message } } }";
pub const CHANGE: &str = "mutation($current: String!, $new: String!) { accountPasswordChange(currentPassword: $current, newPassword: $new) {
    tokens { accessToken refreshToken } viewer { email } userErrors { code field message } } }";
pub const VIEWER: &str =
    "{ viewer { id email emailVerified firstName lastName displayName phone createdAt
    grants { role vendor { handle } vendorId permissions } permissions } }";

/// A password that may be chosen.
pub const PASSWORD: &str = "a good password";

/// Both tokens of a session.
#[derive(Debug, Clone)]
pub struct Session {
    pub access: String,
    pub refresh: String,
}

/// The tokens of a payload without errors.
pub fn session(payload: &Value) -> Session {
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    let text = |name: &str| payload["tokens"][name].as_str().unwrap().to_owned();
    Session {
        access: text("accessToken"),
        refresh: text("refreshToken"),
    }
}

/// Code and path of the one thing that was wrong.
pub fn wrong(payload: &Value) -> (String, Value) {
    let errors = payload["userErrors"].as_array().unwrap();
    assert_eq!(
        (errors.len(), &payload["tokens"]),
        (1, &Value::Null),
        "{payload:#}"
    );
    assert!(errors[0]["message"].as_str().unwrap().len() > 20);
    let code = errors[0]["code"].as_str().unwrap().to_owned();
    (code, errors[0]["field"].clone())
}

pub async fn sign_up(shop: &Shop, email: &str) -> Session {
    let input = json!({ "email": email, "password": PASSWORD, "firstName": " Ada ", "lastName": "Lovelace" });
    let data = shop.data(SIGN_UP, json!({ "input": input })).await;
    session(&data["accountSignUp"])
}

pub async fn sign_in(shop: &Shop, email: &str, password: &str) -> Value {
    let data = shop
        .data(SIGN_IN, json!({ "email": email, "password": password }))
        .await;
    data["accountSignIn"].clone()
}

pub async fn refresh(shop: &Shop, token: &str) -> Value {
    let data = shop.data(REFRESH, json!({ "token": token })).await;
    data["accountTokenRefresh"].clone()
}

/// The address of whoever a token is taken for; `None` when it is refused.
pub async fn who(shop: &Shop, token: &str) -> Option<String> {
    let answer = shop.ask_as(token, "{ viewer { email } }", json!({})).await;
    if code(&answer) == Some("UNAUTHENTICATED") {
        assert_eq!(answer.body.get("data"), None);
        return None;
    }
    Some(
        answer.body["data"]["viewer"]["email"]
            .as_str()
            .unwrap()
            .to_owned(),
    )
}

/// The code of the first error.
pub fn code(answer: &Answer) -> Option<&str> {
    answer.body["errors"][0]["extensions"]["code"].as_str()
}

/// A number out of the database.
pub async fn number(shop: &Shop, sql: &str) -> i64 {
    shop.sql().await.query_one(sql, &[]).await.unwrap().get(0)
}
