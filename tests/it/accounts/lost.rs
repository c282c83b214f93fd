//! A connection that is lost while it commits: what was done is not done again, and nobody is taken for a thief.

use super::{PASSWORD, number};
use crate::support::{Contents, Shop, config};
use lilium::domains::accounts::service::{Access, Accounts, SignUpInput};
use lilium::domains::accounts::{ClientAddress, Password};
use lilium::platform::db::{Database, Server};
use lilium::platform::tasks::Tasks;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

const ADA: &str = "ada.lovelace@example.com";

/// What stands between the shop and PostgreSQL, and loses the answer to a commit when it is told to.
struct Wire {
    server: Server,
    loses: Arc<AtomicBool>,
}

impl Wire {
    async fn to(shop: &Shop) -> Self {
        let sql = "SELECT current_user::text, current_database()::text, \
             current_setting('unix_socket_directories') || '/.s.PGSQL.' || current_setting('port')";
        let row = shop.sql().await.query_one(sql, &[]).await.unwrap();
        let part = |column| row.get::<_, String>(column);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("postgres://{}@127.0.0.1:{port}/{}", part(0), part(1));
        let (socket, loses) = (part(2), Arc::new(AtomicBool::new(false)));
        let loses_too = Arc::clone(&loses);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&loses_too)));
            }
        });
        Self {
            server: Server::at(&url).unwrap(),
            loses,
        }
    }

    fn accounts(&self) -> Accounts {
        let access = Access::of(&config(&[]), Tasks::default());
        Accounts::new(Database::connect(&self.server, 2).unwrap(), access)
    }

    /// The next commit is made, and nobody hears of it.
    fn lose(&self) {
        self.loses.store(true, Ordering::SeqCst);
    }

    fn has_lost(&self) -> bool {
        !self.loses.load(Ordering::SeqCst)
    }
}

async fn pass(client: TcpStream, server: UnixStream, loses: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there =
        tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut bytes = [0; 16 * 1024];
    while let Ok(length @ 1..) = from_server.read(&mut bytes).await {
        let said = &bytes[..length];
        let committed = said.windows(7).any(|part| part == b"COMMIT\0");
        if committed && loses.swap(false, Ordering::SeqCst) {
            break;
        }
        if to_client.write_all(said).await.is_err() {
            break;
        }
    }
    there.abort();
}

fn password() -> Password {
    Password::new(PASSWORD.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_is_answered_though_the_answer_was_lost() {
    let shop = Shop::with(Contents::Demo, &[]).await;
    let before = number(&shop, "SELECT count(*) FROM users").await;
    let wire = Wire::to(&shop).await;
    let (accounts, nowhere) = (wire.accounts(), ClientAddress::default());
    let ended = "SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL";
    let begun = "SELECT count(*) FROM sessions";

    wire.lose();
    let input = SignUpInput {
        email: ADA.to_owned(),
        password: password(),
        first_name: String::new(),
        last_name: String::new(),
    };
    let signed_up = accounts.sign_up(input, nowhere).await.unwrap();
    assert!(wire.has_lost());
    let after = number(&shop, "SELECT count(*) FROM users").await;
    assert_eq!((after - before, number(&shop, begun).await), (1, 1));

    wire.lose();
    let refreshed = accounts.refresh(&signed_up.tokens.refresh).await.unwrap();
    assert!(wire.has_lost());
    assert_eq!(
        number(&shop, "SELECT count(*) FROM refresh_tokens").await,
        2
    );
    assert_eq!(number(&shop, ended).await, 0);
    let again = accounts.refresh(&refreshed.tokens.refresh).await.unwrap();

    wire.lose();
    accounts.sign_in(ADA, password(), nowhere).await.unwrap();
    assert!(wire.has_lost());
    assert_eq!(number(&shop, begun).await, 2);

    wire.lose();
    let new = Password::new("a better password".to_owned());
    let changed = accounts.change_password(&again.viewer, password(), new, nowhere);
    let changed = changed.await.unwrap();
    assert!(wire.has_lost());
    assert_eq!(
        (number(&shop, begun).await, number(&shop, ended).await),
        (3, 2)
    );
    accounts.refresh(&changed.tokens.refresh).await.unwrap();

    // A thief is told all the same.
    let stolen = accounts.refresh(&changed.tokens.refresh).await;
    assert!(stolen.unwrap_err().to_string().contains("over"));
    assert_eq!(number(&shop, ended).await, 3);
}
