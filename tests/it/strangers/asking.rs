//! Tries every id in every place, as everybody.

use super::cast::{Cast, Person, Things, Who, gid};
use super::ids::{Alike, Theirs, Tried};
use super::kept::{changed, kept};
use super::lines::{Line, Private, Takes};
use crate::support::Answer;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Who else asks for the things of the buyer and of the buyer's first vendor.
fn strangers(line: &Private) -> Vec<Who> {
    let mut all = vec![
        Who::Nobody,
        Who::Customer,
        Who::OtherOwner,
        Who::OtherClerk,
        Who::Disabled,
    ];
    let is_staffs = line.opens.iter().any(|(who, _)| *who == Who::Owner);
    all.extend(if is_staffs {
        vec![Who::Buyer]
    } else {
        vec![Who::Owner, Who::Clerk]
    });
    all
}

/// What the other variables of a document are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// Things of whoever asks.
    Own,
    /// Things of whoever the tried thing is of, as far as a stranger may know them.
    Theirs,
}

/// What differs between an id of nothing and somebody's.
#[derive(Default)]
pub struct Found {
    /// Answers that tell more, and changes.
    pub faults: Vec<String>,
    /// Answers that are alike and took another number of statements.
    pub uneven: Vec<String>,
    /// The same, where it was done before with the same idempotency key.
    pub after: Vec<String>,
    /// How many ids were tried.
    pub tried: usize,
}

/// Tries all lines.
pub async fn try_all(lines: &[Line]) -> Found {
    let cast = Cast::gather().await;
    let mut found = Found::default();
    for line in lines {
        if let Takes::Private(private) = &line.takes {
            let trial = Trial {
                cast: &cast,
                line,
                private,
            };
            trial.strangers(&mut found).await;
            trial.openers(&mut found).await;
        }
    }
    found
}

/// One line with everybody.
struct Trial<'a> {
    cast: &'a Cast,
    line: &'a Line,
    private: &'a Private,
}

