//! The lines of a cart while they are being changed: pure rules.

use super::error::{CartErrorCode, Fault};
use super::input::{LineUpdate, MOST_LINES, MOST_UNITS, NewLine};
use super::memory;
use super::model::{Attribute, CartLineId, LineRow};
use super::offer::Offer;
use crate::domains::limits::LARGEST_TOTAL;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What a buyer ought to know though the change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The line was set to what there is of it.
    NotEnough {
        /// The line.
        line: CartLineId,
        /// How many there are.
        kept: i32,
    },
    /// There is none of this variant, so that none was added.
    OutOfStock {
        /// The variant.
        variant: Uuid,
    },
}

/// The lines of a cart while they are being changed.
#[derive(Debug, Clone)]
pub struct Draft {
    before: Vec<LineRow>,
    lines: Vec<LineRow>,
    /// Bytes of the attributes of the cart itself.
    own: usize,
    /// Lines that were changed, with the place and the field of the input that did it.
    touched: Vec<(CartLineId, usize, &'static str)>,
}

/// What is to be written.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Lines that go.
    pub gone: Vec<CartLineId>,
    /// Lines that come.
    pub new: Vec<LineRow>,
    /// Lines that only have another quantity.
    pub counted: Vec<(CartLineId, i32)>,
}

impl Difference {
    /// Whether nothing is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty() && self.counted.is_empty()
    }
}

impl Draft {
    /// Of the lines as they are kept.
    #[must_use]
    pub fn of(lines: Vec<LineRow>) -> Self {
        Self {
            before: lines.clone(),
            lines,
            own: 0,
            touched: Vec::new(),
        }
    }

    /// In a cart with these attributes of its own.
    #[must_use]
    pub fn beside(mut self, attributes: &Value) -> Self {
        self.own = memory::bytes(attributes);
        self
    }

    /// Puts something in: into the line of the same variant with the same attributes, if there is one.
    ///
    /// # Errors
    /// When one line cannot hold as many.
    pub fn add(&mut self, index: usize, new: &NewLine) -> Result<(), Fault> {
        let attributes = in_order(&new.attributes);
        let twin = |line: &&mut LineRow| {
            line.variant_id == new.variant_id && line.attributes == attributes
        };
        let id = if let Some(line) = self.lines.iter_mut().find(twin) {
            line.quantity = summed(line.quantity, new.quantity).ok_or_else(|| overfull(index))?;
            line.id
        } else {
            let id = CartLineId::new();
            self.lines.push(LineRow {
                id,
                variant_id: new.variant_id,
                quantity: new.quantity,
                attributes,
            });
            id
        };
        self.touch(id, index, "merchandiseId");
        Ok(())
    }

    /// Changes a line; several changes of one line come one after the other.
    ///
    /// # Errors
    /// When the cart has no such line.
    pub fn update(&mut self, index: usize, update: &LineUpdate) -> Result<(), Fault> {
        let Some(line) = self.lines.iter_mut().find(|line| line.id == update.id) else {
            return Err(unknown(&["lines", &index.to_string(), "id"]));
        };
        if let Some(quantity) = update.quantity {
            line.quantity = quantity;
        }
        if let Some(attributes) = &update.attributes {
            line.attributes = in_order(attributes);
        }
        if let Some(variant) = update.variant_id {
            line.variant_id = variant;
        }
        let field = update.variant_id.map_or("id", |_| "merchandiseId");
        self.touch(update.id, index, field);
        Ok(())
    }

    /// Takes lines out.
    ///
    /// # Errors
    /// One for each id that is of no line.
    pub fn remove(&mut self, ids: &[CartLineId]) -> Result<(), Vec<Fault>> {
        let known: HashSet<CartLineId> = self.lines.iter().map(|line| line.id).collect();
        let faults: Vec<Fault> = ids
            .iter()
            .enumerate()
            .filter(|(_, id)| !known.contains(id))
            .map(|(index, _)| unknown(&["lineIds", &index.to_string()]))
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        self.lines.retain(|line| !ids.contains(&line.id));
        Ok(())
    }

    /// The variants that stand in it, or stood.
    #[must_use]
    pub fn variants(&self) -> Vec<Uuid> {
        let all = self.before.iter().chain(&self.lines);
        let variants: HashSet<Uuid> = all.map(|line| line.variant_id).collect();
        variants.into_iter().collect()
    }

