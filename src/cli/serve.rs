//! `lilium serve`

use super::{Failure, connections, seed, stop};
use crate::app::App;
use crate::config::Config;
use crate::edge::server::Hours;
use crate::platform::db;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};

/// How long requests that run when the program is told to end may take to finish.
const DRAIN: Duration = Duration::from_secs(10);

/// Connections that may wait to be let in.
const MOST_WAITING: u32 = 1024;

/// How long sockets may take to close after that.
const DRAIN_STREAMS: Duration = Duration::from_secs(5);

/// Answers clients until the program is told to end.
pub(super) async fn serve(config: Config, demo: bool) -> Result<ExitCode, Failure> {
    // The port first: when it is taken, nothing needs to be started.
    let place = Place::take(&config)?;
    connections::raise_limit(config.most_connections());
    let app = tokio::select! {
        app = App::start(config) => app?,
        () = stop::asked() => return Ok(ExitCode::SUCCESS),
    };
    let served = match prepare(&app, demo).await {
        Ok(true) => answer(&app, place, demo).await,
        Ok(false) => Ok(()),
        Err(failure) => Err(failure),
    };
    app.stop().await?;
    served?;
    println!("Stopped.");
    Ok(ExitCode::SUCCESS)
}

/// Where clients will come to. Until it is opened nobody is let in: whoever came while the schema is brought up to date would wait for as
/// long as that takes, a probe included.
struct Place {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Place {
    fn take(config: &Config) -> Result<Self, Failure> {
        let address = SocketAddr::new(config.host, config.port);
        let refused = |error| refused(&error, address);
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        };
        let socket = socket.map_err(refused)?;
        socket.set_reuseaddr(true).map_err(refused)?;
        socket.bind(address).map_err(refused)?;
        let address = socket.local_addr().map_err(refused)?;
        Ok(Self { socket, address })
    }

    fn open(self) -> Result<TcpListener, Failure> {
        let opened = self.socket.listen(MOST_WAITING);
        opened.map_err(|error| refused(&error, self.address))
    }
}

fn refused(error: &std::io::Error, address: SocketAddr) -> Failure {
    let why = match error.kind() {
        ErrorKind::AddrInUse => {
            "another program uses it: set PORT to a free one, or to 0".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "it needs rights that this user does not have: set PORT to 1024 or more".to_owned()
        }
        ErrorKind::AddrNotAvailable => {
            "this machine does not have the address: set HOST to one of its own".to_owned()
        }
        _ => error.to_string(),
    };
    format!(
        "cannot listen on {}, port {}: {why}.",
        address.ip(),
        address.port()
    )
    .into()
}

/// Brings the database up to date, and fills it for a demo; `false` when the program was told to end meanwhile. Nothing is
/// left half done then: each step of the schema is a transaction, and so is the filling; of the demo's orders there may be fewer.
async fn prepare(app: &App, demo: bool) -> Result<bool, Failure> {
    // Before anything that takes long: without a key nobody can be signed in.
    app.services.access.keys()?;
    let ran = db::migrate(&app.server).await?;
    tracing::info!(steps = ran.len(), "the schema is up to date");
    if !demo {
        return Ok(true);
    }
    tokio::select! {
        filled = seed::fill_if_empty(app) => filled.map(|()| true),
        () = stop::asked() => Ok(false),
    }
}

async fn answer(app: &App, place: Place, demo: bool) -> Result<(), Failure> {
    let port = place.address.port();
    let address = format!("http://localhost:{port}");
    let router = app.router(&address)?;
    app.work()?;
    let listener = place.open()?;
    welcome(app, &address, demo)?;
    let front = app.front();
    let served = async {
        front.run(listener, router).await;
        // Sockets are no requests any more: nobody waits for them but this.
        let open = app.streams.drain(DRAIN_STREAMS).await;
        if open > 0 {
            tracing::warn!(open, "some sockets did not close in time");
        }
    };
    tokio::select! {
        () = served => {}
        () = close(app) => tracing::warn!("some requests did not finish in time"),
    }
    Ok(())
}

/// Waits until the program is told to end, has nobody come any more, and gives what runs its time.
async fn close(app: &App) {
    stop::asked().await;
    last_call(app).await;
    tracing::info!("told to end: finishing what runs");
    app.sign.turn(Hours::Closed);
    app.streams.end();
    tokio::time::sleep(DRAIN).await;
}

/// Goes on answering until whoever sends clients here has seen that the program leaves. Told a second time, it does not wait.
async fn last_call(app: &App) {
    app.sign.turn(Hours::LastCall);
    let patience = app.config.last_call();
    if patience.is_zero() {
        return;
    }
    tracing::info!(
        seconds = patience.as_secs(),
        "told to end: answering until nobody is sent here any more"
    );
    tokio::select! {
        () = tokio::time::sleep(patience) => {}
        () = stop::asked() => {}
    }
}

fn welcome(app: &App, address: &str, demo: bool) -> Result<(), Failure> {
    println!("\nLilium answers.");
    if app.config.serves_graphiql() {
        println!("  GraphiQL   {address}/graphiql");
    }
    println!("  API        {address}/graphql");
    println!("  Storefront API clients call {address}/api/2026-04/graphql.json");
    if demo {
        println!("{}", seed::about_people(app.config.profile)?);
    }
    println!("Press Ctrl-C to stop.\n");
    Ok(())
}
