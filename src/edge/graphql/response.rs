//! The answer: its status, its headers, and a body of bounded errors.

mod bounded;
mod errors;
mod lasting;
mod sent;
mod status;
mod told;

pub(super) use self::{sent::Written, told::Told};

use std::collections::BTreeMap;

use async_graphql::{Response as Executed, ServerError, Value};
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, ETAG, REFERRER_POLICY, RETRY_AFTER,
        WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
    },
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::{
    bounded::written,
    errors::{count, in_order, presentable},
    sent::too_large,
    status::{request_error_status, says_nothing},
};
use super::{RequestFacts, negotiation::MediaType, refusal::Refusal};
use crate::{
    edge::{conditional::weak_tag, guard::Limits, limits, request_id::RequestId},
    graphql::error::ErrorCode,
};

/// The most errors in one answer. How many more there were stands in `extensions.errorsOmitted`.
const MOST_ERRORS: usize = 20;

/// What public answers vary with.
pub(super) const VARIES: HeaderValue =
    HeaderValue::from_static("Accept, Accept-Encoding, Authorization, Cookie");

/// An answer that is not written yet.
pub(super) struct Answer {
    media_type: MediaType,
    status: StatusCode,
    headers: HeaderMap,
    /// None for a request that was not executed.
    data: Option<Value>,
    errors: Vec<ServerError>,
    extensions: BTreeMap<String, Value>,
    /// Whether it may be kept by whoever passes it on.
    is_public: bool,
}

/// The body, errors first, so that whoever reads it sees them.
#[derive(Serialize)]
struct ResponseBody<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

impl Answer {
    /// The answer to a request that is not executed.
    pub fn refused(refusal: Refusal, media_type: MediaType) -> Self {
        let Refusal {
            status,
            allow,
            error,
        } = refusal;
        let status = status.unwrap_or_else(|| request_error_status(&error, media_type));
        let mut answer = Self::new(status, media_type, None, vec![*error]);
        if let Some(methods) = allow {
            answer
                .headers
                .insert(ALLOW, HeaderValue::from_static(methods));
        }
        answer.ask_for_patience();
        if matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE
        ) {
            // The rest of the body is not read, so nothing else can follow on this connection.
            answer
                .headers
                .insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    /// The answer of the engine.
    pub fn executed(
        response: Executed,
        facts: &RequestFacts,
        limits: &Limits,
        media_type: MediaType,
    ) -> Self {
        let refused =
            response.data == Value::Null && response.errors.iter().all(|it| it.path.is_empty());
        let first_error = response.errors.first().filter(|_| refused);
        let status = match first_error {
            Some(error) => request_error_status(error, media_type),
            None if says_nothing(&response) => StatusCode::SERVICE_UNAVAILABLE,
            None => StatusCode::OK,
        };
        let data = first_error.is_none().then_some(response.data);
        let mut answer = Self::new(status, media_type, data, response.errors);
        answer.ask_for_patience();
        if status == StatusCode::UNAUTHORIZED {
            answer.headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer error=\"invalid_token\""),
            );
        }
        answer.headers.extend(response.http_headers);
        answer.extensions.extend(response.extensions);
        answer
            .named(&facts.request_id)
            .costing(Some(facts.measure.cost), limits)
    }

    /// An event of a subscription.
    pub fn happening(response: Executed, request_id: &RequestId) -> Self {
        let data = (response.data != Value::Null).then_some(response.data);
        let mut answer = Self::new(
            StatusCode::OK,
            MediaType::GraphqlResponse,
            data,
            response.errors,
        );
        answer.extensions.extend(response.extensions);
        answer.name_request(request_id);
        answer
    }

    /// Says what was asked for in rows, when that was measured, and what may be.
    pub fn costing(mut self, requested: Option<usize>, limits: &Limits) -> Self {
        if let Some(requested) = requested {
            let cost = async_graphql::value!({ "requested": requested, "limit": limits.cost });
            self.extensions.insert("cost".to_owned(), cost);
        }
        self
    }

    /// Its status.
    #[cfg(test)]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    fn ask_for_patience(&mut self) {
        let seconds = match self.status {
            StatusCode::SERVICE_UNAVAILABLE => 1,
            StatusCode::TOO_MANY_REQUESTS => self.errors.first().map_or(1, limits::seconds_of),
            _ => return,
        };
        self.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }

    fn new(
        status: StatusCode,
        media_type: MediaType,
        data: Option<Value>,
        errors: Vec<ServerError>,
    ) -> Self {
        let errors = in_order(errors);
        let mut extensions = BTreeMap::new();
        let omitted = errors.len().saturating_sub(MOST_ERRORS);
        if omitted > 0 {
            extensions.insert("errorsOmitted".to_owned(), omitted.into());
        }
        let errors: Vec<ServerError> = errors
            .into_iter()
            .take(MOST_ERRORS)
            .map(presentable)
            .collect();
        errors.iter().for_each(count);
        Self {
            media_type,
            status,
            headers: headers(media_type),
            data,
            errors,
            extensions,
            is_public: false,
        }
    }

    /// Gives our own faults the id under which the log has their cause.
    fn name_request(&mut self, request_id: &RequestId) {
        let ours = |it: &&mut ServerError| ErrorCode::InternalServerError.is_of(it);
        for error in self.errors.iter_mut().filter(ours) {
            if let Some(extensions) = &mut error.extensions {
                extensions.set("requestId", request_id.as_str());
            }
        }
    }

    /// Writes the answer.
    pub fn written(self, request_id: &RequestId) -> Written {
        let Self {
            media_type,
            status,
            mut headers,
            data,
            errors,
            extensions,
            is_public,
        } = self;
        request_id.write_to(&mut headers);
        let body = ResponseBody {
            errors: &errors,
            data: data.as_ref(),
            extensions: &extensions,
        };
        let (status, body) = match written(&body) {
            Ok(body) => (status, body),
            Err(cause) if cause.is_io() => return too_large(media_type, headers, &extensions),
            Err(cause) => {
                tracing::error!(%cause, %request_id, "an answer could not be written");
                (StatusCode::INTERNAL_SERVER_ERROR, Vec::new())
            }
        };
        // Its bytes may be packed on the way.
        if is_public && let Ok(tag) = HeaderValue::from_str(&weak_tag(&Sha256::digest(&body))) {
            headers.insert(ETAG, tag);
        }
        Written::new(status, headers, body, errors.len())
    }
}

/// The headers that every answer has.
pub(super) fn headers(media_type: MediaType) -> HeaderMap {
    let plain: [(HeaderName, &'static str); 4] = [
        (CONTENT_TYPE, media_type.content_type()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    plain
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect()
}
