//! The shapes of the content files, field for field.

use serde::Deserialize;

use crate::demo::drawing::{Motif, Palette};

/// A text in both languages of the demo shop.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Arabic.
    pub ar: String,
}

/// What search engines are told instead of title and description.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seo {
    /// The title of the result.
    pub title: Text,
    /// The line or two under it.
    pub description: Text,
}

/// The shop itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shop {
    /// Its name.
    pub name: Text,
    /// A short account of what it is.
    pub description: Text,
    /// The line under the name.
    pub slogan: Text,
    /// Its rules.
    pub policies: Policies,
}

/// The four policies a storefront links to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// What is kept about shoppers, and why.
    pub privacy: Policy,
    /// Returns and refunds.
    pub refund: Policy,
    /// How, how fast and for how much parcels travel.
    pub shipping: Policy,
    /// The terms of service.
    pub terms: Policy,
}

/// One policy of the shop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Its heading.
    pub title: Text,
    /// Its text, as HTML.
    pub body: Text,
}

/// A maker who sells in the shop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// The name in addresses; unique among vendors.
    pub handle: String,
    /// The name on the sign.
    pub name: Text,
    /// Who they are and how they work.
    pub description: Text,
    /// The city of the workshop, from which its parcels leave; in English.
    pub city: String,
    /// The colors of the maker's pictures.
    pub palette: Palette,
    /// Which sign the drawing puts on the maker's logo; differs between vendors.
    pub sign: u32,
}

/// A place in the tree of categories; a collection with a parent, in the shop's terms.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The name in addresses; unique among categories and collections together.
    pub handle: String,
    /// The handle of the category above; none for a root.
    pub parent: Option<String>,
    /// The title.
    pub title: Text,
    /// What is found there.
    pub description: Text,
    /// The colors of its picture.
    pub palette: Palette,
    /// The things in its picture, from the front to the back.
    pub motifs: Vec<Motif>,
}

/// A collection that somebody put together by hand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The name in addresses; unique among categories and collections together.
    pub handle: String,
    /// The name in Arabic addresses, where there is one of its own.
    #[serde(default)]
    pub handle_ar: Option<String>,
    /// The title.
    pub title: Text,
    /// What brings these products together.
    pub description: Text,
    /// The colors of its picture.
    pub palette: Palette,
    /// The things in its picture, from the front to the back.
    pub motifs: Vec<Motif>,
    /// What search engines are told.
    pub seo: Seo,
    /// The handles of its products, in the order they are shown.
    pub products: Vec<String>,
}

/// A product of one vendor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The name in addresses; unique among products.
    pub handle: String,
    /// The name in Arabic addresses, where there is one of its own.
    #[serde(default)]
    pub handle_ar: Option<String>,
    /// The handle of the vendor who makes it.
    pub vendor: String,
    /// The title.
    pub title: Text,
    /// The copy: a few plain sentences, without markup.
    pub description: Text,
    /// The handle of the category it stands in, always a leaf.
    pub category: String,
    /// The kind of thing, in English.
    pub product_type: String,
    /// The kind of thing, in Arabic.
    pub product_type_ar: String,
    /// Lower-case words to find it by.
    pub tags: Vec<String>,
    /// The thing in its pictures.
    pub motif: Motif,
    /// The colors of its pictures, unless the chosen option value has its own.
    pub palette: Palette,
    /// What search engines are told, where it differs from title and copy.
    #[serde(default)]
    pub seo: Option<Seo>,
    /// What a shopper chooses between: none, one or two options.
    pub options: Vec<ProductOption>,
    /// The price of the first variant, in cents of a US dollar.
    pub price_usd_cents: i64,
    /// The price before the reduction, in cents of a US dollar; only on sale.
    #[serde(default)]
    pub compare_at_usd_cents: Option<i64>,
    /// What each further value of the option without colors adds to both prices, in cents of a
    /// US dollar: with sizes S, M and L and a step of 200, L costs 400 more than S.
    #[serde(default)]
    pub step_usd_cents: Option<i64>,
    /// The weight of one piece with its wrapping, in grams.
    pub weight_grams: u32,
    /// About how many pieces of each variant are in stock; none at all when 0.
    pub stock: u32,
    /// What the SKU of every variant starts with; unique in the shop.
    pub sku_prefix: String,
    /// The place among the best sellers: 1 sells best.
    pub rank: u32,
    /// How many days ago it came into the shop.
    pub created_days_ago: u32,
}

impl Product {
    /// How many variants the options make: one where there are none.
    #[must_use]
    pub fn variant_count(&self) -> usize {
        self.options
            .iter()
            .map(|option| option.values.len())
            .product()
    }
}

/// Something a shopper chooses: a color, a size, a scent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductOption {
    /// What is chosen.
    pub name: Text,
    /// The choices, in order.
    pub values: Vec<OptionValue>,
}

/// One choice of an option.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionValue {
    /// The words on the button.
    pub value: Text,
    /// The colors that the pictures take when it is chosen.
    #[serde(default)]
    pub palette: Option<Palette>,
}

/// A menu of the storefront.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// The name that storefronts look it up by.
    pub handle: String,
    /// The title.
    pub title: Text,
    /// Its entries, in order.
    pub items: Vec<MenuItem>,
}

/// An entry of a menu.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    /// The words to click on.
    pub title: Text,
    /// What the target is.
    #[serde(rename = "type")]
    pub kind: MenuItemKind,
    /// A handle for `COLLECTION` (a category too) and `PAGE`, a path of the shop or an address
    /// for the others.
    pub target: String,
    /// The entries below it.
    #[serde(default)]
    pub items: Vec<MenuItem>,
}

/// What an entry of a menu leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MenuItemKind {
    /// The home page.
    Frontpage,
    /// A collection or a category.
    Collection,
    /// The list of everything.
    Catalog,
    /// A page of text.
    Page,
    /// The search page.
    Search,
    /// Any other address.
    Http,
}

/// A page of text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The name in addresses; unique among pages.
    pub handle: String,
    /// The heading.
    pub title: Text,
    /// The text, as HTML.
    pub body: Text,
    /// What search engines are told.
    pub seo: Seo,
}
