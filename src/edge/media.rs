//! Pictures over HTTP: `/media/<file>/<rendition>`.
//!
//! An address always gives the same bytes, so it may be kept by everybody for good.

use super::conditional::knows;
use super::headers::CROSS_ORIGIN_RESOURCE_POLICY;
use crate::domains::media::{MediaError, MediaService, Rendition, Served};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use uuid::Uuid;

/// For a year, by everybody, without asking again.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// On every answer. Pictures are public, so a page of any origin may show and read them.
const ALWAYS: [(HeaderName, HeaderValue); 2] = [
    (
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("cross-origin"),
    ),
    (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
];

/// The route of pictures, GET and HEAD.
pub fn routes<S>(media: MediaService) -> Router<S> {
    Router::new()
        .route("/media/{file}/{name}", get(serve))
        .with_state(media)
}

type Address = Result<Path<(String, String)>, PathRejection>;

async fn serve(
    State(media): State<MediaService>,
    address: Address,
    request: HeaderMap,
) -> Response {
    let answer = match address
        .ok()
        .and_then(|Path((file, name))| read(&file, &name))
    {
        Some((file, rendition)) => answer(&media, file, rendition, &request).await,
        None => Err(MediaError::NotFound),
    };
    (ALWAYS, answer.unwrap_or_else(|error| refusal(&error))).into_response()
}

/// Reads an address; only in the form in which it is given out, so that caches keep a picture once.
fn read(file: &str, name: &str) -> Option<(Uuid, Rendition)> {
    let id = Uuid::try_parse(file)
        .ok()
        .filter(|id| id.to_string() == file)?;
    Some((id, Rendition::parse(name)?))
}

async fn answer(
    media: &MediaService,
    file: Uuid,
    rendition: Rendition,
    request: &HeaderMap,
) -> Result<Response, MediaError> {
    let served = media.find(file, rendition).await?;
    let headers = picture_headers(&served);
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok());
    if tag.is_some_and(|tag| knows(request, tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, Body::from(media.bytes(&served).await?)).into_response())
}

fn picture_headers(served: &Served) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(served.content_type()),
    );
    headers.insert(CACHE_CONTROL, FOR_GOOD);
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", served.tag())) {
        headers.insert(ETAG, tag);
    }
    headers
}

fn refusal(error: &MediaError) -> Response {
    let (status, text) = match error {
        MediaError::NotFound => (StatusCode::NOT_FOUND, "There is no such picture."),
        MediaError::Busy | MediaError::Database(_) => {
            tracing::warn!(%error, "a picture was not served");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "The shop is busy: try again in a moment.",
            )
        }
        MediaError::Original(..) | MediaError::Render(..) | MediaError::BrokenOff => {
            tracing::error!(%error, "a picture could not be made");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This picture could not be made.",
            )
        }
    };
    let mut response = (status, [(CACHE_CONTROL, NOT_KEPT)], text).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
