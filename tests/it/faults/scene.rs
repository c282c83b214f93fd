//! A shop of real programs behind a proxy of ours, and people who buy, sell, read and follow whatever happens to it.

use super::asking::Asking;
use super::crowd::{Crowd, Member};
use super::proxy::{Beyond, Proxy};
use super::record::{Known, Purchase};
pub use super::scale::{HEALS, LASTING, LONG, SHORT, Scale, UNHURRIED};
use super::shelf::Shelf;
use super::shopper::Shopper;
use super::vendors::Vendors;
use crate::buying::chance::Chance;
use crate::buying::counter::Counter;
use crate::buying::{Goods, by_card, card, carts, cash, count, goods, key, keyless, stock};
use crate::live::Watch;
use crate::live::follower::{By, Follower};
use crate::programs::{Folder, Serving};
use crate::support::TOKEN_KEYS;
use futures_util::future::join_all;
use lilium::platform::db::Server;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::block_in_place;
use tokio_postgres::Client;

/// Units of everything that is bought here: nobody is refused for want of them.
const PLENTY: i32 = 100_000;

/// Of so many purchases, one is of somebody who is signed in.
const SIGNED_IN: usize = 4;

/// Who that is.
pub const BUYER: &str = "ada@example.com";

/// Who follows their own orders one after the other: whether they are signed in, and how they come.
const OWN: [(bool, By); 4] = [
    (false, By::Socket),
    (true, By::Stream),
    (false, By::Stream),
    (true, By::Socket),
];

/// Carts that are written at a time.
const AT_ONCE: usize = 50;

/// A shop, and what is known of it.
pub struct Scene {
    /// Its database, without the proxy.
    pub server: Server,
    /// Before the database.
    pub proxy: Proxy,
    pub folder: Folder,
    settings: Vec<(String, String)>,
    some: Vec<Goods>,
    /// What nobody buys: it only lies in carts.
    other: Goods,
    pub asking: Asking,
}

pub fn millis(many: usize) -> Duration {
    Duration::from_millis(u64::try_from(many).unwrap())
}

impl Scene {
    /// On this database, with settings of its programs. `silence` tells whether programs may be away.
    pub async fn on(server: Server, settings: &[(&str, &str)], silence: bool) -> Self {
        let sql = server.client().await.unwrap();
        let mut some = goods(&sql, 4).await;
        for goods in &some {
            let promised = format!(
                "SELECT sum(reserved)::bigint FROM stock_levels WHERE variant_id = '{}'",
                goods.variant
            );
            // Of what somebody waits for already there is as much as there is.
            if count(&sql, &promised).await == 0 {
                stock(&sql, goods.variant, PLENTY).await;
            }
        }
        let other = some.pop().unwrap();
        let place = "SELECT current_user::text, current_database()::text,
            current_setting('unix_socket_directories') || '/.s.PGSQL.' || current_setting('port')";
        let row = sql.query_one(place, &[]).await.unwrap();
        let part = |column| row.get::<_, String>(column);
        let proxy = Proxy::before(Beyond::Socket(part(2).into())).await;
        let url = format!(
            "postgres://{}@127.0.0.1:{}/{}",
            part(0),
            proxy.port,
            part(1)
        );
        let own = [
            ("DATABASE_URL", url.as_str()),
            ("LILIUM_TOKEN_KEYS", TOKEN_KEYS),
            ("LILIUM_LOG", "error"),
            // As shops run: other tests remember nothing.
            ("LILIUM_ANSWERS_MEGABYTES", "64"),
            ("LILIUM_ROWS_MEGABYTES", "16"),
            // One person who is signed in buys for many. It is counted all the same.
            ("LILIUM_RATE_CHECKOUTS", "10000000"),
            ("LILIUM_RATE_VIEWER_COST", "10000000"),
        ];
        let all = own.iter().chain(settings);
        Self {
            settings: all
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            // The doctor looks for the pictures.
            folder: Folder::with_pictures().await,
            asking: Asking::new(Shelf::of(&some), silence),
            server,
            proxy,
            some,
            other,
        }
    }

