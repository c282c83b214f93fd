//! Where an order goes.

use crate::domains::orders::rows::ContactRow;
use crate::graphql::codes::CountryCode;
use crate::graphql::gid::gid;
use async_graphql::{ID, Object};
use std::sync::Arc;

/// Where something is sent.
#[derive(Clone)]
pub struct MailingAddress(pub Arc<ContactRow>);

/// A text that is not blank; what was blanked is absent.
pub fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// The texts that are not blank, in a row.
fn joined(texts: &[&str], between: &str) -> Option<String> {
    let texts: Vec<&str> = texts.iter().copied().filter_map(said).collect();
    (!texts.is_empty()).then(|| texts.join(between))
}

impl MailingAddress {
    /// First and last name of the one who receives it.
    #[must_use]
    pub fn full_name(&self) -> Option<String> {
        joined(&[&self.0.first_name, &self.0.last_name], " ")
    }

    fn country_code(&self) -> Option<CountryCode> {
        CountryCode::from_code(&self.0.country)
    }

    fn country_name(&self) -> &str {
        self.country_code().map_or("", CountryCode::name)
    }
}

/// Where something is sent.
#[Object]
impl MailingAddress {
    /// Global id.
    async fn id(&self) -> ID {
        gid("MailingAddress", self.0.order_id.0)
    }

    /// First name of the one who receives it.
    async fn first_name(&self) -> Option<&str> {
        said(&self.0.first_name)
    }

    /// Last name of the one who receives it.
    async fn last_name(&self) -> Option<&str> {
        said(&self.0.last_name)
    }

    /// Full name of the one who receives it.
    async fn name(&self) -> Option<String> {
        self.full_name()
    }

    /// Where it is received.
    async fn company(&self) -> Option<&str> {
        said(&self.0.company)
    }

    /// Street and number.
    async fn address1(&self) -> Option<&str> {
        said(&self.0.address1)
    }

    /// Floor, door and the like.
    async fn address2(&self) -> Option<&str> {
        said(&self.0.address2)
    }

    /// City.
    async fn city(&self) -> Option<&str> {
        said(&self.0.city)
    }

    /// Region, such as a state or governorate.
    async fn province(&self) -> Option<&str> {
        said(&self.0.province)
    }

    /// Postal code.
    async fn zip(&self) -> Option<&str> {
        said(&self.0.zip)
    }

    /// Name of the country, in English.
    async fn country(&self) -> Option<&str> {
        said(self.country_name())
    }

    /// The country.
    async fn country_code_v2(&self) -> Option<CountryCode> {
        self.country_code()
    }

    /// Where the one who receives it is called.
    async fn phone(&self) -> Option<&str> {
        said(&self.0.phone)
    }

    /// The address as the lines of a label.
    async fn formatted(
        &self,
        #[graphql(desc = "Whether the name is among them.", default_with = "Some(false)")]
        with_name: Option<bool>,
        #[graphql(
            desc = "Whether the company is among them.",
            default_with = "Some(true)"
        )]
        with_company: Option<bool>,
    ) -> Vec<String> {
        let row = &self.0;
        [
            self.full_name().filter(|_| with_name.unwrap_or(false)),
            joined(&[&row.company], "").filter(|_| with_company.unwrap_or(true)),
            joined(&[&row.address1], ""),
            joined(&[&row.address2], ""),
            joined(&[&row.city, &row.province, &row.zip], " "),
            joined(&[self.country_name()], ""),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// City, region and country in one line.
    async fn formatted_area(&self) -> Option<String> {
        joined(&[&self.0.city, &self.0.province, self.country_name()], ", ")
    }
}
