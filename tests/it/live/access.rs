//! Who may see something is asked while it is told: whoever may not any more is told so within two seconds, on every instance.

use super::client::Heard;
use super::orders::Sale;
use super::{PASSWORD, Sent, Socket, Stream, Watch, another};
use crate::buying::{cash, line};
use crate::programs::{Folder, lilium, url_of};
use crate::support::{Shop, TOKEN_KEYS, whole};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use lilium::domains::accounts::Role;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How soon it must have come through.
const SOON: Duration = Duration::from_secs(2);

const SIGN_OUT: &str = "mutation { done: accountSignOut { userErrors { code } } }";
const EVERYWHERE: &str = "mutation { done: accountSignOutEverywhere { userErrors { code } } }";
const CHANGE: &str = "mutation($current: String!, $new: String!) { done: accountPasswordChange(currentPassword: $current, newPassword: $new) {
    userErrors { code } } }";

/// Somebody who watches a desk at each of two programs over one database, by a socket and a stream, and a customer who watches an order.
struct Office {
    sale: Sale,
    other: Shop,
    watch: Watch,
    /// Tokens of two sessions of the clerk's.
    tokens: [String; 2],
}

/// Sockets and streams, of which it is known whether they shall end.
struct Open {
    sockets: Vec<Socket>,
    streams: Vec<Stream>,
}

impl Office {
    async fn open() -> Self {
        let sale = Sale::open().await;
        let other = another(&sale.shop).await;
        let clerk = sale.some[0].clerk();
        let tokens = [
            sale.shop.sign_in(&clerk, PASSWORD).await,
            sale.shop.sign_in(&clerk, PASSWORD).await,
        ];
        Self {
            watch: Watch::vendor(&sale.some[0].vendor_gid()),
            sale,
            other,
            tokens,
        }
    }

    /// At both programs: a socket that watches, one that does nothing at all, and a stream.
    async fn sit(&self, token: &str) -> Open {
        self.sit_before(token, &self.watch).await
    }

    async fn sit_before(&self, token: &str, watch: &Watch) -> Open {
        let mut open = Open {
            sockets: Vec::new(),
            streams: Vec::new(),
        };
        for shop in [&self.sale.shop, &self.other] {
            let mut socket = Socket::join(&shop.address, Some(token)).await;
            socket.watch("d", watch, None).await;
            assert_eq!(socket.told("d").await.kind, "STARTED");
            open.sockets.push(socket);
            open.sockets
                .push(Socket::join(&shop.address, Some(token)).await);
            let mut stream = Stream::watch(&shop.address, Some(token), watch, None).await;
            assert_eq!(stream.told().await.kind, "STARTED");
            open.streams.push(stream);
        }
        open
    }

    async fn does(&self, token: &str, query: &str, variables: Value) {
        let answer = self.sale.shop.ask_as(token, query, variables).await;
        assert_eq!(
            answer.body["data"]["done"]["userErrors"],
            json!([]),
            "{:#}",
            answer.body
        );
    }

    /// The owner of the same vendor, the clerk of the other, and nobody, who must not notice anything.
    async fn others(&self) -> Vec<Open> {
        let some = &self.sale.some;
        let owner = self.sale.shop.sign_in(&some[0].owner(), PASSWORD).await;
        let clerk = self.sale.shop.sign_in(&some[1].clerk(), PASSWORD).await;
        let theirs = Watch::vendor(&some[1].vendor_gid());
        vec![
            self.sit(&owner).await,
            self.sit_before(&clerk, &theirs).await,
        ]
    }
}

