//! Series of one metric that differ by their labels. A series is made when it is counted for the first time, and held.

use super::names::Metric;
use ::metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusRecorder;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

const METADATA: Metadata<'static> = Metadata::new("lilium", Level::INFO, None);

/// What a series is counted by.
pub(super) trait Series: Clone {
    /// The series of this key.
    fn of(recorder: &PrometheusRecorder, key: &Key) -> Self;
}

impl Series for Counter {
    fn of(recorder: &PrometheusRecorder, key: &Key) -> Self {
        recorder.register_counter(key, &METADATA)
    }
}

impl Series for Gauge {
    fn of(recorder: &PrometheusRecorder, key: &Key) -> Self {
        recorder.register_gauge(key, &METADATA)
    }
}

impl Series for Histogram {
    fn of(recorder: &PrometheusRecorder, key: &Key) -> Self {
        recorder.register_histogram(key, &METADATA)
    }
}

/// The one series of a metric without labels.
pub(super) fn only<S: Series>(recorder: &PrometheusRecorder, metric: Metric) -> S {
    S::of(recorder, &Key::from_static_name(metric.name))
}

/// The series of a metric with these labels.
pub(super) fn labelled<S: Series>(
    recorder: &PrometheusRecorder,
    metric: Metric,
    labels: Vec<Label>,
) -> S {
    S::of(recorder, &Key::from_parts(metric.name, labels))
}

/// The series of a metric by what tells them apart, of which there are few.
pub(super) struct Family<K, S> {
    metric: Metric,
    labels: fn(&K) -> Vec<Label>,
    series: RwLock<HashMap<K, S>>,
}

impl<K: Eq + Hash, S: Series> Family<K, S> {
    pub(super) fn new(metric: Metric, labels: fn(&K) -> Vec<Label>) -> Self {
        Self {
            metric,
            labels,
            series: RwLock::default(),
        }
    }

    /// The series of `key`.
    pub(super) fn of(&self, recorder: &PrometheusRecorder, key: K) -> S {
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(&key) {
            return series.clone();
        }
        drop(known);
        let series: S = labelled(recorder, self.metric, (self.labels)(&key));
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert(series).clone()
    }

    /// Shows each series that was made so far.
    pub(super) fn each(&self, show: impl Fn(&K, &S)) {
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().for_each(|(key, series)| show(key, series));
    }
}
