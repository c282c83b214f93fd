//! The command line.

mod connections;
pub mod doctor;
mod migrate;
mod schema;
pub mod search;
mod seed;
mod serve;
mod stop;
mod user;

use crate::config::{Config, Profile, Source};
use crate::platform::telemetry::{metrics, traces};
use crate::platform::tls;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// What a command failed with: a text for a person, in the end.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The GraphQL backend of a multi-vendor marketplace.
///
/// Settings are environment variables, or lines of a file .env in the current folder: see .env.example.
#[derive(Parser)]
#[command(name = "lilium", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer clients until Ctrl-C or SIGTERM
    Serve {
        /// Fill an empty database with the demo shop first
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database's schema to this program's version
    Migrate,
    /// Fill an empty database with the demo shop
    Seed {
        /// How many products there shall be, the hand-made ones among them
        #[arg(long, value_name = "N")]
        products: Option<usize>,
        /// Delete what is there first
        #[arg(long)]
        reset: bool,
    },
    /// Make accounts, give them roles, close them
    User {
        #[command(subcommand)]
        command: user::Command,
    },
    /// Look after what products are searched with
    Search {
        #[command(subcommand)]
        command: search::Command,
    },
    /// Print the GraphQL schema
    Schema,
    /// Look over everything the program depends on; fails when something is wrong
    Doctor {
        /// Only what the shop cannot do without: the database and its schema
        #[arg(long)]
        quick: bool,
    },
}

/// Runs the command that the program was called with.
#[must_use]
pub fn run() -> ExitCode {
    match Arguments::parse().command {
        // Needs no settings, so that the schema can be had anywhere.
        Command::Schema => schema::print(),
        command => match start(command) {
            Ok(code) => code,
            Err(failure) => {
                eprintln!("lilium: {failure}");
                ExitCode::FAILURE
            }
        },
    }
}

/// Bytes of a thread's stack. Fields are resolved inside one another, as deep as a document may be, and without optimisation that
/// takes more than the usual two megabytes. What is not used of it is not there.
const STACK: usize = 8 * 1024 * 1024;

fn start(command: Command) -> Result<ExitCode, Failure> {
    tls::ready();
    let config = Config::load(&Source::from_environment(Path::new("."))?)?;
    log_to_stderr(&config)?;
    if let (Command::Serve { .. }, Some(collector)) = (&command, &config.collector) {
        let proxies = config.trusted_proxies.clone().unwrap_or_default();
        traces::start(&collector.0, move |peer| proxies.hold(peer))?;
    }
    if config.profile == Profile::Development {
        metrics().name_strangers();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK)
        .build()?;
    let ended = runtime.block_on(async {
        match command {
            Command::Serve { demo } => serve::serve(config, demo).await,
            Command::Migrate => migrate::migrate(config).await,
            Command::Seed { products, reset } => seed::seed(config, products, reset).await,
            Command::Doctor { quick } => doctor::doctor(config, quick).await,
            Command::Search { command } => search::search(config, command).await,
            Command::User { command } => user::user(config, command).await,
            Command::Schema => Ok(schema::print()),
        }
    });
    traces::stop();
    ended
}

fn log_to_stderr(config: &Config) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| format!("LILIUM_LOG is {}: it must be a level such as info, or filters such as info,lilium=debug ({error}).", config.log))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log_format {
        crate::config::LogFormat::Json => log.json().flatten_event(true).init(),
        crate::config::LogFormat::Text => log
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .init(),
    }
    Ok(())
}
