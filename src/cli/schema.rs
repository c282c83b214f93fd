//! `lilium schema`

use crate::schema;
use std::io::Write;
use std::process::ExitCode;

/// Prints the schema that is served.
pub(super) fn print() -> ExitCode {
    let sdl = sdl();
    match std::io::stdout().write_all(sdl.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The schema as text, as it stands in `schema.graphql`.
fn sdl() -> String {
    schema::sdl(&schema::build(true))
}
