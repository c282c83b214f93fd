//! The body of a POST, bounded in bytes and in time while it comes in.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, header::CONTENT_LENGTH},
};
use bytes::BytesMut;
use futures_util::StreamExt;

use super::{Settings, refusal::Refusal};

/// How many bodies' worth of bytes are let pass unread after a body was refused.
const PATIENCE_BODIES: usize = 32;

/// How long bytes are let pass unread after a body was refused.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads the whole body, and refuses it as soon as it is known to be too long or too slow.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    settings: &Settings,
) -> Result<BytesMut, Refusal> {
    let limit = settings.body_bytes;
    let mut chunks = body.into_data_stream();
    let read = match declared_length(headers) {
        Some(length) if length > limit => Ok(Err(Refusal::body_too_large(limit))),
        _ => tokio::time::timeout(settings.body_deadline, collect(&mut chunks, limit)).await,
    };
    match read {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(refusal)) => {
            tokio::spawn(tokio::time::timeout(PATIENCE, let_pass(chunks, limit)));
            Err(refusal)
        }
        Err(_) => Err(Refusal::body_too_slow()),
    }
}

async fn collect(chunks: &mut BodyDataStream, limit: usize) -> Result<BytesMut, Refusal> {
    let mut body = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refusal::bad_request("The body broke off."))?;
        if body.len() + chunk.len() > limit {
            return Err(Refusal::body_too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Takes bytes off the connection while the answer is on its way: many clients read no answer before they have sent
/// their request, and a connection closed under them is no clear error.
async fn let_pass(mut chunks: BodyDataStream, limit: usize) {
    let mut left = limit.saturating_mul(PATIENCE_BODIES);
    while let Some(Ok(chunk)) = chunks.next().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
