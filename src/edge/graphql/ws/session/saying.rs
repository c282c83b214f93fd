//! What a client is told: written in time, or the socket ends.

use std::task::Poll;

use axum::{
    extract::ws::{Message, WebSocket},
    http::header::AUTHORIZATION,
};
use futures_util::{SinkExt, future};
use tokio::time::timeout;

use super::Session;
use crate::edge::graphql::{
    Engine,
    ws::{
        close::{Close, Connection},
        operations::Outgoing,
    },
};

/// Bytes that may wait for a reader that does not read.
const MOST_AHEAD: usize = 4 * 1024 * 1024;

impl<E: Engine> Session<E> {
    /// Writes what an operation says. A token that was good and is none any more ends the socket, so that the client comes again with
    /// a new one; what was not done at all, it then asks for again.
    pub(super) async fn say(
        &mut self,
        outgoing: Outgoing,
        socket: &mut WebSocket,
    ) -> Result<(), Close> {
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

    pub(super) async fn write(
        &mut self,
        socket: &mut WebSocket,
        text: String,
    ) -> Result<(), Close> {
        self.send(socket, Message::Text(text.into())).await
    }

    pub(super) async fn flush(&mut self, socket: &mut WebSocket) -> Result<(), Close> {
        self.patiently(socket.flush()).await
    }

    pub(super) async fn send(
        &mut self,
        socket: &mut WebSocket,
        message: Message,
    ) -> Result<(), Close> {
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

/// Ends a connection as well as it can be. A connection that is dropped with something unread in it takes along what the client has not
/// read, the frame with the reason before all: so what still comes is read, or where it cannot be, waited for.
pub(super) async fn end(socket: &mut WebSocket, close: &Close) {
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
