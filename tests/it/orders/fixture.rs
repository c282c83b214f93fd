//! Orders that stand in the database without anybody having bought anything.

use lilium::domains::orders::OrderState;
use lilium::platform::secret::Secret;
use tokio_postgres::Client;
use uuid::Uuid;

/// What an order should be like.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Where its two parts stand.
    pub states: [OrderState; 2],
    /// Its customer; a new one when absent.
    pub customer: Option<Uuid>,
    /// ISO 4217 code.
    pub currency: &'static str,
    /// `CASH_ON_DELIVERY` or `TEST`.
    pub method: &'static str,
    /// First and last name.
    pub name: [&'static str; 2],
    /// Multiplies all amounts.
    pub scale: i64,
    /// Whether its vendors were ever shown it.
    pub released: bool,
    /// Its two vendors, the first ones of the shop when absent.
    pub vendors: Option<[Uuid; 2]>,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            states: [OrderState::Pending; 2],
            customer: None,
            currency: "USD",
            method: "CASH_ON_DELIVERY",
            name: ["Ann", "Weaver"],
            scale: 1,
            released: true,
            vendors: None,
        }
    }
}

/// An order that stands in the database.
#[derive(Debug, Clone)]
pub struct Placed {
    pub id: Uuid,
    pub number: i64,
    pub secret: Secret,
    pub customer: Uuid,
    pub parts: [Uuid; 2],
    pub vendors: [Uuid; 2],
}

impl Placed {
    /// Its global id, without its key.
    pub fn gid(&self) -> String {
        format!("gid://lilium/Order/{}", self.id)
    }

    /// Its global id, with its key.
    pub fn keyed(&self) -> String {
        format!("{}?key={}", self.gid(), self.secret.text())
    }

    /// The global id of one of its parts.
    pub fn part(&self, at: usize) -> String {
        format!("gid://lilium/VendorOrder/{}", self.parts[at])
    }

    /// The global id of one of its vendors.
    pub fn vendor(&self, at: usize) -> String {
        format!("gid://lilium/Vendor/{}", self.vendors[at])
    }
}

/// Amounts of something that is bought.
#[derive(Debug, Clone, Copy, Default)]
struct Amounts {
    subtotal: i64,
    delivery: i64,
    tax: i64,
    discount: i64,
}

impl Amounts {
    fn total(self) -> i64 {
        self.subtotal + self.delivery + self.tax - self.discount
    }

    fn plus(self, other: Self) -> Self {
        Self {
            subtotal: self.subtotal + other.subtotal,
            delivery: self.delivery + other.delivery,
            tax: self.tax + other.tax,
            discount: self.discount + other.discount,
        }
    }
}

/// What the two parts come to: 58.50 and 19.50 in a currency of two digits.
fn amounts(scale: i64) -> [Amounts; 2] {
    [
        Amounts {
            subtotal: 5500 * scale,
            delivery: 250 * scale,
            tax: 100 * scale,
            discount: 0,
        },
        Amounts {
            subtotal: 1500 * scale,
            delivery: 500 * scale,
            tax: 0,
            discount: 50 * scale,
        },
    ]
}

/// Part, quantity, price of one, tax and discount of each line.
const LINES: [(usize, i32, i64, i64, i64); 3] =
    [(0, 2, 1250, 100, 0), (0, 1, 3000, 0, 0), (1, 3, 500, 0, 50)];

/// Makes the whole of an order as a sale would.
pub async fn place(sql: &Client, wish: &Wish) -> Placed {
    let placed = Placed {
        id: Uuid::now_v7(),
        number: sql
            .query_one("SELECT nextval('order_numbers')", &[])
            .await
            .unwrap()
            .get(0),
        secret: Secret::new().unwrap(),
        customer: match wish.customer {
            Some(customer) => customer,
            None => customer(sql).await,
        },
        parts: [Uuid::now_v7(), Uuid::now_v7()],
        vendors: match wish.vendors {
            Some(vendors) => vendors,
            None => vendors(sql).await,
        },
    };
    whole(sql, wish, &placed).await;
    for at in [0, 1] {
        part(sql, wish, &placed, at).await;
    }
    lines(sql, wish, &placed).await;
    payment(sql, wish, &placed).await;
    timeline(sql, wish, &placed).await;
    placed
}

