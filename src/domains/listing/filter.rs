//! What a list leaves out.

use super::condition::{all, any, available, product_type, tag, vendor};
use crate::platform::db::Statement;
use uuid::Uuid;

/// One filter; several of one kind let through what any of them does, different kinds what all do.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Whether it can be bought.
    Available(bool),
    /// A variant costs from and up to these amounts, minor units.
    Price {
        /// At least.
        min: i64,
        /// At most.
        max: Option<i64>,
    },
    /// Of this type.
    Type(String),
    /// Of the vendor of this name.
    Vendor(String),
    /// With this tag.
    Tag(String),
    /// With a variant of this choice.
    Option {
        /// Name of the option.
        name: String,
        /// Name of the choice.
        value: String,
    },
    /// In this category, or in one below it.
    Category(Uuid),
    /// With this attribute.
    Attribute {
        /// The attribute's handle.
        handle: String,
        /// Handle of a choice, a number, `true`, `false`, or a text.
        value: String,
    },
    /// Rated with at least so many stars, 1 to 5.
    Rating(u8),
}

/// All filters of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters(pub Vec<Filter>);

/// A kind of filter; choices of different options are different kinds.
type Group = (u8, Option<String>);

impl Filter {
    /// Filters of the same group are alternatives.
    fn group(&self) -> Group {
        match self {
            Self::Available(_) => (0, None),
            Self::Price { .. } => (1, None),
            Self::Type(_) => (2, None),
            Self::Vendor(_) => (3, None),
            Self::Tag(_) => (4, None),
            Self::Option { name, .. } => (5, Some(name.to_lowercase())),
            Self::Category(_) => (6, None),
            Self::Attribute { handle, .. } => (7, Some(handle.clone())),
            Self::Rating(_) => (8, None),
        }
    }

    fn condition(&self) -> Statement {
        match self {
            Self::Available(wanted) => available(*wanted),
            Self::Price { min, max } => price(*min, *max),
            Self::Type(name) => product_type(name),
            Self::Vendor(name) => vendor(name),
            Self::Tag(name) => tag(name),
            Self::Option { name, value } => option(name, value),
            Self::Category(id) => value("CATEGORY", "", &id.to_string()),
            Self::Attribute {
                handle,
                value: chosen,
            } => value("ATTRIBUTE", handle, chosen),
            Self::Rating(stars) => value("RATING", "", &stars.to_string()),
        }
    }
}

impl Filters {
    /// The condition on a row that passes all filters.
    pub(super) fn condition(&self) -> Statement {
        let mut groups: Vec<(Group, Vec<Statement>)> = Vec::new();
        for filter in &self.0 {
            match groups
                .iter_mut()
                .find(|(group, _)| *group == filter.group())
            {
                Some((_, alternatives)) => alternatives.push(filter.condition()),
                None => groups.push((filter.group(), vec![filter.condition()])),
            }
        }
        all(groups
            .into_iter()
            .map(|(_, alternatives)| any(alternatives))
            .collect())
    }
}

/// A variant has a price between. The range of all prices is looked at first, since it is at hand.
fn price(min: i64, max: Option<i64>) -> Statement {
    let max = max.unwrap_or(i64::MAX);
    Statement::new("(lp.max_amount >= ").bigint(min).sql(" AND lp.min_amount <= ").bigint(max)
        .sql(" AND EXISTS (SELECT 1 FROM variants fv JOIN variant_prices fp ON fp.variant_id = fv.id \
              WHERE fv.product_id = l.product_id AND fp.price_list_id = lp.price_list_id AND fp.amount BETWEEN ")
        .bigint(min).sql(" AND ").bigint(max).sql("))")
}

fn option(name: &str, value: &str) -> Statement {
    let (name, value) = (name.to_lowercase(), value.to_lowercase());
    Statement::new("EXISTS (SELECT 1 FROM product_options fo JOIN option_values fx ON fx.option_id = fo.id \
         LEFT JOIN product_option_translations fot ON fot.option_id = fo.id \
         LEFT JOIN option_value_translations fxt ON fxt.value_id = fx.id AND fxt.language = fot.language \
         WHERE fo.product_id = l.product_id AND (lower(fo.name) = ")
        .text(name.clone()).sql(" OR lower(fot.name) = ").text(name)
        .sql(") AND (lower(fx.name) = ").text(value.clone()).sql(" OR lower(fxt.name) = ").text(value).sql("))")
}

/// A value of the dictionary.
fn value(kind: &'static str, field: &str, value: &str) -> Statement {
    Statement::new("l.facets && ARRAY(SELECT f.id FROM facet_values f WHERE f.kind = (")
        .text(kind)
        .sql(")::facet_kind AND f.field = ")
        .text(field.to_lowercase())
        .sql(" AND f.value = ")
        .text(value.to_lowercase())
        .sql(")")
}
