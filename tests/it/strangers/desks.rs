//! What two vendors of one order, its customer and other people read of it: every field there is, and nothing of anybody else.

use super::cast::{Cast, Things, Who, gid};
use super::entries::Served;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// All that a type says, for the fields that need no more than a page's size. Of the public catalogue, ids alone.
fn everything(served: &Served, kind: &str) -> String {
    served.selection(kind, &["Vendor", "ProductVariant"])
}

/// Every UUID in a text.
fn ids(text: &str) -> BTreeSet<Uuid> {
    let mut found = BTreeSet::new();
    for at in 0..text.len().saturating_sub(35) {
        if let Some(Ok(id)) = text.get(at..at + 36).map(Uuid::try_parse) {
            found.insert(id);
        }
    }
    found
}

/// Ids of files, which pictures have.
async fn files(cast: &Cast) -> BTreeSet<Uuid> {
    let rows = cast
        .shop
        .sql()
        .await
        .query("SELECT id FROM files", &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// A desk as somebody of its vendor sees all of it.
async fn desk(cast: &Cast, served: &Served, who: Who) -> Value {
    let query = format!(
        "query($vendor: ID!) {{ vendorDesk(vendorId: $vendor) {} }}",
        everything(served, "VendorDesk")
    );
    let vendor = gid("Vendor", cast.people[&who].vendor.unwrap(), None);
    cast.data(who, &query, json!({ "vendor": vendor })).await["vendorDesk"].clone()
}

/// The part of an order that is on a desk.
fn part(desk: &Value, id: Uuid) -> &Value {
    let nodes = desk["orders"]["nodes"].as_array().unwrap();
    let wanted = json!(gid("VendorOrder", id, None));
    nodes.iter().find(|node| node["id"] == wanted).unwrap()
}

/// An order of which one vendor has come to an end with its part, and what only that vendor and the customer may know of it.
async fn delivered(cast: &Cast, who: Who, at: usize) -> (Things, Vec<String>) {
    let things = cast.things(Who::Buyer).await;
    let vendor = gid("Vendor", cast.vendors[at], None);
    let part = gid("VendorOrder", things.parts[at], None);
    for step in ["Accept", "Prepare"] {
        cast.step(who, step, things.parts[at]).await;
    }
    let ship = "mutation($vendor: ID!, $part: ID!) { vendorOrderShip(input: { vendorId: $vendor, vendorOrderId: $part,
        trackingCompany: \"Swift Carriers\", trackingNumber: \"SC-77-1\" }) { vendorOrder { state } } }";
    let data = cast
        .data(who, ship, json!({ "vendor": vendor, "part": part }))
        .await;
    assert_eq!(data["vendorOrderShip"]["vendorOrder"]["state"], "SHIPPED");
    cast.step(who, "Deliver", things.parts[at]).await;
    (
        things,
        vec!["Swift Carriers".to_owned(), "SC-77-1".to_owned()],
    )
}

/// Ends parts of orders in the two other ways, with words.
async fn given_up(cast: &Cast, who: Who, at: usize, rejected: &Things, cancelled: &Things) {
    let vendor = gid("Vendor", cast.vendors[at], None);
    let reject = "mutation($vendor: ID!, $part: ID!) { vendorOrderReject(input: { vendorId: $vendor, vendorOrderId: $part,
        note: \"the loom burnt down\" }) { vendorOrder { state } } }";
    let part = gid("VendorOrder", rejected.parts[at], None);
    let data = cast
        .data(who, reject, json!({ "vendor": vendor, "part": part }))
        .await;
    assert_eq!(
        data["vendorOrderReject"]["vendorOrder"]["state"],
        "REJECTED"
    );
    let cancel = "mutation($order: ID!, $part: ID!) { orderCancel(input: { orderId: $order, vendorOrderId: $part,
        note: \"found a nearer loom\" }) { order { id } } }";
    let (order, part) = (
        gid("Order", cancelled.order.id, None),
        gid("VendorOrder", cancelled.parts[at], None),
    );
    let data = cast
        .data(Who::Buyer, cancel, json!({ "order": order, "part": part }))
        .await;
    assert!(!data["orderCancel"]["order"].is_null());
}

/// What the customer reads of an order.
async fn order(cast: &Cast, served: &Served, who: Who, id: &str) -> Value {
    let query = format!(
        "query($id: ID!) {{ order(id: $id) {} }}",
        everything(served, "Order")
    );
    cast.data(who, &query, json!({ "id": id })).await["order"].clone()
}

/// Titles and amounts that are of one part of an order and of no other.
fn of_one_part(order: &Value, id: Uuid) -> Vec<String> {
    let own = |part: &&Value| part["id"] == json!(gid("VendorOrder", id, None));
    let parts = order["vendorOrders"].as_array().unwrap();
    let part = parts.iter().find(own).unwrap();
    let line = &part["lines"][0];
    let quoted = |text: &Value| text.to_string();
    let mut words = vec![
        quoted(&part["vendorName"]),
        quoted(&line["title"]),
        quoted(&line["sku"]),
    ];
    words.extend(
        [&part["cost"]["total"], &line["originalTotalPrice"]].map(|money| quoted(&money["amount"])),
    );
    words.push(quoted(&order["totalPrice"]["amount"]));
    words.retain(|word| word != "null");
    assert!(words.len() >= 5, "{words:?}");
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn vendors_of_one_order_see_nothing_of_each_other() {
    let cast = Cast::gather().await;
    let served = Served::read().await;
    let files = files(&cast).await;
    for (at, who, others) in [
        (0, Who::Owner, [Who::OtherOwner, Who::OtherClerk]),
        (1, Who::OtherClerk, [Who::Owner, Who::Clerk]),
    ] {
        let things = [cast.things(Who::Buyer).await, cast.things(Who::Buyer).await];
        // What the others see of orders in which one vendor did everything is what they see of those that nobody touched.
        let before = desk(&cast, &served, others[0]).await;
        given_up(&cast, who, at, &things[0], &things[1]).await;
        let after = desk(&cast, &served, others[0]).await;
        assert_eq!(before, after, "a desk changed by what another vendor did");
        let (bought, mut words) = delivered(&cast, who, at).await;
        let whole = order(
            &cast,
            &served,
            Who::Buyer,
            &gid("Order", bought.order.id, None),
        )
        .await;
        words.extend(of_one_part(&whole, bought.parts[at]));
        words.extend(["the loom burnt down", "found a nearer loom"].map(str::to_owned));
        for other in others {
            let desk = desk(&cast, &served, other).await;
            let text = part(&desk, bought.parts[1 - at]).to_string();
            assert!(
                text.contains("\"timeline\":[{") && text.contains("Loom Street"),
                "{text}"
            );
            let told: Vec<_> = words
                .iter()
                .filter(|word| text.contains(word.as_str()))
                .collect();
            assert!(told.is_empty(), "{other:?} is told {told:?}: {text}");
            let known = [bought.order.id, bought.parts[1 - at], cast.vendors[1 - at]];
            let strange: Vec<_> = ids(&text)
                .into_iter()
                .filter(|id| !known.contains(id) && !files.contains(id))
                .collect();
            assert!(strange.is_empty(), "{other:?} is told {strange:?}: {text}");
            let text = desk.to_string();
            for foreign in [&bought, &things[0], &things[1]].map(|things| things.parts[at]) {
                assert!(
                    !ids(&text).contains(&foreign),
                    "{other:?} is told of {foreign}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_is_searched_for_its_own_parts_alone() {
    let cast = Cast::gather().await;
    let (bought, _) = delivered(&cast, Who::Owner, 0).await;
    let name = "query($id: ID!) { order(id: $id) { name vendorOrders { id name } } }";
    let order = gid("Order", bought.order.id, None);
    let data = cast.data(Who::Buyer, name, json!({ "id": order })).await;
    let name = data["order"]["name"].as_str().unwrap().to_owned();
    let find = "query($vendor: ID!, $query: String, $states: [OrderState!]) { vendorDesk(vendorId: $vendor) {
        orders(first: 50, query: $query, states: $states) { nodes { id } } } }";
    let vendor = gid("Vendor", cast.vendors[1], None);
    // The number of the other's part finds the own one of the order.
    for query in [name.clone(), format!("{name}-1"), format!("{name}-2")] {
        let variables = json!({ "vendor": vendor, "query": query });
        let found = cast.data(Who::OtherClerk, find, variables).await;
        let own = json!([{ "id": gid("VendorOrder", bought.parts[1], None) }]);
        assert_eq!(found["vendorDesk"]["orders"]["nodes"], own, "{query}");
        // Where the other's stands is no state of it.
        let variables = json!({ "vendor": vendor, "query": query, "states": ["DELIVERED"] });
        let found = cast.data(Who::OtherClerk, find, variables).await;
        assert_eq!(found["vendorDesk"]["orders"]["nodes"], json!([]), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_reads_no_ids_or_names_of_staff() {
    let cast = Cast::gather().await;
    let served = Served::read().await;
    let (bought, _) = delivered(&cast, Who::Clerk, 0).await;
    let mut known = files(&cast).await;
    known.extend(
        cast.vendors
            .into_iter()
            .chain(cast.variants)
            .chain(bought.parts)
            .chain([bought.order.id]),
    );
    let plain = gid("Order", bought.order.id, None);
    let keyed = gid("Order", bought.order.id, Some(&bought.order.key));
    for (who, id) in [
        (Who::Buyer, &plain),
        (Who::Buyer, &keyed),
        (Who::Nobody, &keyed),
        (Who::Customer, &keyed),
    ] {
        let text = order(&cast, &served, who, id).await.to_string();
        let strange: Vec<_> = ids(&text).difference(&known).copied().collect();
        assert!(strange.is_empty(), "{who:?} is told {strange:?}: {text}");
        for word in ["Owner of", "Clerk at", "owner@", "clerk@"] {
            assert!(!text.contains(word), "{who:?} is told {word}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_is_told_of_themselves_alone() {
    let cast = Cast::gather().await;
    let served = Served::read().await;
    let mut common = files(&cast).await;
    common.extend(cast.vendors.into_iter().chain(cast.variants));
    let query = format!("{{ viewer {} }}", everything(&served, "Viewer"));
    for who in [
        Who::Buyer,
        Who::Customer,
        Who::Owner,
        Who::Clerk,
        Who::OtherOwner,
        Who::OtherClerk,
    ] {
        let person = &cast.people[&who];
        let mut known = common.clone();
        known.extend(
            person
                .things
                .parts
                .into_iter()
                .chain(person.user)
                .chain([person.things.order.id]),
        );
        let viewer = cast.data(who, &query, json!({})).await["viewer"].clone();
        let strange: Vec<_> = ids(&viewer.to_string())
            .difference(&known)
            .copied()
            .collect();
        assert!(
            strange.is_empty(),
            "{who:?} is told {strange:?}: {viewer:#}"
        );
        assert_eq!(
            viewer["orders"]["nodes"].as_array().unwrap().len(),
            1,
            "{who:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_hears_names_no_other_vendor() {
    let cast = Cast::gather().await;
    let (bought, _) = delivered(&cast, Who::Owner, 0).await;
    let sql = cast.shop.sql().await;
    let told = "SELECT e.kind, e.subject_id::text || e.facts::text FROM
        (SELECT kind, subject_id, facts, audiences FROM outbox_new UNION ALL SELECT kind, subject_id, facts, audiences FROM events) e
        WHERE ('vendor:' || $1::text) = ANY(e.audiences) AND (e.facts->>'order') = $2::text";
    let order = bought.order.id.to_string();
    let [own, other] = [0, 1].map(|at| cast.vendors[at].to_string());
    let heard = |rows: Vec<tokio_postgres::Row>| -> Vec<(String, String)> {
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    let others = heard(sql.query(told, &[&other, &order]).await.unwrap());
    assert_eq!(others.len(), 1, "{others:?}");
    assert_eq!(others[0].0, "order.placed");
    for foreign in [cast.vendors[0], bought.parts[0]] {
        assert!(!ids(&others[0].1).contains(&foreign), "{others:?}");
    }
    // Placed, accepted, prepared, shipped, delivered.
    assert_eq!(
        heard(sql.query(told, &[&own, &order]).await.unwrap()).len(),
        5
    );
}
