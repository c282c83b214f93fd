//! Who asks, and what is whose: everything is bought through the API.

use crate::live::{Sent, Stream};
use crate::support::{Answer, Contents, Shop};
use lilium::demo::people::PASSWORD;
use lilium::domains::accounts::service::Newcomer;
use lilium::domains::accounts::{Password, Role};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Nobody who is signed in.
    Nobody,
    /// The customer whose things are tried.
    Buyer,
    /// Another customer.
    Customer,
    /// The owner of the vendor whose things are tried.
    Owner,
    /// A clerk there.
    Clerk,
    /// The owner of the other vendor of the same order.
    OtherOwner,
    /// A clerk there.
    OtherClerk,
    /// A customer who may not sign in any more, with a token from before.
    Disabled,
    /// A manager of the vendor whose things are tried. This one and those below come by [`Cast::hire`].
    Manager,
    /// Whoever brings orders to customers.
    Driver,
    /// Whoever helps customers.
    Support,
    /// Whoever runs the marketplace.
    Admin,
    /// Whoever may do everything.
    SuperAdmin,
}

/// The id of something and its key.
#[derive(Debug, Clone)]
pub struct Keyed {
    pub id: Uuid,
    pub key: String,
}

impl Keyed {
    /// Of a global id with a key.
    pub fn read(gid: &Value) -> Self {
        let (plain, key) = gid.as_str().unwrap().split_once("?key=").unwrap();
        Self {
            id: uuid(&json!(plain)),
            key: key.to_owned(),
        }
    }
}

/// What somebody bought, and is about to buy: of both vendors.
#[derive(Debug, Clone)]
pub struct Things {
    /// A cart that is still there.
    pub cart: Keyed,
    /// A line of it.
    pub line: Uuid,
    /// The cart that the order was made of.
    pub bought: Keyed,
    /// An order.
    pub order: Keyed,
    /// The first vendor's part of it, then the other's.
    pub parts: [Uuid; 2],
}

/// Somebody.
#[derive(Debug)]
pub struct Person {
    pub token: Option<String>,
    pub user: Option<Uuid>,
    /// Where they work.
    pub vendor: Option<Uuid>,
    pub things: Things,
}

/// The shop with everybody in it.
pub struct Cast {
    pub shop: Shop,
    /// The vendor whose things are tried, and the other one.
    pub vendors: [Uuid; 2],
    /// A variant of each.
    pub variants: [Uuid; 2],
    pub people: BTreeMap<Who, Person>,
}

/// The address of whoever was hired with a role.
pub fn email_of(role: Role) -> String {
    format!(
        "{}@hired.example",
        role.name().to_lowercase().replace('_', "-")
    )
}

/// The row of a global id.
pub fn uuid(gid: &Value) -> Uuid {
    let gid = gid.as_str().unwrap();
    gid.rsplit('/').next().unwrap().parse().unwrap()
}

/// A variant of each of two vendors, of which there is plenty, with the vendor and its handle.
const GOODS: &str = "WITH picked AS (SELECT DISTINCT ON (v.handle) va.id, v.id AS vendor, v.handle
        FROM variants va JOIN vendors v ON v.id = va.vendor_id AND v.state = 'ACTIVE'
        JOIN listings l ON l.product_id = va.product_id AND l.visible_from < now() AND l.visible_until IS NULL
        JOIN markets m ON m.id = l.market_id AND m.is_default
        JOIN variant_prices vp ON vp.variant_id = va.id AND vp.price_list_id = m.price_list_id
        JOIN stock_levels s ON s.variant_id = va.id ORDER BY v.handle, va.id LIMIT 2),
    plenty AS (UPDATE stock_levels s SET on_hand = 100000 FROM picked WHERE s.variant_id = picked.id)
    SELECT * FROM picked";

const BEGIN: &str = "mutation($lines: [CartLineInput!]!) { cartCreate(input: { lines: $lines }) {
    cart { id lines(first: 1) { nodes { id } } } userErrors { message } } }";

