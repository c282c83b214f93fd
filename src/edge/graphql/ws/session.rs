//! The life of a socket, in one task.

use std::{sync::Arc, task::Poll};

use async_graphql::ServerError;
use axum::{
    extract::ws::{Message, WebSocket},
    http::{HeaderMap, HeaderValue, header::AUTHORIZATION},
};
use bytes::Bytes;
use futures_util::{
    FutureExt, SinkExt, StreamExt,
    future::{self, BoxFuture},
};
use serde_json::{Map, Value as Json};
use tokio::time::timeout;

use super::{
    clock::{Clock, Due},
    close::{Close, Connection},
    message::{self, Incoming},
    operations::{Operations, Outgoing},
};
use crate::{
    edge::{
        cookies::Cookies,
        graphql::{
            Documents, Ended, Engine, Stay,
            document::Way,
            execution,
            operation::Running,
            parameters::Parameters,
            prepare::{Prepared, Sender, prepare},
            refusal::Refusal,
            response::Answer,
            streams::Place,
        },
        limits::Neighbour,
        request_id::RequestId,
        request_log::RequestLog,
    },
    graphql::error::ErrorCode,
    platform::telemetry::{Open, metrics},
};

/// Bytes of the messages that the subscriptions of a socket came with: their documents are kept for as long as they live, in many
/// times the room.
const MOST_KEPT: usize = 128 * 1024;

/// Bytes that may wait for a reader that does not read.
const MOST_AHEAD: usize = 4 * 1024 * 1024;

/// Operations that are refused one after another since too much was asked, before the socket is closed.
const MOST_REFUSED: u32 = 100;

/// Frames that are heard one after another before others get their turn.
const MOST_AT_ONCE: u32 = 64;

/// A socket, from its handshake to its end.
pub(super) struct Session<E> {
    engine: E,
    sender: Sender,
    /// With whom its operations are counted.
    neighbour: Option<Neighbour>,
    request_id: RequestId,
    admission: Admission,
    operations: Operations,
    clock: Clock,
    ending: Option<BoxFuture<'static, ()>>,
    /// How many operations there were.
    count: u64,
    /// How many frames were heard one after another.
    heard: u32,
    /// How many operations were refused one after another since too much was asked.
    refused: u32,
    place: Place,
    documents: Documents,
    _open: Open,
}

/// How far the client has come.
enum Admission {
    /// Nothing was said.
    Awaited,
    /// `connection_init` was said, and is looked at.
    Asked(BoxFuture<'static, Result<Stay, ServerError>>),
    /// It was acknowledged.
    Given(Stay),
    /// It was, and is to end.
    Over,
}

/// Something that a session has to do with.
enum Turn {
    GoingDown,
    Admitted(Result<Stay, ServerError>),
    MayNotStay(Ended),
    Due(Due),
    Heard(Option<Result<Message, axum::Error>>),
    Said(Outgoing),
}

impl<E: Engine> Session<E> {
    pub fn new(
        engine: E,
        sender: Sender,
        neighbour: Option<Neighbour>,
        place: Place,
        documents: Documents,
        request_id: RequestId,
    ) -> Self {
        Self {
            clock: Clock::start(engine.settings().live),
            engine,
            sender,
            neighbour,
            request_id,
            admission: Admission::Awaited,
            operations: Operations::default(),
            ending: Some(place.ending().boxed()),
            count: 0,
            heard: 0,
            refused: 0,
            place,
            documents,
            _open: Open::one(&metrics().sockets),
        }
    }

    /// Lives until the socket is closed, and writes its line in the log. Whoever does not speak the subprotocol is told so.
    pub async fn run(mut self, mut socket: WebSocket, speaks: bool) {
        let close = if speaks {
            self.serve(&mut socket).await
        } else {
            Close::other_protocol()
        };
        // What runs ends now; the client gets the time to take the frame.
        self.operations.clear();
        self.admission = Admission::Over;
        let _ = timeout(
            self.clock.settings().close_deadline,
            Box::pin(end(&mut socket, &close)),
        )
        .await;
        metrics().closed(close.code);
        tracing::info!(
            request_id = %self.request_id,
            operations = self.count,
            seconds = self.clock.seconds(),
            code = close.code,
            "socket"
        );
        drop(socket);
        drop(self.place);
    }

