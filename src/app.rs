//! Everything that is built once and shared.

mod work;

use crate::config::{Config, Origin, Profile};
use crate::domains::accounts::KeyError;
use crate::domains::media::MediaService;
use crate::domains::search::feed::Feed;
use crate::domains::shop::Directory;
use crate::edge::answers::Answers;
use crate::edge::graphql::{Documents, Gate, ManifestError, Origins, Settings, Streams, Trusted};
use crate::edge::limits::Limits;
use crate::edge::metrics::{self as numbers, Readers};
use crate::edge::server::{Server as Front, ServerSettings, Sign};
use crate::edge::{Health, Outside, Pages, Storefront, router};
use crate::graphql::links::Links;
use crate::platform::background::Background;
use crate::platform::cache::{Cache, CacheError};
use crate::platform::db::embedded::{Embedded, EmbeddedError, Options};
use crate::platform::db::{CreateError, Database, DbError, Server, ensure_database};
use crate::schema::Schemas;
use crate::services::Services;
use axum::Router;
use std::path::PathBuf;
use std::time::Duration;

/// How long changes that run when the program ends may take to finish.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what the program does by itself may take to finish the step that it is at.
const STEP: Duration = Duration::from_secs(5);

/// The program's parts.
pub struct App {
    /// The settings it was made from.
    pub config: Config,
    /// Where the database is.
    pub server: Server,
    /// The pool.
    pub database: Database,
    /// The cache.
    pub cache: Cache,
    /// What services share.
    pub services: Services,
    /// The sockets and event streams that are open.
    pub streams: Streams,
    documents: Documents,
    /// The answers that are kept for guests.
    answers: Option<Answers>,
    /// The sign at the door: what it says, `/readyz` says, too.
    pub sign: Sign,
    background: Background,
    embedded: Option<Embedded>,
}

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The private PostgreSQL did not start.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The database of the shop could not be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The pool could not be set up.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The cache could not be set up.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The client of the search engine could not be set up.
    #[error("the search engine's client: {0}")]
    Search(#[from] reqwest::Error),
    /// There is no key to sign access tokens with.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The documents that clients may name cannot be read.
    #[error(transparent)]
    Documents(#[from] ManifestError),
    /// A fault of this program.
    #[error("the schema cannot be read back: {0}")]
    Schema(#[from] async_graphql::parser::Error),
}

impl App {
    /// Finds or starts everything the program depends on, and says in the log which is in use.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(config: Config) -> Result<Self, StartError> {
        // Before anything is started: a manifest that is none ends it.
        let trusted = trusted(&config)?;
        let (server, embedded) = match &config.database_url {
            Some(url) => (Server::at(&url.0)?, None),
            None => private(&config)
                .await
                .map(|(server, embedded)| (server, Some(embedded)))?,
        };
        let app = Self {
            embedded,
            ..Self::with(config, server, trusted)?
        };
        let postgres = app.embedded.as_ref().map_or_else(
            || "the server of DATABASE_URL".to_owned(),
            |own| {
                format!(
                    "PostgreSQL {} of its own, {}",
                    own.version(),
                    if own.adopted() {
                        "found running"
                    } else {
                        "started"
                    }
                )
            },
        );
        tracing::info!(
            database = postgres,
            cache = app.cache.kind(),
            search = app.search(),
            "in use"
        );
        Ok(app)
    }

    /// The parts on a database that is there.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn on(config: Config, server: Server) -> Result<Self, StartError> {
        let trusted = trusted(&config)?;
        Self::with(config, server, trusted)
    }

    fn with(config: Config, server: Server, trusted: Trusted) -> Result<Self, StartError> {
        let cache = match &config.redis_url {
            Some(url) => Cache::redis(&url.0)?,
            None => Cache::in_process(),
        };
        let database = Database::connect(&server, config.pool_size())?;
        let services = Services::new(&config, &database)?;
        Ok(Self {
            answers: Answers::of(&config, &services.touched),
            services,
            documents: documents(&config, trusted, &cache),
            streams: streams(&config),
            sign: Sign::default(),
            config,
            server,
            database,
            cache,
            background: Background::default(),
            embedded: None,
        })
    }

    /// Whoever tells the search engine of changes, when there is one beside PostgreSQL.
    #[must_use]
    pub fn feed(&self, database: &Database) -> Option<Feed> {
        let engine = self.services.meilisearch.clone()?;
        let (server, tuner) = (self.server.clone(), self.services.tuner.clone());
        Some(Feed::new(engine, server, database.clone(), tuner))
    }

    /// Which engine searches, for the log.
    fn search(&self) -> &'static str {
        match (
            &self.config.meilisearch_url,
            &self.config.meilisearch_search_key,
        ) {
            (None, _) => "PostgreSQL",
            (Some(_), Some(_)) => "Meilisearch, else PostgreSQL",
            (Some(_), None) => "Meilisearch (with the key that feeds it), else PostgreSQL",
        }
    }

    /// The folder of pictures.
    #[must_use]
    pub fn media_folder(&self) -> PathBuf {
        self.config.data.join("media")
    }

    /// All paths of the program, answering under `address` unless a setting names another.
    ///
    /// # Errors
    /// [`StartError::Keys`] when there is no key to sign access tokens with, [`StartError::Schema`], a fault of this program.
    pub fn router(&self, address: &str) -> Result<Router, StartError> {
        self.services.access.keys()?;
        let public = self
            .config
            .public_url
            .as_ref()
            .map_or(address, |url| &url.0);
        let mut links = Links::new(
            public,
            self.config
                .storefront_url
                .as_ref()
                .map_or(public, |url| &url.0),
        );
        if let Some(template) = &self.config.checkout_url {
            links = links.with_checkout(&template.0);
        }
        let (hub, touched) = (&self.services.hub, &self.services.touched);
        let directory = Directory::new(self.database.clone()).following(hub, touched);
        let settings = Settings {
            introspection: self.config.allows_introspection(),
            cookies: self.config.cookies.0,
            execution_deadline: Duration::from_secs(u64::from(self.config.execution_seconds.0)),
            public_age: Duration::from_secs(u64::from(self.config.public_seconds.0)),
            ..Settings::default()
        };
        let gate = self.gate(public);
        let schemas = Schemas::build(self.config.allows_introspection());
        let storefront = Storefront::new(
            schemas,
            self.database.clone(),
            directory.clone(),
            links,
            self.services.clone(),
            (settings, Limits::of(&self.config)?),
            self.answers.clone(),
        )?;
        let media = MediaService::new(
            self.database.clone(),
            self.cache.clone(),
            self.media_folder(),
        );
        Ok(router(
            storefront,
            gate,
            Health::new(directory, self.cache.clone(), self.sign.clone()),
            media,
            numbers::routes(&self.database, self.readers()),
            Outside {
                by_tls: public.starts_with("https://"),
                cookies: self.config.cookies.0,
            },
            Pages {
                graphiql: self.config.serves_graphiql(),
                test_card: self.config.profile == Profile::Development,
            },
        ))
    }

    /// Who may read the numbers.
    fn readers(&self) -> Readers {
        match &self.config.metrics_token {
            Some(token) => Readers::Knowing(token.0.as_str().into()),
            None if self.config.profile == Profile::Development => Readers::All,
            None => Readers::None,
        }
    }

    /// What answers connections, with the bounds of the settings.
    #[must_use]
    pub fn front(&self) -> Front {
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let settings = ServerSettings {
            connections: number(self.config.most_connections()),
            connections_by_address: number(self.config.connections_by_address.0),
            ..ServerSettings::default()
        };
        let proxies = self.config.trusted_proxies.clone().unwrap_or_default();
        Front::new(settings, proxies, self.sign.clone())
    }

    /// Who may open sockets and event streams of a program that is reached at `public`.
    fn gate(&self, public: &str) -> Gate {
        let storefront = self.config.storefront_url.as_ref().map(|url| &*url.0);
        let own = [Some(public), storefront].into_iter().flatten();
        let listed = self.config.origins.iter().flat_map(|list| &list.0).cloned();
        let listed = own.filter_map(Origin::of_address).chain(listed);
        Gate {
            origins: Origins::new(listed, self.config.profile == Profile::Development),
            streams: self.streams.clone(),
            documents: self.documents.clone(),
        }
    }

    /// Leaves everything as it should be left: changes that have begun are finished, and the private PostgreSQL is stopped when
    /// nobody else uses it.
    ///
    /// # Errors
    /// When the private PostgreSQL did not stop.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        if !self.services.tasks.finished(PATIENCE).await {
            tracing::warn!(
                running = self.services.tasks.running(),
                "some changes did not finish in time"
            );
        }
        if !self.background.stop(STEP).await {
            tracing::warn!("what the program does by itself was cut off");
        }
        drop(self.database);
        match self.embedded {
            Some(embedded) => embedded.stop().await,
            None => Ok(()),
        }
    }
}

