//! Vendors and where they keep their stock.

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;
use uuid::Uuid;

use crate::demo::content::{Content, Vendor};
use crate::demo::seed::SeedError;
use crate::demo::seed::calendar::after_opening;
use crate::demo::seed::directory::missing;
use crate::demo::seed::generated::{Trader, traders};
use crate::demo::seed::goods::Seller;
use crate::demo::seed::identity::Name;
use crate::demo::seed::pictures::{Album, Drawing};
use crate::demo::seed::places::{self, Place};
use crate::demo::seed::sheet::Sheet;
use crate::demo::seed::wording::ARABIC;

/// A vendor before it is a row.
pub(in crate::demo::seed) struct Maker {
    /// Its handle.
    pub handle: String,
    name: String,
    description: String,
    place: &'static Place,
    /// Name and description in Arabic.
    arabic: Option<(String, String)>,
    logo: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl Maker {
    /// The vendors of a shop of so many products: its own, then generated ones. Each came a day after the one before.
    ///
    /// # Errors
    /// [`SeedError::Missing`] when a vendor's city is not known.
    pub fn all(content: &Content, album: &Album, products: usize) -> Result<Vec<Self>, SeedError> {
        let own = content.vendors.iter().zip(0..).map(|(vendor, day)| {
            Self::of_shop(
                vendor,
                album.id(&Drawing::of_vendor(vendor)),
                after_opening(day),
            )
        });
        let mut makers = own.collect::<Result<Vec<_>, _>>()?;
        let joined = traders(products, makers.len()).into_iter().zip(100..);
        makers.extend(joined.map(|(trader, day)| Self::joined(trader, after_opening(day))));
        Ok(makers)
    }

    fn of_shop(
        vendor: &Vendor,
        logo: Option<Uuid>,
        created_at: DateTime<Utc>,
    ) -> Result<Self, SeedError> {
        Ok(Self {
            handle: vendor.handle.clone(),
            name: vendor.name.en.clone(),
            description: vendor.description.en.clone(),
            place: places::find(&vendor.city).ok_or_else(|| missing("city", &vendor.city))?,
            arabic: Some((vendor.name.ar.clone(), vendor.description.ar.clone())),
            logo,
            created_at,
        })
    }

    fn joined(trader: Trader, created_at: DateTime<Utc>) -> Self {
        let Trader {
            handle,
            name,
            description,
            place,
        } = trader;
        Self {
            handle,
            name,
            description,
            place,
            arabic: None,
            logo: None,
            created_at,
        }
    }

    /// The ids of the vendor and of its location.
    pub fn seller(&self) -> Seller {
        let id = |table| Name::of(table).and(&self.handle).id(self.created_at);
        Seller {
            vendor: id("vendors"),
            location: id("locations"),
        }
    }
}

/// Writes vendors, their translations and their locations.
///
/// # Errors
/// [`SeedError::Database`].
pub(in crate::demo::seed) async fn makers(
    tx: &Transaction<'_>,
    makers: &[Maker],
) -> Result<(), SeedError> {
    vendors(tx, makers).await?;
    translations(tx, makers).await?;
    locations(tx, makers).await?;
    Ok(())
}

async fn vendors(tx: &Transaction<'_>, makers: &[Maker]) -> Result<u64, SeedError> {
    let columns = [
        "id",
        "handle",
        "name",
        "description",
        "city",
        "state",
        "logo_file_id",
        "created_at",
        "updated_at",
        "version",
    ];
    let mut sheet = Sheet::open(tx, "vendors", &columns).await?;
    for maker in makers {
        let Maker {
            handle,
            name,
            description,
            place,
            logo,
            created_at,
            ..
        } = maker;
        let id = maker.seller().vendor;
        sheet
            .row(&[
                &id,
                handle,
                name,
                description,
                &place.city,
                &"ACTIVE",
                logo,
                created_at,
                created_at,
                &1_i32,
            ])
            .await?;
    }
    sheet.close().await
}

async fn translations(tx: &Transaction<'_>, makers: &[Maker]) -> Result<u64, SeedError> {
    let columns = ["vendor_id", "language", "name", "description", "city"];
    let mut sheet = Sheet::open(tx, "vendor_translations", &columns).await?;
    for maker in makers {
        if let Some((name, description)) = &maker.arabic {
            let (id, city) = (maker.seller().vendor, maker.place.city_ar);
            sheet.row(&[&id, &ARABIC, name, description, &city]).await?;
        }
    }
    sheet.close().await
}

async fn locations(tx: &Transaction<'_>, makers: &[Maker]) -> Result<u64, SeedError> {
    let columns = ["id", "vendor_id", "name", "country", "city", "created_at"];
    let mut sheet = Sheet::open(tx, "locations", &columns).await?;
    for maker in makers {
        let Seller { vendor, location } = maker.seller();
        let Place { city, country, .. } = maker.place;
        let name = format!("{} workshop", maker.name);
        sheet
            .row(&[&location, &vendor, &name, country, city, &maker.created_at])
            .await?;
    }
    sheet.close().await
}
