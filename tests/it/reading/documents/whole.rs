//! What that storefront relies on in a product.

use crate::reading::{field, nodes};
use serde_json::Value;

/// A product has all that the storefront shows, in the form in which it reads it.
pub fn assert_whole(product: &Value) {
    for name in [
        "id",
        "handle",
        "title",
        "description",
        "descriptionHtml",
        "updatedAt",
    ] {
        assert!(
            !product[name].as_str().unwrap().is_empty(),
            "{name}: {product}"
        );
    }
    assert!(product["availableForSale"].is_boolean());
    assert!(product["tags"].is_array());
    assert!(product["seo"].is_object());
    let options = product["options"].as_array().unwrap();
    let variants = nodes(&product["variants"]);
    let choices: usize = options
        .iter()
        .map(|option| option["values"].as_array().unwrap().len())
        .product();
    assert_eq!(variants.as_array().unwrap().len(), choices, "{product}");
    for variant in variants.as_array().unwrap() {
        assert_eq!(
            field(&variant["selectedOptions"], "name"),
            field(&product["options"], "name")
        );
        assert_eq!(
            variant["title"],
            field(&variant["selectedOptions"], "value").join(" / ")
        );
    }
    assert_prices(product, &variants);
    let images = nodes(&product["images"]);
    assert_eq!(
        product["featuredImage"], images[0],
        "the first picture is the featured one"
    );
    images.as_array().unwrap().iter().for_each(assert_picture);
}

/// The range is that of the variants, in one currency, with its digits.
fn assert_prices(product: &Value, variants: &Value) {
    let amount = |sum: &Value| {
        assert_eq!(sum["currencyCode"], "USD");
        let text = sum["amount"].as_str().unwrap();
        assert_eq!(text.split_once('.').unwrap().1.len(), 2, "{text}");
        text.replace('.', "").parse::<u64>().unwrap()
    };
    let prices: Vec<u64> = variants
        .as_array()
        .unwrap()
        .iter()
        .map(|it| amount(&it["price"]))
        .collect();
    let range = &product["priceRange"];
    assert_eq!(
        prices.iter().min(),
        Some(&amount(&range["minVariantPrice"]))
    );
    assert_eq!(
        prices.iter().max(),
        Some(&amount(&range["maxVariantPrice"]))
    );
}

/// The storefront takes a picture's file name from its address: what stands between the last slash and the last dot after it.
fn assert_picture(picture: &Value) {
    let url = picture["url"].as_str().unwrap();
    let (name, kind) = url.rsplit_once('/').unwrap().1.rsplit_once('.').unwrap();
    assert!(!name.is_empty() && !kind.is_empty(), "{url}");
    assert!(!picture["altText"].as_str().unwrap().is_empty());
    assert!(picture["width"].as_u64().unwrap() > 0 && picture["height"].as_u64().unwrap() > 0);
}
