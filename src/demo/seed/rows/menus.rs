//! Menus and their lines.

use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::demo::content::{Menu, MenuItem, MenuItemKind};
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::OPENING;
use crate::demo::seed::directory::Directory;
use crate::demo::seed::identity::Name;
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::ARABIC;

/// A line of a menu and where it stands.
struct Line<'a> {
    id: Uuid,
    menu: Uuid,
    parent: Option<Uuid>,
    position: i16,
    item: &'a MenuItem,
}

/// Writes the menus with their lines and translations.
///
/// # Errors
/// [`SeedError::Missing`] when a line leads to what is not there; [`SeedError::Database`].
pub(in crate::demo::seed) async fn menus(
    tx: &Transaction<'_>,
    menus: &[Menu],
    directory: &Directory,
) -> Result<(), SeedError> {
    itself(tx, menus).await?;
    let mut all = Vec::new();
    for menu in menus {
        let place = Name::of("menu_items").and(&menu.handle);
        collect(&menu.items, menu_id(menu), None, place, &mut all);
    }
    lines(tx, &all, directory).await?;
    translations(tx, &all).await?;
    Ok(())
}

fn menu_id(menu: &Menu) -> Uuid {
    Name::of("menus").and(&menu.handle).id(OPENING)
}

/// Adds these items and those below them; `place` names where they stand.
fn collect<'a>(
    items: &'a [MenuItem],
    menu: Uuid,
    parent: Option<Uuid>,
    place: Name,
    lines: &mut Vec<Line<'a>>,
) {
    for (position, item) in (1..).zip(items) {
        let place = place.nth(position);
        let id = place.id(OPENING);
        lines.push(Line {
            id,
            menu,
            parent,
            position,
            item,
        });
        collect(&item.items, menu, Some(id), place, lines);
    }
}

async fn itself(tx: &Transaction<'_>, menus: &[Menu]) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "handle",
        "title",
        "created_at",
        "updated_at",
        "version",
    ];
    let mut sheet = Sheet::open(tx, "menus", &columns).await?;
    for menu in menus {
        let row = (menu_id(menu), &menu.handle, &menu.title.en);
        sheet
            .row(&[&row.0, row.1, row.2, &OPENING, &OPENING, &1_i32])
            .await?;
    }
    sheet.close().await
}

async fn lines(
    tx: &Transaction<'_>,
    lines: &[Line<'_>],
    directory: &Directory,
) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "menu_id",
        "parent_id",
        "position",
        "title",
        "kind",
        "collection_id",
        "page_id",
        "url",
    ];
    let mut sheet = Sheet::open(tx, "menu_items", &columns).await?;
    for Line {
        id,
        menu,
        parent,
        position,
        item,
    } in lines
    {
        let Target {
            kind,
            collection,
            page,
            url,
        } = target(item, directory)?;
        let position = i32::from(*position);
        sheet
            .row(&[
                id,
                menu,
                parent,
                &position,
                &item.title.en,
                &kind,
                &collection,
                &page,
                &url,
            ])
            .await?;
    }
    sheet.close().await
}

/// Where a line leads.
#[derive(Default)]
struct Target<'a> {
    kind: &'static str,
    collection: Option<Uuid>,
    page: Option<Uuid>,
    url: Option<&'a str>,
}

fn target<'a>(item: &'a MenuItem, directory: &Directory) -> Result<Target<'a>, SeedError> {
    let nowhere = Target::default();
    Ok(match item.kind {
        MenuItemKind::Frontpage => Target {
            kind: "FRONTPAGE",
            ..nowhere
        },
        MenuItemKind::Catalog => Target {
            kind: "CATALOG",
            ..nowhere
        },
        MenuItemKind::Search => Target {
            kind: "SEARCH",
            ..nowhere
        },
        MenuItemKind::Collection => {
            let collection = Some(directory.shelf(&item.target)?);
            Target {
                kind: "COLLECTION",
                collection,
                ..nowhere
            }
        }
        MenuItemKind::Page => Target {
            kind: "PAGE",
            page: Some(directory.page(&item.target)?),
            ..nowhere
        },
        MenuItemKind::Http => Target {
            kind: "HTTP",
            url: Some(&item.target),
            ..nowhere
        },
    })
}

async fn translations(tx: &Transaction<'_>, lines: &[Line<'_>]) -> Result<u64, SeedError> {
    let columns = ["item_id", "language", "title"];
    let mut sheet = Sheet::open(tx, "menu_item_translations", &columns).await?;
    for line in lines {
        sheet.row(&[&line.id, &ARABIC, &line.item.title.ar]).await?;
    }
    sheet.close().await
}
