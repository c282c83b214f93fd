//! A shop that is searched by HTTP, as a storefront does it.

use crate::process;
use crate::spread::Spread;
use crate::stand::Serving;
use lilium::domains::listing::refresh::refresh;
use lilium::platform::db::{Database, Statement};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often each thing is asked.
const TIMES: usize = 100;

/// What is asked before, and not counted.
const WARMING: usize = 10;

/// Changes that are looked for.
const CHANGES: usize = 20;

/// The longest that a change may take until it is found.
const PATIENCE: Duration = Duration::from_secs(60);

/// Hits of a page where pages are turned: ten thousand products have a thousand such pages.
const PAGE: usize = 10;

const CARD: &str = "... on Product { id title handle availableForSale featuredImage { url altText } vendor \
                    priceRange { minVariantPrice { amount currencyCode } } }";
const FACETS: &str =
    "productFilters { id label type values { id label count input swatch { color } } }";

/// Words that things of a generated shop have.
const WORDS: [&str; 8] = [
    "quiet", "harbor", "amber", "garden", "winter", "coastal", "velvet", "meadow",
];

/// Something that was asked again and again.
pub struct Asked {
    /// What it is.
    pub what: String,
    /// How long it took.
    pub spread: Spread,
    /// Milliseconds that the engine took for each in the mean; none where none was asked.
    pub own: Option<f64>,
    /// Milliseconds of the processor for each: the server's, and PostgreSQL's.
    pub cpu: (f64, f64),
    /// Whether it is what the goal is about.
    pub is_goal: bool,
}

/// A server that is asked.
pub struct Searching {
    http: reqwest::Client,
    origin: String,
    server: u32,
    postmaster: u32,
}

impl Searching {
    /// Of this server, and of the PostgreSQL that it asks.
    pub fn at(serving: &Serving, postmaster: u32) -> Self {
        lilium::platform::tls::ready();
        Self {
            http: reqwest::Client::new(),
            origin: format!("http://{}", serving.address),
            server: serving.process(),
            postmaster,
        }
    }

    async fn ask(&self, query: &str, variables: Value) -> Value {
        let mut body = self.answer(query, variables).await;
        body["data"].take()
    }

    async fn answer(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let url = format!("{}/graphql", self.origin);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let body: Value = answer.json().await.unwrap();
        assert!(body.get("errors").is_none(), "{body:#}");
        assert!(
            body["extensions"]["search"]["degraded"] != true,
            "another engine answered: {body:#}"
        );
        body
    }

    /// Seconds that engines took since the server began.
    async fn engines(&self) -> f64 {
        let answer = self.http.get(format!("{}/metrics", self.origin)).send();
        let text = answer.await.unwrap().text().await.unwrap();
        let sums = text.lines().filter_map(|line| {
            let rest = line.strip_prefix("lilium_search_seconds_sum")?;
            rest.rsplit_once(' ')?.1.parse::<f64>().ok()
        });
        sums.sum()
    }

    /// Asks again and again, each time with other variables.
    async fn times(&self, what: &str, query: &str, variables: impl Fn(usize) -> Value) -> Asked {
        for number in 0..WARMING {
            self.ask(query, variables(number)).await;
        }
        let (before, cpu) = (self.engines().await, self.cpu());
        let mut times = Vec::new();
        for number in 0..TIMES {
            let begin = Instant::now();
            self.ask(query, variables(WARMING + number)).await;
            times.push(micros(begin));
        }
        let after = self.cpu();
        let each = |after: f64, before: f64| (after - before) / TIMES as f64;
        let own = each(self.engines().await, before) * 1000.0;
        let spread = Spread::of(times);
        eprintln!(
            "bench: {what}: p50 {:.1} ms, mean {:.1} ms, the engine's own mean {own:.1} ms",
            spread.p50(),
            spread.mean()
        );
        Asked {
            what: what.to_owned(),
            spread,
            own: (own > 0.0).then_some(own),
            cpu: (each(after.0, cpu.0), each(after.1, cpu.1)),
            is_goal: false,
        }
    }

    /// Milliseconds of the processor that the server took, and PostgreSQL.
    fn cpu(&self) -> (f64, f64) {
        let server = process::cpu(self.server);
        (server, process::cpu_of_family(self.postmaster))
    }

