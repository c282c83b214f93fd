//! The table: a line for each place of the schema that takes an id.
//!
//! A document's `$id` is what is tried. Its other variables are things of whoever asks, then of whoever the tried thing is of:
//! `$cart`, `$order`, `$part` (a vendor's part of an order), `$vendor`, `$variant`, and `$key`, an idempotency key.

use super::cast::Who;
use Who::{Buyer, Clerk, Nobody, Owner};

/// A place that takes an id.
pub struct Line {
    /// As the schema has it.
    pub entry: &'static str,
    pub takes: Takes,
}

/// What id a place takes.
pub enum Takes {
    /// One of the public catalogue, which everybody may know.
    Public(&'static str),
    /// One of something that is somebody's.
    Private(Private),
}

/// An id of something that is somebody's.
#[derive(Clone, Copy)]
pub struct Private {
    /// The types that the id may be of.
    pub kinds: &'static [&'static str],
    pub document: &'static str,
    /// Where in the answer's data stands what the id was for; nothing stands there for a stranger.
    pub thing: &'static str,
    /// Whom the right id opens it, and whether they need its key. Each of them is tried.
    pub opens: &'static [(Who, bool)],
    /// Steps of the vendor that come before.
    pub after: &'static [&'static str],
}

const fn public(entry: &'static str, why: &'static str) -> Line {
    let takes = Takes::Public(why);
    Line { entry, takes }
}

const fn private(entry: &'static str, private: Private) -> Line {
    let takes = Takes::Private(private);
    Line { entry, takes }
}

/// Whoever knows its key, signed in or not.
const BY_KEY: &[(Who, bool)] = &[(Nobody, true), (Buyer, true)];
/// Its customer, and whoever knows its key.
const BY_CUSTOMER: &[(Who, bool)] = &[(Buyer, false), (Buyer, true), (Nobody, true)];
/// Whoever works there.
const BY_STAFF: &[(Who, bool)] = &[(Owner, false), (Clerk, false)];

const fn of(
    kinds: &'static [&'static str],
    opens: &'static [(Who, bool)],
    thing: &'static str,
    document: &'static str,
) -> Private {
    Private {
        kinds,
        document,
        thing,
        opens,
        after: &[],
    }
}

/// What is public, with the reason.
pub const PUBLIC: &[Line] = &[
    public(
        "QueryRoot.collection(id)",
        "collections are for everybody; unpublished ones are tried with the catalogue",
    ),
    public("QueryRoot.page(id)", "pages are for everybody"),
    public(
        "QueryRoot.product(id)",
        "products are for everybody; unpublished ones are tried with the catalogue",
    ),
    public(
        "QueryRoot.productRecommendations(productId)",
        "products are for everybody",
    ),
    public(
        "QueryRoot.vendor(id)",
        "vendors are for everybody while they sell",
    ),
    public(
        "Mutation.searchClick(input.productId)",
        "products are for everybody",
    ),
    public(
        "Mutation.searchRuleSet(input.id)",
        "the shop's tuning is nobody's: whoever may not change it is told so whatever the id is",
    ),
    public(
        "Mutation.searchRuleSet(input.pinned[])",
        "whoever may tune the search may know of every product",
    ),
    public(
        "Mutation.searchRuleSet(input.hidden[])",
        "whoever may tune the search may know of every product",
    ),
    public(
        "Mutation.searchRuleDelete(input.id)",
        "the shop's tuning is nobody's: whoever may not change it is told so whatever the id is",
    ),
    public(
        "Mutation.searchSynonymSet(input.id)",
        "the shop's tuning is nobody's: whoever may not change it is told so whatever the id is",
    ),
    public(
        "Mutation.searchSynonymDelete(input.id)",
        "the shop's tuning is nobody's: whoever may not change it is told so whatever the id is",
    ),
    public(
        "Mutation.cartCreate(input.lines[].merchandiseId)",
        "variants are for everybody; unpublished ones are tried with carts",
    ),
    public(
        "Mutation.cartLinesAdd(lines[].merchandiseId)",
        "variants are for everybody; unpublished ones are tried with carts",
    ),
    public(
        "Mutation.cartLinesUpdate(lines[].merchandiseId)",
        "variants are for everybody; unpublished ones are tried with carts",
    ),
];

/// Everything that is somebody's, as ids call it. Orders first: they are what is opened by an id alone.
pub const NODES: &[&str] = &[
    "Order",
    "Cart",
    "VendorOrder",
    "CartLine",
    "MailingAddress",
    "User",
];

