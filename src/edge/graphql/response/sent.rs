//! An answer as it is sent.

use std::collections::BTreeMap;

use async_graphql::Value;
use axum::{
    body::Body,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_TYPE, ETAG},
    },
    response::Response,
};
use bytes::Bytes;

use super::{
    MediaType, ResponseBody,
    errors::{count, too_large_error},
    status::request_error_status,
};
use crate::edge::conditional::knows;

/// An answer as it is sent, with what the log says of it.
pub(in crate::edge::graphql) struct Written {
    /// What is sent.
    pub response: Response,
    /// Its body.
    pub body: Bytes,
    /// How many errors it tells.
    pub errors: usize,
}

impl Written {
    pub fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: impl Into<Bytes>,
        errors: usize,
    ) -> Self {
        let body = body.into();
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Self {
            response,
            body,
            errors,
        }
    }

    /// Without a body when the client has it already, as its `If-None-Match` says.
    pub fn unless_known(mut self, request: &HeaderMap) -> Self {
        let tag = self.response.headers().get(ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok());
        if tag.is_some_and(|tag| knows(request, tag)) {
            *self.response.status_mut() = StatusCode::NOT_MODIFIED;
            *self.response.body_mut() = Body::empty();
            self.response.headers_mut().remove(CONTENT_TYPE);
        }
        self
    }
}

/// Instead of an answer that is too long to be sent: as if the request had been refused.
pub(super) fn too_large(
    media_type: MediaType,
    headers: HeaderMap,
    extensions: &BTreeMap<String, Value>,
) -> Written {
    let error = too_large_error();
    count(&error);
    let status = request_error_status(&error, media_type);
    let body = ResponseBody {
        errors: &[error],
        data: None,
        extensions,
    };
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Written::new(status, headers, body, 1)
}
