//! Field by field: whatever can stand in an answer that is kept is the same for everybody, and between those who say who they are and
//! those who do not nothing that is kept goes either way.

use super::{KEEPS, statements, until_kept};
use crate::access::catalogue;
use crate::access::columns::everybody;
use crate::access::entry::{Entry, document};
use crate::access::scene::Scene;
use crate::access::tree::{Known, Tree};
use crate::strangers::cast::Who;
use crate::strangers::entries::{Served, name, within};
use crate::support::Shop;
use lilium::schema;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Fields below the kept ones whose answers are not kept: an engine says them, which may be behind.
const NEVER_KEPT: [&str; 1] = ["filters"];

/// What takes a statement, so that an answer that is made can be told from one that was kept.
const COUNTED: &str = "counted: pages(first: 1) { nodes { id } }";

/// For whom everything is asked: the default market, and one with prices and a language of its own.
const CONTEXTS: [&str; 2] = ["", "@inContext(country: KW, language: AR)"];

type Field = (String, String);

/// Every field of every object that these fields of the query root lead to, with its type.
fn reachable(served: &Served, roots: &BTreeSet<String>) -> BTreeSet<Field> {
    let query = &served.roots()[0];
    let leads = |field: &Value| within(&field["type"]).0.to_owned();
    let mut open: Vec<String> = roots
        .iter()
        .map(|root| leads(served.field(query, root)))
        .collect();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    while let Some(kind) = open.pop() {
        if !seen.insert(kind.clone()) {
            continue;
        }
        let members = served.possible(&kind);
        open.extend(members.iter().map(|member| (*member).to_owned()));
        // Of an interface its types say what it has.
        if members.is_empty() {
            for field in served.fields(&kind) {
                found.insert((kind.clone(), name(field).to_owned()));
                open.push(leads(field));
            }
        }
    }
    found
}

/// The names of the fields at the root whose answers are kept.
fn kept_roots(served: &Served) -> BTreeSet<String> {
    let fields = served.fields(&served.roots()[0]).iter();
    let kept = fields.map(name).filter(|root| schema::is_kept(root));
    kept.map(str::to_owned).collect()
}

/// The places in which two answers differ.
fn differing(one: &Value, other: &Value, at: &str, into: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(these), Value::Object(those)) => {
            let names: BTreeSet<&String> = these.keys().chain(those.keys()).collect();
            for name in names {
                differing(&one[name], &other[name], &format!("{at}.{name}"), into);
            }
        }
        (Value::Array(these), Value::Array(those)) if these.len() == those.len() => {
            for (place, (this, that)) in these.iter().zip(those).enumerate() {
                differing(this, that, &format!("{at}[{place}]"), into);
            }
        }
        _ if one == other => {}
        _ => into.push(format!("{at}: {one} and {other}")),
    }
}

/// A shop that keeps answers, with everybody in it.
struct Street {
    shop: Shop,
    scene: Scene,
}

impl Street {
    fn token(&self, who: Who) -> &str {
        self.scene.cast.people[&who].token.as_deref().unwrap()
    }

    /// What somebody who is signed in is answered: it is made for them.
    async fn own(&self, who: Who, query: &str, variables: &Value) -> Value {
        let answer = self.shop.ask_as(self.token(who), query, variables.clone());
        let answer = answer.await;
        let fault = || format!("{who:?}: {:#}\n{query}", answer.body);
        assert!(answer.body.get("errors").is_none(), "{}", fault());
        assert!(answer.statements > 0, "given what was kept: {}", fault());
        answer.body["data"].clone()
    }

    /// Where the answers of people differ from that of a guest.
    async fn faults(&self, guest: &Value, query: &str, variables: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        for who in everybody().filter(|who| *who != Who::Nobody) {
            let own = self.own(who, query, variables).await;
            differing(&own, guest, &format!("{who:?}"), &mut faults);
        }
        faults
    }

    /// Asks for all that is kept below an entry: as a person first, who leaves nothing for guests, then as a guest, then as everybody.
    async fn kept(&self, query: &str, variables: &Value) -> Vec<String> {
        self.own(Who::Buyer, query, variables).await;
        let first = statements(&self.shop, query, variables.clone()).await;
        assert!(first > 0, "a guest is given what was a person's: {query}");
        let guest = until_kept(&self.shop, query, variables.clone()).await;
        let faults = self.faults(&guest, query, variables).await;
        // Nor did they put anything in its place.
        let again = self.shop.data(query, variables.clone()).await;
        assert_eq!(again, guest, "{query}");
        faults
    }

    /// The same where nothing is kept.
    async fn unkept(&self, query: &str, variables: &Value) -> Vec<String> {
        for _ in 0..3 {
            let made = statements(&self.shop, query, variables.clone()).await;
            assert!(made > 0, "kept: {query}");
        }
        let guest = self.shop.data(query, variables.clone()).await;
        self.faults(&guest, query, variables).await
    }
}

/// The nodes whose answers are never kept.
fn never_kept(tree: &Tree) -> BTreeSet<usize> {
    let nodes = tree.nodes.iter().enumerate();
    let never = nodes.filter(|(_, node)| NEVER_KEPT.contains(&node.of.1.as_str()));
    never.map(|(at, _)| at).collect()
}

/// A selection with what counts, in a context.
fn asked(selection: &str, context: &str) -> String {
    let text = document(0, &format!("{COUNTED} {selection}"));
    text.replacen(" {", &format!(" {context} {{"), 1)
}

fn entries(scene: &Scene) -> Vec<Entry> {
    let all = catalogue::entries(scene).into_iter();
    all.filter(|entry| schema::is_kept(entry.field)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_kept_is_the_same_for_everybody() {
    let (served, scene) = (Served::read().await, Scene::set().await);
    let shop = scene.cast.shop.again(&[KEEPS]).await;
    until_kept(&shop, "{ pages(first: 1) { nodes { id } } }", json!({})).await;
    let street = Street { shop, scene };
    let (mut known, mut asked_for) = (Known::default(), BTreeSet::new());
    let (mut roots, mut faults) = (BTreeSet::new(), Vec::new());
    for entry in entries(&street.scene) {
        let root = (served.roots()[0].as_str(), entry.field, entry.args);
        let tree = Tree::grow(&served, root, entry.depth, &mut known);
        let variables = (entry.variables)(Who::Nobody).unwrap();
        let never = never_kept(&tree);
        for context in CONTEXTS {
            let query = asked(&tree.selection(&served, &never), context);
            faults.extend(street.kept(&query, &variables).await);
            if !never.is_empty() {
                let whole = asked(&tree.selection(&served, &BTreeSet::new()), context);
                faults.extend(street.unkept(&whole, &variables).await);
            }
        }
        roots.insert(entry.field.to_owned());
        asked_for.extend(tree.nodes.into_iter().map(|node| node.of));
    }
    assert!(
        faults.is_empty(),
        "an answer that is kept depends on who asks: whoever makes it says `made_of.unkept()`\n{}",
        faults.join("\n")
    );
    // And nothing was forgotten.
    assert_eq!(roots, kept_roots(&served));
    let all = reachable(&served, &roots);
    let forgotten: Vec<&Field> = all.difference(&asked_for).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
    assert!(all.len() > 200, "{}", all.len());
}
