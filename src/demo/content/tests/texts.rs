//! Gathers the texts of the shop from all its parts.

use crate::demo::content::{Content, MenuItem, Product, Seo, Text, Trait};

/// Every text of the shop, wherever it stands.
pub(super) fn all_texts(content: &Content) -> Vec<&Text> {
    let mut texts = shop_texts(content);
    texts.extend(
        content
            .vendors
            .iter()
            .flat_map(|it| [&it.name, &it.description]),
    );
    texts.extend(
        content
            .categories
            .iter()
            .flat_map(|it| [&it.title, &it.description]),
    );
    for collection in &content.collections {
        texts.extend([&collection.title, &collection.description]);
        texts.extend(seo_texts(&collection.seo));
    }
    content
        .products
        .iter()
        .for_each(|it| texts.extend(product_texts(it)));
    for menu in &content.menus {
        texts.push(&menu.title);
        menu.items
            .iter()
            .for_each(|item| collect_titles(item, &mut texts));
    }
    for page in &content.pages {
        texts.extend([&page.title, &page.body]);
        texts.extend(seo_texts(&page.seo));
    }
    texts.extend(content.types.iter().map(|it| &it.name));
    for attribute in &content.attributes {
        texts.push(&attribute.name);
        texts.extend(&attribute.unit);
        texts.extend(attribute.choices.iter().map(|it| &it.name));
    }
    let traits = content.traits.values().flat_map(|it| it.values.values());
    texts.extend(traits.filter_map(|it| match it {
        Trait::Text(text) => Some(text),
        _ => None,
    }));
    texts
}

fn shop_texts(content: &Content) -> Vec<&Text> {
    let shop = &content.shop;
    let rules = &shop.policies;
    let policies = [&rules.privacy, &rules.refund, &rules.shipping, &rules.terms];
    let mut texts = vec![&shop.name, &shop.description, &shop.slogan];
    texts.extend(policies.into_iter().flat_map(|it| [&it.title, &it.body]));
    texts
}

fn product_texts(product: &Product) -> Vec<&Text> {
    let mut texts = vec![&product.title, &product.description];
    texts.extend(product.seo.iter().flat_map(seo_texts));
    for option in &product.options {
        texts.push(&option.name);
        texts.extend(option.values.iter().map(|it| &it.value));
    }
    texts
}

fn seo_texts(seo: &Seo) -> [&Text; 2] {
    [&seo.title, &seo.description]
}

fn collect_titles<'a>(item: &'a MenuItem, texts: &mut Vec<&'a Text>) {
    texts.push(&item.title);
    item.items
        .iter()
        .for_each(|below| collect_titles(below, texts));
}
