//! The rules of the seeding that need no database.

use std::collections::HashSet;

use super::calendar::TODAY;
use super::chance::Chance;
use super::content;
use super::generated::{KINDS, leaves, name, traders};
use super::goods::{Choice, ChoiceValue, HIDDEN, Price, around, combinations, fils};
use super::identity::Name;
use super::markup::paragraphs;
use super::pictures::Drawing;
use super::places;

fn option(values: usize) -> Choice {
    let value = |number| ChoiceValue {
        name: format!("value {number}"),
        name_ar: None,
        palette: None,
    };
    Choice {
        name: "option".to_owned(),
        name_ar: None,
        values: (0..values).map(value).collect(),
    }
}

#[test]
fn an_id_is_the_same_each_time_and_differs_by_name_and_time() {
    let id = |handle: &str| Name::of("products").and(handle).id(TODAY);
    assert_eq!(
        id("mug").to_string(),
        "01a19467-e800-7c8c-909e-c0535a228d28"
    );
    assert_ne!(id("mug"), id("bowl"));
    assert_ne!(id("mug"), Name::of("variants").and("mug").id(TODAY));
    assert_ne!(
        Name::of("a").and("bc").id(TODAY),
        Name::of("ab").and("c").id(TODAY)
    );
    assert_ne!(
        Name::of("a").nth(1).id(TODAY),
        Name::of("a").nth(2).id(TODAY)
    );
}

#[test]
fn an_id_is_a_uuid_of_version_7_that_tells_its_time() {
    let id = Name::of("products").and("mug").id(TODAY);
    assert_eq!(id.get_version_num(), 7);
    assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    let (seconds, nanos) = id
        .get_timestamp()
        .map(|time| time.to_unix())
        .unwrap_or_default();
    assert_eq!((i64::try_from(seconds), nanos), (Ok(TODAY.timestamp()), 0));
}

#[test]
fn chances_keep_their_bounds() {
    let mut chance = Chance::new(7);
    let drawn: HashSet<u32> = (0..200).map(|_| chance.between(3, 6)).collect();
    assert_eq!(drawn, HashSet::from([3, 4, 5, 6]));
    assert_eq!(chance.below(0), 0);
    assert_eq!(chance.pick::<u8>(&[]), None);
}

#[test]
fn variants_are_every_choice_with_the_last_option_changing_fastest() {
    assert_eq!(combinations(&[Choice::none()]), [[1]]);
    let both = combinations(&[option(2), option(3)]);
    assert_eq!(both, [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]);
    assert_eq!(combinations(&[option(5), option(4), option(3)]).len(), 60);
}

#[test]
fn a_product_without_options_has_the_one_that_storefronts_know() {
    let none = Choice::none();
    let values: Vec<&str> = none
        .values
        .iter()
        .map(|value| value.name.as_str())
        .collect();
    assert_eq!(
        (none.name.as_str(), values),
        ("Title", vec!["Default Title"])
    );
    assert!(none.name_ar.is_none() && none.values.iter().all(|value| value.name_ar.is_none()));
}

#[test]
fn dollars_become_dinars_to_the_nearest_fifty_fils() {
    assert_eq!(fils(10_000), 30_700);
    assert_eq!(fils(4_800), 14_750);
    assert_eq!(fils(1_900), 5_850);
    assert_eq!(fils(0), 0);
}

#[test]
fn a_former_price_is_above_the_present_one_or_absent() {
    assert_eq!(Price::new(500, Some(500)).compare_at, None);
    assert_eq!(
        Price::new(1_000, Some(1_004)).in_fils(),
        Price::new(3_050, Some(3_100))
    );
    assert_eq!(
        Price::new(1_000, Some(1_003)).in_fils().compare_at,
        Some(3_100)
    );
    assert_eq!(Price::new(1_010, Some(1_012)).in_fils().compare_at, None);
    assert_eq!(
        Price::new(900, Some(1_200)).raised(50),
        Price::new(950, Some(1_250))
    );
}

