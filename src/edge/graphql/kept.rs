//! Answers to guests that are kept, and how they are written.

use std::time::Duration;

use axum::http::{
    HeaderName, HeaderValue, StatusCode,
    header::{AGE, CACHE_CONTROL, ETAG, VARY},
};

use super::{
    Engine, execution,
    http::Making,
    response::{VARIES, Written, headers},
};
use crate::{
    edge::answers::{Answers, Asked, Kept, Lead, Question},
    graphql::{
        made_of::MadeOf,
        tags::{Kind, Tag},
    },
    platform::{clock, telemetry::metrics},
};

/// How long nginx keeps an answer: it does not look at `Age`, and would take what makes up for it for more time.
const NGINX: HeaderName = HeaderName::from_static("x-accel-expires");

/// Gives the answer that is kept, or makes it and keeps it when it may be.
pub(super) async fn give<E: Engine>(engine: &E, answers: &Answers, making: &mut Making) -> Written {
    let (query, facts) = (&making.query, &making.facts);
    let question = execution::question(engine, &making.operation, query, facts);
    match question.await {
        Ok(mut question) => match answers.ask(&mut question).await {
            Asked::Kept(kept) => {
                execution::bring(engine, &making.facts, making.brought.take()).await;
                written(&kept, making)
            }
            Asked::Make(lead) => make(engine, answers, (question, lead), making).await,
        },
        Err(bypass) => {
            metrics().answer_bypassed(bypass.reason());
            let answer = making.made(engine).await.public(making.age);
            answer.written(&making.facts.request_id)
        }
    }
}

async fn make<E: Engine>(
    engine: &E,
    answers: &Answers,
    (question, lead): (Question, Option<Lead>),
    making: &mut Making,
) -> Written {
    let made_of = MadeOf::noted();
    making.facts.made_of = made_of.clone();
    let answer = making.made(engine).await;
    if !answer.is_whole() {
        // What passes is tried again by one of those who wait: all at once would keep a shop busy that is.
        if answer.goes_wrong_again() {
            answers.failed(&question).await;
        }
        return answer.public(making.age).written(&making.facts.request_id);
    }
    let Some(tags) = made_of.tags() else {
        answers.cannot_keep(&question).await;
        return answer.public(making.age).written(&making.facts.request_id);
    };
    let answer = if question.tells_tags {
        let shop = [Tag::All(Kind::Shop)];
        answer.tagged(&[tags.as_slice(), &shop].concat())
    } else {
        answer
    };
    let own = answer.public(making.age).written(&making.facts.request_id);
    // Too long to be written is found out only then.
    if own.errors > 0 || own.response.status() != StatusCode::OK {
        answers.failed(&question).await;
        return own;
    }
    match answers.keep(&question, tags, own.body.clone(), lead).await {
        Some(kept) => written(&kept, making),
        None => own,
    }
}

/// An answer that is kept, as it is sent.
fn written(kept: &Kept, making: &Making) -> Written {
    let mut headers = headers(making.media_type);
    making.facts.request_id.write_to(&mut headers);
    if !making.age.is_zero() {
        let age = kept.age(clock::now());
        let tag = HeaderValue::from_str(&kept.etag);
        if let (Ok(public), Ok(tag)) = (public(making.age, age), tag) {
            headers.insert(CACHE_CONTROL, public);
            headers.insert(AGE, HeaderValue::from(age.as_secs()));
            headers.insert(NGINX, HeaderValue::from(making.age.as_secs()));
            headers.insert(ETAG, tag);
            headers.insert(VARY, VARIES);
        }
    }
    Written::new(StatusCode::OK, headers, kept.body.clone(), 0)
}

/// Others may use an answer as long as if it had been made now: it was asked a moment ago whether it holds. What they count from when it
/// was made, they count by `Age`.
fn public(
    lasts: Duration,
    age: Duration,
) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
    let (lasts, age) = (lasts.as_secs(), age.as_secs());
    let all = lasts.saturating_add(age);
    HeaderValue::from_str(&format!(
        "public, max-age={all}, stale-while-revalidate={lasts}"
    ))
}
