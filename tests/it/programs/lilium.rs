//! The real program, run to its end.

use super::Folder;
use crate::support::log::kept;
use lilium::config::SETTINGS;
use lilium::platform::db::Server;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Said {
    /// Runs `command` to its end.
    pub fn by(command: &mut Command) -> Self {
        Output::into(command.stdin(Stdio::null()).output().unwrap())
    }

    /// Fails the test unless the program ended well.
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Fails the test unless the program failed by itself, with nothing on standard output; its complaint.
    pub fn refusal(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self:#?}");
        self.err
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let err = String::from_utf8(output.stderr).unwrap();
        kept::command(&err);
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err,
        }
    }
}

/// The program that `LILIUM_PROVE_BINARY` names: a release build, say, which is run in place of the tests' own then.
pub fn proved() -> Option<PathBuf> {
    // Programs are started in folders of their own.
    std::env::var_os("LILIUM_PROVE_BINARY").map(|path| std::path::absolute(path).unwrap())
}

/// Lilium, started in `folder` with its data there, and with no settings from outside but those of `settings`.
pub fn lilium(folder: &Folder, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let own = env!("CARGO_BIN_EXE_lilium");
    let mut command = Command::new(proved().unwrap_or_else(|| own.into()));
    command.args(arguments);
    configure(&mut command, folder, settings);
    command
}

/// Gives a program its folder and its settings.
pub fn configure(command: &mut Command, folder: &Folder, settings: &[(&str, &str)]) {
    for setting in SETTINGS {
        command.env_remove(setting.name);
    }
    if let Some(bin) = std::env::var_os("LILIUM_PG_BIN") {
        command.env("LILIUM_PG_BIN", bin);
    }
    command
        .env("PORT", "0")
        .env("LILIUM_DATA", folder.data())
        // Tests change rows by hand, and count what is asked of the database.
        .env("LILIUM_ANSWERS_MEGABYTES", "0")
        .env("LILIUM_ROWS_MEGABYTES", "0")
        .envs(settings.iter().copied())
        .current_dir(folder.path());
}

/// The address of a test's database, for a process.
pub async fn url_of(server: &Server) -> String {
    let sql = "SELECT current_user::text, current_database()::text, current_setting('unix_socket_directories'), current_setting('port')";
    let row = server
        .client()
        .await
        .unwrap()
        .query_one(sql, &[])
        .await
        .unwrap();
    let part = |column| row.get::<_, String>(column);
    format!(
        "postgres://{}@/{}?host={}&port={}",
        part(0),
        part(1),
        part(2),
        part(3)
    )
}
