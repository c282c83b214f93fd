//! `@idempotent(key:)`, and the header `Idempotency-Key`: what makes a repeated request be done once.

use super::error::{ErrorCode, client_error, request_error};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::registry::{__DirectiveLocation, MetaDirective, MetaInputValue, Registry};
use async_graphql::{
    Context, ContextDirective, CustomDirective, CustomDirectiveFactory, Error, Positioned,
    ServerError, ServerResult, Value,
};
use std::borrow::Cow;

/// Name of the directive.
const NAME: &str = "idempotent";

/// The fields that take a key: those that move money or stock.
const TAKING: [&str; 7] = [
    "checkoutComplete",
    "orderCancel",
    "vendorOrderAccept",
    "vendorOrderDeliver",
    "vendorOrderPrepare",
    "vendorOrderReject",
    "vendorOrderShip",
];

/// The longest key, in characters.
const LONGEST_KEY: usize = 255;

/// The key that the request's header gave, for its one mutation.
#[derive(Debug, Clone, Default)]
pub struct HeaderKey(pub Option<String>);

/// The key of the field that is being resolved: its directive's, else the header's.
///
/// # Errors
/// `BAD_USER_INPUT` when the key is empty, too long or not printable ASCII.
pub fn key(ctx: &Context<'_>) -> Result<Option<String>, Error> {
    let directives = ctx
        .field()
        .directives()
        .map_err(|error| client_error(ErrorCode::BadUserInput, error.message))?;
    let own = directives
        .iter()
        .find(|directive| directive.name.node == NAME);
    let key = match own.map(|directive| directive.get_argument("key").map(|value| &value.node)) {
        Some(Some(Value::String(key))) => Some(key.clone()),
        // Whoever wrote the directive believes that there is a key.
        Some(_) => Some(String::new()),
        None => ctx
            .data_opt::<HeaderKey>()
            .and_then(|header| header.0.clone()),
    };
    match key {
        Some(key) if !is_key(&key) => Err(client_error(
            ErrorCode::BadUserInput,
            format!(
                "An idempotency key is 1 to {LONGEST_KEY} printable ASCII characters, such as a UUID."
            ),
        )),
        key => Ok(key),
    }
}

fn is_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// Declares the directive in the schema.
pub struct IdempotentDirective;

impl CustomDirectiveFactory for IdempotentDirective {
    fn name(&self) -> Cow<'static, str> {
        NAME.into()
    }

    fn register(&self, registry: &mut Registry) {
        let argument = MetaInputValue {
            name: "key".to_owned(),
            description: Some(
                "What tells this request from others: 1 to 255 characters, such as a UUID."
                    .to_owned(),
            ),
            ty: "String!".to_owned(),
            deprecation: async_graphql::registry::Deprecation::NoDeprecated,
            default_value: None,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            is_secret: false,
            directive_invocations: Vec::new(),
        };
        registry.add_directive(MetaDirective {
            name: NAME.to_owned(),
            description: Some(
                "Makes a mutation that moves money or stock be done once, however often it is sent with this key: each time \
                 the same outcome is answered. The same key with another input is refused. A key is kept for seven days. In a \
                 document with one mutation field, the header `Idempotency-Key` does the same."
                    .to_owned(),
            ),
            locations: vec![__DirectiveLocation::FIELD],
            args: IndexMap::from([("key".to_owned(), argument)]),
            is_repeatable: false,
            visible: None,
            composable: None,
        });
    }

    fn create(
        &self,
        _: &ContextDirective<'_>,
        _: &Directive,
    ) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(Transparent))
    }
}

/// The directive changes nothing by itself: the resolver asks for its key.
struct Transparent;

impl CustomDirective for Transparent {}

/// What is wrong with the use of the directive in a document, before any of it is executed: on a field where it would do nothing,
/// whoever wrote it would believe that it does.
#[must_use]
pub fn misplaced(document: &ExecutableDocument) -> Option<ServerError> {
    let operations = document
        .operations
        .iter()
        .map(|(_, it)| &it.node.selection_set);
    let fragments = document.fragments.values().map(|it| &it.node.selection_set);
    let field = operations
        .chain(fragments)
        .find_map(|set| stray(&set.node))?;
    let name = &field.node.name.node;
    let message = format!("`{name}` takes no `@idempotent`: leave it out.");
    let mut refused = request_error(ErrorCode::BadUserInput, message);
    refused.locations = vec![field.pos];
    Some(refused)
}

/// The first field with the directive that takes none.
fn stray(set: &SelectionSet) -> Option<&Positioned<Field>> {
    set.items.iter().find_map(|item| match &item.node {
        Selection::Field(field) => {
            let keyed = field
                .node
                .directives
                .iter()
                .any(|it| it.node.name.node == NAME);
            if keyed && !TAKING.contains(&field.node.name.node.as_str()) {
                return Some(field);
            }
            stray(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => stray(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => None,
    })
}
