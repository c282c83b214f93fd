//! The lines of a cart while they are being changed: pure rules.

mod settle;

use super::error::{CartErrorCode, Fault};
use super::input::{LineUpdate, MOST_UNITS, NewLine};
use super::memory;
use super::model::{Attribute, CartLineId, LineRow};
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
