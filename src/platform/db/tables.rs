// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "actor_kind"))]
    pub struct ActorKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "attribute_kind"))]
    pub struct AttributeKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "cancel_reason"))]
    pub struct CancelReason;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "cart_state"))]
    pub struct CartState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "collection_kind"))]
    pub struct CollectionKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "facet_kind"))]
    pub struct FacetKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "menu_item_kind"))]
    pub struct MenuItemKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "moderation_state"))]
    pub struct ModerationState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "movement_kind"))]
    pub struct MovementKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "operation_kind"))]
    pub struct OperationKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "operation_state"))]
    pub struct OperationState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "order_state"))]
    pub struct OrderState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "payment_method"))]
    pub struct PaymentMethod;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "payment_state"))]
    pub struct PaymentState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "policy_kind"))]
    pub struct PolicyKind;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "product_state"))]
    pub struct ProductState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "reservation_state"))]
    pub struct ReservationState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "search_match"))]
    pub struct SearchMatch;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "user_role"))]
    pub struct UserRole;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "user_state"))]
    pub struct UserState;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "vendor_state"))]
    pub struct VendorState;
}

diesel::table! {
    use diesel::sql_types::*;

    /// Names of choices in other languages.
    attribute_choice_translations (choice_id, language) {
        choice_id -> Uuid,
        language -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What an attribute of kind CHOICE or COLOR can be.
    attribute_choices (id) {
        id -> Uuid,
        attribute_id -> Uuid,
        handle -> Text,
        name -> Text,
        /// Colour to show beside the name, as #rrggbb.
        #[max_length = 7]
        swatch -> Nullable<Bpchar>,
        position -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Names and units of attributes in other languages.
    attribute_translations (attribute_id, language) {
        attribute_id -> Uuid,
        language -> Text,
        name -> Text,
        unit -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::AttributeKind;

    /// A property that products of some types have, such as a material or a volume.
    attributes (id) {
        id -> Uuid,
        handle -> Text,
        name -> Text,
        kind -> AttributeKind,
        /// What a number counts, such as ml.
        unit -> Nullable<Text>,
        /// Whether lists can be narrowed down by it.
        filterable -> Bool,
        /// Order among all attributes, which is that of the filters, too.
        position -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// In how many orders two products stand; each pair in both directions. Kept by a task that follows the timeline of orders.
    bought_together (product_id, other_id) {
        product_id -> Uuid,
        other_id -> Uuid,
        orders -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Orders that are counted in bought_together, with the products they are counted for: an order that changes is counted anew.
    bought_together_orders (order_id) {
        order_id -> Uuid,
        products -> Array<Nullable<Uuid>>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// How far the timeline of orders is read for bought_together.
    bought_together_progress (single) {
        single -> Bool,
        step_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// One variant in a cart. The same variant with other attributes is another line.
    cart_lines (id) {
        id -> Uuid,
        cart_id -> Uuid,
        variant_id -> Uuid,
        quantity -> Int4,
        attributes -> Jsonb,
        /// Tells lines of one variant apart.
        attributes_key -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::CartState;

    /// A cart. Whoever knows its secret may read and change it while it is OPEN.
    carts (id) {
        id -> Uuid,
        /// SHA-256 of the secret in the cart's id.
        secret_hash -> Bytea,
        /// PAYING: an order was made of it and waits for its payment. BOUGHT: for good.
        state -> CartState,
        market_id -> Uuid,
        /// The buyer's country: decides the market and with it the prices.
        #[max_length = 2]
        country -> Bpchar,
        /// The signed-in buyer.
        user_id -> Nullable<Uuid>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        note -> Text,
        /// What the storefront wants to remember: a list of {"key", "value"}.
        attributes -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        /// The change that was made last: tried again after its answer was lost, it finds itself here.
        last_edit -> Nullable<Uuid>,
    }
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

    /// How a user proves who they are.
    credentials (user_id) {
        user_id -> Uuid,
        /// Argon2id in PHC string format.
        password_hash -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Whoever buys: a guest, or the person who signs in.
    customers (id) {
        id -> Uuid,
        user_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Who may see which event.
    event_audiences (audience, position) {
        audience -> Text,
        position -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// How far each of those who act on events has come.
    event_consumers (name) {
        name -> Text,
        position -> Int8,
        epoch -> Uuid,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What happened, by position: positions have no gaps, and a lower one is never given after a higher one was seen.
    events (position) {
        position -> Int8,
        id -> Uuid,
        kind -> Text,
        subject_id -> Uuid,
        audiences -> Array<Nullable<Text>>,
        facts -> Jsonb,
        told_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What an OPTION with its value, a TYPE, or a text of an ATTRIBUTE is called in other languages: the reader may filter by these names, too.
    facet_value_translations (facet_id, language) {
        facet_id -> Int4,
        language -> Text,
        field_name -> Nullable<Text>,
        value_name -> Text,
        /// The product that calls it so; absent when none is known.
        said_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::FacetKind;

    /// The dictionary of what products can be narrowed down by: a number for each value that any product has. Numbers are never given twice.
    facet_values (id) {
        id -> Int4,
        kind -> FacetKind,
        /// Lower-case name of an OPTION, handle of an ATTRIBUTE; empty for the other kinds.
        field -> Text,
        /// Id of a CATEGORY or VENDOR; lower-case name of a TYPE, TAG or OPTION; handle of a choice, number, true, false or lower-case text of an ATTRIBUTE; 1 to 5 of a RATING, which is at least so many stars.
        value -> Text,
        /// What an OPTION is called in the base language; what other kinds are called stands in their own tables.
        field_name -> Nullable<Text>,
        /// What a TYPE, TAG, value of an OPTION or text of an ATTRIBUTE is called in the base language.
        value_name -> Nullable<Text>,
        #[max_length = 7]
        swatch -> Nullable<Bpchar>,
        /// The product that calls it so; absent when none is known.
        said_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Where a user signed in from before: guesses made elsewhere do not make the owner wait there.
    familiar_places (user_id, place) {
        user_id -> Uuid,
        /// SHA-256 of the account and the address.
        place -> Bytea,
        seen_at -> Timestamptz,
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
    use super::sql_types::UserRole;

    /// Which role a user has, and at which vendor it holds. Which permissions a role has stands in the program.
    grants (id) {
        id -> Uuid,
        user_id -> Uuid,
        role -> UserRole,
        vendor_id -> Nullable<Uuid>,
        granted_at -> Timestamptz,
        granted_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What a repeated request answers: the same outcome, rendered again. Kept for seven days.
    idempotency_keys (mutation, scope, key) {
        mutation -> Text,
        /// Whose key it is: a cart or an account.
        scope -> Text,
        key -> Text,
        input_hash -> Bytea,
        /// What the request made or changed.
        outcome_id -> Uuid,
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
        /// The numbers of the product's values in facet_values, ascending.
        facets -> Array<Nullable<Int4>>,
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

    /// Who an order goes to, as it was said at the sale: so that it can be blanked, with the note of the order and what the storefront wants remembered.
    order_contacts (order_id) {
        order_id -> Uuid,
        email -> Text,
        first_name -> Text,
        last_name -> Text,
        company -> Text,
        address1 -> Text,
        address2 -> Text,
        city -> Text,
        province -> Text,
        zip -> Text,
        #[max_length = 2]
        country -> Bpchar,
        phone -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What was sold, as it was at the sale: later changes of the catalogue do not reach it.
    order_lines (id) {
        id -> Uuid,
        order_id -> Uuid,
        vendor_order_id -> Uuid,
        position -> Int2,
        product_id -> Uuid,
        variant_id -> Uuid,
        /// Title of the product, in the language of the order.
        title -> Text,
        /// The choices, in the language of the order.
        variant_title -> Text,
        sku -> Nullable<Text>,
        image_file_id -> Nullable<Uuid>,
        quantity -> Int4,
        /// Minor units, as is all money here.
        unit_price -> Int8,
        subtotal -> Int8,
        tax -> Int8,
        discount -> Int8,
        total -> Int8,
        attributes -> Jsonb,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderState;
    use super::sql_types::ActorKind;

    /// What happened to an order, step by step; ids and states, nothing about a person.
    order_timeline (id) {
        id -> Uuid,
        order_id -> Uuid,
        /// The part it happened to; absent for the whole order.
        vendor_order_id -> Nullable<Uuid>,
        kind -> Text,
        /// The state it led to.
        state -> Nullable<OrderState>,
        actor -> ActorKind,
        actor_id -> Nullable<Uuid>,
        happened_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OrderState;
    use super::sql_types::PaymentMethod;
    use super::sql_types::CancelReason;

    /// A customer's order: what was bought of all vendors at once. Amounts are minor units of its currency.
    orders (id) {
        id -> Uuid,
        number -> Int8,
        /// The cart it was made of: one order each, but for orders whose payment was declined.
        cart_id -> Uuid,
        customer_id -> Uuid,
        /// SHA-256 of the secret in the order's id, by which a guest reads it.
        secret_hash -> Bytea,
        market_id -> Uuid,
        #[max_length = 3]
        currency -> Bpchar,
        language -> Text,
        #[max_length = 2]
        country -> Bpchar,
        /// Follows from its vendor orders; only the function that changes those writes it.
        state -> OrderState,
        payment_method -> PaymentMethod,
        subtotal -> Int8,
        delivery -> Int8,
        tax -> Int8,
        discount -> Int8,
        total -> Int8,
        note -> Text,
        attributes -> Jsonb,
        cancel_reason -> Nullable<CancelReason>,
        placed_at -> Timestamptz,
        cancelled_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Events as their transactions told them, without a position yet. The relay moves them to events.
    outbox_new (id) {
        id -> Uuid,
        /// What happened, such as order.placed.
        kind -> Text,
        /// What it happened to.
        subject_id -> Uuid,
        /// Who may see it: staff, or customer, vendor, order or cart with its id after a colon.
        audiences -> Array<Nullable<Text>>,
        /// Ids and states; no personal data.
        facts -> Jsonb,
        told_at -> Timestamptz,
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

    /// Which part of a payment is for which vendor order; they sum to the order's total.
    payment_allocations (payment_id, vendor_order_id) {
        payment_id -> Uuid,
        vendor_order_id -> Uuid,
        amount -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OperationKind;
    use super::sql_types::OperationState;

    /// What is asked of a gateway. Committed before the gateway is called; its id is the gateway's key, so that asking twice does it once.
    payment_operations (id) {
        id -> Uuid,
        payment_id -> Uuid,
        /// What is refunded, when it is one vendor's part.
        vendor_order_id -> Nullable<Uuid>,
        kind -> OperationKind,
        state -> OperationState,
        amount -> Int8,
        /// What the gateway shall charge, as a token of the gateway: never a card number.
        instrument -> Text,
        failure -> Nullable<Text>,
        attempts -> Int4,
        /// When the gateway is asked again, while the outcome is not known.
        next_attempt_at -> Timestamptz,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PaymentMethod;
    use super::sql_types::PaymentState;

    /// How an order is paid. No number of a card is ever kept but its last four digits.
    payments (id) {
        id -> Uuid,
        order_id -> Uuid,
        method -> PaymentMethod,
        state -> PaymentState,
        #[max_length = 3]
        currency -> Bpchar,
        /// The order's total, minor units.
        amount -> Int8,
        /// What came in: the charges that were done, or cash for the parts that were delivered.
        paid -> Int8,
        /// What was given back: the refunds that were done.
        refunded -> Int8,
        /// What is owed no longer, for parts that were rejected or cancelled.
        forgone -> Int8,
        card_brand -> Nullable<Text>,
        card_last_digits -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
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

    /// Attributes of kind TEXT in other languages.
    product_attribute_translations (product_id, attribute_id, language) {
        product_id -> Uuid,
        attribute_id -> Uuid,
        language -> Text,
        text -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What an attribute of a product is; an attribute of choices can be several.
    product_attributes (id) {
        id -> Uuid,
        product_id -> Uuid,
        attribute_id -> Uuid,
        choice_id -> Nullable<Uuid>,
        text -> Nullable<Text>,
        number -> Nullable<Numeric>,
        yes -> Nullable<Bool>,
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

    /// How a product was rated: so many reviews, and the sum of their stars, one to five each.
    product_ratings (product_id) {
        product_id -> Uuid,
        reviews -> Int4,
        stars -> Int4,
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

    /// Which attributes the products of a type have, in the order in which they are shown.
    product_type_attributes (type_id, attribute_id) {
        type_id -> Uuid,
        attribute_id -> Uuid,
        position -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Names of types in other languages.
    product_type_translations (type_id, language) {
        type_id -> Uuid,
        language -> Text,
        name -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What kind of thing a product is, and by that which attributes it can have.
    product_types (id) {
        id -> Uuid,
        handle -> Text,
        name -> Text,
        position -> Int4,
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
        /// What it is, for its attributes; product_type is what the storefront calls it.
        type_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Every refresh token that was given out. One that is used a second time ends its session.
    refresh_tokens (hash) {
        /// SHA-256 of the token, which itself is kept nowhere.
        hash -> Bytea,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The last position that was given, and the epoch it was given in. A restore of an older copy begins a new epoch.
    relay_head (singleton) {
        singleton -> Bool,
        position -> Int8,
        epoch -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What is told to nobody as looked for, nor any text that has these words one after the other: lower case, one space between words.
    search_blocked_terms (term) {
        term -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// How often was looked for anything, by day (UTC): also what is not kept by itself.
    search_day_totals (day, language) {
        day -> Date,
        language -> Text,
        searches -> Int8,
        without_result -> Int8,
        clicks -> Int8,
        /// How many different terms of the day were kept: beyond a number new ones are counted here only.
        terms -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// How often was looked for what, by day (UTC), and nothing of who did.
    search_days (day, term, language) {
        day -> Date,
        language -> Text,
        /// What was typed, lower case, one space between words.
        term -> Text,
        searches -> Int8,
        without_result -> Int8,
        /// How often one of its hits was opened.
        clicks -> Int8,
        /// How many different people looked for it and found all its words: each is counted once a day, and it is not kept who.
        people -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Products whose documents the search engine refused. They are tried again now and then; the row is gone when it takes them.
    search_dead_letters (index_name, product_id) {
        index_name -> Text,
        product_id -> Uuid,
        reason -> Text,
        attempts -> Int4,
        first_at -> Timestamptz,
        last_at -> Timestamptz,
        /// Not tried again before.
        next_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The indexes on the Meilisearch server that were filled with all products at one time, and are fed with what changes since.
    search_indexes (name) {
        name -> Text,
        /// Of which make its documents are: a program of another make fills it anew.
        format -> Int4,
        /// Hash of the settings that it was given.
        settings -> Text,
        built_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// How often a product was opened as the hit of a search, by day (UTC).
    search_product_days (day, product_id) {
        day -> Date,
        product_id -> Uuid,
        clicks -> Int8,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// The products of a rule.
    search_rule_products (rule_id, product_id) {
        rule_id -> Uuid,
        product_id -> Uuid,
        /// Order among the pinned ones; absent for a product that is not to be found.
        position -> Nullable<Int4>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::SearchMatch;

    /// What is put in front of what is found by a phrase, or taken out of it.
    search_rules (id) {
        id -> Uuid,
        /// Lower case, one space between words.
        phrase -> Text,
        /// Whether the text is the phrase, or contains its words one after the other.
        matches -> SearchMatch,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// What counts how much when hits are ranked: one row. Whoever changes any of the tuning locks it first.
    search_settings (one) {
        one -> Bool,
        /// Grows with each change of the tuning, whichever of its tables it is in.
        version -> Int8,
        /// Weight of words in titles; 0 for a text that is not searched, as for the other weights.
        title -> Int4,
        properties -> Int4,
        description -> Int4,
        popularity -> Int4,
        in_stock_first -> Bool,
        typing_errors -> Bool,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Words that are not looked for, lower case.
    search_stop_words (language, word) {
        language -> Text,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Words that are looked for together, lower case.
    search_synonyms (id) {
        id -> Uuid,
        /// Absent for all languages.
        language -> Nullable<Text>,
        /// Who looks for it finds the terms, too, and not the other way round. Absent when each of the terms stands for all.
        word -> Nullable<Text>,
        terms -> Array<Nullable<Text>>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Who changed the tuning, when, and to what.
    search_tuning_log (version) {
        /// The version that the change led to.
        version -> Int8,
        /// Made before the change, so that one whose commit was not heard of is found and not made twice.
        id -> Uuid,
        action -> Text,
        user_id -> Uuid,
        changed_at -> Timestamptz,
        /// What is said now, or what is gone.
        about -> Jsonb,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Words that products which are seen have in their titles, types and properties: a word that is none of them may be one of them mistyped.
    search_words (word) {
        /// Folded, see search_fold.
        word -> Text,
        /// As it stands, in lower case.
        spelled -> Text,
        /// When the first of the products that have it is seen: nobody is told of it before.
        visible_from -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// One sign-in on one device: the family of all refresh tokens that descend from it.
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
        refreshed_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
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
    use super::sql_types::MovementKind;

    /// Every change of what is on hand; on hand is their sum. Names no row by a foreign key, so that history outlives what it tells of.
    stock_movements (id) {
        id -> Uuid,
        variant_id -> Uuid,
        location_id -> Uuid,
        kind -> MovementKind,
        /// Units: what came in is positive, what went out negative.
        quantity -> Int4,
        /// The reservation that a SALE ended.
        reservation_id -> Nullable<Uuid>,
        actor_id -> Nullable<Uuid>,
        moved_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::ReservationState;

    /// Units that are promised to an order line. Reserved is the sum of the open ones. One ends when the goods leave, or when the line is given up.
    stock_reservations (id) {
        id -> Uuid,
        variant_id -> Uuid,
        location_id -> Uuid,
        order_line_id -> Uuid,
        quantity -> Int4,
        state -> ReservationState,
        made_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::OperationKind;

    /// The memory of the built-in TEST gateway, which stands for a payment company's own: nothing but the gateway reads or writes it.
    test_gateway_charges (operation_id) {
        operation_id -> Uuid,
        kind -> OperationKind,
        amount -> Int8,
        #[max_length = 3]
        currency -> Bpchar,
        outcome -> Text,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    /// Failed attempts, as buckets that leak: an account, an address, or an account from an address.
    throttles (subject) {
        /// SHA-256 of what is counted, so that no address of a person stands here.
        subject -> Bytea,
        /// Attempts in the bucket at updated_at; it leaks with time, and a full one makes wait.
        level -> Float8,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::UserState;

    /// Whoever signs in. An address is one account, however it is capitalised.
    users (id) {
        id -> Uuid,
        email -> Text,
        first_name -> Text,
        last_name -> Text,
        phone -> Nullable<Text>,
        state -> UserState,
        /// When the user showed that the address is theirs; absent until then.
        email_verified_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
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
    use super::sql_types::OrderState;

    /// One vendor's part of an order: it has the state. Parts of an order sum to the whole.
    vendor_orders (id) {
        id -> Uuid,
        order_id -> Uuid,
        vendor_id -> Uuid,
        /// Which part of its order it is.
        position -> Int2,
        state -> OrderState,
        /// Whether the vendor was ever shown it: from PENDING on, and for good. What was called off before its payment never was the vendor's.
        released -> Bool,
        subtotal -> Int8,
        delivery -> Int8,
        tax -> Int8,
        discount -> Int8,
        total -> Int8,
        /// What was said when it was rejected or cancelled.
        end_note -> Nullable<Text>,
        tracking_company -> Nullable<Text>,
        tracking_number -> Nullable<Text>,
        placed_at -> Timestamptz,
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

diesel::joinable!(attribute_choice_translations -> attribute_choices (choice_id));
diesel::joinable!(attribute_choices -> attributes (attribute_id));
diesel::joinable!(attribute_translations -> attributes (attribute_id));
diesel::joinable!(cart_lines -> carts (cart_id));
diesel::joinable!(cart_lines -> variants (variant_id));
diesel::joinable!(carts -> markets (market_id));
diesel::joinable!(carts -> users (user_id));
diesel::joinable!(collection_products -> collections (collection_id));
diesel::joinable!(collection_products -> products (product_id));
diesel::joinable!(collection_translations -> collections (collection_id));
diesel::joinable!(collections -> files (image_file_id));
diesel::joinable!(credentials -> users (user_id));
diesel::joinable!(customers -> users (user_id));
diesel::joinable!(facet_value_translations -> facet_values (facet_id));
diesel::joinable!(familiar_places -> users (user_id));
diesel::joinable!(grants -> vendors (vendor_id));
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
diesel::joinable!(order_contacts -> orders (order_id));
diesel::joinable!(order_lines -> orders (order_id));
diesel::joinable!(order_lines -> vendor_orders (vendor_order_id));
diesel::joinable!(orders -> customers (customer_id));
diesel::joinable!(orders -> markets (market_id));
diesel::joinable!(page_translations -> pages (page_id));
diesel::joinable!(payment_allocations -> payments (payment_id));
diesel::joinable!(payment_allocations -> vendor_orders (vendor_order_id));
diesel::joinable!(payment_operations -> payments (payment_id));
diesel::joinable!(payment_operations -> vendor_orders (vendor_order_id));
diesel::joinable!(payments -> orders (order_id));
diesel::joinable!(placements -> collections (collection_id));
diesel::joinable!(placements -> markets (market_id));
diesel::joinable!(placements -> products (product_id));
diesel::joinable!(product_attribute_translations -> attributes (attribute_id));
diesel::joinable!(product_attribute_translations -> products (product_id));
diesel::joinable!(product_attributes -> attribute_choices (choice_id));
diesel::joinable!(product_attributes -> attributes (attribute_id));
diesel::joinable!(product_attributes -> products (product_id));
diesel::joinable!(product_images -> files (file_id));
diesel::joinable!(product_images -> products (product_id));
diesel::joinable!(product_option_translations -> product_options (option_id));
diesel::joinable!(product_options -> products (product_id));
diesel::joinable!(product_ratings -> products (product_id));
diesel::joinable!(product_texts -> products (product_id));
diesel::joinable!(product_translations -> products (product_id));
diesel::joinable!(product_type_attributes -> attributes (attribute_id));
diesel::joinable!(product_type_attributes -> product_types (type_id));
diesel::joinable!(product_type_translations -> product_types (type_id));
diesel::joinable!(products -> collections (category_id));
diesel::joinable!(products -> product_types (type_id));
diesel::joinable!(products -> vendors (vendor_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(search_product_days -> products (product_id));
diesel::joinable!(search_rule_products -> products (product_id));
diesel::joinable!(search_rule_products -> search_rules (rule_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(shop -> files (logo_file_id));
diesel::joinable!(shop_policy_translations -> shop_policies (policy_id));
diesel::joinable!(stock_levels -> locations (location_id));
diesel::joinable!(stock_levels -> variants (variant_id));
diesel::joinable!(variant_prices -> price_lists (price_list_id));
diesel::joinable!(variant_prices -> variants (variant_id));
diesel::joinable!(variants -> product_images (image_id));
diesel::joinable!(variants -> products (product_id));
diesel::joinable!(variants -> vendors (vendor_id));
diesel::joinable!(vendor_orders -> orders (order_id));
diesel::joinable!(vendor_orders -> vendors (vendor_id));
diesel::joinable!(vendor_translations -> vendors (vendor_id));
diesel::joinable!(vendors -> files (logo_file_id));

diesel::allow_tables_to_appear_in_same_query!(
    attribute_choice_translations,
    attribute_choices,
    attribute_translations,
    attributes,
    bought_together,
    bought_together_orders,
    bought_together_progress,
    cart_lines,
    carts,
    collection_products,
    collection_translations,
    collections,
    credentials,
    customers,
    event_audiences,
    event_consumers,
    events,
    facet_value_translations,
    facet_values,
    familiar_places,
    files,
    grants,
    idempotency_keys,
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
    order_contacts,
    order_lines,
    order_timeline,
    orders,
    outbox_new,
    page_translations,
    pages,
    payment_allocations,
    payment_operations,
    payments,
    placements,
    price_lists,
    product_attribute_translations,
    product_attributes,
    product_images,
    product_option_translations,
    product_options,
    product_ratings,
    product_texts,
    product_translations,
    product_type_attributes,
    product_type_translations,
    product_types,
    products,
    refresh_tokens,
    relay_head,
    search_blocked_terms,
    search_day_totals,
    search_days,
    search_dead_letters,
    search_indexes,
    search_product_days,
    search_rule_products,
    search_rules,
    search_settings,
    search_stop_words,
    search_synonyms,
    search_tuning_log,
    search_words,
    sessions,
    shop,
    shop_policies,
    shop_policy_translations,
    shop_translations,
    stock_levels,
    stock_movements,
    stock_reservations,
    test_gateway_charges,
    throttles,
    users,
    variant_prices,
    variants,
    vendor_orders,
    vendor_translations,
    vendors,
);
