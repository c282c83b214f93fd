//! The settings themselves. `.env.example` is written from this list.

use super::network::Networks;
use super::origin::OriginList;
use super::paths::Paths;
use super::source::{ConfigError, Reader, Setting, Source};
use super::value::{
    CheckoutUrl, CollectorUrl, Flag, HttpUrl, IndexPrefix, LogFormat, MetricsToken, PostgresUrl,
    Profile, RedisUrl, Secret, SignUp, TokenKeys, UpTo, Value,
};
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Declares the struct, the list of settings and how they are read: documentation, field, type, name, default (empty for
/// none) and an example where the default is none.
macro_rules! settings {
    ($($(#[doc = $about:literal])+ $field:ident: $type:ty = $name:literal, $default:literal $(, like $example:literal)?;)*) => {
        /// The program's settings.
        #[derive(Debug, Clone)]
        pub struct Config {
            $($(#[doc = $about])+ pub $field: $type,)*
        }

        /// Every setting, in the order in which `.env.example` lists them.
        pub const SETTINGS: &[Setting] = &[
            $(Setting { name: $name, default: $default, example: [$($example,)? $default][0], about: &[$($about),+], may_be: <$type as Value>::MAY_BE },)*
        ];

        fn read(reader: &mut Reader<'_>) -> Option<Config> {
            $(let $field = reader.value::<$type>($name, $default);)*
            Some(Config { $($field: $field?,)* })
        }
    };
}

settings! {
    /// How strict the program is: `development` shows everything, `production` refuses what a stranger must not find.
    profile: Profile = "LILIUM_PROFILE", "development";
    /// The address to listen on; 0.0.0.0 for every interface.
    host: IpAddr = "HOST", "127.0.0.1";
    /// The port to listen on; 0 takes a free one.
    port: u16 = "PORT", "8000";
    /// The address under which clients reach this program, as it stands in the addresses of pictures. By default http://localhost and the port.
    public_url: Option<HttpUrl> = "PUBLIC_URL", "", like "https://api.example.com";
    /// The address of the storefront, as it stands in menus and links. By default the same as PUBLIC_URL.
    storefront_url: Option<HttpUrl> = "STOREFRONT_URL", "", like "https://www.example.com";
    /// Where a cart is paid for: `{cart}` stands for its id. By default a plain page of this program.
    checkout_url: Option<CheckoutUrl> = "LILIUM_CHECKOUT_URL", "", like "https://www.example.com/checkout?cart={cart}";
    /// A PostgreSQL server (15 to 18). Without it Lilium runs one of its own below LILIUM_DATA.
    database_url: Option<PostgresUrl> = "DATABASE_URL", "", like "postgres://lilium:secret@localhost:5432/lilium";
    /// How many connections to the database are held at most. By default four for each processor that the program may use, but no fewer than 8 and no more than 32.
    database_pool: Option<PoolSize> = "DATABASE_POOL", "", like "16";
    /// A Redis server, for what several instances share. Without it the cache is in the process.
    redis_url: Option<RedisUrl> = "REDIS_URL", "", like "redis://localhost:6379";
    /// A Meilisearch server (1.14 or later) that products are searched with. Without it PostgreSQL searches, and it does, too, while this server does not answer.
    meilisearch_url: Option<HttpUrl> = "MEILISEARCH_URL", "", like "http://localhost:7700";
    /// The key that keeps the indexes on the Meilisearch server. `lilium search keys` makes one that may do no more than it needs.
    meilisearch_key: Option<Secret> = "MEILISEARCH_KEY", "", like "a-long-random-key";
    /// The key that searches are made with, which may do nothing else. Without it they are made with MEILISEARCH_KEY.
    meilisearch_search_key: Option<Secret> = "MEILISEARCH_SEARCH_KEY", "", like "a-long-random-search-key";
    /// What the names of this shop's indexes begin with: shops that share a Meilisearch server have different ones.
    search_prefix: IndexPrefix = "LILIUM_SEARCH_PREFIX", "lilium";
    /// How many milliseconds Meilisearch may take to answer a search before PostgreSQL is asked instead.
    search_milliseconds: Milliseconds = "LILIUM_SEARCH_MILLISECONDS", "500";
    /// The folder of the private database and of pictures.
    data: PathBuf = "LILIUM_DATA", "data";
    /// The folder that holds PostgreSQL's programs, when they are not found by themselves.
    pg_bin: Option<PathBuf> = "LILIUM_PG_BIN", "", like "/usr/lib/postgresql/17/bin";
    /// Which lines are logged: error, warn, info, debug, trace, or filters such as `info,lilium=debug`.
    log: String = "LILIUM_LOG", "info";
    /// How lines are logged.
    log_format: LogFormat = "LILIUM_LOG_FORMAT", "text";
    /// Who knows it may read the numbers at /metrics, as `Authorization: Bearer ...`. Without it everybody may in development, and nobody in production.
    metrics_token: Option<MetricsToken> = "LILIUM_METRICS_TOKEN", "", like "a-long-random-metrics-token";
    /// A collector of OpenTelemetry that traces are sent to, by OTLP over HTTP. Without it there are none.
    collector: Option<CollectorUrl> = "OTEL_EXPORTER_OTLP_ENDPOINT", "", like "http://localhost:4318";
    /// Whether GraphiQL is served at /graphiql. By default only in development.
    graphiql: Option<Flag> = "LILIUM_GRAPHIQL", "", like "on";
    /// Whether anybody may ask for the schema. By default only in development.
    introspection: Option<Flag> = "LILIUM_INTROSPECTION", "", like "on";
    /// How many seconds an operation may take.
    execution_seconds: Seconds = "LILIUM_EXECUTION_SECONDS", "30";
    /// Files of documents that clients may name by their ids, as Apollo's, Relay's and GraphQL Code Generator's tools write them.
    documents: Option<Paths> = "LILIUM_DOCUMENTS", "", like "documents/storefront.json,documents/dashboard.json";
    /// Whether nothing is executed but the documents of LILIUM_DOCUMENTS.
    documents_only: Flag = "LILIUM_DOCUMENTS_ONLY", "off";
    /// How many seconds the answer to a public query may be kept by browsers and proxies when a document was named by GET; 0 for not at all.
    public_seconds: PublicSeconds = "LILIUM_PUBLIC_SECONDS", "10";
    /// How many megabytes of answers to guests are kept in this process; 0 for none. They are given again until what they were made of changes.
    answers_megabytes: Megabytes = "LILIUM_ANSWERS_MEGABYTES", "64";
    /// How many seconds such an answer is kept at the most: what shows or ends at a set time is seen as late as this.
    answers_seconds: AnswerSeconds = "LILIUM_ANSWERS_SECONDS", "60";
    /// How many megabytes of rows that change rarely (collections, vendors, pages, menus) are remembered in this process; 0 for none. Nothing is remembered for longer than LILIUM_ANSWERS_SECONDS.
    rows_megabytes: Megabytes = "LILIUM_ROWS_MEGABYTES", "16";
    /// How many megabytes of documents are kept in this process as they were parsed; 0 for none. One that is kept is neither parsed again nor, with variables like those that it was found valid with, validated again.
    parsed_megabytes: Megabytes = "LILIUM_PARSED_MEGABYTES", "32";
    /// The keys that access tokens are signed with: the first signs, all verify, so that a key is changed by putting a new one before it. In development one is made by itself and kept in the file token.key below LILIUM_DATA.
    token_keys: Option<TokenKeys> = "LILIUM_TOKEN_KEYS", "", like "example:bGlsaXVtLWV4YW1wbGUta2V5LW5vdC1hLXNlY3JldCE";
    /// The proxies before this program, which say in `X-Forwarded-For` for whom they ask: their addresses or networks. Without them, attempts to sign in that come from this machine or a private network are counted for each account alone, since everybody may come from there.
    trusted_proxies: Option<Networks> = "LILIUM_TRUSTED_PROXIES", "", like "10.0.0.0/8,192.0.2.7";
    /// Whether pages may have their tokens in cookies that no script reads, by the header `x-lilium-session: cookie`.
    cookies: Flag = "LILIUM_COOKIES", "off";
    /// Whether anybody may sign up; with `invite`, accounts are made by `lilium user create` alone.
    sign_up: SignUp = "LILIUM_SIGN_UP", "open";
    /// Where pages come from that may open WebSockets and event streams, beside PUBLIC_URL and STOREFRONT_URL. In development pages of this machine may, too.
    origins: Option<OriginList> = "LILIUM_ORIGINS", "", like "https://www.example.com,https://admin.example.com";
    /// How many WebSockets and event streams may be open at a time.
    sockets: Sockets = "LILIUM_SOCKETS", "20000";
    /// How many of them one address may have open; `off` for no such bound. An address that everybody may come from, such as a proxy's that LILIUM_TRUSTED_PROXIES does not name, has none.
    sockets_by_address: UpTo = "LILIUM_SOCKETS_BY_ADDRESS", "100";
    /// How many requests a minute one address may send, all at once if need be. A server that renders pages for everybody belongs into LILIUM_TRUSTED_PROXIES, and says for whom it asks in `X-Forwarded-For`.
    rate_requests: UpTo = "LILIUM_RATE_REQUESTS", "6000";
    /// How many rows a minute one address may ask for, as `extensions.cost` counts them.
    rate_cost: UpTo = "LILIUM_RATE_COST", "600000";
    /// How many rows a minute may be asked for by whoever is signed in, from wherever.
    rate_viewer_cost: UpTo = "LILIUM_RATE_VIEWER_COST", "600000";
    /// How many sign-ins a minute may be tried from one address. Failed ones are counted for each account besides.
    rate_sign_ins: UpTo = "LILIUM_RATE_SIGN_INS", "120";
    /// How many checkouts, and how many cancellations, a minute may be tried from one address, and by whoever is signed in.
    rate_checkouts: UpTo = "LILIUM_RATE_CHECKOUTS", "60";
    /// How many searches a minute may be made from one address, and by whoever is signed in.
    rate_searches: UpTo = "LILIUM_RATE_SEARCHES", "600";
    /// How many connections may be open at a time, those of WebSockets and event streams among them; whoever comes then is answered with 503. By default a fifth more than LILIUM_SOCKETS, and 1000.
    connections: Option<Sockets> = "LILIUM_CONNECTIONS", "", like "25000";
    /// How many connections one client may have open at a time. Proxies of LILIUM_TRUSTED_PROXIES may have any number, and so may this machine and private networks, since everybody may come from there.
    connections_by_address: Sockets = "LILIUM_CONNECTIONS_BY_ADDRESS", "1000";
    /// How many seconds the program goes on answering after it was told to end, while `/readyz` says that it leaves, so that nobody is sent to it any more. By default 5 in production and 0 in development.
    drain_seconds: Option<DrainSeconds> = "LILIUM_DRAIN_SECONDS", "", like "10";
}

/// Connections of the pool.
pub type PoolSize = super::value::Within<1, 1000>;

/// How many connections to the database are held when nobody says it: as many as the processors of this machine can serve, where the
/// database has no other. More would only push one another out of their caches; fewer would let those who buy wait for those who read.
#[must_use]
pub fn usual_pool() -> usize {
    pool_for(std::thread::available_parallelism().map_or(1, usize::from))
}

/// The smallest pool that a program has when nobody says how large it is.
pub const SMALLEST_USUAL_POOL: usize = 8;

/// The same for so many processors.
pub(super) fn pool_for(processors: usize) -> usize {
    processors.saturating_mul(4).clamp(SMALLEST_USUAL_POOL, 32)
}

/// WebSockets and event streams.
pub type Sockets = super::value::Within<1, 1_000_000>;
/// How long an answer may be kept.
pub type PublicSeconds = super::value::Within<0, 86_400>;
/// Room in memory.
pub type Megabytes = super::value::Within<0, 65_536>;
/// How long what was made is used at the most.
pub type AnswerSeconds = super::value::Within<1, 3_600>;
/// A time that may be none.
pub type DrainSeconds = super::value::Within<0, 600>;
/// A short time-out.
pub type Milliseconds = super::value::Within<10, 10_000>;
/// A time-out.
pub type Seconds = super::value::Within<1, 600>;

/// Secrets that stand in examples and compose files: whoever uses one in production has none.
const KNOWN_SECRETS: [&str; 5] = [
    "lilium-demo-master-key",
    "a-long-random-key",
    "a-long-random-search-key",
    "secret",
    "lilium",
];

/// The token that stands in examples.
const KNOWN_METRICS_TOKEN: &str = "a-long-random-metrics-token";

/// Keys of tokens that stand in examples.
const KNOWN_TOKEN_KEYS: [&[u8]; 1] = [b"lilium-example-key-not-a-secret!"];

impl Config {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// [`ConfigError`] with a sentence for each setting that is wrong.
    pub fn load(source: &Source) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(source);
        let config = read(&mut reader);
        let mut faults = reader.into_faults();
        if let Some(config) = &config {
            faults.extend(config.contradictions());
            faults.extend(config.unfit_for_production());
        }
        config
            .filter(|_| faults.is_empty())
            .ok_or(ConfigError { faults })
    }

    /// Whether GraphiQL is served.
    #[must_use]
    pub fn serves_graphiql(&self) -> bool {
        self.graphiql
            .map_or(self.profile == Profile::Development, |flag| flag.0)
    }

    /// Whether anybody may ask for the schema.
    #[must_use]
    pub fn allows_introspection(&self) -> bool {
        self.introspection
            .map_or(self.profile == Profile::Development, |flag| flag.0)
    }

    fn contradictions(&self) -> Option<String> {
        let nothing_runs = self.documents_only.0 && self.documents.is_none();
        nothing_runs.then(|| {
            "LILIUM_DOCUMENTS_ONLY is on and LILIUM_DOCUMENTS names no file: nothing could be executed.".to_owned()
        })
    }

    /// How many connections to the database are held at most.
    #[must_use]
    pub fn pool_size(&self) -> usize {
        let given = self.database_pool;
        given.map_or_else(usual_pool, |size| {
            usize::try_from(size.0).unwrap_or(usize::MAX)
        })
    }

    /// How many connections may be open.
    #[must_use]
    pub fn most_connections(&self) -> u32 {
        let sockets = self.sockets.0;
        let with_room = sockets.saturating_add(sockets / 5).saturating_add(1_000);
        self.connections
            .map_or(with_room, |connections| connections.0)
    }

    /// How long the program goes on answering after it was told to end.
    #[must_use]
    pub fn last_call(&self) -> Duration {
        let usual = if self.profile == Profile::Production {
            5
        } else {
            0
        };
        let seconds = self.drain_seconds.map_or(usual, |seconds| seconds.0);
        Duration::from_secs(u64::from(seconds))
    }

    fn unfit_for_production(&self) -> Vec<String> {
        if self.profile == Profile::Development {
            return Vec::new();
        }
        let known = |secret: &str| KNOWN_SECRETS.contains(&secret);
        let key = |key: &Option<Secret>| key.as_ref().is_some_and(|key| known(&key.0));
        let password = self
            .database_url
            .as_ref()
            .and_then(PostgresUrl::password)
            .is_some_and(|password| known(&password));
        let keys = self.token_keys.as_ref().map_or(&[][..], |keys| &keys.0);
        let example = |secret: &[u8]| {
            KNOWN_TOKEN_KEYS.contains(&secret)
                || secret.iter().all(|byte| secret.first() == Some(byte))
        };
        let checks = [
            (
                keys.is_empty(),
                "LILIUM_TOKEN_KEYS is not set: in production it must be a key of your own, such as \
                 \"2026:$(openssl rand -base64 32 | tr +/ -_)\".",
            ),
            (
                keys.iter().any(|key| example(&key.secret)),
                "LILIUM_TOKEN_KEYS has the key of an example: in production it must be a secret of your own.",
            ),
            (
                self.serves_graphiql(),
                "LILIUM_GRAPHIQL is on: in production it must be off.",
            ),
            (
                self.allows_introspection(),
                "LILIUM_INTROSPECTION is on: in production it must be off.",
            ),
            (
                self.public_url.is_none(),
                "PUBLIC_URL is not set: in production it must be the address that clients use.",
            ),
            (
                key(&self.meilisearch_key),
                "MEILISEARCH_KEY is the key of an example: in production it must be a secret of your own.",
            ),
            (
                key(&self.meilisearch_search_key),
                "MEILISEARCH_SEARCH_KEY is the key of an example: in production it must be a secret of your own.",
            ),
            (
                self.metrics_token
                    .as_ref()
                    .is_some_and(|token| token.0 == KNOWN_METRICS_TOKEN),
                "LILIUM_METRICS_TOKEN is the token of an example: in production it must be a secret of your own.",
            ),
            (
                password,
                "DATABASE_URL has the password of an example: in production it must be a secret of your own.",
            ),
        ];
        checks
            .into_iter()
            .filter(|(wrong, _)| *wrong)
            .map(|(_, sentence)| sentence.to_owned())
            .collect()
    }
}
