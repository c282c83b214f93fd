//! What types, attributes and what is told of products must keep among themselves.

use std::collections::{BTreeSet, HashSet};

use super::{Outcome, first_repeated, handles, is_handle};
use crate::demo::content::{Attribute, AttributeKind, Content, Trait, load};
use crate::demo::drawing::Palette;

fn attribute<'a>(content: &'a Content, handle: &str) -> &'a Attribute {
    let found = content.attributes.iter().find(|it| it.handle == handle);
    assert!(found.is_some(), "{handle} is no attribute");
    found.unwrap_or_else(|| &content.attributes[0])
}

#[test]
fn there_are_types_with_attributes_of_every_kind() -> Outcome {
    let content = load()?;
    assert_eq!(content.types.len(), 17);
    assert_eq!(content.attributes.len(), 25);
    let kinds: BTreeSet<&str> = content.attributes.iter().map(|it| it.kind.code()).collect();
    assert_eq!(
        kinds,
        BTreeSet::from(["BOOLEAN", "CHOICE", "COLOR", "NUMBER", "TEXT"])
    );
    let used: HashSet<&String> = content.types.iter().flat_map(|it| &it.attributes).collect();
    for attribute in &content.attributes {
        assert!(used.contains(&attribute.handle), "{}", attribute.handle);
    }
    Ok(())
}

#[test]
fn types_attributes_and_choices_have_handles_of_their_own() -> Outcome {
    let content = load()?;
    let types = handles(&content.types, |it| &it.handle);
    let attributes = handles(&content.attributes, |it| &it.handle);
    for own in [&types, &attributes] {
        assert_eq!(first_repeated(own.iter().copied()), None);
        assert!(own.iter().all(|handle| is_handle(handle)), "{own:?}");
    }
    for attribute in &content.attributes {
        let choices = handles(&attribute.choices, |it| &it.handle);
        assert_eq!(first_repeated(choices.iter().copied()), None);
        assert!(choices.iter().all(|it| is_handle(it)), "{choices:?}");
        let names = attribute.choices.iter().map(|it| it.name.en.as_str());
        assert_eq!(first_repeated(names), None, "{}", attribute.handle);
        let names = attribute.choices.iter().map(|it| it.name.ar.as_str());
        assert_eq!(first_repeated(names), None, "{}", attribute.handle);
    }
    for own in &content.types {
        assert_eq!(
            first_repeated(own.attributes.iter().map(String::as_str)),
            None
        );
        for handle in &own.attributes {
            attribute(&content, handle);
        }
    }
    Ok(())
}

#[test]
fn attributes_are_what_their_kind_says() -> Outcome {
    for attribute in load()?.attributes {
        let (handle, kind) = (&attribute.handle, attribute.kind);
        let chosen = matches!(kind, AttributeKind::Choice | AttributeKind::Color);
        assert_eq!(!attribute.choices.is_empty(), chosen, "{handle}");
        let counted = attribute.unit.is_none() || kind == AttributeKind::Number;
        assert!(counted, "{handle}");
        for choice in &attribute.choices {
            let swatch = choice.swatch.as_deref();
            assert_eq!(
                swatch.is_some(),
                kind == AttributeKind::Color,
                "{}",
                choice.handle
            );
            let hex = |it: &str| {
                it.len() == 7
                    && it.starts_with('#')
                    && it[1..].bytes().all(|b| b"0123456789abcdef".contains(&b))
            };
            assert!(swatch.is_none_or(hex), "{}", choice.handle);
        }
    }
    Ok(())
}

#[test]
fn every_product_is_of_a_type_and_is_told_what_its_attributes_can_be() -> Outcome {
    let content = load()?;
    let products: BTreeSet<&str> = handles(&content.products, |it| &it.handle)
        .into_iter()
        .collect();
    let told: BTreeSet<&str> = content.traits.keys().map(String::as_str).collect();
    assert_eq!(products, told);
    for (handle, traits) in &content.traits {
        let own = content
            .types
            .iter()
            .find(|it| it.handle == traits.product_type);
        let attributes = own.map(|own| own.attributes.clone()).unwrap_or_default();
        assert!(!traits.values.is_empty(), "{handle}");
        for (name, value) in &traits.values {
            assert!(attributes.contains(name), "{handle} cannot have {name}");
            let attribute = attribute(&content, name);
            let suits = match value {
                Trait::Yes(_) => attribute.kind == AttributeKind::Boolean,
                Trait::Number(number) => attribute.kind == AttributeKind::Number && *number > 0,
                Trait::Text(_) => attribute.kind == AttributeKind::Text,
                Trait::Choices(chosen) => {
                    let known = handles(&attribute.choices, |it| &it.handle);
                    first_repeated(chosen.iter().map(String::as_str)).is_none()
                        && !chosen.is_empty()
                        && chosen.iter().all(|it| known.contains(&it.as_str()))
                }
            };
            assert!(suits, "{handle}: {name}");
        }
    }
    Ok(())
}

#[test]
fn every_type_has_products_and_every_palette_a_color() -> Outcome {
    let content = load()?;
    for own in &content.types {
        let mut all = content.traits.values();
        assert!(
            all.any(|it| it.product_type == own.handle),
            "{}",
            own.handle
        );
    }
    let colors = handles(&attribute(&content, "color").choices, |it| &it.handle);
    for palette in Palette::ALL {
        assert!(colors.contains(&palette.family()), "{palette:?}");
    }
    Ok(())
}
