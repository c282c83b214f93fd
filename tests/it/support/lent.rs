//! Takes a test's databases back when the test is over. A run makes hundreds of them; kept until its end they fill the disk of a small
//! machine.

use lilium::platform::db::Server;
use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Names of databases whose tests are over.
static OVER: OnceLock<Sender<String>> = OnceLock::new();

/// What this thread borrowed. A test has a thread of its own, and so has every worker of its runtime: all end with it.
struct Lent(Vec<String>);

thread_local! {
    static LENT: RefCell<Lent> = const { RefCell::new(Lent(Vec::new())) };
}

impl Drop for Lent {
    fn drop(&mut self) {
        for name in self.0.drain(..) {
            if let Some(over) = OVER.get() {
                // Nobody takes them any more: the run is over.
                let _ = over.send(name);
            }
        }
    }
}

/// Remembers that the database of this name is the running test's.
pub fn to_this_thread(name: &str, postgres: &Server) {
    OVER.get_or_init(|| begin(postgres.clone()));
    LENT.with_borrow_mut(|lent| lent.0.push(name.to_owned()));
}

/// Begins to drop databases on a thread of its own.
fn begin(postgres: Server) -> Sender<String> {
    let (over, names) = channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(drop_them(&postgres, &names));
    });
    over
}

/// Drops what comes in, one after the other. A database that cannot be dropped stays: it costs room and no test.
async fn drop_them(postgres: &Server, names: &Receiver<String>) {
    while let Ok(name) = names.recv() {
        let Ok(client) = postgres.client().await else {
            continue;
        };
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let _ = client.batch_execute(&drop).await;
    }
}
