//! What is known of a request when it is executed.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Directive, OperationDefinition, OperationType, Selection},
};
use axum::http::HeaderMap;

use crate::graphql::made_of::MadeOf;
use crate::platform::telemetry::spans::Trail;

use super::{
    super::{cookies::Cookies, guard::Measure, request_id::RequestId},
    document::Selected,
    parsed::Validity,
    prepare::Sender,
};

/// What the engine gets to know of a request, beside the operation itself.
#[derive(Debug, Clone)]
pub struct RequestFacts {
    /// The id that the answer and the log carry.
    pub request_id: RequestId,
    /// The headers of the HTTP request; of a socket those that its handshake had and that are of use.
    pub headers: Arc<HeaderMap>,
    /// The address that the connection came from, a proxy's perhaps; absent where there is no socket.
    pub client: Option<IpAddr>,
    /// What cookies have to do with it.
    pub cookies: Cookies,
    /// The name of the operation that is executed, when it has one.
    pub operation_name: Option<String>,
    /// Whether it is a query, a mutation or a subscription.
    pub operation_type: OperationType,
    /// How many fields stand at the root of the operation; a fragment there counts as several.
    pub root_fields: usize,
    /// The names of the fields at its root, those in fragments included, each once.
    pub roots: Vec<Name>,
    /// The directives on the operation, in the order they are written. They are not validated yet.
    pub directives: Vec<OperationDirective>,
    /// What the operation asks for.
    pub measure: Measure,
    /// Where the engine counts the SQL statements that it sends.
    pub statements: Arc<AtomicU32>,
    /// Where the engine notes what the answer is made of.
    pub made_of: MadeOf,
    /// What is known of whether its document is valid.
    pub validity: Validity,
    /// What is done for it, when requests are traced.
    pub trail: Option<Arc<Trail>>,
}

impl RequestFacts {
    pub(super) fn new(
        request_id: RequestId,
        sender: &Sender,
        selected: &Selected<'_>,
        variables: &Variables,
        measure: Measure,
        roots: Vec<Name>,
        validity: Validity,
    ) -> Self {
        Self {
            request_id,
            headers: Arc::clone(&sender.headers),
            client: sender.client,
            cookies: sender.cookies,
            operation_name: selected.name.map(str::to_owned),
            operation_type: selected.definition.ty,
            root_fields: root_fields(selected.definition),
            roots,
            directives: resolved_directives(selected.definition, variables),
            measure,
            statements: Arc::default(),
            made_of: MadeOf::default(),
            validity,
            trail: Trail::begin(),
        }
    }

    /// The operation's directive of this name, as `inContext`.
    #[must_use]
    pub fn directive(&self, name: &str) -> Option<&OperationDirective> {
        self.directives.iter().find(|it| it.name == name)
    }

    /// How many SQL statements the engine has counted.
    #[must_use]
    pub fn statement_count(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }
}

/// A directive on an operation, with the variables in its arguments replaced by their values.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationDirective {
    /// The name, without the `@`.
    pub name: String,
    /// The arguments that have a value. One that is a variable without a value is not there.
    pub arguments: BTreeMap<String, Value>,
}

fn root_fields(operation: &OperationDefinition) -> usize {
    let count = |item: &Positioned<Selection>| match item.node {
        Selection::Field(_) => 1,
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => 2,
    };
    operation.selection_set.node.items.iter().map(count).sum()
}

fn resolved_directives(
    operation: &OperationDefinition,
    variables: &Variables,
) -> Vec<OperationDirective> {
    let resolve = |directive: &Directive| OperationDirective {
        name: directive.name.node.to_string(),
        arguments: resolved_arguments(directive, operation, variables),
    };
    operation
        .directives
        .iter()
        .map(|it| resolve(&it.node))
        .collect()
}

fn resolved_arguments(
    directive: &Directive,
    operation: &OperationDefinition,
    variables: &Variables,
) -> BTreeMap<String, Value> {
    let value_of = |name: Name| variable(&name, operation, variables).ok_or(());
    directive
        .arguments
        .iter()
        .filter_map(|(name, value)| {
            let value = value.node.clone().into_const_with(value_of).ok()?;
            Some((name.node.to_string(), value))
        })
        .collect()
}

fn variable(name: &Name, operation: &OperationDefinition, variables: &Variables) -> Option<Value> {
    let definitions = &operation.variable_definitions;
    let definition = definitions.iter().find(|it| it.node.name.node == *name)?;
    let default = definition.node.default_value.as_ref().map(|it| &it.node);
    variables.get(name).or(default).cloned()
}
