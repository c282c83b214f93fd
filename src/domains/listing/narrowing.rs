//! Filters with the names in them looked up: what a list lets through, by numbers.

use super::filter::{Filter, Filters};
use crate::domains::shop::InContext;
use crate::platform::db::{Conn, Statement, tables};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use diesel_async::RunQueryDsl;
use diesel_derive_enum::DbEnum;

/// A kind of value that products can be narrowed down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, DbEnum)]
#[ExistingTypePath = "tables::sql_types::FacetKind"]
#[DbValueStyle = "SCREAMING_SNAKE_CASE"]
pub enum FacetKind {
    /// A category, with its branches.
    Category,
    /// Who sells it.
    Vendor,
    /// What the storefront calls its type.
    Type,
    /// A tag.
    Tag,
    /// A choice of its options.
    Option,
    /// One of its attributes.
    Attribute,
    /// At least so many stars.
    Rating,
}

impl FacetKind {
    /// As the database names it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Category => "CATEGORY",
            Self::Vendor => "VENDOR",
            Self::Type => "TYPE",
            Self::Tag => "TAG",
            Self::Option => "OPTION",
            Self::Attribute => "ATTRIBUTE",
            Self::Rating => "RATING",
        }
    }
}

/// What a list lets through: what passes every group, a price and the availability.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Narrowing {
    /// Groups of alternatives.
    pub groups: Vec<Group>,
    /// Ranges of prices, both ends included, minor units: a variant costs something in any of them. None lets all through.
    pub prices: Vec<(i64, i64)>,
    /// Whether only what can be bought, or cannot, is let through.
    pub available: Option<bool>,
}

/// Values of which a product must have one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// What kind of values.
    pub kind: FacetKind,
    /// Which option or attribute; empty for the other kinds.
    pub field: String,
    /// Their numbers in the dictionary; none, when no product has any of what was asked for: then nothing passes.
    pub values: Vec<i32>,
}

impl Narrowing {
    /// Looks up the names in filters, by one statement; none when there are no names in them.
    ///
    /// Names of options and types, and texts of attributes, may be in the base language or the reader's.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(conn: &mut Conn, filters: &Filters, context: &InContext) -> QueryResult<Self> {
        let asked: Vec<Asked> = filters.0.iter().filter_map(Asked::of).collect();
        let known = if asked.is_empty() {
            Vec::new()
        } else {
            look_up(conn, &asked, context).await?
        };
        let mut narrowing = Self::default();
        for (place, asked) in (1_i64..).zip(asked) {
            let found = known.iter().filter(|row| row.place == place);
            let field = found.clone().next().map(|row| row.field.clone());
            narrowing.allow(
                asked.kind,
                field.unwrap_or(asked.field),
                found.map(|row| row.id),
            );
        }
        let wanted = |wanted| filters.0.contains(&Filter::Available(wanted));
        narrowing.available = match (wanted(true), wanted(false)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            // What can be bought or cannot is everything.
            _ => None,
        };
        narrowing.prices = filters.0.iter().filter_map(range).collect();
        Ok(narrowing)
    }

    /// Whether everything passes.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.groups.is_empty() && self.prices.is_empty() && self.available.is_none()
    }

    /// What a row must be to pass, one condition for each group, then the price, then the availability; those that nobody asked
    /// for are left out. `l` is the listing and `lp` its prices.
    ///
    /// Numbers are written into the text: how many products have a value decides how the list is read, and PostgreSQL cannot
    /// know that of a bound one.
    #[must_use]
    pub fn conditions(&self) -> Vec<Statement> {
        let mut conditions: Vec<Statement> = self.groups.iter().map(Group::condition).collect();
        if !self.prices.is_empty() {
            conditions.push(costs(&self.prices));
        }
        conditions.extend(
            self.available
                .map(|available| Statement::new("l.in_stock = ").bool(available)),
        );
        conditions
    }

    /// The same for products that are at hand, ` AND ` before each condition: numbers are bound, so that few texts come of it.
    #[must_use]
    pub fn passing(&self) -> Statement {
        let mut statement = Statement::default();
        if !self.groups.is_empty() {
            let groups = self.groups.iter().map(Group::as_array).collect();
            statement = statement
                .sql(" AND NOT EXISTS (SELECT 1 FROM unnest(")
                .texts(groups)
                .sql(") g(numbers) WHERE NOT l.facets && g.numbers::integer[])");
        }
        if !self.prices.is_empty() {
            statement = statement.sql(" AND ").append(costs(&self.prices));
        }
        match self.available {
            Some(available) => statement.sql(" AND l.in_stock = ").bool(available),
            None => statement,
        }
    }

    /// Adds alternatives to a group, which there is then, whether or not there are any.
    fn allow(&mut self, kind: FacetKind, field: String, values: impl Iterator<Item = i32>) {
        let at = self
            .groups
            .iter()
            .position(|group| group.kind == kind && group.field == field);
        let group = match at.and_then(|at| self.groups.get_mut(at)) {
            Some(group) => group,
            None => self.groups.push_mut(Group {
                kind,
                field,
                values: Vec::new(),
            }),
        };
        group.values.extend(values);
        group.values.sort_unstable();
        group.values.dedup();
    }
}