    /// All that a storefront asks, one after the other.
    pub async fn measured(&self) -> Vec<Asked> {
        let word = |number: usize| WORDS[number % WORDS.len()];
        let filters = json!([
            { "productMetafield": { "namespace": "attribute", "key": "color", "value": "blue" } },
            { "available": true },
            { "price": { "min": 5, "max": 200 } }
        ]);
        let narrowed = |number| json!({ "words": word(number), "filters": filters });
        let search = "query($words: String!, $filters: [ProductFilter!]) { search(query: $words, first: 24, types: [PRODUCT], productFilters: $filters)";
        let plain = format!("{search} {{ totalCount nodes {{ {CARD} }} }} }}");
        let counted = format!("{search} {{ totalCount nodes {{ {CARD} }} {FACETS} }} }}");
        let list = format!(
            "query($filters: [ProductFilter!]) {{ collection(handle: \"home-living\") {{ products(first: 24, filters: $filters) {{ \
             nodes {{ {CARD} }} filters {{ id values {{ id count }} }} }} }} }}"
        );
        let predict = "query($words: String!) { predictiveSearch(query: $words) { products { id title } queries { text } collections { id } } }";
        let mut found = vec![
            Asked {
                is_goal: true,
                ..self
                    .times("search, three filters, 24 hits", &plain, narrowed)
                    .await
            },
            Asked {
                is_goal: true,
                ..self
                    .times(
                        "the same, with the counts of all facets",
                        &counted,
                        narrowed,
                    )
                    .await
            },
            self.times(
                "search, no filter, with the counts of all facets",
                &counted,
                |number| json!({ "words": word(number), "filters": [] }),
            )
            .await,
            self.times(
                "a category, three filters, with the counts of all facets",
                &list,
                |_| json!({ "filters": filters }),
            )
            .await,
            self.times("predictive search", predict, |number| {
                let word = word(number);
                json!({ "words": word[..3 + number % (word.len() - 2)] })
            })
            .await,
        ];
        found.extend(
            self.pages(
                "search without words",
                "search(query: \"\", types: [PRODUCT], FIRST)",
            )
            .await,
        );
        found.extend(
            self.pages("a list that is not narrowed", "products(FIRST)")
                .await,
        );
        found
    }

    /// The first page and one that is far behind.
    async fn pages(&self, what: &str, field: &str) -> [Asked; 2] {
        let field = field.replace("FIRST", "first: $first, after: $after");
        let query = format!(
            "query($first: Int, $after: String) {{ {field} {{ nodes {{ {CARD} }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        let first = self
            .times(
                &format!("{what}: first page"),
                &query,
                |_| json!({ "first": PAGE }),
            )
            .await;
        let (before, cursor) = self.far(&query).await;
        let behind = self
            .times(
                &format!("{what}: the page after {before}"),
                &query,
                |_| json!({ "first": PAGE, "after": cursor }),
            )
            .await;
        [first, behind]
    }

    /// The end of the thousandth page but a few.
    async fn far(&self, query: &str) -> (usize, Value) {
        let (mut before, mut cursor) = (0, Value::Null);
        while before + 500 <= 1_000 * PAGE {
            let data = self
                .ask(query, json!({ "first": 250, "after": cursor }))
                .await;
            let list = data.as_object().and_then(|data| data.values().next());
            let info = &list.unwrap()["pageInfo"];
            assert_eq!(info["hasNextPage"], true, "the shop is too small");
            cursor = info["endCursor"].clone();
            before += 250;
        }
        (before, cursor)
    }

    /// Gives products a word that nothing else has, and asks until it is found, then until it is `engine` that finds it.
    pub async fn changes(&self, database: &Database, engine: &str) -> [Spread; 2] {
        eprintln!("bench: changes until they are found");
        let (mut found, mut indexed) = (Vec::new(), Vec::new());
        let find = "query($words: String!) { search(query: $words, first: 1, types: [PRODUCT]) { nodes { ... on Product { id } } } }";
        for number in 0..CHANGES {
            let word = format!("zq{}", Uuid::now_v7().simple());
            let begin = change(database, number, &word).await;
            loop {
                let body = self.answer(find, json!({ "words": word })).await;
                let is_found = body["data"]["search"]["nodes"] != json!([]);
                if is_found && found.len() == number {
                    found.push(micros(begin));
                }
                if is_found && body["extensions"]["search"]["engine"] == engine {
                    break;
                }
                assert!(begin.elapsed() < PATIENCE, "a change was not found");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            indexed.push(micros(begin));
        }
        [Spread::of(found), Spread::of(indexed)]
    }
}

fn micros(begin: Instant) -> i64 {
    i64::try_from(begin.elapsed().as_micros()).unwrap()
}

/// Puts a word into the title of one of the products; the moment after the commit.
async fn change(database: &Database, number: usize, word: &str) -> Instant {
    use diesel_async::{AsyncConnection, RunQueryDsl};
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        product_id: Uuid,
    }
    let mut conn = database.get().await.unwrap();
    let listed = "SELECT product_id FROM listings WHERE market_id = (SELECT id FROM markets WHERE is_default) AND visible_from <= now() \
                  ORDER BY product_id LIMIT ";
    let rows: Vec<Row> = Statement::new(listed)
        .bigint(i64::try_from(CHANGES).unwrap())
        .load(&mut conn)
        .await
        .unwrap();
    let product = rows[number % rows.len()].product_id;
    conn.transaction(async |conn| {
        Statement::new("UPDATE products SET title = title || ' ' || ")
            .text(word)
            .sql(", updated_at = now() WHERE id = ")
            .uuid(product)
            .execute(conn)
            .await?;
        refresh(conn, &[product]).await
    })
    .await
    .unwrap();
    Instant::now()
}
