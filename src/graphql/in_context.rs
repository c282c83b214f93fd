//! `@inContext(country, language)`: for whom an operation is answered.
//!
//! The directive stands on the operation, where async-graphql runs no directive of ours; the edge reads its arguments before
//! execution, and what is here only makes the schema know it.

use super::codes::{CountryCode, LanguageCode};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Directive;
use async_graphql::registry::{__DirectiveLocation, MetaDirective, MetaInputValue, Registry};
use async_graphql::{
    ContextDirective, CustomDirective, CustomDirectiveFactory, InputType, ServerError, ServerResult,
};
use std::borrow::Cow;

/// Name of the directive.
pub const NAME: &str = "inContext";

/// Declares the directive in the schema.
pub struct InContextDirective;

impl CustomDirectiveFactory for InContextDirective {
    fn name(&self) -> Cow<'static, str> {
        NAME.into()
    }

    fn register(&self, registry: &mut Registry) {
        let mut args = IndexMap::new();
        let country = <Option<CountryCode> as InputType>::create_type_info(registry);
        let language = <Option<LanguageCode> as InputType>::create_type_info(registry);
        for (name, ty, description) in [
            (
                "country",
                country,
                "The country of the buyer: decides the market and with it the prices.",
            ),
            (
                "language",
                language,
                "The language of the texts; what has no translation comes in the shop's base language.",
            ),
        ] {
            args.insert(name.to_owned(), argument(name, ty, description));
        }
        registry.add_directive(MetaDirective {
            name: NAME.to_owned(),
            description: Some(
                "For whom the operation is answered: in which country and language.".to_owned(),
            ),
            locations: vec![
                __DirectiveLocation::QUERY,
                __DirectiveLocation::MUTATION,
                __DirectiveLocation::SUBSCRIPTION,
            ],
            args,
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
        // Never asked for: the directive may not stand on a field.
        Err(ServerError::new(
            "`@inContext` stands on an operation.",
            None,
        ))
    }
}

fn argument(name: &str, ty: String, description: &str) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        ty,
        deprecation: async_graphql::registry::Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}
