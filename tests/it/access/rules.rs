//! What must hold whatever the table says, so that a bad table is not written by mistake.

use super::cell::Cell;
use super::columns::everybody;
use super::entry::{Line, Lines};
use super::private::{READERS, at_desk};
use super::table;
use crate::strangers::cast::Who;
use crate::strangers::entries::{Served, name};
use std::collections::BTreeSet;

/// What cannot be reached with what there is in the test, and why.
const UNREACHED: [(&str, &str); 24] = [
    ("Article.blog", "the shop has no blog"),
    ("Article.contentHtml", "the shop has no blog"),
    ("Article.excerpt", "the shop has no blog"),
    ("Article.handle", "the shop has no blog"),
    ("Article.id", "the shop has no blog"),
    ("Article.image", "the shop has no blog"),
    ("Article.onlineStoreUrl", "the shop has no blog"),
    ("Article.publishedAt", "the shop has no blog"),
    ("Article.tags", "the shop has no blog"),
    ("Article.title", "the shop has no blog"),
    ("Article.trackingParameters", "the shop has no blog"),
    ("Blog.handle", "the shop has no blog"),
    ("Blog.id", "the shop has no blog"),
    ("Blog.title", "the shop has no blog"),
    (
        "Collection.trackingParameters",
        "only what a search leads to has them: tests/it/search",
    ),
    (
        "Page.trackingParameters",
        "only what a search leads to has them: tests/it/search",
    ),
    (
        "Product.trackingParameters",
        "only what a search leads to has them: tests/it/search",
    ),
    (
        "ProductAttribute.number",
        "the product that is looked at has none that counts: tests/it/reading/attributes",
    ),
    (
        "ProductAttribute.unit",
        "the product that is looked at has none that counts: tests/it/reading/attributes",
    ),
    (
        "SearchHighlight.field",
        "a search for all there is marks nothing: tests/it/search/shopper",
    ),
    (
        "SearchHighlight.text",
        "a search for all there is marks nothing: tests/it/search/shopper",
    ),
    (
        "SearchQuerySuggestion.styledText",
        "a search that finds suggests nothing: tests/it/search/predictive",
    ),
    (
        "SearchQuerySuggestion.text",
        "a search that finds suggests nothing: tests/it/search/predictive",
    ),
    (
        "SearchQuerySuggestion.trackingParameters",
        "a search that finds suggests nothing: tests/it/search/predictive",
    ),
];

