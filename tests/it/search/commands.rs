//! What the commands of `lilium search` say where Meilisearch is, and with what they end.

use super::engines::{Remote, remote};
use super::street::{OPEN, PICKY, SHUT, Street, poison_one};
use crate::programs::{Folder, Said, lilium, url_of};
use crate::support::{Contents, Shop};

/// Runs one of them over the shop.
async fn said(shop: &Shop, remote: &Remote, command: &str) -> Said {
    let folder = Folder::new();
    let url = url_of(&shop.server).await;
    let mut settings = remote.settings();
    settings.push(("DATABASE_URL", &url));
    let mut program = lilium(&folder, &["search", command], &settings);
    tokio::task::spawn_blocking(move || Said::by(&mut program))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_fail_while_the_server_is_gone_or_refuses_what_is_wrong() {
    let Some(remote) = remote("the commands") else {
        return;
    };
    let (street, remote) = Street::before(remote).await;
    let shop = Shop::with(Contents::Demo, &remote.settings()).await;
    remote.fed(&shop.server).await;
    let live = format!("{}_en: ", remote.prefix());
    let status = said(&shop, &remote, "status").await.well().out;
    assert!(
        status.contains("Documents that it refused: 0.") && status.contains(&live),
        "{status}"
    );
    let whole = said(&shop, &remote, "verify").await.well().out;
    assert!(whole.contains("All is as it should be."), "{whole}");

    street.turn(SHUT);
    let gone = said(&shop, &remote, "status").await;
    assert_eq!(gone.code, Some(1), "{gone:#?}");
    assert!(gone.out.contains(&live), "{gone:#?}");

    street.turn(PICKY);
    poison_one(&shop).await;
    remote.fed(&shop.server).await;
    let refused = said(&shop, &remote, "verify").await;
    assert_eq!(refused.code, Some(1), "{refused:#?}");
    // The English document and the Arabic one.
    assert!(
        refused
            .out
            .contains("2 said something else, 0 were of products that nobody sees.")
            && refused
                .out
                .contains("mended but for 2 documents that were refused"),
        "{refused:#?}"
    );

    street.turn(OPEN);
    // The shop itself may have tried it again by then.
    said(&shop, &remote, "verify").await;
    said(&shop, &remote, "verify").await.well();
}
