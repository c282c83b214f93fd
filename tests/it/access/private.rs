//! The entries of what is somebody's: viewer, orders, carts, desks, and everything by its id alone.

use super::columns::{ADMINS, STAFF, everybody};
use super::entry::{Entry, Variables, ask, watch};
use super::scene::Scene;
use super::tree::Depth::{Line, New, Path, Whole};
use crate::strangers::cast::{Keyed, Person, Who, gid};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Whoever may read an order without its key.
pub const READERS: [Who; 4] = [Who::Buyer, Who::Support, Who::Admin, Who::SuperAdmin];

fn id(kind: &str, row: Uuid) -> Value {
    json!({ "id": gid(kind, row, None) })
}

fn keyed(kind: &str, of: &Keyed) -> Value {
    json!({ "id": gid(kind, of.id, Some(&of.key)) })
}

/// What everybody calls their own, of a person.
fn own(scene: &Scene, read: impl Fn(&Person) -> Option<Value>) -> Variables {
    let own: BTreeMap<Who, Option<Value>> = everybody()
        .map(|who| (who, read(&scene.cast.people[&who])))
        .collect();
    Box::new(move |who| own[&who].clone())
}

/// Whoever reads vendor A's desk.
pub fn at_desk() -> Vec<Who> {
    [STAFF.as_slice(), &[Who::Support], &ADMINS].concat()
}

/// Those who are signed in.
fn signed_in() -> Vec<Who> {
    everybody().filter(|who| *who != Who::Nobody).collect()
}

/// Oneself.
pub fn viewer(_: &Scene) -> Vec<Entry> {
    let viewer = ask("viewer: oneself", "viewer", "").down(Whole);
    vec![Entry {
        opens: signed_in(),
        ..viewer
    }]
}

/// How the search is tuned, and what is looked for.
pub fn search(_: &Scene) -> Vec<Entry> {
    let may_read = [[Who::Support].as_slice(), &ADMINS].concat();
    vec![
        Entry {
            opens: ADMINS.to_vec(),
            ..ask("searchTuning", "searchTuning", "").down(New)
        },
        Entry {
            opens: may_read,
            ..ask("searchAnalytics", "searchAnalytics", "").down(New)
        },
    ]
}

/// Orders.
pub fn orders(scene: &Scene) -> Vec<Entry> {
    let order = |title| ask(title, "order", "(id: $id)");
    let guests = scene.cast.people[&Who::Nobody].things.order.clone();
    let staff = [Who::Support, Who::Admin, Who::SuperAdmin];
    let mine = own(scene, |person| Some(id("Order", person.things.order.id)));
    vec![
        order("order(id: the customer's)")
            .down(Whole)
            .with(id("Order", scene.order.id))
            .only("id", &READERS),
        order("order(id: the customer's, with its key)")
            .down(Whole)
            .with(keyed("Order", &scene.order)),
        order("order(id: a guest's)")
            .with(id("Order", guests.id))
            .only("id", &staff),
        order("order(id: a guest's, with its key)").with(keyed("Order", &guests)),
        Entry {
            opens: signed_in(),
            ..order("order(id: one's own)").by(mine)
        },
        order("order(id: none's)")
            .with(id("Order", Uuid::now_v7()))
            .only("id", &[]),
    ]
}

/// Carts.
pub fn carts(scene: &Scene) -> Vec<Entry> {
    let cart = |title| ask(title, "cart", "(id: $id)");
    let mine = own(scene, |person| Some(keyed("Cart", &person.things.cart)));
    let wrong = Keyed {
        key: scene.order.key.clone(),
        ..scene.cart.clone()
    };
    vec![
        cart("cart(id: the customer's, with its key)")
            .down(Whole)
            .with(keyed("Cart", &scene.cart)),
        cart("cart(id: the customer's)")
            .with(id("Cart", scene.cart.id))
            .only("id", &[]),
        cart("cart(id: the customer's, with another key)")
            .with(keyed("Cart", &wrong))
            .only("id", &[]),
        cart("cart(id: one's own, with its key)").by(mine),
    ]
}

