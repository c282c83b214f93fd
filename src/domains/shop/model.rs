//! What is known of the shop: small, read often, changed rarely.

use crate::graphql::codes::{CountryCode, CurrencyCode, LanguageCode};
use crate::platform::db::tables;
use crate::platform::outbox::log::Head;
use diesel::prelude::*;
use diesel_derive_enum::DbEnum;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Everything about the shop that an answer may need, read at one time.
#[derive(Debug)]
pub struct Facts {
    /// The shop.
    pub shop: ShopRow,
    /// Its base language.
    pub base_language: LanguageCode,
    /// Its texts in other languages.
    pub texts: HashMap<String, ShopText>,
    /// What it promises.
    pub policies: Vec<Policy>,
    /// Whom it sells to; the default market first.
    pub markets: Vec<Arc<Market>>,
    /// Where the log of events ended when they were read; nothing where nobody follows it.
    pub as_of: Option<Head>,
}

/// Countries that are sold to alike.
#[derive(Debug)]
pub struct Market {
    /// Primary key.
    pub id: Uuid,
    /// Its name in addresses.
    pub handle: String,
    /// Its price list.
    pub price_list_id: Uuid,
    /// The currency of its price list.
    pub currency: CurrencyCode,
    /// Stands for a country that no market names, when this is the default market.
    pub default_country: CountryCode,
    /// Serves the countries that no market names.
    pub is_default: bool,
    /// Its countries by code.
    pub countries: Vec<CountryCode>,
    /// Its languages, its own first.
    pub languages: Vec<LanguageCode>,
}

/// The row of the shop.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tables::shop)]
pub struct ShopRow {
    /// Primary key.
    pub id: Uuid,
    /// In the base language.
    pub name: String,
    /// In the base language.
    pub description: String,
    /// In the base language.
    pub slogan: String,
    /// The language in which rows hold their own texts.
    pub base_language: String,
}

/// The texts of the shop in another language.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tables::shop_translations)]
pub struct ShopText {
    /// Whose texts these are.
    pub language: String,
    /// The shop's name.
    pub name: String,
    /// What it is, in a paragraph.
    pub description: String,
    /// What it is, in a line.
    pub slogan: String,
}

/// What a policy is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum)]
#[ExistingTypePath = "crate::platform::db::tables::sql_types::PolicyKind"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum PolicyKind {
    /// What happens to personal data.
    Privacy,
    /// What can be given back.
    Refund,
    /// How orders arrive.
    Shipping,
    /// What is agreed by buying.
    Terms,
}

/// A promise of the shop, with its translations.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Primary key.
    pub id: Uuid,
    /// What it is about.
    pub kind: PolicyKind,
    /// Its name in addresses.
    pub handle: String,
    /// Title and body by language code; the base language is there too.
    pub texts: HashMap<String, (String, String)>,
}

impl Facts {
    /// The market that sells to `country`.
    #[must_use]
    pub fn market_of(&self, country: CountryCode) -> Option<&Arc<Market>> {
        self.markets
            .iter()
            .find(|market| market.countries.contains(&country))
    }

    /// The market for everybody else.
    #[must_use]
    pub fn default_market(&self) -> Option<&Arc<Market>> {
        self.markets.iter().find(|market| market.is_default)
    }
}

impl Market {
    /// The language of this market when nobody asks for another.
    #[must_use]
    pub fn default_language(&self) -> Option<LanguageCode> {
        self.languages.first().copied()
    }
}
