//! The parameters of a request: `query`, `operationName`, `variables`, `extensions`, and what each may be.

use async_graphql::{Extensions, Value, Variables};
use serde_json::{Map, Value as Json};

use super::{json, persisted::Wanted, refusal::Refusal};

/// What a client sends to have an operation executed.
#[derive(Debug)]
pub(super) struct Parameters {
    pub document: Wanted,
    pub operation_name: Option<String>,
    pub variables: Variables,
    pub extensions: Extensions,
}

impl Parameters {
    /// Reads the body of a POST.
    pub fn from_json(body: &[u8]) -> Result<Self, Refusal> {
        match json::read(body) {
            Ok(Json::Object(fields)) => Self::from_fields(fields),
            Ok(Json::Array(_)) => Err(Refusal::bad_request(
                "Batches are not served: send one operation in each request.",
            )),
            Ok(_) => Err(Refusal::bad_request("The body must be a JSON object.")),
            Err(error) => Err(Refusal::bad_request(format!(
                "The body is not JSON: {error}."
            ))),
        }
    }

    /// Reads the query string of a GET, in which `variables` and `extensions` are JSON text.
    pub fn from_query_string(query: &str) -> Result<Self, Refusal> {
        let mut fields = Map::new();
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            let value = match &*name {
                "query" | "operationName" | "documentId" | "doc_id" | "id" => {
                    Json::String(text.into_owned())
                }
                "variables" | "extensions" => json_parameter(&name, &text)?,
                _ => continue,
            };
            if fields.insert(name.to_string(), value).is_some() {
                return Err(Refusal::bad_request(format!("`{name}` is given twice.")));
            }
        }
        Self::from_fields(fields)
    }

    /// Other parameters are left for what the specification may bring.
    pub fn from_fields(mut fields: Map<String, Json>) -> Result<Self, Refusal> {
        let query = take_text(&mut fields, "query")?.filter(|query| !query.is_empty());
        let id = take_id(&mut fields)?;
        let extensions = extensions(take_object(&mut fields, "extensions")?);
        let operation_name = take_text(&mut fields, "operationName")?;
        Ok(Self {
            document: Wanted::of(query, id, &extensions)?,
            operation_name: operation_name.filter(|name| !name.is_empty()),
            variables: Variables::from_value(take_object(&mut fields, "variables")?),
            extensions,
        })
    }
}

fn json_parameter(name: &str, text: &str) -> Result<Json, Refusal> {
    if text.is_empty() {
        return Ok(Json::Null);
    }
    json::read(text.as_bytes())
        .map_err(|error| Refusal::bad_request(format!("`{name}` is not JSON: {error}.")))
}

fn take_text(fields: &mut Map<String, Json>, name: &str) -> Result<Option<String>, Refusal> {
    match fields.remove(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::bad_request(format!("`{name}` must be a string."))),
    }
}

/// What names a document: `documentId` in the specification of GraphQL over HTTP, `doc_id` or `id` where Relay is used.
fn take_id(fields: &mut Map<String, Json>) -> Result<Option<String>, Refusal> {
    let mut found = None;
    for name in ["documentId", "doc_id", "id"] {
        let id = take_text(fields, name)?.filter(|id| !id.is_empty());
        if found.is_some() && id.is_some() {
            return Err(Refusal::bad_request("The document is named twice."));
        }
        found = found.or(id);
    }
    Ok(found)
}

fn take_object(fields: &mut Map<String, Json>, name: &str) -> Result<Value, Refusal> {
    let must = || Refusal::bad_request(format!("`{name}` must be a JSON object."));
    match fields.remove(name) {
        None | Some(Json::Null) => Ok(Value::Null),
        Some(json @ Json::Object(_)) => Value::from_json(json).map_err(|_| must()),
        Some(_) => Err(must()),
    }
}

fn extensions(value: Value) -> Extensions {
    match value {
        Value::Object(fields) => Extensions(
            fields
                .into_iter()
                .map(|(name, value)| (name.to_string(), value))
                .collect(),
        ),
        _ => Extensions::default(),
    }
}
