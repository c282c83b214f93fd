//! GraphQL over WebSocket: the subprotocol `graphql-transport-ws`.
//!
//! A socket is one task (`session`) that hears the client, its operations (`operations`) and its deadlines. The
//! messages are in `message`, the ends in `close`, the deadlines in `clock`.

mod clock;
mod close;
mod message;
mod operations;
mod session;

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, WebSocketUpgrade},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method,
        header::{AUTHORIZATION, HOST, ORIGIN, UPGRADE, USER_AGENT},
        request::Parts,
    },
    response::Response,
};

use self::session::Session;
use super::{
    super::{limits::Neighbour, request_id::RequestId, request_log::RequestLog},
    Engine, Gate, http,
    prepare::Sender,
    refusal::Refusal,
    streams::Place,
};

/// The one subprotocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";

/// The buffer for what comes in, in bytes: a socket is idle most of the time, and its messages are short.
const READ_BUFFER: usize = 512;

/// The headers of the handshake that are of use afterwards. Those that are one request's, as its id and its idempotency key, are
/// no operation's.
const KEPT: [HeaderName; 5] = [
    AUTHORIZATION,
    HOST,
    ORIGIN,
    USER_AGENT,
    HeaderName::from_static("x-forwarded-for"),
];

/// Whether a request wants to become a socket.
pub(super) fn is_wanted(parts: &Parts) -> bool {
    let upgrade = parts.headers.get(UPGRADE).and_then(|it| it.to_str().ok());
    parts.method == Method::GET
        && upgrade.is_some_and(|it| it.trim().eq_ignore_ascii_case("websocket"))
}

/// Shakes hands, and begins the session, or refuses the request.
pub(super) async fn open<E: Engine>(engine: &E, gate: &Gate, mut parts: Parts) -> Response {
    let request_id = RequestId::of(&parts.headers);
    let neighbour = super::neighbour(engine, &parts);
    let (upgrade, place) = match admit(gate, &mut parts, neighbour).await {
        Ok(admitted) => admitted,
        Err(refusal) => return http::refused(refusal, RequestLog::start(request_id)),
    };
    let live = engine.settings().live;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(live.message_bytes)
        .max_frame_size(live.message_bytes);
    let (upgrade, speaks) = agree(upgrade);
    let session = Session::new(
        engine.clone(),
        sender(&mut parts),
        neighbour,
        place,
        gate.documents.clone(),
        request_id.clone(),
    );
    drop(parts);
    let mut response = upgrade.on_upgrade(move |socket| session.run(socket, speaks));
    request_id.write_to(response.headers_mut());
    response
}

async fn admit(
    gate: &Gate,
    parts: &mut Parts,
    neighbour: Option<Neighbour>,
) -> Result<(WebSocketUpgrade, Place), Refusal> {
    if !gate.origins.admit(&parts.headers) {
        return Err(Refusal::foreign_origin());
    }
    let upgrade = WebSocketUpgrade::from_request_parts(parts, &())
        .await
        .map_err(|rejection| {
            let message = format!("That is no handshake: {}.", rejection.body_text());
            Refusal::no_handshake(rejection.status(), message)
        })?;
    let place = gate.streams.enter(neighbour)?;
    Ok((upgrade, place))
}

/// Agrees on the subprotocol. Whoever does not speak it is answered in what they speak, since many clients take any other answer for
/// a broken connection, and told by the code with which they are closed.
fn agree(upgrade: WebSocketUpgrade) -> (WebSocketUpgrade, bool) {
    let mut upgrade = upgrade.protocols([PROTOCOL]);
    let speaks = upgrade.selected_protocol().is_some();
    let other = upgrade.requested_protocols().next().cloned();
    if let (false, Some(other)) = (speaks, other) {
        upgrade.set_selected_protocol(other);
    }
    (upgrade, speaks)
}

/// Whom the handshake came from, in memory of its own: its headers are parts of the buffer that the whole request was read into.
fn sender(parts: &mut Parts) -> Sender {
    let Sender {
        headers,
        client,
        cookies,
    } = Sender::of(parts);
    let kept = headers.iter().filter(|(name, _)| KEPT.contains(name));
    let copied = kept.filter_map(|(name, value)| {
        let mut copy = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        copy.set_sensitive(value.is_sensitive());
        let name = KEPT.into_iter().find(|kept| kept == name)?;
        Some((name, copy))
    });
    let copied: Vec<_> = copied.collect();
    let mut headers = HeaderMap::with_capacity(copied.len());
    for (name, value) in copied {
        headers.append(name, value);
    }
    Sender {
        headers: Arc::new(headers),
        client,
        cookies,
    }
}
