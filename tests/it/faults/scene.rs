//! A shop of real programs behind a proxy of ours, and people who buy, sell, read and follow whatever happens to it.

use super::asking::Asking;
use super::crowd::{Crowd, Member};
use super::proxy::{Beyond, Proxy};
use super::record::{Known, Purchase};
use super::vendors::Vendors;
use crate::buying::chance::Chance;
use crate::buying::counter::Counter;
use crate::buying::{Goods, by_card, card, carts, cash, count, goods, key, stock};
use crate::live::Watch;
use crate::live::follower::Follower;
use crate::programs::{Folder, Said, Serving, lilium};
use crate::support::{TOKEN_KEYS, whole_in};
use futures_util::future::join_all;
use lilium::platform::db::Server;
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::block_in_place;
use tokio_postgres::Client;

/// How many people there are.
#[derive(Clone, Copy)]
pub struct Scale {
    pub buyers: usize,
    /// Carts that they buy one after the other.
    pub carts: usize,
    pub vendors: usize,
    pub readers: usize,
    pub followers: usize,
    /// The longest pause between two purchases of one buyer, in milliseconds.
    pub pause: usize,
}

/// Beside hundreds of other tests.
pub const SHORT: Scale = Scale {
    buyers: 6,
    carts: 240,
    vendors: 1,
    readers: 1,
    followers: 3,
    pause: 250,
};

/// Alone on the machine. They buy some forty carts a second, as long as nothing is away.
pub const LONG: Scale = Scale {
    buyers: 20,
    carts: 3_000,
    vendors: 3,
    readers: 4,
    followers: 12,
    pause: 900,
};

/// The same, where people can buy for more than a minute.
pub const LASTING: Scale = Scale {
    carts: 7_000,
    ..LONG
};

/// Within this time everything answers again, after whatever was away is back.
pub const HEALS: Duration = Duration::from_secs(25);

/// Units of everything that is bought here: nobody is refused for want of them.
const PLENTY: i32 = 100_000;

/// Carts that are written at a time.
const AT_ONCE: usize = 50;

/// A shop, and what is known of it.
pub struct Scene {
    /// Its database, without the proxy.
    pub server: Server,
    /// Before the database.
    pub proxy: Proxy,
    folder: Folder,
    settings: Vec<(String, String)>,
    some: Vec<Goods>,
    pub asking: Asking,
}

pub fn millis(many: usize) -> Duration {
    Duration::from_millis(u64::try_from(many).unwrap())
}

impl Scene {
    /// On this database, with settings of its programs. `silence` tells whether programs may be away.
    pub async fn on(server: Server, settings: &[(&str, &str)], silence: bool) -> Self {
        let sql = server.client().await.unwrap();
        let some = goods(&sql, 3).await;
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
        ];
        let all = own.iter().chain(settings);
        Self {
            settings: all
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            // The doctor looks for the pictures.
            folder: Folder::with_pictures().await,
            asking: Asking::new(silence),
            server,
            proxy,
            some,
        }
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        let all = self.settings.iter();
        all.map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// Starts a program, and leads people to it.
    pub fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// The same, with more settings or other variables of its environment.
    pub fn serve_with(&self, more: &[(&str, &str)]) -> Serving {
        let settings = [&self.settings(), more].concat();
        let serving = block_in_place(|| Serving::start(&self.folder, &[], &settings));
        self.asking.doors.open(&serving.address);
        serving
    }

