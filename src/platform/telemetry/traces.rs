//! Traces by OpenTelemetry: a span for each request, told to a collector by OTLP over HTTP when it is done.
//!
//! Spans are made afterwards, from what was remembered of the request, so that nothing of this runs while it is answered. They wait in a
//! bounded queue for a thread that sends them in batches; what finds the queue full is lost, and nobody hears of it.

use super::spans::{Part, Trail, What};
use opentelemetry::trace::{
    Span, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState,
    Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(3);

struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    believes: Believes,
}

/// Whether what comes from an address is believed about whose part it is.
type Believes = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

static TRACES: OnceLock<Traces> = OnceLock::new();

/// Traces cannot be sent.
#[derive(Debug, thiserror::Error)]
#[error("traces cannot be sent: {0}")]
pub struct TracesError(String);

/// A request that is done.
#[derive(Debug)]
pub struct Request<'a> {
    /// The request that it is a part of, as `traceparent` of one who is believed said.
    pub parent: Option<Parent>,
    /// The operation's name.
    pub operation: &'a str,
    /// Its kind.
    pub kind: &'static str,
    /// Its id.
    pub request_id: &'a str,
    /// What it asked for.
    pub cost: u64,
    /// SQL statements that it took.
    pub statements: u32,
    /// Errors in the answer.
    pub errors: usize,
    /// The status of the answer.
    pub status: u16,
    /// When it began.
    pub began: SystemTime,
}

/// Begins to send traces to the collector at `address`, below which `/v1/traces` is asked. To be called once, before there is a runtime:
/// what sends them is a thread of its own that waits. Only those whom it `believes` say of what trace a request is a part: a stranger
/// would write into others', and say which are kept.
///
/// # Errors
/// [`TracesError`] when the address is none.
pub fn start(
    address: &str,
    believes: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
) -> Result<(), TracesError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", address.trim_end_matches('/')))
        .with_timeout(PATIENCE)
        .build()
        .map_err(|error| TracesError(error.to_string()))?;
    let resource = Resource::builder()
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    let named = std::env::var_os("OTEL_SERVICE_NAME").is_some();
    let resource = if named {
        resource
    } else {
        resource.with_service_name("lilium")
    };
    let provider = SdkTracerProvider::builder()
        .with_resource(resource.build())
        .with_batch_exporter(exporter)
        .build();
    let tracer = provider.tracer("lilium");
    // A second collector is none.
    let _ = TRACES.set(Traces {
        provider,
        tracer,
        believes: Box::new(believes),
    });
    Ok(())
}

/// Sends what waits, and ends; not longer than a collector may take.
pub fn stop() {
    if let Some(traces) = TRACES.get() {
        // Nobody can do anything about it.
        let _ = traces.provider.shutdown_with_timeout(PATIENCE);
    }
}

/// Whether traces are sent.
#[must_use]
pub fn are_on() -> bool {
    TRACES.get().is_some()
}

/// Whether whoever sent a request from `peer` is believed about whose part it is; nobody where no traces are sent.
#[must_use]
pub fn believe(peer: Option<IpAddr>) -> bool {
    let traces = TRACES.get().zip(peer);
    traces.is_some_and(|(traces, peer)| (traces.believes)(peer))
}

/// Tells of a request that is done, and of its parts.
pub fn tell(request: &Request<'_>, trail: &Trail) {
    let Some(Traces { tracer, .. }) = TRACES.get() else {
        return;
    };
    let parent = match request.parent {
        Some(Parent(context)) => Context::new().with_remote_span_context(context.into()),
        None => Context::new(),
    };
    let builder = tracer
        .span_builder(name(request.kind))
        .with_kind(SpanKind::Server)
        .with_start_time(request.began)
        .with_attributes(attributes(request));
    let mut span = tracer.build_with_context(builder, &parent);
    if request.status >= 500 {
        span.set_status(Status::error(""));
    }
    let parent = Context::new().with_remote_span_context(span.span_context().clone());
    for part in trail.take() {
        tell_part(tracer, &parent, part);
    }
    span.end();
}

/// Few names: a client's own stand among the attributes.
const fn name(kind: &'static str) -> &'static str {
    if kind.is_empty() { "graphql" } else { kind }
}

fn attributes(request: &Request<'_>) -> Vec<KeyValue> {
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    vec![
        KeyValue::new("graphql.operation.name", request.operation.to_owned()),
        KeyValue::new("graphql.operation.type", request.kind),
        KeyValue::new("http.response.status_code", i64::from(request.status)),
        KeyValue::new("lilium.request_id", request.request_id.to_owned()),
        KeyValue::new("lilium.cost", number(request.cost)),
        KeyValue::new("lilium.statements", i64::from(request.statements)),
        KeyValue::new(
            "lilium.errors",
            i64::try_from(request.errors).unwrap_or(i64::MAX),
        ),
    ]
}

fn tell_part(tracer: &SdkTracer, parent: &Context, part: Part) {
    let Part { began, ended, what } = part;
    let mut failed_statement = false;
    let (name, kind, attributes) = match what {
        What::Statement { text, failed } => {
            failed_statement = failed;
            let verb = text.split_whitespace().next().unwrap_or("SQL").to_owned();
            let attributes = vec![
                KeyValue::new("db.system.name", "postgresql"),
                KeyValue::new("db.query.text", text),
            ];
            (verb, SpanKind::Client, attributes)
        }
        What::Batch { loader, keys } => {
            let keys = i64::try_from(keys).unwrap_or(i64::MAX);
            let attributes = vec![KeyValue::new("lilium.keys", keys)];
            (format!("batch {loader}"), SpanKind::Internal, attributes)
        }
    };
    let builder = tracer
        .span_builder(name)
        .with_kind(kind)
        .with_start_time(began)
        .with_attributes(attributes);
    let mut span = tracer.build_with_context(builder, parent);
    if failed_statement {
        span.set_status(Status::error(""));
    }
    span.end_with_timestamp(ended);
}

/// The request of a client's own that one is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent(Place);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    trace: TraceId,
    span: SpanId,
    flags: TraceFlags,
}

impl From<Place> for SpanContext {
    fn from(Place { trace, span, flags }: Place) -> Self {
        Self::new(trace, span, flags, true, TraceState::NONE)
    }
}

impl Parent {
    /// Reads the header `traceparent`, as the W3C's Trace Context has it; nothing for what is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut next = |length: usize| {
            let hex = |it: &&str| {
                it.bytes()
                    .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
            };
            parts.next().filter(|it| it.len() == length).filter(hex)
        };
        let (version, trace, span, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
        // Later versions may add parts; this one has none.
        if version == "ff" || version == "00" && parts.next().is_some() {
            return None;
        }
        let place = Place {
            trace: TraceId::from_hex(trace).ok()?,
            span: SpanId::from_hex(span).ok()?,
            flags: TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED,
        };
        let whole = place.trace != TraceId::INVALID && place.span != SpanId::INVALID;
        whole.then_some(Self(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parent_is_read_as_it_is_written_and_nothing_else() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let Parent(place) = Parent::read(good).unwrap();
        assert_eq!(place.trace.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(place.span.to_string(), "00f067aa0ba902b7");
        assert!(place.flags.is_sampled());
        assert!(Parent::read(&format!("01{}-more", &good[2..])).is_some());
        for bad in [
            "",
            "00",
            &good[1..],
            &format!("{good}-more"),
            &format!("ff{}", &good[2..]),
            &good.to_uppercase(),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473\u{e9}-00f067aa0ba902b7-01",
        ] {
            assert_eq!(Parent::read(bad), None, "{bad}");
        }
    }
}
