//! One PostgreSQL for the whole run, and a database for each test cloned from a template.

use super::lent;
use lilium::demo::seed::{self, Plan, Silent};
use lilium::demo::{orders, people};
use lilium::domains::accounts::service::{Access, Accounts};
use lilium::platform::db::embedded::{Embedded, Options};
use lilium::platform::db::{Database, Server, ensure_database, migrate};
use lilium::platform::tasks::Tasks;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{Mutex, OnceCell};

/// What a test's database holds to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Contents {
    /// Nothing at all.
    Bare,
    /// The schema alone.
    Empty,
    /// The demo shop with its people, before anybody has bought anything: what a test counts then is its own.
    Demo,
    /// The same with the orders of its people, as `lilium seed` leaves it.
    Trading,
    /// The demo shop with products up to ten thousand.
    TenThousand,
}

/// Where the demo shop's pictures lie: drawn once, small.
pub fn media_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("shop")
}

/// Edge of the tests' pictures: large enough to be scaled down.
const SIDE: u32 = 320;

struct Cluster {
    postgres: Server,
    empty: OnceCell<()>,
    demo: OnceCell<()>,
    trading: OnceCell<()>,
    ten_thousand: OnceCell<()>,
    /// Templates are made one after the other: they share the folder of pictures.
    making: Mutex<()>,
}

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database of its own for one test, gone when the test is over.
pub async fn database(contents: Contents) -> Server {
    let cluster = CLUSTER.get_or_init(start).await;
    let template = cluster.template(contents).await;
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let client = cluster.postgres.client().await.unwrap();
    client
        .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .await
        .unwrap();
    lent::to_this_thread(&name, &cluster.postgres);
    cluster.postgres.database(&name)
}

/// Sees to it that the demo shop's pictures lie in their folder: they are there when the template is.
pub async fn pictures() {
    let cluster = CLUSTER.get_or_init(start).await;
    cluster.template(Contents::Demo).await;
}

/// Fills a database of another PostgreSQL with what [`Contents::Demo`] holds.
pub async fn fill(server: &Server) {
    // Their folder of pictures is shared.
    pictures().await;
    let cluster = CLUSTER.get_or_init(start).await;
    let _turn = cluster.making.lock().await;
    migrate(server).await.unwrap();
    fill_with(server, seed::least_products().unwrap()).await;
}

async fn fill_with(server: &Server, products: usize) {
    let mut client = server.client().await.unwrap();
    let plan = Plan {
        products,
        reset: false,
        side: SIDE,
    };
    seed::run(&mut client, &media_folder().join("media"), &plan, &Silent)
        .await
        .unwrap();
    let access = Access::of(&super::config(&[]), Tasks::default());
    let database = Database::connect(server, 1).unwrap();
    people::add(&Accounts::new(database, access)).await.unwrap();
}

/// Starts the run's PostgreSQL. A watchdog stops it when this process is gone, however it ends: tests have no common end.
async fn start() -> Cluster {
    let folder = std::env::temp_dir().join(format!("lilium-it-{}", std::process::id()));
    let options = Options {
        data: folder.clone(),
        bin: None,
        durable: false,
    };
    let embedded = Embedded::start(&options)
        .await
        .expect("the tests need PostgreSQL");
    let postgres = Server::on_socket(
        embedded.socket_dir(),
        embedded.port(),
        embedded.user(),
        "postgres",
    );
    let client = postgres.client().await.unwrap();
    let data: String = client
        .query_one("SHOW data_directory", &[])
        .await
        .unwrap()
        .get(0);
    watch(Path::new(&data), &folder);
    // Left running on purpose: see above.
    std::mem::forget(embedded);
    Cluster {
        postgres,
        empty: OnceCell::new(),
        demo: OnceCell::new(),
        trading: OnceCell::new(),
        ten_thousand: OnceCell::new(),
        making: Mutex::new(()),
    }
}

fn watch(cluster: &Path, folder: &Path) {
    let script = r#"while kill -0 "$0" 2>/dev/null; do sleep 0.2; done
        read -r postmaster < "$1/postmaster.pid" && kill -INT "$postmaster"
        while kill -0 "$postmaster" 2>/dev/null; do sleep 0.1; done
        rm -rf "$1" "$2""#;
    // Detached by a shell in between, so that it outlives this process and is nobody's child to wait for.
    let status = Command::new("sh")
        .args(["-c", &format!("({script}) &")])
        .arg(std::process::id().to_string())
        .args([cluster, folder])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

impl Cluster {
    async fn template(&self, contents: Contents) -> &'static str {
        match contents {
            Contents::Bare => "template0",
            Contents::Empty => {
                self.empty
                    .get_or_init(|| self.make("template_empty", None))
                    .await;
                "template_empty"
            }
            Contents::Demo => {
                let products = seed::least_products().unwrap();
                self.demo
                    .get_or_init(|| self.make("template_demo", Some(products)))
                    .await;
                "template_demo"
            }
            Contents::Trading => {
                let demo = Box::pin(self.template(Contents::Demo)).await;
                self.trading
                    .get_or_init(|| self.trade("template_trading", demo))
                    .await;
                "template_trading"
            }
            Contents::TenThousand => {
                self.ten_thousand
                    .get_or_init(|| self.make("template_ten_thousand", Some(10_000)))
                    .await;
                "template_ten_thousand"
            }
        }
    }

    async fn make(&self, name: &str, products: Option<usize>) {
        let _turn = self.making.lock().await;
        ensure_database(&self.postgres, name).await.unwrap();
        let template = self.postgres.database(name);
        migrate(&template).await.unwrap();
        if let Some(products) = products {
            fill_with(&template, products).await;
        }
        self.left(name).await;
    }

    /// A template like `demo`, with the orders of the demo shop.
    async fn trade(&self, name: &str, demo: &str) {
        let _turn = self.making.lock().await;
        let client = self.postgres.client().await.unwrap();
        let clone = format!("CREATE DATABASE {name} TEMPLATE {demo}");
        client.batch_execute(&clone).await.unwrap();
        let access = Access::of(&super::config(&[]), Tasks::default());
        let template = self.postgres.database(name);
        orders::add(&template, access).await.unwrap();
        self.left(name).await;
    }

    /// Waits until nobody is connected to a template.
    async fn left(&self, name: &str) {
        // A template can be cloned only while nobody is connected to it.
        let client = self.postgres.client().await.unwrap();
        let connected = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1";
        while client
            .query_one(connected, &[&name])
            .await
            .unwrap()
            .get::<_, i64>(0)
            > 0
        {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}