/// What of `Node` is for everybody.
pub const PUBLIC_NODES: [&str; 13] = [
    "Collection",
    "Market",
    "Menu",
    "MenuItem",
    "Page",
    "Product",
    "ProductOption",
    "ProductOptionValue",
    "ProductVariant",
    "Shop",
    "ShopPolicy",
    "TaxonomyCategory",
    "Vendor",
];

/// Carts.
pub const CARTS: &[Line] = &[
    private("QueryRoot.cart(id)", of(&["Cart"], BY_KEY, "/cart",
        "query($id: ID!) { cart(id: $id) { id totalQuantity note } }")),
    private("Mutation.cartAttributesUpdate(cartId)", of(&["Cart"], BY_KEY, "/cartAttributesUpdate/cart",
        "mutation($id: ID!) { cartAttributesUpdate(cartId: $id, attributes: [{ key: \"a\", value: \"b\" }]) {
            cart { id } userErrors { code field message } warnings { code } } }")),
    private("Mutation.cartBuyerIdentityUpdate(cartId)", of(&["Cart"], BY_KEY, "/cartBuyerIdentityUpdate/cart",
        "mutation($id: ID!) { cartBuyerIdentityUpdate(cartId: $id, buyerIdentity: { email: \"a@example.com\" }) {
            cart { id } userErrors { code field message } warnings { code } } }")),
    private("Mutation.cartLinesAdd(cartId)", of(&["Cart"], BY_KEY, "/cartLinesAdd/cart",
        "mutation($id: ID!, $variant: ID!) { cartLinesAdd(cartId: $id, lines: [{ merchandiseId: $variant }]) {
            cart { id } userErrors { code field message } warnings { code } } }")),
    private("Mutation.cartLinesRemove(cartId)", of(&["Cart"], BY_KEY, "/cartLinesRemove/cart",
        "mutation($id: ID!, $line: ID!) { cartLinesRemove(cartId: $id, lineIds: [$line]) {
            cart { id } userErrors { code field message } warnings { code } } }")),
    private("Mutation.cartLinesRemove(lineIds[])", of(&["CartLine"], &[(Buyer, false)], "/cartLinesRemove/cart",
        "mutation($id: ID!, $cart: ID!) { cartLinesRemove(cartId: $cart, lineIds: [$id]) {
            cart { id totalQuantity } userErrors { code field message } warnings { code } } }")),
    private("Mutation.cartLinesUpdate(cartId)", of(&["Cart"], BY_KEY, "/cartLinesUpdate/cart",
        "mutation($id: ID!, $line: ID!) { cartLinesUpdate(cartId: $id, lines: [{ id: $line, quantity: 3 }]) {
            cart { id } userErrors { code field message } warnings { code } } }")),
    private("Mutation.cartLinesUpdate(lines[].id)", of(&["CartLine"], &[(Buyer, false)], "/cartLinesUpdate/cart",
        "mutation($id: ID!, $cart: ID!) { cartLinesUpdate(cartId: $cart, lines: [{ id: $id, quantity: 3 }]) {
            cart { id totalQuantity } userErrors { code field message } warnings { code } } }")),
    private("Mutation.cartNoteUpdate(cartId)", of(&["Cart"], BY_KEY, "/cartNoteUpdate/cart",
        "mutation($id: ID!) { cartNoteUpdate(cartId: $id, note: \"mine\") {
            cart { id } userErrors { code field message } warnings { code } } }")),
];

