//! Makes the generated products, each from its number alone.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use uuid::Uuid;

use super::kinds::{KINDS, Kind};
use super::names::{Name, name};
use super::traits::Traits;
use super::words::{CLOSINGS, MANNERS};
use super::{Leaf, leaves};
use crate::demo::content::Content;
use crate::demo::drawing::Palette;
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::{later, seconds_ago};
use crate::demo::seed::chance::Chance;
use crate::demo::seed::directory::Directory;
use crate::demo::seed::goods::{
    Choice, ChoiceValue, Item, Price, Rating, Seller, Standing, Variant, around, combinations,
};
use crate::demo::seed::identity;
use crate::demo::seed::pictures::{Album, Drawing};
use crate::demo::seed::wording::Wording;

/// They came in over two years, the first one first: ids then grow with the numbers, and rows are added at the end of every index.
const TWO_YEARS: i64 = 2 * 365 * 86_400;
const MONTH: u32 = 30 * 86_400;

/// What a kind of thing needs of the shop.
struct Line {
    kind: &'static Kind,
    categories: Vec<Uuid>,
    traits: Traits,
    /// What it can look like, and the files of that.
    looks: Vec<(Palette, Uuid)>,
}

/// Makes generated products.
pub(in crate::demo::seed) struct Factory {
    lines: Vec<Line>,
    sellers: Vec<Seller>,
    taken: HashSet<String>,
    count: usize,
}

impl Factory {
    /// A factory that makes `count` products in a shop of `total`, for these sellers.
    ///
    /// # Errors
    /// [`SeedError::Missing`] when a kind's category is not there.
    pub fn new(
        content: &Content,
        directory: &Directory,
        album: &Album,
        sellers: Vec<Seller>,
        total: usize,
        count: usize,
    ) -> Result<Self, SeedError> {
        let leaves = leaves(total, content.categories.len());
        let kinds = KINDS.iter().enumerate();
        let lines = kinds.map(|(place, kind)| Line::new(place, kind, &leaves, directory, album));
        let taken = content
            .products
            .iter()
            .map(|product| product.handle.clone())
            .collect();
        Ok(Self {
            lines: lines.collect::<Result<_, _>>()?,
            sellers,
            taken,
            count,
        })
    }

    /// The id of the product of this number.
    pub fn id(&self, number: usize) -> Option<Uuid> {
        let handle = self.handle(&name(number)?);
        Some(
            identity::Name::of("products")
                .and(&handle)
                .id(self.created_at(number)),
        )
    }

    /// The product of this number, which counts from 0.
    pub fn item(&self, number: usize) -> Option<Item> {
        let name = name(number)?;
        let line = self.lines.get(name.kind)?;
        let handle = self.handle(&name);
        let mut chance = identity::Name::of("generated").and(&handle).chance();
        let created_at = self.created_at(number);
        let (look, file) = *chance.pick(&line.looks)?;
        let option = line.option(look, &mut chance);
        let looks: Vec<Palette> = if option.is_colour() {
            option.values.iter().filter_map(|it| it.palette).collect()
        } else {
            vec![look]
        };
        // Drawn apart, so that what was drawn before there were attributes stays as it was.
        let mut apart = identity::Name::of("traits").and(&handle).chance();
        let values = line.traits.values(name.material, &looks, &mut apart);
        let mut item = Item {
            seller: *chance.pick(&self.sellers)?,
            category: *chance.pick(&line.categories)?,
            wording: Wording::plain(name.title(), description(&name, &mut chance)),
            type_id: line.traits.product_type,
            values,
            rating: None,
            product_type: line.kind.product_type().to_owned(),
            arabic: None,
            tags: tags(&name),
            standing: Standing::PUBLIC,
            sold: sold(&mut chance),
            created_at,
            updated_at: later(created_at, chance.below(MONTH)),
            variants: variants(&option, line.kind, number, &mut chance),
            options: vec![option],
            images: vec![file],
            weight_grams: i32::try_from(chance.between(80, 4_000)).unwrap_or_default(),
            handle,
        };
        item.rating = Rating::drawn(item.sold, &mut apart);
        Some(item)
    }

    /// The handle; numbered when a product made by hand has it.
    fn handle(&self, name: &Name) -> String {
        let handle = name.handle();
        if self.taken.contains(&handle) {
            format!("{handle}-0")
        } else {
            handle
        }
    }

