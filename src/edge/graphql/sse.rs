//! Server-sent events: GraphQL over SSE in distinct connections mode, one operation a request.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};

use async_graphql::parser::types::OperationType;
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method,
        header::{CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
        request::Parts,
    },
    response::Response,
};
use bytes::Bytes;
use futures_util::{future, stream};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};

use super::{
    super::{request_id::RequestId, request_log::RequestLog},
    Ended, Engine, Gate, LiveSettings, Stay,
    document::Way,
    execution, http,
    operation::{Running, Said},
    prepare::{Prepared, Sender, prepare},
    refusal::Refusal,
    response::{Answer, Told},
    streams::Place,
};
use crate::graphql::error::{ErrorCode, request_error};
use crate::platform::telemetry::{Open, metrics};

/// The longest `Last-Event-ID` that is read, in bytes.
const LONGEST_EVENT_ID: usize = 200;

/// A line that says nothing, so that whoever stands between knows that somebody is there.
const HEARTBEAT: &str = ":\n\n";

/// The last event. Its data is empty, not absent: a browser passes over an event without.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// Answers with events, or refuses the request as a whole.
pub(super) async fn open<E: Engine>(
    engine: &E,
    gate: &Gate,
    mut parts: Parts,
    body: Body,
) -> Response {
    let request_id = RequestId::of(&parts.headers);
    let mut log = RequestLog::start(request_id.clone());
    let begun = match begin(engine, gate, &mut parts, body, &mut log).await {
        Ok(begun) => begun,
        Err(refusal) => return http::refused(refusal, log),
    };
    let (chunks, body) = channel(engine.settings().live, begun.place.clone());
    let open = Open::one(&metrics().streams);
    let feeding = begun.feed(engine.clone(), chunks, log);
    tokio::spawn(async move {
        feeding.await;
        drop(open);
    });
    let mut response = Response::new(body);
    *response.headers_mut() = headers(&request_id);
    response
}

