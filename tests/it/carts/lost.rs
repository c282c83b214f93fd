//! The answer to a COMMIT is lost: what was done is not done again.

use super::{begin, read, stock, variants};
use crate::support::Shop;
use lilium::domains::carts::service::Carts;
use lilium::domains::carts::{CartId, NewCart, NewLine, Ticket};
use lilium::domains::shop::{Directory, InContext};
use lilium::graphql::gid::expect_keyed;
use lilium::platform::db::{Database, Server};
use lilium::platform::outbox::Wake;
use lilium::platform::tasks::Tasks;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use uuid::Uuid;

/// A way to a shop's database on which the answer to one COMMIT can be lost.
struct Lossy {
    server: Server,
    /// The next answer is to be lost.
    loses: Arc<AtomicBool>,
    _folder: TempDir,
}

impl Lossy {
    async fn to(shop: &Shop) -> Self {
        let sql = "SELECT split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'),
            current_user::text, current_database()::text";
        let row = shop.sql().await.query_one(sql, &[]).await.unwrap();
        let [place, port, user, name] = [0, 1, 2, 3].map(|at| row.get::<_, String>(at));
        let socket = format!(".s.PGSQL.{port}");
        let behind = PathBuf::from(place).join(&socket);
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(&socket)).unwrap();
        let loses = Arc::new(AtomicBool::new(false));
        let losing = Arc::clone(&loses);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&behind).await.unwrap();
                tokio::spawn(carry(client, server, Arc::clone(&losing)));
            }
        });
        Self {
            server: Server::on_socket(folder.path(), port.parse().unwrap(), &user, &name),
            loses,
            _folder: folder,
        }
    }

    fn lose(&self) {
        self.loses.store(true, Ordering::SeqCst);
    }

    fn lost(&self) -> bool {
        !self.loses.load(Ordering::SeqCst)
    }
}

/// Carries what both say, until either goes away or an answer is to be lost.
async fn carry(mut client: UnixStream, mut server: UnixStream, loses: Arc<AtomicBool>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            count = client.read(&mut asked) => {
                let Ok(1..) = count else { return };
                let text = &asked[..count.unwrap()];
                server.write_all(text).await.unwrap();
                let commits = text.windows(6).any(|word| word == b"COMMIT");
                if commits && loses.swap(false, Ordering::SeqCst) {
                    assert!(server.read(&mut answered).await.unwrap() > 0);
                    return;
                }
            }
            count = server.read(&mut answered) => {
                let Ok(1..) = count else { return };
                if client.write_all(&answered[..count.unwrap()]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn line(variant_id: Uuid, quantity: i32) -> NewLine {
    NewLine {
        variant_id,
        quantity,
        attributes: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_found_and_answered() {
    let shop = Shop::open().await;
    let client = shop.sql().await;
    let some = variants(&client, 2).await;
    stock(&client, some[1], 3).await;
    let lossy = Lossy::to(&shop).await;
    let database = Database::connect(&lossy.server, 2).unwrap();
    let facts = Directory::new(database.clone()).facts().await.unwrap();
    let context = InContext::settle(&facts, None, None).unwrap();
    let carts = Carts::new(database, Wake::default(), Tasks::default());

    let id = begin(&shop, json!({})).await;
    let (row, secret) = expect_keyed("Cart", &id).unwrap();
    let ticket = Ticket {
        id: CartId(row),
        secret: secret.unwrap(),
    };
    lossy.lose();
    let lines = vec![line(some[0], 2), line(some[1], 5)];
    let warnings = carts.add_lines(ticket.clone(), lines).await.unwrap();
    assert!(lossy.lost());
    assert_eq!(warnings.len(), 1);
    assert_eq!(read(&shop, &id).await["totalQuantity"], 5);
    // The same again is another change.
    let lines = vec![line(some[0], 2)];
    assert_eq!(carts.add_lines(ticket, lines).await.unwrap(), []);
    assert_eq!(read(&shop, &id).await["totalQuantity"], 7);

    lossy.lose();
    let new = NewCart {
        lines: vec![line(some[0], 1)],
        ..NewCart::default()
    };
    let (ticket, _) = carts.create(&context, None, new).await.unwrap();
    assert!(lossy.lost());
    let sql = "SELECT (SELECT array_agg(version ORDER BY id) FROM carts), (SELECT sum(quantity) FROM cart_lines WHERE cart_id = $1),
        (SELECT count(*) FROM (SELECT kind FROM outbox_new UNION ALL SELECT kind FROM events) told WHERE kind = 'cart.changed')";
    let row = client.query_one(sql, &[&ticket.id.0]).await.unwrap();
    assert_eq!(row.get::<_, Vec<i32>>(0), [3, 1]);
    assert_eq!((row.get::<_, i64>(1), row.get::<_, i64>(2)), (1, 4));
}
