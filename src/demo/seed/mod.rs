//! Puts the demo shop into an empty database: the shop's own products, and as many generated ones as are asked for.
//!
//! The same rows come out each time, ids and times included: everything is drawn from the names of things and from one fixed day.
//! All rows are written in one transaction, by binary COPY, in stretches, so that a million products need no more memory than ten
//! thousand. The pictures are drawn before it begins.

mod calendar;
mod chance;
mod deferred;
mod directory;
mod error;
mod generated;
mod goods;
mod ground;
mod identity;
mod listing;
mod markup;
mod pictures;
mod places;
mod progress;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod wording;

pub use error::SeedError;
pub use goods::{HIDDEN, Hidden};
pub use progress::{Progress, Silent};

use std::path::Path;

use tokio_postgres::{Client, GenericClient, Transaction};

use super::content::{self, Content};
use deferred::Deferred;
use directory::Directory;
use generated::Factory;
use goods::Assortment;
use pictures::{Album, Drawing};
use rows::{Copied, Maker, PriceLists, Shelf};

/// Products that are written, and listed, at a time.
const CHUNK: usize = 5_000;

/// From this many products on, foreign keys are checked and indexes built when all rows are there.
const MANY: usize = 5_000;

/// Edge of a product's picture in pixels.
pub const SIDE: u32 = 1200;

/// What is to be seeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// How many products there shall be, the shop's own among them; see [`least_products`].
    pub products: usize,
    /// Whether what is in the database is deleted first.
    pub reset: bool,
    /// Edge of a product's picture in pixels, where it is not drawn yet; [`SIDE`] for people to look at.
    pub side: u32,
}

/// What was seeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Products, the hidden ones among them.
    pub products: u64,
    /// Variants of all products.
    pub variants: u64,
    /// Vendors.
    pub vendors: usize,
    /// Categories and collections.
    pub collections: usize,
    /// Pictures in use.
    pub pictures: usize,
    /// Pictures that had to be drawn.
    pub drawn: usize,
}

/// The least number of products a shop can be seeded with: those that were made by hand.
///
/// # Errors
/// [`SeedError::Content`].
pub fn least_products() -> Result<usize, SeedError> {
    Ok(Assortment::least(&content::load()?))
}

/// Whether the database holds no shop yet.
///
/// # Errors
/// [`SeedError::Database`], also when the schema is not there.
pub async fn is_empty(client: &Client) -> Result<bool, SeedError> {
    ground::is_empty(client).await
}

/// Seeds the shop as planned, with its pictures in the folder `media`, and tells `progress` how far it has come.
///
/// # Errors
/// [`SeedError::TooFew`] and [`SeedError::NotEmpty`] before anything is done; whatever else goes wrong leaves the database as it was.
pub async fn run(
    client: &mut Client,
    media: &Path,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Summary, SeedError> {
    let content = content::load()?;
    let least = Assortment::least(&content);
    if plan.products < least {
        return Err(SeedError::TooFew {
            asked: plan.products,
            least,
        });
    }
    if !plan.reset && !is_empty(client).await? {
        return Err(SeedError::NotEmpty);
    }
    let album = pictures::prepare(media, Drawing::all(&content), plan.side, progress).await?;
    let tx = client.transaction().await?;
    ground::clear(&tx, plan.reset).await?;
    let deferred = if plan.products < MANY {
        Deferred::default()
    } else {
        Deferred::take(&tx).await?
    };
    let summary = fill(&tx, &content, &album, plan.products, progress).await?;
    deferred.restore(&tx, progress).await?;
    tx.commit().await?;
    progress.stage("statistics", 1);
    look(client).await?;
    progress.advance(1);
    Ok(summary)
}

/// Has PostgreSQL look how full the tables are that hold something. Of one that nobody has looked at it supposes that it will fill up; of one
/// that was seen to be empty it supposes that it stays so, and reads all of it each time until it looks again.
async fn look(client: &impl GenericClient) -> Result<(), tokio_postgres::Error> {
    let filled = "SELECT 'ANALYZE ' || string_agg(c.oid::regclass::text, ', ') FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 0";
    let statement: Option<String> = client.query_one(filled, &[]).await?.try_get(0)?;
    match statement {
        Some(statement) => client.batch_execute(&statement).await,
        None => Ok(()),
    }
}

/// Writes all rows, what others refer to first.
async fn fill(
    tx: &Transaction<'_>,
    content: &Content,
    album: &Album,
    products: usize,
    progress: &dyn Progress,
) -> Result<Summary, SeedError> {
    album.copy(tx).await?;
    rows::shop(tx, &content.shop, album.id(&Drawing::of_shop())).await?;
    let lists = PriceLists::with_markets(tx).await?;
    let makers = Maker::all(content, album, products)?;
    let shelves = Shelf::all(content, album, products);
    let mut directory = directory(&makers, &shelves);
    rows::enter(content, &mut directory);
    rows::makers(tx, &makers).await?;
    rows::shelves(tx, &shelves, &directory).await?;
    rows::attributes(tx, content, &directory).await?;
    rows::pages(tx, &content.pages, &mut directory).await?;
    rows::menus(tx, &content.menus, &directory).await?;
    let assortment = assortment(content, &directory, album, &makers, products)?;
    let copied = copy(tx, &assortment, lists, progress).await?;
    rows::collected(tx, &content.collections, &directory, &assortment).await?;
    listing::fill(tx, &assortment, progress).await?;
    Ok(Summary {
        products: copied.products,
        variants: copied.variants,
        vendors: makers.len(),
        collections: shelves.len(),
        pictures: album.len(),
        drawn: album.drawn(),
    })
}

fn directory(makers: &[Maker], shelves: &[Shelf]) -> Directory {
    let mut directory = Directory::default();
    for maker in makers {
        directory.enter_seller(&maker.handle, maker.seller());
    }
    for shelf in shelves {
        directory.enter_shelf(&shelf.handle, shelf.id());
    }
    directory
}

fn assortment(
    content: &Content,
    directory: &Directory,
    album: &Album,
    makers: &[Maker],
    products: usize,
) -> Result<Assortment, SeedError> {
    let sellers = makers.iter().map(Maker::seller).collect();
    let generated = products - Assortment::least(content);
    let factory = Factory::new(content, directory, album, sellers, products, generated)?;
    Assortment::new(content, directory, album, factory, products)
}

/// Writes the products, a stretch at a time.
async fn copy(
    tx: &Transaction<'_>,
    assortment: &Assortment,
    lists: PriceLists,
    progress: &dyn Progress,
) -> Result<Copied, SeedError> {
    progress.stage(
        "products",
        u64::try_from(assortment.len()).unwrap_or_default(),
    );
    let mut copied = Copied::default();
    for places in assortment.stretches(CHUNK) {
        let Copied { products, variants } =
            rows::products(tx, &assortment.items(places), lists).await?;
        copied = Copied {
            products: copied.products + products,
            variants: copied.variants + variants,
        };
        progress.advance(products);
    }
    Ok(copied)
}