    async fn serve(&mut self, socket: &mut WebSocket) -> Close {
        loop {
            if self.heard >= MOST_AT_ONCE {
                // Not from the beginning: its operations come first then.
                self.heard = 1;
                tokio::task::yield_now().await;
            }
            let turn = self.turn(socket).await;
            match turn {
                Turn::Heard(_) => self.heard += 1,
                _ => self.heard = 0,
            }
            // Boxed, since a socket waits for its next turn almost all the time.
            if let Err(close) = Box::pin(self.take(turn, socket)).await {
                return close;
            }
        }
    }

    /// Waits for what comes first. What ends the socket goes before what it says.
    async fn turn(&mut self, socket: &mut WebSocket) -> Turn {
        future::poll_fn(|cx| {
            if let Some(ending) = &mut self.ending
                && ending.poll_unpin(cx).is_ready()
            {
                self.ending = None;
                return Poll::Ready(Turn::GoingDown);
            }
            let admission = match &mut self.admission {
                Admission::Asked(asked) => asked.poll_unpin(cx).map(Turn::Admitted),
                Admission::Given(stay) => stay.poll_unpin(cx).map(Turn::MayNotStay),
                Admission::Awaited | Admission::Over => Poll::Pending,
            };
            if admission.is_ready() {
                self.admission = Admission::Over;
                return admission;
            }
            if let Poll::Ready(due) = self.clock.poll(cx) {
                return Poll::Ready(Turn::Due(due));
            }
            // Whoever floods the socket with frames does not starve its operations, with which others may share their reading.
            if self.heard == 0
                && let Poll::Ready(heard) = socket.poll_next_unpin(cx)
            {
                return Poll::Ready(Turn::Heard(heard));
            }
            if let Poll::Ready(said) = self.operations.poll(cx) {
                return Poll::Ready(Turn::Said(said));
            }
            if self.heard == 0 {
                return Poll::Pending;
            }
            socket.poll_next_unpin(cx).map(Turn::Heard)
        })
        .await
    }

    async fn take(&mut self, turn: Turn, socket: &mut WebSocket) -> Result<(), Close> {
        match turn {
            Turn::GoingDown => {
                self.clock.leave();
                Ok(())
            }
            Turn::Admitted(Ok(stay)) => {
                self.admission = Admission::Given(stay);
                self.write(socket, message::ACK.to_owned()).await
            }
            Turn::Admitted(Err(error)) if ErrorCode::Unauthenticated.is_of(&error) => {
                Err(Close::bad_token())
            }
            Turn::Admitted(Err(_)) => Err(Close::busy()),
            Turn::MayNotStay(ended) => Err(Close::may_not_stay(ended)),
            Turn::Due(due) => self.act(due, socket).await,
            Turn::Heard(heard) => self.hear(heard, socket).await,
            Turn::Said(outgoing) => self.say(outgoing, socket).await,
        }
    }

    async fn act(&mut self, due: Due, socket: &mut WebSocket) -> Result<(), Close> {
        match due {
            Due::Nothing => Ok(()),
            Due::Ping => self.send(socket, Message::Ping(Bytes::new())).await,
            Due::NoInit => Err(Close::no_init()),
            Due::Silent => Err(Close::silent()),
            Due::Leave => Err(Close::going_down()),
        }
    }

