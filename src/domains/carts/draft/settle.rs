//! Bringing what a buyer wants to what can be had.

use super::{Draft, Warning, overfull, summed};
use crate::domains::carts::error::{CartErrorCode, Fault};
use crate::domains::carts::input::MOST_LINES;
use crate::domains::carts::memory;
use crate::domains::carts::model::{CartLineId, LineRow};
use crate::domains::carts::offer::Offer;
use crate::domains::limits::LARGEST_TOTAL;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Draft {
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

fn too_large(message: String) -> Fault {
    Fault::new(CartErrorCode::CartTooLarge, &["lines"], message)
}
