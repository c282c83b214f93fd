//! The logs of a whole run, kept in the folder that `LILIUM_TEST_LOGS` names: a file for the servers within each process of tests, and one
//! for each program. Beside them, what tests know to be secret, so that it can be looked for. `watching::logs` reads the folder when all is over.

use serde_json::Value;
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

/// The setting that names the folder.
pub const FOLDER: &str = "LILIUM_TEST_LOGS";

/// What begins the line that says that a server has been started within this process.
pub const SERVER: &str = "--- a server";

/// Fields of operations and answers that nobody but their owner may know.
const SECRET: [&str; 10] = [
    "password",
    "currentPassword",
    "newPassword",
    "oldPassword",
    "accessToken",
    "refreshToken",
    "token",
    "key",
    "idempotencyKey",
    "testCardNumber",
];

/// Shorter texts are found in anything.
pub const SHORTEST: usize = 10;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The folder, when the run wants logs to be kept.
pub fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os(FOLDER)?);
    std::fs::create_dir_all(&folder).unwrap();
    Some(folder)
}

fn open(kind: &str) -> Option<Mutex<File>> {
    let file = folder()?.join(format!("{kind}-{}", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(file);
    Some(Mutex::new(file.unwrap()))
}

static INSIDE: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| open("inside.log"));
static SECRETS: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| open("secrets.txt"));
static KNOWN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Keeps a line of a server within this process.
pub fn line(text: &str) {
    if let Some(file) = &*INSIDE {
        writeln!(file.lock().unwrap(), "{}", text.replace('\n', "\u{21b5}")).unwrap();
    }
}

/// Notes that a server has been started within this process.
pub fn server() {
    line(SERVER);
}

/// Where a program of its own is to write its log.
pub fn of_program() -> Option<PathBuf> {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    Some(folder()?.join(format!("program-{}-{count}.log", std::process::id())))
}

/// Keeps what a command that has ended wrote to standard error: lines of the log, and what it told whoever called it.
pub fn command(text: &str) {
    let Some(folder) = folder() else { return };
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let file = format!("command-{}-{count}.log", std::process::id());
    std::fs::write(folder.join(file), text).unwrap();
}

/// Notes a text that must not be in any log.
pub fn secret(text: &str) {
    let Some(file) = &*SECRETS else { return };
    if text.len() >= SHORTEST && KNOWN.lock().unwrap().insert(text.to_owned()) {
        writeln!(file.lock().unwrap(), "{}", Value::from(text)).unwrap();
    }
}

/// Notes what is secret in what was sent or answered.
pub fn secrets(value: &Value) {
    if SECRETS.is_none() {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(secrets),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if SECRET.contains(&name.as_str()) && !is_code(text) => {
                        secret(text);
                    }
                    Value::String(text) => {
                        if let Some((_, key)) = text.split_once("?key=") {
                            secret(key);
                        }
                    }
                    _ => secrets(value),
                }
            }
        }
        _ => {}
    }
}

/// Whether a text is a code of the schema, which is nobody's secret.
fn is_code(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_uppercase() || it == b'_')
}