    /// Brings the changed lines to what can be had.
    ///
    /// # Errors
    /// What cannot be bought at all, or is too much for one line or one cart.
    pub fn settle(&mut self, offers: &HashMap<Uuid, Offer>) -> Result<Vec<Warning>, Vec<Fault>> {
        self.lines.retain(|line| line.quantity > 0);
        self.join()?;
        self.refuse_unsold(offers)?;
        let mut warnings = Vec::new();
        let mut open = self.touched.clone();
        while !open.is_empty() {
            let (id, ..) = open.remove(0);
            warnings.extend(self.fit(id, &open, offers));
        }
        self.lines.retain(|line| line.quantity > 0);
        self.join()?;
        self.bounded(offers)?;
        Ok(warnings)
    }

    /// What is to be written so that the kept lines are these.
    #[must_use]
    pub fn difference(self) -> Difference {
        let mut kept: HashMap<CartLineId, LineRow> = self
            .before
            .into_iter()
            .map(|line| (line.id, line))
            .collect();
        let mut difference = Difference::default();
        for line in self.lines {
            match kept.remove(&line.id) {
                None => difference.new.push(line),
                Some(old)
                    if (old.variant_id, &old.attributes) != (line.variant_id, &line.attributes) =>
                {
                    // Written anew, so that two lines may change places without meeting half way.
                    difference.gone.push(line.id);
                    difference.new.push(line);
                }
                Some(old) if old.quantity != line.quantity => {
                    difference.counted.push((line.id, line.quantity));
                }
                Some(_) => {}
            }
        }
        difference.gone.extend(kept.into_keys());
        difference.gone.sort();
        difference
    }

    fn touch(&mut self, id: CartLineId, index: usize, field: &'static str) {
        self.touched.retain(|(other, ..)| *other != id);
        self.touched.push((id, index, field));
    }

    /// Joins lines that became equal: the oldest stays.
    fn join(&mut self) -> Result<(), Vec<Fault>> {
        let mut joined: Vec<LineRow> = Vec::new();
        for line in std::mem::take(&mut self.lines) {
            let twin = |other: &&mut LineRow| {
                other.variant_id == line.variant_id && other.attributes == line.attributes
            };
            let Some(twin) = joined.iter_mut().find(twin) else {
                joined.push(line);
                continue;
            };
            let index = self
                .cause(line.id)
                .or_else(|| self.cause(twin.id))
                .map_or(0, |(index, _)| index);
            twin.quantity =
                summed(twin.quantity, line.quantity).ok_or_else(|| vec![overfull(index)])?;
            for touched in &mut self.touched {
                if touched.0 == line.id {
                    touched.0 = twin.id;
                }
            }
        }
        self.lines = joined;
        let present: HashSet<CartLineId> = self.lines.iter().map(|line| line.id).collect();
        let mut seen = HashSet::new();
        self.touched
            .retain(|(id, ..)| present.contains(id) && seen.insert(*id));
        Ok(())
    }

