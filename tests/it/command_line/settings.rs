//! What keeps a command from starting: each case names the setting and what it may be, and nothing is left behind.

use crate::programs::{Folder, Said, lilium};
use std::fs;
use std::net::TcpListener;
use std::path::Path;

/// Runs a command that has to fail before it makes anything; its complaint.
fn refusal(folder: &Folder, arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let complaint = Said::by(&mut lilium(folder, arguments, settings)).refusal();
    assert!(
        !folder.data().exists(),
        "something was started: {complaint}"
    );
    complaint
}

#[test]
fn a_wrong_setting_stops_every_command_before_it_begins() {
    let folder = Folder::new();
    for command in [
        &["serve"][..],
        &["serve", "--demo"],
        &["migrate"],
        &["seed"],
        &["doctor"],
    ] {
        let said = refusal(&folder, command, &[("PORT", "80000")]);
        assert_eq!(
            said,
            "lilium: the settings are wrong:\n  PORT is 80000: it must be a port from 0 to 65535.\n"
        );
    }
}

#[test]
fn each_wrong_setting_is_named_with_what_it_may_be() {
    let folder = Folder::new();
    for (name, text, may_be) in [
        ("HOST", "localhost", "an IP address"),
        ("LILIUM_PROFILE", "staging", "development or production"),
        ("DATABASE_URL", "mysql://root@db/shop", "postgres://"),
        ("DATABASE_POOL", "0", "from 1 to 1000"),
        ("REDIS_URL", "localhost", "redis://"),
        ("PUBLIC_URL", "shop.example.com", "http://"),
        ("LILIUM_GRAPHIQL", "perhaps", "on or off"),
        ("LILIUM_LOG", "lilium=loud", "a level such as info"),
        ("LILIUM_LOG_FORMAT", "xml", "text or json"),
        ("LILIUM_EXECUTION_SECONDS", "0", "from 1 to 600"),
        ("LILIUM_TOKEN_KEYS", "secret", "openssl rand -base64 32"),
        ("LILIUM_SIGN_UP", "never", "open or invite"),
    ] {
        let said = refusal(&folder, &["serve"], &[(name, text)]);
        assert!(
            said.contains(&format!("{name} is ")) && said.contains(may_be),
            "{said}"
        );
    }
}

#[test]
fn production_refuses_what_a_stranger_must_not_find() {
    let folder = Folder::new();
    let settings = [("LILIUM_PROFILE", "production"), ("LILIUM_GRAPHIQL", "on")];
    let said = refusal(&folder, &["serve"], &settings);
    assert!(
        said.contains("LILIUM_GRAPHIQL is on: in production it must be off."),
        "{said}"
    );
    assert!(said.contains("PUBLIC_URL is not set"), "{said}");
    assert!(said.contains("LILIUM_TOKEN_KEYS is not set"), "{said}");
    let example = "example:bGlsaXVtLWV4YW1wbGUta2V5LW5vdC1hLXNlY3JldCE";
    let settings = [
        ("LILIUM_PROFILE", "production"),
        ("LILIUM_TOKEN_KEYS", example),
    ];
    let said = refusal(&folder, &["serve"], &settings);
    assert!(
        said.contains("LILIUM_TOKEN_KEYS has the key of an example") && !said.contains(example),
        "{said}"
    );
}

#[test]
fn a_file_env_is_read_and_the_environment_goes_first() {
    let folder = Folder::new();
    fs::write(
        folder.path().join(".env"),
        "HOST=nowhere\nLILIUM_PROFILE=staging\n",
    )
    .unwrap();
    let said = refusal(&folder, &["serve"], &[("LILIUM_PROFILE", "development")]);
    assert!(
        said.contains("HOST is nowhere") && !said.contains("LILIUM_PROFILE"),
        "{said}"
    );

    fs::write(folder.path().join(".env"), "this is no setting\n").unwrap();
    let said = refusal(&folder, &["serve"], &[]);
    assert!(said.contains(".env cannot be read"), "{said}");
}

#[test]
fn a_port_in_use_is_named_before_anything_is_started() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = refusal(&Folder::new(), &["serve"], &[("PORT", &port)]);
    assert_eq!(
        said,
        format!(
            "lilium: cannot listen on 127.0.0.1, port {port}: another program uses it: set PORT to a free one, or to 0.\n"
        )
    );
    // An address of documentation (RFC 5737), which no machine has.
    let said = refusal(&Folder::new(), &["serve"], &[("HOST", "192.0.2.1")]);
    assert!(said.contains("set HOST to one of its own"), "{said}");
}

#[test]
fn a_data_folder_that_cannot_be_is_named() {
    let folder = Folder::new();
    fs::write(folder.path().join("file"), "in the way").unwrap();
    for data in ["file", "file/below"] {
        let said = Said::by(&mut lilium(&folder, &["serve"], &[("LILIUM_DATA", data)])).refusal();
        assert!(said.contains("file is not a folder"), "{said}");
        assert_eq!(
            fs::read_to_string(folder.path().join("file")).unwrap(),
            "in the way"
        );
    }
    // The kernel's own folder, where root may not write either.
    let settings = [("LILIUM_DATA", "/proc/lilium")];
    for command in ["serve", "seed", "migrate", "doctor"] {
        let said = Said::by(&mut lilium(&folder, &[command], &settings)).refusal();
        assert!(
            said.contains("/proc/lilium cannot be written") && said.contains("LILIUM_DATA"),
            "{said}"
        );
    }
}

#[test]
fn the_schema_is_printed_without_any_settings() {
    let folder = Folder::new();
    let said = Said::by(
        lilium(&folder, &["schema"], &[])
            .env_clear()
            .env("PORT", "wrong"),
    )
    .well();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    assert!(
        said.out == fs::read_to_string(file).unwrap(),
        "another schema than schema.graphql"
    );
    assert_eq!(said.err, "");
    assert!(!folder.data().exists());
}

#[test]
fn a_wrong_command_line_is_answered_with_the_right_one() {
    let folder = Folder::new();
    let said = Said::by(&mut lilium(&folder, &["sell"], &[]));
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("unrecognized subcommand 'sell'"),
        "{}",
        said.err
    );
    let said = Said::by(&mut lilium(&folder, &["seed", "--products", "many"], &[]));
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--products <N>"), "{}", said.err);
    let help = Said::by(&mut lilium(&folder, &["--help"], &[])).well();
    for command in ["serve", "migrate", "seed", "schema", "doctor", "user"] {
        assert!(help.out.contains(command), "{command}");
    }
}
