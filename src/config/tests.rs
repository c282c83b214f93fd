//! Settings: what is read, what is refused, and what is said.

use super::settings::pool_for;
use super::{Config, Source, example};

/// A key of tokens.
const KEY: &str = "one:hunter2hunter2hunter2hunter2hunter2hunter2A";

fn load(pairs: &[(&str, &str)]) -> Result<Config, String> {
    Config::load(&Source::from_pairs(pairs.iter().copied())).map_err(|error| error.to_string())
}

#[test]
fn nothing_set_is_a_shop_for_development() {
    let config = load(&[]).unwrap();
    assert_eq!((config.port, config.database_url.is_none()), (8000, true));
    assert!(config.serves_graphiql() && config.allows_introspection());
}

#[test]
fn empty_texts_count_as_not_set() {
    let config = load(&[("PORT", ""), ("REDIS_URL", " ")]).unwrap();
    assert_eq!((config.port, config.redis_url), (8000, None));
}

#[test]
fn a_wrong_value_is_named_with_what_it_may_be() {
    for (name, text, may_be) in [
        ("PORT", "80000", "a port from 0 to 65535"),
        ("HOST", "localhost", "an IP address"),
        ("LILIUM_PROFILE", "staging", "development or production"),
        ("DATABASE_POOL", "0", "from 1 to 1000"),
        ("LILIUM_EXECUTION_SECONDS", "601", "from 1 to 600"),
        ("PUBLIC_URL", "localhost:8000", "http://"),
        ("LILIUM_GRAPHIQL", "maybe", "on or off"),
        ("LILIUM_LOG_FORMAT", "xml", "text or json"),
        ("LILIUM_SIGN_UP", "closed", "open or invite"),
        ("LILIUM_ORIGINS", "*", "a list of origins"),
        ("LILIUM_SEARCH_PREFIX", "a_shop", "a-z, 0-9"),
        ("LILIUM_SEARCH_MILLISECONDS", "9", "from 10 to 10000"),
        ("LILIUM_SOCKETS", "1000001", "from 1 to 1000000"),
        ("LILIUM_RATE_COST", "10000001", "10000000, or off"),
        ("LILIUM_RATE_REQUESTS", "-1", "10000000, or off"),
        ("LILIUM_RATE_SIGN_INS", "0", "from 1 to 10000000, or off"),
        ("LILIUM_SOCKETS_BY_ADDRESS", "0", "from 1 to"),
        (
            "LILIUM_TRUSTED_PROXIES",
            "10.0.0.1/8",
            "addresses or networks",
        ),
    ] {
        let said = load(&[(name, text)]).unwrap_err();
        assert!(
            said.contains(&format!("{name} is {text}: it must be ")) && said.contains(may_be),
            "{said}"
        );
    }
}

#[test]
fn a_pool_has_room_for_the_processors_unless_somebody_says_otherwise() {
    for (processors, size) in [(1, 8), (2, 8), (3, 12), (4, 16), (8, 32), (64, 32)] {
        assert_eq!(pool_for(processors), size, "{processors}");
    }
    let processors = std::thread::available_parallelism().unwrap().get();
    assert_eq!(load(&[]).unwrap().pool_size(), pool_for(processors));
    for size in ["1", "50", "1000"] {
        let config = load(&[("DATABASE_POOL", size)]).unwrap();
        assert_eq!(config.pool_size().to_string(), size);
    }
}

#[test]
fn a_bound_is_a_number_or_off() {
    for (text, bound) in [("1", 1), ("10000000", 10_000_000), ("off", 0)] {
        let config = load(&[("LILIUM_RATE_SIGN_INS", text)]).unwrap();
        assert_eq!(config.rate_sign_ins.0, bound, "{text}");
    }
}