const BUY: &str = "mutation($cart: ID!) { checkoutComplete(input: { cartId: $cart, email: \"buyer@example.com\", paymentMethod: CASH_ON_DELIVERY,
    shippingAddress: { lastName: \"Weaver\", address1: \"1 Loom Street\", city: \"Springfield\", countryCode: US } }) {
    order { id vendorOrders { id vendor { id } } } userErrors { message } } }";

impl Cast {
    /// Everybody, each with things of their own.
    pub async fn gather() -> Self {
        let shop = Shop::with(Contents::Demo, &[("LILIUM_RATE_CHECKOUTS", "off")]).await;
        let goods = shop.sql().await.query(GOODS, &[]).await.unwrap();
        let handle = |at: usize| goods[at].get::<_, String>(2);
        let emails = [
            (Who::Buyer, "ada@example.com".to_owned(), None),
            (Who::Customer, "bilal@example.com".to_owned(), None),
            (Who::Disabled, "chen@example.com".to_owned(), None),
            (Who::Owner, format!("owner@{}.example", handle(0)), Some(0)),
            (Who::Clerk, format!("clerk@{}.example", handle(0)), Some(0)),
            (
                Who::OtherOwner,
                format!("owner@{}.example", handle(1)),
                Some(1),
            ),
            (
                Who::OtherClerk,
                format!("clerk@{}.example", handle(1)),
                Some(1),
            ),
        ];
        let mut cast = Self {
            shop,
            vendors: [goods[0].get(1), goods[1].get(1)],
            variants: [goods[0].get(0), goods[1].get(0)],
            people: BTreeMap::new(),
        };
        cast.enter(Who::Nobody, None, None).await;
        for (who, email, vendor) in emails {
            let token = cast.shop.sign_in(&email, PASSWORD).await;
            cast.enter(who, Some(token), vendor).await;
        }
        let sql = cast.shop.sql().await;
        let disable = "UPDATE users SET state = 'DISABLED' WHERE email = 'chen@example.com'";
        assert_eq!(sql.execute(disable, &[]).await.unwrap(), 1);
        cast
    }

    /// Somebody new with this role, at the vendor whose things are tried where the role is one of vendors.
    pub async fn hire(&mut self, who: Who, role: Role) {
        let sql = self.shop.sql().await;
        let handle = "SELECT handle FROM vendors WHERE id = $1";
        let vendor = sql.query_one(handle, &[&self.vendors[0]]).await.unwrap();
        let newcomer = Newcomer {
            email: email_of(role),
            first_name: "New".to_owned(),
            last_name: "Here".to_owned(),
            role,
            vendor: role.is_of_vendor().then(|| vendor.get(0)),
        };
        let password = Password::new(PASSWORD.to_owned());
        let accounts = self.shop.accounts();
        accounts
            .create_together(vec![newcomer], password)
            .await
            .unwrap();
        let token = self.shop.sign_in(&email_of(role), PASSWORD).await;
        let vendor = role.is_of_vendor().then_some(0);
        self.enter(who, Some(token), vendor).await;
    }

    async fn enter(&mut self, who: Who, token: Option<String>, vendor: Option<usize>) {
        let things = self.buy(token.as_deref()).await;
        let answer = self
            .send(token.as_deref(), "{ viewer { id } }", json!({}))
            .await;
        let viewer = &answer.body["data"]["viewer"];
        let person = Person {
            user: (!viewer.is_null()).then(|| uuid(&viewer["id"])),
            token,
            vendor: vendor.map(|at| self.vendors[at]),
            things,
        };
        self.people.insert(who, person);
    }

    /// What is answered to whoever has this access token.
    pub async fn send(&self, token: Option<&str>, query: &str, variables: Value) -> Answer {
        if query.starts_with("subscription") {
            return self.watch(token, query, variables).await;
        }
        match token {
            Some(token) => self.shop.ask_as(token, query, variables).await,
            None => self.shop.ask(query, variables).await,
        }
    }

