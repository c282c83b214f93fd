//! Countries, languages and currencies in the schema.

use crate::domains::shop::{InContext, model};
use crate::graphql::codes::{CountryCode, CurrencyCode, LanguageCode};
use crate::graphql::gid::gid;
use async_graphql::{Enum, ID, Object, SimpleObject};
use std::sync::Arc;

/// In which countries and languages the shop can be used.
pub struct Localization(pub InContext);

/// In which countries and languages the shop can be used.
#[Object]
impl Localization {
    /// Every country that is sold to.
    async fn available_countries(&self) -> Vec<Country> {
        let markets = self.0.facts.markets.iter();
        let mut countries: Vec<Country> = markets.flat_map(Country::all_of).collect();
        countries.sort_by_key(|country| country.code.name());
        countries
    }

    /// The languages offered in the buyer's country.
    async fn available_languages(&self) -> Vec<Language> {
        languages(&self.0.market)
    }

    /// The country in which this operation is answered.
    async fn country(&self) -> Country {
        Country {
            code: self.0.country,
            market: Arc::clone(&self.0.market),
        }
    }

    /// The language in which this operation is answered.
    async fn language(&self) -> Language {
        Language::from(self.0.language)
    }

    /// The market in which this operation is answered.
    #[graphql(deprecation = "The market follows from the country.")]
    async fn market(&self) -> Market {
        Market(Arc::clone(&self.0.market))
    }
}

/// A country that is sold to.
pub struct Country {
    code: CountryCode,
    market: Arc<model::Market>,
}

impl Country {
    fn all_of(market: &Arc<model::Market>) -> Vec<Self> {
        market
            .countries
            .iter()
            .map(|code| Self {
                code: *code,
                market: Arc::clone(market),
            })
            .collect()
    }
}

/// A country that is sold to.
#[Object]
impl Country {
    /// The languages offered in this country, its own first.
    async fn available_languages(&self) -> Vec<Language> {
        languages(&self.market)
    }

    /// What is paid with in this country.
    async fn currency(&self) -> Currency {
        Currency::from(self.market.currency)
    }

    /// The language of this country when nobody asks for another.
    async fn default_language(&self) -> Language {
        Language::from(self.market.default_language().unwrap_or(LanguageCode::En))
    }

    /// Its code.
    async fn iso_code(&self) -> CountryCode {
        self.code
    }

    /// The market that sells to this country.
    #[graphql(deprecation = "The market follows from the country.")]
    async fn market(&self) -> Option<Market> {
        Some(Market(Arc::clone(&self.market)))
    }

    /// Its name in English.
    async fn name(&self) -> &'static str {
        self.code.name()
    }

    /// In which units goods are weighed and measured there.
    async fn unit_system(&self) -> UnitSystem {
        match self.code {
            CountryCode::Us | CountryCode::Lr | CountryCode::Mm => UnitSystem::ImperialSystem,
            _ => UnitSystem::MetricSystem,
        }
    }
}

fn languages(market: &model::Market) -> Vec<Language> {
    market
        .languages
        .iter()
        .copied()
        .map(Language::from)
        .collect()
}

/// A language that the shop speaks.
#[derive(SimpleObject)]
pub struct Language {
    /// Its name in itself.
    endonym_name: &'static str,
    /// Its code.
    iso_code: LanguageCode,
    /// Its name in English.
    name: &'static str,
}

impl From<LanguageCode> for Language {
    fn from(code: LanguageCode) -> Self {
        Self {
            endonym_name: code.native(),
            iso_code: code,
            name: code.name(),
        }
    }
}

/// A currency that is paid with.
#[derive(SimpleObject)]
pub struct Currency {
    /// Its code.
    iso_code: CurrencyCode,
    /// Its name in English.
    name: &'static str,
    /// The sign that stands for it.
    symbol: &'static str,
}

impl From<CurrencyCode> for Currency {
    fn from(code: CurrencyCode) -> Self {
        Self {
            iso_code: code,
            name: code.name(),
            symbol: code.native(),
        }
    }
}

/// Countries that are sold to alike.
pub struct Market(pub Arc<model::Market>);

/// Countries that are sold to alike.
#[Object]
impl Market {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("Market", self.0.id)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }
}

/// A system of weights and measures.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitSystem {
    /// Pounds and inches.
    ImperialSystem,
    /// Kilograms and metres.
    MetricSystem,
}