    /// Of its programs.
    pub fn settings(&self) -> Vec<(&str, &str)> {
        let all = self.settings.iter();
        all.map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Starts a program, and leads people to it.
    pub fn serve(&self) -> Serving {
        let serving = self.start(&[]);
        self.asking.doors.open(&serving.address);
        serving
    }

    /// Starts one with more variables in its environment, and leads guests to it.
    pub fn serve_guests(&self, more: &[(&str, &str)]) -> Serving {
        let serving = self.start(more);
        self.asking.doors.open_to_guests(&serving.address);
        serving
    }

    fn start(&self, more: &[(&str, &str)]) -> Serving {
        let (settings, began) = ([&self.settings(), more].concat(), Instant::now());
        let serving = block_in_place(|| Serving::start(&self.folder, &[], &settings));
        let took = began.elapsed();
        assert!(took < HEALS, "the program took {took:?} to start");
        serving
    }

    /// A connection to the database, not through the proxy.
    pub async fn sql(&self) -> Client {
        self.server.client().await.unwrap()
    }

    /// The owner of one of those who sell here.
    pub fn owner(&self) -> String {
        self.some[0].owner()
    }

    /// Purchases that nobody has asked for yet: of one vendor or of several, in cash or by a card of any kind.
    pub async fn purchases(&self, many: usize, chance: &mut Chance) -> Vec<Purchase> {
        let sql = self.sql().await;
        let kinds: Vec<_> = (0..many)
            .map(|_| (chance.below(4), chance.below(10)))
            .collect();
        let mut all = Vec::with_capacity(many);
        // Statements that are sent together wait together.
        for some in kinds.chunks(AT_ONCE) {
            let some = some
                .iter()
                .map(|(lines, pays)| self.purchase(&sql, *lines, *pays));
            all.extend(join_all(some).await);
        }
        all
    }

    async fn purchase(&self, sql: &Client, lines: usize, pays: usize) -> Purchase {
        let [a, b, c] = [&self.some[0], &self.some[1], &self.some[2]];
        let lines: &[(&Goods, i32)] = match lines {
            0 => &[(a, 1)],
            1 => &[(a, 1), (b, 2)],
            2 => &[(b, 1), (a, 1)],
            _ => &[(c, 3), (b, 1)],
        };
        let cart = carts(sql, 1, lines).await.remove(0);
        let input = match pays {
            0..5 => cash(&cart),
            5 | 6 => by_card(&cart, card::APPROVE),
            7 => by_card(&cart, card::LOSE_ANSWER),
            8 => by_card(&cart, card::DECLINE),
            _ => by_card(&cart, card::DELAY),
        };
        Purchase {
            input,
            cart,
            key: key(),
            token: None,
            units: lines.iter().map(|(_, units)| i64::from(*units)).sum(),
            lines: i64::try_from(lines.len()).unwrap(),
            known: Known::Nothing,
            asked: 0,
        }
    }

    /// Sends people, who stay until they are called back.
    pub async fn crowd(&self, scale: Scale) -> Crowd {
        let mut chance = Chance(0x00fa_0175);
        let address = self.asking.doors.of(true, &mut chance).unwrap();
        let (mut owners, mut clerks) = (HashMap::new(), Vec::new());
        for goods in &self.some {
            owners.insert(goods.vendor_gid(), token(&address, &goods.owner()).await);
            clerks.push((goods.vendor_gid(), token(&address, &goods.clerk()).await));
        }
        let buyer = token(&address, BUYER).await;
        let mut left = self.purchases(scale.carts, &mut chance).await;
        for purchase in left.iter_mut().step_by(SIGNED_IN) {
            purchase.token = Some(buyer.clone());
        }
        let member = Member {
            asking: self.asking.clone(),
            left: Arc::new(Mutex::new(left)),
            vendors: Vendors::new(owners),
            over: Arc::default(),
        };
        let mut followers = self.own(scale.own, &buyer, &member.vendors).await;
        followers.extend((0..scale.followers).map(|at| {
            let (vendor, token) = &clerks[at % clerks.len()];
            Follower::new(Watch::vendor(vendor), Some(token), 300 + at).patient()
        }));
        let carts = carts(&self.sql().await, scale.readers, &[(&self.other, 1)]).await;
        let shoppers = carts
            .into_iter()
            .map(|cart| Shopper::with(cart, self.other.gid()));
        Crowd::send(member, scale, shoppers.collect(), followers.into_iter())
    }

    /// Buys so many orders, and sends their buyers to follow them: guests and somebody who is signed in, by socket and by stream.
    async fn own(&self, many: usize, buyer: &str, vendors: &Vendors) -> Vec<Follower> {
        let mut followers = Vec::with_capacity(many);
        let mut chance = Chance(23);
        for (at, mut purchase) in self
            .purchases(many, &mut chance)
            .await
            .into_iter()
            .enumerate()
        {
            let (is_signed_in, by) = OWN[at % OWN.len()];
            purchase.input = cash(&purchase.cart);
            purchase.token = is_signed_in.then(|| buyer.to_owned());
            self.bought(&mut purchase, HEALS).await;
            let Known::Order(order) = &purchase.known else {
                panic!("{purchase:#?}");
            };
            // Whoever is signed in needs no key.
            let id = match is_signed_in {
                true => keyless(order["id"].as_str().unwrap()),
                false => order["id"].as_str().unwrap().to_owned(),
            };
            let token = purchase.token.as_deref();
            followers.push(
                Follower::new(Watch::order(&id), token, 600 + at)
                    .by(by)
                    .patient(),
            );
            vendors.hear(order);
            self.asking.record.keep(purchase);
        }
        followers
    }
}

/// The token of whoever signs in.
pub async fn token(address: &str, email: &str) -> String {
    let query = "mutation($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) { tokens { accessToken } } }";
    let variables = json!({ "email": email, "password": lilium::demo::people::PASSWORD });
    let data = Counter::at(address).data(query, variables).await;
    let token = &data["accountSignIn"]["tokens"]["accessToken"];
    token.as_str().unwrap().to_owned()
}
