//! Somebody is always left who runs the marketplace.

use super::number;
use crate::support::{Contents, Shop};
use lilium::domains::accounts::{AccountError, Role};

const ADMIN: &str = "admin@example.com";
const ADA: &str = "ada@example.com";

const RUNNING: &str = "SELECT count(*) FROM grants g JOIN users u ON u.id = g.user_id
    WHERE u.state = 'ACTIVE' AND g.role IN ('ADMIN', 'SUPER_ADMIN')";

fn refused(outcome: Result<bool, AccountError>, role: &str) {
    let said = outcome.unwrap_err().to_string();
    assert!(
        said.contains(&format!("nobody else who may sign in is {role}"))
            && said.contains("lilium user grant"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_who_runs_the_marketplace_keeps_it() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let accounts = shop.accounts();
    assert_eq!(number(&shop, RUNNING).await, 1);
    refused(accounts.revoke(ADMIN, Role::Admin, None).await, "ADMIN");
    refused(accounts.disable(ADMIN).await, "ADMIN");
    assert_eq!(number(&shop, RUNNING).await, 1);
    assert!(accounts.revoke(ADMIN, Role::Customer, None).await.unwrap());

    assert!(accounts.grant(ADA, Role::SuperAdmin, None).await.unwrap());
    refused(
        accounts.revoke(ADA, Role::SuperAdmin, None).await,
        "SUPER_ADMIN",
    );
    refused(accounts.disable(ADA).await, "SUPER_ADMIN");
    assert_eq!(number(&shop, RUNNING).await, 2);
    assert!(accounts.revoke(ADMIN, Role::Admin, None).await.unwrap());
    assert!(accounts.disable(ADMIN).await.unwrap());
    // One whose account is closed does not count.
    assert!(accounts.grant(ADMIN, Role::SuperAdmin, None).await.unwrap());
    refused(accounts.disable(ADA).await, "SUPER_ADMIN");
    assert!(accounts.enable(ADMIN).await.unwrap());
    assert!(accounts.disable(ADA).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_stays() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let accounts = shop.accounts();
    for _ in 0..5 {
        accounts.enable(ADMIN).await.unwrap();
        accounts.enable(ADA).await.unwrap();
        accounts.grant(ADMIN, Role::Admin, None).await.unwrap();
        accounts.grant(ADA, Role::Admin, None).await.unwrap();
        let (one, other) = tokio::join!(
            accounts.disable(ADMIN),
            accounts.revoke(ADA, Role::Admin, None)
        );
        assert_eq!(
            usize::from(one.is_ok()) + usize::from(other.is_ok()),
            1,
            "{one:?} {other:?}"
        );
        assert_eq!(number(&shop, RUNNING).await, 1);
    }
}
