//! What is looked for, in the schema.

use super::recorder::Searches;
use super::report::{Asked, Opened, Report};
use super::service::report;
use crate::domains::accounts::Permission;
use crate::domains::accounts::graphql::permitted;
use crate::domains::catalog::graphql::{Product, product_by_id};
use crate::domains::shop::InContext;
use crate::graphql::codes::LanguageCode;
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::gid::{self, gid};
use crate::graphql::made_of::reading;
use crate::graphql::scalars::DateTime;
use crate::graphql::user_error::user_errors;
use crate::platform::clock;
use async_graphql::{Context, Enum, Error, ID, InputObject, Object, Result, SimpleObject};
use chrono::{NaiveTime, TimeDelta};

/// Queries about what is looked for.
#[derive(Default)]
pub struct AnalyticsQuery;

/// The longest time that can be asked for at once, in days: what is kept.
const MOST_DAYS: i64 = 396;
/// The most lines of each kind.
const MOST_LINES: i32 = 100;
/// The most popular searches.
const MOST_POPULAR: i32 = 50;

/// Queries about what is looked for.
#[Object]
impl AnalyticsQuery {
    /// What is looked for most in the reader's language and found, most first: texts that several people searched in the last thirty days,
    /// at least three of them on the same day. What an administrator has blocked is not told.
    async fn popular_searches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at the most: 1 to 50.", default = 10)] first: i32,
    ) -> Result<Vec<String>> {
        let limit = lines(first, MOST_POPULAR)?;
        let language = ctx.data::<InContext>()?.language;
        let searches = ctx.data::<Searches>()?;
        let popular = searches.popular(language, limit).await;
        popular.map_err(|error| Error::from(&*error))
    }

    /// What was looked for in some days, of which nothing says who did. For whoever may see it: see `Permission.SEARCH_ANALYTICS_READ`.
    /// Texts that may be somebody's data (with an @, or a number of six digits or more) are not counted. Terms of fewer than three searches
    /// a day are forgotten after two days; the numbers of searches, of those in vain and of clicks are of all.
    async fn search_analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The first day (UTC) is that of this moment; left out, the thirtieth before the last."
        )]
        from: Option<DateTime>,
        #[graphql(desc = "The last day (UTC) is that of this moment; left out, today.")] to: Option<
            DateTime,
        >,
        #[graphql(
            desc = "How many terms and products of each list at the most: 1 to 100.",
            default = 20
        )]
        first: i32,
    ) -> Result<Option<SearchAnalytics>> {
        permitted(ctx, Permission::SearchAnalyticsRead)?;
        let limit = lines(first, MOST_LINES)?;
        let moment = |day: Option<DateTime>| day.map(|day| day.0.date_naive());
        let to = moment(to).unwrap_or_else(|| clock::now().date_naive());
        let earlier = to.checked_sub_signed(TimeDelta::days(29));
        let from = moment(from).or(earlier).unwrap_or(to);
        if from > to {
            return Err(bad("`from` is after `to`: exchange them."));
        }
        if (to - from).num_days() >= MOST_DAYS {
            return Err(bad(format!(
                "More than {MOST_DAYS} days are asked for: ask for fewer."
            )));
        }
        let database = reading(ctx)?.unkept();
        let report = report(database, from, to, limit).await?;
        Ok(Some(SearchAnalytics(report)))
    }
}

fn bad(message: impl Into<String>) -> Error {
    client_error(ErrorCode::BadUserInput, message)
}

fn lines(first: i32, most: i32) -> Result<usize> {
    usize::try_from(first)
        .ok()
        .filter(|_| (1..=most).contains(&first))
        .ok_or_else(|| bad(format!("`first` is from 1 to {most}.")))
}

/// A number as the schema has them.
fn int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What was looked for in some days.
pub struct SearchAnalytics(Report);

/// What was looked for in some days.
#[Object]
impl SearchAnalytics {
    /// The beginning of the first day.
    async fn from(&self) -> DateTime {
        DateTime(self.0.from.and_time(NaiveTime::MIN).and_utc())
    }

    /// The beginning of the last day.
    async fn to(&self) -> DateTime {
        DateTime(self.0.to.and_time(NaiveTime::MIN).and_utc())
    }

    /// How often something was looked for.
    async fn searches(&self) -> i32 {
        int(self.0.searches)
    }

    /// How often nothing was found.
    async fn without_result(&self) -> i32 {
        int(self.0.without_result)
    }

    /// How often a product was opened that was found.
    async fn clicks(&self) -> i32 {
        int(self.0.clicks)
    }

    /// Clicks for each search; `null` when nothing was looked for.
    async fn click_rate(&self) -> Option<f64> {
        rate(self.0.clicks, self.0.searches)
    }

    /// What was looked for most, most first.
    async fn popular_terms(&self) -> Vec<SearchTerm> {
        self.0.popular.iter().cloned().map(SearchTerm).collect()
    }

    /// What was looked for and not found, most first: what the shop might sell, or a synonym that is missing.
    async fn terms_without_result(&self) -> Vec<SearchTerm> {
        self.0.in_vain.iter().cloned().map(SearchTerm).collect()
    }

    /// The products that were opened most, most first.
    async fn top_products(&self) -> Vec<SearchedProduct> {
        let opened = self.0.opened.iter().cloned();
        opened.map(SearchedProduct).collect()
    }
}

