//! Tokens in cookies, for storefronts in a browser that want them where no script reads them.
//!
//! A browser sends cookies along with whatever any page has it ask. So a cookie counts only where the page is known: by a header
//! that no foreign page may send without being asked first (it would need this server's leave, which CORS gives to pages at home
//! alone), and for what stays open by where the browser says that the page comes from. A header `Authorization` goes before it.

use crate::domains::accounts::Tokens;
use crate::domains::accounts::graphql::Kept;
use crate::platform::clock;
use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Utc};

/// The access token. The prefix has browsers take it from this host alone, over TLS.
const ACCESS: &str = "__Host-lilium-access";

/// The refresh token.
const REFRESH: &str = "__Host-lilium-refresh";

/// Says `cookie` where tokens are wanted in cookies.
const SESSION: &str = "x-lilium-session";

/// Headers that another site's page cannot send without asking first.
const PREFLIGHTED: [&str; 3] = [SESSION, "x-lilium-csrf", "apollo-require-preflight"];

/// What a request has to do with cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cookies {
    /// Who asks is said by a cookie.
    pub shown: bool,
    /// Tokens that are given out are put in cookies, and those there are looked for.
    pub kept: bool,
}

impl Cookies {
    /// Looks at a request with one answer.
    pub(super) fn of_request(headers: &mut HeaderMap) -> Self {
        let known = PREFLIGHTED.iter().any(|name| headers.contains_key(*name));
        let shown = known && show(headers);
        let wanted = headers.get(SESSION).is_some_and(|it| it == "cookie");
        Self {
            shown,
            kept: shown || wanted,
        }
    }

    /// Looks at a request that stays open, of a page that is at home here if it says where it is from. It cannot set cookies.
    pub(super) fn of_stream(headers: &mut HeaderMap) -> Self {
        let site = headers.get("sec-fetch-site");
        let known = PREFLIGHTED.iter().any(|name| headers.contains_key(*name))
            || headers.contains_key(ORIGIN)
            || site.is_some_and(|site| site == "same-origin");
        Self {
            shown: known && show(headers),
            kept: false,
        }
    }
}

/// Has the access token stand where it stands otherwise, unless something stands there. Whether there was one; of a session of which
/// only the refresh token is left, one that is not good is: its page is told to refresh, and not answered as nobody.
fn show(headers: &mut HeaderMap) -> bool {
    if headers.contains_key(AUTHORIZATION) {
        return false;
    }
    let token = match (cookie(headers, ACCESS), cookie(headers, REFRESH)) {
        (Some(token), _) => token,
        (None, Some(_)) => "none",
        (None, None) => return false,
    };
    // What cannot stand in a header is no token.
    let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
    let mut bearer = bearer.unwrap_or(HeaderValue::from_static("Bearer none"));
    bearer.set_sensitive(true);
    headers.insert(AUTHORIZATION, bearer);
    true
}

/// The refresh token that came along.
pub(super) fn refresh(headers: &HeaderMap) -> Option<String> {
    cookie(headers, REFRESH).map(str::to_owned)
}

/// A cookie that is not empty. Of two of one name none is believed: no browser keeps two of these.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    // By bytes: what others keep on this host may be in any writing, and is no reason to be nobody.
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let mut values = pairs
        .filter_map(|pair| str::from_utf8(pair.trim_ascii()).ok()?.split_once('='))
        .filter(|(its, value)| *its == name && !value.is_empty())
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => Some("two"),
        (value, _) => value,
    }
}

/// Tells the browser what to keep from now on.
pub(super) fn write(kept: Kept, headers: &mut HeaderMap) {
    let cookies = match kept {
        Kept::AsItWas => return,
        Kept::Tokens(tokens) => both(&tokens, clock::now()),
        Kept::Nothing => [set(ACCESS, "", 0), set(REFRESH, "", 0)],
    };
    for cookie in cookies.into_iter().flatten() {
        headers.append(SET_COOKIE, cookie);
    }
}

fn both(tokens: &Tokens, now: DateTime<Utc>) -> [Option<HeaderValue>; 2] {
    let seconds = |until: DateTime<Utc>| (until - now).num_seconds().max(0);
    [
        set(ACCESS, &tokens.access, seconds(tokens.access_expires_at)),
        set(REFRESH, &tokens.refresh, seconds(tokens.refresh_expires_at)),
    ]
}

