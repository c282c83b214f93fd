//! Names that differ from each other.

use super::kinds::{KINDS, Kind};
use super::words::ADJECTIVES;

/// A prime that shares no factor with the number of names of a kind, so that steps of it meet each name once.
const STRIDE: usize = 7_919;

/// What a generated product is called.
#[derive(Debug)]
pub(in crate::demo::seed) struct Name {
    /// Which kind it is, as a place in [`KINDS`].
    pub kind: usize,
    /// How it looks.
    pub adjective: &'static str,
    /// What it is made of.
    pub material: &'static str,
    /// What it is.
    pub noun: &'static str,
    /// Which of this name it is: 1, or more when all names have been given away.
    pub edition: usize,
}

/// The name of the generated product of this number. Names are given away kind by kind in turn.
pub(in crate::demo::seed) fn name(number: usize) -> Option<Name> {
    let place = number % KINDS.len();
    let Kind {
        nouns, materials, ..
    } = KINDS.get(place)?;
    let names = ADJECTIVES.len() * nouns.len() * materials.len();
    let turn = number / KINDS.len();
    let (round, word) = (turn / names, (turn % names) * STRIDE % names);
    Some(Name {
        kind: place,
        adjective: ADJECTIVES.get(word % ADJECTIVES.len()).copied()?,
        material: materials
            .get(word / ADJECTIVES.len() % materials.len())
            .copied()?,
        noun: nouns
            .get(word / ADJECTIVES.len() / materials.len())
            .copied()?,
        edition: round + 1,
    })
}

impl Name {
    /// The words alone.
    fn words(&self) -> String {
        format!("{} {} {}", self.adjective, self.material, self.noun)
    }

    /// The title: the words, numbered from the second edition on.
    pub fn title(&self) -> String {
        match self.edition {
            1 => self.words(),
            edition => format!("{} No. {edition}", self.words()),
        }
    }

    /// The handle: the words in lower case, numbered from the second edition on.
    pub fn handle(&self) -> String {
        match self.edition {
            1 => slug(&self.words()),
            edition => format!("{}-{edition}", slug(&self.words())),
        }
    }
}

/// English words as a part of an address.
pub(super) fn slug(words: &str) -> String {
    let letters = words
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == ' ');
    letters
        .map(|letter| {
            if letter == ' ' {
                '-'
            } else {
                letter.to_ascii_lowercase()
            }
        })
        .collect()
}
