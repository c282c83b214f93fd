//! The document of a request and the operation in it that is executed.

use async_graphql::{
    Name, ServerError, Value, Variables,
    parser::{
        Error as ParseError, parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};

use super::{super::guard, refusal::Refusal};
use crate::graphql::error::{ErrorCode, with_code};

/// The operation that a request wants executed.
pub(super) struct Selected<'a> {
    pub name: Option<&'a str>,
    pub definition: &'a OperationDefinition,
}

/// Parses a document whose text is within the limits.
pub(super) fn parse(query: &str, limits: &guard::Limits) -> Result<ExecutableDocument, Refusal> {
    guard::check_text(query, limits)?;
    parse_query(query).map_err(|error| syntax_error(&error).into())
}

/// The parser draws the line at fault, however long it is; the client gets where it is and what was expected.
fn syntax_error(error: &ParseError) -> ServerError {
    let message = match error {
        ParseError::Syntax { message, .. } => {
            let expected = message
                .rsplit_once("= ")
                .map_or("", |(_, expected)| expected);
            format!("Syntax error: {expected}")
                .trim_end_matches([':', ' '])
                .to_owned()
        }
        other => format!("Syntax error: {other}"),
    };
    let mut error_at = with_code(ServerError::new(message, None), ErrorCode::ParseFailed);
    error_at.locations = error.positions().collect();
    error_at
}

/// Finds the operation called `name`, or the only one there is when no name is given.
pub(super) fn select<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<Selected<'a>, Refusal> {
    let mut operations = document.operations.iter().map(|(name, it)| Selected {
        name: name.map(|it| it.as_str()),
        definition: &it.node,
    });
    let found = match (name, &document.operations) {
        (Some(_), _) => operations.find(|it| it.name == name),
        (None, DocumentOperations::Multiple(all)) if all.len() > 1 => None,
        (None, _) => operations.next(),
    };
    found.ok_or_else(|| unresolved(name))
}

fn unresolved(name: Option<&str>) -> Refusal {
    let message = match name {
        Some(name) => format!("The document has no operation named {name:?}."),
        None => "The document has several operations: say which by `operationName`.".to_owned(),
    };
    Refusal::of_request(ErrorCode::OperationResolutionFailure, message)
}

/// What kind of operation it is, as the language calls it.
pub(super) const fn kind(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

/// How an operation came in, and how it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By GET, with one answer.
    Get,
    /// By POST, with one answer.
    Post,
    /// By GET, with events.
    GetEvents,
    /// By POST, with events.
    PostEvents,
    /// By a socket.
    Socket,
}

/// GET must be safe: another site's page can make a browser send one. A subscription has more than one answer.
pub(super) fn check_way(way: Way, kind: OperationType) -> Result<(), Refusal> {
    match (kind, way) {
        (OperationType::Mutation, Way::Get | Way::GetEvents) => Err(Refusal::mutation_by_get()),
        (OperationType::Subscription, Way::Get | Way::Post) => Err(Refusal::of_request(
            ErrorCode::OperationResolutionFailure,
            "Subscriptions are not served as a single answer: subscribe by WebSocket (graphql-transport-ws), or accept text/event-stream.",
        )),
        _ => Ok(()),
    }
}

/// Checks that every variable that must have a value has one. Whether it is of the right type is seen when the
/// document is validated against the schema.
pub(super) fn check_required(
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<(), Refusal> {
    let missing = operation.variable_definitions.iter().find(|definition| {
        let definition = &definition.node;
        let required = !definition.var_type.node.nullable;
        match variables.get(&definition.name.node) {
            None => required && definition.default_value.is_none(),
            Some(value) => required && *value == Value::Null,
        }
    });
    let Some(missing) = missing else {
        return Ok(());
    };
    let message = format!(
        "The variable \"${}\" of type \"{}\" must have a value.",
        missing.node.name.node, missing.node.var_type.node
    );
    let error = ServerError::new(message, Some(missing.pos));
    Err(with_code(error, ErrorCode::BadUserInput).into())
}

/// Whether an operation declares this variable.
pub(super) fn declares(operation: &OperationDefinition, name: &Name) -> bool {
    let mut declared = operation.variable_definitions.iter();
    declared.any(|definition| definition.node.name.node == *name)
}
