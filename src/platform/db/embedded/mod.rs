//! A private PostgreSQL, run by the program itself.
//!
//! The cluster lives in the data folder, listens on a unix socket only and outlives whoever started it:
//! the next start adopts it. Several Liliums may use one cluster; the last one to leave stops the server.

mod account;
mod binaries;
mod cluster;
mod error;
mod files;
mod folder;
mod locks;
mod log;
mod pidfile;
mod server;
mod socket;

use std::path::{Path, PathBuf};
use std::time::Instant;

use tracing::info;

use binaries::Wanted;
pub use error::EmbeddedError;
use folder::Home;
use locks::{StartLock, UserLock};
use server::Server;

/// How to run the embedded PostgreSQL.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder; the cluster is in its subfolder `postgres`.
    pub data: PathBuf,
    /// The folder of the programs `postgres` and `initdb` (`LILIUM_PG_BIN`); none to search the machine.
    pub bin: Option<PathBuf>,
    /// Whether what was committed survives a power cut. Tests do without, which is faster.
    pub durable: bool,
}

/// A running PostgreSQL that this process uses.
///
/// Dropping it leaves the server running; [`Embedded::stop`] ends it in good order.
#[derive(Debug)]
pub struct Embedded {
    home: Home,
    server: Server,
    version: u32,
    adopted: bool,
    user: UserLock,
}

impl Embedded {
    /// Starts the cluster of a data folder, or joins it when it runs already, and waits until it takes
    /// connections. A data folder without a cluster gets a new one.
    ///
    /// # Errors
    /// When the folder cannot be used, PostgreSQL is not installed in a fitting version, or it does not
    /// start; each error says what to do.
    pub async fn start(options: &Options) -> Result<Embedded, EmbeddedError> {
        let begin = Instant::now();
        let home = Home::choose(&options.data).await?;
        let starting = StartLock::acquire(&home).await?;
        let (server, version, adopted) = find_or_launch(&home, options).await?;
        let user = UserLock::join(&home, &starting)?;
        info!(
            cluster = %home.cluster().display(), socket = %server.socket_folder.display(),
            pid = server.pid.as_raw_nonzero().get(), version, adopted, elapsed = ?begin.elapsed(),
            "PostgreSQL is ready"
        );
        Ok(Embedded {
            home,
            server,
            version,
            adopted,
            user,
        })
    }

    /// The folder of the server's unix socket, which is what a connection takes for a host.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.server.socket_folder
    }

    /// The cluster's superuser, who needs no password.
    #[must_use]
    pub fn user(&self) -> &'static str {
        cluster::SUPERUSER
    }

    /// The number in the socket's name. No TCP port is open.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.server.port
    }

    /// PostgreSQL's major version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Whether the server ran already when this process came.
    #[must_use]
    pub fn adopted(&self) -> bool {
        self.adopted
    }

    /// Leaves the server, and stops it when nobody else uses it. All connections should be closed before;
    /// those that are not are ended by the server.
    ///
    /// # Errors
    /// When the server has not ended in time. It is never killed: it goes on stopping by itself.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        let stopping = StartLock::acquire(&self.home).await?;
        if !self.user.leave(&stopping)? {
            info!("PostgreSQL goes on running for others who use it");
            return Ok(());
        }
        let cluster = self.home.cluster();
        server::stop(&cluster).await?;
        socket::remove_folder(&cluster);
        info!("PostgreSQL has stopped");
        Ok(())
    }
}

/// The server of a home with its version, and whether it ran already. The start lock must be held.
async fn find_or_launch(
    home: &Home,
    options: &Options,
) -> Result<(Server, u32, bool), EmbeddedError> {
    let folder = home.cluster();
    let existing = cluster::version(home)?;
    if let Some(version) = existing
        && let Some(server) = server::running(&folder).await?
    {
        return Ok((server, version, true));
    }
    let wanted = Wanted {
        cluster: &folder,
        major: existing,
    };
    let binaries = binaries::find(options.bin.as_deref(), wanted, &home.account).await?;
    match existing {
        Some(_) => secure(home).await?,
        None => cluster::create(home, &binaries, options.durable).await?,
    }
    let server = server::launch(home, &binaries, options.durable).await?;
    Ok((server, binaries.major(), false))
}

/// Closes a cluster that exists to all but its user.
async fn secure(home: &Home) -> Result<(), EmbeddedError> {
    let home = home.clone();
    blocking(move || cluster::secure(&home)).await
}

/// Runs work on the disk where it holds up nobody.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EmbeddedError> + Send + 'static,
) -> Result<T, EmbeddedError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(EmbeddedError::BrokenOff))
}