/// Desks of vendors.
pub fn desks(scene: &Scene) -> Vec<Entry> {
    let desk = |title| ask(title, "vendorDesk", "(vendorId: $id)");
    let with = |vendor: usize, part: usize| {
        let part = gid("VendorOrder", scene.parts[part], None);
        json!({ "id": gid("Vendor", scene.cast.vendors[vendor], None), "part": part })
    };
    let others = [[Who::OtherOwner, Who::Support].as_slice(), &ADMINS].concat();
    let mine = own(scene, |person| Some(id("Vendor", person.vendor?)));
    let works = [STAFF.as_slice(), &[Who::OtherOwner]].concat();
    vec![
        desk("vendorDesk(vendorId: A's), order(id: A's part)")
            .down(Whole)
            .with(with(0, 0))
            .only("id", &at_desk()),
        desk("vendorDesk(vendorId: B's)")
            .with(with(1, 1))
            .only("id", &others),
        Entry {
            opens: works,
            ..desk("vendorDesk(vendorId: one's own)").by(mine)
        },
        desk("vendorDesk(vendorId: A's), order(id: B's part of the same order)")
            .down(Path("order"))
            .with(with(0, 1))
            .only("part", &[]),
        desk("vendorDesk(vendorId: none's)")
            .with(id("Vendor", Uuid::now_v7()))
            .only("id", &[]),
    ]
}

/// Somebody's things by their ids alone.
pub fn nodes(scene: &Scene) -> Vec<Entry> {
    let node = |title| ask(title, "node", "(id: $id)").down(Line);
    let user = scene.cast.people[&Who::Buyer].user.unwrap();
    let line = scene.cast.people[&Who::Buyer].things.line;
    let order = gid("Order", scene.order.id, None);
    let cart = gid("Cart", scene.cart.id, None);
    vec![
        node("node(id: the customer's order)")
            .with(id("Order", scene.order.id))
            .only("id", &READERS),
        node("node(id: the customer's order, with its key)").with(keyed("Order", &scene.order)),
        node("node(id: the customer's cart)")
            .with(id("Cart", scene.cart.id))
            .only("id", &[]),
        node("node(id: the customer's cart, with its key)").with(keyed("Cart", &scene.cart)),
        node("node(id: the customer)")
            .with(id("User", user))
            .only("id", &[]),
        node("node(id: a line of the customer's cart)")
            .with(id("CartLine", line))
            .only("id", &[]),
        node("node(id: A's part of the customer's order)")
            .with(id("VendorOrder", scene.parts[0]))
            .only("id", &[]),
        node("node(id: the customer's address)")
            .with(id("MailingAddress", scene.order.id))
            .only("id", &[]),
        Entry {
            opens: READERS.to_vec(),
            ..ask(
                "nodes(ids: the customer's cart, order)",
                "nodes",
                "(ids: $ids)",
            )
            .with(json!({ "ids": [cart, order] }))
        },
    ]
}

/// What is of the catalogue, by its id alone.
pub fn public_nodes(ids: &BTreeMap<&'static str, String>) -> Vec<Entry> {
    let node = |(title, id): (&&'static str, &String)| {
        ask(title, "node", "(id: $id)").with(json!({ "id": id }))
    };
    ids.iter().map(node).collect()
}

/// What is watched: the first word of a stream, and the first event after a cursor.
pub fn live(scene: &Scene) -> Vec<Entry> {
    let order = id("Order", scene.order.id);
    let vendor = id("Vendor", scene.cast.vendors[0]);
    let after = |mut with: Value, cursor: &str| {
        with["after"] = scene.begun[cursor].clone();
        with
    };
    let part = |mut with: Value| {
        with["part"] = json!(gid("VendorOrder", scene.parts[0], None));
        with
    };
    let orders = |title| watch(title, "orderUpdated", "(orderId: $id, after: $after)");
    let desks = |title| {
        watch(
            title,
            "vendorOrdersUpdated",
            "(vendorId: $id, after: $after)",
        )
    };
    let carts = |title| watch(title, "cartUpdated", "(cartId: $id, after: $after)");
    vec![
        orders("orderUpdated(orderId: the customer's)")
            .with(order.clone())
            .only("id", &READERS),
        orders("orderUpdated(orderId: the customer's, after: a cursor)")
            .down(New)
            .with(after(order, "order"))
            .only("id", &READERS),
        orders("orderUpdated(orderId: the customer's, with its key)")
            .with(keyed("Order", &scene.order)),
        desks("vendorOrdersUpdated(vendorId: A's)")
            .with(part(vendor.clone()))
            .only("id", &at_desk()),
        desks("vendorOrdersUpdated(vendorId: A's, after: a cursor)")
            .down(New)
            .with(part(after(vendor, "vendor")))
            .only("id", &at_desk()),
        carts("cartUpdated(cartId: the customer's)")
            .with(id("Cart", scene.cart.id))
            .only("id", &[]),
        carts("cartUpdated(cartId: the customer's, with its key)").with(keyed("Cart", &scene.cart)),
        carts("cartUpdated(cartId: the customer's, with its key, after: a cursor)")
            .down(New)
            .with(after(keyed("Cart", &scene.cart), "cart")),
        Entry {
            opens: ADMINS.to_vec(),
            ..watch("cacheInvalidated", "cacheInvalidated", "").down(New)
        },
    ]
}
