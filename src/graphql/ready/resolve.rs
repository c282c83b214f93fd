//! An object as an answer has it: what it holds at once, what it lacks when it was fetched, the rest by its resolvers.

use super::Holds;
use super::plan::Plan;
use super::walk::{Held, Lacks, Stop, Walk};
use async_graphql::indexmap::IndexMap;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{ContextSelectionSet, Name, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::join_all;

/// How often what is lacking is fetched before the rest is left to the resolvers, which begin walks of their own further below.
///
/// There are as many rounds as loaders stand one below the other on the deepest way through the document, since one walk asks for all
/// that it finds lacking. Storefronts come to three or four of them: the variants of a product, the picture of one, a shelf, its
/// ancestors. A document may be twenty fields deep, and one that was written to be dear makes every one of them a round. Each walks over
/// everything anew: the largest answer there may be, of 300,000 values, in some fifteen milliseconds. So there are twice as many as anybody
/// needs, and an eighth of a second of such work at the most.
pub(super) const MOST_ROUNDS: usize = 8;

/// Resolves an object. What is whole at the first walk makes no future but this one.
pub(super) async fn object<T: Holds>(
    ctx: &ContextSelectionSet<'_>,
    object: &T,
) -> ServerResult<Value> {
    let Some(plan) = Plan::of::<T>(ctx) else {
        return resolve_container(ctx, object).boxed().await;
    };
    let mut parts = vec![Err(Stop::Lacking); plan.entries().len()];
    let lacks = walk(ctx, object, &plan, &mut parts);
    if parts.iter().any(Result::is_err) {
        rest(ctx, object, &plan, &mut parts, lacks).boxed().await;
    }
    Ok(assembled(&plan, parts))
}

/// Walks over the fields that have no value yet.
fn walk<'a, T: Holds>(
    ctx: &'a ContextSelectionSet<'a>,
    object: &T,
    plan: &Plan<'a>,
    parts: &mut [Held],
) -> Lacks<'a> {
    let walk = Walk::new(ctx);
    for ((_, entry), part) in plan.entries().zip(parts.iter_mut()) {
        if *part == Err(Stop::Lacking) {
            *part = walk.attempt(|| walk.entry(object, entry));
        }
        if *part == Err(Stop::Over) {
            break;
        }
    }
    walk.lacks()
}

/// Fetches what is lacking as long as that is all that is missing, and leaves the rest to the resolvers.
async fn rest<'a, T: Holds>(
    ctx: &'a ContextSelectionSet<'a>,
    object: &T,
    plan: &Plan<'a>,
    parts: &mut [Held],
    mut lacks: Lacks<'a>,
) {
    let mut rounds = 0;
    while !lacks.is_empty() && rounds < MOST_ROUNDS && only_lacking(parts) {
        fetched(lacks).await;
        lacks = walk(ctx, object, plan, parts);
        rounds += 1;
    }
    drop(lacks);
    if parts.contains(&Err(Stop::Over)) {
        over().await;
    }
    by_resolvers(ctx, object, plan, parts).await;
}

fn only_lacking(parts: &[Held]) -> bool {
    let mut stops = parts.iter().filter_map(|part| part.as_ref().err());
    stops.all(|stop| *stop == Stop::Lacking)
}

/// Fetches what is lacking: all loaders at once, each all that was asked of it.
pub(super) async fn fetched(lacks: Lacks<'_>) {
    join_all(lacks.into_iter().map(|(_, fetching)| fetching)).await;
}

/// Waits for the execution to be dropped: its budget is used up, and that was told.
pub(super) async fn over() {
    std::future::pending::<()>().await;
}

/// Asks the resolvers of the fields that have no value yet, as the library does.
async fn by_resolvers<'a, T: Holds>(
    ctx: &'a ContextSelectionSet<'a>,
    object: &T,
    plan: &Plan<'a>,
    parts: &mut [Held],
) {
    let mut resolving = Vec::new();
    let missing = plan.entries().zip(parts.iter()).enumerate();
    for (at, ((_, entry), _)) in missing.filter(|(_, (_, part))| part.is_err()) {
        for field in entry.fields() {
            let resolved = async move {
                let ctx = ctx.with_field(field);
                (at, object.resolve_field(&ctx).await)
            };
            resolving.push(resolved.boxed());
        }
    }
    // All at once, and told in the order of the selection, so that equal keys are merged in that order.
    for (at, resolved) in join_all(resolving).await {
        let value = match resolved {
            Ok(value) => value.unwrap_or_default(),
            Err(error) => {
                ctx.add_error(error);
                continue;
            }
        };
        match parts.get_mut(at) {
            Some(Ok(before)) => merge(before, value),
            Some(part) => *part = Ok(value),
            None => {}
        }
    }
}

/// Puts a further value of the same key into the one that is there, as the library does.
fn merge(before: &mut Value, more: Value) {
    match (before, more) {
        (Value::Object(fields), Value::Object(more)) => {
            for (key, value) in more {
                put(fields, key, value);
            }
        }
        (Value::List(items), Value::List(more)) => {
            for (item, more) in items.iter_mut().zip(more) {
                if matches!((&*item, &more), (Value::Object(_), Value::Object(_))) {
                    merge(item, more);
                }
            }
        }
        _ => {}
    }
}

fn put(fields: &mut IndexMap<Name, Value>, key: Name, value: Value) {
    match fields.get_mut(&key) {
        Some(before) => merge(before, value),
        None => {
            fields.insert(key, value);
        }
    }
}

/// The object of its parts, in the order of the selection. What failed is left out: the answer's nulls are set by the edge.
fn assembled(plan: &Plan<'_>, parts: Vec<Held>) -> Value {
    let mut fields = IndexMap::with_capacity(parts.len());
    for ((key, _), part) in plan.entries().zip(parts) {
        if let Ok(value) = part {
            fields.insert(key.clone(), value);
        }
    }
    if fields.is_empty() {
        Value::Null
    } else {
        Value::Object(fields)
    }
}
