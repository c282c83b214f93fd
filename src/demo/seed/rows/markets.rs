//! The markets: all the world in dollars, and Kuwait in dinars.

use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::OPENING;
use crate::demo::seed::identity::Name;
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::{ARABIC, ENGLISH};

/// Countries that are sold to alike.
struct Market {
    handle: &'static str,
    name: &'static str,
    price_list: &'static str,
    currency: &'static str,
    tax_included: bool,
    is_default: bool,
    /// The default first.
    countries: &'static [&'static str],
    /// The default first.
    languages: [&'static str; 2],
}

const MARKETS: [Market; 2] = [
    Market {
        handle: "international",
        name: "International",
        price_list: "usd",
        currency: "USD",
        tax_included: false,
        is_default: true,
        countries: &[
            "US", "CA", "GB", "IE", "DE", "FR", "NL", "BE", "AT", "ES", "IT", "SE", "DK", "AU",
            "NZ", "AE", "SA", "QA", "JO", "EG",
        ],
        languages: [ENGLISH, ARABIC],
    },
    Market {
        handle: "kuwait",
        name: "Kuwait",
        price_list: "kwd",
        currency: "KWD",
        tax_included: true,
        is_default: false,
        countries: &["KW"],
        languages: [ARABIC, ENGLISH],
    },
];

/// The price lists of the demo shop.
#[derive(Debug, Clone, Copy)]
pub(in crate::demo::seed) struct PriceLists {
    /// In US cents.
    pub usd: Uuid,
    /// In fils.
    pub kwd: Uuid,
}

impl PriceLists {
    /// Writes the markets with their price lists, countries and languages.
    ///
    /// # Errors
    /// [`SeedError::Database`].
    pub async fn with_markets(tx: &Transaction<'_>) -> Result<Self, SeedError> {
        price_lists(tx).await?;
        markets(tx).await?;
        countries(tx).await?;
        languages(tx).await?;
        Ok(Self {
            usd: price_list_id("usd"),
            kwd: price_list_id("kwd"),
        })
    }
}

impl Market {
    fn id(&self) -> Uuid {
        Name::of("markets").and(self.handle).id(OPENING)
    }
}

fn price_list_id(code: &str) -> Uuid {
    Name::of("price_lists").and(code).id(OPENING)
}

async fn price_lists(tx: &Transaction<'_>) -> Result<u64, SeedError> {
    let columns = ["id", "code", "currency", "created_at"];
    let mut sheet = Sheet::open(tx, "price_lists", &columns).await?;
    for Market {
        price_list,
        currency,
        ..
    } in &MARKETS
    {
        sheet
            .row(&[&price_list_id(price_list), price_list, currency, &OPENING])
            .await?;
    }
    sheet.close().await
}

async fn markets(tx: &Transaction<'_>) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "handle",
        "name",
        "price_list_id",
        "default_country",
        "tax_included",
        "is_default",
        "created_at",
    ];
    let mut sheet = Sheet::open(tx, "markets", &columns).await?;
    for market in &MARKETS {
        let Market {
            handle,
            name,
            price_list,
            tax_included,
            is_default,
            ..
        } = market;
        let (id, price_list) = (market.id(), price_list_id(price_list));
        let country = market.countries.first().copied();
        sheet
            .row(&[
                &id,
                handle,
                name,
                &price_list,
                &country,
                tax_included,
                is_default,
                &OPENING,
            ])
            .await?;
    }
    sheet.close().await
}

async fn countries(tx: &Transaction<'_>) -> Result<u64, SeedError> {
    let mut sheet = Sheet::open(tx, "market_countries", &["country", "market_id"]).await?;
    for market in &MARKETS {
        for country in market.countries {
            sheet.row(&[country, &market.id()]).await?;
        }
    }
    sheet.close().await
}

async fn languages(tx: &Transaction<'_>) -> Result<u64, SeedError> {
    let columns = ["market_id", "language", "position"];
    let mut sheet = Sheet::open(tx, "market_languages", &columns).await?;
    for market in &MARKETS {
        for (position, language) in (1_i32..).zip(&market.languages) {
            sheet.row(&[&market.id(), language, &position]).await?;
        }
    }
    sheet.close().await
}
