//! What the dashboard and the rules for alerts ask for is served.

use lilium::platform::telemetry::{ALL, Kind};
use serde_json::Value;
use std::collections::BTreeSet;

/// Everything that can be asked for, with the parts of histograms.
fn askable() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for metric in ALL {
        match metric.kind {
            Kind::Counter | Kind::Gauge => {
                names.insert(metric.name.to_owned());
            }
            Kind::Histogram(_) => names
                .extend(["_bucket", "_sum", "_count"].map(|end| format!("{}{end}", metric.name))),
        }
    }
    names
}

/// The words in an expression that are names of ours.
fn asked(text: &str) -> BTreeSet<String> {
    let word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.split(|it| !word(it))
        .filter(|it| it.starts_with("lilium_") || it.starts_with("process_"))
        .map(str::to_owned)
        .collect()
}

fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(
                fields
                    .get("expr")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields.values().for_each(|it| expressions(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| expressions(it, found)),
        _ => {}
    }
}

#[test]
fn every_metric_is_named_as_prometheus_has_it_and_is_there_once() {
    let names: BTreeSet<_> = ALL.iter().map(|it| it.name).collect();
    assert_eq!(names.len(), ALL.len());
    for metric in ALL {
        let total = metric.name.ends_with("_total");
        let counts = metric.kind == Kind::Counter || metric.name == "process_cpu_seconds_total";
        assert_eq!(total, counts, "{}", metric.name);
        assert!(metric.about.ends_with('.'), "{}", metric.name);
    }
}

#[test]
fn the_operator_is_told_of_every_metric() {
    let text = include_str!("../../../docs/OPERATIONS.md");
    let missing: Vec<_> = ALL
        .iter()
        .map(|it| it.name)
        .filter(|name| !text.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "not in docs/OPERATIONS.md: {missing:?}");
    let known = askable();
    let strange: Vec<_> = asked(text)
        .into_iter()
        .filter(|name| !known.contains(name) && !ALL.iter().any(|it| it.name == name))
        .collect();
    assert!(
        strange.is_empty(),
        "in docs/OPERATIONS.md, and not served: {strange:?}"
    );
}

#[test]
fn the_dashboard_asks_for_what_is_served() {
    let text = include_str!("../../../docs/grafana.json");
    let mut found = Vec::new();
    expressions(&serde_json::from_str(text).unwrap(), &mut found);
    assert!(found.len() >= 12, "{}", found.len());
    let known = askable();
    for expression in &found {
        let asked = asked(expression);
        assert!(!asked.is_empty(), "{expression}");
        assert!(asked.is_subset(&known), "{asked:?}");
    }
}

#[test]
fn the_alerts_ask_for_what_is_served() {
    let text = include_str!("../../../docs/alerts.yml");
    let asked = asked(text);
    assert!(asked.len() >= 6, "{asked:?}");
    assert!(asked.is_subset(&askable()), "{asked:?}");
}
