//! A schema of things that hold a number, and of what stands beside them.

use crate::graphql::budget::charge;
use crate::graphql::connection::{Connection, Placed};
use crate::graphql::error::{ErrorCode, client_error};
use crate::graphql::page_args::{Order, PageArgs};
use crate::graphql::ready::{Asked, Held, Holds, Ready, ReadyList, Shown, Table, text, value};
use crate::platform::db::{Key, KeyKind};
use async_graphql::{
    Context, CustomDirective, Directive, Interface, Object, ResolveFut, Result, ServerResult,
    Union, Value,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

/// How many resolvers of things were called.
#[derive(Clone, Default)]
pub(super) struct Calls(pub(super) Arc<AtomicUsize>);

fn called(ctx: &Context<'_>) {
    let calls = ctx.data_unchecked::<Calls>();
    calls.0.fetch_add(1, Ordering::Relaxed);
}

/// A number, and those below it.
#[derive(Clone)]
pub(super) struct Thing(i32);

#[Object]
impl Thing {
    async fn number(&self, ctx: &Context<'_>) -> i32 {
        called(ctx);
        self.0
    }

    pub async fn name(&self, ctx: &Context<'_>) -> String {
        called(ctx);
        format!("thing {}", self.0)
    }

    async fn below(&self, ctx: &Context<'_>) -> Option<Thing> {
        called(ctx);
        (self.0 > 0).then(|| Thing(self.0 - 1))
    }

    async fn cut(&self, ctx: &Context<'_>, at: i32) -> Result<String> {
        called(ctx);
        cut(self.0, at)
    }

    async fn many(&self, ctx: &Context<'_>, count: usize) -> Vec<Thing> {
        called(ctx);
        charge(ctx, count).await;
        vec![self.clone(); count.min(2)]
    }

    /// Is in no table, and is not answered at once.
    async fn slow(&self, ctx: &Context<'_>) -> Ready<Thing> {
        called(ctx);
        tokio::task::yield_now().await;
        Ready(Thing(self.0 + 100))
    }
}

fn cut(number: i32, at: i32) -> Result<String> {
    let all = format!("thing {number}");
    let at = usize::try_from(at);
    let at = at.map_err(|_| client_error(ErrorCode::BadUserInput, "negative"))?;
    Ok(all.chars().take(at).collect())
}

impl Holds for Thing {
    const FIELDS: Table<Self> = &[
        ("number", |thing, _| value(&thing.0)),
        ("name", |thing, _| text(format!("thing {}", thing.0))),
        ("below", |thing, asked| {
            let below = (thing.0 > 0).then(|| Thing(thing.0 - 1));
            asked.object_or_null(below.as_ref())
        }),
        ("cut", |thing, asked| {
            text(cut(thing.0, asked.argument("at")?)?)
        }),
        ("many", |thing, asked| {
            let count: usize = asked.argument("count")?;
            asked.charge(count)?;
            asked.list(&vec![thing.clone(); count.min(2)])
        }),
    ];
    const ORDINARY: &'static [&'static str] = &["slow"];
}

/// Another type.
pub(super) struct Other;

#[Object]
impl Other {
    async fn name(&self) -> String {
        "other".to_owned()
    }
}

impl Holds for Other {
    const FIELDS: Table<Self> = &[("name", |_, _| text("other"))];
}

#[derive(Union)]
pub(super) enum Either {
    Thing(Ready<Thing>),
    Other(Other),
}

impl Shown for Either {
    fn shown(&self, asked: &Asked<'_, '_>) -> Held {
        match self {
            Self::Thing(thing) => asked.member("Either", &thing.0),
            Self::Other(other) => asked.member("Either", other),
        }
    }
}

#[derive(Interface)]
#[graphql(field(name = "name", ty = "String"))]
pub(super) enum Named {
    Thing(Thing),
}

/// Things and others, in turn.
pub(super) struct Mixture;

#[Object]
impl Mixture {
    async fn items(&self, ctx: &Context<'_>) -> Vec<Either> {
        called(ctx);
        mixed()
    }
}

fn mixed() -> Vec<Either> {
    vec![
        Either::Thing(Ready(Thing(1))),
        Either::Other(Other),
        Either::Thing(Ready(Thing(2))),
    ]
}

impl Holds for Mixture {
    const FIELDS: Table<Self> = &[("items", |_, asked| asked.list(&mixed()))];
}

#[derive(Default)]
pub(super) struct Query;

#[Object]
impl Query {
    async fn thing(&self) -> Ready<Thing> {
        Ready(Thing(3))
    }

    async fn things(&self) -> ReadyList<Thing> {
        (1..=3).map(Thing).collect()
    }

    async fn mixture(&self) -> Ready<Mixture> {
        Ready(Mixture)
    }

    async fn page(&self, first: i32) -> Result<Ready<Connection<Ready<Thing>>>> {
        let order = Order {
            name: "NUMBER",
            kind: KeyKind::Int,
            descending: false,
        };
        let args = PageArgs {
            first: Some(first),
            ..PageArgs::default()
        };
        let slice = args.slice(order)?;
        let placed = (1..=5_u8).map(|number| Placed {
            key: Key::Int(i64::from(number)),
            id: Uuid::from_u128(u128::from(number)),
            item: Ready(Thing(i32::from(number))),
        });
        Ok(Ready(Connection::of_all(placed.collect(), &slice, order)))
    }
}

/// A directive that is obeyed while fields are resolved.
pub(super) struct Loud;

#[async_trait::async_trait]
impl CustomDirective for Loud {
    async fn resolve_field(
        &self,
        _: &Context<'_>,
        resolve: ResolveFut<'_>,
    ) -> ServerResult<Option<Value>> {
        Ok(resolve.await?.map(|value| match value {
            Value::String(text) => Value::String(text.to_uppercase()),
            other => other,
        }))
    }
}

#[Directive(location = "Field")]
pub(super) fn loud() -> impl CustomDirective {
    Loud
}
