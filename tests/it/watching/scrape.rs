//! Reads the text in which numbers are served, and fails the test where Prometheus would stumble.

use std::collections::{BTreeMap, BTreeSet};

/// What was served at one time.
pub struct Scrape {
    types: BTreeMap<String, String>,
    /// Numbers by name and labels, as `name{a="b",c="d"}` with the labels in order.
    series: BTreeMap<String, f64>,
}

impl Scrape {
    /// Reads a text of the format, version 0.0.4.
    pub fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line has no end");
        let (mut types, mut helped) = (BTreeMap::new(), BTreeSet::new());
        let mut series = BTreeMap::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, about) = help.split_once(' ').unwrap();
                assert!(
                    !about.is_empty() && helped.insert(name.to_owned()),
                    "{line}"
                );
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                let before = types.insert(name.to_owned(), kind.to_owned());
                assert!(before.is_none() && is_name(name), "{line}");
            } else {
                let (name, labels, number) = sample(line);
                let family = family(&name, &types);
                assert!(types.contains_key(family), "before its TYPE: {line}");
                assert!(helped.contains(family), "without HELP: {line}");
                let labels: Vec<String> = labels
                    .iter()
                    .map(|(name, value)| format!("{name}={value:?}"))
                    .collect();
                let key = match labels.join(",") {
                    none if none.is_empty() => name,
                    labels => format!("{name}{{{labels}}}"),
                };
                assert!(series.insert(key, number).is_none(), "twice: {line}");
            }
        }
        let read = Self { types, series };
        read.check_histograms();
        read
    }

    /// Buckets grow, and the last holds all.
    fn check_histograms(&self) {
        let mut whole = 0;
        for (name, kind) in &self.types {
            if kind != "histogram" {
                continue;
            }
            let count = format!("{name}_count");
            for (key, number) in self.all(&count) {
                let labels = key[count.len()..].trim_matches(['{', '}']);
                let buckets = format!("{name}_bucket");
                let mut of_this: Vec<(f64, f64)> = Vec::new();
                for (key, number) in self.all(&buckets) {
                    let inside = key[buckets.len()..].trim_matches(['{', '}']);
                    let mut parts: Vec<&str> = inside.split(',').collect();
                    let at = parts.iter().position(|it| it.starts_with("le=")).unwrap();
                    let bound = parts.remove(at);
                    if parts.join(",") == labels {
                        of_this.push((bound[4..bound.len() - 1].parse().unwrap(), number));
                    }
                }
                of_this.sort_by(|a, b| a.0.total_cmp(&b.0));
                assert!(of_this.windows(2).all(|it| it[0].1 <= it[1].1), "{key}");
                let last = of_this
                    .last()
                    .unwrap_or_else(|| panic!("no buckets: {key}"));
                assert_eq!((last.0, last.1), (f64::INFINITY, number), "{key}");
                whole += 1;
            }
        }
        assert!(whole > 0, "no histogram");
    }

    /// Series of this very name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = (&str, f64)> {
        let series = self.series.iter();
        let of_name = series.filter(move |(key, _)| key.split('{').next() == Some(name));
        of_name.map(|(key, number)| (key.as_str(), *number))
    }

    /// The number of one series, by name and labels in order; nothing for one that is not there.
    pub fn find(&self, key: &str) -> Option<f64> {
        self.series.get(key).copied()
    }

    /// The number of one series, 0 for one that is not there.
    pub fn number(&self, key: &str) -> f64 {
        self.find(key).unwrap_or(0.0)
    }

    /// The sum of all series of a name.
    pub fn sum(&self, name: &str) -> f64 {
        self.all(name).map(|(_, number)| number).sum()
    }

    /// The names of all families.
    pub fn families(&self) -> BTreeSet<String> {
        self.types.keys().cloned().collect()
    }
}

fn family<'a>(name: &'a str, types: &BTreeMap<String, String>) -> &'a str {
    let stem = ["_bucket", "_sum", "_count"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    stem.filter(|it| types.get(*it).is_some_and(|kind| kind == "histogram"))
        .unwrap_or(name)
}

fn is_name(text: &str) -> bool {
    let plain = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == ':';
    text.starts_with(|it: char| it.is_ascii_alphabetic()) && text.chars().all(plain)
}

/// Name, labels in order, number.
fn sample(line: &str) -> (String, BTreeMap<String, String>, f64) {
    let end = line.find(['{', ' ']).unwrap();
    let (name, mut rest) = line.split_at(end);
    assert!(is_name(name), "{line}");
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, after) = rest.split_once("=\"").unwrap();
            let mut value = String::new();
            let mut characters = after.char_indices();
            let closes = loop {
                match characters.next().unwrap() {
                    (at, '"') => break at,
                    (_, '\\') => value.push(match characters.next().unwrap().1 {
                        'n' => '\n',
                        other => other,
                    }),
                    (_, other) => value.push(other),
                }
            };
            assert!(is_name(label), "{line}");
            assert!(labels.insert(label.to_owned(), value).is_none(), "{line}");
            rest = after[closes + 1..].trim_start_matches(',');
        }
        rest = &rest[1..];
    }
    let number = rest.trim();
    assert!(!number.contains(' '), "{line}");
    (name.to_owned(), labels, number.parse().unwrap())
}

#[test]
#[should_panic(expected = "before its TYPE")]
fn a_number_of_no_family_is_a_fault() {
    Scrape::read("lilium_x 1\n");
}
