//! For whom an operation is answered.

use super::model::{Facts, Market};
use crate::graphql::codes::{CountryCode, LanguageCode};
use crate::graphql::money::MoneyV2;
use std::sync::Arc;

/// The market, country and language in which an operation is answered.
#[derive(Debug, Clone)]
pub struct InContext {
    /// What is known of the shop.
    pub facts: Arc<Facts>,
    /// The market: decides what is seen and the price list.
    pub market: Arc<Market>,
    /// The buyer's country.
    pub country: CountryCode,
    /// The language of the texts.
    pub language: LanguageCode,
}

impl InContext {
    /// Settles who asks.
    ///
    /// A country that no market names, or none, gets the default market and its country. A language that the market does not
    /// offer gets the market's own; no language, the market's own when a country was named, else the shop's base language.
    /// `None` when the shop has no default market.
    #[must_use]
    pub fn settle(
        facts: &Arc<Facts>,
        country: Option<CountryCode>,
        language: Option<LanguageCode>,
    ) -> Option<Self> {
        let named = country.and_then(|country| Some((country, facts.market_of(country)?)));
        let (country, market) = match named {
            Some(found) => found,
            None => facts
                .default_market()
                .map(|market| (market.default_country, market))?,
        };
        let offered = language.filter(|language| market.languages.contains(language));
        let own = if named.is_some() {
            market.default_language()
        } else {
            None
        };
        Some(Self {
            facts: Arc::clone(facts),
            market: Arc::clone(market),
            country,
            language: offered.or(own).unwrap_or(facts.base_language),
        })
    }

    /// The language as rows of translations name it.
    #[must_use]
    pub fn language_code(&self) -> &'static str {
        self.language.code()
    }

    /// An amount of this market's price list.
    #[must_use]
    pub fn money(&self, minor: i64) -> MoneyV2 {
        MoneyV2::from_minor(minor, self.market.currency)
    }
}
