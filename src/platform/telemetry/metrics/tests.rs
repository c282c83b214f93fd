//! What is counted, and what is not.

use super::*;

#[test]
fn to_count_a_request_takes_microseconds_at_the_most() {
    let times = 100_000;
    let began = Instant::now();
    for at in 0..times {
        metrics().answered(Answered {
            name: "Often",
            kind: "query",
            cost: 7,
            statements: 2,
            errors: false,
            took: Duration::from_micros(at),
        });
        metrics().http("/often", 200, Duration::from_micros(at));
        if at % 10_000 == 0 {
            metrics().tidy();
        }
    }
    let took = began.elapsed();
    println!("{:?} a request", took / 100_000);
    // Without optimisation, on a machine that does other things, too.
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn a_consumer_that_is_not_told_of_any_more_has_no_number() {
    let metrics = Metrics::new();
    let told = |consumers: &[(&str, f64)]| Backlog {
        waiting: 0.0,
        oldest_seconds: 0.0,
        position: 9.0,
        consumers: consumers
            .iter()
            .map(|(name, behind)| ((*name).to_owned(), *behind))
            .collect(),
    };
    let lags = || -> Vec<String> {
        let text = metrics.render();
        let lines = text
            .lines()
            .filter(|it| it.starts_with("lilium_events_consumer_lag{"));
        let mut lags: Vec<String> = lines.map(str::to_owned).collect();
        lags.sort();
        lags
    };
    let wanted = |mail: &str, search: &str| {
        [("mail", mail), ("search", search)]
            .map(|(name, lag)| format!("lilium_events_consumer_lag{{consumer=\"{name}\"}} {lag}"))
    };

    metrics.events(Some(&told(&[("mail", 7.0), ("search", 20_000.0)])));
    assert_eq!(lags(), wanted("7", "20000"));
    metrics.events(Some(&told(&[("mail", 8.0)])));
    assert_eq!(lags(), wanted("8", "NaN"));
    metrics.events(None);
    assert_eq!(lags(), wanted("NaN", "NaN"));
    metrics.events(Some(&told(&[("mail", 0.0), ("search", 1.0)])));
    assert_eq!(lags(), wanted("0", "1"));
}

fn count(metrics: &Metrics, name: &str) {
    metrics.answered(Answered {
        name,
        kind: "query",
        cost: 0,
        statements: 0,
        errors: false,
        took: Duration::ZERO,
    });
}

/// How often each of these operations was answered, as far as it has a series, and how many series there are.
fn series<const N: usize>(metrics: &Metrics, names: [&str; N]) -> ([Option<u32>; N], usize) {
    let text = metrics.render();
    let lines = || {
        text.lines()
            .filter(|line| line.starts_with("lilium_graphql_requests_total{"))
    };
    let found = names.map(|name| {
        let label = format!("operation=\"{name}\"");
        let line = lines().find(|line| line.contains(&label))?;
        line.rsplit(' ').next()?.parse().ok()
    });
    (found, lines().count())
}

#[test]
fn a_name_of_a_trusted_document_has_its_own_series_whatever_strangers_do() {
    let metrics = Metrics::new();
    metrics.name_strangers();
    for stranger in 0..10_000 {
        count(&metrics, &format!("Stranger{stranger}"));
    }
    metrics.trust_operation("Ours");
    for name in ["Ours", "Stranger7", "Late"] {
        count(&metrics, name);
    }
    assert_eq!(
        series(&metrics, ["Ours", "Stranger7", "Late", "other"]),
        ([Some(1), Some(2), None, Some(9_801)], 202)
    );
}

#[test]
fn strangers_have_no_series_where_nobody_says_that_they_may() {
    let metrics = Metrics::new();
    metrics.trust_operation("Ours");
    for name in ["Theirs", "Ours", "", "Theirs", "Others"] {
        count(&metrics, name);
    }
    assert_eq!(
        series(&metrics, ["Ours", "Theirs", "other", "anonymous"]),
        ([Some(1), None, Some(3), Some(1)], 3)
    );
}
