//! Every statement of this room.

use super::model::{Facts, Market, Policy, PolicyKind, ShopRow, ShopText};
use crate::graphql::codes::{CountryCode, CurrencyCode, LanguageCode};
use crate::platform::db::{Conn, tables};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Everything about the shop; `None` when there is no shop yet.
pub(super) async fn facts(conn: &mut Conn) -> QueryResult<Option<Facts>> {
    let shop = tables::shop::table
        .select(ShopRow::as_select())
        .first::<ShopRow>(conn)
        .await
        .optional()?;
    let Some(shop) = shop else { return Ok(None) };
    let texts = tables::shop_translations::table
        .select(ShopText::as_select())
        .load::<ShopText>(conn)
        .await?;
    let Some(base_language) = LanguageCode::from_code(&shop.base_language) else {
        return Ok(None);
    };
    Ok(Some(Facts {
        base_language,
        texts: texts
            .into_iter()
            .map(|text| (text.language.clone(), text))
            .collect(),
        policies: policies(conn, &shop.base_language).await?,
        markets: markets(conn).await?,
        as_of: None,
        shop,
    }))
}

async fn policies(conn: &mut Conn, base: &str) -> QueryResult<Vec<Policy>> {
    use tables::shop_policies::dsl as p;
    use tables::shop_policy_translations::dsl as t;
    let rows: Vec<(Uuid, PolicyKind, String, String, String)> = p::shop_policies
        .select((p::id, p::kind, p::handle, p::title, p::body_html))
        .order(p::kind)
        .load(conn)
        .await?;
    let translations: Vec<(Uuid, String, String, String)> = t::shop_policy_translations
        .select((t::policy_id, t::language, t::title, t::body_html))
        .load(conn)
        .await?;
    let policies = rows.into_iter().map(|(id, kind, handle, title, body)| {
        let own = translations.iter().filter(|(policy, ..)| *policy == id);
        let mut texts: HashMap<_, _> = own
            .map(|(_, language, title, body)| (language.clone(), (title.clone(), body.clone())))
            .collect();
        texts.insert(base.to_owned(), (title, body));
        Policy {
            id,
            kind,
            handle,
            texts,
        }
    });
    Ok(policies.collect())
}

async fn markets(conn: &mut Conn) -> QueryResult<Vec<Arc<Market>>> {
    use tables::market_countries::dsl as c;
    use tables::market_languages::dsl as l;
    use tables::markets::dsl as m;
    use tables::price_lists::dsl as p;
    let rows: Vec<(Uuid, String, Uuid, String, String, bool)> = m::markets
        .inner_join(p::price_lists)
        .select((
            m::id,
            m::handle,
            m::price_list_id,
            p::currency,
            m::default_country,
            m::is_default,
        ))
        .order((m::is_default.desc(), m::id))
        .load(conn)
        .await?;
    let countries: Vec<(String, Uuid)> = c::market_countries
        .select((c::country, c::market_id))
        .order(c::country)
        .load(conn)
        .await?;
    let languages: Vec<(Uuid, String)> = l::market_languages
        .select((l::market_id, l::language))
        .order((l::market_id, l::position))
        .load(conn)
        .await?;
    // A row with a code that this program does not know is left out rather than answered wrongly.
    let markets = rows.into_iter().filter_map(
        |(id, handle, price_list_id, currency, default_country, is_default)| {
            Some(Arc::new(Market {
                id,
                handle,
                price_list_id,
                currency: CurrencyCode::from_code(&currency)?,
                default_country: CountryCode::from_code(&default_country)?,
                is_default,
                countries: countries
                    .iter()
                    .filter(|(_, market)| *market == id)
                    .filter_map(|(code, _)| CountryCode::from_code(code))
                    .collect(),
                languages: languages
                    .iter()
                    .filter(|(market, _)| *market == id)
                    .filter_map(|(_, code)| LanguageCode::from_code(code))
                    .collect(),
            }))
        },
    );
    Ok(markets.collect())
}
