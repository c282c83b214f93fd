//! What a loader knows without a statement. Nobody is there: whoever asks the database fails.

use super::*;
use crate::graphql::tags::{Kind, Tag};
use crate::platform::db::Server;
use uuid::Uuid;

const KEY: Uuid = Uuid::from_u128(7);
const OTHER: Uuid = Uuid::from_u128(8);

/// How much of a product there is.
struct Amounts;

impl Batch for Amounts {
    type Key = Uuid;
    type Value = u32;

    async fn load(&self, _: &mut Conn, _: Vec<Uuid>) -> diesel::QueryResult<HashMap<Uuid, u32>> {
        Ok(HashMap::new())
    }

    fn made_of(&self, key: &Uuid, value: Option<&u32>, made_of: &MadeOf) {
        match value {
            Some(_) => made_of.row(Kind::Product, *key),
            None => made_of.all(Kind::Product),
        }
    }
}

fn loader(made_of: &MadeOf) -> Loader<Amounts> {
    let server = Server::at("postgres://nobody@127.0.0.1:1/nothing").unwrap();
    let database = Database::connect(&server, 1).unwrap();
    Loaders::new(&database, made_of).of(Amounts)
}

#[tokio::test]
async fn what_a_loader_is_told_it_knows() {
    let made_of = MadeOf::noted();
    let loader = loader(&made_of);
    assert_eq!(loader.known(&KEY), Known::Nothing);
    loader.tell(KEY, Some(3));
    assert_eq!(loader.known(&KEY), Known::Value(Some(3)));
    assert_eq!(loader.load(KEY).await.unwrap(), Some(3));
    let of_one = vec![Tag::Row(Kind::Product, KEY), Tag::Each(Kind::Product)];
    assert_eq!(made_of.tags(), Some(of_one));
    // That there is nothing is known as well, and noted.
    loader.tell(OTHER, None);
    assert_eq!(loader.load(OTHER).await.unwrap(), None);
    assert!(made_of.tags().unwrap().contains(&Tag::All(Kind::Product)));
}

#[tokio::test]
async fn what_is_known_stays_and_is_not_asked_for() {
    let made_of = MadeOf::noted();
    let loader = loader(&made_of);
    loader.tell(KEY, Some(3));
    let before = made_of.tags();
    loader.tell(KEY, None);
    assert_eq!(loader.known(&KEY), Known::Value(Some(3)));
    assert_eq!(made_of.tags(), before);
    loader.want(KEY);
    loader.want(OTHER);
    let asked: Vec<Uuid> = loader.desk().asked.iter().copied().collect();
    assert_eq!(asked, [OTHER]);
    // A mutation forgets what it was told, and asks.
    loader.forget();
    assert_eq!(loader.known(&KEY), Known::Nothing);
    assert!(loader.load(KEY).await.is_err());
    assert_eq!(loader.known(&KEY), Known::Failed);
}