    fn cause(&self, id: CartLineId) -> Option<(usize, &'static str)> {
        let of = |(touched, ..): &&(CartLineId, usize, &'static str)| *touched == id;
        self.touched
            .iter()
            .find(of)
            .map(|(_, index, field)| (*index, *field))
    }

    /// A variant that the cart's market cannot buy is answered like one that is not there.
    fn refuse_unsold(&self, offers: &HashMap<Uuid, Offer>) -> Result<(), Vec<Fault>> {
        let sold = |variant| {
            offers
                .get(&variant)
                .is_some_and(|offer| offer.price().is_ok())
        };
        let faults: Vec<Fault> = self
            .lines
            .iter()
            .filter(|line| !sold(line.variant_id))
            .filter_map(|line| self.cause(line.id))
            .map(|(index, field)| {
                Fault::new(
                    CartErrorCode::Invalid,
                    &["lines", &index.to_string(), field],
                    "This is not sold here, or not in the cart's country: choose something else.",
                )
            })
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Brings one changed line to what can be had, beside the others of its variant. Of those that are still `open`, what they
    /// were before counts.
    fn fit(
        &mut self,
        id: CartLineId,
        open: &[(CartLineId, usize, &'static str)],
        offers: &HashMap<Uuid, Offer>,
    ) -> Option<Warning> {
        let line = self.lines.iter().find(|line| line.id == id)?.clone();
        let is_open = |other: CartLineId| open.iter().any(|(open, ..)| *open == other);
        let others: i64 = self
            .lines
            .iter()
            .filter(|other| other.id != id && other.variant_id == line.variant_id)
            .map(|other| {
                if is_open(other.id) {
                    self.stood(other)
                } else {
                    other.quantity
                }
            })
            .map(i64::from)
            .sum();
        let available = offers
            .get(&line.variant_id)
            .map_or(0, |offer| offer.available);
        let left = available
            .saturating_sub(others)
            .clamp(0, i64::from(i32::MAX));
        let left = i32::try_from(left).unwrap_or(i32::MAX);
        if line.quantity <= left {
            return None;
        }
        if left > 0 {
            self.set(id, left);
            return Some(Warning::NotEnough {
                line: id,
                kept: left,
            });
        }
        let stood = self.stood(&line);
        let old = self.before.iter().find(|old| old.id == id).cloned();
        match old.filter(|_| stood == 0) {
            // Something else was wanted in its place, and there is none: the line stays what it was.
            Some(old) => self
                .lines
                .iter_mut()
                .filter(|line| line.id == id)
                .for_each(|line| *line = old.clone()),
            None => self.set(id, line.quantity.min(stood)),
        }
        Some(Warning::OutOfStock {
            variant: line.variant_id,
        })
    }

    /// How many of the same variant stood in a line before.
    fn stood(&self, line: &LineRow) -> i32 {
        let same = |old: &&LineRow| old.id == line.id && old.variant_id == line.variant_id;
        self.before.iter().find(same).map_or(0, |old| old.quantity)
    }

    fn set(&mut self, id: CartLineId, quantity: i32) {
        for line in self.lines.iter_mut().filter(|line| line.id == id) {
            line.quantity = quantity;
        }
    }

    /// Neither more lines and attributes than a cart may have nor, when it grew, more money than an order may come to.
    fn bounded(&self, offers: &HashMap<Uuid, Offer>) -> Result<(), Vec<Fault>> {
        if self.lines.len() > MOST_LINES {
            return Err(vec![too_large(format!(
                "A cart has at most {MOST_LINES} lines: remove some, or buy these first."
            ))]);
        }
        let field = if memory::fits(self.own, &[]) {
            "lines"
        } else {
            "attributes"
        };
        if !memory::fits(self.own, &self.lines) {
            return Err(vec![memory::fault(field)]);
        }
        let total = |lines: &[LineRow]| {
            lines.iter().fold(0_i64, |sum, line| {
                let price = offers
                    .get(&line.variant_id)
                    .and_then(|offer| offer.price().ok());
                let amount = price.unwrap_or(0).saturating_mul(i64::from(line.quantity));
                sum.saturating_add(amount)
            })
        };
        let now = total(&self.lines);
        if now > LARGEST_TOTAL && now > total(&self.before) {
            return Err(vec![too_large(
                "This is more than one order may come to: take less of it.".to_owned(),
            )]);
        }
        Ok(())
    }
}

/// Attributes as they are kept of a line: by key, so that the same ones are the same however they are ordered.
fn in_order(attributes: &[Attribute]) -> Value {
    let mut attributes = attributes.to_vec();
    attributes.sort_by(|a, b| a.key.cmp(&b.key));
    json!(attributes)
}

fn summed(a: i32, b: i32) -> Option<i32> {
    a.checked_add(b).filter(|sum| *sum <= MOST_UNITS)
}

fn overfull(index: usize) -> Fault {
    Fault::new(
        CartErrorCode::MaximumExceeded,
        &["lines", &index.to_string(), "quantity"],
        format!(
            "One line has at most {MOST_UNITS} units, with those that are in the cart already."
        ),
    )
}

fn unknown(path: &[&str]) -> Fault {
    Fault::new(
        CartErrorCode::InvalidMerchandiseLine,
        path,
        "The cart has no such line: read the cart again.",
    )
}

fn too_large(message: String) -> Fault {
    Fault::new(CartErrorCode::CartTooLarge, &["lines"], message)
}
