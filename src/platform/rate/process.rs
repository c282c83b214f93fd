//! What one process counts.

use super::{Charge, Key, Micros, Wait};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Parts that are locked one by one.
const SHARDS: usize = 16;

/// Moments until which each key's spendings are paid back; a key that is paid back is as good as none.
#[derive(Debug)]
pub(super) struct InProcess {
    shards: [Mutex<HashMap<Key, Micros>>; SHARDS],
    /// Keys of each shard.
    most: usize,
    /// Which shard a key is in: not by the hash that finds it there, or each shard's would begin alike.
    spread: RandomState,
}

impl InProcess {
    /// Remembers so many keys.
    pub fn of(most: usize) -> Self {
        Self {
            shards: Default::default(),
            most: most.div_ceil(SHARDS).max(4),
            spread: RandomState::new(),
        }
    }

    /// Counts all of `charges`, or none.
    pub fn take(&self, charges: &[Charge], now: Micros) -> Result<(), Wait> {
        for (at, charge) in charges.iter().enumerate() {
            if let Err(wait) = self.take_one(charge, now) {
                self.give_back(charges.get(..at).unwrap_or_default());
                return Err(wait);
            }
        }
        Ok(())
    }

    fn take_one(&self, charge: &Charge, now: Micros) -> Result<(), Wait> {
        let mut shard = self.shard(&charge.key);
        let known = shard.get(&charge.key).copied();
        let ends = now.saturating_add(charge.rule.room);
        // Never further ahead than a rule that was changed has room for.
        let then = known.unwrap_or(0).clamp(now, ends) + charge.takes();
        if then > ends {
            return Err(Wait(then - ends));
        }
        if known.is_none() && shard.len() >= self.most {
            make_room(&mut shard, now, self.most);
        }
        shard.insert(charge.key, then);
        Ok(())
    }

    /// Takes back what was counted.
    pub fn give_back(&self, charges: &[Charge]) {
        for charge in charges {
            if let Some(until) = self.shard(&charge.key).get_mut(&charge.key) {
                *until = until.saturating_sub(charge.takes());
            }
        }
    }

    /// Notes that others have counted so much that this charge has to wait.
    pub fn learn(&self, charge: &Charge, wait: Micros, now: Micros) {
        if wait == 0 {
            return;
        }
        let ends = now.saturating_add(charge.rule.room);
        let until = ends.saturating_add(wait).saturating_sub(charge.takes());
        let mut shard = self.shard(&charge.key);
        if !shard.contains_key(&charge.key) && shard.len() >= self.most {
            make_room(&mut shard, now, self.most);
        }
        let known = shard.entry(charge.key).or_default();
        *known = until.max(*known);
    }

    fn shard(&self, key: &Key) -> MutexGuard<'_, HashMap<Key, Micros>> {
        let at = usize::try_from(self.spread.hash_one(key) >> 60).unwrap_or(0);
        let [first, ..] = &self.shards;
        let shard = self.shards.get(at).unwrap_or(first);
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub fn keys(&self) -> usize {
        let len = |shard: &Mutex<HashMap<Key, Micros>>| shard.lock().unwrap().len();
        self.shards.iter().map(len).sum()
    }
}

/// Forgets who has paid back, which changes nothing; and when those are few, half of the others, whoever has least left to pay.
fn make_room(shard: &mut HashMap<Key, Micros>, now: Micros, most: usize) {
    shard.retain(|_, until| *until > now);
    if shard.len() <= most / 2 {
        return;
    }
    let mut moments: Vec<Micros> = shard.values().copied().collect();
    let middle = moments.len() / 2;
    let (_, median, _) = moments.select_nth_unstable(middle);
    let median = *median;
    // Of those that end at the same moment some stay.
    let mut left = middle;
    shard.retain(|_, until| {
        let leaves = *until <= median && left > 0;
        left -= usize::from(leaves);
        !leaves
    });
}
