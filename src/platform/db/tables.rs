// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "collection_kind"))]
    pub struct CollectionKind;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "menu_item_kind"))]
    pub struct MenuItemKind;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "moderation_state"))]
    pub struct ModerationState;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "policy_kind"))]
    pub struct PolicyKind;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "product_state"))]
    pub struct ProductState;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "vendor_state"))]
    pub struct VendorState;
}

diesel::table! {
    use diesel::sql_types::*;

    /// Which products were put in a collection by hand, and in what order.
    collection_products (collection_id, product_id) {
        collection_id -> Uuid,
        product_id -> Uuid,
        position -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The texts of collections in other languages; a handle that is absent is the one of the base language.
    collection_translations (collection_id, language) {
        collection_id -> Uuid,
        language -> Text,
        handle -> Nullable<Text>,
        title -> Text,
        description_html -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::CollectionKind;

    /// A shelf of products. A CATEGORY is a shelf in the tree, filled by the products that name it (and by those of its branches); a COLLECTION is filled by hand.
    collections (id) {
        id -> Uuid,
        kind -> CollectionKind,
        parent_id -> Nullable<Uuid>,
        /// Order among its siblings.
        position -> Int4,
        handle -> Text,
        title -> Text,
        description_html -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        image_file_id -> Nullable<Uuid>,
        published -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Pictures as they were stored; smaller ones are made from them on demand. A file never changes.
    files (id) {
        id -> Uuid,
        /// Where the original lies below the media folder.
        storage_key -> Text,
        content_type -> Text,
        /// Pixels.
        width -> Int4,
        /// Pixels.
        height -> Int4,
        byte_size -> Int8,
        /// Hash of the original, lower-case hexadecimal.
        #[max_length = 64]
        sha256 -> Bpchar,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// From and up to which price a product is sold in a price list, minor units.
    listing_prices (price_list_id, product_id) {
        price_list_id -> Uuid,
        product_id -> Uuid,
        min_amount -> Int8,
        max_amount -> Int8,
        min_compare_at -> Nullable<Int8>,
        max_compare_at -> Nullable<Int8>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// A product that a market can see: one row for each market with a price for it.
    listings (market_id, product_id) {
        market_id -> Uuid,
        product_id -> Uuid,
        vendor_id -> Uuid,
        visible_from -> Timestamptz,
        visible_until -> Nullable<Timestamptz>,
        /// Whether any variant can be bought; flips only at zero.
        in_stock -> Bool,
        /// Base-language title in lower case: the order by title is the same in every language.
        title_key -> Text,
        type_key -> Text,
        vendor_key -> Text,
        sold -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Where a vendor keeps stock.
    locations (id) {
        id -> Uuid,
        vendor_id -> Uuid,
        name -> Text,
        #[max_length = 2]
        country -> Bpchar,
        city -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// A country is in one market.
    market_countries (country) {
        #[max_length = 2]
        country -> Bpchar,
        market_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Languages that a market is served in; the lowest position is its default.
    market_languages (market_id, language) {
        market_id -> Uuid,
        language -> Text,
        position -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Countries that are sold to alike: one price list, one set of languages.
    markets (id) {
        id -> Uuid,
        handle -> Text,
        name -> Text,
        price_list_id -> Uuid,
        #[max_length = 2]
        default_country -> Bpchar,
        /// Whether the prices of this market contain tax.
        tax_included -> Bool,
        /// Serves every country that no market names.
        is_default -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Titles of menu lines in other languages.
    menu_item_translations (item_id, language) {
        item_id -> Uuid,
        language -> Text,
        title -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::MenuItemKind;

    /// One line of a menu and where it leads.
    menu_items (id) {
        id -> Uuid,
        menu_id -> Uuid,
        parent_id -> Nullable<Uuid>,
        position -> Int4,
        title -> Text,
        kind -> MenuItemKind,
        collection_id -> Nullable<Uuid>,
        product_id -> Nullable<Uuid>,
        page_id -> Nullable<Uuid>,
        /// For HTTP: a path of the storefront, or a whole address.
        url -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Navigation that the storefront shows.
    menus (id) {
        id -> Uuid,
        handle -> Text,
        title -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Names of option values in other languages.
    option_value_translations (value_id, language) {
        value_id -> Uuid,
        language -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// One choice of an option.
    option_values (id) {
        id -> Uuid,
        option_id -> Uuid,
        name -> Text,
        /// Colour to show beside the name, as #rrggbb.
        #[max_length = 7]
        swatch -> Nullable<Bpchar>,
        position -> Int2,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Pages in other languages; a handle that is absent is the one of the base language.
    page_translations (page_id, language) {
        page_id -> Uuid,
        language -> Text,
        handle -> Nullable<Text>,
        title -> Text,
        body_html -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Texts such as "about us" that the storefront shows as pages.
    pages (id) {
        id -> Uuid,
        handle -> Text,
        title -> Text,
        body_html -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        published -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// A listed product on a shelf, with the keys that the shelf is sorted by.
    placements (collection_id, market_id, product_id) {
        collection_id -> Uuid,
        market_id -> Uuid,
        product_id -> Uuid,
        /// Place given by hand; in a category, best sold first.
        position -> Int8,
        title_key -> Text,
        min_amount -> Int8,
        sold -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// A set of prices in one currency; who asks decides which one is used.
    price_lists (id) {
        id -> Uuid,
        code -> Text,
        #[max_length = 3]
        currency -> Bpchar,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The pictures of a product in order; the first is the featured one.
    product_images (id) {
        id -> Uuid,
        product_id -> Uuid,
        file_id -> Uuid,
        position -> Int2,
        /// What the picture shows; absent means the title of the product.
        alt_text -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Names of options in other languages.
    product_option_translations (option_id, language) {
        option_id -> Uuid,
        language -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What a buyer chooses, such as a colour: at most three for a product. One that offers no choice has the option Title with the value Default Title, as storefronts expect.
    product_options (id) {
        id -> Uuid,
        product_id -> Uuid,
        name -> Text,
        position -> Int2,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Tsvector;

    /// The words of a product in all its languages, for text search.
    product_texts (product_id) {
        product_id -> Uuid,
        document -> Tsvector,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The texts of products in other languages; a handle that is absent is the one of the base language.
    product_translations (product_id, language) {
        product_id -> Uuid,
        language -> Text,
        handle -> Nullable<Text>,
        title -> Text,
        description_html -> Text,
        product_type -> Text,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::ProductState;
    use super::sql_types::ModerationState;

    /// What a vendor offers. Seen when ACTIVE, APPROVED, within its window and priced in the reader's market.
    products (id) {
        id -> Uuid,
        vendor_id -> Uuid,
        /// A collection of kind CATEGORY.
        category_id -> Nullable<Uuid>,
        handle -> Text,
        title -> Text,
        description_html -> Text,
        product_type -> Text,
        tags -> Array<Nullable<Text>>,
        seo_title -> Nullable<Text>,
        seo_description -> Nullable<Text>,
        state -> ProductState,
        moderation -> ModerationState,
        /// Seen from this time on.
        published_at -> Timestamptz,
        /// Seen until this time; absent means for good.
        visible_until -> Nullable<Timestamptz>,
        /// Units sold, as last counted.
        sold -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// One deployment is one shop: one row.
    shop (id) {
        id -> Uuid,
        singleton -> Bool,
        name -> Text,
        description -> Text,
        slogan -> Text,
        /// The language in which rows hold their own texts; the others stand in translations.
        base_language -> Text,
        logo_file_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PolicyKind;

    /// What the shop promises its customers, one of each kind.
    shop_policies (id) {
        id -> Uuid,
        kind -> PolicyKind,
        handle -> Text,
        title -> Text,
        body_html -> Text,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The policies in other languages.
    shop_policy_translations (policy_id, language) {
        policy_id -> Uuid,
        language -> Text,
        title -> Text,
        body_html -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The texts of the shop in other languages.
    shop_translations (language) {
        language -> Text,
        name -> Text,
        description -> Text,
        slogan -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Units of a variant at a location; what is reserved is still on hand.
    stock_levels (variant_id, location_id) {
        variant_id -> Uuid,
        location_id -> Uuid,
        on_hand -> Int4,
        reserved -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What a variant costs in a price list. Without a price it is not sold there.
    variant_prices (variant_id, price_list_id) {
        variant_id -> Uuid,
        price_list_id -> Uuid,
        /// Minor units of the list's currency.
        amount -> Int8,
        /// Struck-through price, minor units.
        compare_at -> Nullable<Int8>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What is put in a cart: one choice of a product's options, at most 250 for a product.
    variants (id) {
        id -> Uuid,
        product_id -> Uuid,
        /// The product's vendor, so that a SKU can be unique for it.
        vendor_id -> Uuid,
        sku -> Nullable<Text>,
        barcode -> Nullable<Text>,
        /// Choice for the option at position 1.
        value1_id -> Uuid,
        /// Choice for the option at position 2.
        value2_id -> Nullable<Uuid>,
        /// Choice for the option at position 3.
        value3_id -> Nullable<Uuid>,
        image_id -> Nullable<Uuid>,
        weight_grams -> Int4,
        requires_shipping -> Bool,
        taxable -> Bool,
        position -> Int2,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The texts of vendors in other languages.
    vendor_translations (vendor_id, language) {
        vendor_id -> Uuid,
        language -> Text,
        name -> Text,
        description -> Text,
        city -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::VendorState;

    /// Whoever sells on the marketplace. Only an ACTIVE vendor's products are seen.
    vendors (id) {
        id -> Uuid,
        handle -> Text,
        name -> Text,
        description -> Text,
        city -> Text,
        state -> VendorState,
        logo_file_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::joinable!(collection_products -> collections (collection_id));
diesel::joinable!(collection_products -> products (product_id));
diesel::joinable!(collection_translations -> collections (collection_id));
diesel::joinable!(collections -> files (image_file_id));
diesel::joinable!(listing_prices -> price_lists (price_list_id));
diesel::joinable!(listing_prices -> products (product_id));
diesel::joinable!(listings -> markets (market_id));
diesel::joinable!(listings -> products (product_id));
diesel::joinable!(listings -> vendors (vendor_id));
diesel::joinable!(locations -> vendors (vendor_id));
diesel::joinable!(market_countries -> markets (market_id));
diesel::joinable!(market_languages -> markets (market_id));
diesel::joinable!(markets -> price_lists (price_list_id));
diesel::joinable!(menu_item_translations -> menu_items (item_id));
diesel::joinable!(menu_items -> collections (collection_id));
diesel::joinable!(menu_items -> menus (menu_id));
diesel::joinable!(menu_items -> pages (page_id));
diesel::joinable!(menu_items -> products (product_id));
diesel::joinable!(option_value_translations -> option_values (value_id));
diesel::joinable!(option_values -> product_options (option_id));
diesel::joinable!(page_translations -> pages (page_id));
diesel::joinable!(placements -> collections (collection_id));
diesel::joinable!(placements -> markets (market_id));
diesel::joinable!(placements -> products (product_id));
diesel::joinable!(product_images -> files (file_id));
diesel::joinable!(product_images -> products (product_id));
diesel::joinable!(product_option_translations -> product_options (option_id));
diesel::joinable!(product_options -> products (product_id));
diesel::joinable!(product_texts -> products (product_id));
diesel::joinable!(product_translations -> products (product_id));
diesel::joinable!(products -> collections (category_id));
diesel::joinable!(products -> vendors (vendor_id));
diesel::joinable!(shop -> files (logo_file_id));
diesel::joinable!(shop_policy_translations -> shop_policies (policy_id));
diesel::joinable!(stock_levels -> locations (location_id));
diesel::joinable!(stock_levels -> variants (variant_id));
diesel::joinable!(variant_prices -> price_lists (price_list_id));
diesel::joinable!(variant_prices -> variants (variant_id));
diesel::joinable!(variants -> product_images (image_id));
diesel::joinable!(variants -> products (product_id));
diesel::joinable!(variants -> vendors (vendor_id));
diesel::joinable!(vendor_translations -> vendors (vendor_id));
diesel::joinable!(vendors -> files (logo_file_id));

diesel::allow_tables_to_appear_in_same_query!(
    collection_products,
    collection_translations,
    collections,
    files,
    listing_prices,
    listings,
    locations,
    market_countries,
    market_languages,
    markets,
    menu_item_translations,
    menu_items,
    menus,
    option_value_translations,
    option_values,
    page_translations,
    pages,
    placements,
    price_lists,
    product_images,
    product_option_translations,
    product_options,
    product_texts,
    product_translations,
    products,
    shop,
    shop_policies,
    shop_policy_translations,
    shop_translations,
    stock_levels,
    variant_prices,
    variants,
    vendor_translations,
    vendors,
);
