//! Tokens in cookies: a browser storefront's script never sees them, and no other page has any use of them.

mod browser;

use super::{PASSWORD, SIGN_UP};
use crate::live::client::{Heard, init, shake};
use crate::support::{Contents, Shop};
use browser::Browser;
use serde_json::{Value, json};
use std::cell::RefCell;

const ON: (&str, &str) = ("LILIUM_COOKIES", "on");
const WANTED: (&str, &str) = ("x-lilium-session", "cookie");
const CSRF: (&str, &str) = ("x-lilium-csrf", "1");
const ACCESS: &str = "__Host-lilium-access";
const REFRESH: &str = "__Host-lilium-refresh";

const WHO: &str = "{ viewer { user: email } }";
const TOKENS: &str = "tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt } userErrors { code }";

fn sign_in(email: &str) -> String {
    format!(
        "mutation {{ done: accountSignIn(email: \"{email}\", password: \"lilium-demo\") {{ {TOKENS} }} }}"
    )
}

fn refresh() -> String {
    format!("mutation {{ done: accountTokenRefresh {{ {TOKENS} }} }}")
}

const SIGN_OUT: &str = "mutation { accountSignOut { userErrors { code } } }";

/// Where a GET with these parameters goes.
fn at(shop: &Shop, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("{}/graphql?{query}", shop.address)
}

