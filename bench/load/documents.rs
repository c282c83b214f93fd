//! What a storefront asks.

use std::sync::Arc;

const GOODS: &str = include_str!("../../tests/it/reading/documents/goods.graphql");
const PRODUCTS: &str = include_str!("../../tests/it/reading/documents/products.graphql");
const PRODUCT: &str = include_str!("../../tests/it/reading/documents/product.graphql");

/// What that storefront shows of a cart.
const CART: &str = "fragment Shown on Cart { id totalQuantity checkoutUrl
    cost { subtotalAmount { ...Sum } totalAmount { ...Sum } }
    lines(first: 100) { edges { node { id quantity cost { totalAmount { ...Sum } }
        merchandise { ... on ProductVariant { id title selectedOptions { value name } product { ...Goods } } } } } } }";

/// The variables by which a storefront says for whom it asks, and the directive that reads them.
const BUYER: &str = "$country: CountryCode, $language: LanguageCode) @inContext(country: $country, language: $language) {";

/// What a list shows of a product.
const CARD: &str = "fragment Card on Product { id handle title vendor
    priceRange { minVariantPrice { ...Sum } maxVariantPrice { ...Sum } }
    featuredImage { ...Picture } rating { average count } }
fragment Sum on MoneyV2 { currencyCode amount }
fragment Picture on Image { width height altText url }";

/// A page of so many products.
pub fn listing(size: usize) -> Arc<str> {
    format!(
        "query Listing($order: ProductSortKeys, $after: String, {BUYER}
            products(first: {size}, after: $after, sortKey: $order) {{ nodes {{ ...Card }} pageInfo {{ hasNextPage endCursor }} }} }}
        {CARD}"
    )
    .into()
}

/// A page of 24 products on a shelf that pass filters.
pub fn shelf() -> Arc<str> {
    format!(
        "query Shelf($name: String!, $order: ProductCollectionSortKeys, $filters: [ProductFilter!], {BUYER}
            collection(handle: $name) {{ id handle title
                products(first: 24, sortKey: $order, filters: $filters) {{ nodes {{ ...Card }} pageInfo {{ hasNextPage endCursor }} }} }} }}
        {CARD}"
    )
    .into()
}

/// A hundred products with all that is shown of them, as that storefront asks for them.
pub fn goods() -> Arc<str> {
    for_a_buyer(PRODUCTS)
}

/// A cart is begun.
pub fn begin() -> String {
    cart(
        "mutation Begin($lines: [CartLineInput!]",
        "cartCreate(input: { lines: $lines }) { cart { ...Shown } }",
    )
}

/// A line is added.
pub fn add() -> String {
    cart(
        "mutation Add($cart: ID!, $lines: [CartLineInput!]!",
        "cartLinesAdd(cartId: $cart, lines: $lines) { cart { ...Shown } }",
    )
}

/// A cart is read.
pub fn read() -> String {
    cart("query Read($cart: ID!", "cart(id: $cart) { ...Shown }")
}

fn cart(head: &str, field: &str) -> String {
    format!("{head}, {BUYER} {field} }}\n{CART}\n{GOODS}")
}

/// A product's page, as that storefront asks for it.
pub fn product() -> Arc<str> {
    for_a_buyer(PRODUCT)
}

/// A document of that storefront with its fragments, and with the buyer's country and language.
fn for_a_buyer(document: &str) -> Arc<str> {
    let (head, rest) = document.split_once(") {").unwrap();
    format!("{head}, {BUYER}{rest}\n{GOODS}").into()
}
