//! `lilium doctor`

mod dependencies;
pub mod invariants;

use super::Failure;
use crate::app::App;
use crate::config::Config;
use dependencies::{cache, language, pictures, search_engine, shop, steps, version};
use invariants::Invariant;
use std::process::ExitCode;
use tokio_postgres::Client;

/// What was found out about one thing.
struct Finding {
    about: &'static str,
    state: State,
    said: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Well,
    Absent,
    Fault,
}

/// Looks over everything, prints a table, and fails when something is wrong.
pub(super) async fn doctor(config: Config, quick: bool) -> Result<ExitCode, Failure> {
    let app = App::start(config).await?;
    let findings = examine(&app, quick).await;
    app.stop().await?;
    for finding in &findings {
        let state = match finding.state {
            State::Well => "ok",
            State::Absent => "--",
            State::Fault => "FAULT",
        };
        println!("{:<22} {state:<6} {}", finding.about, finding.said);
    }
    let faults = findings
        .iter()
        .filter(|finding| finding.state == State::Fault)
        .count();
    println!(
        "{}",
        if faults == 0 {
            "Everything is as it should be.".to_owned()
        } else {
            format!("Faults found: {faults}.")
        }
    );
    Ok(if faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn examine(app: &App, quick: bool) -> Vec<Finding> {
    let client = match app.server.client().await {
        Ok(client) => client,
        Err(error) => {
            return vec![finding(
                "database",
                State::Fault,
                format!("cannot be reached: {error}"),
            )];
        }
    };
    let mut findings = vec![version(&client).await, steps(app).await];
    findings.extend(language(&client).await);
    let ready = findings.iter().all(|finding| finding.state != State::Fault);
    if ready {
        findings.push(shop(&client).await);
    }
    if quick {
        return findings;
    }
    if ready {
        findings.push(pictures(&client, &app.media_folder()).await);
        for invariant in invariants::all() {
            findings.push(look(&client, invariant).await);
        }
        findings.push(consumers(&client).await);
    }
    findings.push(cache(app).await);
    findings.push(search_engine(app).await);
    findings
}

fn finding(about: &'static str, state: State, said: impl Into<String>) -> Finding {
    Finding {
        about,
        state,
        said: said.into(),
    }
}

async fn look(client: &Client, invariant: &Invariant) -> Finding {
    let about = invariant.about;
    match number(client, invariant.broken).await {
        Ok(0) => finding(about, State::Well, "consistent"),
        Ok(rows) => finding(
            about,
            State::Fault,
            format!("{rows} rows are not as they should be"),
        ),
        Err(error) => finding(about, State::Fault, error.to_string()),
    }
}

/// How far those who act on events have come.
const CONSUMERS: &str = "
    SELECT count(*) FILTER (WHERE c.epoch = h.epoch AND c.position > h.position),
           string_agg(c.name || CASE
               WHEN c.epoch <> h.epoch THEN ' must begin anew'
               WHEN c.position > h.position THEN ' is beyond the last event'
               ELSE ' at ' || c.position || ', ' || h.position - c.position || ' behind' END, '; ' ORDER BY c.name)
    FROM event_consumers c, relay_head h";

async fn consumers(client: &Client) -> Finding {
    let row = match client.query_one(CONSUMERS, &[]).await {
        Ok(row) => row,
        Err(error) => return finding("consumers", State::Fault, error.to_string()),
    };
    let (beyond, said): (i64, Option<String>) = (row.get(0), row.get(1));
    match (beyond, said) {
        (_, None) => finding("consumers", State::Absent, "nobody acts on events"),
        (0, Some(said)) => finding("consumers", State::Well, said),
        (_, Some(said)) => finding("consumers", State::Fault, said),
    }
}

async fn number(client: &Client, sql: &str) -> Result<i64, tokio_postgres::Error> {
    Ok(client.query_one(sql, &[]).await?.get(0))
}