/// The documents of the manifests.
fn trusted(config: &Config) -> Result<Trusted, ManifestError> {
    let paths = config.documents.as_ref().map_or(&[][..], |list| &list.0);
    Trusted::read(paths, &Settings::default().limits)
}

/// The documents that clients may name.
fn documents(config: &Config, trusted: Trusted, cache: &Cache) -> Documents {
    let shared = config.redis_url.as_ref().map(|_| cache.clone());
    let only = config.documents_only.0;
    if config.documents.is_some() {
        tracing::info!(trusted = trusted.len(), only, "documents");
    }
    Documents::new(trusted, only, shared, config.parsed_megabytes.0)
}

/// So many sockets and event streams as the settings allow.
fn streams(config: &Config) -> Streams {
    let most = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    match config.sockets_by_address.0 {
        0 => Streams::at_most(most(config.sockets.0)),
        of_one => Streams::bounded(most(config.sockets.0), most(of_one)),
    }
}

async fn private(config: &Config) -> Result<(Server, Embedded), StartError> {
    let options = Options {
        data: config.data.clone(),
        bin: config.pg_bin.clone(),
        durable: true,
    };
    let embedded = Embedded::start(&options).await?;
    let at = |database: &str| {
        Server::on_socket(
            embedded.socket_dir(),
            embedded.port(),
            embedded.user(),
            database,
        )
    };
    ensure_database(&at("postgres"), "lilium").await?;
    Ok((at("lilium"), embedded))
}