    /// The first word of a stream, or what is answered in its place. Statements are not counted: a stream has no end.
    async fn watch(&self, token: Option<&str>, query: &str, variables: Value) -> Answer {
        let mut request = self
            .shop
            .http()
            .post(format!("{}/graphql", self.shop.address))
            .header("accept", "text/event-stream")
            .json(&json!({ "query": query, "variables": variables }));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"].to_str().unwrap();
        let body = if kind.starts_with("text/event-stream") {
            match Stream::of(response).sent().await {
                Sent::Next(_, payload) => payload,
                other => panic!("{other:?}"),
            }
        } else {
            response.json().await.unwrap()
        };
        Answer {
            status,
            body,
            statements: 0,
        }
    }

    /// What is answered to somebody.
    pub async fn ask(&self, who: Who, query: &str, variables: Value) -> Answer {
        self.send(self.people[&who].token.as_deref(), query, variables)
            .await
    }

    /// The data that is answered to somebody who may ask.
    pub async fn data(&self, who: Who, query: &str, variables: Value) -> Value {
        let answer = self.ask(who, query, variables).await;
        assert_eq!(answer.body.get("errors"), None, "{:#}", answer.body);
        answer.body["data"].clone()
    }

    /// A vendor's step with the part of an order.
    pub async fn step(&self, who: Who, step: &str, part: Uuid) {
        let kind = if step == "Ship" { "Ship" } else { "Step" };
        let query = format!(
            "mutation($input: VendorOrder{kind}Input!) {{ step: vendorOrder{step}(input: $input) {{ vendorOrder {{ id }} userErrors {{ message }} }} }}"
        );
        let vendor = self.people[&who].vendor.unwrap();
        let input = json!({ "vendorId": gid("Vendor", vendor, None), "vendorOrderId": gid("VendorOrder", part, None) });
        let data = self.data(who, &query, json!({ "input": input })).await;
        assert_eq!(data["step"]["userErrors"], json!([]), "{step}");
    }

    /// New things of somebody.
    pub async fn things(&self, who: Who) -> Things {
        self.buy(self.people[&who].token.as_deref()).await
    }

    async fn buy(&self, token: Option<&str>) -> Things {
        let open = self.begin(token).await;
        let bought = Keyed::read(&self.begin(token).await["id"]);
        let cart = gid("Cart", bought.id, Some(&bought.key));
        let answer = self.send(token, BUY, json!({ "cart": cart })).await.body;
        let order = &answer["data"]["checkoutComplete"]["order"];
        let parts = order["vendorOrders"].as_array();
        let parts = parts.unwrap_or_else(|| panic!("{answer:#}"));
        let part = |vendor: Uuid| {
            let of = parts
                .iter()
                .find(|part| uuid(&part["vendor"]["id"]) == vendor);
            uuid(&of.unwrap()["id"])
        };
        Things {
            cart: Keyed::read(&open["id"]),
            line: uuid(&open["lines"]["nodes"][0]["id"]),
            bought,
            order: Keyed::read(&order["id"]),
            parts: self.vendors.map(part),
        }
    }

    /// A new cart of somebody, and a line of it.
    pub async fn cart(&self, who: Who) -> (Keyed, Uuid) {
        let cart = self.begin(self.people[&who].token.as_deref()).await;
        (
            Keyed::read(&cart["id"]),
            uuid(&cart["lines"]["nodes"][0]["id"]),
        )
    }

    async fn begin(&self, token: Option<&str>) -> Value {
        // Two of the one and three of the other, so that the amounts of one are not those of the other.
        let line = |at: usize| {
            let variant = gid("ProductVariant", self.variants[at], None);
            json!({ "merchandiseId": variant, "quantity": at + 2 })
        };
        let lines = json!({ "lines": [line(0), line(1)] });
        let answer = self.send(token, BEGIN, lines).await.body;
        answer["data"]["cartCreate"]["cart"].clone()
    }
}

/// A global id, with a key or without.
pub fn gid(kind: &str, id: Uuid, key: Option<&str>) -> String {
    let key = key.map_or_else(String::new, |key| format!("?key={key}"));
    format!("gid://lilium/{kind}/{id}{key}")
}
