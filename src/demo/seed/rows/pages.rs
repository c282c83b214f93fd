//! Pages of text.

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::demo::content::Page;
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::after_opening;
use crate::demo::seed::directory::Directory;
use crate::demo::seed::identity::Name;
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::{ARABIC, Wording};

/// A page with its place in the list, its id and its time.
struct Sorted<'a> {
    page: &'a Page,
    id: Uuid,
    created_at: DateTime<Utc>,
}

/// Writes the pages and their translations, and enters them in the directory.
///
/// # Errors
/// [`SeedError::Database`].
pub(in crate::demo::seed) async fn pages(
    tx: &Transaction<'_>,
    pages: &[Page],
    directory: &mut Directory,
) -> Result<(), SeedError> {
    let sorted: Vec<Sorted<'_>> = pages.iter().zip(1..).map(sorted).collect();
    for Sorted { page, id, .. } in &sorted {
        directory.enter_page(&page.handle, *id);
    }
    itself(tx, &sorted).await?;
    translations(tx, &sorted).await?;
    Ok(())
}

/// Each was written a day after the one before.
fn sorted((page, day): (&Page, i64)) -> Sorted<'_> {
    let created_at = after_opening(day);
    Sorted {
        page,
        id: Name::of("pages").and(&page.handle).id(created_at),
        created_at,
    }
}

/// The texts are HTML already.
fn wordings(page: &Page) -> (Wording, Wording) {
    Wording::both(&page.title, &page.body, Some(&page.seo), str::to_owned)
}

async fn itself(tx: &Transaction<'_>, pages: &[Sorted<'_>]) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "handle",
        "title",
        "body_html",
        "seo_title",
        "seo_description",
        "published",
        "created_at",
        "updated_at",
        "version",
    ];
    let mut sheet = Sheet::open(tx, "pages", &columns).await?;
    for Sorted {
        page,
        id,
        created_at,
    } in pages
    {
        let (
            Wording {
                title,
                body_html,
                seo_title,
                seo_description,
            },
            _,
        ) = wordings(page);
        sheet
            .row(&[
                id,
                &page.handle,
                &title,
                &body_html,
                &seo_title,
                &seo_description,
                &true,
                created_at,
                created_at,
                &1_i32,
            ])
            .await?;
    }
    sheet.close().await
}

async fn translations(tx: &Transaction<'_>, pages: &[Sorted<'_>]) -> Result<u64, SeedError> {
    let columns = [
        "page_id",
        "language",
        "title",
        "body_html",
        "seo_title",
        "seo_description",
    ];
    let mut sheet = Sheet::open(tx, "page_translations", &columns).await?;
    for Sorted { page, id, .. } in pages {
        let (
            _,
            Wording {
                title,
                body_html,
                seo_title,
                seo_description,
            },
        ) = wordings(page);
        sheet
            .row(&[
                id,
                &ARABIC,
                &title,
                &body_html,
                &seo_title,
                &seo_description,
            ])
            .await?;
    }
    sheet.close().await
}
