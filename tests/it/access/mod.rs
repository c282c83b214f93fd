//! Who may see and do what: every field of the schema and every mutation, asked for by everybody, as a table that people read.

pub mod catalogue;
mod cell;
pub mod columns;
mod deeds;
pub mod entry;
mod page;
mod private;
mod rules;
pub mod scene;
pub mod tree;
mod trial;

use crate::strangers::entries::{Served, name};
use deeds::deeds;
use entry::{Entry, Lines};
use page::{Page, difference};
use scene::Scene;
use std::collections::BTreeSet;
use tokio::sync::OnceCell;
use tree::Known;

/// What was measured.
pub struct Table {
    served: Served,
    pages: Vec<Page>,
}

impl Table {
    /// All entries with their lines.
    pub fn entries(&self) -> impl Iterator<Item = &Lines> {
        self.pages.iter().flat_map(|page| &page.entries)
    }
}

/// The table is measured once for all tests that read it.
async fn table() -> &'static Table {
    // What failed once is not tried again by every test.
    static TABLE: OnceCell<Option<Table>> = OnceCell::const_new();
    let table = TABLE.get_or_init(async || tokio::spawn(measured()).await.ok());
    let table = table.await.as_ref();
    table.expect("the table could not be measured: the first of these tests says why")
}

async fn measured() -> Table {
    let (served, scene) = (Served::read().await, Scene::set().await);
    let mut known = Known::default();
    let ids = scene.public_ids().await;
    let parts: Vec<(&str, &str, Vec<Entry>)> = vec![
        (
            "catalogue.txt",
            "The public catalogue.",
            catalogue::entries(&scene),
        ),
        (
            "viewer.txt",
            "What people see of themselves.",
            private::viewer(&scene),
        ),
        ("orders.txt", "Orders.", private::orders(&scene)),
        (
            "carts.txt",
            "Carts. The key in a cart's id is a secret: whoever has it may read and change the cart.",
            private::carts(&scene),
        ),
        ("desks.txt", "Desks of vendors.", private::desks(&scene)),
        (
            "search.txt",
            "How the search is tuned, and what is looked for.",
            private::search(&scene),
        ),
        (
            "ids.txt",
            "Everything that has a global id, by that alone.",
            [private::public_nodes(&ids), private::nodes(&scene)]
                .into_iter()
                .flatten()
                .collect(),
        ),
        (
            "live.txt",
            "What is watched: the first word of a subscription.",
            private::live(&scene),
        ),
    ];
    let mut pages = Vec::new();
    for (file, about, entries) in parts {
        let mut lines = Vec::new();
        for entry in entries {
            lines.push(entry.measure(&served, &scene.cast, &mut known).await);
        }
        pages.push(Page {
            file,
            about,
            entries: lines,
        });
    }
    let mut lines = Vec::new();
    for deed in deeds() {
        lines.push(deed.measure(&served, &scene, &mut known).await);
    }
    pages.push(Page {
        file: "mutations.txt",
        about: "What can be done, each time with things that nobody has changed yet.",
        entries: lines,
    });
    Table { served, pages }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_in_the_repository_is_what_is_measured() {
    let mut faults = Vec::new();
    for page in &table().await.pages {
        let (path, text) = (page.path(), page.text());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        if kept != text {
            let lines = difference(&kept, &text);
            faults.push(format!("docs/access/{}:\n{}", page.file, lines.join("\n")));
        }
    }
    assert!(
        faults.is_empty(),
        "who may see or do what has changed, or there is something new. If that is meant, `UPDATE=1 cargo test --test it access` writes \
         it into docs/access: read the difference, and have it read.\n{}",
        faults.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_root_has_an_entry() {
    let table = table().await;
    let entered: BTreeSet<_> = table
        .entries()
        .map(|entry| entry.lines[0].of.clone())
        .collect();
    for root in table.served.roots() {
        for field in table.served.fields(root) {
            let of = (root.clone(), name(field).to_owned());
            assert!(
                entered.contains(&of),
                "{root}.{} is in no part of the table: write an entry in tests/it/access (catalogue.rs when everybody may see it, private.rs \
                 when it is somebody's, deeds.rs when it changes something), then `UPDATE=1 cargo test --test it access`",
                of.1
            );
        }
    }
}
