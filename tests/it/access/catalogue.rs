//! The entries of the public catalogue: everybody sees all of it.

use super::entry::{Entry, ask};
use super::scene::Scene;
use super::tree::Depth::Once;
use serde_json::json;

/// Every public field of the query root.
pub fn entries(scene: &Scene) -> Vec<Entry> {
    let shelf = scene.shelf.clone();
    let handle = |of: &str| json!({ "handle": shelf[of], "options": shelf["options"] });
    let product = json!({ "handle": shelf["product"], "options": shelf["options"] });
    let named = |title, field, of| {
        ask(title, field, "(handle: $handle)")
            .with(handle(of))
            .down(Once)
    };
    vec![
        ask("shop", "shop", "").down(Once),
        ask("localization", "localization", "").down(Once),
        named("product(handle: one with colours)", "product", "product"),
        named("collection(handle: one)", "collection", "collection"),
        named("page(handle: one)", "page", "page"),
        named("vendor(handle: one)", "vendor", "vendor"),
        named("productByHandle(handle: one)", "productByHandle", "product"),
        named(
            "collectionByHandle(handle: one)",
            "collectionByHandle",
            "collection",
        ),
        named("pageByHandle(handle: one)", "pageByHandle", "page"),
        ask(
            "menu(handle: the footer's)",
            "menu",
            "(handle: \"next-js-frontend-footer-menu\")",
        )
        .down(Once),
        ask(
            "productRecommendations(productHandle: one's)",
            "productRecommendations",
            "(productHandle: $handle)",
        )
        .with(product.clone())
        .down(Once),
        ask("products", "products", "(first: 3)")
            .with(product)
            .down(Once),
        // Before anybody has looked for anything.
        ask("popularSearches", "popularSearches", "(first: 3)"),
        ask(
            "search(query: of products and pages)",
            "search",
            "(query: \"ship\", first: 40)",
        )
        .down(Once),
        ask(
            "predictiveSearch(query: a beginning)",
            "predictiveSearch",
            "(query: \"mo\", limitScope: EACH)",
        )
        .down(Once),
        ask("collections", "collections", "(first: 3)").down(Once),
        ask("categories", "categories", "").down(Once),
        ask("pages", "pages", "(first: 3)").down(Once),
        ask("vendors", "vendors", "(first: 3)").down(Once),
    ]
}
