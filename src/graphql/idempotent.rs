//! `@idempotent(key:)`, and the header `Idempotency-Key`: what makes a repeated request be done once.

use super::error::{ErrorCode, client_error, request_error};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Directive;
use async_graphql::registry::{__DirectiveLocation, MetaDirective, MetaInputValue, Registry};
use async_graphql::{
    Context, ContextDirective, CustomDirective, CustomDirectiveFactory, Error, ResolveFut,
    ServerResult, Value,
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
        .find(|directive| directive.name.node == NAME)
        .and_then(|directive| directive.get_argument("key"));
    let key = match own.map(|value| &value.node) {
        Some(Value::String(key)) => Some(key.clone()),
        _ => ctx
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

#[async_graphql::async_trait::async_trait]
impl CustomDirective for Transparent {
    /// Where it would do nothing it is refused: whoever wrote it believes that it does.
    async fn resolve_field(
        &self,
        ctx: &Context<'_>,
        resolve: ResolveFut<'_>,
    ) -> ServerResult<Option<Value>> {
        let field = ctx.field();
        if TAKING.contains(&field.name()) {
            return resolve.await;
        }
        let message = format!("`{}` takes no `@idempotent`: leave it out.", field.name());
        let mut refused = request_error(ErrorCode::BadUserInput, message);
        refused.locations = vec![ctx.item.pos];
        Err(refused)
    }
}
