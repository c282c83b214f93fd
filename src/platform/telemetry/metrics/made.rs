//! All numbers, from the first one on.

use super::Metrics;
use crate::platform::telemetry::family::{Family, labelled, only};
use crate::platform::telemetry::names::{self, ALL, Kind};
use crate::platform::telemetry::operations::{KINDS, Operations};
use crate::platform::telemetry::process::seconds_now;
use crate::platform::telemetry::roots::RootFields;
use ::metrics::{Gauge, KeyName, Label, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};
use std::time::Instant;

impl Metrics {
    pub(super) fn new() -> Self {
        let recorder = recorder();
        let by_kind = |metric| {
            KINDS.map(|kind| {
                labelled(
                    &recorder,
                    metric,
                    vec![Label::from_static_parts("kind", kind)],
                )
            })
        };
        let told = |knew: &'static str| {
            let labels = vec![Label::from_static_parts("result", knew)];
            labelled(&recorder, names::CACHE, labels)
        };
        let build = vec![Label::from_static_parts(
            "version",
            env!("CARGO_PKG_VERSION"),
        )];
        labelled::<Gauge>(&recorder, names::BUILD, build).set(1.0);
        only::<Gauge>(&recorder, names::PROCESS_START).set(seconds_now());
        Self {
            handle: recorder.handle(),
            started: Instant::now(),
            operations: Operations::new(),
            roots: RootFields::default(),
            seconds: by_kind(names::REQUEST_SECONDS),
            cost: by_kind(names::REQUEST_COST),
            spent: by_kind(names::REQUEST_STATEMENTS),
            errors: Family::new(names::ERRORS, |code| {
                vec![Label::from_static_parts("code", code)]
            }),
            http: Family::new(names::HTTP_RESPONSES, |(path, status)| {
                vec![
                    Label::from_static_parts("path", path),
                    Label::new("status", status.to_string()),
                ]
            }),
            http_seconds: Family::new(names::HTTP_SECONDS, |path| {
                vec![Label::from_static_parts("path", path)]
            }),
            rate_limited: Family::new(names::RATE_LIMITED, |limit| {
                vec![Label::from_static_parts("limit", limit)]
            }),
            batches: Family::new(names::BATCH_KEYS, |loader| {
                vec![Label::from_static_parts("loader", loader)]
            }),
            cache: [told("miss"), told("hit")],
            answers: Family::new(names::ANSWERS, |from| {
                vec![Label::from_static_parts("from", from)]
            }),
            answers_bypassed: Family::new(names::ANSWERS_BYPASSED, |reason| {
                vec![Label::from_static_parts("reason", reason)]
            }),
            answers_evicted: only(&recorder, names::ANSWERS_EVICTED),
            rows: Family::new(names::ROWS, |(loader, from)| {
                vec![
                    Label::from_static_parts("loader", loader),
                    Label::from_static_parts("from", from),
                ]
            }),
            rows_evicted: only(&recorder, names::ROWS_EVICTED),
            documents: Family::new(names::DOCUMENTS, |known| {
                vec![Label::from_static_parts("known", known)]
            }),
            documents_evicted: only(&recorder, names::DOCUMENTS_EVICTED),
            closes: Family::new(names::CLOSES, |code| {
                vec![Label::from_static_parts("code", code)]
            }),
            consumers: Family::new(names::CONSUMER_LAG, |name| {
                vec![Label::new("consumer", name.clone())]
            }),
            connection_seconds: only(&recorder, names::CONNECTION_SECONDS),
            connections_refused: only(&recorder, names::CONNECTIONS_REFUSED),
            statements: Family::new(names::STATEMENTS, |purpose| {
                vec![Label::from_static_parts("purpose", purpose)]
            }),
            statement_errors: only(&recorder, names::STATEMENT_ERRORS),
            statement_seconds: only(&recorder, names::STATEMENT_SECONDS),
            sockets: only(&recorder, names::SOCKETS),
            streams: only(&recorder, names::STREAMS),
            subscriptions: only(&recorder, names::SUBSCRIPTIONS),
            events_told: only(&recorder, names::EVENTS_TOLD),
            relayed: only(&recorder, names::RELAYED),
            relay_failures: only(&recorder, names::RELAY_FAILURES),
            searches: Family::new(names::SEARCHES, |(engine, answered)| {
                vec![
                    Label::from_static_parts("engine", engine),
                    Label::from_static_parts("result", if *answered { "ok" } else { "failed" }),
                ]
            }),
            search_seconds: Family::new(names::SEARCH_SECONDS, |engine| {
                vec![Label::from_static_parts("engine", engine)]
            }),
            search_fallbacks: only(&recorder, names::SEARCH_FALLBACKS),
            search_fed: only(&recorder, names::SEARCH_FED),
            search_feed_failures: only(&recorder, names::SEARCH_FEED_FAILURES),
            recorder,
        }
    }
}

fn recorder() -> PrometheusRecorder {
    let mut builder = PrometheusBuilder::new();
    for metric in ALL {
        if let Kind::Histogram(bounds) = metric.kind {
            let name = Matcher::Full(metric.name.to_owned());
            // Fails for no bounds at all.
            builder = builder
                .set_buckets_for_metric(name, bounds)
                .unwrap_or_else(|_| PrometheusBuilder::new());
        }
    }
    let recorder = builder.build_recorder();
    for metric in ALL {
        let name = KeyName::from_const_str(metric.name);
        match metric.kind {
            Kind::Counter => recorder.describe_counter(name, None, metric.about.into()),
            Kind::Gauge => recorder.describe_gauge(name, None, metric.about.into()),
            Kind::Histogram(_) => recorder.describe_histogram(name, None, metric.about.into()),
        }
    }
    recorder
}
