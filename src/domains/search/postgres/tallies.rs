//! Numbers of rows, by what they have and what they fail.

use crate::domains::listing::Narrowing;
use crate::domains::search::FacetCounts;
use crate::domains::search::found::range;
use crate::platform::db::Statement;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable};
use std::collections::HashMap;

/// What a row of the counts says.
#[derive(QueryableByName)]
pub(super) struct Row {
    /// The value; none where all of those that fail the same are counted.
    #[diesel(sql_type = Nullable<Integer>)]
    value: Option<i32>,
    /// What these rows fail; for a value, the bit of its group, and 0 where nothing was chosen from it.
    #[diesel(sql_type = BigInt)]
    bit: i64,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    available: i64,
    #[diesel(sql_type = BigInt)]
    unavailable: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    least: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    most: Option<i64>,
}

/// How many rows there are of a kind, and what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub count: u64,
    pub available: u64,
    pub unavailable: u64,
    pub prices: Option<(i64, i64)>,
}

impl Tally {
    fn with(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            available: self.available.saturating_add(other.available),
            unavailable: self.unavailable.saturating_add(other.unavailable),
            prices: range(self.prices, other.prices),
        }
    }
}

/// What was counted of some rows.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    by_bit: HashMap<i64, Tally>,
    /// By the value; each with the bit of its group.
    pub values: HashMap<i32, (i64, u64)>,
}

impl Tallies {
    /// Of these rows, each number made into that of all.
    pub(super) fn of(rows: Vec<Row>, scaled: impl Fn(i64) -> i64) -> Self {
        let number = |number: i64| u64::try_from(scaled(number)).unwrap_or_default();
        let mut tallies = Self::default();
        for row in rows {
            if let Some(value) = row.value {
                tallies.values.insert(value, (row.bit, number(row.count)));
            } else {
                let tally = Tally {
                    count: number(row.count),
                    available: number(row.available),
                    unavailable: number(row.unavailable),
                    prices: row.least.zip(row.most),
                };
                tallies.add(row.bit, tally);
            }
        }
        tallies
    }

    /// Rows that fail the condition of this bit, and no other.
    pub(super) fn of_bit(&self, bit: i64) -> Tally {
        self.by_bit.get(&bit).copied().unwrap_or_default()
    }

    /// Rows that pass.
    pub(super) fn hits(&self) -> Tally {
        self.of_bit(0)
    }

    /// Rows that pass all conditions but the one of this bit.
    pub(super) fn but(&self, bit: i64) -> Tally {
        match bit {
            0 => self.hits(),
            bit => self.hits().with(self.of_bit(bit)),
        }
    }

    /// All of them.
    pub(super) fn looked_at(&self) -> u64 {
        self.by_bit.values().map(|tally| tally.count).sum()
    }

    /// Rows that fail the condition of this bit come to these.
    pub(super) fn add(&mut self, bit: i64, tally: Tally) {
        let known = self.by_bit.entry(bit).or_default();
        *known = known.with(tally);
    }

    /// The values of a group are these.
    pub(super) fn replace(&mut self, bit: i64, values: HashMap<i32, (i64, u64)>) {
        self.values.retain(|_, (of, _)| *of != bit);
        self.values.extend(values);
    }

    /// The values of a group are those of `other`, except those that are known.
    pub(super) fn complete(&mut self, bit: i64, other: &Self, known: impl Fn(i32) -> bool) {
        self.values
            .retain(|value, (of, _)| *of != bit || known(*value));
        let others = other
            .values
            .iter()
            .filter(|(value, (of, _))| *of == bit && !known(**value));
        self.values
            .extend(others.map(|(value, counted)| (*value, *counted)));
    }

    /// As engines tell it.
    pub(super) fn facets(&self, bits: &Bits) -> FacetCounts {
        let (stock, priced) = (self.but(bits.availability), self.but(bits.prices));
        FacetCounts {
            values: self
                .values
                .iter()
                .map(|(value, (_, count))| (*value, *count))
                .collect(),
            available: stock.available,
            unavailable: stock.unavailable,
            prices: priced.prices,
            priced: priced.count,
            exact: false,
            own_exact: false,
        }
    }
}

/// Which bit belongs to which condition.
pub(super) struct Bits {
    /// Kind, field and bit of each group.
    pub groups: Vec<(String, String, i64)>,
    /// Zero when no price was chosen.
    pub prices: i64,
    /// Zero when no availability was chosen.
    pub availability: i64,
}

