//! Every mutation, tried by everybody, each time with things that nobody has changed yet.

use super::cell::Cell;
use super::columns::everybody;
use super::deeds::{Deed, TO};
use super::entry::{Line, Lines, document};
use super::scene::{Scene, said_for};
use super::tree::{Depth, Known, Tree};
use crate::strangers::cast::{Keyed, Things, Who, gid};
use crate::strangers::entries::Served;
use lilium::demo::people::PASSWORD;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// With whom and what a deed is tried.
struct Trial<'a> {
    scene: &'a Scene,
    served: &'a Served,
    deed: &'a Deed,
    tree: Tree,
}

impl Deed {
    /// Tries it as everybody.
    pub async fn measure(&self, served: &Served, scene: &Scene, known: &mut Known) -> Lines {
        let args = self.args.replace("TO", TO);
        let root = served.roots()[1].as_str();
        let tree = Tree::grow(served, (root, self.field, &args), Depth::Deed, known);
        let trial = Trial {
            scene,
            served,
            deed: self,
            tree,
        };
        let mut lines = trial.by_everybody().await;
        // What a payload says besides stands there once.
        lines.retain(|line| line.path.is_empty() || !known.was_shown(&line.of));
        for line in &lines {
            if line.cells.values().any(Cell::opens) {
                known.show(&line.of);
            }
        }
        Lines {
            title: self.title,
            opens: self.opens.clone(),
            lines,
            gate: 0,
            is_deed: true,
            uneven: Vec::new(),
            tried: 0,
        }
    }
}

