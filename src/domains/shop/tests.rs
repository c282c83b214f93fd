//! Who is answered in which market and language.

use super::InContext;
use super::model::{Facts, Market, ShopRow};
use crate::graphql::codes::{CountryCode, CurrencyCode, LanguageCode};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

fn market(is_default: bool, countries: &[CountryCode], languages: &[LanguageCode]) -> Arc<Market> {
    Arc::new(Market {
        id: Uuid::now_v7(),
        handle: "m".to_owned(),
        price_list_id: Uuid::now_v7(),
        currency: CurrencyCode::Usd,
        default_country: CountryCode::Us,
        is_default,
        countries: countries.to_vec(),
        languages: languages.to_vec(),
    })
}

fn facts() -> Arc<Facts> {
    let text = String::new;
    Arc::new(Facts {
        shop: ShopRow {
            id: Uuid::now_v7(),
            name: text(),
            description: text(),
            slogan: text(),
            base_language: "EN".to_owned(),
        },
        base_language: LanguageCode::En,
        texts: HashMap::new(),
        policies: Vec::new(),
        markets: vec![
            market(
                true,
                &[CountryCode::Us, CountryCode::De],
                &[LanguageCode::En, LanguageCode::Ar],
            ),
            market(
                false,
                &[CountryCode::Kw],
                &[LanguageCode::Ar, LanguageCode::En],
            ),
        ],
        as_of: None,
    })
}

fn settled(
    country: Option<CountryCode>,
    language: Option<LanguageCode>,
) -> Option<(bool, CountryCode, LanguageCode)> {
    InContext::settle(&facts(), country, language)
        .map(|found| (found.market.is_default, found.country, found.language))
}

#[test]
fn nobody_in_particular_gets_the_default_market_and_the_base_language() {
    assert_eq!(
        settled(None, None),
        Some((true, CountryCode::Us, LanguageCode::En))
    );
}

#[test]
fn a_country_decides_the_market_and_its_language() {
    assert_eq!(
        settled(Some(CountryCode::Kw), None),
        Some((false, CountryCode::Kw, LanguageCode::Ar))
    );
    assert_eq!(
        settled(Some(CountryCode::Kw), Some(LanguageCode::En)),
        Some((false, CountryCode::Kw, LanguageCode::En))
    );
}

#[test]
fn what_is_not_offered_falls_back() {
    assert_eq!(
        settled(Some(CountryCode::Jp), Some(LanguageCode::Ar)),
        Some((true, CountryCode::Us, LanguageCode::Ar))
    );
    assert_eq!(
        settled(Some(CountryCode::De), Some(LanguageCode::Fi)),
        Some((true, CountryCode::De, LanguageCode::En))
    );
}