    /// A connection to the database, not through the proxy.
    pub async fn sql(&self) -> Client {
        self.server.client().await.unwrap()
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
            units: lines.iter().map(|(_, units)| i64::from(*units)).sum(),
            lines: i64::try_from(lines.len()).unwrap(),
            known: Known::Nothing,
            asked: 0,
        }
    }

    /// Sends people, who stay until they are called back.
    pub async fn crowd(&self, scale: Scale) -> Crowd {
        let mut chance = Chance(0x00fa_0175);
        let address = self.asking.doors.any(&mut chance).unwrap();
        let (mut owners, mut clerks) = (HashMap::new(), Vec::new());
        for goods in &self.some {
            owners.insert(goods.vendor_gid(), token(&address, &goods.owner()).await);
            clerks.push((goods.vendor_gid(), token(&address, &goods.clerk()).await));
        }
        let member = Member {
            asking: self.asking.clone(),
            left: Arc::new(Mutex::new(self.purchases(scale.carts, &mut chance).await)),
            vendors: Vendors::new(owners),
            over: Arc::default(),
        };
        let followers = (0..scale.followers).map(|at| {
            let (vendor, token) = &clerks[at % clerks.len()];
            Follower::new(Watch::vendor(vendor), Some(token), 300 + at).patient()
        });
        Crowd::send(member, scale, followers)
    }

    /// Waits until every program says that it can serve and somebody has bought; how long that took. Fails the test after `within`.
    pub async fn heals(&self, within: Duration) -> Duration {
        let (began, mut chance) = (Instant::now(), Chance(7));
        let mut last = self.purchases(1, &mut chance).await.remove(0);
        last.input = cash(&last.cart);
        let in_time = || {
            let took = began.elapsed();
            assert!(
                took < within,
                "not well after {took:?}\n{}",
                self.asking.record.tail()
            );
        };
        for address in self.asking.doors.all() {
            while !self.asking.is_ready(&address).await {
                in_time();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        while last.known == Known::Nothing {
            in_time();
            let address = self.asking.doors.any(&mut chance).unwrap();
            self.asking.buy(&address, &mut last).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let took = began.elapsed();
        self.asking.record.keep(last);
        println!("well again after {took:?}");
        took
    }

    /// Calls everybody back, lets those who know nothing ask until they do, and fails the test unless the database, the record, those
    /// who followed and the doctor agree.
    pub async fn is_whole(&self, crowd: Crowd) {
        self.agrees(crowd).await;
        self.doctor();
    }

    /// The same without the doctor, who would also find what is still away.
    pub async fn agrees(&self, crowd: Crowd) {
        let (vendors, followers) = crowd.end().await;
        let mut chance = Chance(11);
        let address = self.asking.doors.any(&mut chance).unwrap();
        let record = &self.asking.record;
        for _ in 0..8 {
            for some in record.unknown().chunks(10) {
                let asked = some.iter().map(async |purchase| {
                    let mut purchase = purchase.clone();
                    self.asking.buy(&address, &mut purchase).await;
                    record.keep(purchase);
                });
                join_all(asked).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let sql = self.sql().await;
        nothing_happens(&sql).await;
        record.agrees(&sql).await;
        vendors.agree(&self.asking, &address, &sql).await;
        // They took the steps that were left.
        nothing_happens(&sql).await;
        for mut follower in followers {
            let fault = follower.finish(&address, &sql).await;
            assert_eq!(fault, None, "{}", record.tail());
        }
        whole_in(&self.server).await;
    }

    /// What `lilium doctor` says must be that all is well.
    pub fn doctor(&self) {
        let mut doctor = lilium(&self.folder, &["doctor"], &self.settings());
        block_in_place(|| Said::by(&mut doctor)).well();
    }
}

/// Waits until nothing has happened for two seconds: a change whose client was told to try again may still be made.
async fn nothing_happens(sql: &Client) {
    const QUIET: Duration = Duration::from_secs(2);
    const PATIENCE: Duration = Duration::from_secs(40);
    let (begin, mut since) = (Instant::now(), Instant::now());
    let mut last = None;
    while since.elapsed() < QUIET {
        let now = "SELECT (SELECT position FROM relay_head), (SELECT count(*) FROM outbox_new)";
        let row = sql.query_one(now, &[]).await.unwrap();
        let (position, waiting): (i64, i64) = (row.get(0), row.get(1));
        if last != Some(position) || waiting > 0 {
            (last, since) = (Some(position), Instant::now());
        }
        assert!(begin.elapsed() < PATIENCE, "it does not become quiet");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The token of whoever signs in.
async fn token(address: &str, email: &str) -> String {
    let query = "mutation($email: String!, $password: String!) { accountSignIn(email: $email, password: $password) { tokens { accessToken } } }";
    let variables = json!({ "email": email, "password": lilium::demo::people::PASSWORD });
    let data = Counter::at(address).data(query, variables).await;
    let token = &data["accountSignIn"]["tokens"]["accessToken"];
    token.as_str().unwrap().to_owned()
}
