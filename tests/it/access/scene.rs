//! What there is to be asked for: everything filled in that can be.

use super::columns::{everybody, gather};
use crate::buying::{by_card, card};
use crate::strangers::cast::{Cast, Keyed, Things, Who, gid, uuid};
use lilium::demo::people::PASSWORD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The cast with its things, as ids.
pub struct Scene {
    pub cast: Cast,
    /// Bought by card by the customer; vendor A sent its part, B's was called off. Somebody's words stand in every place.
    pub order: Keyed,
    /// The same order's parts: of A, then of B.
    pub parts: [Uuid; 2],
    /// A cart with everything in it.
    pub cart: Keyed,
    /// What everybody signs in with, who does.
    pub emails: BTreeMap<Who, String>,
    /// Names of the catalogue.
    pub shelf: Value,
    /// Cursors from before anything happened to `order` and `cart`, and to vendor A.
    pub begun: Value,
}

const FILL: &str = "mutation($lines: [CartLineInput!]!, $country: CountryCode) { cartCreate(input: { lines: $lines, note: \"by the back door\",
    attributes: [{ key: \"gift\", value: \"yes\" }],
    buyerIdentity: { email: \"ada@example.com\", phone: \"+1 555 0100\", countryCode: $country } }) {
    cart { id lines(first: 1) { nodes { id } } } userErrors { message } } }";

const BUY: &str = "mutation($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
    order { id vendorOrders { id vendor { id } } } userErrors { message field } } }";

/// What the demo shop leaves out here and there.
const FILLED: &str = "UPDATE users SET phone = '+1 555 0199';
    UPDATE variants SET barcode = '4006381333931' WHERE barcode IS NULL OR barcode = '';
    UPDATE products SET seo_title = 'A title', seo_description = 'In words' WHERE seo_title IS NULL;
    UPDATE variant_prices SET compare_at = amount + 100 WHERE compare_at IS NULL;";

/// A variant of a third vendor, whose product is then shown no more.
const GONE: &str = "UPDATE listings SET visible_until = now() WHERE product_id = (SELECT product_id FROM variants WHERE id = $1)";

const THIRD: &str = "SELECT va.id FROM variants va JOIN vendors v ON v.id = va.vendor_id AND v.state = 'ACTIVE'
    JOIN listings l ON l.product_id = va.product_id AND l.visible_from < now() AND l.visible_until IS NULL
    JOIN markets m ON m.id = l.market_id AND m.is_default
    JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id
    WHERE v.id <> ALL($1) AND EXISTS (SELECT FROM stock_levels s WHERE s.variant_id = va.id AND s.on_hand > 5)
    ORDER BY v.handle, va.id LIMIT 1";

/// The synonym and the rule that somebody may delete: each their own, since a thing is deleted once.
pub fn said_for(who: Who) -> Uuid {
    let place = everybody().position(|other| other == who).unwrap();
    Uuid::from_u128(0x7000_8000_0000_0000_0000 + place as u128)
}

/// How the search is tuned, with everything said that can be, and what was looked for.
const SAID: &str = "INSERT INTO search_synonyms (id, language, word, terms) SELECT id, 'EN', 'w' || id, ARRAY['cup'] FROM unnest($1::uuid[]) id";
const RULED: &str = "INSERT INTO search_rules (id, phrase, matches) SELECT id, 'p' || id, 'EXACT' FROM unnest($1::uuid[]) id";
const TUNED: &str = "INSERT INTO search_stop_words (language, word) VALUES ('EN', 'of');
    INSERT INTO search_synonyms (id, terms, word, language) VALUES (gen_random_uuid(), '{mug,cup}', 'beaker', 'EN');
    INSERT INTO search_rules (id, phrase, matches) VALUES ('00000000-0000-7000-8000-00000000ffff', 'tea', 'CONTAINS');
    INSERT INTO search_rule_products (rule_id, product_id, position)
    SELECT '00000000-0000-7000-8000-00000000ffff', p.product_id, CASE WHEN p.place = 1 THEN 0 END
    FROM (SELECT l.product_id, row_number() OVER (ORDER BY l.product_id) AS place FROM listings l JOIN markets m ON m.id = l.market_id AND m.is_default
        WHERE l.visible_from < now() AND l.visible_until IS NULL LIMIT 2) p;
    INSERT INTO search_tuning_log (version, id, action, user_id, changed_at, about)
    SELECT 1, gen_random_uuid(), 'RANKING_SET', id, now(), '{\"title\": 10}' FROM users WHERE email = 'ada@example.com';
    INSERT INTO search_days (day, language, term, searches, without_result, clicks) VALUES (current_date, 'EN', 'tea', 40, 3, 2);
    INSERT INTO search_product_days (day, product_id, clicks)
    SELECT current_date, product_id, 2 FROM search_rule_products WHERE position = 0;";