/// Buying, orders, and things by their ids alone.
pub const ORDERS: &[Line] = &[
    private("QueryRoot.order(id)", of(&["Order"], BY_CUSTOMER, "/order",
        "query($id: ID!) { order(id: $id) { id name email shippingAddress { address1 } vendorOrders { id } } }")),
    private("QueryRoot.node(id)", of(NODES, BY_CUSTOMER, "/node",
        "query($id: ID!) { node(id: $id) { __typename id } }")),
    private("QueryRoot.nodes(ids[])", of(NODES, BY_CUSTOMER, "/nodes/1",
        "query($id: ID!, $cart: ID!, $order: ID!) { nodes(ids: [$cart, $id, $order]) { __typename id } }")),
    private("Mutation.checkoutComplete(input.cartId)", of(&["Cart"], BY_KEY, "/checkoutComplete/order",
        "mutation($id: ID!, $key: String!) { checkoutComplete(input: { cartId: $id, email: \"a@example.com\", paymentMethod: CASH_ON_DELIVERY,
            shippingAddress: { lastName: \"Doe\", address1: \"1 Way\", city: \"Town\", countryCode: US } }) @idempotent(key: $key) {
            order { id name email } userErrors { code field message } } }")),
    private("Mutation.orderCancel(input.orderId)", of(&["Order"], &[(Buyer, false), (Nobody, true)], "/orderCancel/order",
        "mutation($id: ID!, $key: String!) { orderCancel(input: { orderId: $id, note: \"no more\" }) @idempotent(key: $key) {
            order { id name email } userErrors { code field message } } }")),
    private("Mutation.orderCancel(input.vendorOrderId)", of(&["VendorOrder"], &[(Buyer, false)], "/orderCancel/order",
        "mutation($id: ID!, $order: ID!, $key: String!) { orderCancel(input: { orderId: $order, vendorOrderId: $id }) @idempotent(key: $key) {
            order { id name email } userErrors { code field message } } }")),
];

macro_rules! step {
    ($field:literal, $after:expr, vendor) => {
        step!(@ $field, $after, "Vendor", "(input.vendorId)", "$part: ID!", "vendorId: $id, vendorOrderId: $part")
    };
    ($field:literal, $after:expr, order) => {
        step!(@ $field, $after, "VendorOrder", "(input.vendorOrderId)", "$vendor: ID!", "vendorId: $vendor, vendorOrderId: $id")
    };
    (@ $field:literal, $after:expr, $of:literal, $path:literal, $variable:literal, $input:literal) => {
        private(concat!("Mutation.", $field, $path), Private {
            kinds: &[$of],
            document: concat!("mutation($id: ID!, ", $variable, ", $key: String!) { ", $field, "(input: { ", $input,
                " }) @idempotent(key: $key) { vendorOrder { id name state } userErrors { code field message } } }"),
            thing: concat!("/", $field, "/vendorOrder"),
            opens: BY_STAFF,
            after: $after,
        })
    };
}

/// What a vendor's staff works with.
pub const DESK: &[Line] = &[
    private(
        "QueryRoot.vendorDesk(vendorId)",
        of(
            &["Vendor"],
            BY_STAFF,
            "/vendorDesk",
            "query($id: ID!) { vendorDesk(vendorId: $id) { vendor { id name state } orderCounts { state count } orders(first: 2) { nodes { id } } } }",
        ),
    ),
    private(
        "VendorDesk.order(id)",
        of(
            &["VendorOrder"],
            BY_STAFF,
            "/vendorDesk/order",
            "query($id: ID!, $vendor: ID!) { vendorDesk(vendorId: $vendor) { order(id: $id) { id name lines { title } contact { name } } } }",
        ),
    ),
    step!("vendorOrderAccept", &[], vendor),
    step!("vendorOrderAccept", &[], order),
    step!("vendorOrderReject", &[], vendor),
    step!("vendorOrderReject", &[], order),
    step!("vendorOrderPrepare", &["Accept"], vendor),
    step!("vendorOrderPrepare", &["Accept"], order),
    step!("vendorOrderShip", &["Accept", "Prepare"], vendor),
    step!("vendorOrderShip", &["Accept", "Prepare"], order),
    step!("vendorOrderDeliver", &["Accept", "Prepare", "Ship"], vendor),
    step!("vendorOrderDeliver", &["Accept", "Prepare", "Ship"], order),
];

/// What is watched: the first word of a stream.
pub const LIVE: &[Line] = &[
    private(
        "Subscription.orderUpdated(orderId)",
        of(
            &["Order"],
            BY_CUSTOMER,
            "/orderUpdated/order",
            "subscription($id: ID!) { orderUpdated(orderId: $id) { kind order { id name email vendorOrders { id } } } }",
        ),
    ),
    private(
        "Subscription.vendorOrdersUpdated(vendorId)",
        of(
            &["Vendor"],
            BY_STAFF,
            "/vendorOrdersUpdated/vendorDesk",
            "subscription($id: ID!) { vendorOrdersUpdated(vendorId: $id) { kind vendorDesk { vendor { id name } orderCounts { count } } } }",
        ),
    ),
    private(
        "Subscription.cartUpdated(cartId)",
        of(
            &["Cart"],
            BY_KEY,
            "/cartUpdated/cart",
            "subscription($id: ID!) { cartUpdated(cartId: $id) { kind cart { id totalQuantity note } } }",
        ),
    ),
];