impl Bits {
    pub(super) fn of(narrowing: &Narrowing) -> Self {
        let mut next = Self::each();
        let groups = narrowing
            .groups
            .iter()
            .zip(next.by_ref())
            .map(|(group, bit)| (group.kind.code().to_owned(), group.field.clone(), bit))
            .collect();
        let mut bit_if = |chosen: bool| {
            if chosen {
                next.next().unwrap_or_default()
            } else {
                0
            }
        };
        Self {
            groups,
            prices: bit_if(!narrowing.prices.is_empty()),
            availability: bit_if(narrowing.available.is_some()),
        }
    }

    /// The bits, in the order of the conditions.
    pub(super) fn each() -> impl Iterator<Item = i64> {
        (0..62).map(|shift| 1_i64 << shift)
    }

    /// What counts the rows of `base`, which has `facets`, `in_stock`, `min_amount`, `max_amount` and `fails`: all by what they fail,
    /// and for each value those that fail nothing, or its own group.
    pub(super) fn counted(&self) -> Statement {
        Statement::new(
            ", counted AS (SELECT value, fails, count(*) AS count FROM base CROSS JOIN unnest(base.facets) value GROUP BY value, fails) \
             SELECT NULL::integer AS value, fails AS bit, count(*) AS count, count(*) FILTER (WHERE in_stock) AS available, \
             count(*) FILTER (WHERE NOT in_stock) AS unavailable, min(min_amount) AS least, max(max_amount) AS most FROM base GROUP BY fails \
             UNION ALL SELECT c.value, coalesce(chosen.bit, 0), sum(c.count)::bigint, 0, 0, NULL, NULL FROM counted c \
             JOIN facet_values f ON f.id = c.value LEFT JOIN unnest(",
        )
        .texts(self.groups.iter().map(|(kind, _, _)| kind.clone()).collect())
        .sql(", ")
        .texts(self.groups.iter().map(|(_, field, _)| field.clone()).collect())
        .sql(", ")
        .bigints(self.groups.iter().map(|(_, _, bit)| *bit).collect())
        .sql(") chosen(kind, field, bit) ON chosen.kind = f.kind::text AND chosen.field = f.field \
              WHERE c.fails = 0 OR c.fails = chosen.bit GROUP BY c.value, chosen.bit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: Option<i32>, bit: i64, count: i64) -> Row {
        Row {
            value,
            bit,
            count,
            available: count,
            unavailable: 0,
            least: Some(bit * 10),
            most: Some(bit * 10 + 5),
        }
    }

    #[test]
    fn rows_that_fail_one_condition_count_for_what_was_chosen_from_it() {
        let rows = vec![
            row(None, 0, 3),
            row(None, 1, 4),
            row(None, 2, 5),
            row(Some(7), 1, 2),
        ];
        let tallies = Tallies::of(rows, |number| number * 10);
        assert_eq!((tallies.hits().count, tallies.looked_at()), (30, 120));
        assert_eq!((tallies.but(0).count, tallies.but(2).count), (30, 80));
        assert_eq!(tallies.but(2).prices, Some((0, 25)));
        let bits = Bits {
            groups: Vec::new(),
            prices: 2,
            availability: 0,
        };
        let facets = tallies.facets(&bits);
        assert_eq!((facets.available, facets.priced), (30, 80));
        assert_eq!(facets.values, HashMap::from([(7, 20)]));
    }

    #[test]
    fn what_is_known_of_a_group_is_kept_and_the_rest_is_that_of_the_sample() {
        let sample = Tallies::of(
            vec![row(Some(1), 4, 50), row(Some(2), 4, 60), row(Some(3), 0, 9)],
            |it| it,
        );
        let mut hits = Tallies::of(
            vec![row(Some(1), 4, 45), row(Some(5), 4, 2), row(Some(3), 0, 8)],
            |it| it,
        );
        hits.complete(4, &sample, |value| value == 1);
        assert_eq!(
            hits.values,
            HashMap::from([(1, (4, 45)), (2, (4, 60)), (3, (0, 8))])
        );
        hits.replace(4, HashMap::from([(6, (4, 1))]));
        assert_eq!(hits.values, HashMap::from([(6, (4, 1)), (3, (0, 8))]));
    }
}