impl Trial<'_> {
    /// New things of the buyer, as far on their way as the line needs them.
    async fn prepared(&self) -> Things {
        let things = self.cast.things(Who::Buyer).await;
        for step in self.private.after {
            self.cast.step(Who::Owner, step, things.parts[0]).await;
        }
        things
    }

    async fn strangers(&self, found: &mut Found) {
        let things = self.prepared().await;
        let guest = &self.cast.things(Who::Nobody).await;
        let theirs = Theirs {
            person: &self.cast.people[&Who::Buyer],
            things: &things,
            guest,
            vendor: self.cast.vendors[0],
        };
        let sql = self.cast.shop.sql().await;
        for who in strangers(self.private) {
            let before = kept(&sql).await;
            for rest in self.rests() {
                for kind in self.private.kinds {
                    self.stranger(who, rest, kind, &theirs, found).await;
                }
            }
            self.same(&before, &format!("{who:?}"), found).await;
        }
    }

    /// A document whose only id is the one that is tried is asked once.
    fn rests(&self) -> Vec<Rest> {
        let others = ["$cart", "$line", "$order", "$part", "$vendor"];
        let others = others
            .iter()
            .any(|name| self.private.document.contains(&format!("{name}: ID!")));
        let rests = [Rest::Own, Rest::Theirs];
        rests[..if others { 2 } else { 1 }].to_vec()
    }

    /// Everything that a stranger can try with ids of one type.
    async fn stranger(
        &self,
        who: Who,
        rest: Rest,
        kind: &'static str,
        theirs: &Theirs<'_>,
        found: &mut Found,
    ) {
        let variables = self.variables(who, rest, theirs);
        let own = &self.cast.people[&who].things;
        let mut first: Option<String> = None;
        for alike in theirs.all(kind, own) {
            let said = self.alike(who, &variables, &alike, found).await;
            if alike.well_formed && *first.get_or_insert_with(|| said.clone()) != said {
                let words = format!(
                    "{who:?} is told other things of {}: {said}",
                    alike.missing.words
                );
                self.fault(&words, found);
            }
        }
    }

    /// Asks with an id of nothing, then with those that are answered alike; what was answered to the first.
    async fn alike(&self, who: Who, variables: &Value, alike: &Alike, found: &mut Found) -> String {
        let missing = self.tried(who, variables, &alike.missing, found).await;
        for foreign in &alike.foreign {
            let answer = self.tried(who, variables, foreign, found).await;
            let [wanted, said] = [told(&missing, &alike.missing), told(&answer, foreign)];
            let words = format!("{who:?} with {}", foreign.words);
            if said != wanted {
                self.fault(&format!("{words}: {said} instead of {wanted}"), found);
            } else if answer.statements != missing.statements {
                let entry = self.line.entry;
                let [wanted, said] = [missing.statements, answer.statements];
                found.uneven.push(format!(
                    "{entry}: {words}: {said} statements instead of {wanted}"
                ));
            }
        }
        told(&missing, &alike.missing)
    }

    async fn tried(&self, who: Who, variables: &Value, tried: &Tried, found: &mut Found) -> Answer {
        let answer = self.ask(who, variables, &tried.id).await;
        found.tried += 1;
        let refused = who != Who::Disabled
            || answer.body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
                && answer.body.get("data").is_none();
        if self.is_open(&answer.body) || !refused || answer.status >= 500 {
            self.fault(
                &format!("{who:?} with {}: {}", tried.words, answer.body),
                found,
            );
        }
        answer
    }

    async fn ask(&self, who: Who, variables: &Value, id: &str) -> Answer {
        let mut variables = variables.clone();
        variables["id"] = json!(id);
        self.cast.ask(who, self.private.document, variables).await
    }

    /// Those who may, with the right id: each with things that nobody has used yet. What was done then tells a stranger nothing either.
    async fn openers(&self, found: &mut Found) {
        for (who, keyed) in self.private.opens {
            let things = self.prepared().await;
            let theirs = Theirs {
                person: &self.cast.people[&Who::Buyer],
                things: &things,
                guest: &things,
                vendor: self.cast.vendors[0],
            };
            let (row, key) = theirs.right(self.private.kinds[0]);
            let id = gid(self.private.kinds[0], row, key.filter(|_| *keyed));
            let variables = self.variables_of(&things, theirs.vendor, 0, true);
            let answer = self.ask(*who, &variables, &id).await;
            if !self.is_open(&answer.body) {
                self.fault(
                    &format!("{who:?} may not, with the key: {keyed}: {}", answer.body),
                    found,
                );
            }
            self.afterwards(&theirs, &variables["key"], found).await;
        }
    }

    /// Strangers come to what was bought, cancelled or sent meanwhile, with the idempotency key that this was done with.
    async fn afterwards(&self, theirs: &Theirs<'_>, key: &Value, found: &mut Found) {
        if !self.private.document.contains("@idempotent") {
            return;
        }
        let sql = self.cast.shop.sql().await;
        let before = kept(&sql).await;
        for who in [Who::Nobody, Who::Customer, Who::OtherOwner] {
            let mut variables = self.variables(who, Rest::Theirs, theirs);
            variables["key"] = key.clone();
            let own = &self.cast.people[&who].things;
            // One statement fewer tells whoever has both id and key of a purchase, and not the cart's secret, that it was made.
            let mut known = Found::default();
            for alike in theirs.all(self.private.kinds[0], own) {
                self.alike(who, &variables, &alike, &mut known).await;
            }
            found.tried += known.tried;
            found.faults.append(&mut known.faults);
            found.after.append(&mut known.uneven);
        }
        self.same(&before, "strangers, afterwards,", found).await;
    }

    /// Nothing changed.
    async fn same(&self, before: &BTreeMap<String, String>, who: &str, found: &mut Found) {
        let sql = self.cast.shop.sql().await;
        let changed = changed(before, &kept(&sql).await);
        if !changed.is_empty() {
            self.fault(&format!("{who} changed {changed:?}"), found);
        }
    }

    /// Whether an answer did what was asked.
    fn is_open(&self, body: &Value) -> bool {
        let data = &body["data"];
        let payload = self.private.thing.rsplit_once('/').unwrap().0;
        let errors = data
            .pointer(payload)
            .and_then(|payload| payload.get("userErrors"));
        body.get("errors").is_none()
            && errors.is_none_or(|errors| *errors == json!([]))
            && data
                .pointer(self.private.thing)
                .is_some_and(|thing| !thing.is_null())
    }

    fn variables(&self, who: Who, rest: Rest, theirs: &Theirs<'_>) -> Value {
        let Person { vendor, things, .. } = &self.cast.people[&who];
        match rest {
            Rest::Own => {
                let at = usize::from(*vendor == Some(self.cast.vendors[1]));
                self.variables_of(things, vendor.unwrap_or(theirs.vendor), at, true)
            }
            Rest::Theirs => self.variables_of(theirs.things, theirs.vendor, 0, false),
        }
    }

    fn variables_of(&self, things: &Things, vendor: Uuid, part: usize, keyed: bool) -> Value {
        json!({
            "cart": gid("Cart", things.cart.id, keyed.then_some(things.cart.key.as_str())),
            "line": gid("CartLine", things.line, None),
            "order": gid("Order", things.order.id, keyed.then_some(things.order.key.as_str())),
            "part": gid("VendorOrder", things.parts[part], None),
            "vendor": gid("Vendor", vendor, None),
            "variant": gid("ProductVariant", self.cast.variants[0], None),
            "key": Uuid::now_v7(),
        })
    }

    fn fault(&self, words: &str, found: &mut Found) {
        found.faults.push(format!("{}: {words}", self.line.entry));
    }
}

/// All that an answer tells, without the id that was asked with.
pub fn told(answer: &Answer, tried: &Tried) -> String {
    let Answer { status, body, .. } = answer;
    let body = without_request_ids(body.clone()).to_string();
    let body = body
        .replace(&tried.id, "ID")
        .replace(&tried.row.to_string(), "ROW");
    format!("{status} {body}")
}

fn without_request_ids(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.remove("requestId");
            for field in fields.values_mut() {
                *field = without_request_ids(field.take());
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = without_request_ids(item.take());
            }
        }
        _ => {}
    }
    value
}
