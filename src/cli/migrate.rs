//! `lilium migrate`

use super::Failure;
use crate::app::App;
use crate::config::Config;
use crate::platform::db;
use std::process::ExitCode;

/// Brings the schema up to date and says what it did.
pub(super) async fn migrate(config: Config) -> Result<ExitCode, Failure> {
    let app = App::start(config).await?;
    let ran = db::migrate(&app.server).await;
    app.stop().await?;
    match ran?.as_slice() {
        [] => println!("The schema is up to date."),
        steps => println!("Ran {} steps: {}.", steps.len(), steps.join(", ")),
    }
    Ok(ExitCode::SUCCESS)
}
