//! Where the database is, and connections to it.

use super::DbError;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use std::future::poll_fn;
use std::path::Path;
use std::task::{Poll, ready};
use std::time::Duration;
use tokio::time::timeout;
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Socket};

/// A database of a PostgreSQL server.
#[derive(Debug, Clone)]
pub struct Server(Config);

/// Of the pool's connections. A statement of a request that takes longer than ten seconds is ended by PostgreSQL: a search must
/// not hold a connection for good.
///
/// Planning a list takes ten times as long as running it, so each statement is planned once for all values. The planner then does
/// not know how long a list is, and left to itself would read and sort all of it: without hash and merge joins, and with pages
/// as cheap to find as they are in memory, it walks the index that has the order. Compiling a plan never pays, nor do
/// parallel workers: starting them takes longer than our statements do.
///
/// A transaction that nobody goes on with is ended, too: a program on a host that vanished says no farewell, and what it had locked would
/// stay locked for as long as PostgreSQL's system believes in the connection, which is two hours.
const BOUNDS: &str = "-c statement_timeout=10000 -c idle_in_transaction_session_timeout=30000 -c jit=off \
                      -c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off -c random_page_cost=1 \
                      -c max_parallel_workers_per_gather=0";

/// How long the server may take to answer a new connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long it may take until a new connection can be used: what takes connections may never answer.
const WELCOME: Duration = Duration::from_secs(10);

/// What is said of such a one.
const SILENT: &str = "the server takes connections and does not answer";

/// How long a host may leave what was sent to it unacknowledged before the connection counts as dead. A host that vanished
/// sends no farewell, and the system itself goes on trying for a quarter of an hour.
const SILENCE: Duration = Duration::from_secs(10);

/// After how long without a word the host of an idle connection is asked whether it is there, how often, and how many times in vain:
/// one that listens for events says nothing by itself, and would wait for ever.
const IDLE: Duration = Duration::from_secs(15);
const PROBE: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;

/// What the driver has in the place of [`IDLE`] when an address does not say it.
const UNSAID: Duration = Duration::from_secs(2 * 60 * 60);

impl Server {
    /// The database of an address.
    ///
    /// # Errors
    /// When the address is none.
    pub fn at(url: &str) -> Result<Self, DbError> {
        let config: Config = url
            .parse()
            .map_err(|error: tokio_postgres::Error| DbError::Unreachable(error.to_string()))?;
        Ok(Self::named(config))
    }

    /// A database behind a unix socket.
    #[must_use]
    pub fn on_socket(folder: &Path, port: u16, user: &str, database: &str) -> Self {
        let mut config = Config::new();
        config
            .host_path(folder)
            .port(port)
            .user(user)
            .dbname(database);
        Self::named(config)
    }

