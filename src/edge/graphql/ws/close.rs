//! Why a socket is closed.

use std::borrow::Cow;

use axum::extract::ws::CloseFrame;
use tungstenite::error::{CapacityError, Error as Fault, ProtocolError};

use super::super::Ended;

/// The longest reason that a close frame has room for, in bytes.
const LONGEST_REASON: usize = 122;

/// The end of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Close {
    /// The code, for the client and for the log.
    pub code: u16,
    reason: Cow<'static, str>,
    /// What can still be done with the connection.
    pub connection: Connection,
}

/// What can still be done with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    /// Everything.
    Sound,
    /// It can be written to; nothing that it brings is read any more.
    Unreadable,
    /// The client has closed it, and waits for the answer.
    Closing,
    /// Nothing.
    Lost,
}

impl Close {
    fn new(code: u16, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            reason: reason.into(),
            connection: Connection::Sound,
        }
    }

    /// A message that is none.
    pub fn bad_message(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(4400, reason)
    }

    /// An operation before `connection_ack`.
    pub fn not_acknowledged() -> Self {
        Self::new(
            4401,
            "Say `connection_init`, and wait for `connection_ack`.",
        )
    }

    /// A token that is none.
    pub fn bad_token() -> Self {
        Self::new(
            4403,
            "The token is none of this shop's or no longer good: get a new one, and connect again.",
        )
    }

    /// Whoever was admitted may not stay.
    pub fn may_not_stay(ended: Ended) -> Self {
        Self::new(4403, ended.reason())
    }

    /// Another subprotocol.
    pub fn other_protocol() -> Self {
        Self::new(4406, "The subprotocol is graphql-transport-ws.")
    }

    /// No `connection_init` in time.
    pub fn no_init() -> Self {
        Self::new(4408, "No `connection_init` came in time.")
    }

    /// An id twice.
    pub fn id_taken() -> Self {
        Self::new(4409, "An operation of this id is active already.")
    }

    /// `connection_init` twice.
    pub fn second_init() -> Self {
        Self::new(4429, "`connection_init` is said once.")
    }

    /// The program ends.
    pub fn going_down() -> Self {
        Self::new(
            1001,
            "Going down: connect again, and go on from the last cursor.",
        )
    }

    /// What is needed to admit anybody cannot be reached.
    pub fn busy() -> Self {
        Self::new(
            1013,
            "The shop is busy: connect again in a moment, and go on from the last cursor.",
        )
    }

    /// A reader that does not read.
    pub fn too_slow() -> Self {
        Self::new(
            1013,
            "Messages are not taken in time: connect again, and go on from the last cursor.",
        )
    }

    /// Too much was asked, and again, and again.
    pub fn too_often() -> Self {
        Self::new(
            1013,
            "Too much was asked, again and again: wait as long as the errors said, then connect again.",
        )
    }

    /// Nothing was heard, not even the answer to a ping.
    pub fn silent() -> Self {
        Self::new(
            1013,
            "Nothing was heard for too long: connect again, and go on from the last cursor.",
        )
    }

    /// The client closes.
    pub fn by_client(code: Option<u16>) -> Self {
        Self {
            connection: Connection::Closing,
            // By the specification 1005 stands for a close without a code.
            ..Self::new(code.unwrap_or(1005), "")
        }
    }

    /// The connection is gone.
    pub fn lost() -> Self {
        Self {
            connection: Connection::Lost,
            // By the specification 1006 stands for a connection that was not closed.
            ..Self::new(1006, "")
        }
    }

    /// What was read is no message.
    pub fn unreadable(error: axum::Error) -> Self {
        let error = error.into_inner();
        let close = match error.downcast_ref::<Fault>() {
            Some(Fault::Capacity(CapacityError::MessageTooLong { max_size, .. })) => {
                Self::new(1009, format!("A message has {max_size} bytes at the most."))
            }
            Some(Fault::Utf8(_)) => Self::new(1007, "A text is UTF-8."),
            Some(Fault::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => {
                return Self::lost();
            }
            Some(Fault::Protocol(_)) => Self::new(1002, "That is no WebSocket frame."),
            _ => return Self::lost(),
        };
        Self {
            connection: Connection::Unreadable,
            ..close
        }
    }

    /// The frame, with as much of the reason as it has room for.
    pub fn frame(&self) -> CloseFrame {
        let mut reason = self.reason.as_ref();
        while reason.len() > LONGEST_REASON {
            let mut characters = reason.chars();
            characters.next_back();
            reason = characters.as_str();
        }
        CloseFrame {
            code: self.code,
            reason: reason.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_fits_into_a_frame() {
        let ended = [Ended::Expired, Ended::SignedOut, Ended::RolesChanged];
        let whole = [
            Close::not_acknowledged(),
            Close::bad_token(),
            Close::other_protocol(),
            Close::no_init(),
            Close::id_taken(),
            Close::second_init(),
            Close::going_down(),
            Close::busy(),
            Close::too_slow(),
            Close::too_often(),
            Close::silent(),
        ];
        for close in whole.into_iter().chain(ended.map(Close::may_not_stay)) {
            assert_eq!(close.frame().reason.as_str(), close.reason, "{close:?}");
        }
        let long = Close::bad_message("\u{e9}".repeat(100)).frame();
        assert_eq!(long.reason.as_str(), "\u{e9}".repeat(61));
    }
}
