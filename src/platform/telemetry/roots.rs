//! Fields at the root of the schema: a fixed set, which nobody can add to from outside.

use super::family::labelled;
use super::names::ROOT_FIELDS;
use super::operations::{KINDS, kind_at};
use ::metrics::{Counter, Label};
use metrics_exporter_prometheus::PrometheusRecorder;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The counters of one field at a root.
pub struct RootField {
    ok: Counter,
    errors: Counter,
}

impl RootField {
    /// Counts one that was answered.
    pub fn count(&self, errors: bool) {
        if errors { &self.errors } else { &self.ok }.increment(1);
    }
}

impl std::fmt::Debug for RootField {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("RootField")
    }
}

/// The fields at the roots, by kind and name.
#[derive(Default)]
pub struct RootFields(OnceLock<[HashMap<String, RootField>; 4]>);

impl RootFields {
    /// The field of this name at the root of this kind of operation.
    #[must_use]
    pub fn find(&self, kind: &str, name: &str) -> Option<&RootField> {
        self.0.get()?.get(kind_at(kind))?.get(name)
    }

    pub(super) fn know<'a>(
        &self,
        recorder: &PrometheusRecorder,
        fields: impl Iterator<Item = (&'static str, &'a str)>,
    ) {
        self.0.get_or_init(|| {
            let mut known: [HashMap<String, RootField>; 4] = Default::default();
            for (kind, name) in fields {
                if let Some(of_kind) = known.get_mut(kind_at(kind)) {
                    of_kind.insert(name.to_owned(), root(recorder, kind_at(kind), name));
                }
            }
            known
        });
    }
}

fn root(recorder: &PrometheusRecorder, kind: usize, name: &str) -> RootField {
    let counter = |outcome: &'static str| {
        let labels = vec![
            Label::new("kind", KINDS.get(kind).copied().unwrap_or_default()),
            Label::new("field", name.to_owned()),
            Label::new("outcome", outcome),
        ];
        labelled(recorder, ROOT_FIELDS, labels)
    };
    RootField {
        ok: counter("ok"),
        errors: counter("errors"),
    }
}
