//! Ids that are tried: those of somebody else's things, and what each of them has to be answered like.

use super::cast::{Person, Things, gid};
use lilium::platform::secret::Secret;
use uuid::Uuid;

/// An id of nothing, and ids of things of others of the same form.
pub struct Alike {
    pub missing: Tried,
    pub foreign: Vec<Tried>,
    /// Whether this is an id that might open something: all such are answered alike, with whatever key.
    pub well_formed: bool,
}

/// An id, and what it is in words.
#[derive(Clone)]
pub struct Tried {
    pub id: String,
    pub words: String,
    /// What stands in the id, to be left out of answers.
    pub row: Uuid,
}

/// Whose things are tried, and whose besides.
pub struct Theirs<'a> {
    pub person: &'a Person,
    pub things: &'a Things,
    pub guest: &'a Things,
    pub vendor: Uuid,
}

/// Everything that ids are of, as they call it.
const KINDS: [&str; 7] = [
    "Cart",
    "CartLine",
    "MailingAddress",
    "Order",
    "User",
    "Vendor",
    "VendorOrder",
];

fn tried(kind: &str, row: Uuid, key: Option<&str>, words: impl Into<String>) -> Tried {
    Tried {
        id: gid(kind, row, key),
        words: words.into(),
        row,
    }
}

fn random() -> String {
    Secret::new().unwrap().text()
}

impl Theirs<'_> {
    /// Row and key of their thing of this type.
    pub fn right(&self, kind: &str) -> (Uuid, Option<&str>) {
        let things = self.things;
        match kind {
            "Cart" => (things.cart.id, Some(&things.cart.key)),
            "Order" => (things.order.id, Some(&things.order.key)),
            "CartLine" => (things.line, None),
            "MailingAddress" => (things.order.id, None),
            "User" => (self.person.user.unwrap(), None),
            "Vendor" => (self.vendor, None),
            "VendorOrder" => (things.parts[0], None),
            other => panic!("say which id of a {other} is tried"),
        }
    }

    fn guests(&self, kind: &str) -> Option<Uuid> {
        match kind {
            "Cart" => Some(self.guest.cart.id),
            "Order" => Some(self.guest.order.id),
            "CartLine" => Some(self.guest.line),
            "VendorOrder" => Some(self.guest.parts[0]),
            _ => None,
        }
    }

    /// Keys that do not open their thing of this type: of their other things, and of whoever asks.
    fn wrong_keys(&self, kind: &str, own: &Things) -> Vec<(String, String)> {
        let theirs = self.things;
        let other = match kind {
            "Cart" => &theirs.order,
            _ => &theirs.cart,
        };
        [
            ("a key of nothing", random()),
            ("the key of another thing of theirs", other.key.clone()),
            ("the key of the cart they bought", theirs.bought.key.clone()),
            ("the key of an own cart", own.cart.key.clone()),
            ("the key of an own order", own.order.key.clone()),
        ]
        .map(|(words, key)| (words.to_owned(), key))
        .into()
    }

    /// All that is tried where an id of this type is taken, by whoever has `own`.
    pub fn all(&self, kind: &'static str, own: &Things) -> Vec<Alike> {
        let mut all = vec![self.plain(kind)];
        if matches!(kind, "Cart" | "Order") {
            let keys = self.wrong_keys(kind, own);
            all.extend(keys.iter().map(|(words, key)| self.keyed(kind, words, key)));
            all.push(self.keys_of_others(kind));
        } else {
            all.push(self.malformed(kind, &random()));
        }
        all.extend(
            KINDS
                .iter()
                .filter(|other| **other != kind)
                .map(|other| self.renamed(kind, other)),
        );
        all
    }

    /// Without a key: theirs, a guest's, and what is theirs of another type.
    fn plain(&self, kind: &str) -> Alike {
        let right = self.right(kind).0;
        let mut foreign = vec![tried(kind, right, None, "theirs")];
        foreign.extend(
            self.guests(kind)
                .map(|row| tried(kind, row, None, "a guest's")),
        );
        for other in KINDS {
            let row = self.right(other).0;
            if row != right {
                foreign.push(tried(
                    kind,
                    row,
                    None,
                    format!("their {other}'s as of a {kind}"),
                ));
            }
        }
        Alike {
            missing: tried(kind, Uuid::now_v7(), None, "none"),
            foreign,
            well_formed: true,
        }
    }

    fn keyed(&self, kind: &str, words: &str, key: &str) -> Alike {
        let id = |row, whose: &str| tried(kind, row, Some(key), format!("{whose} with {words}"));
        let mut foreign = vec![id(self.right(kind).0, "theirs")];
        foreign.extend(self.guests(kind).map(|row| id(row, "a guest's")));
        Alike {
            missing: id(Uuid::now_v7(), "none"),
            foreign,
            well_formed: true,
        }
    }

    /// Their cart with its key as an order, and the other way round.
    fn keys_of_others(&self, kind: &str) -> Alike {
        let other = if kind == "Cart" { "Order" } else { "Cart" };
        let (row, key) = self.right(other);
        Alike {
            missing: tried(
                kind,
                Uuid::now_v7(),
                key,
                format!("none with the key of their {other}"),
            ),
            foreign: vec![tried(
                kind,
                row,
                key,
                format!("their {other} with its key as a {kind}"),
            )],
            well_formed: true,
        }
    }

    /// A key where none belongs.
    fn malformed(&self, kind: &str, key: &str) -> Alike {
        Alike {
            missing: tried(kind, Uuid::now_v7(), Some(key), "none with a key"),
            foreign: vec![tried(
                kind,
                self.right(kind).0,
                Some(key),
                "theirs with a key",
            )],
            well_formed: false,
        }
    }

    /// Theirs, with its key, called something else.
    fn renamed(&self, kind: &str, other: &str) -> Alike {
        let (row, key) = self.right(kind);
        let key = key.filter(|_| matches!(other, "Cart" | "Order"));
        Alike {
            missing: tried(other, Uuid::now_v7(), key, format!("none as of a {other}")),
            foreign: vec![tried(other, row, key, format!("theirs as of a {other}"))],
            well_formed: false,
        }
    }
}
