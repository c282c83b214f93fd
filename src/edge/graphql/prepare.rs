//! From parameters, however they came in, to an operation that is ready to be executed.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_graphql::{Extensions, Request as Operation, Variables, parser::types::OperationType};
use axum::{
    extract::ConnectInfo,
    http::{
        HeaderMap,
        header::{AUTHORIZATION, COOKIE},
        request::Parts,
    },
};

use super::{
    super::{cookies::Cookies, guard, request_log::RequestLog},
    Engine, RequestFacts,
    document::{self, Way},
    parameters::Parameters,
    persisted::{Brought, Documents, Found},
    refusal::Refusal,
    roots, single_root,
    slim::slim,
};

/// Whom an operation comes from.
#[derive(Clone)]
pub(super) struct Sender {
    /// The headers of the HTTP request.
    pub headers: Arc<HeaderMap>,
    /// The address that the connection came from.
    pub client: Option<IpAddr>,
    /// What cookies have to do with it.
    pub cookies: Cookies,
}

impl Sender {
    /// Takes the headers out of a request.
    pub fn of(parts: &mut Parts) -> Self {
        let mut headers = std::mem::take(&mut parts.headers);
        // What is printed of headers, if ever, is not what gives access.
        for (name, value) in &mut headers {
            value.set_sensitive([AUTHORIZATION, COOKIE].contains(name));
        }
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Self {
            headers: Arc::new(headers),
            client: address.map(|ConnectInfo(address)| address.ip()),
            cookies: parts.extensions.get().copied().unwrap_or_default(),
        }
    }
}

/// An operation that is ready to be executed.
pub(super) struct Prepared {
    pub operation: Operation,
    pub facts: RequestFacts,
    /// The text of the document, which the operation does not have any more: it is kept once.
    pub query: Arc<str>,
    /// Whether the request named its document.
    pub named: bool,
    /// The document, when it is to be kept once it was executed: what is none of the schema's is not worth the room.
    pub brought: Option<Brought>,
}

/// Finds the document, and checks everything that can be checked without the schema.
pub(super) async fn prepare<E: Engine>(
    engine: &E,
    documents: &Documents,
    way: Way,
    sender: &Sender,
    parameters: Parameters,
    log: &mut RequestLog,
) -> Result<Prepared, Refusal> {
    let Parameters {
        document,
        operation_name,
        variables,
        extensions,
    } = parameters;
    log.note_operation(operation_name.as_deref(), "");
    let found = documents.find(document).await?;
    let rest = Rest {
        operation_name,
        variables,
        extensions,
    };
    let mut prepared = check(engine, documents, way, (sender, &found), rest, log)?;
    prepared.brought = documents.brought_by(&found).await;
    Ok(prepared)
}

/// What a request says beside its document.
struct Rest {
    operation_name: Option<String>,
    variables: Variables,
    extensions: Extensions,
}

fn check<E: Engine>(
    engine: &E,
    documents: &Documents,
    way: Way,
    (sender, found): (&Sender, &Found),
    rest: Rest,
    log: &mut RequestLog,
) -> Result<Prepared, Refusal> {
    let settings = engine.settings();
    let limits = &settings.limits;
    let Rest {
        operation_name,
        mut variables,
        extensions,
    } = rest;
    let parsed = documents.parse(&found.text, limits)?;
    let mut document = parsed.document.clone();
    let selected = document::select(&document, operation_name.as_deref())?;
    log.note_operation(selected.name, document::kind(selected.definition.ty));
    document::check_way(way, selected.definition.ty)?;
    guard::check_variables(&variables, limits)?;
    document::check_required(selected.definition, &variables)?;
    // What the operation does not declare is of no use, and would be kept with a subscription.
    variables.retain(|name, _| document::declares(selected.definition, name));
    let measure = guard::measure(&document, selected.definition, &variables, limits);
    log.note_measure(&measure);
    let measure = measure?;
    if measure.introspects && !settings.introspection {
        return Err(Refusal::introspection_disabled());
    }
    let roots = roots::of(&document, selected.definition);
    let in_fragment = single_root::check(&document, selected.definition)?;

    log.note_roots(&roots);
    log.note_parent(sender.client, &sender.headers);
    let facts = RequestFacts::new(
        log.request_id().clone(),
        sender,
        &selected,
        &variables,
        measure,
        roots,
        documents.validity(
            &parsed,
            selected.definition,
            &variables,
            engine.input_types(),
        ),
    );
    log.note_trail(facts.trail.clone());
    if let Some(field) = in_fragment {
        single_root::lift(&mut document, facts.operation_name.as_deref(), field);
    }
    if facts.operation_type == OperationType::Subscription {
        slim(&mut document);
    }
    let mut operation = Operation::new(String::new()).variables(variables);
    operation.operation_name.clone_from(&facts.operation_name);
    operation.extensions = extensions;
    operation.set_parsed_query(document);
    Ok(Prepared {
        operation,
        facts,
        query: Arc::clone(&found.text),
        named: found.named,
        brought: None,
    })
}
