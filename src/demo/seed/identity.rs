//! Ids that are the same each time the shop is seeded.
//!
//! A row's id is made from its name (the table, then what is unique in it, such as a handle) and the time the row was created.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use super::chance::Chance;

/// What stands between two parts of a name, so that "a", "bc" and "ab", "c" differ.
const SEPARATOR: u8 = 0x1f;

/// The name of a row, as its hash (FNV-1a).
#[derive(Debug, Clone, Copy)]
pub(super) struct Name(u64);

impl Name {
    /// The name that begins with a table.
    pub fn of(table: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).and(table)
    }

    /// The name that goes on with `part`.
    pub fn and(self, part: &str) -> Self {
        self.bytes(part.as_bytes())
    }

    /// The name that goes on with a position.
    pub fn nth(self, position: i16) -> Self {
        self.bytes(&position.to_le_bytes())
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().chain([&SEPARATOR]).fold(self.0, step))
    }

    /// The numbers that belong to this name.
    pub fn chance(self) -> Chance {
        Chance::new(self.0)
    }

    /// The id of the row of this name: a UUIDv7 of its time of creation.
    pub fn id(self, created_at: DateTime<Utc>) -> Uuid {
        let mut chance = self.chance();
        let (head, tail) = (chance.next().to_be_bytes(), chance.next().to_be_bytes());
        let mut random = [0; 10];
        for (to, from) in random.iter_mut().zip(head.iter().chain(&tail)) {
            *to = *from;
        }
        let millis = created_at.timestamp_millis().unsigned_abs();
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}
