//! What a client says, and what is done about it.

use std::sync::Arc;

use axum::{
    extract::ws::{Message, WebSocket},
    http::{HeaderMap, HeaderValue, header::AUTHORIZATION},
};
use futures_util::{FutureExt, future};
use serde_json::{Map, Value as Json};

use super::{Admission, MOST_AT_ONCE, Session};
use crate::edge::{
    cookies::Cookies,
    graphql::{
        Engine,
        document::Way,
        execution,
        operation::Running,
        parameters::Parameters,
        prepare::{Prepared, prepare},
        refusal::Refusal,
        response::Answer,
        ws::{
            close::Close,
            message::{self, Incoming},
        },
    },
    request_id::RequestId,
    request_log::RequestLog,
};

/// Bytes of the messages that the subscriptions of a socket came with: their documents are kept for as long as they live, in many
/// times the room.
const MOST_KEPT: usize = 128 * 1024;

/// Operations that are refused one after another since too much was asked, before the socket is closed.
const MOST_REFUSED: u32 = 100;

impl<E: Engine> Session<E> {
    pub(super) async fn hear(
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
        let (engine, documents, sender) = (&self.engine, &self.documents, &self.sender);
        let preparing = prepare(engine, documents, Way::Socket, sender, parameters, log);
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
    pub(super) fn note_refused(&mut self) -> Result<(), Close> {
        self.refused += 1;
        if self.refused > MOST_REFUSED {
            return Err(Close::too_often());
        }
        Ok(())
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
