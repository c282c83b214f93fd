//! `lilium seed`

use super::Failure;
use crate::app::App;
use crate::config::{Config, Profile};
use crate::demo::seed::{self, Plan, Progress, SeedError, Summary};
use crate::demo::{orders, people};
use crate::domains::accounts::service::Accounts;
use crate::platform::db;
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;
use std::time::Duration;

/// Fills the shop and says what it holds then.
pub(super) async fn seed(
    config: Config,
    products: Option<usize>,
    reset: bool,
) -> Result<ExitCode, Failure> {
    if reset && config.profile == Profile::Production {
        return Err(
            "in production `lilium seed --reset` is refused: it deletes the whole shop.".into(),
        );
    }
    let plan = Plan {
        products: products.map_or_else(seed::least_products, Ok)?,
        reset,
        side: seed::SIDE,
    };
    let profile = config.profile;
    let app = App::start(config).await?;
    let done = fill(&app, plan).await;
    app.stop().await?;
    let done = done?;
    println!(
        "The shop has {} products with {} variants of {} vendors, in {} collections, with {} pictures.",
        done.products, done.variants, done.vendors, done.collections, done.pictures
    );
    println!("{}", about_people(profile)?);
    Ok(ExitCode::SUCCESS)
}

/// Fills the shop unless it is filled; for `serve --demo`.
pub(super) async fn fill_if_empty(app: &App) -> Result<(), Failure> {
    if seed::is_empty(&app.server.client().await?).await? {
        let plan = Plan {
            products: seed::least_products()?,
            reset: false,
            side: seed::SIDE,
        };
        match fill(app, plan).await {
            // Another instance was faster.
            Err(failure) if matches!(failure.downcast_ref(), Some(SeedError::NotEmpty)) => {}
            other => {
                other?;
            }
        }
    }
    // Again, for a program that was ended before it came to this.
    let client = app.server.client().await?;
    client.batch_execute(LOCK).await?;
    enliven(app).await
}

/// Adds the accounts of the demo shop, whose password everybody knows, and their orders: never in production.
async fn enliven(app: &App) -> Result<(), Failure> {
    if app.config.profile == Profile::Production {
        return Ok(());
    }
    let access = app.services.access.clone();
    people::add(&Accounts::new(app.database.clone(), access.clone())).await?;
    Ok(orders::add(&app.server, access).await?)
}

/// Says who can sign in, or why nobody can.
pub(super) fn about_people(profile: Profile) -> Result<String, Failure> {
    if profile == Profile::Production {
        return Ok(
            "In production the demo shop has no accounts: make your own by `lilium user create`."
                .to_owned(),
        );
    }
    let [customer, owner, admin] = people::some()?;
    Ok(format!(
        "Sign in as {customer} (a customer), {owner} (a vendor) or {admin} (runs the shop), with the password {}.",
        people::PASSWORD
    ))
}

/// Names the lock that instances which seed at the same time take turns by.
const LOCK: &str = "SELECT pg_advisory_lock(74101, 2)";

async fn fill(app: &App, plan: Plan) -> Result<Summary, Failure> {
    db::migrate(&app.server).await?;
    let mut client = app.server.client().await?;
    client.batch_execute(LOCK).await?;
    let bars = Bars::default();
    let done = seed::run(&mut client, &app.media_folder(), &plan, &bars).await;
    bars.0.finish_and_clear();
    let done = done?;
    enliven(app).await?;
    Ok(done)
}

/// A bar on the terminal; nothing where there is none.
struct Bars(ProgressBar);

impl Default for Bars {
    fn default() -> Self {
        let bar = ProgressBar::new(0);
        // The template is ours, so it cannot be wrong; were it, the plain bar would do.
        if let Ok(style) =
            ProgressStyle::with_template("{msg:<22} [{bar:32}] {human_pos}/{human_len} {elapsed}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }
}

impl Progress for Bars {
    fn stage(&self, name: &str, total: u64) {
        self.0.set_length(total);
        self.0.set_position(0);
        self.0.set_message(name.to_owned());
    }

    fn advance(&self, by: u64) {
        self.0.inc(by);
    }
}