    async fn hear(
        &mut self,
        heard: Option<Result<Message, axum::Error>>,
        socket: &mut WebSocket,
    ) -> Result<(), Close> {
        self.clock.hear();
        match heard {
            None => Err(Close::lost()),
            Some(Err(error)) => Err(Close::unreadable(error)),
            Some(Ok(Message::Text(text))) => {
                let (incoming, bytes) = (Incoming::read(&text)?, text.len());
                drop(text);
                self.obey(incoming, bytes, socket).await
            }
            Some(Ok(Message::Binary(_))) => Err(Close::bad_message("Messages are texts.")),
            // The answer lies ready: written before anything else is read, since a client that asks and does not read would have
            // answers pile up.
            Some(Ok(Message::Ping(_))) => self.flush(socket).await,
            Some(Ok(Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(frame))) => Err(Close::by_client(frame.map(|it| it.code))),
        }
    }

    async fn obey(
        &mut self,
        incoming: Incoming,
        bytes: usize,
        socket: &mut WebSocket,
    ) -> Result<(), Close> {
        match incoming {
            Incoming::Init(payload) => self.ask(&payload),
            Incoming::Ping(payload) => self.write(socket, message::pong(payload.as_ref())).await,
            Incoming::Pong => Ok(()),
            Incoming::Subscribe(id, parameters) => {
                match self.subscribe(id, *parameters, bytes).await? {
                    None => Ok(()),
                    Some(refused) => self.write(socket, refused).await,
                }
            }
            Incoming::Complete(id) => {
                self.operations.end(&id);
                Ok(())
            }
        }
    }

    /// Begins to look who it is.
    fn ask(&mut self, payload: &Map<String, Json>) -> Result<(), Close> {
        if !matches!(self.admission, Admission::Awaited) {
            return Err(Close::second_init());
        }
        self.clock.has_init();
        if let Some(token) = authorization(payload)? {
            let mut headers = HeaderMap::clone(&self.sender.headers);
            headers.insert(AUTHORIZATION, token);
            self.sender.headers = Arc::new(headers);
            self.sender.cookies = Cookies::default();
        }
        let (engine, request_id) = (self.engine.clone(), self.request_id.clone());
        let headers = Arc::clone(&self.sender.headers);
        let asked = async move { execution::admit(&engine, &headers, &request_id).await };
        self.admission = Admission::Asked(asked.boxed());
        Ok(())
    }

    /// Starts an operation, or answers the message by which it is refused.
    async fn subscribe(
        &mut self,
        id: Box<str>,
        parameters: Parameters,
        bytes: usize,
    ) -> Result<Option<String>, Close> {
        if !matches!(self.admission, Admission::Given(_)) {
            return Err(Close::not_acknowledged());
        }
        self.operations.tidy();
        if self.operations.has(&id) {
            return Err(Close::id_taken());
        }
        self.count += 1;
        // To read a document takes longer than many other frames together.
        self.heard = MOST_AT_ONCE;
        let mut log = RequestLog::start(RequestId::generate());
        if let Err(error) = self.engine.limits().enter(self.neighbour) {
            self.note_refused()?;
            let told = Answer::refused_told(error.into(), log);
            return Ok(Some(message::of_operation(&id, "error", told.json)));
        }
        match self.prepare(parameters, bytes, &mut log).await {
            Ok(prepared) => {
                let running = Running::start(self.engine.clone(), prepared, None, log);
                self.operations.add(id, running, bytes);
                Ok(None)
            }
            Err(refusal) => {
                let told = Answer::refused_told(refusal, log);
                Ok(Some(message::of_operation(&id, "error", told.json)))
            }
        }
    }

    async fn prepare(
        &mut self,
        parameters: Parameters,
        bytes: usize,
        log: &mut RequestLog,
    ) -> Result<Prepared, Refusal> {
        let most = self.clock.settings().operations;
        if !self.operations.has_room(most) {
            return Err(Refusal::too_many_operations(most));
        }
        if self.operations.kept().saturating_add(bytes) > MOST_KEPT {
            return Err(Refusal::too_much_kept(MOST_KEPT));
        }
        let settings = self.engine.settings();
        let (documents, sender) = (&self.documents, &self.sender);
        let preparing = prepare(settings, documents, Way::Socket, sender, parameters, log);
        let (mut preparing, operations) = (std::pin::pin!(preparing), &mut self.operations);
        // A document that is only named may have to be asked for; the others do not stand still meanwhile.
        future::poll_fn(|cx| {
            let prepared = preparing.as_mut().poll(cx);
            if prepared.is_pending() {
                operations.get_ahead(cx);
            }
            prepared
        })
        .await
    }

