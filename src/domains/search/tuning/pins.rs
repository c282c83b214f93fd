//! Which products administrators have put in front of what is found, and which they have taken out of it.

use crate::domains::search::highlight;
use uuid::Uuid;

/// The most products that stand in front.
const MOST_PINNED: usize = 20;

/// The most products that are taken out.
const MOST_HIDDEN: usize = 200;

/// When a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleMatch {
    /// The text is the phrase.
    Exact,
    /// The words of the phrase stand in the text, one after the other.
    Contains,
}

impl RuleMatch {
    /// As the log names it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Exact => "EXACT",
            Self::Contains => "CONTAINS",
        }
    }
}

/// What administrators have said of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The phrase, as [`plain`] writes it; as [`folded`] does where rules are looked through.
    pub phrase: String,
    /// When it holds.
    pub matches: RuleMatch,
    /// The products that stand in front, in their order.
    pub pinned: Vec<Uuid>,
    /// The products that are not to be found.
    pub hidden: Vec<Uuid>,
}

/// What rules say of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// The products that stand in front of what is found, in their order; as far as readers may see them, and filters let them through.
    pub pinned: Vec<Uuid>,
    /// The products that are not to be found; none of them is pinned.
    pub hidden: Vec<Uuid>,
}

impl Pins {
    /// What engines are not to find: see [`Ask::without`](crate::domains::search::Ask::without).
    #[must_use]
    pub fn without(&self) -> Vec<Uuid> {
        [&*self.pinned, &*self.hidden].concat()
    }
}

/// A text as phrases are compared: lower case, one space between words, none around them.
#[must_use]
pub fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// A text as searches read it: its words alone, without accents, Arabic vowel signs and forms of letters.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain = |letter: char| match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => 'c',
        'ď' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ķ' => 'k',
        'ł' | 'ĺ' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        'ئ' | 'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        letter => letter,
    };
    let is_mark = |letter: &char| matches!(letter, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}');
    let words = highlight::words(text).into_iter().map(|word| {
        let letters = word.chars().filter(|letter| !is_mark(letter));
        letters.map(plain).collect::<String>().replace('ß', "ss")
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What `rules`, whose phrases are folded, say of `text`. A rule of the very text comes before those of a part of it, and a longer part before a shorter one;
/// what any of them hides is hidden.
#[must_use]
pub fn pins(rules: &[Rule], text: &str) -> Pins {
    let text = folded(text);
    let mut holding: Vec<&Rule> = rules.iter().filter(|rule| rule.holds(&text)).collect();
    holding.sort_by_key(|rule| {
        let part = rule.matches == RuleMatch::Contains;
        (part, std::cmp::Reverse(rule.phrase.len()))
    });
    let mut pins = Pins::default();
    for id in holding.iter().flat_map(|rule| &rule.hidden) {
        add(&mut pins.hidden, *id, MOST_HIDDEN);
    }
    for id in holding.iter().flat_map(|rule| &rule.pinned) {
        if !pins.hidden.contains(id) {
            add(&mut pins.pinned, *id, MOST_PINNED);
        }
    }
    pins
}

fn add(ids: &mut Vec<Uuid>, id: Uuid, most: usize) {
    if ids.len() < most && !ids.contains(&id) {
        ids.push(id);
    }
}

impl Rule {
    /// The same with its phrase as searches read it.
    #[must_use]
    pub fn folded(self) -> Self {
        Self {
            phrase: folded(&self.phrase),
            ..self
        }
    }

    /// Whether it holds for a text that [`folded`] wrote.
    fn holds(&self, text: &str) -> bool {
        match self.matches {
            // A text without words is one for all there is.
            RuleMatch::Exact => !self.phrase.is_empty() && self.phrase == text,
            RuleMatch::Contains => {
                !self.phrase.is_empty()
                    && format!(" {text} ").contains(&format!(" {} ", self.phrase))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(phrase: &str, matches: RuleMatch, pinned: &[u128], hidden: &[u128]) -> Rule {
        let ids = |ids: &[u128]| ids.iter().copied().map(Uuid::from_u128).collect();
        Rule {
            phrase: phrase.to_owned(),
            matches,
            pinned: ids(pinned),
            hidden: ids(hidden),
        }
    }

    fn ids(ids: &[u128]) -> Vec<Uuid> {
        ids.iter().copied().map(Uuid::from_u128).collect()
    }

    #[test]
    fn a_rule_holds_for_its_words_and_not_for_parts_of_words() {
        let rules = [
            rule("red tea", RuleMatch::Exact, &[1], &[]),
            rule("tea", RuleMatch::Contains, &[2], &[]),
        ];
        assert_eq!(pins(&rules, "  Red   TEA ").pinned, ids(&[1, 2]));
        assert_eq!(pins(&rules, "red tea pot").pinned, ids(&[2]));
        assert_eq!(pins(&rules, "teapot"), Pins::default());
        assert_eq!(pins(&rules, ""), Pins::default());
    }

    #[test]
    fn a_phrase_is_read_as_searches_are() {
        for (phrase, text) in [
            ("Café  au-lait!", "cafe AU LAIT"),
            ("قهوة", "قَهوه"),
            ("إبريق", "ابريق"),
            ("Straße", "strasse"),
        ] {
            let rules = [rule(phrase, RuleMatch::Exact, &[1], &[]).folded()];
            assert_eq!(pins(&rules, text).pinned, ids(&[1]), "{phrase}");
        }
        let rules = [rule("?!", RuleMatch::Exact, &[1], &[]).folded()];
        assert_eq!(pins(&rules, ""), Pins::default());
    }

    #[test]
    fn what_is_hidden_by_one_rule_is_pinned_by_none() {
        let rules = [
            rule("tea", RuleMatch::Contains, &[1, 2], &[]),
            rule("green tea", RuleMatch::Contains, &[3, 2], &[1]),
        ];
        let pins = pins(&rules, "green tea");
        assert_eq!((&pins.pinned, &pins.hidden), (&ids(&[3, 2]), &ids(&[1])));
        assert_eq!(pins.without(), ids(&[3, 2, 1]));
    }
}
