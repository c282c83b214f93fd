//! All products of a seeding, made as they are asked for: a million of them are never held at once.

use std::ops::Range;

use uuid::Uuid;

use super::{HIDDEN, Item, handmade};
use crate::demo::content::Content;
use crate::demo::seed::SeedError;
use crate::demo::seed::directory::Directory;
use crate::demo::seed::generated::Factory;
use crate::demo::seed::pictures::Album;

/// The products of a seeding, in their order: made by hand, hidden, generated.
pub(in crate::demo::seed) struct Assortment {
    handmade: Vec<Item>,
    factory: Factory,
    len: usize,
}

impl Assortment {
    /// The least number of products a shop can have.
    pub fn least(content: &Content) -> usize {
        content.products.len() + HIDDEN.len()
    }

    /// `len` products, of which the factory makes all but the shop's own.
    ///
    /// # Errors
    /// [`SeedError::Missing`] when a product names what is not there.
    pub fn new(
        content: &Content,
        directory: &Directory,
        album: &Album,
        factory: Factory,
        len: usize,
    ) -> Result<Self, SeedError> {
        let made = content
            .products
            .iter()
            .map(|product| handmade::item(product, content, directory, album));
        let mut handmade = made.collect::<Result<Vec<_>, _>>()?;
        if let Some(model) = handmade.first().cloned() {
            handmade.extend(HIDDEN.iter().map(|hidden| hidden.item(&model)));
        }
        Ok(Self {
            handmade,
            factory,
            len,
        })
    }

    /// The places of all products, in stretches of at most `size`.
    pub fn stretches(&self, size: usize) -> impl Iterator<Item = Range<usize>> + Send + use<> {
        let len = self.len;
        (0..len)
            .step_by(size)
            .map(move |start| start..len.min(start + size))
    }

    /// The products at these places.
    pub fn items(&self, places: Range<usize>) -> Vec<Item> {
        places.filter_map(|place| self.item(place)).collect()
    }

    /// The ids of the products at these places.
    pub fn ids(&self, places: Range<usize>) -> Vec<Uuid> {
        places.filter_map(|place| self.id(place)).collect()
    }

    /// How many products there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The id of a product of the shop's own.
    pub fn find(&self, handle: &str) -> Option<Uuid> {
        self.handmade
            .iter()
            .find(|item| item.handle == handle)
            .map(Item::id)
    }

    fn item(&self, place: usize) -> Option<Item> {
        match place.checked_sub(self.handmade.len()) {
            None => self.handmade.get(place).cloned(),
            Some(number) => self.factory.item(number),
        }
    }

    fn id(&self, place: usize) -> Option<Uuid> {
        match place.checked_sub(self.handmade.len()) {
            None => self.handmade.get(place).map(Item::id),
            Some(number) => self.factory.id(number),
        }
    }
}