    /// Whoever goes on and on is not answered any more.
    fn note_refused(&mut self) -> Result<(), Close> {
        self.refused += 1;
        if self.refused > MOST_REFUSED {
            return Err(Close::too_often());
        }
        Ok(())
    }

    /// Writes what an operation says. A token that was good and is none any more ends the socket, so that the client comes again with
    /// a new one; what was not done at all, it then asks for again.
    async fn say(&mut self, outgoing: Outgoing, socket: &mut WebSocket) -> Result<(), Close> {
        // An `error` would end the operation for good in the client's eyes; a socket that closes it opens again.
        if outgoing.broken_off {
            return Err(Close::busy());
        }
        if outgoing.too_often {
            self.note_refused()?;
        } else if outgoing.has_data {
            self.refused = 0;
        }
        let expired = outgoing.unauthenticated && self.sender.headers.contains_key(AUTHORIZATION);
        if !expired || outgoing.has_data {
            self.write(socket, outgoing.text).await?;
        }
        if expired {
            return Err(Close::bad_token());
        }
        Ok(())
    }

    async fn write(&mut self, socket: &mut WebSocket, text: String) -> Result<(), Close> {
        self.send(socket, Message::Text(text.into())).await
    }

    async fn flush(&mut self, socket: &mut WebSocket) -> Result<(), Close> {
        self.patiently(socket.flush()).await
    }

    async fn send(&mut self, socket: &mut WebSocket, message: Message) -> Result<(), Close> {
        self.patiently(socket.send(message)).await
    }

    /// Waits for a writing. Meanwhile each operation comes as far as its next word, so that none stands still with what others wait
    /// for, and no further.
    async fn patiently(
        &mut self,
        writing: impl Future<Output = Result<(), axum::Error>>,
    ) -> Result<(), Close> {
        let mut writing = std::pin::pin!(writing);
        let operations = &mut self.operations;
        let written = future::poll_fn(|cx| {
            let written = writing.as_mut().poll(cx);
            if written.is_pending() && operations.get_ahead(cx) > MOST_AHEAD {
                return Poll::Ready(None);
            }
            written.map(Some)
        });
        match timeout(self.clock.settings().write_deadline, written).await {
            Ok(Some(Ok(()))) => Ok(()),
            Ok(Some(Err(_))) => Err(Close::lost()),
            Ok(None) | Err(_) => Err(Close::too_slow()),
        }
    }
}

/// The token in the payload of `connection_init`.
fn authorization(payload: &Map<String, Json>) -> Result<Option<HeaderValue>, Close> {
    let mut found = payload
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    match found.next().map(|(_, value)| value) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(token)) if token.is_empty() => Ok(None),
        Some(Json::String(token)) => {
            let mut token = HeaderValue::from_str(token).map_err(|_| Close::bad_token())?;
            token.set_sensitive(true);
            Ok(Some(token))
        }
        Some(_) => Err(Close::bad_message("`Authorization` is not a text.")),
    }
}

/// Ends a connection as well as it can be. A connection that is dropped with something unread in it takes along what the client has not
/// read, the frame with the reason before all: so what still comes is read, or where it cannot be, waited for.
async fn end(socket: &mut WebSocket, close: &Close) {
    match close.connection {
        Connection::Lost => return,
        Connection::Closing => {}
        Connection::Sound | Connection::Unreadable => {
            if socket
                .send(Message::Close(Some(close.frame())))
                .await
                .is_err()
            {
                return;
            }
        }
    }
    if close.connection == Connection::Unreadable {
        return future::pending().await;
    }
    while let Some(Ok(_)) = socket.recv().await {}
}
