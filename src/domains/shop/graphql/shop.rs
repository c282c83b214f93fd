//! The shop itself in the schema.

use crate::domains::shop::InContext;
use crate::domains::shop::model::{Policy, PolicyKind};
use crate::graphql::budget::charge_text;
use crate::graphql::codes::{CountryCode, CurrencyCode};
use crate::graphql::gid::gid;
use crate::graphql::links::Links;
use crate::graphql::scalars::Url;
use async_graphql::{Context, ID, Object, Result, SimpleObject};

/// The shop.
pub struct Shop(pub InContext);

/// The shop.
#[Object]
impl Shop {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("Shop", self.0.facts.shop.id)
    }

    /// What the shop is called.
    async fn name(&self) -> &str {
        self.text().0
    }

    /// What the shop is, in a paragraph.
    async fn description(&self) -> Option<&str> {
        Some(self.text().1).filter(|text| !text.is_empty())
    }

    /// How the shop presents itself.
    async fn brand(&self) -> Option<Brand> {
        let (_, description, slogan) = self.text();
        Some(Brand {
            short_description: Some(description.to_owned()),
            slogan: Some(slogan.to_owned()),
        })
    }

    /// How amounts are written: `{{amount}}` stands for the number.
    async fn money_format(&self) -> String {
        format!("{}{{{{amount}}}}", self.0.market.currency.native())
    }

    /// Where the shop is found.
    async fn primary_domain(&self, ctx: &Context<'_>) -> Result<Domain> {
        Ok(Domain::of(ctx.data::<Links>()?))
    }

    /// What can be paid with.
    async fn payment_settings(&self) -> PaymentSettings {
        let mut currencies: Vec<CurrencyCode> = self
            .0
            .facts
            .markets
            .iter()
            .map(|market| market.currency)
            .collect();
        currencies.dedup();
        PaymentSettings {
            country_code: self
                .0
                .facts
                .default_market()
                .map_or(self.0.country, |market| market.default_country),
            currency_code: self
                .0
                .facts
                .default_market()
                .map_or(self.0.market.currency, |market| market.currency),
            enabled_presentment_currencies: currencies,
        }
    }

    /// Every country that is delivered to.
    async fn ships_to_countries(&self) -> Vec<CountryCode> {
        let mut codes: Vec<CountryCode> = self
            .0
            .facts
            .markets
            .iter()
            .flat_map(|market| market.countries.clone())
            .collect();
        codes.sort_by_key(|code| code.code());
        codes
    }

    /// What happens to personal data.
    async fn privacy_policy(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>> {
        self.policy(ctx, PolicyKind::Privacy)
    }

    /// What can be given back.
    async fn refund_policy(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>> {
        self.policy(ctx, PolicyKind::Refund)
    }

    /// How orders arrive.
    async fn shipping_policy(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>> {
        self.policy(ctx, PolicyKind::Shipping)
    }

    /// What is agreed by buying.
    async fn terms_of_service(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>> {
        self.policy(ctx, PolicyKind::Terms)
    }
}

impl Shop {
    /// Name, description and slogan in the reader's language.
    fn text(&self) -> (&str, &str, &str) {
        let facts = &self.0.facts;
        match facts.texts.get(self.0.language_code()) {
            Some(text) => (&text.name, &text.description, &text.slogan),
            None => (
                &facts.shop.name,
                &facts.shop.description,
                &facts.shop.slogan,
            ),
        }
    }

    fn policy(&self, ctx: &Context<'_>, kind: PolicyKind) -> Result<Option<ShopPolicy>> {
        let links = ctx.data::<Links>()?;
        let policy = self
            .0
            .facts
            .policies
            .iter()
            .find(|policy| policy.kind == kind);
        Ok(policy.and_then(|policy| ShopPolicy::new(policy, &self.0, links)))
    }
}

/// How the shop presents itself.
#[derive(SimpleObject)]
pub struct Brand {
    /// What it is, in a paragraph.
    short_description: Option<String>,
    /// What it is, in a line.
    slogan: Option<String>,
}

/// An address that the shop is found at.
#[derive(SimpleObject)]
pub struct Domain {
    /// Host name, with the port where it is not the usual one.
    host: String,
    /// Whether it is reached over TLS.
    ssl_enabled: bool,
    /// The whole address.
    url: Url,
}

impl Domain {
    fn of(links: &Links) -> Self {
        let url = links.storefront();
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        Self {
            host: host.split('/').next().unwrap_or_default().to_owned(),
            ssl_enabled: url.starts_with("https://"),
            url: Url(url.to_owned()),
        }
    }
}

/// What can be paid with.
#[derive(SimpleObject)]
pub struct PaymentSettings {
    /// The shop's own country.
    country_code: CountryCode,
    /// The shop's own currency.
    currency_code: CurrencyCode,
    /// Currencies that prices are shown in, over all markets.
    enabled_presentment_currencies: Vec<CurrencyCode>,
}

/// A promise of the shop.
pub struct ShopPolicy {
    id: uuid::Uuid,
    handle: String,
    title: String,
    body: String,
    url: String,
}

/// A promise of the shop.
#[Object]
impl ShopPolicy {
    /// Global id.
    pub async fn id(&self) -> ID {
        gid("ShopPolicy", self.id)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.handle
    }

    /// Its title.
    async fn title(&self) -> &str {
        &self.title
    }

    /// Its text, with HTML markup.
    async fn body(&self, ctx: &Context<'_>) -> Result<&str> {
        charge_text(ctx, &self.body).await;
        Ok(&self.body)
    }

    /// Where the storefront shows it.
    async fn url(&self) -> Url {
        Url(self.url.clone())
    }
}

impl ShopPolicy {
    /// The policy of this id.
    ///
    /// # Errors
    /// When the request was given no context.
    pub fn load(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        let (context, links) = (ctx.data::<InContext>()?, ctx.data::<Links>()?);
        let policy = context.facts.policies.iter().find(|policy| policy.id == id);
        Ok(policy.and_then(|policy| Self::new(policy, context, links)))
    }

    fn new(policy: &Policy, context: &InContext, links: &Links) -> Option<Self> {
        let base = || policy.texts.get(&context.facts.shop.base_language);
        let (title, body) = policy.texts.get(context.language_code()).or_else(base)?;
        Some(Self {
            id: policy.id,
            handle: policy.handle.clone(),
            title: title.clone(),
            body: body.clone(),
            url: links.page(&format!("policies/{}", policy.handle)),
        })
    }
}
