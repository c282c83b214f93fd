//! A session from its beginning to its end.

use super::{
    CHANGE, PASSWORD, SIGN_UP, VIEWER, code, number, refresh, session, sign_in, sign_up, who, wrong,
};
use crate::support::{Contents, Shop};
use futures_util::future::join_all;
use serde_json::{Value, json};

const ADA: &str = "ada.lovelace@example.com";

async fn open() -> Shop {
    Shop::with(Contents::Demo, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_is_signed_in_and_a_customer() {
    let shop = open().await;
    let input = json!({ "email": format!(" {ADA} "), "password": PASSWORD, "firstName": " Ada ", "lastName": "Lovelace" });
    let data = shop.data(SIGN_UP, json!({ "input": input })).await;
    let payload = &data["accountSignUp"];
    assert_eq!(payload["viewer"]["email"], ADA);
    let access = session(payload).access;

    let viewer = shop.ask_as(&access, VIEWER, json!({})).await;
    assert_eq!((viewer.status, viewer.statements), (200, 2));
    let viewer = &viewer.body["data"]["viewer"];
    assert!(
        viewer["id"]
            .as_str()
            .unwrap()
            .starts_with("gid://lilium/User/")
    );
    assert_eq!(viewer["displayName"], "Ada Lovelace");
    assert_eq!(
        (&viewer["emailVerified"], &viewer["phone"]),
        (&json!(false), &Value::Null)
    );
    let customer =
        json!([{ "role": "CUSTOMER", "vendor": null, "vendorId": null, "permissions": [] }]);
    assert_eq!(
        (&viewer["grants"], &viewer["permissions"]),
        (&customer, &json!([]))
    );
    let of_user = format!(
        "SELECT count(*) FROM users u JOIN customers c ON c.user_id = u.id WHERE u.email = '{ADA}'"
    );
    assert_eq!(number(&shop, &of_user).await, 1);

    // Nobody is nobody.
    assert_eq!(
        shop.data("{ viewer { id } }", json!({})).await,
        json!({ "viewer": null })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_up_signs_in_however_the_address_is_written() {
    let shop = open().await;
    sign_up(&shop, ADA).await;
    for email in [ADA, "ADA.Lovelace@Example.com", &format!("  {ADA}\t")] {
        let payload = sign_in(&shop, email, PASSWORD).await;
        assert_eq!(payload["viewer"]["email"], ADA);
        assert_eq!(
            who(&shop, &session(&payload).access).await.as_deref(),
            Some(ADA)
        );
    }
    assert_eq!(number(&shop, "SELECT count(*) FROM sessions s JOIN users u ON u.id = user_id WHERE email LIKE 'ada.l%'").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_good_once_and_the_second_time_ends_the_session() {
    let shop = open().await;
    let (first, other) = (
        sign_up(&shop, ADA).await,
        session(&sign_in(&shop, ADA, PASSWORD).await),
    );
    let second = session(&refresh(&shop, &first.refresh).await);
    assert_ne!(second.refresh, first.refresh);
    assert!(who(&shop, &second.access).await.is_some());

    let over = wrong(&refresh(&shop, &first.refresh).await);
    assert_eq!(over, ("TOKEN_INVALID".to_owned(), json!(["refreshToken"])));
    // Whoever has the successor has nothing, either; another device does not notice.
    assert_eq!(
        wrong(&refresh(&shop, &second.refresh).await).0,
        "TOKEN_INVALID"
    );
    assert_eq!(
        (
            who(&shop, &first.access).await,
            who(&shop, &second.access).await
        ),
        (None, None)
    );
    assert!(who(&shop, &other.access).await.is_some());
    assert_eq!(
        number(
            &shop,
            "SELECT count(*) FROM sessions WHERE end_reason = 'TOKEN_REUSED'"
        )
        .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twenty_that_use_a_token_at_once_one_gets_new_ones_and_the_session_ends() {
    let shop = open().await;
    let first = sign_up(&shop, ADA).await;
    let outcomes = join_all((0..20).map(|_| refresh(&shop, &first.refresh))).await;
    let won: Vec<_> = outcomes
        .iter()
        .filter(|payload| payload["userErrors"] == json!([]))
        .collect();
    assert!(won.len() <= 1, "{outcomes:#?}");
    assert_eq!(
        number(
            &shop,
            "SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL"
        )
        .await,
        1
    );
    assert_eq!(
        number(&shop, "SELECT count(*) FROM refresh_tokens").await,
        2
    );
    assert_eq!(
        number(
            &shop,
            "SELECT count(*) FROM sessions WHERE end_reason = 'TOKEN_REUSED'"
        )
        .await,
        1
    );
    assert_eq!(who(&shop, &first.access).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_refresh_token_is_refused_and_changes_nothing() {
    let shop = open().await;
    let first = sign_up(&shop, ADA).await;
    for token in [
        "",
        "x",
        &first.access,
        &"A".repeat(43),
        &format!("{}=", first.refresh),
        &"A".repeat(20_000),
    ] {
        assert_eq!(wrong(&refresh(&shop, token).await).0, "TOKEN_INVALID");
    }
    session(&refresh(&shop, &first.refresh).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_thirty_days_after_its_last_refresh_and_half_a_year_at_most() {
    let shop = open().await;
    let first = sign_up(&shop, ADA).await;
    let age = |days: i32| {
        format!("UPDATE sessions SET created_at = now() - make_interval(days => {days})")
    };
    let left = "SELECT round(extract(epoch FROM expires_at - now()) / 86400)::bigint FROM sessions";
    assert_eq!(number(&shop, left).await, 30);

    shop.sql().await.batch_execute(&age(170)).await.unwrap();
    let second = session(&refresh(&shop, &first.refresh).await);
    assert_eq!(number(&shop, left).await, 10);

    shop.sql()
        .await
        .batch_execute("UPDATE sessions SET expires_at = now() - interval '1 second'")
        .await
        .unwrap();
    assert_eq!(who(&shop, &second.access).await, None);
    assert_eq!(
        wrong(&refresh(&shop, &second.refresh).await).0,
        "TOKEN_INVALID"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_counts_with_the_next_request() {
    let shop = open().await;
    let (one, two) = (
        sign_up(&shop, ADA).await,
        session(&sign_in(&shop, ADA, PASSWORD).await),
    );
    let sign_out = "mutation { accountSignOut { userErrors { code } } }";
    let answer = shop.ask_as(&one.access, sign_out, json!({})).await;
    assert_eq!(
        answer.body["data"],
        json!({ "accountSignOut": { "userErrors": [] } })
    );
    assert_eq!(who(&shop, &one.access).await, None);
    assert_eq!(
        wrong(&refresh(&shop, &one.refresh).await).0,
        "TOKEN_INVALID"
    );
    assert!(who(&shop, &two.access).await.is_some());

    let three = session(&sign_in(&shop, ADA, PASSWORD).await);
    let everywhere = "mutation { accountSignOutEverywhere { userErrors { code } } }";
    shop.ask_as(&three.access, everywhere, json!({})).await;
    assert_eq!(
        (
            who(&shop, &two.access).await,
            who(&shop, &three.access).await
        ),
        (None, None)
    );
    assert_eq!(
        number(
            &shop,
            "SELECT count(*) FROM sessions WHERE end_reason = 'SIGNED_OUT_EVERYWHERE'"
        )
        .await,
        2
    );
    assert_eq!(
        number(
            &shop,
            "SELECT count(*) FROM sessions WHERE end_reason = 'SIGNED_OUT'"
        )
        .await,
        1
    );

    for mutation in [sign_out, everywhere] {
        assert_eq!(shop.refusal(mutation, json!({})).await.0, "UNAUTHENTICATED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_ends_every_session_but_the_new_one() {
    let shop = open().await;
    let (one, two) = (
        sign_up(&shop, ADA).await,
        session(&sign_in(&shop, ADA, PASSWORD).await),
    );
    let change = async |current: &str, new: &str| {
        let answer = shop
            .ask_as(
                &one.access,
                CHANGE,
                json!({ "current": current, "new": new }),
            )
            .await;
        answer.body["data"]["accountPasswordChange"].clone()
    };
    let refused = wrong(&change("not my password", "a better password").await);
    assert_eq!(
        refused,
        (
            "UNIDENTIFIED_CUSTOMER".to_owned(),
            json!(["currentPassword"])
        )
    );
    let huge = "a".repeat(20_000);
    for new in ["short", "        ", &ADA.to_uppercase(), &huge] {
        let refused = wrong(&change(PASSWORD, new).await);
        assert_eq!(
            refused,
            ("PASSWORD_UNFIT".to_owned(), json!(["newPassword"]))
        );
    }
    assert_eq!(
        wrong(&change(&huge, "a better password").await).0,
        "UNIDENTIFIED_CUSTOMER"
    );
    assert!(who(&shop, &two.access).await.is_some());

    let three = session(&change(PASSWORD, "a better password").await);
    assert_eq!(
        (who(&shop, &one.access).await, who(&shop, &two.access).await),
        (None, None)
    );
    assert!(who(&shop, &three.access).await.is_some());
    session(&refresh(&shop, &three.refresh).await);
    assert_eq!(
        wrong(&sign_in(&shop, ADA, PASSWORD).await).0,
        "UNIDENTIFIED_CUSTOMER"
    );
    session(&sign_in(&shop, ADA, "a better password").await);
    let nobody = shop
        .refusal(
            CHANGE,
            json!({ "current": PASSWORD, "new": "a better password" }),
        )
        .await;
    assert_eq!(nobody.0, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_disabled_is_nobody_at_once() {
    let shop = open().await;
    let one = sign_up(&shop, ADA).await;
    let sql = shop.sql().await;
    sql.batch_execute("UPDATE users SET state = 'DISABLED' WHERE email LIKE 'ada.l%'")
        .await
        .unwrap();
    assert_eq!(who(&shop, &one.access).await, None);
    assert_eq!(
        wrong(&refresh(&shop, &one.refresh).await).0,
        "TOKEN_INVALID"
    );
    // Only who knows the password is told.
    assert_eq!(
        wrong(&sign_in(&shop, ADA, PASSWORD).await).0,
        "CUSTOMER_DISABLED"
    );
    assert_eq!(
        wrong(&sign_in(&shop, ADA, "not my password").await).0,
        "UNIDENTIFIED_CUSTOMER"
    );
    sql.batch_execute("UPDATE users SET state = 'ACTIVE'")
        .await
        .unwrap();
    session(&refresh(&shop, &one.refresh).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_was_taken_away_is_gone_with_the_next_request() {
    let shop = open().await;
    let one = sign_up(&shop, ADA).await;
    let sql = shop.sql().await;
    let grant = "INSERT INTO grants (id, user_id, role, granted_at) SELECT gen_random_uuid(), id, 'ADMIN', now() FROM users WHERE email LIKE 'ada.l%'";
    sql.batch_execute(grant).await.unwrap();
    let ask = async || {
        shop.ask_as(&one.access, VIEWER, json!({})).await.body["data"]["viewer"]["permissions"]
            .clone()
    };
    let all = json!([
        "VENDOR_ORDERS_READ",
        "VENDOR_ORDERS_WORK",
        "ORDERS_READ",
        "ORDERS_CANCEL",
        "SEARCH_TUNE",
        "SEARCH_ANALYTICS_READ",
        "CACHE_FOLLOW"
    ]);
    assert_eq!(ask().await, all);
    sql.batch_execute("DELETE FROM grants WHERE role = 'ADMIN'")
        .await
        .unwrap();
    assert_eq!(ask().await, json!([]));
    let answer = shop.ask_as(&one.access, VIEWER, json!({})).await;
    assert_eq!(code(&answer), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_changed_while_somebody_signs_in_by_it_begins_no_session() {
    let shop = open().await;
    for change in [
        "UPDATE credentials SET password_hash = 'another'",
        "UPDATE users SET state = 'DISABLED'",
    ] {
        let email = format!("dora{}@example.com", change.len());
        sign_up(&shop, &email).await;
        let mut other = shop.sql().await;
        let changing = other.transaction().await.unwrap();
        changing.batch_execute(change).await.unwrap();
        // The password is found to be right, and then the change is waited for.
        let (payload, ()) = tokio::join!(sign_in(&shop, &email, PASSWORD), async {
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            changing.commit().await.unwrap();
        });
        assert_eq!(wrong(&payload).0, "UNIDENTIFIED_CUSTOMER", "{change}");
        let sessions = format!(
            "SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE email = '{email}'"
        );
        assert_eq!(number(&shop, &sessions).await, 1, "{change}");
    }
}
