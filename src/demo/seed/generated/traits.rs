//! What is told of generated products.

use uuid::Uuid;

use super::kinds::Kind;
use super::names::slug;
use crate::demo::drawing::{Motif, Palette};
use crate::demo::seed::SeedError;
use crate::demo::seed::chance::Chance;
use crate::demo::seed::directory::Directory;
use crate::demo::seed::goods::{Is, Value};

/// What things of a kind are like: a type, an attribute that is a number (from, to, in steps), and one that is true of so many in a
/// hundred.
struct Character {
    product_type: &'static str,
    number: Option<(&'static str, u32, u32, u32)>,
    yes: (&'static str, u32),
}

const fn character(
    product_type: &'static str,
    number: Option<(&'static str, u32, u32, u32)>,
    yes: (&'static str, u32),
) -> Character {
    Character {
        product_type,
        number,
        yes,
    }
}

fn of(kind: &Kind) -> Character {
    match kind.motif {
        Motif::Mug => character(
            "tableware",
            Some(("volume", 100, 500, 50)),
            ("dishwasher-safe", 70),
        ),
        Motif::Bowl => character(
            "tableware",
            Some(("volume", 200, 2_000, 200)),
            ("dishwasher-safe", 60),
        ),
        Motif::Vase => character("vases-pots", Some(("height", 10, 45, 5)), ("handmade", 60)),
        Motif::Lamp => character("lamps", Some(("height", 15, 60, 5)), ("handmade", 40)),
        Motif::Chair => character("furniture", Some(("height", 70, 110, 5)), ("handmade", 30)),
        Motif::Cushion => character("textiles", None, ("organic", 50)),
        Motif::Candle => character("candles", Some(("burning-time", 10, 80, 10)), ("vegan", 80)),
        Motif::Bottle => character("pantry", Some(("volume", 100, 1_000, 100)), ("vegan", 85)),
        Motif::Jar => character("pantry", Some(("net-weight", 50, 600, 50)), ("organic", 55)),
        Motif::Bag => character("bags", Some(("capacity", 2, 40, 2)), ("waterproof", 35)),
        Motif::Shoe => character("shoes", None, ("vegan", 20)),
        Motif::Notebook => character("paper", Some(("pages", 48, 240, 16)), ("recycled", 40)),
        Motif::Plant => character("plants", Some(("height", 10, 120, 10)), ("pet-safe", 50)),
        Motif::Speaker => character(
            "audio",
            Some(("playing-time", 6, 30, 2)),
            ("waterproof", 30),
        ),
        Motif::Watch => character(
            "watches",
            Some(("case-width", 30, 46, 1)),
            ("waterproof", 60),
        ),
        Motif::Shirt => character("garments", None, ("organic", 45)),
    }
}

/// What things of a kind are like, with everything looked up.
pub(super) struct Traits {
    /// Their type.
    pub product_type: Uuid,
    color: Uuid,
    families: Vec<(Palette, Uuid)>,
    /// What each of the kind's materials is a value of, if it is any.
    materials: Vec<(&'static str, Value)>,
    number: Option<(Uuid, u32, u32, u32)>,
    yes: (Uuid, u32),
}

impl Traits {
    /// Those of a kind.
    ///
    /// # Errors
    /// [`SeedError::Missing`] when the shop has no such type or attribute.
    pub fn new(kind: &'static Kind, directory: &Directory) -> Result<Self, SeedError> {
        let character = of(kind);
        let number = match character.number {
            Some((handle, least, most, step)) => {
                Some((directory.attribute(handle)?, least, most, step))
            }
            None => None,
        };
        let families = Palette::ALL
            .into_iter()
            .map(|palette| Ok((palette, directory.choice("color", palette.family())?)));
        let materials = kind
            .materials
            .into_iter()
            .filter_map(|word| Some((word, made_of(word, kind, directory)?)));
        Ok(Self {
            product_type: directory.product_type(character.product_type)?,
            color: directory.attribute("color")?,
            // What is in a jar or a bottle has no color to choose it by.
            families: match kind.motif {
                Motif::Jar | Motif::Bottle => Vec::new(),
                _ => families.collect::<Result<_, SeedError>>()?,
            },
            materials: materials.collect(),
            number,
            yes: (directory.attribute(character.yes.0)?, character.yes.1),
        })
    }

    /// What is told of one of them, of this material and in these colours.
    pub fn values(&self, material: &str, looks: &[Palette], chance: &mut Chance) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        let known = self.materials.iter().find(|(word, _)| *word == material);
        values.extend(known.map(|(_, value)| value.clone()));
        let mut families: Vec<Uuid> = looks
            .iter()
            .filter_map(|look| self.families.iter().find(|(palette, _)| palette == look))
            .map(|(_, family)| *family)
            .collect();
        families.dedup();
        values.extend(families.into_iter().map(|family| Value {
            attribute: self.color,
            is: Is::Choice(family),
        }));
        values.extend(self.number.map(|(attribute, least, most, step)| Value {
            attribute,
            is: Is::Number(i64::from(
                least + step * chance.below((most - least) / step + 1),
            )),
        }));
        let (attribute, percent) = self.yes;
        values.push(Value {
            attribute,
            is: Is::Yes(chance.happens(percent)),
        });
        values
    }
}

/// What a thing of a kind is made of, or smells of, when the word says so.
fn made_of(word: &str, kind: &Kind, directory: &Directory) -> Option<Value> {
    let mut attributes = match kind.motif {
        Motif::Candle => ["scent", "material"].iter(),
        // What is in a jar or a bottle is not what it is made of.
        Motif::Jar | Motif::Bottle | Motif::Plant => [].iter(),
        _ => ["material"].iter(),
    };
    attributes.find_map(|attribute| {
        Some(Value {
            attribute: directory.attribute(attribute).ok()?,
            is: Is::Choice(directory.choice(attribute, &slug(word)).ok()?),
        })
    })
}
