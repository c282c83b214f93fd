//! A stranger's id is answered as an id of nothing, in every place of the schema that takes one, and changes nothing.

pub mod asking;
pub mod cast;
mod desks;
pub mod entries;
mod hidden;
pub mod ids;
mod kept;
mod lines;

use asking::try_all;
use entries::Served;
use lines::{CARTS, DESK, LIVE, Line, NODES, ORDERS, PUBLIC, PUBLIC_NODES, Takes};
use std::collections::BTreeSet;

fn lines() -> impl Iterator<Item = &'static Line> {
    [PUBLIC, CARTS, ORDERS, DESK, LIVE].into_iter().flatten()
}

#[tokio::test]
async fn every_place_that_takes_an_id_has_a_line() {
    let entries = Served::read().await.entries();
    let known: BTreeSet<String> = lines().map(|line| line.entry.to_owned()).collect();
    assert_eq!(known.len(), lines().count(), "a line stands there twice");
    let new: Vec<_> = entries.difference(&known).collect();
    assert!(
        new.is_empty(),
        "{new:#?} take an id: write a line for each in tests/it/strangers/lines.rs. When the id is of something that everybody may \
         see, `public` with the reason; else `private`, with the document that asks for it and whom it opens"
    );
    let gone: Vec<_> = known.difference(&entries).collect();
    assert!(
        gone.is_empty(),
        "{gone:#?} are not in the schema: take their lines out of tests/it/strangers/lines.rs"
    );
    for line in lines() {
        if let Takes::Public(why) = line.takes {
            assert!(why.len() > 10, "{}: say why it is public", line.entry);
        }
    }
}

#[tokio::test]
async fn every_node_is_public_or_tried() {
    for kind in Served::read().await.implementing("Node") {
        assert!(
            PUBLIC_NODES.contains(&kind.as_str()) != NODES.contains(&kind.as_str()),
            "{kind} can be asked for by `node`: name it in tests/it/strangers/lines.rs, in PUBLIC_NODES when everybody may see it, else in NODES"
        );
    }
}

/// Tries these lines with every id of somebody else.
async fn nothing_is_told_or_changed(lines: &[Line], least: usize) {
    let found = try_all(lines).await;
    assert!(
        found.faults.is_empty(),
        "{} faults:\n{}",
        found.faults.len(),
        found.faults.join("\n")
    );
    assert!(
        found.uneven.is_empty(),
        "{} uneven:\n{}",
        found.uneven.len(),
        found.uneven.join("\n")
    );
    let others = found
        .after
        .iter()
        .filter(|words| !words.starts_with("Mutation.checkoutComplete(input.cartId)"));
    assert_eq!(others.collect::<Vec<_>>(), [""; 0]);
    assert!(found.tried >= least, "only {} ids were tried", found.tried);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_cart_is_as_none() {
    nothing_is_told_or_changed(CARTS, 1000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_order_is_as_none() {
    nothing_is_told_or_changed(ORDERS, 1000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_desk_is_as_none() {
    nothing_is_told_or_changed(DESK, 1000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_watches_is_as_none() {
    nothing_is_told_or_changed(LIVE, 200).await;
}