const BILAL: &str = "bilal@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_it_gets_cookies_that_no_script_reads() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::at(&shop);
    let reply = browser.ask(&sign_in(BILAL), &[WANTED]).await;
    reply.is_kept_by_nobody();
    assert!(!reply.tells_tokens());
    let cookies = reply.set_cookies();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for (cookie, name, lives) in [
        (cookies[0], ACCESS, 900),
        (cookies[1], REFRESH, 30 * 86_400),
    ] {
        let mut parts = cookie.split("; ");
        let (its, value) = parts.next().unwrap().split_once('=').unwrap();
        assert!(its == name && value.len() > 40, "{cookie}");
        let age = parts.next().unwrap().strip_prefix("Max-Age=").unwrap();
        let age: i64 = age.parse().unwrap();
        assert!((lives - 30..=lives).contains(&age), "{cookie}");
        let rest: Vec<&str> = parts.collect();
        assert_eq!(rest, ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"]);
        assert!(!reply.body.to_string().contains(value));
    }
    assert_eq!(browser.who(&[CSRF]).await, BILAL);
    assert_eq!(browser.who(&[WANTED]).await, BILAL);

    let input = json!({ "email": "new@example.com", "password": PASSWORD });
    let reply = Browser::at(&shop)
        .ask_with(SIGN_UP, json!({ "input": input }), &[WANTED])
        .await;
    assert_eq!(reply.set_cookies().len(), 2, "{}", reply.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_want_it_gets_tokens_and_so_does_everybody_where_it_is_off() {
    let on = Shop::with(Contents::Demo, &[ON]).await;
    let off = on.again(&[]).await;
    for (shop, header) in [(&on, CSRF), (&off, CSRF), (&off, WANTED)] {
        let reply = Browser::at(shop).ask(&sign_in(BILAL), &[header]).await;
        assert!(reply.tells_tokens() && reply.set_cookies().is_empty());
    }
    let browser = Browser::of(&on, BILAL).await;
    let elsewhere = Browser {
        shop: &off,
        jar: browser.jar.clone(),
    };
    assert_eq!(elsewhere.who(&[WANTED]).await, Value::Null);
    assert_eq!(
        elsewhere.ask(&refresh(), &[WANTED]).await.code(),
        Some("BAD_USER_INPUT")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_page_has_a_browser_send_is_nobodys() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::of(&shop, BILAL).await;
    for headers in [
        &[][..],
        &[("origin", "https://evil.example")],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", "http://localhost:3000")],
    ] {
        assert_eq!(browser.who(headers).await, Value::Null, "{headers:?}");
        // Not even signed out.
        assert_eq!(
            browser.ask(SIGN_OUT, headers).await.code(),
            Some("UNAUTHENTICATED")
        );
    }
    let get = shop.http().get(at(&shop, &[("query", WHO)]));
    assert_eq!(
        browser.send(get, &[]).await.body["data"]["viewer"],
        Value::Null
    );
    assert_eq!(browser.who(&[CSRF]).await, BILAL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_takes_the_cookie_and_changes_both() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::of(&shop, BILAL).await;
    let old = browser.cookie(REFRESH).unwrap();
    // After a quarter of an hour the browser has one cookie left. Its page is told, and not taken for nobody's.
    browser.lose(ACCESS);
    let reply = browser.ask(WHO, &[CSRF]).await;
    assert_eq!((reply.status, reply.code()), (200, Some("UNAUTHENTICATED")));
    // Without the header a cookie is not looked for: its successor would stand in the answer.
    let without = browser.ask(&refresh(), &[]).await;
    assert_eq!(without.code(), Some("BAD_USER_INPUT"));

    let reply = browser.ask(&refresh(), &[WANTED]).await;
    reply.is_kept_by_nobody();
    assert!(!reply.tells_tokens());
    assert_ne!(browser.cookie(REFRESH).unwrap(), old);
    assert_eq!(browser.who(&[CSRF]).await, BILAL);

    // The old one again: a thief's. The session ends, and nothing is kept of it.
    browser.put(REFRESH, &old);
    let reply = browser.ask(&refresh(), &[WANTED]).await;
    assert_eq!(
        reply.body["data"]["done"]["userErrors"][0]["code"],
        "TOKEN_INVALID"
    );
    assert!(browser.jar.borrow().is_empty(), "{}", browser.line());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_is_no_longer_good_is_told_and_keeps_nobody_from_signing_in() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::of(&shop, BILAL).await;
    browser.put(ACCESS, "eyJhbGciOiJub25lIn0.e30.");
    assert_eq!(
        browser.ask(WHO, &[CSRF]).await.code(),
        Some("UNAUTHENTICATED")
    );
    assert_eq!(
        browser.ask("{ shop { name } }", &[CSRF]).await.code(),
        Some("UNAUTHENTICATED")
    );
    // With anything beside it, it is told as well.
    let both = "mutation { accountSignOut { __typename } cartCreate { __typename } }";
    assert_eq!(
        browser.ask(both, &[CSRF]).await.code(),
        Some("UNAUTHENTICATED")
    );

    assert!(!browser.ask(&refresh(), &[WANTED]).await.tells_tokens());
    assert_eq!(browser.who(&[CSRF]).await, BILAL);
    browser.put(ACCESS, "none");
    assert!(!browser.ask(&sign_in(BILAL), &[WANTED]).await.tells_tokens());
    assert_eq!(browser.who(&[CSRF]).await, BILAL);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_takes_both_away_and_ends_the_session() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    // Also when the access token's cookie is gone already.
    for lost in [None, Some(ACCESS)] {
        let browser = Browser::of(&shop, BILAL).await;
        let jar = browser.jar.borrow().clone();
        if let Some(lost) = lost {
            browser.lose(lost);
        }
        let reply = browser.ask(SIGN_OUT, &[CSRF]).await;
        assert_eq!(
            reply.body["data"]["accountSignOut"]["userErrors"],
            json!([]),
            "{}",
            reply.body
        );
        assert_eq!(reply.set_cookies().len(), 2);
        assert!(browser.jar.borrow().is_empty());
        // What somebody has copied is worth nothing.
        *browser.jar.borrow_mut() = jar;
        assert_eq!(
            browser.ask(WHO, &[CSRF]).await.code(),
            Some("UNAUTHENTICATED")
        );
        let reply = browser.ask(&refresh(), &[WANTED]).await;
        assert_eq!(
            reply.body["data"]["done"]["userErrors"][0]["code"],
            "TOKEN_INVALID"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_goes_before_cookies() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::of(&shop, BILAL).await;
    let token = shop.sign_in("chen@example.com", "lilium-demo").await;
    let bearer = format!("Bearer {token}");
    assert_eq!(
        browser.who(&[CSRF, ("authorization", &bearer)]).await,
        "chen@example.com"
    );
    let reply = browser
        .ask(WHO, &[CSRF, ("authorization", "Bearer none")])
        .await;
    assert_eq!(reply.code(), Some("UNAUTHENTICATED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_somebody_planted_is_not_signed_in() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let attacker = Browser::of(&shop, "chen@example.com").await;
    let planted = attacker.jar.borrow().clone();
    // The victim's browser was given the attacker's cookies, and signs in with them.
    let victim = Browser {
        shop: &shop,
        jar: RefCell::new(planted.clone()),
    };
    assert!(!victim.ask(&sign_in(BILAL), &[WANTED]).await.tells_tokens());
    for name in [ACCESS, REFRESH] {
        assert_ne!(victim.cookie(name).as_ref(), planted.get(name));
    }
    assert_eq!(victim.who(&[CSRF]).await, BILAL);
    assert_eq!(attacker.who(&[CSRF]).await, "chen@example.com");
    assert!(!attacker.ask(&refresh(), &[WANTED]).await.tells_tokens());
    assert_eq!(attacker.who(&[CSRF]).await, "chen@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_changes_the_cookies_and_a_stream_cannot() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::of(&shop, BILAL).await;
    let change = |old: &str, new: &str| {
        format!(
            "mutation {{ done: accountPasswordChange(currentPassword: \"{old}\", newPassword: \"{new}\") {{ {TOKENS} }} }}"
        )
    };
    let old = browser.jar.borrow().clone();
    let reply = stream(&browser, &change("lilium-demo", PASSWORD), &[CSRF]).await;
    assert!(!reply.headers().contains_key("set-cookie"));
    assert!(reply.text().await.unwrap().contains("BAD_REQUEST"));
    // Who they are was said by a cookie: so cookies are what they get.
    let reply = browser.ask(&change("lilium-demo", PASSWORD), &[CSRF]).await;
    assert!(!reply.tells_tokens());
    assert_ne!(browser.cookie(ACCESS).as_ref(), old.get(ACCESS));
    assert_eq!(browser.who(&[CSRF]).await, BILAL);
}

/// An event stream.
async fn stream(browser: &Browser<'_>, query: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let shop = browser.shop;
    let mut request = shop
        .http()
        .post(format!("{}/graphql", shop.address))
        .header("accept", "text/event-stream")
        .header("cookie", browser.line());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
        .json(&json!({ "query": query }))
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_counts_cookies_by_its_page_and_sets_none() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::of(&shop, BILAL).await;
    for (header, known) in [
        (("origin", "http://localhost:3000"), true),
        (("sec-fetch-site", "same-origin"), true),
        (CSRF, true),
        (("sec-fetch-site", "cross-site"), false),
        (("user-agent", "curl"), false),
    ] {
        let told = stream(&browser, WHO, &[header]).await.text().await.unwrap();
        assert_eq!(told.contains(BILAL), known, "{header:?} {told}");
    }
    let foreign = stream(&browser, WHO, &[("origin", "https://evil.example"), CSRF]).await;
    assert_eq!(foreign.status(), 403);

    let signed_in = stream(&browser, &sign_in(BILAL), &[WANTED]).await;
    assert!(!signed_in.headers().contains_key("set-cookie"));
    let told = signed_in.text().await.unwrap();
    assert!(!told.contains("\"accessToken\":\"\""), "{told}");
    // The refresh token of a cookie never leaves it.
    let told = stream(&browser, &refresh(), &[WANTED])
        .await
        .text()
        .await
        .unwrap();
    assert!(told.contains("BAD_USER_INPUT"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_counts_cookies_by_its_page() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let browser = Browser::of(&shop, BILAL).await;
    let line = browser.line();
    for (header, known) in [
        (("Origin", "http://localhost:3000"), true),
        (("Sec-Fetch-Site", "same-origin"), true),
        (("Sec-Fetch-Site", "cross-site"), false),
    ] {
        let shaken = shake(&shop.address, &[("Cookie", &line), header]).await;
        let mut socket = shaken.socket().await;
        socket.say(init(None)).await;
        assert!(matches!(socket.hear().await, Heard::Frame(_)));
        let payload = json!({ "query": WHO });
        socket
            .say(json!({ "id": "1", "type": "subscribe", "payload": payload }))
            .await;
        let Heard::Frame(frame) = socket.hear().await else {
            panic!("closed");
        };
        assert_eq!(
            frame["payload"]["data"]["viewer"].is_object(),
            known,
            "{header:?} {frame}"
        );
    }
    let foreign = [("Cookie", &*line), ("Origin", "https://evil.example")];
    assert_eq!(shake(&shop.address, &foreign).await.status, 403);
    // A cookie that is no longer good closes it as a token does.
    let cookie = format!("{ACCESS}=none");
    let home = [("Cookie", &*cookie), ("Origin", "http://localhost:3000")];
    let mut socket = shake(&shop.address, &home).await.socket().await;
    socket.say(init(None)).await;
    assert_eq!(socket.closed().await.0, 4403);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_on_the_way_where_a_cookie_came_along() {
    let shop = Shop::with(Contents::Demo, &[ON]).await;
    let query = "{ shop { name } }";
    let hash = {
        use sha2::{Digest, Sha256};
        let digits = Sha256::digest(query)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        json!({ "persistedQuery": { "version": 1, "sha256Hash": digits } }).to_string()
    };
    let nobody = Browser::at(&shop);
    let get = |with: &[(&str, &str)]| {
        let named = [&[("extensions", &*hash)], with].concat();
        shop.http().get(at(&shop, &named))
    };
    nobody.send(get(&[("query", query)]), &[]).await;
    let public = nobody.send(get(&[]), &[]).await;
    assert!(
        public.headers["cache-control"]
            .to_str()
            .unwrap()
            .starts_with("public")
    );
    let browser = Browser::of(&shop, BILAL).await;
    for headers in [&[][..], &[CSRF]] {
        browser.send(get(&[]), headers).await.is_kept_by_nobody();
    }
}
