//! An answer's body, handed out so that its end is the moment when the client took it.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::activity::Asked;

/// As much of an answer is handed out at a time, in bytes. hyper takes a frame as a whole as soon as the client takes a byte of it,
/// and then forgets the answer.
const SLICE: usize = 32 * 1024;

/// What is handed out last of an answer, in bytes: all that is kept of one whose request is done, for a client that takes no more.
const TAIL: usize = 1024;

/// An answer's body: its request is done when it was taken.
#[derive(Debug)]
pub(super) struct Taken {
    body: Body,
    /// What is not handed out of a frame of the body.
    rest: Bytes,
    _asked: Asked,
}

impl Taken {
    pub fn new(body: Body, asked: Asked) -> Self {
        Self {
            body,
            rest: Bytes::new(),
            _asked: asked,
        }
    }

    /// What is handed out next of the frame.
    fn slice(&mut self) -> Frame<Bytes> {
        let left = self.rest.len();
        let length = if left > SLICE {
            SLICE
        } else if left > TAIL && self.body.is_end_stream() {
            left.saturating_sub(TAIL)
        } else {
            left
        };
        Frame::data(self.rest.split_to(length))
    }
}

impl HttpBody for Taken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(self.slice())));
        }
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => frame,
            end => return Poll::Ready(end),
        };
        let frame = match frame.into_data() {
            Ok(data) => {
                self.rest = data;
                self.slice()
            }
            Err(trailers) => trailers,
        };
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = u64::try_from(self.rest.len()).unwrap_or(u64::MAX);
        let body = self.body.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower().saturating_add(rest));
        if let Some(upper) = body.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint
    }
}
