//! What a walk over ready objects lacks is fetched in rounds, of which there are so many: what lies deeper is answered all the same.

use crate::support::{Contents, database};
use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Object, Request, Result, Schema, Value,
};
use diesel::QueryResult;
use lilium::graphql::batch::{Batch, Loader, Loaders};
use lilium::graphql::made_of::MadeOf;
use lilium::graphql::ready::{Holds, Ordinary, Ready, ReadyList, Table, value};
use lilium::platform::db::{Conn, Database};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As many rounds as one walk has.
const ROUNDS: usize = 8;

/// As deep as documents may be.
const DEEPEST: usize = 20;

/// How many statements there would have been, and how many resolvers were called.
#[derive(Clone, Default)]
struct Counts {
    statements: Arc<AtomicUsize>,
    resolvers: Arc<AtomicUsize>,
}

/// The number after one, which only a loader knows.
struct Next(Counts);

impl Batch for Next {
    type Key = i32;
    type Value = i32;

    async fn load(&self, _: &mut Conn, keys: Vec<i32>) -> QueryResult<HashMap<i32, i32>> {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
        Ok(keys.into_iter().map(|key| (key, key + 1)).collect())
    }

    fn made_of(&self, _: &i32, _: Option<&i32>, _: &MadeOf) {}
}

/// A number in a chain without an end.
#[derive(Clone)]
struct Link(i32);

#[Object]
impl Link {
    async fn number(&self) -> i32 {
        self.0
    }

    async fn next(&self, ctx: &Context<'_>) -> Result<Option<Ready<Link>>> {
        let counts = ctx.data::<Counts>()?;
        counts.resolvers.fetch_add(1, Ordering::Relaxed);
        let next = ctx.data::<Loader<Next>>()?.load(self.0).await?;
        Ok(next.map(|number| Ready(Link(number))))
    }
}

impl Holds for Link {
    const FIELDS: Table<Self> = &[
        ("number", |link, _| value(&link.0)),
        ("next", |link, asked| {
            let next = asked.loaded::<Next>(link.0)?.map(Link);
            asked.object_or_null(next.as_ref())
        }),
    ];
}

struct Query;

#[Object]
impl Query {
    async fn link(&self) -> Ready<Link> {
        Ready(Link(0))
    }

    async fn links(&self) -> ReadyList<Link> {
        [0, 1_000, 2_000].into_iter().map(Link).collect()
    }
}

/// What is answered to a chain that is `deep`, how many statements that took, and how many resolvers of links.
async fn chain(field: &str, deep: usize, ordinary: bool) -> (Value, usize, usize) {
    let server = database(Contents::Bare).await;
    let database = Database::connect(&server, 2).unwrap();
    let counts = Counts::default();
    let loaders = Loaders::new(&database, &MadeOf::noted());
    let document = format!(
        "{{ {field} {{ number {}number {}}} }}",
        "next { ".repeat(deep),
        "} ".repeat(deep)
    );
    let request = Request::new(document)
        .data(counts.clone())
        .data(loaders.of(Next(counts.clone())));
    let request = match ordinary {
        true => request.data(Ordinary),
        false => request,
    };
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    let response = schema.execute(request).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    (
        response.data,
        counts.statements.load(Ordering::Relaxed),
        counts.resolvers.load(Ordering::Relaxed),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_deeper_than_a_walk_fetches_is_answered_alike() {
    for deep in [1, ROUNDS, ROUNDS + 1, 2 * ROUNDS + 1, DEEPEST] {
        // A walk begins anew below each resolver.
        let (ready, statements, resolvers) = chain("link", deep, false).await;
        assert_eq!(resolvers, (deep - 1) / ROUNDS, "of {deep}");
        // Nothing is asked for twice.
        assert_eq!(statements, deep, "of {deep}");
        let (ordinary, statements, resolvers) = chain("link", deep, true).await;
        assert_eq!(ready, ordinary);
        assert_eq!((statements, resolvers), (deep, deep));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_deeper_below_a_list_is_answered_alike_and_in_step() {
    for deep in [1, ROUNDS, ROUNDS + 1, 2 * ROUNDS + 1, DEEPEST] {
        // The list as a whole first, then each item by a walk of its own.
        let (ready, statements, resolvers) = chain("links", deep, false).await;
        let walks = (deep - 1) / ROUNDS;
        assert_eq!(resolvers, walks.saturating_sub(1) * 3, "of {deep}");
        assert_eq!(statements, deep, "of {deep}");
        let (ordinary, statements, resolvers) = chain("links", deep, true).await;
        assert_eq!(ready, ordinary);
        assert_eq!((statements, resolvers), (deep, 3 * deep));
    }
}