fn set(name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let text = format!("{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    const BOTH: (&str, &str) = (
        "cookie",
        "a=b; __Host-lilium-access=A;__Host-lilium-refresh=R",
    );

    /// What an answer's request shows, and what stands as its token then.
    fn asked(pairs: &[(&'static str, &'static str)]) -> (Cookies, String) {
        let mut headers = headers(pairs);
        let cookies = Cookies::of_request(&mut headers);
        (cookies, authorization(&headers))
    }

    fn authorization(headers: &HeaderMap) -> String {
        let value = headers.get(AUTHORIZATION);
        value.map_or_else(String::new, |it| it.to_str().unwrap().to_owned())
    }

    const SHOWN: Cookies = Cookies {
        shown: true,
        kept: true,
    };

    #[test]
    fn a_cookie_counts_with_a_header_that_no_foreign_page_sends() {
        for header in [
            ("x-lilium-csrf", "1"),
            ("apollo-require-preflight", "true"),
            ("x-lilium-session", "cookie"),
            ("x-lilium-session", ""),
        ] {
            assert_eq!(asked(&[BOTH, header]), (SHOWN, "Bearer A".to_owned()));
        }
        let nobody = (Cookies::default(), String::new());
        for foreign in [
            &[BOTH][..],
            &[BOTH, ("origin", "https://shop.example")],
            &[BOTH, ("sec-fetch-site", "same-origin")],
            &[BOTH, ("content-type", "application/json")],
            &[("x-lilium-csrf", "1")],
            &[("x-lilium-csrf", "1"), ("cookie", "__Host-lilium-access=")],
            &[
                ("x-lilium-csrf", "1"),
                ("cookie", "lilium-access=A; x__Host-lilium-access=A"),
            ],
        ] {
            assert_eq!(asked(foreign), nobody, "{foreign:?}");
        }
    }

    #[test]
    fn a_header_goes_before_a_cookie() {
        let own = ("authorization", "Bearer own");
        let (cookies, token) = asked(&[BOTH, own, ("x-lilium-csrf", "1")]);
        assert_eq!((cookies, &*token), (Cookies::default(), "Bearer own"));
    }

    #[test]
    fn of_a_session_without_access_token_and_of_two_no_token_is_good() {
        for cookies in [
            "__Host-lilium-refresh=R",
            "__Host-lilium-access=A; __Host-lilium-access=B",
        ] {
            let (shown, token) = asked(&[("cookie", cookies), ("x-lilium-csrf", "1")]);
            assert_eq!(shown, SHOWN);
            assert!(
                !token.contains('A') && token.starts_with("Bearer "),
                "{token}"
            );
        }
    }

    #[test]
    fn what_others_keep_in_cookies_hides_nothing() {
        let mut headers = headers(&[("x-lilium-csrf", "1")]);
        let odd = "n=Jos\u{e9}; \u{a0}__Host-lilium-access=X; __Host-lilium-access=A";
        let latin = b"n=Jos\xe9; __Host-lilium-refresh=R";
        headers.append(COOKIE, HeaderValue::from_bytes(odd.as_bytes()).unwrap());
        headers.append(COOKIE, HeaderValue::from_bytes(latin).unwrap());
        assert_eq!(Cookies::of_request(&mut headers), SHOWN);
        assert_eq!(authorization(&headers), "Bearer A");
        assert_eq!(refresh(&headers).as_deref(), Some("R"));
    }

    #[test]
    fn of_what_stays_open_a_page_counts_by_where_it_is_from() {
        for (page, counts) in [
            (("origin", "https://shop.example"), true),
            (("sec-fetch-site", "same-origin"), true),
            (("sec-fetch-site", "same-site"), false),
            (("sec-fetch-site", "cross-site"), false),
            (("sec-fetch-site", "none"), false),
            (("x-lilium-csrf", "1"), true),
            (("accept", "text/event-stream"), false),
        ] {
            let mut headers = headers(&[BOTH, page]);
            let cookies = Cookies::of_stream(&mut headers);
            assert_eq!((cookies.shown, cookies.kept), (counts, false), "{page:?}");
            assert_eq!(authorization(&headers) == "Bearer A", counts);
        }
    }
}
