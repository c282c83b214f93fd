//! The limit: a server of axum and tokio-postgres that answers what is measured with one hand-written statement each, and the same
//! values as Lilium does. It has no GraphQL, no guard, nobody who signs in, and no counts.
//!
//! It is this program again, as another process. It ends when its standard input does.

mod asked;
mod cart;
mod goods;
mod listing;
mod pool;
mod shape;
mod shelf;

use crate::child::Server;
use axum::Router;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use pool::Pool;
use std::io::Read;
use std::sync::Arc;
use tokio::net::TcpListener;
use uuid::Uuid;

pub use listing::{PAGE, SMALL_PAGE};
pub use pool::connect;

/// Where the measured server is found: pictures have their addresses there.
const ORIGIN: &str = "BENCH_ORIGIN";

/// Where the database is.
const DATABASE: &str = "BENCH_DATABASE";

/// What every answer needs.
pub struct Limit {
    pool: Pool,
    origin: String,
    market: Uuid,
    price_list: Uuid,
    language: String,
}

/// Starts it as a process, beside a server that is found at `origin`.
pub fn start(database: &str, origin: &str) -> Server {
    Server::start("--limit", &[(DATABASE, database), (ORIGIN, origin)])
}

/// The server.
pub async fn serve() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let limit = Arc::new(Limit::open().await);
    let router = Router::new()
        .route("/listing", get(listing::listing))
        .route("/cart", get(cart::read).post(cart::begin))
        .route("/cart/lines", post(cart::add))
        .route("/goods", get(goods::list))
        .route("/product", get(goods::product))
        .route("/shelf", get(shelf::shelf))
        .with_state(limit);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
    axum::serve(listener, router).await.unwrap();
}

impl Limit {
    /// What the shop is does not change while it is measured: it is read once.
    async fn open() -> Self {
        let pool = Pool::open(&std::env::var(DATABASE).unwrap()).await;
        let lent = pool.lend().await;
        let market = "SELECT id, price_list_id FROM markets WHERE is_default";
        let market = lent.client.query_one(market, &[]).await.unwrap();
        drop(lent);
        Self {
            pool,
            origin: std::env::var(ORIGIN).unwrap(),
            market: market.get(0),
            price_list: market.get(1),
            language: "EN".to_owned(),
        }
    }
}