#[test]
fn a_wrong_secret_is_not_shown() {
    for (name, text) in [
        ("DATABASE_URL", "mysql://u:hunter2@h/d"),
        ("REDIS_URL", "http://:hunter2@h"),
        ("DATABASE_URL", "postgres://u:hunter2@h/d?sslmode=require"),
    ] {
        let said = load(&[(name, text)]).unwrap_err();
        assert!(said.contains(name) && !said.contains("hunter2"), "{said}");
    }
    let config = load(&[
        ("DATABASE_URL", "postgres://u:hunter2@h/d"),
        ("MEILISEARCH_KEY", "hunter2"),
    ])
    .unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn keys_of_tokens_are_read_and_never_shown() {
    let config = load(&[("LILIUM_TOKEN_KEYS", &format!("{KEY}, old:{}", &KEY[4..]))]).unwrap();
    let keys = config.token_keys.clone().unwrap().0;
    assert_eq!((keys[0].kid.as_str(), keys[0].secret.len()), ("one", 32));
    assert_eq!(keys[1].kid, "old");
    assert!(!format!("{config:?}").contains("hunter2"));
    for wrong in [
        "one",
        "one:short",
        "one:hunter2hunter2hunter2hunter2hunter2hunter2!!!",
        &format!("a b:{}", &KEY[4..]),
        &format!("{KEY},{KEY}"),
        &format!("{KEY},"),
    ] {
        let said = load(&[("LILIUM_TOKEN_KEYS", wrong)]).unwrap_err();
        assert!(
            said.contains("LILIUM_TOKEN_KEYS is not usable") && !said.contains("hunter2"),
            "{said}"
        );
    }
}

#[test]
fn a_token_of_the_numbers_is_long_and_never_shown() {
    let token = |text| load(&[("LILIUM_METRICS_TOKEN", text)]);
    let config = token("hunter2hunter2-16").unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    for wrong in [
        "hunter2",
        "hunter2hunter2-",
        "hunter2 hunter2 hunter2",
        "hunter2hunter2hunter\u{e9}",
    ] {
        let said = token(wrong).unwrap_err();
        assert!(
            said.contains("LILIUM_METRICS_TOKEN is not usable") && !said.contains("hunter2"),
            "{said}"
        );
    }
}

#[test]
fn a_collector_is_reached_without_tls_and_without_a_password() {
    let collector = |text| load(&[("OTEL_EXPORTER_OTLP_ENDPOINT", text)]);
    let config = collector("http://127.0.0.1:4318/").unwrap();
    assert_eq!(config.collector.unwrap().0, "http://127.0.0.1:4318");
    for wrong in [
        "https://collector.test",
        "http://me:secret@collector.test",
        "localhost:4318",
    ] {
        assert!(collector(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let said = load(&[("PORT", "x"), ("HOST", "y")]).unwrap_err();
    assert!(said.contains("PORT") && said.contains("HOST"));
}

#[test]
fn production_refuses_what_a_stranger_must_not_find() {
    let strict = [
        ("LILIUM_PROFILE", "production"),
        ("PUBLIC_URL", "https://api.example.com"),
        ("LILIUM_TOKEN_KEYS", KEY),
    ];
    let config = load(&strict).unwrap();
    assert!(!config.serves_graphiql() && !config.allows_introspection());
    for (name, text) in [
        ("LILIUM_GRAPHIQL", "on"),
        ("LILIUM_INTROSPECTION", "on"),
        ("MEILISEARCH_KEY", "lilium-demo-master-key"),
        ("MEILISEARCH_SEARCH_KEY", "a-long-random-search-key"),
        ("DATABASE_URL", "postgres://lilium:lilium@db/lilium"),
        ("PUBLIC_URL", ""),
        ("LILIUM_METRICS_TOKEN", "a-long-random-metrics-token"),
        ("LILIUM_TOKEN_KEYS", ""),
        (
            "LILIUM_TOKEN_KEYS",
            "example:bGlsaXVtLWV4YW1wbGUta2V5LW5vdC1hLXNlY3JldCE",
        ),
        (
            "LILIUM_TOKEN_KEYS",
            "zero:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ),
    ] {
        let mut pairs = strict.to_vec();
        pairs.push((name, text));
        assert!(load(&pairs).unwrap_err().contains(name), "{name}");
    }
}

#[test]
fn the_example_file_is_the_one_in_the_repository() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, example()).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(file).unwrap(),
        example(),
        "run the tests once with UPDATE=1"
    );
}