#[test]
fn no_stock_stays_none_and_low_stock_stays_low() {
    let mut chance = Chance::new(1);
    let mut drawn = |stock| {
        (0..100)
            .map(|_| around(stock, &mut chance))
            .collect::<HashSet<_>>()
    };
    assert_eq!(drawn(0), HashSet::from([0]));
    assert_eq!(drawn(2), HashSet::from([0, 1, 2]));
    assert!(drawn(40).iter().all(|units| (20..=60).contains(units)));
}

#[test]
fn generated_handles_differ_and_can_be_addressed() {
    let handles: Vec<String> = (0..40_000)
        .filter_map(|number| Some(name(number)?.handle()))
        .collect();
    let distinct: HashSet<&String> = handles.iter().collect();
    assert_eq!((handles.len(), distinct.len()), (40_000, 40_000));
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    assert!(handles.iter().all(|handle| handle.chars().all(plain)));
}

#[test]
fn only_names_that_were_given_away_before_are_numbered() {
    let names = KINDS
        .iter()
        .map(|kind| kind.nouns.len() * kind.materials.len() * 48)
        .sum();
    assert!((0..names).all(|number| name(number).is_some_and(|name| name.edition == 1)));
    let again = name(names).map(|name| name.title()).unwrap_or_default();
    assert!(again.ends_with("No. 2"), "{again}");
}

#[test]
fn ten_thousand_products_have_two_hundred_vendors_and_fifty_categories() {
    let all = |products| {
        (
            12 + traders(products, 12).len(),
            9 + leaves(products, 9).len(),
        )
    };
    assert_eq!(all(153), (12, 9));
    assert_eq!(all(2_000), (40, 9));
    assert_eq!(all(10_000), (200, 50));
    assert_eq!(all(1_000_000), (200, 50));
}

#[test]
fn generated_vendors_and_categories_have_handles_of_their_own() -> Result<(), serde_json::Error> {
    let content = content::load()?;
    let mut shelves: HashSet<String> = content
        .categories
        .iter()
        .map(|own| own.handle.clone())
        .collect();
    shelves.extend(content.collections.into_iter().map(|own| own.handle));
    assert!(
        leaves(10_000, 9)
            .into_iter()
            .all(|leaf| shelves.insert(leaf.handle))
    );
    let mut vendors: HashSet<String> = content.vendors.into_iter().map(|own| own.handle).collect();
    assert!(
        traders(10_000, 12)
            .into_iter()
            .all(|trader| vendors.insert(trader.handle))
    );
    Ok(())
}

#[test]
fn the_content_names_nothing_that_the_seeding_does_not_know() -> Result<(), serde_json::Error> {
    let content = content::load()?;
    assert!(
        content
            .vendors
            .iter()
            .all(|vendor| places::find(&vendor.city).is_some())
    );
    let categories: HashSet<&str> = content
        .categories
        .iter()
        .map(|own| own.handle.as_str())
        .collect();
    assert!(KINDS.iter().all(|kind| categories.contains(kind.category)));
    let handles: HashSet<&str> = content
        .products
        .iter()
        .map(|own| own.handle.as_str())
        .collect();
    assert!(HIDDEN.iter().all(|hidden| !handles.contains(hidden.handle)));
    Ok(())
}

#[test]
fn every_kind_of_thing_can_be_seen_and_every_picture_is_kept_once() -> Result<(), serde_json::Error>
{
    let drawings = Drawing::all(&content::load()?);
    let keys: HashSet<String> = drawings.iter().map(Drawing::storage_key).collect();
    assert_eq!(keys.len(), drawings.len());
    for kind in &KINDS {
        let seen = |drawing: &&Drawing| matches!(drawing, Drawing::Product(motif, ..) if *motif == kind.motif);
        assert!(
            drawings.iter().any(|drawing| seen(&drawing)),
            "{:?}",
            kind.motif
        );
    }
    Ok(())
}

#[test]
fn plain_text_becomes_paragraphs() {
    assert_eq!(
        paragraphs("Salt & stone\n\nNo <b>"),
        "<p>Salt &amp; stone</p><p>No &lt;b&gt;</p>"
    );
}