impl Scene {
    /// Everybody and everything.
    pub async fn set() -> Self {
        let cast = gather().await;
        let mut scene = Self {
            order: cast.people[&Who::Buyer].things.order.clone(),
            cart: cast.people[&Who::Buyer].things.cart.clone(),
            parts: cast.people[&Who::Buyer].things.parts,
            emails: BTreeMap::new(),
            shelf: json!({}),
            begun: json!({}),
            cast,
        };
        let sql = scene.cast.shop.sql().await;
        sql.batch_execute(FILLED).await.unwrap();
        sql.batch_execute(TUNED).await.unwrap();
        let said: Vec<Uuid> = everybody().map(said_for).collect();
        sql.execute(SAID, &[&said]).await.unwrap();
        sql.execute(RULED, &[&said]).await.unwrap();
        let vendors = scene.cast.vendors.as_slice();
        let third: Uuid = sql.query_one(THIRD, &[&vendors]).await.unwrap().get(0);
        scene.buy().await;
        scene.cart = Keyed::read(
            &scene
                .fill(&[scene.cast.variants[0], scene.cast.variants[1], third])
                .await["id"],
        );
        sql.execute(GONE, &[&third]).await.unwrap();
        scene.give_up().await;
        scene.shelf = scene.shelf().await;
        scene.happen().await;
        scene.learn_emails().await;
        scene
    }

    async fn learn_emails(&mut self) {
        for who in everybody().filter(|who| *who != Who::Nobody) {
            let viewer = self.cast.data(who, "{ viewer { email } }", json!({})).await;
            let email = viewer["viewer"]["email"].as_str().unwrap().to_owned();
            self.emails.insert(who, email);
        }
    }

    /// Nobody has to wait because others failed to sign in.
    pub async fn forget_failures(&self) {
        let sql = self.cast.shop.sql().await;
        sql.execute("DELETE FROM throttles", &[]).await.unwrap();
    }