fn rate(clicks: i64, searches: i64) -> Option<f64> {
    let number = |number: i64| f64::from(int(number));
    (searches > 0).then(|| number(clicks) / number(searches))
}

/// A text that was looked for.
pub struct SearchTerm(Asked);

/// A text that was looked for.
#[Object]
impl SearchTerm {
    /// The text, lower case.
    async fn term(&self) -> &str {
        &self.0.term
    }

    /// In which language; `null` for one that the program does not know any more.
    async fn language(&self) -> Option<LanguageCode> {
        LanguageCode::from_code(&self.0.language)
    }

    /// How often it was looked for.
    async fn searches(&self) -> i32 {
        int(self.0.searches)
    }

    /// How often nothing was found.
    async fn without_result(&self) -> i32 {
        int(self.0.without_result)
    }

    /// How often a product was opened that it found.
    async fn clicks(&self) -> i32 {
        int(self.0.clicks)
    }

    /// Clicks for each search.
    async fn click_rate(&self) -> Option<f64> {
        rate(self.0.clicks, self.0.searches)
    }
}

/// A product that was opened after a search.
pub struct SearchedProduct(Opened);

/// A product that was opened after a search.
#[Object]
impl SearchedProduct {
    /// Global id of the product.
    async fn product_id(&self) -> ID {
        gid("Product", self.0.product)
    }

    /// The product; `null` when the reader's market does not see it any more.
    async fn product(&self, ctx: &Context<'_>) -> Result<Option<Product>> {
        product_by_id(ctx, self.0.product).await
    }

    /// How often it was opened.
    async fn clicks(&self) -> i32 {
        int(self.0.clicks)
    }
}

/// Mutations about what is looked for.
#[derive(Default)]
pub struct AnalyticsMutation;

/// A product that was opened after a search.
#[derive(InputObject, Debug, Clone)]
pub struct SearchClickInput {
    /// The `trackingParameters` of the product in the search's answer: at most 2000 characters.
    pub tracking_parameters: String,
    /// The product's global id.
    pub product_id: ID,
}

/// What is wrong with a click that is told, for programs.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchClickErrorCode {
    /// The parameters are none of a search.
    Invalid,
    /// The parameters are too long.
    TooLong,
}

user_errors! {
    /// What is wrong with a click that is told.
    SearchClickUserError, SearchClickErrorCode
}

/// What `searchClick` answers.
#[derive(SimpleObject, Default)]
pub struct SearchClickPayload {
    /// What was wrong; nothing was counted then.
    pub user_errors: Vec<SearchClickUserError>,
}

/// The longest tracking parameters, in bytes.
const LONGEST_PARAMETERS: usize = 2000;

/// Mutations about what is looked for.
#[Object]
impl AnalyticsMutation {
    /// Tells that somebody opened a product which a search found. It is counted by the text of the search and by the product, and nothing
    /// is kept of who did. A search or a product that the shop does not know is left out quietly.
    async fn search_click(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which product, after which search.")] input: SearchClickInput,
    ) -> Result<Option<SearchClickPayload>> {
        let product = gid::expect("Product", &input.product_id)?;
        let searches = ctx.data::<Searches>()?;
        let language = ctx.data::<InContext>()?.language;
        let refused = match searched(&input.tracking_parameters) {
            Ok(text) => {
                searches.clicked(language, &text, product);
                None
            }
            Err((code, message)) => {
                let path = &["input", "trackingParameters"];
                Some(SearchClickUserError::new(code, path, message))
            }
        };
        Ok(Some(SearchClickPayload {
            user_errors: refused.into_iter().collect(),
        }))
    }
}

/// The text of the search that tracking parameters tell of.
fn searched(parameters: &str) -> Result<String, (SearchClickErrorCode, &'static str)> {
    if parameters.len() > LONGEST_PARAMETERS {
        return Err((
            SearchClickErrorCode::TooLong,
            "These tracking parameters are longer than any that a search gives: pass them as they were given.",
        ));
    }
    let parameters = parameters.trim_start_matches(['?', '&']);
    let mut pairs = form_urlencoded::parse(parameters.as_bytes());
    pairs
        .find(|(name, value)| name == "_psq" && !value.is_empty())
        .map(|(_, text)| text.into_owned())
        .ok_or((
            SearchClickErrorCode::Invalid,
            "These are no tracking parameters of a search: pass those of the product in its answer.",
        ))
}

#[cfg(test)]
mod tests {
    use super::{SearchClickErrorCode, searched};

    #[test]
    fn the_text_of_the_search_stands_in_the_parameters() {
        let text = |parameters: &str| searched(parameters).map_err(|(code, _)| code);
        assert_eq!(
            text("_pos=1&_psq=green+tea%21&_ss=e&_v=1.0"),
            Ok("green tea!".to_owned())
        );
        assert_eq!(text("?_psq=%D8%B4"), Ok("ش".to_owned()));
        for parameters in ["", "_pos=1", "_psq=", "green tea"] {
            assert_eq!(text(parameters), Err(SearchClickErrorCode::Invalid));
        }
        let long = format!("_psq={}", "a".repeat(2000));
        assert_eq!(text(&long), Err(SearchClickErrorCode::TooLong));
    }
}
