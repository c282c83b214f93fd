//! How long an answer lasts: whether others may keep it, and whether it would be the same again.

use std::time::Duration;

use async_graphql::Value;
use axum::http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, SET_COOKIE, VARY},
};

use super::{Answer, VARIES};
use crate::graphql::{error::ErrorCode, tags::Tag};

impl Answer {
    /// Lets whoever passes the answer on keep it for `age`, when it is whole.
    pub fn public(mut self, age: Duration) -> Self {
        if self.status == StatusCode::OK && self.errors.is_empty() && !age.is_zero() {
            let public = format!("public, max-age={}", age.as_secs());
            if let Ok(public) = HeaderValue::from_str(&public) {
                self.headers.insert(CACHE_CONTROL, public);
                self.headers.insert(VARY, VARIES);
                self.is_public = true;
            }
        }
        self
    }

    /// Whether it is all that was asked for, and sets nothing with whoever asked.
    pub fn is_whole(&self) -> bool {
        self.status == StatusCode::OK
            && self.data.is_some()
            && self.errors.is_empty()
            && !self.headers.contains_key(SET_COOKIE)
    }

    /// Whether it went wrong and will do so again: not for want of time, room or the database, which pass.
    pub fn goes_wrong_again(&self) -> bool {
        const PASSING: [ErrorCode; 2] = [ErrorCode::ServiceUnavailable, ErrorCode::Timeout];
        let passes = |error| PASSING.iter().any(|code| code.is_of(error));
        !self.errors.is_empty() && !self.errors.iter().any(passes)
    }

    /// Says what it was made of.
    pub fn tagged(mut self, tags: &[Tag]) -> Self {
        let shown = tags.iter().filter(|tag| tag.is_public());
        let shown: Vec<Value> = shown.map(|tag| Value::from(tag.to_string())).collect();
        self.extensions
            .insert("cacheTags".to_owned(), Value::List(shown));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::graphql::negotiation::MediaType;
    use crate::graphql::error::request_error;

    fn answer(codes: &[ErrorCode]) -> Answer {
        let errors = codes.iter().map(|code| request_error(*code, code.as_str()));
        let data = Some(Value::Null);
        Answer::new(
            StatusCode::OK,
            MediaType::GraphqlResponse,
            data,
            errors.collect(),
        )
    }

    #[test]
    fn what_is_wrong_with_a_document_is_wrong_again_and_what_passes_is_not() {
        use ErrorCode::{BadUserInput, InternalServerError, ServiceUnavailable, Timeout};
        assert!(answer(&[]).is_whole());
        for (codes, again) in [
            (&[][..], false),
            (&[BadUserInput], true),
            (&[InternalServerError], true),
            (&[Timeout], false),
            (&[BadUserInput, ServiceUnavailable], false),
        ] {
            let answer = answer(codes);
            assert_eq!(answer.goes_wrong_again(), again, "{codes:?}");
            assert_eq!(answer.is_whole(), codes.is_empty(), "{codes:?}");
        }
    }
}
