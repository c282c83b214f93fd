//! What the content files must keep among themselves.

mod attributes;
mod texts;

use std::collections::{BTreeSet, HashSet};

use super::{Category, Content, MenuItem, MenuItemKind, OptionValue, Product, load};
use texts::all_texts;

type Outcome = Result<(), serde_json::Error>;

/// The first of the words that was there before.
fn first_repeated<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = HashSet::new();
    words.into_iter().find(|word| !seen.insert(*word))
}

/// The handles of some things of one kind.
fn handles<T>(things: &[T], handle: impl Fn(&T) -> &str) -> Vec<&str> {
    things.iter().map(handle).collect()
}

/// The handles that a menu or an address of a collection may name.
fn collection_handles(content: &Content) -> Vec<&str> {
    let mut all = handles(&content.categories, |it| &it.handle);
    all.extend(handles(&content.collections, |it| &it.handle));
    all
}

/// The handles that must differ among themselves, kind by kind.
fn handles_by_kind(content: &Content) -> [Vec<&str>; 5] {
    [
        collection_handles(content),
        handles(&content.vendors, |it| &it.handle),
        handles(&content.products, |it| &it.handle),
        handles(&content.menus, |it| &it.handle),
        handles(&content.pages, |it| &it.handle),
    ]
}

/// The Arabic handles of products and of collections.
fn arabic_handles(content: &Content) -> Vec<&str> {
    let products = content.products.iter().map(|it| it.handle_ar.as_deref());
    let collections = content.collections.iter().map(|it| it.handle_ar.as_deref());
    products.chain(collections).flatten().collect()
}

fn is_leaf(category: &Category, all: &[Category]) -> bool {
    all.iter()
        .all(|other| other.parent.as_deref() != Some(category.handle.as_str()))
}

fn is_arabic(text: &str) -> bool {
    text.chars()
        .any(|letter| ('\u{0621}'..='\u{064A}').contains(&letter))
}

fn is_handle(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(allowed)
}

fn is_arabic_handle(text: &str) -> bool {
    is_arabic(text) && text.chars().all(|c| c.is_alphabetic() || c == '-')
}

#[test]
fn the_shop_is_as_large_as_promised() -> Outcome {
    let content = load()?;
    assert_eq!(content.vendors.len(), 12);
    assert_eq!(content.categories.len(), 9);
    assert_eq!(content.collections.len(), 6);
    assert!((140..=160).contains(&content.products.len()));
    for vendor in &content.vendors {
        let own = content
            .products
            .iter()
            .filter(|it| it.vendor == vendor.handle)
            .count();
        assert!((12..=13).contains(&own), "{} sells {own}", vendor.handle);
    }
    Ok(())
}

#[test]
fn handles_differ() -> Outcome {
    let content = load()?;
    for kind in handles_by_kind(&content) {
        assert_eq!(first_repeated(kind), None);
    }
    assert_eq!(first_repeated(arabic_handles(&content)), None);
    Ok(())
}

#[test]
fn handles_suit_an_address() -> Outcome {
    let content = load()?;
    for handle in handles_by_kind(&content).concat() {
        assert!(is_handle(handle), "{handle}");
    }
    for handle in arabic_handles(&content) {
        assert!(is_arabic_handle(handle), "{handle}");
    }
    Ok(())
}

#[test]
fn parents_stand_before_their_children() -> Outcome {
    let mut seen = HashSet::new();
    for category in load()?.categories {
        if let Some(parent) = &category.parent {
            assert!(
                seen.contains(parent),
                "{} hangs under {parent}",
                category.handle
            );
        }
        seen.insert(category.handle);
    }
    Ok(())
}

#[test]
fn products_name_a_vendor_and_a_leaf() -> Outcome {
    let content = load()?;
    let leaves: HashSet<_> = content
        .categories
        .iter()
        .filter(|it| is_leaf(it, &content.categories))
        .map(|it| it.handle.as_str())
        .collect();
    let vendors = handles(&content.vendors, |it| &it.handle);
    for product in &content.products {
        assert!(
            leaves.contains(product.category.as_str()),
            "{}",
            product.handle
        );
        assert!(
            vendors.contains(&product.vendor.as_str()),
            "{}",
            product.handle
        );
    }
    for leaf in leaves {
        assert!(
            content.products.iter().any(|it| it.category == leaf),
            "{leaf} is empty"
        );
    }
    Ok(())
}

#[test]
fn collections_name_products_once_each() -> Outcome {
    let content = load()?;
    let products = handles(&content.products, |it| &it.handle);
    for collection in &content.collections {
        let members = || collection.products.iter().map(String::as_str);
        assert_eq!(first_repeated(members()), None, "{}", collection.handle);
        assert_eq!(
            members().find(|it| !products.contains(it)),
            None,
            "{}",
            collection.handle
        );
        let sizes = match collection.handle.as_str() {
            "hidden-homepage-featured-items" => 3..=6,
            "hidden-homepage-carousel" => 6..=12,
            _ => 12..=30,
        };
        assert!(
            sizes.contains(&collection.products.len()),
            "{}",
            collection.handle
        );
    }
    Ok(())
}

