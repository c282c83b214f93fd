//! What finding costs: searches, lists that are narrowed down, pages far behind, a change until it is found, the index built anew.

use crate::arguments::Arguments;
use crate::process;
use crate::report::Section;
use crate::spread::Spread;
use crate::stand::{Engine, Serving, Stand};
use lilium::domains::listing::refresh::refresh;
use lilium::platform::db::{Database, Statement};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How often each thing is asked.
const TIMES: usize = 100;

/// Changes that are looked for.
const CHANGES: usize = 20;

/// The longest that a change may take until it is found.
const PATIENCE: Duration = Duration::from_secs(60);

/// Hits of a page that is far behind: ten thousand products have a thousand such pages.
const PAGE: usize = 10;

const CARD: &str = "... on Product { id title availableForSale priceRange { minVariantPrice { amount currencyCode } } }";
const FACETS: &str =
    "productFilters { id label type values { id label count input swatch { color } } }";

/// Words that things of a generated shop have.
const WORDS: [&str; 8] = [
    "quiet", "harbor", "amber", "garden", "winter", "coastal", "velvet", "meadow",
];

/// Measures with one engine after the other, those that are at hand.
pub async fn run(arguments: &Arguments) -> Section {
    let mut rows = vec![
        [
            "what",
            "engine",
            "times",
            "p50",
            "p99",
            "times a round trip to PostgreSQL (p50)",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    let mut notes = Vec::new();
    for engine in Engine::at_hand() {
        let stand = Stand::with(&arguments.server, Some(arguments.products), &engine).await;
        let database = Database::connect(&stand.postgres, 2).unwrap();
        let trip = round_trip(&database).await;
        if engine.is_apart() {
            notes.push(reindexed(&stand, &engine).await);
        }
        let serving = stand.serve();
        let shop = Shop::at(&serving);
        for (what, spread) in shop.measured(&database).await {
            rows.push(vec![
                what,
                engine.name().to_owned(),
                spread.len().to_string(),
                format!("{:.1} ms", spread.p50()),
                format!("{:.1} ms", spread.p99()),
                format!("{:.1}", spread.p50() / trip.p50()),
            ]);
        }
        if !engine.is_apart() {
            notes.push(reindexed(&stand, &engine).await);
        }
        notes.push(format!(
            "A round trip to PostgreSQL (`SELECT 1`), with {}: p50 {:.2} ms.",
            engine.name(),
            trip.p50()
        ));
    }
    notes.push(format!(
        "{} products, {TIMES} requests one after the other over one connection, each with other words; bench, server, engine and PostgreSQL \
         share the cores.",
        arguments.products
    ));
    Section {
        title: "Finding",
        rows,
        notes,
    }
}

async fn round_trip(database: &Database) -> Spread {
    use diesel_async::RunQueryDsl;
    let mut conn = database.get().await.unwrap();
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begin = Instant::now();
        Statement::new("SELECT 1").execute(&mut conn).await.unwrap();
        times.push(micros(begin));
    }
    Spread::of(times)
}

fn micros(begin: Instant) -> i64 {
    i64::try_from(begin.elapsed().as_micros()).unwrap()
}

/// Builds the index anew: how long it took, and how much memory.
async fn reindexed(stand: &Stand, engine: &Engine) -> String {
    eprintln!("bench: the index of {} is built anew", engine.name());
    let mut command = stand.command("search");
    let begin = Instant::now();
    let mut child = command
        .arg("reindex")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        most = most.max(process::memory_or_none(child.id()).unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert!(status.success(), "the index could not be built");
    format!(
        "`lilium search reindex`, {}: {:.1} s, at most {:.0} MB of resident memory.",
        engine.name(),
        begin.elapsed().as_secs_f64(),
        most as f64 / 1024.0
    )
}

/// A server that is asked.
struct Shop {
    http: reqwest::Client,
    url: String,
}

impl Shop {
    fn at(serving: &Serving) -> Self {
        lilium::platform::tls::ready();
        Self {
            http: reqwest::Client::new(),
            url: format!("http://{}/graphql", serving.address),
        }
    }

    async fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let answer = self.http.post(&self.url).json(&body).send().await.unwrap();
        let mut body: Value = answer.json().await.unwrap();
        assert!(body.get("errors").is_none(), "{body:#}");
        body["data"].take()
    }

    /// Asks again and again, each time with other variables; the first answers are not counted.
    async fn times(&self, query: &str, variables: impl Fn(usize) -> Value) -> Spread {
        let mut times = Vec::new();
        for number in 0..TIMES + 10 {
            let begin = Instant::now();
            self.ask(query, variables(number)).await;
            if number >= 10 {
                times.push(micros(begin));
            }
        }
        Spread::of(times)
    }

    async fn measured(&self, database: &Database) -> Vec<(String, Spread)> {
        let word = |number: usize| WORDS[number % WORDS.len()];
        let filters = json!([
            { "productMetafield": { "namespace": "attribute", "key": "color", "value": "blue" } },
            { "available": true },
            { "price": { "min": 5, "max": 200 } }
        ]);
        let narrowed = |number| json!({ "words": word(number), "filters": filters });
        let search = "query($words: String!, $filters: [ProductFilter!]) { search(query: $words, first: 24, types: [PRODUCT], productFilters: $filters)";
        let mut found = Vec::new();
        eprintln!("bench: searches");
        let plain = format!("{search} {{ totalCount nodes {{ {CARD} }} }} }}");
        found.push((
            "search, three filters, 24 hits".to_owned(),
            self.times(&plain, narrowed).await,
        ));
        let counted = format!("{search} {{ totalCount nodes {{ {CARD} }} {FACETS} }} }}");
        found.push((
            "the same, with the counts of all facets".to_owned(),
            self.times(&counted, narrowed).await,
        ));
        let list = format!(
            "query($filters: [ProductFilter!]) {{ collection(handle: \"home-living\") {{ products(first: 24, filters: $filters) {{ \
             nodes {{ {CARD} }} filters {{ id values {{ id count }} }} }} }} }}"
        );
        found.push((
            "a category, three filters, with the counts of all facets".to_owned(),
            self.times(&list, |_| json!({ "filters": filters })).await,
        ));
        let predict = "query($words: String!) { predictiveSearch(query: $words) { products { id title } queries { text } collections { id } } }";
        found.push((
            "predictive search".to_owned(),
            self.times(predict, |number| {
                let word = word(number);
                json!({ "words": word[..3 + number % (word.len() - 2)] })
            })
            .await,
        ));
        let pages = format!(
            "query($first: Int, $after: String) {{ search(query: \"\", first: $first, after: $after, types: [PRODUCT]) {{ \
             nodes {{ {CARD} }} pageInfo {{ endCursor hasNextPage }} }} }}"
        );
        found.push((
            "the first page of all".to_owned(),
            self.times(&pages, |_| json!({ "first": PAGE })).await,
        ));
        let (before, cursor) = self.far(&pages).await;
        found.push((
            format!("the page after {before} hits"),
            self.times(&pages, |_| json!({ "first": PAGE, "after": cursor }))
                .await,
        ));
        found.push((
            "a change until it is found".to_owned(),
            self.changes(database).await,
        ));
        found
    }

    /// The end of the thousandth page but one, or of the last full page.
    async fn far(&self, pages: &str) -> (usize, Value) {
        let (mut before, mut cursor) = (0, Value::Null);
        while before + 250 < 1_000 * PAGE {
            let data = self
                .ask(pages, json!({ "first": 250, "after": cursor }))
                .await;
            let info = &data["search"]["pageInfo"];
            if info["hasNextPage"] != true {
                break;
            }
            cursor = info["endCursor"].clone();
            before += 250;
        }
        (before, cursor)
    }

    /// Gives products a word that nothing else has, and asks until it is found.
    async fn changes(&self, database: &Database) -> Spread {
        eprintln!("bench: changes until they are found");
        let mut times = Vec::new();
        let find = "query($words: String!) { search(query: $words, first: 1, types: [PRODUCT]) { nodes { ... on Product { id } } } }";
        for number in 0..CHANGES {
            let word = format!("zq{}", Uuid::now_v7().simple());
            let begin = change(database, number, &word).await;
            loop {
                let data = self.ask(find, json!({ "words": word })).await;
                if data["search"]["nodes"] != json!([]) {
                    break;
                }
                assert!(begin.elapsed() < PATIENCE, "a change was not found");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            times.push(micros(begin));
        }
        Spread::of(times)
    }
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
