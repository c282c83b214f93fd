//! What a server says to PostgreSQL, written down on the way: each statement with its values, as the protocol carries them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::config::Host;

/// The code of a request for TLS, which comes before the first message proper.
const TLS: i32 = 80_877_103;

/// One statement that was run.
#[derive(Debug, Clone)]
pub struct Sent {
    /// On which connection.
    pub connection: usize,
    /// Its text.
    pub sql: String,
    /// The types that its values were said to have, by number; 0 where PostgreSQL was to find out.
    pub types: Vec<u32>,
    /// Its values as bytes; none for NULL. Absent altogether for what is sent as plain text, such as `BEGIN`.
    pub values: Option<Vec<Option<Vec<u8>>>>,
}

/// Stands between a server and PostgreSQL.
pub struct Recorder {
    /// Where the server finds its database.
    pub url: String,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Recorder {
    /// Before the database of this address, which is behind a unix socket.
    pub async fn before(url: &str) -> Self {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let Some(Host::Unix(folder)) = config.get_hosts().first() else {
            panic!("the bench's own PostgreSQL listens on a unix socket");
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let socket = folder.join(format!(".s.PGSQL.{port}"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        let sent = Arc::default();
        tokio::spawn(accept(listener, socket, Arc::clone(&sent)));
        Self {
            url: format!("postgres://{user}@{here}/{database}?sslmode=disable"),
            sent,
        }
    }

    /// All that was sent since the last time.
    pub fn take(&self) -> Vec<Sent> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut sent)
    }
}

async fn accept(listener: TcpListener, socket: PathBuf, sent: Arc<Mutex<Vec<Sent>>>) {
    for connection in 0.. {
        let (client, _) = listener.accept().await.unwrap();
        client.set_nodelay(true).unwrap();
        let server = UnixStream::connect(&socket).await.unwrap();
        let sent = Arc::clone(&sent);
        tokio::spawn(async move {
            // It ends with an error when either goes away: that is how connections end.
            let _ = between(connection, client, server, sent).await;
        });
    }
}

async fn between(
    connection: usize,
    mut client: TcpStream,
    mut server: UnixStream,
    sent: Arc<Mutex<Vec<Sent>>>,
) -> std::io::Result<()> {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let back = tokio::io::copy(&mut from_server, &mut to_client);
    let forth = async {
        // The first message has no letter, and neither has a request for TLS before it.
        loop {
            let length = from_client.read_i32().await?;
            let code = from_client.read_i32().await?;
            let mut rest = vec![0; length as usize - 8];
            from_client.read_exact(&mut rest).await?;
            to_server.write_i32(length).await?;
            to_server.write_i32(code).await?;
            to_server.write_all(&rest).await?;
            if code != TLS {
                break;
            }
        }
        let mut statements = HashMap::new();
        loop {
            let letter = from_client.read_u8().await?;
            let length = from_client.read_i32().await?;
            let mut body = vec![0; length as usize - 4];
            from_client.read_exact(&mut body).await?;
            if let Some(said) = said(connection, letter, &body, &mut statements) {
                sent.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(said);
            }
            let mut whole = Vec::with_capacity(body.len() + 5);
            whole.push(letter);
            whole.extend(length.to_be_bytes());
            whole.extend(body);
            to_server.write_all(&whole).await?;
        }
    };
    tokio::select! {
        ended = back => ended.map(|_| ()),
        ended = forth => ended,
    }
}

/// What a message has run.
fn said(
    connection: usize,
    letter: u8,
    body: &[u8],
    statements: &mut HashMap<String, (String, Vec<u32>)>,
) -> Option<Sent> {
    let mut body = Body(body);
    match letter {
        b'Q' => Some(Sent {
            connection,
            sql: body.text(),
            types: Vec::new(),
            values: None,
        }),
        b'P' => {
            let (name, sql) = (body.text(), body.text());
            let types = (0..body.short()).map(|_| body.long() as u32).collect();
            statements.insert(name, (sql, types));
            None
        }
        b'B' => {
            let _portal = body.text();
            let (sql, types) = statements.get(&body.text())?.clone();
            for _ in 0..body.short() {
                assert_eq!(body.short(), 1, "a value that is not binary");
            }
            let values = (0..body.short()).map(|_| body.value()).collect();
            Some(Sent {
                connection,
                sql,
                types,
                values: Some(values),
            })
        }
        _ => None,
    }
}

/// A message that is read from its beginning on.
struct Body<'a>(&'a [u8]);

impl Body<'_> {
    fn bytes(&mut self, count: usize) -> &[u8] {
        let (bytes, rest) = self.0.split_at(count);
        self.0 = rest;
        bytes
    }

    fn short(&mut self) -> i16 {
        i16::from_be_bytes(self.bytes(2).try_into().unwrap())
    }

    fn long(&mut self) -> i32 {
        i32::from_be_bytes(self.bytes(4).try_into().unwrap())
    }

    fn text(&mut self) -> String {
        let length = self.0.iter().position(|byte| *byte == 0).unwrap();
        let text = String::from_utf8(self.bytes(length).to_vec()).unwrap();
        self.bytes(1);
        text
    }

    fn value(&mut self) -> Option<Vec<u8>> {
        let length = usize::try_from(self.long()).ok()?;
        Some(self.bytes(length).to_vec())
    }
}
