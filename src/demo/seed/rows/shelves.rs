//! Categories and collections, and what was put into the collections.

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::demo::content::{Category, Collection, Content};
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::after_opening;
use crate::demo::seed::directory::{Directory, missing};
use crate::demo::seed::generated::{Leaf, leaves};
use crate::demo::seed::goods::Assortment;
use crate::demo::seed::identity::Name;
use crate::demo::seed::markup::paragraphs;
use crate::demo::seed::pictures::{Album, Drawing};
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::{ARABIC, Wording};

/// A category or a collection before it is a row.
pub(in crate::demo::seed) struct Shelf {
    /// Its handle.
    pub handle: String,
    /// As the database says it.
    kind: &'static str,
    parent: Option<String>,
    position: i32,
    english: Wording,
    /// Its own handle in Arabic addresses, if any, and its texts.
    arabic: Option<(Option<String>, Wording)>,
    image: Option<Uuid>,
}

impl Shelf {
    /// The shelves of a shop of so many products: its own categories, its collections, generated categories.
    pub fn all(content: &Content, album: &Album, products: usize) -> Vec<Self> {
        let own = content
            .categories
            .iter()
            .map(|category| Self::of_category(category, album));
        let picked = content
            .collections
            .iter()
            .map(|picked| Self::of_collection(picked, album));
        let leaves = leaves(products, content.categories.len());
        let leaves = leaves
            .iter()
            .map(|leaf| Self::of_leaf(leaf, content, album));
        // What the shop has of its own stands at the same position however many products there are.
        let all = (1..)
            .zip(own)
            .chain((1..).zip(picked))
            .chain((101..).zip(leaves));
        all.map(|(position, shelf)| Self { position, ..shelf })
            .collect()
    }

    fn of_category(category: &Category, album: &Album) -> Self {
        let (english, arabic) =
            Wording::both(&category.title, &category.description, None, paragraphs);
        Self {
            handle: category.handle.clone(),
            kind: "CATEGORY",
            parent: category.parent.clone(),
            position: 0,
            english,
            arabic: Some((None, arabic)),
            image: album.id(&Drawing::of_category(category)),
        }
    }

    /// Shows the picture of the category above.
    fn of_leaf(leaf: &Leaf, content: &Content, album: &Album) -> Self {
        let above = content
            .categories
            .iter()
            .find(|category| category.handle == leaf.parent);
        Self {
            handle: leaf.handle.clone(),
            kind: "CATEGORY",
            parent: Some(leaf.parent.to_owned()),
            position: 0,
            english: Wording::plain(leaf.title.to_owned(), String::new()),
            arabic: None,
            image: above.and_then(|category| album.id(&Drawing::of_category(category))),
        }
    }

    fn of_collection(collection: &Collection, album: &Album) -> Self {
        let Collection {
            title,
            description,
            seo,
            ..
        } = collection;
        let (english, arabic) = Wording::both(title, description, Some(seo), paragraphs);
        Self {
            handle: collection.handle.clone(),
            kind: "COLLECTION",
            parent: None,
            position: 0,
            english,
            arabic: Some((collection.handle_ar.clone(), arabic)),
            image: album.id(&Drawing::of_collection(collection)),
        }
    }

    /// Its id.
    pub fn id(&self) -> Uuid {
        Name::of("collections")
            .and(&self.handle)
            .id(self.created_at())
    }

    fn created_at(&self) -> DateTime<Utc> {
        after_opening(i64::from(self.position))
    }
}

/// Writes categories and collections with their translations.
///
/// # Errors
/// [`SeedError::Missing`] when a category names a parent that is not there; [`SeedError::Database`].
pub(in crate::demo::seed) async fn shelves(
    tx: &Transaction<'_>,
    shelves: &[Shelf],
    directory: &Directory,
) -> Result<(), SeedError> {
    collections(tx, shelves, directory).await?;
    translations(tx, shelves).await?;
    Ok(())
}

async fn collections(
    tx: &Transaction<'_>,
    shelves: &[Shelf],
    directory: &Directory,
) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "kind",
        "parent_id",
        "position",
        "handle",
        "title",
        "description_html",
        "seo_title",
        "seo_description",
        "image_file_id",
        "published",
        "created_at",
        "updated_at",
        "version",
    ];
    let mut sheet = Sheet::open(tx, "collections", &columns).await?;
    for shelf in shelves {
        let Shelf {
            handle,
            kind,
            position,
            image,
            ..
        } = shelf;
        let Wording {
            title,
            body_html,
            seo_title,
            seo_description,
        } = &shelf.english;
        let parent = shelf
            .parent
            .as_deref()
            .map(|parent| directory.shelf(parent))
            .transpose()?;
        let (id, at) = (shelf.id(), shelf.created_at());
        sheet
            .row(&[
                &id,
                kind,
                &parent,
                position,
                handle,
                title,
                body_html,
                seo_title,
                seo_description,
                image,
                &true,
                &at,
                &at,
                &1_i32,
            ])
            .await?;
    }
    sheet.close().await
}

async fn translations(tx: &Transaction<'_>, shelves: &[Shelf]) -> Result<u64, SeedError> {
    let columns = [
        "collection_id",
        "language",
        "handle",
        "title",
        "description_html",
        "seo_title",
        "seo_description",
    ];
    let mut sheet = Sheet::open(tx, "collection_translations", &columns).await?;
    for shelf in shelves {
        if let Some((handle, wording)) = &shelf.arabic {
            let Wording {
                title,
                body_html,
                seo_title,
                seo_description,
            } = wording;
            let id = shelf.id();
            sheet
                .row(&[
                    &id,
                    &ARABIC,
                    handle,
                    title,
                    body_html,
                    seo_title,
                    seo_description,
                ])
                .await?;
        }
    }
    sheet.close().await
}

/// Writes what was put into the collections by hand.
///
/// # Errors
/// [`SeedError::Missing`] when a collection names a product that is not there; [`SeedError::Database`].
pub(in crate::demo::seed) async fn collected(
    tx: &Transaction<'_>,
    picked: &[Collection],
    directory: &Directory,
    assortment: &Assortment,
) -> Result<u64, SeedError> {
    let columns = ["collection_id", "product_id", "position"];
    let mut sheet = Sheet::open(tx, "collection_products", &columns).await?;
    for collection in picked {
        let shelf = directory.shelf(&collection.handle)?;
        for (position, handle) in (1_i32..).zip(&collection.products) {
            let product = assortment
                .find(handle)
                .ok_or_else(|| missing("product", handle))?;
            sheet.row(&[&shelf, &product, &position]).await?;
        }
    }
    sheet.close().await
}
