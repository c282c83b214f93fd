//! What an index is told about its documents, and about how they are searched.

use super::document::{lowest_field, stock_field};
use super::query::MOST_VALUES;
use crate::domains::search::meilisearch::engine::MOST_HITS;
use crate::domains::search::tuning::Tuning;
use crate::domains::shop::Facts;
use crate::graphql::codes::LanguageCode;
use meilisearch_sdk::settings::{
    FacetSortValue, FacetingSettings, FilterFeatureModes, FilterFeatures, FilterableAttribute,
    FilterableAttributesSettings, LocalizedAttributes, MinWordSizeForTypos, PaginationSetting,
    Settings, TypoToleranceSettings,
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// How long the server goes on ranking hits, in milliseconds.
pub(super) const CUTOFF: u64 = 1_500;

/// Settings of an index, and a hash by which they are known.
pub struct Wanted {
    /// As the server is told.
    pub settings: Settings,
    /// Another for other settings.
    pub hash: String,
}

/// The letters of a word in which the server allows a mistake: so many at least.
pub(super) const LEAST_FOR_ONE: u8 = 5;
/// The same for two.
pub(super) const LEAST_FOR_TWO: u8 = 9;

/// The settings that the index of a language is to have.
#[must_use]
pub fn wanted(facts: &Facts, language: LanguageCode, tuning: &Tuning) -> Wanted {
    let ranking = &tuning.ranking;
    let mut fields: Vec<(u8, &str)> = [
        (ranking.title, "title"),
        (ranking.properties, "properties"),
        (ranking.description, "description"),
    ]
    .into_iter()
    .filter(|(weight, _)| *weight > 0)
    .collect();
    fields.sort_by_key(|(weight, _)| u8::MAX - weight);
    let mut searchable: Vec<String> = fields
        .iter()
        .map(|(_, field)| (*field).to_owned())
        .collect();
    if ranking.title > 0 {
        // What it is called in other languages counts least.
        searchable.push("titles".to_owned());
    }
    if searchable.is_empty() {
        searchable.push("title".to_owned());
    }
    let settings = Settings {
        searchable_attributes: Some(searchable),
        filterable_attributes: Some(filterable()),
        sortable_attributes: Some(sortable(facts)),
        ranking_rules: Some(rules(ranking.popularity)),
        synonyms: Some(synonyms(tuning, language)),
        stop_words: Some(stop_words(tuning, language)),
        typo_tolerance: Some(TypoToleranceSettings {
            enabled: Some(ranking.typing_errors),
            disable_on_attributes: None,
            disable_on_words: None,
            // The server finds what is written like a word though products have the word itself, and counts it: `wool` is not to be `wood`.
            // Shorter words that it does not find PostgreSQL puts right.
            min_word_size_for_typos: Some(MinWordSizeForTypos {
                one_typo: Some(LEAST_FOR_ONE),
                two_typos: Some(LEAST_FOR_TWO),
            }),
            disable_on_numbers: Some(true),
        }),
        faceting: Some(FacetingSettings {
            max_values_per_facet: MOST_VALUES,
            sort_facet_values_by: Some(BTreeMap::from([("*".to_owned(), FacetSortValue::Count)])),
        }),
        pagination: Some(PaginationSetting {
            max_total_hits: MOST_HITS,
        }),
        localized_attributes: Some(localized(language)),
        search_cutoff_ms: Some(CUTOFF),
        ..Settings::default()
    };
    Wanted {
        hash: hash(&settings),
        settings,
    }
}

/// The same settings have the same hash, in whatever order they stand.
fn hash(settings: &Settings) -> String {
    // Objects of `serde_json` are sorted by their keys.
    let text = serde_json::to_value(settings)
        .unwrap_or_default()
        .to_string();
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn filterable() -> Vec<FilterableAttribute> {
    let of = |patterns: &[&str], comparison: bool| {
        FilterableAttribute::Settings(FilterableAttributesSettings {
            attribute_patterns: patterns.iter().map(|it| (*it).to_owned()).collect(),
            features: FilterFeatures {
                facet_search: false,
                filter: FilterFeatureModes {
                    equality: true,
                    comparison,
                },
            },
        })
    };
    vec![
        of(&["id", "vendor_id", "shelves", "f_*", "stock_*"], false),
        of(&["visible_from", "visible_until", "price_*"], true),
    ]
}

fn sortable(facts: &Facts) -> Vec<String> {
    let fixed = ["sold", "created", "title_key"].map(str::to_owned);
    let markets = facts.markets.iter();
    let fields =
        markets.flat_map(|market| [stock_field(market.id), lowest_field(market.price_list_id)]);
    let mut all: Vec<String> = fixed.into_iter().chain(fields).collect();
    all.sort();
    all.dedup();
    all
}

/// The order in which the server ranks: what is sold well comes first among what matches alike, or, where it is to count much,
/// among what has all words without mistakes.
fn rules(popularity: u8) -> Vec<String> {
    let sold = "sold:desc";
    let rules: &[&str] = match popularity {
        0 => &[
            "sort",
            "words",
            "typo",
            "proximity",
            "attribute",
            "exactness",
        ],
        1..=5 => &[
            "sort",
            "words",
            "typo",
            "attribute",
            "proximity",
            "exactness",
            sold,
        ],
        _ => &[
            "sort",
            "words",
            "typo",
            sold,
            "attribute",
            "proximity",
            "exactness",
        ],
    };
    rules.iter().map(|rule| (*rule).to_owned()).collect()
}

fn synonyms(tuning: &Tuning, language: LanguageCode) -> HashMap<String, Vec<String>> {
    let mut map: HashMap<String, Vec<String>> = HashMap::new();
    let ours = |of: Option<LanguageCode>| of.is_none_or(|of| of == language);
    for synonym in tuning.synonyms.iter().filter(|one| ours(one.language)) {
        match &synonym.word {
            Some(word) => map
                .entry(word.clone())
                .or_default()
                .extend(synonym.terms.clone()),
            None => {
                for term in &synonym.terms {
                    let others = synonym.terms.iter().filter(|other| *other != term);
                    map.entry(term.clone()).or_default().extend(others.cloned());
                }
            }
        }
    }
    map
}

fn stop_words(tuning: &Tuning, language: LanguageCode) -> Vec<String> {
    let ours = tuning.stop_words.iter().filter(|(of, _)| *of == language);
    let mut words: Vec<String> = ours.map(|(_, word)| word.clone()).collect();
    if language.code() == "AR" {
        // The server takes the article for a word of its own, which nearly every text has.
        words.push("ال".to_owned());
    }
    words.sort();
    words.dedup();
    words
}

/// In which language the texts are, where the server knows it.
fn localized(language: LanguageCode) -> Vec<LocalizedAttributes> {
    let code = match language.code() {
        "AR" => "ara",
        "DE" => "deu",
        "EN" => "eng",
        "ES" => "spa",
        "FA" => "pes",
        "FR" => "fra",
        "HE" => "heb",
        "IT" => "ita",
        "JA" => "jpn",
        "KO" => "kor",
        "NL" => "nld",
        "PL" => "pol",
        "PT_BR" | "PT_PT" => "por",
        "RU" => "rus",
        "SV" => "swe",
        "TH" => "tha",
        "TR" => "tur",
        "ZH_CN" | "ZH_TW" => "cmn",
        _ => return Vec::new(),
    };
    vec![LocalizedAttributes {
        locales: vec![code.to_owned()],
        attribute_patterns: ["title", "properties", "description"]
            .map(str::to_owned)
            .into(),
    }]
}
