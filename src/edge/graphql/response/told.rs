//! Answers as sockets and event streams tell them.

use axum::http::StatusCode;

use super::{Answer, MediaType, Refusal, ResponseBody, errors::too_large_error, written};
use crate::{
    edge::{request_id::RequestId, request_log::RequestLog},
    graphql::error::{ErrorCode, internal_request_error},
};
use async_graphql::ServerError;

/// An answer as it is told by a socket or an event stream, with what the log says of it.
#[derive(Debug)]
pub(in crate::edge::graphql) struct Told {
    /// The answer in JSON: the whole of it where `data` is in it, else the list of its errors.
    pub json: Vec<u8>,
    /// Whether there is data; without, nothing follows.
    pub has_data: bool,
    /// How many errors it tells.
    pub errors: usize,
    /// Whether one of them is that nobody is signed in.
    pub unauthenticated: bool,
    /// Whether something could not be reached, which passes by itself.
    pub passes: bool,
    /// Whether it is that too much was asked.
    pub too_often: bool,
    /// The status that it would have by itself.
    pub status: StatusCode,
}

impl Answer {
    /// Writes the answer for a socket or an event stream.
    pub fn told(self, request_id: &RequestId) -> Told {
        let body = ResponseBody {
            errors: &self.errors,
            data: self.data.as_ref(),
            extensions: &self.extensions,
        };
        let json = match &self.data {
            Some(_) => written(&body),
            None => written(&self.errors),
        };
        let unauthenticated = |it: &ServerError| ErrorCode::Unauthenticated.is_of(it);
        let passes = |it: &ServerError| ErrorCode::ServiceUnavailable.is_of(it);
        match json {
            Ok(json) => Told {
                json,
                has_data: self.data.is_some(),
                errors: self.errors.len(),
                unauthenticated: self.errors.iter().any(unauthenticated),
                passes: self.errors.iter().any(passes),
                too_often: self.status == StatusCode::TOO_MANY_REQUESTS,
                status: self.status,
            },
            Err(cause) if cause.is_io() => Self::error(too_large_error()).told(request_id),
            Err(cause) => {
                tracing::error!(%cause, %request_id, "an answer could not be written");
                Self::error(internal_request_error()).told(request_id)
            }
        }
    }

    /// What is told of an operation that is refused, whose line in the log is written.
    pub fn refused_told(refusal: Refusal, log: RequestLog) -> Told {
        let answer = Self::refused(refusal, MediaType::GraphqlResponse).named(log.request_id());
        let told = answer.told(log.request_id());
        log.finish(told.status, told.errors, 0);
        told
    }

    /// The same, its faults of ours with the id of their request.
    pub fn named(mut self, request_id: &RequestId) -> Self {
        self.name_request(request_id);
        self
    }

    /// Only this error.
    pub fn error(error: ServerError) -> Self {
        Self::refused(error.into(), MediaType::GraphqlResponse)
    }
}
