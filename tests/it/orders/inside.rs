//! The schema asked as somebody who is signed in, without the way that leads there.

use crate::support::{Contents, config, database};
use async_graphql::{Context, EmptySubscription, MergedObject, Object, Request, Result, Variables};
use lilium::app::App;
use lilium::domains::accounts::{CustomerId, Grant, Role, SessionId, UserId, Viewer};
use lilium::domains::orders::graphql::{Order, OrderSortKeys, orders_of};
use lilium::domains::orders::{OrderId, OrderState};
use lilium::domains::shop::{Directory, InContext};
use lilium::graphql::connection::Connection;
use lilium::graphql::gid;
use lilium::graphql::links::Links;
use lilium::graphql::made_of::MadeOf;
use lilium::graphql::page_args::PageArgs;
use lilium::graphql::ready::Ready;
use lilium::graphql::remembered::Remembered;
use lilium::platform::db::StatementCount;
use lilium::schema::{Beside, Mutation, Node, OnlineStorePublishable, Query, attach};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_postgres::Client;
use uuid::Uuid;

/// What no field of the schema does by itself.
#[derive(Default)]
struct Lists;

#[Object]
impl Lists {
    #[expect(clippy::too_many_arguments, reason = "the arguments of every list")]
    async fn orders_of(
        &self,
        ctx: &Context<'_>,
        customer: String,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        reverse: Option<bool>,
        sort_key: Option<OrderSortKeys>,
        states: Option<Vec<OrderState>>,
    ) -> Result<Ready<Connection<Ready<Order>>>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
            reverse,
        };
        let sort = sort_key.unwrap_or(OrderSortKeys::Id);
        let customer = CustomerId(customer.parse().unwrap());
        orders_of(ctx, customer, &args, sort, states).await
    }

    /// An order before and after a change that a mutation makes.
    async fn changed(&self, ctx: &Context<'_>, id: String) -> Result<Vec<Option<Order>>> {
        let (id, secret) = gid::expect_keyed("Order", &id)?;
        let before = Order::readable(ctx, OrderId(id), secret.clone()).await?;
        let change = "UPDATE orders SET note = 'Changed' WHERE id = $1";
        let changed = ctx.data::<Arc<Client>>()?.execute(change, &[&id]).await;
        assert_eq!(changed.unwrap(), 1);
        let after = Order::load(ctx, OrderId(id), secret).await?;
        Ok(vec![before, after])
    }
}

#[derive(MergedObject, Default)]
struct Probe(Query, Lists);

type Schema = async_graphql::Schema<Probe, Mutation, EmptySubscription>;

/// A shop without its edge.
pub struct Inside {
    app: App,
    schema: Schema,
    client: Arc<Client>,
}

/// What was answered.
pub struct Answer {
    pub body: Value,
    pub statements: u32,
}

impl Inside {
    /// With the demo shop.
    pub async fn open() -> Self {
        let app = App::on(config(&[]), database(Contents::Demo).await).unwrap();
        let schema = Schema::build(Probe::default(), Mutation::default(), EmptySubscription)
            .register_output_type::<Node>()
            .register_output_type::<OnlineStorePublishable>()
            .finish();
        let client = Arc::new(app.server.client().await.unwrap());
        Self {
            app,
            schema,
            client,
        }
    }

    /// A connection to its database.
    pub async fn sql(&self) -> tokio_postgres::Client {
        self.app.server.client().await.unwrap()
    }

    /// What is answered to whoever is signed in, if anybody is.
    pub async fn ask(&self, viewer: Option<&Viewer>, query: &str, variables: Value) -> Answer {
        let counter = Arc::new(AtomicU32::new(0));
        let facts = Directory::new(self.app.database.clone())
            .facts()
            .await
            .unwrap();
        let context = InContext::settle(&facts, None, None).unwrap();
        let count = StatementCount::into_counter(Arc::clone(&counter));
        let database = self.app.database.counted(count);
        let request = Request::new(query).variables(Variables::from_json(variables));
        let mut request = attach(
            request,
            &database,
            &context,
            &self.app.services,
            Beside {
                made_of: &MadeOf::default(),
                remembered: &Remembered::default(),
            },
        )
        .data(Links::new("http://api.test", "http://shop.test"))
        .data(Arc::clone(&self.client));
        if let Some(viewer) = viewer {
            request = request.data(viewer.clone());
        }
        let response = self.schema.execute(request).await;
        Answer {
            body: serde_json::to_value(&response).unwrap(),
            statements: counter.load(Ordering::Relaxed),
        }
    }

    /// The data of an operation that must succeed.
    pub async fn data(&self, viewer: Option<&Viewer>, query: &str, variables: Value) -> Value {
        let answer = self.ask(viewer, query, variables).await;
        assert!(
            answer.body.get("errors").is_none(),
            "{:#}\n{query}",
            answer.body
        );
        answer.body["data"].clone()
    }

    /// The code of the first error of an operation that must fail.
    pub async fn refusal(&self, viewer: Option<&Viewer>, query: &str, variables: Value) -> String {
        let answer = self.ask(viewer, query, variables).await;
        let code = &answer.body["errors"][0]["extensions"]["code"];
        code.as_str()
            .unwrap_or_else(|| panic!("no error in {:#}\n{query}", answer.body))
            .to_owned()
    }
}

/// Somebody who is signed in.
pub fn viewer(customer: Uuid, role: Role, vendor: Option<Uuid>) -> Viewer {
    Viewer {
        user_id: UserId::new(),
        session_id: SessionId::new(),
        customer_id: CustomerId(customer),
        email: "somebody@example.com".to_owned(),
        grants: vec![Grant {
            role,
            vendor_id: vendor,
        }],
    }
}
