//! One connection, from its acceptance to its end.

use std::{
    convert::Infallible,
    future::poll_fn,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, OnceLock},
    task::Poll,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{
        HeaderValue, Request, Response, StatusCode, Version,
        header::{CONNECTION, CONTENT_TYPE},
    },
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use serde_json::json;
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    sync::Semaphore,
    time::{Instant, Sleep, sleep_until, timeout},
};
use tower::ServiceExt;

use super::{
    Hours, ServerSettings, Sign,
    activity::{Activity, Asked},
    doors::Place,
    stream::Watched,
    taken::Taken,
};
use crate::graphql::error::ErrorCode;

/// Requests of one connection that a client has called off and we have not noticed yet (rapid reset).
const MOST_PENDING_RESETS: usize = 20;

/// Requests of one connection that we called off because of what the client did wrong.
const MOST_LOCAL_RESETS: usize = 64;

/// hyper takes no smaller buffer, in bytes.
const LEAST_BUFFER: usize = 8 * 1024;

/// How long a connection of HTTP/2 that was told to end may take for it.
const FAREWELL: Duration = Duration::from_secs(10);

/// Connections of one kind.
#[derive(Debug)]
pub(super) struct Connections {
    builder: Arc<auto::Builder<TokioExecutor>>,
    settings: ServerSettings,
    sign: Sign,
}

impl Connections {
    pub fn new(settings: ServerSettings, sign: Sign) -> Self {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            // We have our own.
            .header_read_timeout(None)
            // hyper keeps headers that are not whole yet in the buffer for what comes in, and refuses what does not fit (431).
            .max_buf_size(settings.head_bytes.max(LEAST_BUFFER));
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(settings.head_bytes).unwrap_or(u32::MAX))
            .max_concurrent_streams(settings.streams)
            .max_pending_accept_reset_streams(MOST_PENDING_RESETS)
            .max_local_error_reset_streams(MOST_LOCAL_RESETS)
            .keep_alive_interval(settings.ping)
            .keep_alive_timeout(settings.ping);
        Self {
            builder: Arc::new(builder),
            settings,
            sign,
        }
    }

    /// Serves a connection until it ends, or becomes something else.
    pub fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: Place,
        router: Router,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (builder, sign) = (Arc::clone(&self.builder), self.sign.clone());
        let activity = Activity::begin(self.settings);
        async move {
            let io = TokioIo::new(Watched::new(stream, activity.clone(), place));
            let (asks, shows) = (activity.clone(), sign.clone());
            let service = service_fn(move |request| {
                answer(request, peer, router.clone(), asks.asked(), shows.clone())
            });
            let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
            let mut alarm = pin!(sleep_until(Instant::now()));
            let mut seen = Hours::Open;
            let end = loop {
                let next = match seen {
                    Hours::Open => Hours::LastCall,
                    _ => Hours::Closed,
                };
                tokio::select! {
                    end = watched(connection.as_mut(), alarm.as_mut(), &activity) => break end,
                    () = sign.says(next), if seen != Hours::Closed => {
                        seen = next;
                        // HTTP/2 can say that it is over without losing what is on its way. HTTP/1 cannot: there each answer says
                        // that nothing may follow it, and what nothing was asked of is closed in the end.
                        if seen == Hours::Closed || activity.is_http2() {
                            connection.as_mut().graceful_shutdown();
                        }
                    }
                }
            };
            if end == End::Overdue && activity.is_http2() {
                connection.as_mut().graceful_shutdown();
                let _ = timeout(FAREWELL, connection).await;
            }
        }
    }
}

/// Why a connection is not gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is done.
    Done,
    /// It was open for longer than it may.
    Overdue,
}

/// Goes on with a connection until it is done, or has been open for longer than it may as things are. The alarm is set for later only
/// when it rings, so that it costs a request nothing.
async fn watched(
    mut connection: Pin<&mut impl Future>,
    mut alarm: Pin<&mut Sleep>,
    activity: &Activity,
) -> End {
    poll_fn(|cx| {
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(End::Done);
        }
        loop {
            let now = Instant::now();
            let until = activity.until();
            if until.is_some_and(|until| until <= now) {
                return Poll::Ready(End::Overdue);
            }
            let until = until.unwrap_or(now + activity.patience());
            if until < alarm.deadline() || alarm.is_elapsed() {
                alarm.as_mut().reset(until);
            }
            if alarm.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    })
    .await
}

/// Answers one request.
async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    router: Router,
    asked: Asked,
    sign: Sign,
) -> Result<Response<Taken>, Infallible> {
    let version = request.version();
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let mut response = router.oneshot(request).await?;
    let stays = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if version < Version::HTTP_2 && !stays && sign.shows() > Hours::Open {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    if !stays && !is_stream(&response) {
        asked.answered();
    }
    Ok(response.map(|body| Taken::new(body, asked)))
}

fn is_stream(response: &Response<Body>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// What is said to whoever finds no place, before anything is heard.
fn full() -> String {
    let body = json!({ "errors": [{
        "message": "As many clients are here as may be: try again in a moment.",
        "extensions": { "code": ErrorCode::ServiceUnavailable.as_str() },
    }] })
    .to_string();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\nretry-after: 2\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// How many are told at a time; others are shut out without a word.
const TOLD: usize = 64;

/// How long one of them may take to hear it.
const TELLING: Duration = Duration::from_millis(500);

/// Turns a connection away. What was sent on it is read and thrown away for a moment, since a connection that is closed with
/// something unread in it takes the answer along.
pub(super) fn refuse(mut stream: TcpStream) {
    static TELLERS: OnceLock<Arc<Semaphore>> = OnceLock::new();
    let tellers = TELLERS.get_or_init(|| Arc::new(Semaphore::new(TOLD)));
    let Ok(teller) = Arc::clone(tellers).try_acquire_owned() else {
        return;
    };
    if stream.try_write(full().as_bytes()).is_err() {
        return;
    }
    tokio::spawn(async move {
        let mut waste = [0; 1024];
        let hearing = async {
            let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
            while let Ok(1..) = stream.read(&mut waste).await {}
        };
        let _ = timeout(TELLING, hearing).await;
        drop(teller);
    });
}