impl Group {
    /// The numbers as PostgreSQL writes an array.
    fn as_array(&self) -> String {
        let numbers: Vec<String> = self.values.iter().map(i32::to_string).collect();
        format!("{{{}}}", numbers.join(","))
    }

    fn condition(&self) -> Statement {
        let mut statement = Statement::new("l.facets && ARRAY[");
        for (place, value) in self.values.iter().enumerate() {
            statement = if place == 0 {
                statement
            } else {
                statement.sql(",")
            };
            statement = statement.literal(i64::from(*value));
        }
        statement.sql("]::integer[]")
    }
}

/// A variant costs something in one of the ranges. The range of all prices is looked at first, since it is at hand.
fn costs(ranges: &[(i64, i64)]) -> Statement {
    let (least, most): (Vec<i64>, Vec<i64>) = ranges.iter().copied().unzip();
    Statement::new("EXISTS (SELECT 1 FROM unnest(")
        .bigints(least)
        .sql(", ")
        .bigints(most)
        .sql(
            ") r(least, most) WHERE lp.max_amount >= r.least AND lp.min_amount <= r.most AND \
             (lp.min_amount >= r.least OR lp.max_amount <= r.most OR EXISTS (SELECT 1 FROM variants fv \
             JOIN variant_prices fp ON fp.variant_id = fv.id WHERE fv.product_id = l.product_id \
             AND fp.price_list_id = lp.price_list_id AND fp.amount BETWEEN r.least AND r.most)))",
        )
}

/// What a filter names.
struct Asked {
    kind: FacetKind,
    field: String,
    value: String,
}

impl Asked {
    fn of(filter: &Filter) -> Option<Self> {
        let (kind, field, value) = match filter {
            Filter::Available(_) | Filter::Price { .. } => return None,
            Filter::Category(id) => (FacetKind::Category, "", id.to_string()),
            Filter::Type(name) => (FacetKind::Type, "", name.clone()),
            Filter::Vendor(name) => (FacetKind::Vendor, "", name.clone()),
            Filter::Tag(tag) => (FacetKind::Tag, "", tag.clone()),
            Filter::Option { name, value } => (FacetKind::Option, name.as_str(), value.clone()),
            Filter::Attribute { handle, value } => {
                (FacetKind::Attribute, handle.as_str(), value.clone())
            }
            Filter::Rating(stars) => (FacetKind::Rating, "", stars.to_string()),
        };
        Some(Self {
            kind,
            field: field.to_lowercase(),
            value,
        })
    }
}

fn range(filter: &Filter) -> Option<(i64, i64)> {
    match filter {
        Filter::Price { min, max } => Some((*min, max.unwrap_or(i64::MAX))),
        _ => None,
    }
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Text)]
    field: String,
    #[diesel(sql_type = Integer)]
    id: i32,
}

/// The dictionary has names in lower case and cut to a length, and the database does both here, too: so that every name that stands
/// beside a count is found again.
async fn look_up(conn: &mut Conn, asked: &[Asked], context: &InContext) -> QueryResult<Vec<Known>> {
    let column = |of: fn(&Asked) -> String| asked.iter().map(of).collect::<Vec<_>>();
    Statement::new(
        "WITH asked AS (SELECT kind::facet_kind AS kind, lower(field) AS field, lower(value) AS value, place FROM unnest(",
    )
    .texts(column(|asked| asked.kind.code().to_owned()))
    .sql(", ")
    .texts(column(|asked| asked.field.clone()))
    .sql(", ")
    .texts(column(|asked| asked.value.clone()))
    .sql(
        ") WITH ORDINALITY a(kind, field, value, place)) \
         SELECT asked.place, f.field, f.id FROM asked JOIN facet_values f ON f.kind = asked.kind \
         AND f.field = left(asked.field, 200) AND f.value = left(asked.value, 200) WHERE asked.kind <> 'VENDOR' \
         UNION SELECT asked.place, f.field, f.id FROM asked JOIN facet_value_translations t ON lower(t.value_name) = asked.value \
         JOIN facet_values f ON f.id = t.facet_id AND f.kind = asked.kind \
         WHERE (asked.kind = 'TYPE' OR asked.kind = 'OPTION' AND lower(t.field_name) = asked.field \
         OR asked.kind = 'ATTRIBUTE' AND f.field = asked.field) AND t.language = ",
    )
    .text(context.language_code())
    .sql(
        " UNION SELECT asked.place, f.field, f.id FROM asked JOIN vendors v ON lower(v.name) = asked.value \
         JOIN facet_values f ON f.kind = 'VENDOR' AND f.field = '' AND f.value = v.id::text WHERE asked.kind = 'VENDOR' \
         UNION SELECT asked.place, f.field, f.id FROM asked JOIN vendor_translations v ON lower(v.name) = asked.value \
         JOIN facet_values f ON f.kind = 'VENDOR' AND f.field = '' AND f.value = v.vendor_id::text \
         WHERE asked.kind = 'VENDOR' AND v.language = ",
    )
    .text(context.language_code())
    .sql(" ORDER BY place, id")
    .load(conn)
    .await
}