/// A new customer.
pub async fn customer(sql: &Client) -> Uuid {
    let id = Uuid::now_v7();
    let insert = "INSERT INTO customers (id, created_at) VALUES ($1, now())";
    sql.execute(insert, &[&id]).await.unwrap();
    id
}

/// The first two vendors of the shop that have something to sell.
pub async fn vendors(sql: &Client) -> [Uuid; 2] {
    let found = sql
        .query(
            "SELECT v.id FROM vendors v WHERE v.state = 'ACTIVE' AND EXISTS (SELECT FROM products p JOIN listings l ON l.product_id = p.id \
             WHERE p.vendor_id = v.id) ORDER BY v.handle LIMIT 2",
            &[],
        )
        .await
        .unwrap();
    [found[0].get(0), found[1].get(0)]
}

async fn whole(sql: &Client, wish: &Wish, placed: &Placed) {
    let [one, two] = amounts(wish.scale);
    let sum = one.plus(two);
    let state = OrderState::of_whole(&wish.states).unwrap().as_str();
    let cancelled = wish.states == [OrderState::Cancelled; 2];
    let reason = cancelled.then_some("CUSTOMER");
    sql.execute(
        "INSERT INTO orders (id, number, cart_id, customer_id, secret_hash, market_id, currency, language, country, state, \
         payment_method, subtotal, delivery, tax, discount, total, note, attributes, cancel_reason, placed_at, cancelled_at, updated_at) \
         SELECT $1, $2, gen_random_uuid(), $3, $4, m.id, $5::text, 'EN', 'US', $6::text::order_state, $7::text::payment_method, \
         $8, $9, $10, $11, $12, 'Ring twice', $13::text::jsonb, $14::text::cancel_reason, now(), CASE WHEN $14::text IS NOT NULL THEN now() END, now() \
         FROM markets m WHERE m.is_default",
        &[
            &placed.id,
            &placed.number,
            &placed.customer,
            &placed.secret.hash().to_vec(),
            &wish.currency,
            &state,
            &wish.method,
            &sum.subtotal,
            &sum.delivery,
            &sum.tax,
            &sum.discount,
            &sum.total(),
            &r#"[{ "key": "gift", "value": "yes" }, { "key": "bare" }]"#,
            &reason,
        ],
    )
    .await
    .unwrap();
    let [first, last] = wish.name;
    sql.execute(
        "INSERT INTO order_contacts (order_id, email, first_name, last_name, company, address1, address2, city, province, zip, country, phone) \
         VALUES ($1, 'ann@example.com', $2, $3, '', '1 Loom Street', '', 'Springfield', 'IL', '62701', 'US', '+1 555 0100')",
        &[&placed.id, &first, &last],
    )
    .await
    .unwrap();
}

async fn part(sql: &Client, wish: &Wish, placed: &Placed, at: usize) {
    let amounts = amounts(wish.scale)[at];
    let position = i16::try_from(at + 1).unwrap();
    sql.execute(
        "INSERT INTO vendor_orders (id, order_id, vendor_id, position, state, released, subtotal, delivery, tax, discount, total, \
         placed_at, updated_at) VALUES ($1, $2, $3, $4, $5::text::order_state, $6, $7, $8, $9, $10, $11, now(), now())",
        &[
            &placed.parts[at],
            &placed.id,
            &placed.vendors[at],
            &position,
            &wish.states[at].as_str(),
            &is_released(wish, at),
            &amounts.subtotal,
            &amounts.delivery,
            &amounts.tax,
            &amounts.discount,
            &amounts.total(),
        ],
    )
    .await
    .unwrap();
}

fn is_released(wish: &Wish, at: usize) -> bool {
    wish.released && wish.states[at] != OrderState::AwaitingPayment
}