fn headers(request_id: &RequestId) -> HeaderMap {
    let plain = [
        (CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        // nginx would wait until there is more to pass on.
        (HeaderName::from_static("x-accel-buffering"), "no"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    let plain = plain.map(|(name, value)| (name, HeaderValue::from_static(value)));
    let mut headers = HeaderMap::from_iter(plain);
    request_id.write_to(&mut headers);
    headers
}

/// A request that gets events.
struct Begun {
    /// The operation, or why it is none: that is told as an event.
    prepared: Result<Box<Prepared>, Refusal>,
    sender: Sender,
    resume: Option<String>,
    place: Arc<Place>,
}

/// Reads a request. What is wrong with it as HTTP is refused; what is wrong with it as GraphQL is told as an event.
async fn begin<E: Engine>(
    engine: &E,
    gate: &Gate,
    parts: &mut Parts,
    body: Body,
    log: &mut RequestLog,
) -> Result<Begun, Refusal> {
    if !gate.origins.admit(&parts.headers) {
        return Err(Refusal::foreign_origin());
    }
    let neighbour = super::neighbour(engine, parts);
    let settings = engine.settings();
    let way = match parts.method {
        Method::GET => Way::GetEvents,
        _ => Way::PostEvents,
    };
    let sender = Sender::of(parts);
    let resume = last_event_id(&sender.headers)?;
    let parameters = http::parameters(settings, parts, &sender.headers, body).await?;
    let prepared = match prepare(engine, &gate.documents, way, &sender, parameters, log).await {
        Err(refusal) if refusal.status.is_some() => return Err(refusal),
        prepared => prepared.map(Box::new),
    };
    Ok(Begun {
        prepared,
        sender,
        resume,
        place: Arc::new(gate.streams.enter(neighbour)?),
    })
}

/// Where the client says it was; a browser that was nowhere yet says nothing.
fn last_event_id(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(id) = headers.get("last-event-id") else {
        return Ok(None);
    };
    match id.to_str() {
        Ok("") => Ok(None),
        Ok(id) if id.len() <= LONGEST_EVENT_ID => Ok(Some(id.to_owned())),
        _ => Err(Refusal::bad_request(
            "The header `Last-Event-ID` is the id of an event of this stream.",
        )),
    }
}

impl Begun {
    /// Says what there is to say until there is nothing any more, or nobody hears it.
    async fn feed<E: Engine>(self, engine: E, chunks: Chunks, log: RequestLog) {
        let mut feeder = Feeder {
            chunks,
            running: None,
        };
        let place = self.place;
        let ending = place.ending();
        let said = async {
            feeder.write(HEARTBEAT).await?;
            match start(&engine, self.prepared, &self.sender, self.resume, log).await {
                Ok((running, stay)) => {
                    feeder.running = Some(running);
                    feeder.tell(stay, engine.settings().live.heartbeat).await
                }
                // Without a word, so that the client comes again.
                Err(told) if told.passes => Ok(()),
                Err(told) => feeder.last(&told).await,
            }
        };
        tokio::select! {
            // Without `complete`, so that the client comes again and goes on from the last event.
            () = ending => {}
            _ = said => {}
        }
        drop(place);
    }
}

/// Starts the operation, or says why not.
async fn start<E: Engine>(
    engine: &E,
    prepared: Result<Box<Prepared>, Refusal>,
    sender: &Sender,
    resume: Option<String>,
    log: RequestLog,
) -> Result<(Running, Stay), Told> {
    let prepared = match prepared {
        Ok(prepared) => *prepared,
        Err(refusal) => return Err(Answer::refused_told(refusal, log)),
    };
    let stay = match prepared.facts.operation_type {
        OperationType::Subscription => {
            match execution::admit(engine, &sender.headers, log.request_id()).await {
                Ok(stay) => stay,
                Err(error) => return Err(Answer::refused_told(error.into(), log)),
            }
        }
        _ => Box::pin(future::pending()),
    };
    let running = Running::start(engine.clone(), prepared, resume, log);
    Ok((running, stay))
}

/// Nobody hears what is said.
struct Unheard;

struct Feeder {
    chunks: Chunks,
    running: Option<Running>,
}

impl Feeder {
    /// Tells what the operation says until it ends, or whoever asked may not stay.
    async fn tell(&mut self, mut stay: Stay, heartbeat: Duration) -> Result<(), Unheard> {
        let mut heartbeats = interval_at(Instant::now() + heartbeat, heartbeat);
        heartbeats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let running = &mut self.running;
            let said = future::poll_fn(|cx| match running {
                Some(running) => running.poll_said(cx),
                None => Poll::Ready(Said::Done),
            });
            tokio::select! {
                biased;
                ended = &mut stay => return self.last(&may_not_stay(ended)).await,
                said = said => match said {
                    Said::Done => return self.write(COMPLETE).await,
                    // Without `complete`, so that the client comes again.
                    Said::BrokenOff => return Ok(()),
                    Said::Told(told, _) if !told.has_data => return self.last(&told).await,
                    Said::Told(told, cursor) => self.write(next(&told, cursor.as_deref())).await?,
                },
                _ = heartbeats.tick() => self.write(HEARTBEAT).await?,
                () = self.chunks.sender.closed() => return Err(Unheard),
            }
        }
    }

    /// Tells what nothing follows.
    async fn last(&mut self, told: &Told) -> Result<(), Unheard> {
        self.running = None;
        let mut chunk = next(told, None);
        chunk.extend_from_slice(COMPLETE.as_bytes());
        self.write(chunk).await
    }

    /// Hands a chunk on; when it is not taken in time, the answer is broken off.
    async fn write(&mut self, chunk: impl Into<Bytes>) -> Result<(), Unheard> {
        let (running, chunks) = (&mut self.running, &self.chunks);
        let mut sending = std::pin::pin!(chunks.sender.send(chunk.into()));
        let sent = future::poll_fn(|cx| {
            let sent = sending.as_mut().poll(cx);
            if let (true, Some(running)) = (sent.is_pending(), running.as_mut()) {
                running.get_ahead(cx);
            }
            sent
        });
        match timeout(chunks.deadline, sent).await {
            Ok(sent) => sent.map_err(|_| Unheard),
            Err(_) => {
                chunks.broken.store(true, Ordering::Relaxed);
                Err(Unheard)
            }
        }
    }
}

fn may_not_stay(ended: Ended) -> Told {
    let error = request_error(ErrorCode::Unauthenticated, ended.reason());
    let nobody = RequestId::generate();
    Answer::error(error).told(&nobody)
}

/// An event `next`.
fn next(told: &Told, cursor: Option<&str>) -> Vec<u8> {
    let mut event = b"event: next\n".to_vec();
    if let Some(cursor) = cursor.filter(|it| !it.contains(char::is_control)) {
        event.extend_from_slice(b"id: ");
        event.extend_from_slice(cursor.as_bytes());
        event.push(b'\n');
    }
    event.extend_from_slice(b"data: ");
    if told.has_data {
        event.extend_from_slice(&told.json);
    } else {
        event.extend_from_slice(b"{\"errors\":");
        event.extend_from_slice(&told.json);
        event.push(b'}');
    }
    event.extend_from_slice(b"\n\n");
    event
}

/// Where chunks of a body are handed on.
struct Chunks {
    sender: mpsc::Sender<Bytes>,
    deadline: Duration,
    broken: Arc<AtomicBool>,
}

/// A body, and where its chunks are handed on. One waits at a time. The place is taken for as long as a reader may take the last one.
fn channel(settings: LiveSettings, place: Arc<Place>) -> (Chunks, Body) {
    let (sender, mut chunks) = mpsc::channel(1);
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = Arc::clone(&broken);
    let body = stream::poll_fn(move |cx| {
        let _taken = &place;
        chunks.poll_recv(cx).map(|chunk| match chunk {
            Some(chunk) => Some(Ok(chunk)),
            None if is_broken.load(Ordering::Relaxed) => {
                Some(Err(io::Error::from(io::ErrorKind::TimedOut)))
            }
            None => None,
        })
    });
    let chunks = Chunks {
        sender,
        deadline: settings.write_deadline,
        broken,
    };
    (chunks, Body::from_stream(body))
}