    fn created_at(&self, number: usize) -> DateTime<Utc> {
        let share = |number: usize| {
            let part = i128::try_from(number).unwrap_or_default() * i128::from(TWO_YEARS) * 1_000;
            part / i128::try_from(self.count.max(1)).unwrap_or(1)
        };
        let millis = i64::try_from(share(number)).unwrap_or_default();
        seconds_ago(TWO_YEARS) + TimeDelta::milliseconds(millis)
    }
}

impl Line {
    fn new(
        place: usize,
        kind: &'static Kind,
        leaves: &[Leaf],
        directory: &Directory,
        album: &Album,
    ) -> Result<Self, SeedError> {
        let below = leaves.iter().filter(|leaf| leaf.kind == place);
        let mut categories = below
            .map(|leaf| directory.shelf(&leaf.handle))
            .collect::<Result<Vec<_>, _>>()?;
        if categories.is_empty() {
            categories.push(directory.shelf(kind.category)?);
        }
        let file = |palette| album.id(&Drawing::front(kind.motif, palette));
        let palettes = album.palettes(kind.motif).into_iter();
        let looks = palettes
            .filter_map(|palette| Some((palette, file(palette)?)))
            .collect();
        Ok(Self {
            kind,
            categories,
            traits: Traits::new(kind, directory)?,
            looks,
        })
    }

    /// Two sizes, or two colours, the one that is seen in the picture first.
    fn option(&self, look: Palette, chance: &mut Chance) -> Choice {
        let others = self
            .looks
            .iter()
            .map(|(palette, _)| *palette)
            .filter(|palette| *palette != look);
        let others: Vec<Palette> = others.collect();
        match chance.pick(&others) {
            Some(other) if chance.happens(50) => colours([look, *other]),
            _ => sizes(),
        }
    }
}

impl Kind {
    fn product_type(&self) -> &'static str {
        let [product_type, ..] = self.nouns;
        product_type
    }
}

fn sizes() -> Choice {
    let value = |name: &str| ChoiceValue {
        name: name.to_owned(),
        name_ar: None,
        palette: None,
    };
    Choice {
        name: "Size".to_owned(),
        name_ar: None,
        values: ["Small", "Large"].map(value).into(),
    }
}

fn colours(palettes: [Palette; 2]) -> Choice {
    let value = |palette: Palette| ChoiceValue {
        name: capitalised(palette.name()),
        name_ar: None,
        palette: Some(palette),
    };
    Choice {
        name: "Color".to_owned(),
        name_ar: None,
        values: palettes.map(value).into(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

fn description(name: &Name, chance: &mut Chance) -> String {
    let (material, noun) = (name.material.to_lowercase(), name.noun.to_lowercase());
    let (manner, closing) = (chance.word(&MANNERS), chance.word(&CLOSINGS));
    format!(
        "<p>{} {noun}, {material}, made {manner}. {closing}</p>",
        name.adjective
    )
}

fn tags(name: &Name) -> Vec<String> {
    [name.noun, name.material, name.adjective]
        .map(str::to_lowercase)
        .into()
}

/// Few products sell much and many sell little: the fourth power of an even chance, at most 3,000.
fn sold(chance: &mut Chance) -> i64 {
    let even = i64::from(chance.below(1_000));
    even.pow(4) * 3 / 1_000_000_000
}

fn variants(option: &Choice, kind: &Kind, number: usize, chance: &mut Chance) -> Vec<Variant> {
    let base = price(kind.dollars, chance);
    let stock = if chance.happens(4) {
        0
    } else {
        chance.between(1, 60)
    };
    // A larger one costs a fifth more, in whole dollars; a colour costs the same as another.
    let step = if option.is_colour() {
        0
    } else {
        base.amount / 500 * 100
    };
    (1..)
        .zip(combinations(std::slice::from_ref(option)))
        .map(|(position, picks): (i64, _)| Variant {
            picks,
            sku: format!("G{number:07}-{position}"),
            usd: base.raised(step * (position - 1)),
            kwd: None,
            on_hand: around(stock, chance),
            image: 1,
        })
        .collect()
}

/// More often cheap than dear, ending as prices do; one in seven is reduced from a quarter more.
fn price((least, most): (u32, u32), chance: &mut Chance) -> Price {
    let span = chance.between(0, most - least);
    let dollars = least + chance.between(0, span);
    let ending = chance.pick(&[0, 1, 5, 10, 50]).copied().unwrap_or_default();
    let amount = i64::from(dollars) * 100 - ending;
    let former = chance.happens(15).then_some(amount * 5 / 4 / 100 * 100);
    Price::new(amount, former)
}