async fn lines(sql: &Client, wish: &Wish, placed: &Placed) {
    for (at, (part, quantity, price, tax, discount)) in LINES.into_iter().enumerate() {
        let subtotal = price * wish.scale * i64::from(quantity);
        let (tax, discount) = (tax * wish.scale, discount * wish.scale);
        sql.execute(
            "INSERT INTO order_lines (id, order_id, vendor_order_id, position, product_id, variant_id, title, variant_title, sku, \
             image_file_id, quantity, unit_price, subtotal, tax, discount, total, attributes) \
             SELECT $1, $2, $3, $4, p.id, va.id, 'Thing ' || $4::smallint, 'Blue / L', va.sku, \
             (SELECT i.file_id FROM product_images i WHERE i.product_id = p.id ORDER BY i.position LIMIT 1), \
             $5, $6, $7, $8, $9, $10, '[]' \
             FROM variants va JOIN products p ON p.id = va.product_id JOIN listings l ON l.product_id = p.id \
             JOIN markets m ON m.id = l.market_id AND m.is_default WHERE p.vendor_id = $11 ORDER BY p.handle, va.position LIMIT 1",
            &[
                &Uuid::now_v7(),
                &placed.id,
                &placed.parts[part],
                &i16::try_from(at + 1).unwrap(),
                &quantity,
                &(price * wish.scale),
                &subtotal,
                &tax,
                &discount,
                &(subtotal + tax - discount),
                &placed.vendors[part],
            ],
        )
        .await
        .unwrap();
    }
}

/// In cash, what was delivered is paid, and what was given up is owed no longer.
async fn payment(sql: &Client, wish: &Wish, placed: &Placed) {
    let id = Uuid::now_v7();
    let amounts = amounts(wish.scale);
    let sum = |wanted: &dyn Fn(OrderState) -> bool| -> i64 {
        let each = wish.states.iter().zip(amounts);
        each.filter(|(state, _)| wanted(**state))
            .map(|(_, amounts)| amounts.total())
            .sum()
    };
    let total = sum(&|_| true);
    let paid = sum(&|state| state == OrderState::Delivered);
    let forgone = sum(&OrderState::is_given_up);
    let state = if forgone == total {
        "VOIDED"
    } else if paid + forgone == total {
        "PAID"
    } else {
        "PENDING"
    };
    sql.execute(
        "INSERT INTO payments (id, order_id, method, state, currency, amount, paid, forgone, created_at, updated_at) \
         VALUES ($1, $2, $3::text::payment_method, $4::text::payment_state, $5::text, $6, $7, $8, now(), now())",
        &[
            &id,
            &placed.id,
            &wish.method,
            &state,
            &wish.currency,
            &total,
            &paid,
            &forgone,
        ],
    )
    .await
    .unwrap();
    for (part, amounts) in placed.parts.iter().zip(amounts) {
        sql.execute(
            "INSERT INTO payment_allocations (payment_id, vendor_order_id, amount) VALUES ($1, $2, $3)",
            &[&id, part, &amounts.total()],
        )
        .await
        .unwrap();
    }
}

async fn timeline(sql: &Client, wish: &Wish, placed: &Placed) {
    let first = OrderState::AwaitingPayment.as_str();
    enter(sql, placed, None, "PLACED", first, "CUSTOMER").await;
    for at in [0, 1] {
        let part = Some(placed.parts[at]);
        if is_released(wish, at) {
            enter(sql, placed, part, "RELEASED", "PENDING", "SYSTEM").await;
        }
        let state = wish.states[at].as_str();
        if !matches!(state, "PENDING" | "AWAITING_PAYMENT") {
            enter(sql, placed, part, state, state, "VENDOR").await;
        }
    }
}

async fn enter(
    sql: &Client,
    placed: &Placed,
    part: Option<Uuid>,
    kind: &str,
    state: &str,
    actor: &str,
) {
    sql.execute(
        "INSERT INTO order_timeline (id, order_id, vendor_order_id, kind, state, actor, actor_id, happened_at) \
         VALUES ($1, $2, $3, $4, $5::text::order_state, $6::text::actor_kind, gen_random_uuid(), now())",
        &[&Uuid::now_v7(), &placed.id, &part, &kind, &state, &actor],
    )
    .await
    .unwrap();
}
