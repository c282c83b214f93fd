//! What is measured: PostgreSQL with the demo shop, and a server of its own, each a process.

use lilium::config::SETTINGS;
use lilium::platform::db::Server as Database;
use lilium::platform::db::embedded::{Embedded, Options};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// PostgreSQL with the demo shop, and how a server is started on it.
pub struct Stand {
    /// The shop's database.
    pub postgres: Database,
    /// PostgreSQL's first process.
    pub postmaster: u32,
    _embedded: Embedded,
    program: PathBuf,
    url: String,
    folder: PathBuf,
    /// The same, where it is removed in the end.
    _passing: Option<tempfile::TempDir>,
    /// What the servers and commands of now on are searched with.
    pub engine: Engine,
    /// Settings that the servers and commands of now on have besides.
    pub settings: Vec<(String, String)>,
}

/// What the shop is searched with.
#[derive(Debug, Clone)]
pub enum Engine {
    /// PostgreSQL itself.
    Postgres,
    /// A Meilisearch at this address, with this key.
    Meilisearch(String, String),
}

impl Engine {
    /// PostgreSQL, and Meilisearch where `MEILISEARCH_URL` and `MEILISEARCH_KEY` say which.
    pub fn at_hand() -> Vec<Self> {
        let mut all = vec![Self::Postgres];
        if let Ok(url) = std::env::var("MEILISEARCH_URL") {
            let key = std::env::var("MEILISEARCH_KEY").unwrap_or_default();
            all.push(Self::Meilisearch(url, key));
        }
        all
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::Meilisearch(..) => "Meilisearch",
        }
    }

    /// Whether it is a server of its own, that must be fed.
    pub fn is_apart(&self) -> bool {
        matches!(self, Self::Meilisearch(..))
    }
}

/// `lilium serve` as a process; killed when it is forgotten.
pub struct Serving {
    child: Child,
    /// Where it listens, such as `127.0.0.1:4000`.
    pub address: String,
}

impl Stand {
    /// Starts PostgreSQL, which writes down when each transaction is committed, and fills a shop.
    pub async fn build(program: &Path) -> Self {
        Self::with(program, None, None).await
    }

    /// The same with so many products. What is kept in a folder is found there again, and not filled anew.
    pub async fn with(program: &Path, products: Option<usize>, kept: Option<&Path>) -> Self {
        let (passing, folder) = match kept {
            None => {
                let folder = tempfile::Builder::new().prefix("lilium-bench-").tempdir();
                let folder = folder.unwrap();
                let path = folder.path().to_owned();
                (Some(folder), path)
            }
            Some(kept) => (
                None,
                kept.join(format!("shop-of-{}", products.unwrap_or_default())),
            ),
        };
        let filled = folder.join("filled");
        if passing.is_none() && !filled.exists() {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).unwrap();
        }
        let is_new = !filled.exists();
        // PostgreSQL's user must enter when the bench runs as root.
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
        let options = Options {
            data: folder.join("cluster"),
            bin: std::env::var_os("LILIUM_PG_BIN").map(PathBuf::from),
            durable: true,
        };
        if is_new {
            set(&options, "track_commit_timestamp = on").await;
        }
        let embedded = Embedded::start(&options).await.unwrap();
        let admin = of(&embedded);
        if is_new {
            let client = admin.client().await.unwrap();
            client.batch_execute("CREATE DATABASE shop").await.unwrap();
        }
        let postmaster = std::fs::read_to_string(options.data.join("postgres/postmaster.pid"));
        let stand = Self {
            postgres: admin.database("shop"),
            postmaster: postmaster.unwrap().lines().next().unwrap().parse().unwrap(),
            url: format!(
                "postgres://{}@/shop?host={}&port={}",
                embedded.user(),
                embedded.socket_dir().display(),
                embedded.port()
            ),
            _embedded: embedded,
            program: program.to_owned(),
            folder,
            _passing: passing,
            engine: Engine::Postgres,
            settings: Vec::new(),
        };
        if is_new {
            stand.fill(products);
            std::fs::write(filled, "").unwrap();
        }
        stand
    }

    fn fill(&self, products: Option<usize>) {
        eprintln!("bench: filling a shop");
        let mut seed = self.command("seed");
        if let Some(products) = products {
            seed.args(["--products", &products.to_string()]);
        }
        let said = seed.stdout(Stdio::null()).status().unwrap();
        assert!(said.success(), "the shop could not be filled");
    }

    /// Starts the server and waits until it answers.
    pub fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// The same with other settings besides.
    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Serving {
        let mut command = self.command("serve");
        command.envs(settings.iter().copied());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let api = lines.find_map(|line| {
            let line = line.unwrap();
            line.trim()
                .strip_prefix("API")
                .map(|url| url.trim().to_owned())
        });
        let api = api.expect("the server ended");
        lines.find(|line| line.as_ref().unwrap().contains("Ctrl-C"));
        let port = api.strip_suffix("/graphql").unwrap().rsplit_once(':');
        let address = format!("127.0.0.1:{}", port.unwrap().1);
        Serving { child, address }
    }

    /// The program with no settings from outside but those of a bench.
    pub fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.program);
        for setting in SETTINGS {
            command.env_remove(setting.name);
        }
        command
            .arg(subcommand)
            .env("PORT", "0")
            .env("DATABASE_URL", &self.url)
            .env("LILIUM_DATA", self.folder.join("data"))
            .env("LILIUM_LOG", "error")
            // What is measured is what making answers costs.
            .env("LILIUM_ANSWERS_MEGABYTES", "0")
            .env("LILIUM_SOCKETS", "15000")
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        // One client asks for all.
        for rate in ["REQUESTS", "COST", "SEARCHES", "CHECKOUTS"] {
            command.env(format!("LILIUM_RATE_{rate}"), "off");
        }
        if let Engine::Meilisearch(url, key) = &self.engine {
            command
                .env("MEILISEARCH_URL", url)
                .env("MEILISEARCH_KEY", key)
                .env("LILIUM_SEARCH_PREFIX", "bench");
        }
        for (name, value) in &self.settings {
            command.env(name, value);
        }
        command
    }

    /// Where its database is.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// PostgreSQL would live on: it is stopped however the bench ends, and all that there was is removed.
impl Drop for Stand {
    fn drop(&mut self) {
        let Some(process) = Pid::from_raw(self.postmaster as i32) else {
            return;
        };
        let _ = kill_process(process, Signal::INT);
        while test_kill_process(process).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Sets something that PostgreSQL reads when it starts.
async fn set(options: &Options, setting: &str) {
    let embedded = Embedded::start(options).await.unwrap();
    let client = of(&embedded).client().await.unwrap();
    let set = format!("ALTER SYSTEM SET {setting}");
    client.batch_execute(&set).await.unwrap();
    drop(client);
    embedded.stop().await.unwrap();
}

fn of(embedded: &Embedded) -> Database {
    Database::on_socket(
        embedded.socket_dir(),
        embedded.port(),
        embedded.user(),
        "postgres",
    )
}

impl Serving {
    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Where it says that it is found, which stands in addresses of its answers.
    pub fn origin(&self) -> String {
        self.address.replace("127.0.0.1", "http://localhost")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
