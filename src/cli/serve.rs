//! `lilium serve`

use super::{Failure, connections, seed, stop};
use crate::app::App;
use crate::config::Config;
use crate::edge::server::Hours;
use crate::platform::db;
use std::io::ErrorKind;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long requests that run when the program is told to end may take to finish.
const DRAIN: Duration = Duration::from_secs(10);

/// How long sockets may take to close after that.
const DRAIN_STREAMS: Duration = Duration::from_secs(5);

/// Answers clients until the program is told to end.
pub(super) async fn serve(config: Config, demo: bool) -> Result<ExitCode, Failure> {
    // The port first: when it is taken, nothing needs to be started.
    let listener = listen(&config).await?;
    connections::raise_limit(config.most_connections());
    let app = tokio::select! {
        app = App::start(config) => app?,
        () = stop::asked() => return Ok(ExitCode::SUCCESS),
    };
    let served = match prepare(&app, demo).await {
        Ok(true) => answer(&app, listener, demo).await,
        Ok(false) => Ok(()),
        Err(failure) => Err(failure),
    };
    app.stop().await?;
    served?;
    println!("Stopped.");
    Ok(ExitCode::SUCCESS)
}

async fn listen(config: &Config) -> Result<TcpListener, Failure> {
    TcpListener::bind((config.host, config.port))
        .await
        .map_err(|error| {
            let why = match error.kind() {
                ErrorKind::AddrInUse => {
                    "another program uses it: set PORT to a free one, or to 0".to_owned()
                }
                ErrorKind::PermissionDenied => {
                    "it needs rights that this user does not have: set PORT to 1024 or more"
                        .to_owned()
                }
                ErrorKind::AddrNotAvailable => {
                    "this machine does not have the address: set HOST to one of its own".to_owned()
                }
                _ => error.to_string(),
            };
            format!(
                "cannot listen on {}, port {}: {why}.",
                config.host, config.port
            )
            .into()
        })
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

async fn answer(app: &App, listener: TcpListener, demo: bool) -> Result<(), Failure> {
    let port = listener.local_addr()?.port();
    let address = format!("http://localhost:{port}");
    let router = app.router(&address)?;
    app.work()?;
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
