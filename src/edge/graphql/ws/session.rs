//! The life of a socket, in one task.

mod hearing;
mod saying;

use std::task::Poll;

use async_graphql::ServerError;
use axum::extract::ws::{Message, WebSocket};
use bytes::Bytes;
use futures_util::{
    FutureExt, StreamExt,
    future::{self, BoxFuture},
};
use tokio::time::timeout;

use self::saying::end;
use super::{
    clock::{Clock, Due},
    close::Close,
    message,
    operations::{Operations, Outgoing},
};
use crate::{
    edge::{
        graphql::{Documents, Ended, Engine, Stay, prepare::Sender, streams::Place},
        limits::Neighbour,
        request_id::RequestId,
    },
    graphql::error::ErrorCode,
    platform::telemetry::{Open, metrics},
};

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
}