#[test]
fn the_sale_holds_exactly_what_is_reduced() -> Outcome {
    let content = load()?;
    let sale = content.collections.iter().find(|it| it.handle == "sale");
    let shown: Option<BTreeSet<_>> = sale.map(|it| it.products.iter().collect());
    let reduced = content
        .products
        .iter()
        .filter(|it| it.compare_at_usd_cents.is_some());
    assert_eq!(shown, Some(reduced.map(|it| &it.handle).collect()));
    Ok(())
}

#[test]
fn menus_lead_somewhere() -> Outcome {
    let content = load()?;
    let menus = handles(&content.menus, |it| &it.handle);
    assert!(menus.contains(&"next-js-frontend-header-menu"));
    assert!(menus.contains(&"next-js-frontend-footer-menu"));
    assert!(menus.contains(&"main-menu"));
    for menu in &content.menus {
        menu.items
            .iter()
            .for_each(|item| leads_somewhere(item, &content));
    }
    Ok(())
}

fn leads_somewhere(item: &MenuItem, content: &Content) {
    let target = item.target.as_str();
    let found = match item.kind {
        MenuItemKind::Collection => collection_handles(content).contains(&target),
        MenuItemKind::Page => content.pages.iter().any(|page| page.handle == target),
        MenuItemKind::Http => target.starts_with("https://"),
        MenuItemKind::Frontpage | MenuItemKind::Catalog | MenuItemKind::Search => {
            target.starts_with('/')
        }
    };
    assert!(found, "{} leads to {target}", item.title.en);
    item.items
        .iter()
        .for_each(|below| leads_somewhere(below, content));
}

#[test]
fn options_make_few_and_distinct_variants() -> Outcome {
    for product in load()?.products {
        assert!(product.options.len() <= 2, "{}", product.handle);
        assert!(
            (1..=12).contains(&product.variant_count()),
            "{}",
            product.handle
        );
        for option in &product.options {
            let values = || option.values.iter();
            assert_eq!(
                first_repeated(values().map(|it| it.value.en.as_str())),
                None
            );
            assert_eq!(
                first_repeated(values().map(|it| it.value.ar.as_str())),
                None
            );
            let colored = values().filter(|it| it.palette.is_some()).count();
            assert!(
                colored == 0 || colored == option.values.len(),
                "{}",
                product.handle
            );
        }
        assert_steps_by_one_option(&product);
    }
    Ok(())
}

/// A price step needs exactly one option without colors to count along.
fn assert_steps_by_one_option(product: &Product) {
    let plain = |values: &[OptionValue]| values.iter().all(|it| it.palette.is_none());
    let countable = product
        .options
        .iter()
        .filter(|it| plain(&it.values))
        .count();
    assert!(
        product.step_usd_cents.is_none() || countable == 1,
        "{}",
        product.handle
    );
}

#[test]
fn skus_and_ranks_differ() -> Outcome {
    let products = load()?.products;
    assert_eq!(
        first_repeated(products.iter().map(|it| it.sku_prefix.as_str())),
        None
    );
    let ranks: HashSet<_> = products.iter().map(|it| it.rank).collect();
    assert_eq!(ranks.len(), products.len());
    Ok(())
}

#[test]
fn prices_are_sound() -> Outcome {
    for product in load()?.products {
        assert!(product.price_usd_cents > 0, "{}", product.handle);
        assert!(
            product.step_usd_cents.is_none_or(|step| step > 0),
            "{}",
            product.handle
        );
        let reduced = product
            .compare_at_usd_cents
            .is_none_or(|it| it > product.price_usd_cents);
        assert!(reduced, "{}", product.handle);
        assert!(product.weight_grams > 0, "{}", product.handle);
        assert!(
            (1..=400).contains(&product.created_days_ago),
            "{}",
            product.handle
        );
    }
    Ok(())
}

#[test]
fn tags_are_lower_case_words() -> Outcome {
    for product in load()?.products {
        assert!((3..=6).contains(&product.tags.len()), "{}", product.handle);
        assert_eq!(
            first_repeated(product.tags.iter().map(String::as_str)),
            None
        );
        for tag in &product.tags {
            assert!(
                !tag.is_empty() && *tag == tag.trim().to_lowercase(),
                "{tag:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn every_text_is_there_in_both_languages() -> Outcome {
    let content = load()?;
    for text in all_texts(&content) {
        assert!(
            !text.en.trim().is_empty() && !is_arabic(&text.en),
            "{text:?}"
        );
        assert!(is_arabic(&text.ar), "{text:?}");
    }
    for product in &content.products {
        assert!(!product.product_type.is_empty(), "{}", product.handle);
        assert!(is_arabic(&product.product_type_ar), "{}", product.handle);
    }
    Ok(())
}

#[test]
fn no_two_products_share_their_copy() -> Outcome {
    let products = load()?.products;
    assert_eq!(
        first_repeated(products.iter().map(|it| it.title.en.as_str())),
        None
    );
    assert_eq!(
        first_repeated(products.iter().map(|it| it.title.ar.as_str())),
        None
    );
    let sentences = products.iter().flat_map(|it| it.description.en.split(". "));
    assert_eq!(first_repeated(sentences), None);
    Ok(())
}
