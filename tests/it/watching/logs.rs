//! No secret is in any log of the whole run. `scripts/test.sh` has all servers keep their logs, and runs the test that reads them as its last
//! step.

use crate::support::log::kept;
use crate::support::{Contents, database};
use lilium::demo::people;
use lilium::platform::db::{Database, DbError, Statement};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Passwords that tests use, beside those that are noted while they run.
const PASSWORDS: [&str; 5] = [
    people::PASSWORD,
    crate::accounts::PASSWORD,
    "hunter2hunter2",
    "hunter2hunter3",
    "not this one",
];

/// Looks for secrets in lines.
struct Scanner {
    /// Those of one word, which are looked up.
    words: HashSet<String>,
    /// Those of several.
    phrases: Vec<String>,
}

impl Scanner {
    fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let known = secrets.into_iter().chain(PASSWORDS.map(str::to_owned));
        let (words, phrases): (Vec<_>, Vec<_>) = known.partition(|it| it.chars().all(is_word));
        Self {
            words: words.into_iter().collect(),
            phrases,
        }
    }

    /// What a line gives away, in words.
    fn faults(&self, line: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for word in line.split(|it| !is_word(it)) {
            // A secret may end a sentence, and a word may be a part of an address.
            let plain = word.trim_matches(['.', '-', '_', '+', '/']);
            if self.words.contains(word) || self.words.contains(plain) {
                faults.push(format!("a secret of a test: {plain}"));
            }
            if is_jwt(word) {
                faults.push(format!("a token: {plain}"));
            }
        }
        faults.extend(
            self.phrases
                .iter()
                .filter(|it| line.contains(it.as_str()))
                .map(|it| format!("a secret of a test: {it}")),
        );
        faults.extend(addresses(line).map(|it| format!("an address: {it}")));
        faults.extend(cards(line).map(|it| format!("a card: {it}")));
        faults.extend(cart_keys(line).map(|it| format!("the key of a cart or an order: {it}")));
        if line.contains("DETAIL:") || line.contains("Key (") {
            faults.push("PostgreSQL's details, which quote values".to_owned());
        }
        faults.extend(passwords_of_urls(line).map(|it| format!("a password of an address: {it}")));
        faults
    }
}

fn is_word(it: char) -> bool {
    it.is_ascii_alphanumeric() || "-_.+/".contains(it)
}

fn is_jwt(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let long = |part: &&str| part.len() >= 10;
    parts.len() >= 3
        && parts
            .windows(3)
            .any(|it| it[0].contains("eyJ") && it[1].starts_with("eyJ") && it.iter().all(&long))
}

/// E-mail addresses.
fn addresses(line: &str) -> impl Iterator<Item = String> {
    let of_name = |it: char| it.is_ascii_alphanumeric() || "._%+-".contains(it);
    let found = line.match_indices('@').filter_map(move |(at, _)| {
        let before: String = line[..at]
            .chars()
            .rev()
            .take_while(|it| of_name(*it))
            .collect();
        let host: String = line[at + 1..]
            .chars()
            .take_while(|it| it.is_ascii_alphanumeric() || "-.".contains(*it))
            .collect();
        let dotted = host
            .trim_end_matches('.')
            .split_once('.')
            .is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2);
        (!before.is_empty() && dotted)
            .then(|| format!("{}@{host}", before.chars().rev().collect::<String>()))
    });
    found.collect::<Vec<_>>().into_iter()
}

/// Numbers of 13 to 19 digits, with single spaces or dashes between them perhaps, whose last digit is right. A number that is a part of an id,
/// or longer, is none.
fn cards(line: &str) -> impl Iterator<Item = String> {
    let mut found = Vec::new();
    let characters: Vec<char> = line.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        let begins = characters[at].is_ascii_digit() && (at == 0 || !is_inner(characters[at - 1]));
        if !begins {
            at += 1;
            continue;
        }
        let mut digits = String::new();
        let mut end = at;
        while end < characters.len() {
            let digit = characters[end].is_ascii_digit();
            let between = [' ', '-'].contains(&characters[end])
                && digits.len().is_multiple_of(4)
                && characters.get(end + 1).is_some_and(char::is_ascii_digit);
            if digit {
                digits.push(characters[end]);
            } else if !between {
                break;
            }
            end += 1;
        }
        let next = |after: usize| characters.get(end + after).copied();
        // A full stop ends a sentence, unless a number goes on after it.
        let ends = match next(0) {
            Some('.') => !next(1).is_some_and(|it| it.is_ascii_alphanumeric()),
            Some(other) => !is_inner(other),
            None => true,
        };
        if ends && (13..=19).contains(&digits.len()) && luhn(&digits) {
            found.push(digits);
        }
        at = end.max(at + 1);
    }
    found.into_iter()
}

fn is_inner(it: char) -> bool {
    it.is_ascii_alphanumeric() || it == '_' || it == '-' || it == '.'
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            match (at % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|it| it != b'0')
}

/// What makes an id of a cart or an order a key.
fn cart_keys(line: &str) -> impl Iterator<Item = String> {
    let found = line.match_indices("key=").filter_map(|(at, _)| {
        let key: String = line[at + 4..]
            .chars()
            .take_while(|it| it.is_ascii_alphanumeric() || "-_".contains(*it))
            .collect();
        (key.len() == 22).then_some(key)
    });
    found.collect::<Vec<_>>().into_iter()
}

