//! The messages of `graphql-transport-ws`.

use serde_json::{Map, Value as Json};

use super::{
    super::{json, parameters::Parameters},
    close::Close,
};

/// The longest id of an operation that is taken, in bytes: it is kept, and said with every event.
const LONGEST_ID: usize = 255;

/// What a client says.
#[derive(Debug)]
pub(super) enum Incoming {
    /// `connection_init`, with its payload.
    Init(Map<String, Json>),
    /// `ping`, with its payload.
    Ping(Option<Json>),
    /// `pong`.
    Pong,
    /// `subscribe`: a query, a mutation or a subscription under an id.
    Subscribe(Box<str>, Box<Parameters>),
    /// `complete`: the operation of this id is not wanted any more.
    Complete(Box<str>),
}

impl Incoming {
    /// Reads a message; what is none closes the socket.
    pub fn read(text: &str) -> Result<Self, Close> {
        let bad = |reason| Err(Close::bad_message(reason));
        let mut fields = match json::read(text.as_bytes()) {
            Ok(Json::Object(fields)) => fields,
            Ok(_) => return bad("A message is a JSON object."),
            Err(_) => return bad("The message is not JSON."),
        };
        let kind = match fields.remove("type") {
            Some(Json::String(kind)) => kind,
            _ => return bad("The message has no `type`."),
        };
        match kind.as_str() {
            "connection_init" => Ok(Self::Init(payload(&mut fields)?.unwrap_or_default())),
            "ping" => Ok(Self::Ping(payload(&mut fields)?.map(Json::Object))),
            "pong" => payload(&mut fields).map(|_| Self::Pong),
            "subscribe" => {
                let id = id(&mut fields)?;
                let Some(payload) = payload(&mut fields)? else {
                    return bad("`subscribe` has no `payload`.");
                };
                let parameters = Parameters::from_fields(payload)
                    .map_err(|refusal| Close::bad_message(refusal.error.message))?;
                Ok(Self::Subscribe(id, Box::new(parameters)))
            }
            "complete" => id(&mut fields).map(Self::Complete),
            _ => bad("The message has an unknown `type`."),
        }
    }
}

fn id(fields: &mut Map<String, Json>) -> Result<Box<str>, Close> {
    match fields.remove("id") {
        Some(Json::String(id)) if id.is_empty() => Err(Close::bad_message("The `id` is empty.")),
        Some(Json::String(id)) if id.len() <= LONGEST_ID => Ok(id.into()),
        Some(Json::String(_)) => Err(Close::bad_message("The `id` is longer than 255 bytes.")),
        _ => Err(Close::bad_message("The message has no `id`.")),
    }
}

fn payload(fields: &mut Map<String, Json>) -> Result<Option<Map<String, Json>>, Close> {
    match fields.remove("payload") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err(Close::bad_message("The `payload` is not an object.")),
    }
}

/// The answer to `connection_init`.
pub(super) const ACK: &str = r#"{"type":"connection_ack"}"#;

/// The answer to `ping`.
pub(super) fn pong(payload: Option<&Json>) -> String {
    payload.map_or_else(
        || r#"{"type":"pong"}"#.to_owned(),
        |payload| format!(r#"{{"type":"pong","payload":{payload}}}"#),
    )
}

/// What an operation says: `next` with an answer, or `error` with its errors.
pub(super) fn of_operation(id: &str, kind: &'static str, payload: Vec<u8>) -> String {
    // What JSON writes is UTF-8.
    let payload = String::from_utf8(payload).unwrap_or_default();
    let id = Json::from(id);
    format!(r#"{{"id":{id},"type":"{kind}","payload":{payload}}}"#)
}

/// An operation has said everything.
pub(super) fn complete(id: &str) -> String {
    format!(r#"{{"id":{},"type":"complete"}}"#, Json::from(id))
}

#[cfg(test)]
mod tests {
    use super::super::super::persisted::Wanted;
    use super::*;

    #[test]
    fn what_a_client_may_say_is_read() {
        for (text, read) in [
            (r#"{"type":"connection_init"}"#, "Init({})"),
            (r#"{"type":"connection_init","payload":null}"#, "Init({})"),
            (
                r#"{"type":"connection_init","payload":{"a":1}}"#,
                "Init({\"a\": Number(1)})",
            ),
            (r#"{"type":"ping"}"#, "Ping(None)"),
            (r#"{"type":"pong","payload":{}}"#, "Pong"),
            (r#"{"type":"complete","id":"1"}"#, "Complete(\"1\")"),
        ] {
            assert_eq!(format!("{:?}", Incoming::read(text).unwrap()), read);
        }
        let text = r#"{"id":"x","type":"subscribe","payload":{"query":"{a}","variables":null}}"#;
        let Incoming::Subscribe(id, parameters) = Incoming::read(text).unwrap() else {
            panic!("{text}");
        };
        assert_eq!(
            (&*id, &parameters.document),
            ("x", &Wanted::Text("{a}".to_owned()))
        );
    }

    #[test]
    fn what_is_said_is_json() {
        let json = |text: String| serde_json::from_str::<Json>(&text).unwrap();
        let said = json(of_operation("a\"b", "next", b"{\"data\":null}".to_vec()));
        assert_eq!(
            said,
            serde_json::json!({ "id": "a\"b", "type": "next", "payload": { "data": null } })
        );
        assert_eq!(
            json(complete("\u{1}")),
            serde_json::json!({ "id": "\u{1}", "type": "complete" })
        );
        assert_eq!(
            json(pong(Some(&Json::from(1)))),
            serde_json::json!({ "type": "pong", "payload": 1 })
        );
    }
}
