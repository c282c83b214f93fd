//! Where programs answer.

use crate::buying::chance::Chance;
use std::sync::{Arc, Mutex};

/// A program that answers.
#[derive(Clone)]
struct Door {
    address: String,
    /// And not to guests alone.
    to_all: bool,
}

/// Where programs answer.
#[derive(Clone, Default)]
pub struct Doors(Arc<Mutex<Vec<Door>>>);

impl Doors {
    /// One more.
    pub fn open(&self, address: &str) {
        self.push(address, true);
    }

    /// One more, where nobody is led who is signed in.
    pub fn open_to_guests(&self, address: &str) {
        self.push(address, false);
    }

    fn push(&self, address: &str, to_all: bool) {
        let address = address.to_owned();
        self.0.lock().unwrap().push(Door { address, to_all });
    }

    /// Nobody is led there any more.
    pub fn shut(&self, address: &str) {
        self.0.lock().unwrap().retain(|it| it.address != address);
    }

    /// Everybody is led there from now on.
    pub fn open_to_all(&self, address: &str) {
        self.shut(address);
        self.open(address);
    }

    /// All of them.
    pub fn all(&self) -> Vec<String> {
        self.those(|_| true)
    }

    /// One of them by chance, or none.
    pub fn any(&self, chance: &mut Chance) -> Option<String> {
        one(self.all(), chance)
    }

    /// One by chance for somebody who is signed in or not, or none.
    pub fn of(&self, is_signed_in: bool, chance: &mut Chance) -> Option<String> {
        one(self.those(|door| door.to_all || !is_signed_in), chance)
    }

    fn those(&self, which: impl Fn(&Door) -> bool) -> Vec<String> {
        let doors = self.0.lock().unwrap();
        let those = doors.iter().filter(|door| which(door));
        those.map(|door| door.address.clone()).collect()
    }
}

fn one(all: Vec<String>, chance: &mut Chance) -> Option<String> {
    (!all.is_empty()).then(|| all[chance.below(all.len())].clone())
}