impl Trial<'_> {
    /// Those whom it is not open to come first, all with the same things: whoever may comes after them, and still can.
    async fn by_everybody(&self) -> Vec<Line> {
        let order = self.tree.in_order();
        let mut lines: Vec<Line> = order.iter().map(|at| self.line(*at)).collect();
        let mut things = self.prepared().await;
        let (may, may_not): (Vec<_>, Vec<_>) =
            everybody().partition(|who| self.deed.opens.contains(who));
        for who in may_not.into_iter().chain(may) {
            let cells = self.by(who, things.as_ref()).await;
            for (line, at) in lines.iter_mut().zip(&order) {
                line.cells.insert(who, cells[*at].clone());
            }
            if cells[0] == Cell::Done {
                things = self.prepared().await;
            }
        }
        lines
    }

    fn line(&self, at: usize) -> Line {
        let node = &self.tree.nodes[at];
        Line {
            path: node.path.clone(),
            of: node.of.clone(),
            cells: BTreeMap::new(),
        }
    }

    /// New things of the customer, as far on their way as the deed needs them.
    async fn prepared(&self) -> Option<Things> {
        let needs = |names: &[&str]| names.iter().any(|name| self.deed.args.contains(name));
        if !needs(&["$part", "$order", "$keyed"]) {
            let cart = needs(&["$cart", "$id", "$line"]);
            return if cart {
                Some(self.scene.cart_alone().await)
            } else {
                None
            };
        }
        let things = self.scene.things().await;
        for step in self.deed.after {
            self.scene
                .cast
                .step(Who::Owner, step, things.parts[0])
                .await;
        }
        Some(things)
    }

    async fn by(&self, who: Who, things: Option<&Things>) -> Vec<Cell> {
        self.scene.forget_failures().await;
        let token = self.token(who).await;
        let text = document(1, &self.tree.selection(self.served, &BTreeSet::new()));
        let variables = self.variables(things, who, token.1);
        let body = self
            .scene
            .cast
            .send(token.0.as_deref(), &text, variables)
            .await
            .body;
        self.cells(&body)
    }

    /// The access token, and a refresh token that nobody used yet where that is needed.
    async fn token(&self, who: Who) -> (Option<String>, Option<String>) {
        let email = self.scene.emails.get(&who);
        match email.filter(|_| self.deed.signs) {
            Some(email) => {
                let (access, refresh) = self.scene.session(who, email).await;
                // Who refreshes sends no header.
                let sent = (self.deed.field != "accountTokenRefresh").then_some(access);
                (sent, Some(refresh))
            }
            None => (self.scene.cast.people[&who].token.clone(), None),
        }
    }

    fn variables(&self, things: Option<&Things>, who: Who, refresh: Option<String>) -> Value {
        let cast = &self.scene.cast;
        let mut variables = json!({
            "vendor": gid("Vendor", cast.vendors[0], None),
            "other": gid("Vendor", cast.vendors[1], None),
            "variant": gid("ProductVariant", cast.variants[0], None),
            "none": gid(self.kind(), Uuid::now_v7(), None),
            "said": gid(self.kind(), said_for(who), None),
            "product": self.scene.shelf["product_id"],
            "email": format!("{}@new.example", Uuid::now_v7().simple()),
            "password": PASSWORD,
            "token": refresh.unwrap_or_else(|| "nothing".to_owned()),
        });
        let Some(things) = things else {
            return variables;
        };
        let own = &cast.people[&who].things.cart;
        let cart = |of: &Keyed| gid("Cart", of.id, Some(&of.key));
        let mine = if who == Who::Buyer { &things.cart } else { own };
        variables["cart"] = json!(cart(&things.cart));
        variables["id"] = json!(gid("Cart", things.cart.id, None));
        variables["line"] = json!(gid("CartLine", things.line, None));
        variables["order"] = json!(gid("Order", things.order.id, None));
        variables["mine"] = json!(cart(mine));
        variables["keyed"] = json!(gid("Order", things.order.id, Some(&things.order.key)));
        variables["part"] = json!(gid("VendorOrder", things.parts[0], None));
        variables
    }

    /// Of which type the ids are that the deed is tried with.
    fn kind(&self) -> &'static str {
        match self.deed.field {
            "orderCancel" => "Order",
            "searchSynonymSet" | "searchSynonymDelete" => "SearchSynonym",
            "searchRuleSet" | "searchRuleDelete" => "SearchRule",
            _ => "VendorOrder",
        }
    }

    /// The verdict, then what the payload's lines came to.
    fn cells(&self, body: &Value) -> Vec<Cell> {
        let payload = &body["data"][self.deed.field];
        let mut cells = self.tree.read(&body["data"], &BTreeMap::new());
        let errors = payload["userErrors"]
            .as_array()
            .filter(|errors| !errors.is_empty());
        let code = |error: &Value| error["code"].as_str().unwrap_or("null").to_owned();
        cells[0] = match (body["errors"][0]["extensions"]["code"].as_str(), errors) {
            (Some(code), _) => Cell::Code(code.to_owned()),
            (None, Some(errors)) => {
                Cell::UserCode(errors.iter().map(code).collect::<Vec<_>>().join("+"))
            }
            // What there is to show is not shown.
            (None, None) if is_bare(payload) && self.shows() => Cell::Null,
            (None, None) => Cell::Done,
        };
        assert!(
            cells[0] == Cell::Done || self.deed.shows_own || is_bare(payload),
            "{}: refused, and told: {payload}",
            self.deed.title
        );
        cells
    }
}

impl Trial<'_> {
    /// Whether the payload has a place for what was changed.
    fn shows(&self) -> bool {
        let below = self.tree.nodes[0]
            .below
            .iter()
            .map(|at| self.tree.nodes[*at].of.1.as_str());
        below
            .into_iter()
            .any(|field| field != "userErrors" && field != "warnings")
    }
}

/// Whether a payload says nothing but what was wrong.
fn is_bare(payload: &Value) -> bool {
    let said = payload.as_object().into_iter().flatten();
    let said = said.filter(|(name, _)| !["userErrors", "__typename"].contains(&name.as_str()));
    said.into_iter()
        .all(|(_, value)| value.is_null() || *value == json!([]))
}