    /// Access and refresh token of a new session of somebody with the password that everybody has to begin with.
    pub async fn session(&self, who: Who, email: &str) -> (String, String) {
        let sql = self.cast.shop.sql().await;
        let first = "UPDATE credentials SET password_hash = (SELECT c.password_hash FROM credentials c JOIN users u ON u.id = c.user_id
            WHERE u.email = 'chen@example.com') WHERE user_id = (SELECT id FROM users WHERE email = $1)";
        sql.execute(first, &[&email]).await.unwrap();
        let query = "mutation($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) {
            tokens { accessToken refreshToken } } }";
        let variables = json!({ "email": email, "password": PASSWORD });
        let data = self.cast.data(Who::Nobody, query, variables).await;
        let token = |name: &str| {
            let token = data["accountSignIn"]["tokens"][name].as_str();
            token
                .unwrap_or_else(|| panic!("{who:?}: {data}"))
                .to_owned()
        };
        (token("accessToken"), token("refreshToken"))
    }

    async fn fill(&self, variants: &[Uuid]) -> Value {
        let line = |variant: &Uuid| {
            json!({ "merchandiseId": gid("ProductVariant", *variant, None), "quantity": 2,
                "attributes": [{ "key": "card", "value": "Yours" }] })
        };
        let lines: Vec<_> = variants.iter().map(line).collect();
        let variables = json!({ "lines": lines, "country": "US" });
        let data = self.cast.data(Who::Buyer, FILL, variables).await;
        data["cartCreate"]["cart"].clone()
    }

    /// The customer buys everything by card, with everything said; the vendors do their parts.
    async fn buy(&mut self) {
        let cart = self.fill(&self.cast.variants).await;
        let mut input = by_card(cart["id"].as_str().unwrap(), card::APPROVE);
        input["note"] = json!("ring twice");
        input["shippingAddress"]["company"] = json!("Weavers");
        input["shippingAddress"]["address2"] = json!("2nd floor");
        let data = self
            .cast
            .data(Who::Buyer, BUY, json!({ "input": input }))
            .await;
        let order = &data["checkoutComplete"]["order"];
        self.order = Keyed::read(&order["id"]);
        let parts = order["vendorOrders"].as_array().unwrap();
        self.parts = self.cast.vendors.map(|vendor| {
            let of = parts
                .iter()
                .find(|part| uuid(&part["vendor"]["id"]) == vendor);
            uuid(&of.unwrap()["id"])
        });
        self.begun["order"] = self
            .cursor(
                Who::Buyer,
                "orderUpdated(orderId: $id)",
                "Order",
                self.order.id,
            )
            .await;
        let vendor = self.cast.vendors[0];
        self.begun["vendor"] = self
            .cursor(
                Who::Owner,
                "vendorOrdersUpdated(vendorId: $id)",
                "Vendor",
                vendor,
            )
            .await;
        for step in ["Accept", "Prepare"] {
            self.cast.step(Who::Owner, step, self.parts[0]).await;
        }
        let ship = "mutation($vendor: ID!, $part: ID!) { vendorOrderShip(input: { vendorId: $vendor, vendorOrderId: $part,
            trackingCompany: \"Swift Carriers\", trackingNumber: \"SC-77-1\" }) { userErrors { code } } }";
        let of = json!({ "vendor": gid("Vendor", vendor, None), "part": gid("VendorOrder", self.parts[0], None) });
        let data = self.cast.data(Who::Owner, ship, of).await;
        assert_eq!(data["vendorOrderShip"]["userErrors"], json!([]));
        self.cancel(&self.order, Some(self.parts[1])).await;
    }

    async fn cursor(&self, who: Who, field: &str, kind: &str, id: Uuid) -> Value {
        let query = format!("subscription($id: ID!) {{ happened: {field} {{ cursor }} }}");
        let data = self
            .cast
            .data(who, &query, json!({ "id": gid(kind, id, None) }))
            .await;
        data["happened"]["cursor"].clone()
    }

    async fn cancel(&self, order: &Keyed, part: Option<Uuid>) {
        let cancel = "mutation($order: ID!, $part: ID) { orderCancel(input: { orderId: $order, vendorOrderId: $part,
            note: \"found a nearer loom\" }) { userErrors { code } } }";
        let of = json!({ "order": gid("Order", order.id, None), "part": part.map(|part| gid("VendorOrder", part, None)) });
        let data = self.cast.data(Who::Buyer, cancel, of).await;
        assert_eq!(data["orderCancel"]["userErrors"], json!([]));
    }

    /// The customer calls off another order.
    async fn give_up(&self) {
        let things = self.cast.things(Who::Buyer).await;
        self.cancel(&things.order, None).await;
    }

    /// Something happens to a cart after a cursor of it.
    async fn happen(&mut self) {
        let id = gid("Cart", self.cart.id, Some(&self.cart.key));
        let query = "subscription($id: ID!) { cartUpdated(cartId: $id) { cursor } }";
        let data = self.cast.data(Who::Buyer, query, json!({ "id": id })).await;
        self.begun["cart"] = data["cartUpdated"]["cursor"].clone();
        let note = "mutation($id: ID!) { cartNoteUpdate(cartId: $id, note: \"by the front door\") { userErrors { code } } }";
        let data = self.cast.data(Who::Buyer, note, json!({ "id": id })).await;
        assert_eq!(data["cartNoteUpdate"]["userErrors"], json!([]));
    }

    /// What of the catalogue is asked for by name.
    async fn shelf(&self) -> Value {
        let query = "{ products(first: 100) { nodes { id handle variants(first: 1) { nodes { selectedOptions { name value } } }
                options { optionValues { swatch { color } } } } }
            collections(first: 1) { nodes { handle } } pages(first: 1) { nodes { handle } } vendors(first: 1) { nodes { handle } } }";
        let data = self.cast.data(Who::Nobody, query, json!({})).await;
        let products = data["products"]["nodes"].as_array().unwrap();
        let coloured = |product: &&Value| product["options"].to_string().contains('#');
        let product = products.iter().find(coloured).unwrap();
        json!({
            "product": product["handle"],
            "product_id": product["id"],
            "options": product["variants"]["nodes"][0]["selectedOptions"],
            "collection": data["collections"]["nodes"][0]["handle"],
            "page": data["pages"]["nodes"][0]["handle"],
            "vendor": data["vendors"]["nodes"][0]["handle"],
        })
    }

    /// One thing of every type of the catalogue that has a global id.
    pub async fn public_ids(&self) -> BTreeMap<&'static str, String> {
        let query = "query($product: ID!, $collection: String!, $page: String!, $vendor: String!) { shop { id privacyPolicy { id } } localization { market { id } }
            collection(handle: $collection) { id } page(handle: $page) { id } vendor(handle: $vendor) { id }
            menu(handle: \"next-js-frontend-footer-menu\") { id items { id } }
            product(id: $product) { id category { id } options { id optionValues { id } } variants(first: 1) { nodes { id } } } }";
        let mut with = self.shelf.clone();
        with["product"] = with["product_id"].clone();
        let data = self.cast.data(Who::Nobody, query, with).await;
        let id = |path: &str| data.pointer(path).unwrap().as_str().unwrap().to_owned();
        BTreeMap::from([
            ("node(id: a Collection)", id("/collection/id")),
            ("node(id: a Market)", id("/localization/market/id")),
            ("node(id: a Menu)", id("/menu/id")),
            ("node(id: a MenuItem)", id("/menu/items/0/id")),
            ("node(id: a Page)", id("/page/id")),
            ("node(id: a Product)", id("/product/id")),
            ("node(id: a ProductOption)", id("/product/options/0/id")),
            (
                "node(id: a ProductOptionValue)",
                id("/product/options/0/optionValues/0/id"),
            ),
            (
                "node(id: a ProductVariant)",
                id("/product/variants/nodes/0/id"),
            ),
            ("node(id: a ShopPolicy)", id("/shop/privacyPolicy/id")),
            ("node(id: a TaxonomyCategory)", id("/product/category/id")),
            ("node(id: a Vendor)", id("/vendor/id")),
            ("node(id: the Shop)", id("/shop/id")),
        ])
    }

    /// The customer's things with a new cart.
    pub async fn cart_alone(&self) -> Things {
        let (cart, line) = self.cast.cart(Who::Buyer).await;
        let things = self.cast.people[&Who::Buyer].things.clone();
        Things {
            cart,
            line,
            ..things
        }
    }

    /// New things of the customer.
    pub async fn things(&self) -> Things {
        self.cast.things(Who::Buyer).await
    }
}