impl Open {
    /// All of it ends within two seconds.
    async fn ends(self, what: &str) {
        let begin = Instant::now();
        let sockets = self.sockets.into_iter().map(async |mut socket| {
            let heard = socket.hear_within(SOON).await;
            match heard {
                Some(Heard::Closed(4403, reason)) => assert!(!reason.is_empty()),
                other => panic!("{what}: {other:?}"),
            }
        });
        let streams = self.streams.into_iter().map(async |mut stream| {
            match stream.sent_within(SOON).await {
                Some(Sent::Next(_, payload)) => assert_eq!(
                    payload["errors"][0]["extensions"]["code"], "UNAUTHENTICATED",
                    "{what}: {payload:#}"
                ),
                other => panic!("{what}: {other:?}"),
            }
            assert_eq!(
                stream.sent_within(SOON).await,
                Some(Sent::Complete),
                "{what}"
            );
        });
        tokio::join!(join_all(sockets), join_all(streams));
        println!("{what}: {:?}", begin.elapsed());
    }

    /// All of it is there.
    async fn is_well(&mut self, what: &str) {
        for socket in &mut self.sockets {
            socket.is_well().await;
        }
        for stream in &mut self.streams {
            let sent = stream.sent_within(Duration::from_millis(50)).await;
            assert_eq!(sent, None, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_sees_no_more_and_another_session_goes_on() {
    let office = Office::open().await;
    let mut others = office.others().await;
    let ending = office.sit(&office.tokens[0]).await;
    let mut staying = office.sit(&office.tokens[1]).await;
    office.does(&office.tokens[0], SIGN_OUT, json!({})).await;
    ending.ends("signed out").await;
    staying.is_well("another session").await;
    for each in &mut others {
        each.is_well("others").await;
    }
    office.does(&office.tokens[1], EVERYWHERE, json!({})).await;
    staying.ends("signed out everywhere").await;
    for each in &mut others {
        each.is_well("others").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_what_was_begun_with_the_old_one() {
    let office = Office::open().await;
    let mut others = office.others().await;
    let [one, two] = &office.tokens;
    let both = [office.sit(one).await, office.sit(two).await];
    let passwords = json!({ "current": PASSWORD, "new": "quite another one" });
    office.does(one, CHANGE, passwords).await;
    for each in both {
        each.ends("password changed").await;
    }
    for each in &mut others {
        each.is_well("others").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_sees_no_more() {
    let office = Office::open().await;
    let mut others = office.others().await;
    let clerk = office.sale.some[0].clerk();
    let open = office.sit(&office.tokens[0]).await;
    let accounts = office.sale.shop.accounts();
    assert!(accounts.disable(&clerk).await.unwrap());
    open.ends("disabled").await;
    // Nobody comes in with that token either.
    let mut socket = Socket::open(&office.other.address).await;
    socket
        .say(super::client::init(Some(&office.tokens[0])))
        .await;
    assert_eq!(socket.closed().await.0, 4403);
    for each in &mut others {
        each.is_well("others").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_from_the_terminal_sees_no_more() {
    let office = Office::open().await;
    let mut others = office.others().await;
    let open = office.sit(&office.tokens[0]).await;
    let clerk = office.sale.some[0].clerk();
    let folder = Folder::new();
    let url = url_of(&office.sale.shop.server).await;
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
    ];
    let mut command = lilium(&folder, &["user", "disable", &clerk], &settings);
    let said = tokio::task::spawn_blocking(move || command.output());
    assert!(said.await.unwrap().unwrap().status.success());
    open.ends("disabled from the terminal").await;
    for each in &mut others {
        each.is_well("others").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_or_given_is_asked_for_anew() {
    let office = Office::open().await;
    let mut others = office.others().await;
    let [one, two] = &office.sale.some[..] else {
        panic!("two vendors");
    };
    let accounts = office.sale.shop.accounts();
    let open = office.sit(&office.tokens[0]).await;
    let given = accounts
        .grant(&one.clerk(), Role::VendorStaff, Some(&two.handle))
        .await;
    assert!(given.unwrap());
    open.ends("a role was given").await;
    // The same token sees both desks now.
    let open = office.sit(&office.tokens[0]).await;
    let second = Watch::vendor(&two.vendor_gid());
    let more = office.sit_before(&office.tokens[0], &second).await;
    let taken = accounts
        .revoke(&one.clerk(), Role::VendorStaff, Some(&two.handle))
        .await;
    assert!(taken.unwrap());
    open.ends("a role was taken").await;
    more.ends("a role was taken").await;
    let mut socket = Socket::join(&office.other.address, Some(&office.tokens[0])).await;
    socket.watch("d", &second, None).await;
    assert_eq!(socket.refused("d").await.0, "NOT_FOUND");
    socket.watch("d", &office.watch, None).await;
    assert_eq!(socket.told("d").await.kind, "STARTED");
    for each in &mut others {
        each.is_well("others").await;
    }
}

/// Whoever writes past the program is heeded at the next event.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_told_to_nobody_who_may_not_see_it_at_that_moment() {
    let office = Office::open().await;
    let mut owner = {
        let email = office.sale.some[0].owner();
        let token = office.sale.shop.sign_in(&email, PASSWORD).await;
        office.sit(&token).await
    };
    let mut clerk = office.sit(&office.tokens[0]).await;
    let take = "DELETE FROM grants g USING users u WHERE u.id = g.user_id AND u.email = $1 AND g.vendor_id IS NOT NULL";
    let email = office.sale.some[0].clerk();
    let taken = office.sale.sql.execute(take, &[&email]).await;
    assert_eq!(taken.unwrap(), 1);
    let cart = office
        .sale
        .guest
        .cart(&[line(&office.sale.some[0], 1)])
        .await;
    office.sale.guest.buy(cash(&cart)).await;
    for at in [0, 2] {
        assert_eq!(owner.sockets[at].told("d").await.kind, "PLACED");
        // Closed, or told that it is nothing to them: never the order.
        match clerk.sockets[at].hear().await {
            Heard::Frame(frame) => assert_eq!(frame["type"], "error", "{frame:#}"),
            Heard::Closed(code, _) => assert_eq!(code, 4403),
            Heard::Gone => panic!("gone"),
        }
    }
    for stream in &mut clerk.streams {
        let Sent::Next(_, payload) = stream.sent().await else {
            panic!("no word");
        };
        assert!(
            payload["errors"][0].is_object() && payload["data"]["happened"].is_null(),
            "{payload:#}"
        );
        assert_eq!(stream.sent().await, Sent::Complete);
    }
    for stream in &mut owner.streams {
        assert_eq!(stream.told().await.kind, "PLACED");
    }
    whole(&office.sale.shop).await;
}

/// The same token, good for so many seconds from now on.
fn shortened(token: &str, seconds: i64) -> String {
    let part = token.split('.').nth(1).unwrap();
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    claims["exp"] = json!(chrono::Utc::now().timestamp() + seconds);
    let header = Header {
        kid: Some("tests".to_owned()),
        typ: Some("at+jwt".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let secret = TOKEN_KEYS.split_once(':').unwrap().1;
    let secret = URL_SAFE_NO_PAD.decode(secret).unwrap();
    encode(&header, &claims, &EncodingKey::from_secret(&secret)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_closes_with_a_sentence_and_a_new_one_goes_on() {
    let office = Office::open().await;
    let mut others = office.others().await;
    let mut staying = office.sit(&office.tokens[0]).await;
    let short = shortened(&office.tokens[0], 3);
    let mut open = office.sit(&short).await;
    let begin = Instant::now();
    for socket in &mut open.sockets {
        let (code, reason) = socket.closed().await;
        assert_eq!(code, 4403);
        assert!(reason.contains("expired"), "{reason}");
    }
    assert!(
        begin.elapsed() < Duration::from_secs(6),
        "{:?}",
        begin.elapsed()
    );
    open.sockets.clear();
    open.ends("expired").await;
    // An expired one begins nothing.
    let mut late = Socket::open(&office.other.address).await;
    late.say(super::client::init(Some(&short))).await;
    let (code, reason) = late.closed().await;
    assert_eq!(code, 4403, "{reason}");
    staying.is_well("the token that was not shortened").await;
    for each in &mut others {
        each.is_well("others").await;
    }
}