    fn named(mut config: Config) -> Self {
        config.application_name("lilium");
        // What the address says goes first.
        if config.get_keepalives_idle() == UNSAID {
            config.keepalives_idle(IDLE);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_interval(PROBE);
        }
        if config.get_keepalives_retries().is_none() {
            config.keepalives_retries(PROBES);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        Self(config)
    }

    /// Another database of the same server.
    #[must_use]
    pub fn database(&self, name: &str) -> Self {
        let mut config = self.0.clone();
        config.dbname(name);
        Self(config)
    }

    /// A connection without a time-out for its statements: for imports and migrations.
    ///
    /// # Errors
    /// When the server refuses, or takes the connection and says nothing.
    pub async fn client(&self) -> ConnectionResult<Client> {
        let (client, connection) = welcomed(&self.0).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Calls `heard` with what is said whenever something is notified on `channel`, and once, with nothing, when it begins to listen; for
    /// as long as the connection holds.
    ///
    /// # Errors
    /// When the server refuses, or the connection breaks.
    pub async fn listen(
        &self,
        channel: &'static str,
        heard: impl Fn(&str),
    ) -> Result<(), tokio_postgres::Error> {
        let mut config = self.0.clone();
        config.application_name("lilium listen");
        let Ok(connected) = timeout(WELCOME, config.connect(NoTls)).await else {
            // As one that was closed at once.
            return Ok(());
        };
        let (client, mut connection) = connected?;
        let drive = poll_fn(|context| {
            loop {
                match ready!(connection.poll_message(context)) {
                    Some(Ok(AsyncMessage::Notification(said))) => heard(said.payload()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Poll::Ready(Err(error)),
                    None => return Poll::Ready(Ok(())),
                }
            }
        });
        let listen = async {
            let listen = format!("LISTEN {channel}");
            let Ok(listens) = timeout(WELCOME, client.batch_execute(&listen)).await else {
                return Ok(());
            };
            listens?;
            heard("");
            // The connection ends with its client.
            std::future::pending::<Result<(), tokio_postgres::Error>>().await
        };
        tokio::select! {
            ended = drive => ended,
            refused = listen => refused,
        }
    }

    /// A connection for one task that may take long, such as a migration.
    pub(super) async fn patient(&self) -> ConnectionResult<AsyncPgConnection> {
        establish(&self.0).await
    }

    /// A connection for the pool.
    pub(super) async fn bounded(&self) -> ConnectionResult<AsyncPgConnection> {
        let mut config = self.0.clone();
        let given = config
            .get_options()
            .map(|given| format!("{given} "))
            .unwrap_or_default();
        config.options(format!("{given}{BOUNDS}"));
        establish(&config).await
    }
}

async fn establish(config: &Config) -> ConnectionResult<AsyncPgConnection> {
    let (client, connection) = welcomed(config).await?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// A new connection that can be used, in bounded time.
async fn welcomed(config: &Config) -> ConnectionResult<(Client, Connection<Socket, NoTlsStream>)> {
    let bad = ConnectionError::BadConnection;
    match timeout(WELCOME, config.connect(NoTls)).await {
        Ok(connected) => connected.map_err(|error| bad(said(&error))),
        Err(_) => Err(bad(SILENT.to_owned())),
    }
}

/// What the server said, with the cause that the driver keeps apart; without its details, which are no business of a log.
fn said(error: &tokio_postgres::Error) -> String {
    if let Some(cause) = error.as_db_error() {
        return format!("{error}: {}: {}", cause.severity(), cause.message());
    }
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{IDLE, PROBE, PROBES, SILENCE, SILENT, Server, WELCOME};
    use tokio::net::TcpListener;
    use tokio::time::Instant;

    #[tokio::test]
    async fn a_server_that_takes_connections_and_says_nothing_holds_nobody() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let silent = tokio::spawn(async move {
            let mut taken = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                taken.push(stream);
            }
        });
        let url = format!("postgres://lilium@127.0.0.1:{port}/lilium");
        let (server, began) = (Server::at(&url).unwrap(), Instant::now());
        let (client, bounded, patient, listened) = tokio::join!(
            server.client(),
            server.bounded(),
            server.patient(),
            server.listen("nothing", |_| panic!("nobody said that"))
        );
        let refusals = [
            client.map(drop).unwrap_err(),
            bounded.map(drop).unwrap_err(),
            patient.map(drop).unwrap_err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.to_string(), SILENT);
        }
        assert!(listened.is_ok(), "it is begun again");
        let took = began.elapsed();
        assert!(took < 2 * WELCOME, "{took:?}");
        silent.abort();
    }

    #[test]
    fn a_host_that_vanished_is_noticed() {
        let server = Server::at("postgres://lilium@db.internal/lilium").unwrap();
        let config = server.database("other").0;
        assert_eq!(config.get_tcp_user_timeout(), Some(&SILENCE));
        assert!(config.get_keepalives());
        assert_eq!(
            (
                config.get_keepalives_idle(),
                config.get_keepalives_interval(),
                config.get_keepalives_retries()
            ),
            (IDLE, Some(PROBE), Some(PROBES))
        );
    }

    #[test]
    fn what_an_address_says_of_it_stands() {
        let text = "postgres://lilium@db.internal/lilium?tcp_user_timeout=3&connect_timeout=2&keepalives_idle=7";
        let config = Server::at(text).unwrap().0;
        assert_eq!(config.get_keepalives_idle().as_secs(), 7);
        assert_eq!(config.get_tcp_user_timeout().unwrap().as_secs(), 3);
        assert_eq!(config.get_connect_timeout().unwrap().as_secs(), 2);
    }
}