/// Passwords in addresses of servers.
fn passwords_of_urls(line: &str) -> impl Iterator<Item = String> {
    let found = line.match_indices("://").filter_map(|(at, _)| {
        let address: String = line[at + 3..]
            .chars()
            .take_while(|it| !it.is_whitespace() && !"/\"'".contains(*it))
            .collect();
        let (person, _) = address.split_once('@')?;
        let (_, password) = person.split_once(':')?;
        // The word itself stands in what a setting may be.
        (!password.is_empty() && password != "password").then(|| password.to_owned())
    });
    found.collect::<Vec<_>>().into_iter()
}

#[test]
fn what_is_planted_is_found_and_what_is_harmless_is_not() {
    let scanner = Scanner::new([
        "refresh-token-of-a-test".to_owned(),
        "two words of it".to_owned(),
    ]);
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLW9mLWl0";
    for planted in [
        "password=lilium-demo",
        "{\"password\":\"a good password\"}",
        "hunter2hunter2.",
        "refreshToken=refresh-token-of-a-test ",
        "said two words of it, then more",
        &format!("authorization=Bearer {token}"),
        &format!("\"{token}\""),
        "card=4242424242424242",
        "card 4242 4242 4242 4242 was declined",
        "card 4000-0000-0000-0119.",
        "email=ada@example.com",
        "DETAIL: Key (email)=(ada) already exists.",
        "cart=gid://lilium/Cart/0193?key=AAAAAAAAAAAAAAAAAAAAAA",
        "cannot reach postgres://lilium:sesame@db/lilium",
        "cannot reach redis://:sesame@cache:6379",
    ] {
        assert!(!scanner.faults(planted).is_empty(), "not found: {planted}");
    }
    for harmless in [
        "request_id=0193d6a2-1111-7222-8333-424242424242 operation=SignIn time_ms=1.2",
        "time=2026-11-21T18:46:46.123456Z level=INFO",
        "took 1763750806123456789 ns",
        "listens at http://127.0.0.1:8000/graphql",
        "database=postgres://lilium@db/lilium",
        "position=a91922fc3ebf48e5910f8b585099607f.4711",
        "\u{e9}@\u{e9}",
    ] {
        assert_eq!(scanner.faults(harmless), Vec::<String>::new(), "{harmless}");
    }
}

/// Whether a line is one of the log, as text or as JSON: it begins with the time, or is an object.
fn is_logged(line: &str) -> bool {
    line.starts_with("20") || line.starts_with('{')
}

/// Lines that were read, and the servers that wrote them.
#[derive(Default)]
struct Read {
    lines: usize,
    servers: usize,
    faults: BTreeMap<String, usize>,
}

impl Read {
    fn file(&mut self, path: &Path, scanner: &Scanner) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        self.servers += usize::from(name.starts_with("program-") && !text.is_empty());
        let is_command = name.starts_with("command-");
        for line in text.lines() {
            if line == kept::SERVER {
                self.servers += 1;
                continue;
            }
            self.lines += 1;
            // Whoever called a command is told what they typed themselves, on their own screen.
            let told = is_command && !is_logged(line);
            let addresses = |fault: &String| told && fault.starts_with("an address");
            for fault in scanner.faults(line).into_iter().filter(|it| !addresses(it)) {
                let line: String = line.chars().take(300).collect();
                *self
                    .faults
                    .entry(format!("{fault}\n  in {name}: {line}"))
                    .or_default() += 1;
            }
        }
    }
}

#[test]
#[ignore = "reads the logs of a whole run, when that is over: scripts/test.sh"]
fn no_secret_is_in_any_log_of_the_run() {
    let folder = kept::folder().expect("LILIUM_TEST_LOGS names the folder of the run's logs");
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    let is_of_secrets = |path: &Path| {
        path.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("secrets")
    };
    let mut secrets = Vec::new();
    for file in files.iter().filter(|it| is_of_secrets(it)) {
        let text = std::fs::read_to_string(file).unwrap();
        secrets.extend(
            text.lines()
                .map(|it| serde_json::from_str::<String>(it).unwrap()),
        );
    }
    let known = secrets.len();
    let scanner = Scanner::new(secrets);
    let mut read = Read::default();
    for file in files.iter().filter(|it| !is_of_secrets(it)) {
        read.file(file, &scanner);
    }
    println!(
        "logs: read {} lines of {} servers for {known} secrets",
        read.lines, read.servers
    );
    assert!(read.lines > 0 && read.servers > 0, "no logs were kept");
    assert!(known > 0, "no secret was noted");
    let some: Vec<_> = read
        .faults
        .iter()
        .take(30)
        .map(|(fault, times)| format!("{times} times {fault}"))
        .collect();
    assert!(
        some.is_empty(),
        "{} kinds of faults:\n{}",
        read.faults.len(),
        some.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_quotes_is_not_in_its_error() {
    let server = database(Contents::Demo).await;
    let database = Database::connect(&server, 1).unwrap();
    let mut conn = database.get().await.unwrap();
    for statement in [
        // A value that is there already, one that does not fit, and a row that breaks a rule: PostgreSQL quotes all of them.
        Statement::new("INSERT INTO users SELECT * FROM users WHERE email = ")
            .text("ada@example.com"),
        Statement::new("UPDATE users SET email = NULL WHERE email = ").text("ada@example.com"),
    ] {
        use diesel_async::RunQueryDsl;
        let error: DbError = statement.execute(&mut *conn).await.unwrap_err().into();
        for said in [
            error.to_string(),
            Value::from(error.to_string()).to_string(),
        ] {
            assert!(said.len() > 20, "{said}");
            assert!(
                !said.contains("ada@example.com") && !said.contains("DETAIL"),
                "{said}"
            );
        }
    }
}
