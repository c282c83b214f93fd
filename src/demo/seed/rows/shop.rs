//! The shop itself and what it promises.

use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::demo::content::{Policy, Shop};
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::OPENING;
use crate::demo::seed::identity::Name;
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::{ARABIC, ENGLISH};

/// Writes the shop and its policies.
///
/// # Errors
/// [`SeedError::Database`].
pub(in crate::demo::seed) async fn shop(
    tx: &Transaction<'_>,
    shop: &Shop,
    logo: Option<Uuid>,
) -> Result<(), SeedError> {
    itself(tx, shop, logo).await?;
    translation(tx, shop).await?;
    policies(tx, shop).await?;
    policy_translations(tx, shop).await?;
    Ok(())
}

async fn itself(tx: &Transaction<'_>, shop: &Shop, logo: Option<Uuid>) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "name",
        "description",
        "slogan",
        "base_language",
        "logo_file_id",
        "created_at",
        "updated_at",
        "singleton",
        "version",
    ];
    let mut sheet = Sheet::open(tx, "shop", &columns).await?;
    let (name, description, slogan) = (&shop.name.en, &shop.description.en, &shop.slogan.en);
    let id = Name::of("shop").id(OPENING);
    sheet
        .row(&[
            &id,
            name,
            description,
            slogan,
            &ENGLISH,
            &logo,
            &OPENING,
            &OPENING,
            &true,
            &1_i32,
        ])
        .await?;
    sheet.close().await
}

async fn translation(tx: &Transaction<'_>, shop: &Shop) -> Result<u64, SeedError> {
    let columns = ["language", "name", "description", "slogan"];
    let mut sheet = Sheet::open(tx, "shop_translations", &columns).await?;
    sheet
        .row(&[
            &ARABIC,
            &shop.name.ar,
            &shop.description.ar,
            &shop.slogan.ar,
        ])
        .await?;
    sheet.close().await
}

/// The policies with their kind and handle.
fn kinds(shop: &Shop) -> [(&'static str, &'static str, &Policy); 4] {
    [
        ("PRIVACY", "privacy-policy", &shop.policies.privacy),
        ("REFUND", "refund-policy", &shop.policies.refund),
        ("SHIPPING", "shipping-policy", &shop.policies.shipping),
        ("TERMS", "terms-of-service", &shop.policies.terms),
    ]
}

fn policy_id(kind: &str) -> Uuid {
    Name::of("shop_policies").and(kind).id(OPENING)
}

async fn policies(tx: &Transaction<'_>, shop: &Shop) -> Result<u64, SeedError> {
    let columns = ["id", "kind", "handle", "title", "body_html", "updated_at"];
    let mut sheet = Sheet::open(tx, "shop_policies", &columns).await?;
    for (kind, handle, policy) in kinds(shop) {
        let (title, body) = (&policy.title.en, &policy.body.en);
        sheet
            .row(&[&policy_id(kind), &kind, &handle, title, body, &OPENING])
            .await?;
    }
    sheet.close().await
}

async fn policy_translations(tx: &Transaction<'_>, shop: &Shop) -> Result<u64, SeedError> {
    let columns = ["policy_id", "language", "title", "body_html"];
    let mut sheet = Sheet::open(tx, "shop_policy_translations", &columns).await?;
    for (kind, _, policy) in kinds(shop) {
        sheet
            .row(&[&policy_id(kind), &ARABIC, &policy.title.ar, &policy.body.ar])
            .await?;
    }
    sheet.close().await
}
