//! How a shop's search is tuned: what its administrators have said, whole, as engines need it.

use crate::graphql::codes::LanguageCode;

/// What the administrators have said. `Default` is a shop that nobody has tuned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tuning {
    /// Grows with each change: an engine that keeps settings of its own takes them anew when it differs.
    pub version: i64,
    /// Words that are looked for together.
    pub synonyms: Vec<Synonym>,
    /// Words that are not looked for, lower case, by language.
    pub stop_words: Vec<(LanguageCode, String)>,
    /// What counts how much.
    pub ranking: Ranking,
}

/// Words that are looked for together; lower case, each of one word or a few.
#[derive(Debug, Clone, PartialEq)]
pub struct Synonym {
    /// In which language; none for all.
    pub language: Option<LanguageCode>,
    /// Who looks for this finds `terms`, too, and not the other way round; none when each of `terms` stands for all.
    pub word: Option<String>,
    /// The words.
    pub terms: Vec<String>,
}

/// What counts how much when hits are ranked. Weights are 0 to 10; a text of weight 0 is not searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranking {
    /// The title.
    pub title: u8,
    /// Type, vendor, tags, choices and attributes.
    pub properties: u8,
    /// The description.
    pub description: u8,
    /// How much was sold.
    pub popularity: u8,
    /// Whether what cannot be bought comes after all that can.
    pub in_stock_first: bool,
    /// Whether words may be mistyped.
    pub typing_errors: bool,
}

impl Default for Ranking {
    fn default() -> Self {
        Self {
            title: 10,
            properties: 5,
            description: 1,
            popularity: 3,
            in_stock_first: false,
            typing_errors: true,
        }
    }
}