/// Whom an entry opens, and whom it does not.
fn opened(entry: &Lines) -> Vec<String> {
    let mut faults = Vec::new();
    for who in everybody() {
        let may = entry.opens.contains(&who);
        let gate = &entry.lines[entry.gate];
        if may != gate.cells[&who].opens() {
            faults.push(format!(
                "{}: {who:?} gets {}",
                entry.title, gate.cells[&who]
            ));
        }
        let below = if entry.is_deed {
            &[]
        } else {
            &entry.lines[entry.gate..]
        };
        let told = below.iter().filter(|line| !may && line.cells[&who].opens());
        faults.extend(told.map(|line| format!("{}: {who:?} is told {}", entry.title, line.path)));
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebodys_opens_for_those_and_for_nobody_else() {
    let table = table().await;
    let faults: Vec<_> = table.entries().flat_map(opened).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_foreign_is_answered_as_what_is_not_there() {
    let entries: Vec<_> = table().await.entries().collect();
    let uneven: Vec<_> = entries.iter().flat_map(|entry| &entry.uneven).collect();
    assert!(uneven.is_empty(), "{uneven:#?}");
    let tried: usize = entries.iter().map(|entry| entry.tried).sum();
    assert!(tried >= 150, "only {tried} were tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_seen_by_somebody() {
    let table = table().await;
    let lines = table.entries().flat_map(|entry| &entry.lines);
    let seen = lines.filter(|line| line.cells.values().any(Cell::opens));
    let seen: BTreeSet<String> = seen
        .map(|line| format!("{}.{}", line.of.0, line.of.1))
        .collect();
    let known: BTreeSet<&str> = UNREACHED.iter().map(|(field, _)| *field).collect();
    let mut unseen = Vec::new();
    for kind in table.served.objects() {
        for field in table.served.fields(kind) {
            let field = format!("{kind}.{}", name(field));
            if seen.contains(&field) == known.contains(field.as_str()) {
                unseen.push(field);
            }
        }
    }
    assert!(
        unseen.is_empty(),
        "{unseen:#?} have a value for nobody in the whole table: a table that shows nothing proves nothing. Let tests/it/access/scene.rs \
         make something that has it, or say in UNREACHED of tests/it/access/rules.rs why there is none (and take it out there when there is)"
    );
}

/// Changes of somebody's things, and the same of things that are not there.
const AS_NONE: [(&str, &str); 6] = [
    (
        "orderCancel(orderId: the customer's)",
        "orderCancel(orderId: none's)",
    ),
    (
        "vendorOrderAccept(vendorId: A's, vendorOrderId: A's)",
        "vendorOrderAccept(vendorId: A's, vendorOrderId: none's)",
    ),
    (
        "vendorOrderReject(vendorId: A's, vendorOrderId: A's)",
        "vendorOrderReject(vendorId: A's, vendorOrderId: none's)",
    ),
    (
        "vendorOrderPrepare(vendorId: A's, vendorOrderId: A's)",
        "vendorOrderPrepare(vendorId: A's, vendorOrderId: none's)",
    ),
    (
        "vendorOrderShip(vendorId: A's, vendorOrderId: A's)",
        "vendorOrderShip(vendorId: A's, vendorOrderId: none's)",
    ),
    (
        "vendorOrderDeliver(vendorId: A's, vendorOrderId: A's)",
        "vendorOrderDeliver(vendorId: A's, vendorOrderId: none's)",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_change_a_thing_is_told_that_there_is_none() {
    let table = table().await;
    let entry = |title| table.entries().find(|entry| entry.title == title).unwrap();
    for (theirs, none) in AS_NONE {
        let (theirs, none) = (entry(theirs), entry(none));
        for who in everybody().filter(|who| !theirs.opens.contains(who)) {
            let cell = |entry: &Lines| entry.lines[0].cells[&who].clone();
            assert_eq!(cell(theirs), cell(none), "{}: {who:?}", theirs.title);
        }
    }
}

/// Whether a field says how somebody is reached, by its name.
fn is_contact(kind: &str, field: &str) -> bool {
    let words = [
        "email",
        "phone",
        "address",
        "contact",
        "firstname",
        "lastname",
        "buyeridentity",
        "zip",
    ];
    let name = field.to_lowercase();
    kind == "MailingAddress" || words.iter().any(|word| name.contains(word))
}

/// Who may be told how somebody is reached, at this line of this entry; `None` where nothing was decided yet.
fn audience(entry: &str, line: &Line) -> Option<Vec<Who>> {
    let all = || everybody().collect();
    let known = entry.contains("with its key") || entry.contains("one's own");
    let kind = line.of.0.as_str();
    match kind {
        // Oneself.
        "Viewer" => (entry.starts_with("viewer") || entry.starts_with("account")).then(all),
        "Order" | "MailingAddress" if entry.starts_with("viewer") || known => Some(all()),
        "Order" => Some(READERS.to_vec()),
        "VendorDeskContact" | "VendorDeskOrder" => Some(at_desk()),
        "MailingAddress" if line.path.contains("contact.") => Some(at_desk()),
        "MailingAddress" => Some(READERS.to_vec()),
        "Cart" | "CartBuyerIdentity" if known => Some(all()),
        _ => None,
    }
}

fn told_wrongly(entry: &Lines) -> Vec<String> {
    let lines = entry
        .lines
        .iter()
        .filter(|line| is_contact(&line.of.0, &line.of.1) && line.of.0 != "Mutation");
    let mut faults = Vec::new();
    for line in lines {
        let Some(may) = audience(entry.title, line) else {
            faults.push(format!(
                "{}: {}: say in `audience` of tests/it/access/rules.rs who may be told",
                entry.title, line.path
            ));
            continue;
        };
        let told = everybody().filter(|who| line.cells[who].opens() && !may.contains(who));
        faults.extend(told.map(|who| format!("{}: {who:?} is told {}", entry.title, line.path)));
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn how_people_are_reached_is_told_to_those_with_the_right() {
    let table = table().await;
    let faults: Vec<_> = table.entries().flat_map(told_wrongly).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let lines = table.entries().flat_map(|entry| &entry.lines);
    let contact = lines
        .filter(|line| is_contact(&line.of.0, &line.of.1))
        .count();
    assert!(contact >= 60, "only {contact} lines");
}

#[test]
fn contact_is_known_by_its_name() {
    for (kind, field, is) in [
        ("Order", "email", true),
        ("Order", "shippingAddress", true),
        ("MailingAddress", "city", true),
        ("Viewer", "emailVerified", true),
        ("Order", "name", false),
        ("Vendor", "city", false),
    ] {
        assert_eq!(is_contact(kind, field), is, "{kind}.{field}");
    }
}

/// The rules see what is wrong: one cell of the measured table after the other is opened to a stranger.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_a_leak_is_not_taken() {
    let table = table().await;
    let order = table
        .entries()
        .find(|entry| entry.title == "order(id: the customer's)")
        .unwrap();
    assert_eq!(opened(order), [""; 0]);
    for at in 0..order.lines.len() {
        let mut leaks = order.clone();
        leaks.lines[at].cells.insert(Who::Owner, Cell::Value);
        assert_ne!(opened(&leaks), [""; 0], "{}", order.lines[at].path);
        let is_contact = is_contact(&order.lines[at].of.0, &order.lines[at].of.1);
        assert_eq!(
            told_wrongly(&leaks).is_empty(),
            !is_contact,
            "{}",
            order.lines[at].path
        );
    }
    let mut shut = order.clone();
    shut.lines[0].cells.insert(Who::Buyer, Cell::Null);
    assert_eq!(opened(&shut).len(), 1);
}

#[tokio::test]
async fn every_type_is_known() {
    assert!(Served::read().await.objects().len() > 80);
}
